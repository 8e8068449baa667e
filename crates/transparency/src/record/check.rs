//! Whether facts belong together.

use std::collections::BTreeSet;

use super::{Facts, InvalidFacts, Limit};
use crate::source::SourceFacts;

pub(super) fn check(facts: &Facts) -> Result<(), InvalidFacts> {
    for (field, text) in [
        ("engine_version", &facts.engine_version),
        ("generation.id", &facts.generation.id),
    ] {
        if text.trim().is_empty() {
            return Err(InvalidFacts::Empty(field));
        }
    }
    check_sources(&facts.sources, facts.generation.event_count)?;
    check_limits(&facts.limits)
}

/// The rows add up to the events, so the summary is of this generation and of all of it.
fn check_sources(sources: &[SourceFacts], events: u64) -> Result<(), InvalidFacts> {
    let mut ids = BTreeSet::new();
    for source in sources {
        let id = &source.declaration.source_id;
        if !ids.insert(id) {
            return Err(InvalidFacts::SourceTwice(id.clone()));
        }
    }
    let rows = sources.iter().map(|source| source.figures.rows()).sum();
    if rows != events {
        return Err(InvalidFacts::RowsDoNotAddUp { rows, events });
    }
    Ok(())
}

fn check_limits(limits: &[Limit]) -> Result<(), InvalidFacts> {
    let mut names = BTreeSet::new();
    for limit in limits {
        if !is_lower_snake(&limit.name) || !names.insert(&limit.name) {
            return Err(InvalidFacts::LimitName(limit.name.clone()));
        }
        if !limit.value.is_finite() {
            return Err(InvalidFacts::NotFinite(limit.name.clone()));
        }
    }
    Ok(())
}

/// Letters, digits and underscores: at least one.
pub(crate) fn is_lower_snake(name: &str) -> bool {
    let allowed = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
    !name.is_empty() && name.bytes().all(allowed)
}
