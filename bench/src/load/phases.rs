//! Where the time of calls went: the phase log of the service, summed up.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::Context;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Phases in the order in which a call goes through them; `records` is a part of `search`, all are parts of `call`.
const ORDER: [&str; 8] = [
    "decode", "wait", "prepare", "search", "records", "compose", "encode", "call",
];
/// More than a phase may take, in nanoseconds: ten minutes.
const TOOK_MAX_NS: u64 = 600_000_000_000;
const DIGITS: u8 = 3;

/// A line of the phase log.
#[derive(Deserialize)]
struct Line<'a> {
    phase: &'a str,
    ended_us: u64,
    took_ns: u64,
}

/// The times of one phase in one round.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Phase {
    /// Its name.
    pub(super) name: String,
    /// How often it ended.
    pub(super) count: u64,
    /// Mean time.
    pub(super) mean_us: f64,
    /// The 99th percentile.
    pub(super) p99_us: f64,
}

/// The phases that ended in a window of microseconds since 1970.
///
/// # Errors
/// The log has a line that is none of the service.
pub(super) fn phases(log: &str, window_us: Range<u64>) -> anyhow::Result<Vec<Phase>> {
    let mut times: BTreeMap<(usize, &str), Histogram<u64>> = BTreeMap::new();
    for line in log.lines() {
        let line: Line = serde_json::from_str(line).context("reading the phase log")?;
        if !window_us.contains(&line.ended_us) {
            continue;
        }
        let place = ORDER.iter().position(|name| *name == line.phase);
        // A phase that is newer than this list comes last.
        let times = times.entry((place.unwrap_or(ORDER.len()), line.phase));
        let times = times.or_insert_with(|| {
            Histogram::new_with_max(TOOK_MAX_NS, DIGITS).expect("0 to 5 digits are allowed")
        });
        times.saturating_record(line.took_ns);
    }
    let phases = times.into_iter().map(|((_, name), times)| Phase {
        name: name.to_owned(),
        count: times.len(),
        mean_us: times.mean() / 1e3,
        p99_us: times.value_at_quantile(0.99) as f64 / 1e3,
    });
    Ok(phases.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_summed_up_in_their_order_and_only_within_the_window() {
        let log = r#"{"phase":"call","ended_us":15,"took_ns":5000}
{"phase":"decode","ended_us":9,"took_ns":900000}
{"phase":"decode","ended_us":10,"took_ns":1000}
{"phase":"later","ended_us":12,"took_ns":1000}
{"phase":"decode","ended_us":19,"took_ns":3000}
{"phase":"decode","ended_us":20,"took_ns":900000}
"#;
        let phases = phases(log, 10..20).unwrap();
        let told: Vec<_> = phases.iter().map(|p| (p.name.as_str(), p.count)).collect();
        assert_eq!(told, [("decode", 2), ("call", 1), ("later", 1)]);
        assert!((phases[0].mean_us - 2.0).abs() < 0.01, "{phases:?}");
    }

    #[test]
    fn a_line_that_is_none_is_an_error() {
        assert!(phases("{\"phase\":\"call\"}", 0..1).is_err());
    }
}
