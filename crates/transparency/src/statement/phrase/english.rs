//! The phrases in English.

use super::Phrase;

#[expect(clippy::too_many_lines, reason = "a table: a line for each phrase")]
pub(super) fn phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::Title => {
            "Statement of the comparison with event {0} (French code of relations between the public and the administration, articles L311-3-1 and R311-3-1-2)"
        }
        Phrase::Role => "Decision support: the processing orders past events, it decides nothing.",
        Phrase::Ranked => "The event is in the list, at rank {0}.",
        Phrase::NotRanked => "The event is not in the list.",
        Phrase::OutProbeItself => "Out: it is the planned event itself.",
        Phrase::OutProbeSeries => "Out: it is of the same series as the planned event.",
        Phrase::OutState => "Out: its state is not asked for.",
        Phrase::OutFilter => "Out: it does not pass the filter {0}.",
        Phrase::OutNotEnded => "Out: it had not ended at the time asked for.",
        Phrase::OutNotKnown => "Out: it was not known at the time asked for.",
        Phrase::OutSuperseded => {
            "Out: at the time asked for, another version of it was known, or it was withdrawn."
        }
        Phrase::OutNoAxis => "Out: no axis can be compared.",
        Phrase::OutCoverage => "Out: its coverage is below the floor.",
        Phrase::OutCollapsed => "Out: a better placed event of its series stands for it, {0}.",
        Phrase::ScoreAndCoverage => "Its score is {0} and its coverage {1}, both from 0 to 1.",
        Phrase::NoScore => "It is given no score.",
        Phrase::ProbeDraft => "The values of the planned event are those of the request.",
        Phrase::ProbeStored => {
            "The values of the planned event are those of the stored event {0}, of source {1}."
        }
        Phrase::EventSource => "The values of the past event come from source {0}.",
        Phrase::SourceDeclared => {
            "Source {0}: {1}; owner: {2}; licence: {3}; collection method: {4}."
        }
        Phrase::SourceInUse => "Source {0}: {1} rows in use, from {2} to {3} (exclusive).",
        Phrase::SourceUnknown => "Source {0}: nothing is declared of it.",
        Phrase::Values => "{0}: {1} for the planned event, {2} for the past event.",
        Phrase::DataState => "State of the data: generation {0}, digest {1}, as of {2}.",
        Phrase::ProfileApplied => "Profile {0}, digest {1}.",
        Phrase::Floor => "Least coverage applied: {0}.",
        Phrase::Weight => "{0}: declared weight {1}, effective weight {2}.",
        Phrase::Measure => "{0}: measure {1}. {2}",
        Phrase::MeasureParameter => "{0}: parameter {1} = {2}.",
        Phrase::Policy => "{0}: if the past event's value is missing or not comparable, {1}.",
        Phrase::Engine => "Code version {0}, digest of the request {1}.",
        Phrase::Compared => "{0}: compared; distance {1} [{2}], similarity {3}.",
        Phrase::ProbeMissing => {
            "{0}: the planned event has no value, the axis is left out of the sums."
        }
        Phrase::CandidateMissing => {
            "{0}: the past event has no value, the axis counts a similarity of {1}."
        }
        Phrase::NotComparable => {
            "{0}: the two values are not of one kind, the axis counts a similarity of {1}."
        }
        Phrase::LeftOut => {
            "{0}: the value is missing or not comparable, the axis is left out of the sums."
        }
        Phrase::Contribution => "{0}: contribution = effective weight {1} × similarity {2} = {3}.",
        Phrase::Sum => {
            "The score is the sum of the contributions; coverage is the share of the weight of the planned event's axes that was compared."
        }
        Phrase::Order => {
            "Order of the list: score descending, coverage descending, latest start, identifier ascending."
        }
        Phrase::Unknown => "unknown",
        Phrase::Undeclared => "not stated",
        Phrase::Position => "latitude {0}°, longitude {1}°",
        Phrase::Count => "{0} people",
        Phrase::CountLow => ", at least {0}",
        Phrase::CountHigh => ", at most {0}",
        Phrase::BasisPeak => ", present at one time",
        Phrase::BasisDaily => ", on one day",
        Phrase::BasisTotal => ", over the whole event",
        Phrase::Share => "a share of {0}",
        Phrase::DayOfYear => "day {0} of the year",
        Phrase::Area => "{0} m²",
        Phrase::AreaWithOutline => "{0} m², outline known",
        Phrase::Duration => "{0} seconds",
    }
}
