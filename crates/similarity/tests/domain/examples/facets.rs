//! Facets of a handful of events.

use sosie_similarity::{Depth, Event, Facet, FacetCounts, SmallestCount, ToldCount};

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

fn told(by_key: &[(&str, u64)], missing: u64, depth: Option<i32>) -> Vec<String> {
    let counts = FacetCounts {
        by_key: (by_key.iter())
            .map(|(key, count)| ((*key).to_owned(), *count))
            .collect(),
        missing,
    };
    let roots = by_key.iter().filter(|(key, _)| !key.contains('/'));
    let total = missing + roots.map(|(_, count)| count).sum::<u64>();
    let depth = depth.map(|depth| Depth::new(depth).expect("a depth of the test"));
    let smallest = SmallestCount::new(5).expect("five is a count");
    let told = counts.told(Facet::Nature(depth), total, smallest);
    let text = |count| match count {
        ToldCount::Exact(count) => count.to_string(),
        ToldCount::Withheld => "?".to_owned(),
    };
    let keys = told.keys.iter();
    let keys = keys.map(|(key, count)| format!("{key} {}", text(*count)));
    let unlisted = told.has_unlisted_keys.then(|| "…".to_owned());
    keys.chain([format!("- {}", text(told.missing))])
        .chain(unlisted)
        .collect()
}

#[test]
fn one_small_count_takes_the_next_smallest_with_it() {
    // 30 − 20 would be the 3 and the 7.
    assert_eq!(
        told(&[("a", 20), ("b", 3), ("c", 7)], 0, None),
        ["a 20", "b ?", "c ?", "- 0"]
    );
    // Those without a value are one of the counts that add up.
    assert_eq!(
        told(&[("a", 20), ("b", 7)], 2, None),
        ["a 20", "b ?", "- ?"]
    );
    // 2 and 2 would be known to be at most 3.
    assert_eq!(
        told(&[("a", 20), ("b", 2), ("c", 2), ("d", 6)], 0, None),
        ["a 20", "b ?", "c ?", "d ?", "- 0"]
    );
}

#[test]
fn what_is_below_a_withheld_path_is_not_listed_and_what_can_t_be_hidden_neither() {
    let tree = [("a", 20), ("b", 9), ("b/x", 9), ("c", 3)];
    assert_eq!(told(&tree, 0, None), ["a 20", "b ?", "c ?", "- 0", "…"]);
    assert_eq!(told(&tree, 0, Some(2)), ["a 20", "b ?", "c ?", "- 0", "…"]);
    // 1 + 1 + 1 + 1 + 2: whichever are withheld, few are left for each.
    let ones = [
        ("a", 6),
        ("a/v", 1),
        ("a/w", 1),
        ("a/x", 1),
        ("a/y", 1),
        ("a/z", 2),
    ];
    assert_eq!(told(&ones, 5, None), ["a 6", "- 5", "…"]);
    assert_eq!(told(&ones, 5, Some(2)), ["a ?", "- 5", "…"]);
}

#[test]
fn a_path_alone_is_a_count_too() {
    // 12 − 9 are of sport and nothing more.
    let tree = [("sport", 12), ("sport/football", 9), ("music", 30)];
    assert_eq!(
        told(&tree, 0, None),
        ["music 30", "sport 12", "sport/football ?", "- 0"]
    );
    assert_eq!(
        told(&tree, 0, Some(2)),
        ["music 30", "sport ?", "sport/football ?", "- 0"]
    );
}

#[test]
fn of_fewer_candidates_than_the_smallest_count_nothing_is_told() {
    assert_eq!(told(&[("a", 3)], 1, None), ["- ?", "…"]);
    assert_eq!(told(&[], 0, None), ["- 0"]);
    let smallest = SmallestCount::new(5).unwrap();
    assert_eq!(smallest.told(4), ToldCount::Withheld);
    assert_eq!(smallest.told(0), ToldCount::Exact(0));
    assert!(SmallestCount::new(0).is_err() && SmallestCount::new(1_001).is_err());
    assert!(SmallestCount::new(1).is_ok() && SmallestCount::new(1_000).is_ok());
}

#[test]
fn a_depth_is_one_to_six() {
    assert!(Depth::new(1).is_ok() && Depth::new(6).is_ok());
    assert!(Depth::new(0).is_err() && Depth::new(7).is_err() && Depth::new(-1).is_err());
}
