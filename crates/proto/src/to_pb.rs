//! From the domain to messages: total functions, named after what they make.
//!
//! **Law.** The same values give the same bytes: no clock, no hash order. Values derived in the domain are
//! told as they are there, never computed anew with another rounding.
//!
//! Start reading at [`find_response`], then [`event`], then [`ledger_line`].

mod answer;
mod choice;
mod event;
mod explanation;
mod facet;
mod ledger;
mod limits;
mod place;
mod profile;
mod quarantine;
mod write;

pub use answer::{
    FindAnswer, find_response, hit, list_response, outcome_summaries, receipt, search_counts,
};
pub use choice::{axis, basis, precision, state};
pub use event::{event, event_input};
pub use explanation::explain_response;
pub use facet::{facet, facet_counts, facets_response};
pub use ledger::ledger_line;
pub use limits::{IndexerLimits, ServiceLimits, ingest_limits, limits};
pub use place::{footprint, location, participants};
pub use profile::{profile, profile_reason, revision};
pub use quarantine::{Quarantined, quarantined};
pub use write::{
    accepted, guarded_record, invalid_record, revision_mismatch, unchanged, unknown_event, valid,
    write_results,
};

use sosie_similarity::Timestamp;

/// An instant, exact: the domain has whole microseconds.
pub fn instant(time: Timestamp) -> prost_types::Timestamp {
    let micros = time.as_micros();
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: (micros.rem_euclid(1_000_000) * 1_000) as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_comes_back_as_it_went() {
        for micros in [0, -1, 1, 1_717_256_521_123_456, -62_135_596_799_999_999] {
            let time = Timestamp::from_micros(micros).unwrap();
            let message = instant(time);
            assert!((0..1_000_000_000).contains(&message.nanos));
            let back = Timestamp::from_parts(message.seconds, message.nanos);
            assert_eq!(back, Ok(time));
        }
    }
}
