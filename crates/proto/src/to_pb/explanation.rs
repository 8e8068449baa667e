//! Explanations: where a stored event stands in a search.

use sosie_similarity::{AxisStatus, Condition, Exclusion, Explanation, LedgerLine};

use super::{event, ledger_line, receipt};
use crate::Receipt;
use crate::pb::{self, explain_event_response::Verdict};

/// The answer of `ExplainEvent`, the geometry of the event included.
pub fn explain_response(explanation: &Explanation, receipt: &Receipt) -> pb::ExplainEventResponse {
    let Explanation {
        event: explained,
        score,
        ledger,
        verdict,
    } = explanation;
    let verdict = match verdict {
        Ok(rank) => Verdict::Hit(pb::HitVerdict { rank: *rank as i64 }),
        Err(exclusions) => Verdict::Excluded(pb::ExcludedVerdict {
            exclusions: exclusions.iter().map(exclusion).collect(),
        }),
    };
    pb::ExplainEventResponse {
        event: Some(event(explained, true)),
        ledger: ledger.iter().map(ledger_line).collect(),
        score: score.map(|score| score.score),
        coverage: coverage(ledger),
        verdict: Some(verdict),
        receipt: Some(self::receipt(receipt)),
    }
}

/// Weight compared over weight of the probe's axes, from the ledger: it is told below the floor too, where
/// there is no score. Summed in profile order, as a score is, so both agree to the last bit.
fn coverage(ledger: &[LedgerLine]) -> f64 {
    let sum_of = |counts: fn(AxisStatus) -> bool| -> f64 {
        let lines = ledger.iter().filter(|line| counts(line.status));
        lines.map(|line| line.declared_weight).sum()
    };
    let compared = sum_of(|status| status == AxisStatus::Compared);
    let of_probe = sum_of(|status| status != AxisStatus::ProbeMissing);
    if of_probe > 0.0 {
        compared / of_probe
    } else {
        0.0
    }
}

fn exclusion(exclusion: &Exclusion) -> pb::Exclusion {
    use pb::ExclusionRule as Rule;
    let by = |rule: Rule| pb::Exclusion {
        rule: rule.into(),
        ..pb::Exclusion::default()
    };
    match exclusion {
        Exclusion::ProbeItself => by(Rule::ProbeItself),
        Exclusion::ProbeSeries => by(Rule::ProbeSeries),
        Exclusion::State => by(Rule::State),
        Exclusion::Filter(condition) => match filter_condition(*condition) {
            Some(condition) => pb::Exclusion {
                filter_condition: condition.into(),
                ..by(Rule::Filter)
            },
            None => by(Rule::State),
        },
        Exclusion::NotEnded => by(Rule::AsOfEndTime),
        Exclusion::NotKnown => by(Rule::AsOfKnownTime),
        Exclusion::Superseded => by(Rule::AsOfSuperseded),
        Exclusion::NoComparableAxis => by(Rule::NoComparableAxis),
        Exclusion::Coverage => by(Rule::Coverage),
        Exclusion::SeriesCollapsed { kept } => pb::Exclusion {
            kept_event_id: Some(kept.to_string()),
            ..by(Rule::SeriesCollapsed)
        },
    }
}

/// The condition; the state set has a rule of its own instead.
fn filter_condition(condition: Condition) -> Option<pb::FilterCondition> {
    use pb::FilterCondition as Told;
    Some(match condition {
        Condition::States => return None,
        Condition::NaturePrefixes => Told::NaturePrefixes,
        Condition::SectorPrefixes => Told::SectorPrefixes,
        Condition::Time => Told::Time,
        Condition::Participants => Told::Participants,
        Condition::FootprintAreaM2 => Told::FootprintAreaM2,
        Condition::DurationS => Told::DurationS,
        Condition::BoundingBox => Told::BoundingBox,
        Condition::Radius => Told::Radius,
        Condition::Polygon => Told::Polygon,
        Condition::SourceIds => Told::SourceIds,
        Condition::ExcludedEventIds => Told::ExcludedEventIds,
        Condition::ExcludedSeriesIds => Told::ExcludedSeriesIds,
        Condition::RequireAxes => Told::RequireAxes,
    })
}

#[cfg(test)]
mod tests;
