//! Searches and profiles of which no two ask the same: each differs from the first in one place.

mod drafts;
mod filters;
mod profiles;

use std::sync::Arc;

use sosie_similarity::{Axis, Filter, MissingPolicy, StatedValues};

use crate::fixtures::{self, Asked};

pub(crate) use profiles::profiles;

/// What a change is called, and the change.
type Setting<T> = (&'static str, fn(&mut T));
type Named<T> = (String, T);

/// The first is the one that the others differ from.
pub(crate) fn searches() -> Vec<Named<Asked>> {
    let first = Asked::of_draft(fixtures::draft_of("music"));
    let mut searches = vec![("first".to_owned(), first.clone())];
    for (name, set) in settings() {
        searches.push((name.to_owned(), first.with(set)));
    }
    for (name, set) in filters::filters() {
        let mut filter = Filter::default();
        set(&mut filter);
        let asked = first.with(|asked| asked.query.filter = filter);
        searches.push((format!("filter: {name}"), asked));
    }
    for (name, set) in drafts::stated() {
        let mut stated = StatedValues::default();
        set(&mut stated);
        let asked = Asked::of_draft(fixtures::draft(stated, None));
        searches.push((format!("draft: {name}"), asked));
    }
    for (name, times) in drafts::times() {
        let draft = fixtures::draft(StatedValues::default(), Some(times));
        searches.push((format!("draft: {name}"), Asked::of_draft(draft)));
    }
    for id in ["e1", "e2"] {
        let asked = Asked::of_stored(fixtures::event_of(id, "music"));
        searches.push((format!("stored: {id}"), asked));
    }
    searches
}

fn settings() -> Vec<Setting<Asked>> {
    vec![
        ("profile", |asked| {
            let rules = fixtures::rules(MissingPolicy::Renormalise);
            asked.found.profile = Arc::new(fixtures::profile(rules));
        }),
        ("weight", |asked| {
            asked.query.weight_overrides = vec![(Axis::Season, 2.0)]
        }),
        ("other weight", |asked| {
            asked.query.weight_overrides = vec![(Axis::Duration, 2.0)]
        }),
        ("no weight", |asked| {
            asked.query.weight_overrides = vec![(Axis::Season, 0.0)]
        }),
        ("floor", |asked| asked.query.min_coverage = Some(0.5)),
        ("as_of", |asked| {
            asked.query.as_of = Some(fixtures::instant("2024-01-01T00:00:00Z"))
        }),
        ("as_of a microsecond later", |asked| {
            asked.query.as_of = Some(fixtures::instant("2024-01-01T00:00:00.000001Z"));
        }),
        ("exclude_probe_series", |asked| {
            asked.query.exclude_probe_series = true
        }),
        ("no collapse_series", |asked| {
            asked.query.collapse_series = false
        }),
    ]
}
