//! Facets of a handful of events.

use sosie_similarity::{Depth, Event, Facet, FacetCounts};

use crate::fixtures::{code, event, event_of, parts};

fn counts(facet: Facet, events: &[Event]) -> FacetCounts {
    let mut counts = FacetCounts::default();
    for event in events {
        counts.add(facet, &event.candidate());
    }
    counts
}

fn events() -> Vec<Event> {
    let mut permit = event_of("d", "music").parts().clone();
    permit.source_id = code("permits");
    vec![
        event_of("a", "sport/football"),
        event_of("b", "sport/rugby"),
        event_of("c", "sport"),
        event(permit),
        event(parts("e")),
    ]
}

#[test]
fn natures_are_counted_at_every_depth_or_cut_to_one() {
    let every = counts(Facet::Nature(None), &events());
    let expected = [
        ("sport", 3),
        ("music", 1),
        ("sport/football", 1),
        ("sport/rugby", 1),
    ];
    assert_eq!((every.ordered(), every.missing), (expected.to_vec(), 1));
    let cut = |depth| {
        let depth = Depth::new(depth).unwrap();
        counts(Facet::Nature(Some(depth)), &events())
    };
    assert_eq!(cut(1).ordered(), [("sport", 3), ("music", 1)]);
    assert_eq!(
        cut(2).ordered(),
        [
            ("music", 1),
            ("sport", 1),
            ("sport/football", 1),
            ("sport/rugby", 1)
        ]
    );
    assert_eq!(counts(Facet::Sector(None), &events()).missing, 5);
}

#[test]
fn months_weekdays_and_sources_are_counted_by_name() {
    // Wednesday 2023-06-07.
    assert_eq!(counts(Facet::Month, &events()).ordered(), [("06", 5)]);
    assert_eq!(counts(Facet::Weekday, &events()).ordered(), [("3", 5)]);
    assert_eq!(
        counts(Facet::Source, &events()).ordered(),
        [("register", 4), ("permits", 1)]
    );
}

#[test]
fn a_depth_is_one_to_six() {
    assert!(Depth::new(1).is_ok() && Depth::new(6).is_ok());
    assert!(Depth::new(0).is_err() && Depth::new(7).is_err() && Depth::new(-1).is_err());
}
