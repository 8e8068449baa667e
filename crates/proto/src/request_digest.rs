//! Digests of requests as applied: what a receipt carries and what a page token is pinned to.
//!
//! **Law.** A default spelled out and a default left away have one digest; page size, page token and
//! `include_footprints` are in none. The digest of a search is [`Search::digest`].

use prost::Message;
use sosie_similarity::{Digest, Digester, EventId, Facet, Filter, Search, Timestamp};

use crate::{pb, to_pb};

/// Of `ExplainEvent`: the search and the event that is explained.
pub fn explain_event(search: &Search, event_id: &EventId) -> Digest {
    let mut digester = Digester::new("explain-event/1");
    digester
        .text(&search.digest().to_string())
        .text(event_id.as_str());
    digester.finish()
}

/// Of `CountFacets`, with the `as_of` applied. The order of facets is part of it: the answer follows it.
pub fn count_facets(filter: &Filter, as_of: Timestamp, facets: &[Facet]) -> Digest {
    let mut digester = Digester::new("count-facets/1");
    filter.feed(&mut digester);
    digester.integer(as_of.as_micros());
    digester.list(facets.iter(), |digester, &facet| {
        let (name, depth) = to_pb::facet(facet);
        digester.text(name.as_str_name());
        digester.optional(depth, |digester, depth| {
            digester.integer(depth.into());
        });
    });
    digester.finish()
}

/// Of `ListEvents`; `as_of` is `None` where the request sets no such condition.
pub fn list_events(filter: &Filter, as_of: Option<Timestamp>) -> Digest {
    let mut digester = Digester::new("list-events/1");
    filter.feed(&mut digester);
    digester.optional(as_of, |digester, as_of| {
        digester.integer(as_of.as_micros());
    });
    digester.finish()
}

/// Of `GetEvent`.
pub fn get_event(event_id: &EventId) -> Digest {
    let mut digester = Digester::new("get-event/1");
    digester.text(event_id.as_str());
    digester.finish()
}

/// Of `GetAlgorithmRecord`.
pub fn algorithm_record(request: &pb::GetAlgorithmRecordRequest) -> Digest {
    of_message("algorithm-record/1", request)
}

/// Of `DiffProfiles`.
pub fn diff_profiles(request: &pb::DiffProfilesRequest) -> Digest {
    of_message("diff-profiles/1", request)
}

/// Of `MeasureSensitivity`.
pub fn sensitivity(search: &Search, size: usize, share: f64) -> Digest {
    let mut digester = Digester::new("measure-sensitivity/1");
    digester
        .text(&search.digest().to_string())
        .integer(size as i64)
        .text(&share.to_bits().to_string());
    digester.finish()
}

/// Of a message as it came: where no answer is asked for again by its digest.
fn of_message(kind: &str, request: &impl Message) -> Digest {
    let mut digester = Digester::new(kind);
    digester.text(&Digest::of(&request.encode_to_vec()).to_string());
    digester.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sosie_similarity::State;

    #[test]
    fn a_default_spelled_out_changes_nothing_and_a_condition_does() {
        let held = Filter {
            states: [State::Held].into(),
            ..Filter::default()
        };
        let none = Filter::default();
        assert_eq!(list_events(&none, None), list_events(&held, None));
        assert_ne!(
            list_events(&none, None),
            list_events(&none, Some(Timestamp::MIN))
        );
    }

    #[test]
    fn facets_are_told_apart_by_name_depth_and_order() {
        let of = |facets: &[Facet]| count_facets(&Filter::default(), Timestamp::MAX, facets);
        let cut = Facet::Nature(Some(sosie_similarity::Depth::new(1).unwrap()));
        assert_ne!(of(&[Facet::Nature(None)]), of(&[cut]));
        assert_ne!(of(&[Facet::Nature(None)]), of(&[Facet::Sector(None)]));
        assert_ne!(
            of(&[Facet::Month, Facet::Weekday]),
            of(&[Facet::Weekday, Facet::Month])
        );
    }
}
