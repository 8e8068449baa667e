//! Which lines stand under which heading.

use sosie_similarity::{AxisRule, AxisStatus, Code, Event, Exclusion, LedgerLine, Probe};

use super::words::{Place, line, name, number, part, value};
use super::{Case, Line, Phrase, StatutoryHeading};
use crate::language::Language;
use crate::number::grouped;
use crate::record::rfc3339;
use crate::source::SourceFacts;
use crate::wording::{ParameterValue, axis_words, measure_wording, policy_words, unit_words};

pub(super) fn lines(heading: StatutoryHeading, language: Language, case: &Case) -> Vec<Line> {
    match heading {
        StatutoryHeading::Contribution => contribution(language, case),
        StatutoryHeading::Data => data(language, case),
        StatutoryHeading::Parameters => parameters(language, case),
        StatutoryHeading::Operations => operations(language, case),
    }
}

fn contribution(language: Language, case: &Case) -> Vec<Line> {
    let explanation = case.explanation;
    let mut lines = vec![line(Phrase::Role, language, &[])];
    match &explanation.verdict {
        Ok(rank) => {
            let rank = number(*rank as f64, language);
            lines.push(line(Phrase::Ranked, language, &[rank]));
        }
        Err(exclusions) => {
            lines.push(line(Phrase::NotRanked, language, &[]));
            lines.extend(exclusions.iter().map(|reason| exclusion(reason, language)));
        }
    }
    lines.push(match explanation.score {
        Some(score) => {
            let places = [score.score, score.coverage].map(|n| number(n, language));
            line(Phrase::ScoreAndCoverage, language, &places)
        }
        None => line(Phrase::NoScore, language, &[]),
    });
    lines
}

fn exclusion(exclusion: &Exclusion, language: Language) -> Line {
    let bare = |phrase| line(phrase, language, &[]);
    match exclusion {
        Exclusion::ProbeItself => bare(Phrase::OutProbeItself),
        Exclusion::ProbeSeries => bare(Phrase::OutProbeSeries),
        Exclusion::State => bare(Phrase::OutState),
        Exclusion::Filter(condition) => {
            line(Phrase::OutFilter, language, &[name(condition.name())])
        }
        Exclusion::NotEnded => bare(Phrase::OutNotEnded),
        Exclusion::NotKnown => bare(Phrase::OutNotKnown),
        Exclusion::Superseded => bare(Phrase::OutSuperseded),
        Exclusion::NoComparableAxis => bare(Phrase::OutNoAxis),
        Exclusion::Coverage => bare(Phrase::OutCoverage),
        Exclusion::SeriesCollapsed { kept } => {
            line(Phrase::OutCollapsed, language, &[name(kept.as_str())])
        }
    }
}

fn data(language: Language, case: &Case) -> Vec<Line> {
    let source_of = |event: &Event| event.parts().source_id.clone();
    let own = source_of(&case.explanation.event);
    let (probe, probe_source) = match case.search.probe() {
        Probe::Draft(_) => (line(Phrase::ProbeDraft, language, &[]), None),
        Probe::Stored(event) => {
            let source = source_of(event);
            let places = [name(event.id().as_str()), name(source.as_str())];
            (line(Phrase::ProbeStored, language, &places), Some(source))
        }
    };
    let mut lines = vec![
        probe,
        line(Phrase::EventSource, language, &[name(own.as_str())]),
    ];
    lines.extend(source(&own, language, case.sources));
    for other in probe_source.iter().filter(|other| **other != own) {
        lines.extend(source(other, language, case.sources));
    }
    let values = |ledger: &LedgerLine| {
        let (probe, candidate) = (ledger.probe.as_ref(), ledger.candidate.as_ref());
        let places = [
            axis(ledger, language),
            value(probe, language),
            value(candidate, language),
        ];
        line(Phrase::Values, language, &places)
    };
    lines.extend(case.explanation.ledger.iter().map(values));
    let receipt = case.receipt;
    let (digest, as_of) = (
        receipt.generation_digest.to_string(),
        rfc3339(receipt.as_of),
    );
    let state = [name(&receipt.generation_id), name(digest), name(as_of)];
    lines.push(line(Phrase::DataState, language, &state));
    lines
}

fn source(id: &Code, language: Language, sources: &[SourceFacts]) -> Vec<Line> {
    let found = sources
        .iter()
        .find(|source| source.declaration.source_id == *id);
    let Some(SourceFacts {
        declaration,
        figures,
        ..
    }) = found
    else {
        return vec![line(Phrase::SourceUnknown, language, &[name(id.as_str())])];
    };
    let stated = |text: &String| match text.trim().is_empty() {
        true => part(Phrase::Undeclared, language, &[]),
        false => name(text),
    };
    let declared = [
        name(id.as_str()),
        stated(&declaration.name),
        stated(&declaration.owner),
        stated(&declaration.licence),
        stated(&declaration.collection_method),
    ];
    let in_use = figures.period().map(|period| {
        let rows = grouped(figures.rows(), language);
        let ends = [period.first, period.end].map(|end| name(rfc3339(end)));
        let [first, end] = ends;
        line(
            Phrase::SourceInUse,
            language,
            &[name(id.as_str()), name(rows), first, end],
        )
    });
    [line(Phrase::SourceDeclared, language, &declared)]
        .into_iter()
        .chain(in_use)
        .collect()
}

fn parameters(language: Language, case: &Case) -> Vec<Line> {
    let (receipt, search) = (case.receipt, case.search);
    let profile = [
        name(receipt.profile.to_string()),
        name(receipt.profile_digest.to_string()),
    ];
    let mut lines = vec![
        line(Phrase::ProfileApplied, language, &profile),
        line(
            Phrase::Floor,
            language,
            &[number(search.min_coverage(), language)],
        ),
    ];
    for ledger in &case.explanation.ledger {
        let rules = search.profile().axes().iter();
        let rule = rules.filter(|rule| rule.axis == ledger.axis);
        lines.extend(rule.flat_map(|rule| axis_parameters(ledger, rule, language)));
    }
    let engine = [
        name(&receipt.engine_version),
        name(receipt.request_digest.to_string()),
    ];
    lines.push(line(Phrase::Engine, language, &engine));
    lines
}

fn axis_parameters(ledger: &LedgerLine, rule: &AxisRule, language: Language) -> Vec<Line> {
    let axis = axis(ledger, language);
    let wording = measure_wording(&rule.measure);
    let weights = [ledger.declared_weight, ledger.effective_weight].map(|n| number(n, language));
    let [declared, effective] = weights;
    let measure = [
        axis.clone(),
        name(ledger.measure),
        name(wording.words.get(language)),
    ];
    let policy = [axis.clone(), name(policy_words(rule.missing).get(language))];
    let parameter = |parameter: &crate::Parameter| {
        let value = match &parameter.value {
            ParameterValue::Number(value) => number(*value, language),
            ParameterValue::Name(value) => name(value),
            // A table is in the record, which its profile's digest names.
            ParameterValue::Paths(_) | ParameterValue::Rows(_) => return None,
        };
        let places = [axis.clone(), name(&parameter.name), value];
        Some(line(Phrase::MeasureParameter, language, &places))
    };
    let parameters = wording.parameters.iter().filter_map(parameter);
    let weight = line(
        Phrase::Weight,
        language,
        &[axis.clone(), declared, effective],
    );
    [weight, line(Phrase::Measure, language, &measure)]
        .into_iter()
        .chain(parameters)
        .chain([line(Phrase::Policy, language, &policy)])
        .collect()
}

fn operations(language: Language, case: &Case) -> Vec<Line> {
    let mut lines = Vec::new();
    for ledger in &case.explanation.ledger {
        lines.push(comparison(ledger, language));
        if let Some(similarity) = ledger.similarity {
            let numbers = [ledger.effective_weight, similarity, ledger.contribution];
            let [weight, similarity, contribution] = numbers.map(|n| number(n, language));
            let places = [axis(ledger, language), weight, similarity, contribution];
            lines.push(line(Phrase::Contribution, language, &places));
        }
    }
    lines.push(line(Phrase::Sum, language, &[]));
    lines.push(line(Phrase::Order, language, &[]));
    lines
}

fn comparison(ledger: &LedgerLine, language: Language) -> Line {
    let axis = axis(ledger, language);
    let counted = |phrase, axis| match ledger.similarity {
        Some(similarity) => line(phrase, language, &[axis, number(similarity, language)]),
        None => line(Phrase::LeftOut, language, &[axis]),
    };
    match (
        ledger.status,
        ledger.distance,
        ledger.unit,
        ledger.similarity,
    ) {
        (AxisStatus::Compared, Some(distance), Some(unit), Some(similarity)) => {
            let [distance, similarity] = [distance, similarity].map(|n| number(n, language));
            let places = [axis, distance, name(unit_words(unit, language)), similarity];
            line(Phrase::Compared, language, &places)
        }
        (AxisStatus::ProbeMissing, ..) => line(Phrase::ProbeMissing, language, &[axis]),
        (AxisStatus::CandidateMissing, ..) => counted(Phrase::CandidateMissing, axis),
        // A compared line without numbers is refused before.
        (AxisStatus::NotComparable | AxisStatus::Compared, ..) => {
            counted(Phrase::NotComparable, axis)
        }
    }
}

fn axis(ledger: &LedgerLine, language: Language) -> Place {
    name(axis_words(ledger.axis).get(language))
}
