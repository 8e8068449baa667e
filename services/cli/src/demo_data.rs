//! The history that `sosie demo` searches: about 5,000 events in Marseille, 2016 to 2025.
//!
//! All of it is made up. Places and their sectors are real; that anything was held there on a
//! given day, how many came and what it needed is drawn at random, after the habits of a large
//! port city: its seasons, its weekdays, its closures of 2020 and 2021, and the gaps of its files.
//!
//! **Law.** The same seed gives the same bytes, on every machine.
//!
//! Start reading at [`write_history`], then `kinds`, then `events`.

mod calendar;
mod diary;
mod draw;
mod events;
mod kinds;
mod places;
mod record;
mod routes;
mod sizes;
mod states;

use std::io;

use diary::Diary;
use draw::Draw;
use events::Event;

/// The seed of the history in the documentation.
pub(crate) const SEED: u64 = 13;

/// The data set that every event of the history says it comes from.
pub(crate) const SOURCE_ID: &str = "marseille-synthetic";

/// What a history holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HistorySummary {
    /// Events, one a line.
    pub(crate) events: usize,
    /// Recurring events that share a `series_id`.
    pub(crate) series: usize,
}

/// Writes the history of `seed` as NDJSON, in order of time.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_history(seed: u64, out: &mut dyn io::Write) -> io::Result<HistorySummary> {
    let mut draw = Draw::new(seed);
    let Diary {
        occasions,
        n_series,
        ..
    } = Diary::of_all_kinds(&mut draw);
    let mut events: Vec<Event> = occasions
        .iter()
        .map(|occasion| events::event(occasion, &mut draw))
        .collect();
    events.sort_by_key(|event| event.start);
    for (number, event) in events.iter_mut().enumerate() {
        event.record.event_id = format!("mrs-{:06}", number + 1);
        serde_json::to_writer(&mut *out, &event.record)?;
        out.write_all(b"\n")?;
    }
    Ok(HistorySummary {
        events: events.len(),
        series: n_series as usize,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, FixedOffset, NaiveTime};
    use serde_json::Value;

    use super::*;

    fn history(seed: u64) -> (HistorySummary, Vec<u8>) {
        let mut bytes = Vec::new();
        let summary = write_history(seed, &mut bytes).expect("a vector takes all that is written");
        (summary, bytes)
    }

    fn events() -> Vec<Value> {
        let (_, bytes) = history(SEED);
        serde_json::Deserializer::from_slice(&bytes)
            .into_iter()
            .map(Result::unwrap)
            .collect()
    }

    fn instant(event: &Value, field: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(event[field].as_str().unwrap()).unwrap()
    }

    fn is_code(code: &str) -> bool {
        let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (1..=32).contains(&code.len())
            && legal(code.as_bytes()[0])
            && code.bytes().all(|byte| legal(byte) || byte == b'-')
    }

    fn is_id(id: &str) -> bool {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        (1..=64).contains(&id.len()) && id.bytes().all(legal)
    }

    /// Percent of `events` without a value at `field`.
    fn missing_percent<'a>(events: impl IntoIterator<Item = &'a Value>, field: &str) -> usize {
        let values: Vec<bool> = events
            .into_iter()
            .map(|event| event[field].is_null())
            .collect();
        values.iter().filter(|missing| **missing).count() * 100 / values.len()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert!(history(SEED) == history(SEED));
        assert!(history(SEED).1 != history(SEED + 1).1);
    }

    #[test]
    fn the_summary_counts_what_was_written() {
        let (summary, _) = history(SEED);
        let events = events();
        let series: BTreeSet<&str> = events
            .iter()
            .filter_map(|event| event["series_id"].as_str())
            .collect();
        assert_eq!(
            summary,
            HistorySummary {
                events: events.len(),
                series: series.len()
            }
        );
        assert!((4_700..=5_300).contains(&summary.events), "{summary:?}");
    }

    #[test]
    fn ids_are_legal_and_unique() {
        let events = events();
        let ids: BTreeSet<&str> = events
            .iter()
            .map(|event| event["event_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), events.len());
        assert!(ids.into_iter().all(is_id));
        assert!(
            events
                .iter()
                .filter_map(|event| event["series_id"].as_str())
                .all(is_id)
        );
    }

    #[test]
    fn paths_have_legal_codes_and_come_in_several_depths() {
        let mut depths = BTreeSet::new();
        for event in events() {
            for field in ["nature", "sector"] {
                let Some(path) = event[field].as_str() else {
                    continue;
                };
                assert!(path.split('/').all(is_code), "{path}");
                depths.insert((field, path.split('/').count()));
            }
        }
        let natures = [1, 2, 3, 4].map(|depth| ("nature", depth));
        assert_eq!(depths, natures.into_iter().chain([("sector", 3)]).collect());
    }

    #[test]
    fn times_are_in_order_and_days_are_whole() {
        for event in events() {
            let (start, end) = (instant(&event, "start_time"), instant(&event, "end_time"));
            let known = instant(&event, "known_time");
            assert!(start < end && (known < start || known == end), "{event}");
            let midnights = start.time() == NaiveTime::MIN && end.time() == NaiveTime::MIN;
            assert!(event["time_precision"] == "EXACT" || midnights, "{event}");
            let active_s = event["active_duration_s"].as_i64().unwrap_or(1);
            assert!(
                (1..=(end - start).num_seconds()).contains(&active_s),
                "{event}"
            );
            assert!(
                event["start_time"].as_str() < Some("2026")
                    && event["start_time"].as_str() > Some("2016")
            );
        }
    }

    #[test]
    fn a_new_year_is_seen_in_on_the_quay() {
        let over_new_year = |event: &Value| {
            let (start, end) = (&event["start_time"], &event["end_time"]);
            start.as_str().unwrap()[..4] < end.as_str().unwrap()[..4]
                && event["time_precision"] == "EXACT"
        };
        assert!(events().iter().any(over_new_year));
    }

    #[test]
    fn offsets_follow_the_clocks_of_paris() {
        for event in events() {
            for field in ["start_time", "end_time", "known_time"] {
                let told = instant(&event, field);
                let paris = told.with_timezone(&chrono_tz::Europe::Paris).naive_local();
                assert_eq!(told.naive_local(), paris, "{event}");
            }
        }
    }

    #[test]
    fn counts_and_measures_are_in_range() {
        for event in events() {
            let participants = &event["participants"];
            if let Some(best) = participants["best"].as_u64() {
                let low = participants["low"].as_u64().unwrap_or(best);
                let high = participants["high"].as_u64().unwrap_or(best);
                assert!(low <= best && best <= high, "{event}");
            }
            assert!(
                event["footprint_area_m2"].as_f64().unwrap_or(1.0) > 0.0,
                "{event}"
            );
            assert!(
                event["footprint"]["width_m"].as_f64().unwrap_or(1.0) > 0.0,
                "{event}"
            );
            if let Value::Object(location) = &event["location"] {
                assert!((43.1..43.5).contains(&location["latitude"].as_f64().unwrap()));
                assert!((5.2..5.6).contains(&location["longitude"].as_f64().unwrap()));
            }
        }
    }

    #[test]
    fn only_what_was_held_has_outcomes() {
        let events = events();
        let states: BTreeSet<&str> = events
            .iter()
            .map(|event| event["state"].as_str().unwrap())
            .collect();
        assert_eq!(states, BTreeSet::from(["CANCELLED", "HELD", "POSTPONED"]));
        let with_outcomes = events.iter().filter(|event| !event["outcomes"].is_null());
        assert!(with_outcomes.clone().all(|event| event["state"] == "HELD"));
        let held = events.iter().filter(|event| event["state"] == "HELD");
        assert!((22..=28).contains(&missing_percent(held, "outcomes")));
    }

    #[test]
    fn values_are_missing_as_often_as_in_real_files() {
        let events = events();
        let check = |field: &str, percent: std::ops::RangeInclusive<usize>| {
            let missing = missing_percent(&events, field);
            assert!(percent.contains(&missing), "{field}: {missing} %");
        };
        check("nature", 6..=10);
        check("participants", 22..=28);
        check("footprint_area_m2", 60..=75);
        check("location", 3..=7);
        check("sector", 2..=6);
        let unmapped = events.iter().filter(|event| event["footprint"].is_null());
        let neither = unmapped
            .filter(|event| event["footprint_area_m2"].is_null())
            .count();
        assert!(
            (55..=65).contains(&(neither * 100 / events.len())),
            "{neither}"
        );
    }

    #[test]
    fn every_arrondissement_has_events() {
        let sectors: BTreeSet<String> = events()
            .iter()
            .filter_map(|event| {
                event["sector"]
                    .as_str()?
                    .split('/')
                    .nth(1)
                    .map(str::to_owned)
            })
            .collect();
        assert_eq!(
            sectors,
            (13_001..=13_016)
                .map(|code: u32| code.to_string())
                .collect()
        );
    }
}
