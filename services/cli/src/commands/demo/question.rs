//! The question that the demonstration asks.

use sosie_index::record::{LocationRecord, ParticipantsRecord};
use sosie_proto::pb::{self, probe::Kind};

use crate::draft::DraftRecord;
use crate::failure::Failure;
use crate::when;

/// The question, for people.
pub(super) const TEXT: &str = "\
An open-air concert on the Prado beaches, Saturday 11 July 2026, 20:00 to 02:00,
12,000 people on 20,000 m². How many officers, how many barriers?";

/// After the history ends, whatever the clock of the machine says: the same answer on every day.
const AS_OF: &str = "2026-01-01T00:00:00Z";

/// The draft, as its file states it.
pub(super) fn draft() -> DraftRecord {
    DraftRecord {
        nature: Some("culture/concert/open-air".to_owned()),
        sector: Some("marseille/13008/la-plage".to_owned()),
        location: Some(LocationRecord {
            latitude: 43.2640,
            longitude: 5.3728,
        }),
        start_time: Some("2026-07-11T20:00:00+02:00".to_owned()),
        end_time: Some("2026-07-12T02:00:00+02:00".to_owned()),
        time_zone: Some("Europe/Paris".to_owned()),
        participants: Some(ParticipantsRecord {
            best: 12_000,
            low: None,
            high: None,
            basis: Some("PEAK".to_owned()),
        }),
        footprint_area_m2: Some(20_000.0),
        ..DraftRecord::default()
    }
}

/// The question, as it is asked.
///
/// # Errors
/// None but for a mistake in this file.
pub(super) fn query() -> Result<pb::SimilarityQuery, Failure> {
    Ok(pb::SimilarityQuery {
        probe: Some(pb::Probe {
            kind: Some(Kind::Draft(draft().message()?)),
        }),
        as_of: Some(when::instant("as_of", AS_OF, None)?),
        ..pb::SimilarityQuery::default()
    })
}

/// What the summaries say to the question, for people; `None` if they say nothing of it.
pub(super) fn answer(summaries: &[pb::OutcomeSummary]) -> Option<String> {
    let of = |code: &str| summaries.iter().find(|summary| summary.code == code);
    let line = |summary: &pb::OutcomeSummary| {
        format!(
            "  about {:.0} to {:.0} {} (median {:.0}, known of {})",
            summary.p25, summary.p75, summary.code, summary.median, summary.hit_count
        )
    };
    let (officers, barriers) = (line(of("officers")?), line(of("barriers")?));
    Some(format!(
        "The middle half of those past events had\n{officers}\n{barriers}"
    ))
}
