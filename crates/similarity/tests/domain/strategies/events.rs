//! Stored events.

use std::collections::BTreeMap;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use sosie_similarity::{EventParts, State, StatedValues, Timestamp};

use super::values::times;
use crate::fixtures;

/// So few values that equal scores are the rule.
pub(crate) fn coarse_stated() -> impl Strategy<Value = StatedValues> {
    let nature = option::of(select(vec!["sport/football", "sport/rugby", "music"]));
    let best = option::of(select(vec![2u64, 8]));
    let latitude = option::of(select(vec![43.30, 43.31]));
    (nature, best, latitude).prop_map(|(nature, best, latitude)| StatedValues {
        nature: nature.map(fixtures::path),
        participants: best.map(fixtures::count),
        location: latitude.map(|latitude| fixtures::place(latitude, 5.4)),
        ..StatedValues::default()
    })
}

/// The parts of an event called `e`; whoever makes a list of them gives each its own id.
pub(crate) fn event_parts(
    stated: impl Strategy<Value = StatedValues>,
) -> impl Strategy<Value = EventParts> {
    let series = option::of(select(vec!["s1", "s2", "s3"]));
    let state = prop_oneof![6 => Just(State::Held), 1 => select(State::ALL.to_vec())];
    // A few instants only, so that starts tie; a day of delay puts `known_time` past some `as_of`s.
    let start = prop_oneof![1 => (0..4u32).prop_map(Some), 1 => Just(None)];
    let source = select(vec!["register", "permits"]);
    let delay_days = 0..60i64;
    (stated, times(), start, (series, state, source, delay_days)).prop_map(
        |(stated, times, start, (series, state, source, delay_days))| {
            let mut parts = fixtures::parts("e");
            parts.times = match start {
                Some(at) => fixtures::exact(
                    &format!("202{at}-06-01T18:00:00Z"),
                    &format!("202{at}-06-01T20:00:00Z"),
                    chrono_tz::Tz::Europe__Paris,
                ),
                None => times,
            };
            let known = parts.times.end().as_micros() + delay_days * 86_400_000_000;
            parts.known_time = Timestamp::from_micros(known).expect("a year of four digits");
            parts.series_id = series.map(fixtures::series_id);
            parts.state = state;
            parts.source_id = fixtures::code(source);
            parts.outcomes = BTreeMap::new();
            parts.stated = stated;
            parts
        },
    )
}
