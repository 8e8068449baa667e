//! The events of a seed are what the generator promises.

use std::collections::{HashMap, HashSet};

use sosie_similarity::{Event, State, TimePrecision};
use sosie_synthetic::{Config, Generator, horizon};

/// Enough that a share of 1 % is met within a fifth of itself, and several blocks of series.
const EVENTS: u64 = 40_000;

fn events() -> Vec<Event> {
    let generator = Generator::new(7, Config::default());
    (0..EVENTS).map(|index| generator.event(index)).collect()
}

fn share(events: &[Event], holds: impl Fn(&Event) -> bool) -> f64 {
    events.iter().filter(|event| holds(event)).count() as f64 / events.len() as f64
}

fn assert_near(found: f64, expected: f64, what: &str) {
    // Five standard deviations of a share.
    let slack = 5.0 * (expected * (1.0 - expected) / EVENTS as f64).sqrt();
    assert!(
        (found - expected).abs() < slack,
        "{what}: {found} is not near {expected}"
    );
}

fn counts<'a>(keys: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// Everything that a copy shares with what it copies.
fn values(event: &Event) -> String {
    let parts = event.parts();
    format!("{:?} {:?}", parts.times, parts.stated)
}

#[test]
fn an_event_depends_on_seed_configuration_and_index_only() {
    let (one, other) = (
        Generator::new(3, Config::default()),
        Generator::new(3, Config::default()),
    );
    for index in [0, 1, 17, 4_095, 4_096, 99_999_999, 3_000_000_000] {
        assert_eq!(one.event(index), other.event(index));
        assert_eq!(one.event(index), one.event(index));
    }
    let reseeded = Generator::new(4, Config::default());
    assert_ne!(values(&one.event(5)), values(&reseeded.event(5)));
    assert_eq!(one.event(99_999_999).id().as_str(), "syn-099999999");
    assert_eq!(one.event(3_000_000_000).id().as_str(), "syn-3000000000");
}

#[test]
fn values_are_missing_as_often_as_in_real_sources() {
    let events = events();
    let absent = |f: fn(&Event) -> bool| share(&events, f);
    assert_near(
        absent(|e| e.values().participants.is_none()),
        0.10,
        "participants",
    );
    assert_near(
        absent(|e| e.values().footprint_area_m2.is_none()),
        0.15,
        "area",
    );
    assert_near(
        absent(|e| e.values().duration_s.is_none()),
        0.05,
        "duration",
    );
    assert_near(
        absent(|e| e.parts().times.precision() == TimePrecision::Day),
        0.05,
        "day precision",
    );
    let full = |e: &Event| {
        let values = e.values();
        values.location.is_some() && values.nature.is_some() && values.sector.is_some()
    };
    assert!(events.iter().all(full));
}

#[test]
fn some_natures_are_told_in_part() {
    let mut events = events();
    // Editions share their nature: without them shares are as sharp as the number of events says.
    events.retain(|event| event.parts().series_id.is_none());
    let depth = |n| share(&events, |e| e.values().nature.map(|p| p.depth()) == Some(n));
    assert_near(depth(1), 0.05, "depth 1");
    assert_near(depth(2), 0.10, "depth 2");
    assert_near(depth(3), 0.85, "depth 3");
    let natures = events
        .iter()
        .map(|e| e.values().nature.expect("always told").as_str());
    let natures: HashSet<_> = natures.collect();
    assert!(natures.contains("kind-01/sort-1/form-1") && natures.contains("kind-12"));
    assert!(natures.len() <= 12 * 6 * 5 + 12 * 6 + 12);
}

#[test]
fn towns_are_as_uneven_as_zipf_says() {
    let mut events = events();
    events.retain(|event| event.parts().series_id.is_none());
    let towns = counts(
        events
            .iter()
            .map(|e| e.values().sector.expect("always told").prefix(1)),
    );
    let share = |town: &str| towns[town] as f64 / events.len() as f64;
    // 1 / H(5000) = 0.11.
    assert!(
        (share("town-0001") - 0.11).abs() < 0.01,
        "{}",
        share("town-0001")
    );
    assert!((share("town-0001") / share("town-0002") - 2.0).abs() < 0.3);
    assert!(towns.len() > 3_000, "{}", towns.len());
}

#[test]
fn one_event_in_a_hundred_copies_an_earlier_one() {
    let events = events();
    let mut seen = HashSet::new();
    let copies = events.iter().filter(|event| !seen.insert(values(event)));
    assert_near(copies.count() as f64 / EVENTS as f64, 0.01, "copies");
}

#[test]
fn sizes_tie_and_hang_together() {
    let events = events();
    let sizes: Vec<(f64, f64)> = events
        .iter()
        .filter_map(|event| {
            let values = event.values();
            let count = values.participants?.best() as f64;
            Some((count.ln(), values.footprint_area_m2?.ln()))
        })
        .collect();
    let distinct: HashSet<_> = sizes.iter().map(|(count, _)| count.to_bits()).collect();
    assert!(distinct.len() < 600, "{} counts", distinct.len());
    assert!(correlation(&sizes) > 0.5, "{}", correlation(&sizes));
    let hours = events
        .iter()
        .filter_map(|event| event.values().duration_s)
        .map(|s| s / 900.0);
    assert!(
        hours
            .into_iter()
            .all(|quarters| quarters >= 1.0 && quarters.fract() == 0.0)
    );
    let large = share(&events, |e| {
        e.values().participants.is_some_and(|p| p.best() >= 5_000)
    });
    assert!((0.01..0.2).contains(&large), "{large} have 5,000");
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (xx, yy) = (mean(|p| p.0 * p.0) - x * x, mean(|p| p.1 * p.1) - y * y);
    (mean(|p| p.0 * p.1) - x * y) / (xx * yy).sqrt()
}

#[test]
fn three_events_in_ten_are_editions_and_no_series_has_one() {
    let generator = Generator::new(7, Config::default());
    // Whole blocks, so whole series.
    let events: Vec<_> = (0..8 * 4_096).map(|index| generator.event(index)).collect();
    let series = events.iter().filter_map(|e| e.parts().series_id.as_ref());
    let sizes = counts(series.map(|id| id.as_str()));
    let members: usize = sizes.values().sum();
    assert!((members as f64 / events.len() as f64 - 0.3).abs() < 0.001);
    assert_eq!(sizes.values().max(), Some(&200));
    assert_eq!(sizes.values().min(), Some(&2));
}

#[test]
fn editions_are_alike_and_never_on_one_day() {
    let generator = Generator::new(7, Config::default());
    let mut days: HashMap<String, HashSet<_>> = HashMap::new();
    for event in (0..4_096).map(|index| generator.event(index)) {
        let Some(id) = &event.parts().series_id else {
            continue;
        };
        let day = event.parts().times.dates().0;
        let fresh = days.entry(id.to_string()).or_default().insert(day);
        assert!(fresh, "two editions of {id} on {day}");
    }
}

#[test]
fn seasons_weekends_states_and_bases_are_mixed() {
    let events = events();
    let summer = share(&events, |e| e.calendar().summer_share == 1.0);
    let weekend = share(&events, |e| e.calendar().weekend_share == 1.0);
    assert!((0.3..0.8).contains(&summer), "{summer}");
    assert!((0.3..0.8).contains(&weekend), "{weekend}");
    assert_near(
        share(&events, |e| e.parts().state == State::Held),
        0.97,
        "held",
    );
    for state in State::ALL {
        assert!(
            share(&events, |e| e.parts().state == state) > 0.0,
            "{state:?}"
        );
    }
    let unspecified = |e: &Event| {
        let count = e.values().participants;
        count.is_some_and(|count| count.basis().is_none())
    };
    assert_near(share(&events, unspecified), 0.9 * 0.8, "no basis");
}

#[test]
fn history_lies_in_ten_past_years_and_is_known_from_its_end_on() {
    let events = events();
    let year = |at: sosie_similarity::Timestamp| at.to_utc().format("%Y").to_string();
    for event in &events {
        let parts = event.parts();
        assert!(("2014"..="2025").contains(&year(parts.times.start()).as_str()));
        assert_eq!(parts.known_time, parts.times.end());
        assert!(parts.times.end() < horizon());
    }
}

#[test]
fn sources_are_chance_alone() {
    let events = events();
    let sources = counts(events.iter().map(|e| e.parts().source_id.as_str()));
    assert_eq!(sources.len(), 1_000);
    let ten = |e: &Event| e.parts().source_id.as_str() < "attr-010";
    assert_near(share(&events, ten), 0.01, "ten sources");
}

#[test]
fn footprints_are_there_when_asked_for_and_as_large_as_stated() {
    let config = Config {
        footprints_share: 0.05,
        ..Config::default()
    };
    let generator = Generator::new(7, config);
    let events: Vec<_> = (0..EVENTS).map(|index| generator.event(index)).collect();
    assert_near(
        share(&events, |e| e.values().footprint.is_some()),
        0.05,
        "footprints",
    );
    for event in &events {
        let stated = &event.parts().stated;
        if let Some(footprint) = &stated.footprint {
            let area_m2 = stated.footprint_area_m2.expect("told with its footprint");
            assert!((footprint.area_m2() / area_m2 - 1.0).abs() < 0.02);
        }
    }
    assert!(
        self::events()
            .iter()
            .all(|e| e.values().footprint.is_none())
    );
}
