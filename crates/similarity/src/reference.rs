//! The plain search: every event is looked at, nothing is pruned. Tests compare everything with it.

use std::collections::HashMap;

use crate::code::EventId;
use crate::code::SeriesId;
use crate::event::Event;
use crate::order::RankKey;
use crate::score::Score;
use crate::search::{Answer, Counts, Exclusion, Explanation, Hit, Page, Search};

/// The page of the true ranked list.
pub fn search(events: &[Event], search: &Search, page: Page) -> Answer {
    let (ranked, counts) = ranked(events, search);
    let scorer = search.scorer();
    let on_page = ranked.iter().enumerate().skip(page.offset).take(page.limit);
    let hits = on_page.map(|(at, entry)| Hit {
        event: entry.event.clone(),
        rank: at + 1,
        score: entry.score,
        series_member_count: entry.members,
        ledger: scorer.ledger(&entry.event.values()),
    });
    Answer {
        hits: hits.collect(),
        has_more: ranked.len() > page.offset.saturating_add(page.limit),
        counts,
    }
}

/// Where the event stands, or `None` if it is not among `events`.
pub fn explain(events: &[Event], search: &Search, event_id: &EventId) -> Option<Explanation> {
    let event = events.iter().find(|event| event.id() == event_id)?;
    let (ranked, _) = ranked(events, search);
    let mut exclusions = search.exclusions(&event.candidate());
    let rank = ranked.iter().position(|entry| entry.event.id() == event_id);
    if rank.is_none() && exclusions.is_empty() {
        let series_id = &event.parts().series_id;
        let kept = ranked
            .iter()
            .find(|entry| &entry.event.parts().series_id == series_id)?;
        exclusions.push(Exclusion::SeriesCollapsed {
            kept: kept.event.id().clone(),
        });
    }
    Some(Explanation {
        event: event.clone(),
        score: search.scorer().score(&event.values()).ok(),
        ledger: search.scorer().ledger(&event.values()),
        verdict: rank.map(|at| at + 1).ok_or(exclusions),
    })
}

struct Entry<'a> {
    event: &'a Event,
    score: Score,
    members: usize,
}

impl Entry<'_> {
    fn key(&self) -> RankKey<'_> {
        let start = self.event.parts().times.start();
        RankKey {
            score: self.score,
            start,
            event_id: self.event.id(),
        }
    }
}

fn ranked<'a>(events: &'a [Event], search: &Search) -> (Vec<Entry<'a>>, Counts) {
    let scorer = search.scorer();
    let mut counts = Counts::default();
    let mut hits = Vec::new();
    for event in events
        .iter()
        .filter(|event| search.admits(&event.candidate()))
    {
        counts.candidates += 1;
        counts.rows_scored += 1;
        if let Ok(score) = scorer.score(&event.values()) {
            hits.push(Entry {
                event,
                score,
                members: 1,
            });
        }
    }
    hits.sort_by(|a, b| a.key().cmp(&b.key()));
    (
        if search.collapse_series() {
            collapsed(hits)
        } else {
            hits
        },
        counts,
    )
}

/// Of each series the first, which is the best, with the number of its members.
fn collapsed(sorted: Vec<Entry>) -> Vec<Entry> {
    let mut place_of_series: HashMap<&SeriesId, usize> = HashMap::new();
    let mut kept: Vec<Entry> = Vec::new();
    for entry in sorted {
        let Some(series_id) = &entry.event.parts().series_id else {
            kept.push(entry);
            continue;
        };
        let place = *place_of_series.entry(series_id).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(best) => best.members += 1,
            None => kept.push(entry),
        }
    }
    kept
}
