//! Whole worlds: stored events and a search among them.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sosie_similarity::{Axis, Event, EventParts, Search};

use super::events::{coarse_stated, event_parts};
use super::filters::filter_of;
use super::profiles::profile;
use super::values::{complete_draft, draft, stated};
use crate::fixtures::{self, Asked};

/// Stored events, and a search that is valid among them.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) events: Vec<Event>,
    pub(crate) asked: Asked,
}

impl World {
    pub(crate) fn search(&self) -> Search {
        self.asked.search()
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let coarse = vec(event_parts(coarse_stated()), 1..30);
    let varied = vec(event_parts(stated(0.7)), 1..30);
    prop_oneof![coarse, varied].prop_map(with_ids)
}

/// `e0`, `e1`, … `e10`: bytewise, `e10` comes before `e2`.
fn with_ids(parts: Vec<EventParts>) -> Vec<Event> {
    let with_id = |(at, mut parts): (usize, EventParts)| {
        parts.event_id = fixtures::event_id(&format!("e{at}"));
        fixtures::event(parts)
    };
    parts.into_iter().enumerate().map(with_id).collect()
}

fn probe(events: &[Event]) -> impl Strategy<Value = Asked> + use<> {
    let events = events.to_vec();
    prop_oneof![
        2 => any::<Index>().prop_map(move |at| Asked::of_stored(at.get(&events).clone())),
        1 => draft().prop_map(Asked::of_draft),
        1 => complete_draft().prop_map(Asked::of_draft),
    ]
}

fn settings() -> impl Strategy<Value = Asked> + use<> {
    let overrides = option::of((select(Axis::ALL.to_vec()), 0.1..10.0f64));
    let floor = option::weighted(0.3, 0.0..=1.0f64);
    let as_of = option::weighted(0.6, 2020..2025i32);
    let switches = (any::<bool>(), any::<bool>(), any::<bool>());
    let profiles = (profile(), filter_of(2));
    (profiles, overrides, floor, as_of, switches).prop_map(
        |((profile, filter), weight, floor, year, (is_default, no_series, collapse))| {
            let mut asked = Asked::of_draft(fixtures::draft_of("music"));
            if !is_default {
                asked.found.profile = Arc::new(profile);
            }
            asked.query.weight_overrides = weight.into_iter().collect();
            asked.query.min_coverage = floor;
            asked.query.filter = filter;
            asked.query.as_of = year.map(|y| fixtures::instant(&format!("{y}-06-01T20:00:00Z")));
            asked.query.exclude_probe_series = no_series;
            asked.query.collapse_series = collapse;
            asked
        },
    )
}

/// Up to 30 events and a search with any profile, settings, and a filter of up to two conditions.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let probed = events().prop_flat_map(|events| {
        let probe = probe(&events);
        (Just(events), probe)
    });
    let asked = (probed, settings()).prop_map(|((events, probe), settings)| {
        let mut asked = settings;
        asked.query.probe = probe.query.probe;
        asked.found.probe = probe.found.probe;
        World { events, asked }
    });
    asked.prop_filter("the probe has an axis with a weight", |world| {
        let found = world.asked.found.clone();
        world.asked.query.clone().resolve(found).is_ok()
    })
}
