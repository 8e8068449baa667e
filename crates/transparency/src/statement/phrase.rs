//! The phrases of statements: every sentence that one can hold, once in each language.

mod english;
mod french;

use crate::language::Language;

/// A fixed phrase. `{0}`, `{1}`… are its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phrase {
    /// What it is a statement of, and under which law: event.
    Title,
    /// What part the processing has.
    Role,
    /// The event stands in the list: rank.
    Ranked,
    /// The event is not in the list.
    NotRanked,
    /// Out: it is the planned event itself.
    OutProbeItself,
    /// Out: it is of the planned event's series.
    OutProbeSeries,
    /// Out: its state is not asked for.
    OutState,
    /// Out: it fails a filter: condition.
    OutFilter,
    /// Out: it had not ended.
    OutNotEnded,
    /// Out: it was not known.
    OutNotKnown,
    /// Out: something else was known in its place.
    OutSuperseded,
    /// Out: no axis can be compared.
    OutNoAxis,
    /// Out: coverage below the floor.
    OutCoverage,
    /// Out: a better member of its series stands for it: event.
    OutCollapsed,
    /// Score and coverage.
    ScoreAndCoverage,
    /// No score was given.
    NoScore,
    /// The planned event is a draft.
    ProbeDraft,
    /// The planned event is stored: event, source.
    ProbeStored,
    /// The source of the past event: source.
    EventSource,
    /// What a source declares: source, name, owner, licence, method.
    SourceDeclared,
    /// What of a source is in use: source, rows, first, end.
    SourceInUse,
    /// A source of which nothing is told: source.
    SourceUnknown,
    /// Both values on an axis: axis, probe, candidate.
    Values,
    /// The state of the data: generation, digest, time.
    DataState,
    /// The profile: id, digest.
    ProfileApplied,
    /// The floor: coverage.
    Floor,
    /// The weight of an axis: axis, declared, effective.
    Weight,
    /// The measure of an axis: axis, measure, words.
    Measure,
    /// A parameter of the measure of an axis: axis, name, value.
    MeasureParameter,
    /// The policy of an axis for missing values: axis, policy.
    Policy,
    /// The code and the request: version, digest.
    Engine,
    /// An axis that was compared: axis, distance, unit, similarity.
    Compared,
    /// An axis that the planned event has no value on: axis.
    ProbeMissing,
    /// An axis that the past event has no value on, counted: axis, similarity.
    CandidateMissing,
    /// An axis whose values are not of one kind, counted: axis, similarity.
    NotComparable,
    /// An axis that is left out of the sums: axis.
    LeftOut,
    /// What an axis contributes: axis, effective weight, similarity, contribution.
    Contribution,
    /// That the contributions make the score, and how coverage is made.
    Sum,
    /// In what order the list is.
    Order,
    /// A value that is not known.
    Unknown,
    /// A text that was not declared.
    Undeclared,
    /// A position: latitude, longitude.
    Position,
    /// A count: best.
    Count,
    /// The lower end of a count: low.
    CountLow,
    /// The upper end of a count: high.
    CountHigh,
    /// Counted at one time.
    BasisPeak,
    /// Counted on one day.
    BasisDaily,
    /// Counted over the whole event.
    BasisTotal,
    /// A share: number.
    Share,
    /// A day of the year: number.
    DayOfYear,
    /// An area: m².
    Area,
    /// An area whose outline is known: m².
    AreaWithOutline,
    /// A duration: seconds.
    Duration,
}

impl Phrase {
    /// All phrases, in the order of their declaration: what the tests of the wordings go through.
    #[cfg(test)]
    const ALL: [Phrase; 53] = {
        use Phrase::*;
        [
            Title,
            Role,
            Ranked,
            NotRanked,
            OutProbeItself,
            OutProbeSeries,
            OutState,
            OutFilter,
            OutNotEnded,
            OutNotKnown,
            OutSuperseded,
            OutNoAxis,
            OutCoverage,
            OutCollapsed,
            ScoreAndCoverage,
            NoScore,
            ProbeDraft,
            ProbeStored,
            EventSource,
            SourceDeclared,
            SourceInUse,
            SourceUnknown,
            Values,
            DataState,
            ProfileApplied,
            Floor,
            Weight,
            Measure,
            MeasureParameter,
            Policy,
            Engine,
            Compared,
            ProbeMissing,
            CandidateMissing,
            NotComparable,
            LeftOut,
            Contribution,
            Sum,
            Order,
            Unknown,
            Undeclared,
            Position,
            Count,
            CountLow,
            CountHigh,
            BasisPeak,
            BasisDaily,
            BasisTotal,
            Share,
            DayOfYear,
            Area,
            AreaWithOutline,
            Duration,
        ]
    };

    /// The phrase in `language`, with its places.
    pub fn template(self, language: Language) -> &'static str {
        match language {
            Language::French => french::phrase(self),
            Language::English => english::phrase(self),
        }
    }

    /// The phrase with its places filled.
    pub(super) fn fill(self, language: Language, places: &[String]) -> String {
        let mut text = String::new();
        let mut rest = self.template(language);
        while let Some((before, after)) = rest.split_once('{') {
            let (number, after) = after.split_once('}').expect("a place is closed");
            let place: usize = number.parse().expect("a place is numbered");
            text += before;
            text += &places[place];
            rest = after;
        }
        text + rest
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(phrase: Phrase, language: Language) -> BTreeSet<usize> {
        let template = phrase.template(language);
        let numbers = template.split('{').skip(1);
        numbers
            .map(|part| part[..part.find('}').unwrap()].parse().unwrap())
            .collect()
    }

    #[test]
    fn no_phrase_is_missing_in_any_language() {
        for (at, phrase) in Phrase::ALL.into_iter().enumerate() {
            // A phrase left out of the list would shift all after it, or the length.
            assert_eq!(phrase as usize, at);
            for language in Language::ALL {
                assert!(
                    !phrase.template(language).trim().is_empty(),
                    "{phrase:?} {language:?}"
                );
            }
        }
        assert_eq!(Phrase::ALL.last(), Some(&Phrase::Duration));
    }

    #[test]
    fn a_phrase_has_the_same_places_in_every_language() {
        for phrase in Phrase::ALL {
            let [fr, en] = Language::ALL.map(|language| places(phrase, language));
            assert_eq!(fr, en, "{phrase:?}");
            assert!(
                fr.iter().copied().eq(0..fr.len()),
                "{phrase:?} skips a place"
            );
        }
    }

    #[test]
    fn only_figures_have_backticks() {
        for phrase in Phrase::ALL {
            for language in Language::ALL {
                let template = phrase.template(language);
                assert!(!template.contains('`'), "{phrase:?}");
            }
        }
    }

    #[test]
    fn sentences_differ_between_languages() {
        let alike = |phrase: &Phrase| {
            let [fr, en] = Language::ALL.map(|language| phrase.template(language));
            fr == en
        };
        let alike: Vec<_> = Phrase::ALL.into_iter().filter(alike).collect();
        // Units and Latin words only.
        assert_eq!(alike, [Phrase::Position, Phrase::Area]);
    }
}
