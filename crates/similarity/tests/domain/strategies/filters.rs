//! Filters, condition by condition.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use sosie_similarity::{
    Axis, BoundingBox, Circle, ClosedRange, Condition, Filter, Region, State, TimeInterval,
    Timestamp,
};

use super::values::{code_path, location};
use crate::fixtures;

/// A range that has at least one end.
fn range(largest: f64) -> impl Strategy<Value = ClosedRange> {
    let ends = (0.0..largest, 0.0..largest, 0..3u8);
    ends.prop_map(|(a, b, open)| {
        let (low, high) = (a.min(b), a.max(b));
        let (min, max) = match open {
            0 => (None, Some(high)),
            1 => (Some(low), None),
            _ => (Some(low), Some(high)),
        };
        ClosedRange::new(min, max).expect("in order")
    })
}

fn interval() -> impl Strategy<Value = TimeInterval> {
    (2019..2024i32, 0..3i32).prop_map(|(year, years)| {
        let at = |year| fixtures::instant(&format!("{year}-06-01T19:00:00Z"));
        let ends: (Timestamp, Timestamp) = (at(year), at(year + years + 1));
        TimeInterval::new(Some(ends.0), Some(ends.1)).expect("in order")
    })
}

fn regions() -> impl Strategy<Value = (BoundingBox, Circle, Region)> {
    let corner = (43.2..43.35f64, 5.3..5.4f64);
    (corner, 0.01..0.2f64, location(), 1.0..2_000.0f64).prop_map(
        |((south, west), side, center, radius_km)| {
            let (north, east) = (south + side, west + side);
            (
                BoundingBox::new((south, west), (north, east)).expect("in order"),
                Circle::new(center, radius_km).expect("within the limit"),
                Region::new(fixtures::ring((west, south), (east, north)), vec![])
                    .expect("a closed ring"),
            )
        },
    )
}

/// A filter that has every condition.
pub(crate) fn full_filter() -> impl Strategy<Value = Filter> {
    let prefixes = || vec(code_path(), 1..4);
    let texts = (
        prefixes(),
        prefixes(),
        btree_set(select(State::ALL.to_vec()), 1..4),
        btree_set(select(vec!["register", "permits"]), 1..2),
        btree_set(select(vec!["e0", "e1", "e2"]), 1..3),
        btree_set(select(vec!["s1", "s2", "s3"]), 1..3),
        btree_set(select(Axis::ALL.to_vec()), 1..4),
    );
    let numbers = (interval(), range(1e3), range(1e7), range(1e5), regions());
    (texts, numbers).prop_map(|(texts, numbers)| {
        let (natures, sectors, states, sources, events, series, require_axes) = texts;
        let (time, participants, area, duration, (bounding_box, radius, polygon)) = numbers;
        Filter {
            // One code long: longer prefixes would hardly leave a candidate.
            nature_prefixes: natures
                .iter()
                .map(|p| fixtures::path(p.prefix(1)))
                .collect(),
            sector_prefixes: sectors
                .iter()
                .map(|p| fixtures::path(p.prefix(1)))
                .collect(),
            states,
            time: Some(time),
            participants: Some(participants),
            footprint_area_m2: Some(area),
            duration_s: Some(duration),
            bounding_box: Some(bounding_box),
            radius: Some(radius),
            polygon: Some(polygon),
            source_ids: sources.into_iter().map(fixtures::code).collect(),
            excluded_event_ids: events.into_iter().map(fixtures::event_id).collect(),
            excluded_series_ids: series.into_iter().map(fixtures::series_id).collect(),
            require_axes,
        }
    })
}

/// A filter of up to `most` conditions.
pub(crate) fn filter_of(most: usize) -> impl Strategy<Value = Filter> {
    let conditions = subsequence(Condition::ALL.to_vec(), 0..=most);
    (full_filter(), conditions).prop_map(|(full, conditions)| {
        let mut filter = Filter::default();
        for condition in conditions {
            copy_condition(condition, &full, &mut filter);
        }
        filter
    })
}

/// Makes `to` ask what `from` asks, on one condition.
pub(crate) fn copy_condition(condition: Condition, from: &Filter, to: &mut Filter) {
    let from = from.clone();
    match condition {
        Condition::States => to.states = from.states,
        Condition::NaturePrefixes => to.nature_prefixes = from.nature_prefixes,
        Condition::SectorPrefixes => to.sector_prefixes = from.sector_prefixes,
        Condition::Time => to.time = from.time,
        Condition::Participants => to.participants = from.participants,
        Condition::FootprintAreaM2 => to.footprint_area_m2 = from.footprint_area_m2,
        Condition::DurationS => to.duration_s = from.duration_s,
        Condition::BoundingBox => to.bounding_box = from.bounding_box,
        Condition::Radius => to.radius = from.radius,
        Condition::Polygon => to.polygon = from.polygon,
        Condition::SourceIds => to.source_ids = from.source_ids,
        Condition::ExcludedEventIds => to.excluded_event_ids = from.excluded_event_ids,
        Condition::ExcludedSeriesIds => to.excluded_series_ids = from.excluded_series_ids,
        Condition::RequireAxes => to.require_axes = from.require_axes,
    }
}

/// Every state: what a filter without the condition on states would ask for, were HELD no default.
pub(crate) fn all_states() -> BTreeSet<State> {
    State::ALL.into_iter().collect()
}
