//! Whether an event is a hit, in words.

use std::io::{self, Write};

use sosie_proto::pb::{self, ExclusionRule, explain_event_response::Verdict};

use crate::output::{HEADING, Output};
use crate::view::condition_name;

/// Writes the verdict of an explanation.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, response: &pb::ExplainEventResponse) -> io::Result<()> {
    match &response.verdict {
        Some(Verdict::Hit(hit)) => {
            writeln!(out, "{HEADING}It is hit number {}.{HEADING:#}", hit.rank)
        }
        Some(Verdict::Excluded(excluded)) => {
            writeln!(out, "{HEADING}It is not a hit:{HEADING:#}")?;
            for exclusion in &excluded.exclusions {
                writeln!(out, "  - {}", reason(exclusion))?;
            }
            Ok(())
        }
        None => writeln!(out, "The service gave no verdict."),
    }
}

fn reason(exclusion: &pb::Exclusion) -> String {
    match exclusion.rule() {
        ExclusionRule::ProbeItself => "it is the event that is compared".to_owned(),
        ExclusionRule::ProbeSeries => {
            "it is of the series of the event that is compared, which is left out".to_owned()
        }
        ExclusionRule::State => "its state is not one of those asked for".to_owned(),
        ExclusionRule::Filter => match condition_name(exclusion.filter_condition()) {
            Some(condition) => format!("it does not pass the condition `{condition}`"),
            None => "it does not pass the filter".to_owned(),
        },
        ExclusionRule::AsOfEndTime => "it had not ended at the as-of time".to_owned(),
        ExclusionRule::AsOfKnownTime => "it was not yet known at the as-of time".to_owned(),
        ExclusionRule::AsOfSuperseded => "it was withdrawn by the as-of time".to_owned(),
        ExclusionRule::NoComparableAxis => "no axis of it could be compared".to_owned(),
        ExclusionRule::Coverage => "too little of it could be compared: its coverage".to_owned(),
        ExclusionRule::SeriesCollapsed => match &exclusion.kept_event_id {
            Some(kept) => format!("{kept} of the same series resembles more, and stands for it"),
            None => "another of its series resembles more, and stands for it".to_owned(),
        },
        ExclusionRule::Unspecified => "of a rule that this program does not know".to_owned(),
    }
}
