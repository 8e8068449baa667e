//! What the hits needed: outcome counts summarised by code.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::search::Hit;

/// How one outcome is spread over the hits that state it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutcomeSummary {
    /// Hits that state it.
    pub hit_count: usize,
    /// Smallest count.
    pub min: f64,
    /// First quartile.
    pub p25: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub p75: f64,
    /// Largest count.
    pub max: f64,
}

/// Summaries by outcome code, over the hits that state it.
pub fn summarise(hits: &[Hit]) -> BTreeMap<&Code, OutcomeSummary> {
    let mut counts: BTreeMap<&Code, Vec<f64>> = BTreeMap::new();
    for (code, count) in hits.iter().flat_map(|hit| &hit.event.parts().outcomes) {
        counts.entry(code).or_default().push(*count);
    }
    counts
        .into_iter()
        .map(|(code, counts)| (code, summary(counts)))
        .collect()
}

fn summary(mut counts: Vec<f64>) -> OutcomeSummary {
    counts.sort_by(f64::total_cmp);
    OutcomeSummary {
        hit_count: counts.len(),
        min: counts[0],
        p25: quantile(&counts, 0.25),
        median: quantile(&counts, 0.5),
        p75: quantile(&counts, 0.75),
        max: counts[counts.len() - 1],
    }
}

/// Quantile of sorted values by linear interpolation (Hyndman and Fan 1996, type 7).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_interpolated() {
        let of = |counts: &[f64]| summary(counts.to_vec());
        let four = of(&[4.0, 1.0, 2.0, 3.0]);
        assert_eq!((four.p25, four.median, four.p75), (1.75, 2.5, 3.25));
        let one = of(&[7.0]);
        assert_eq!(
            (one.min, one.p25, one.median, one.max),
            (7.0, 7.0, 7.0, 7.0)
        );
    }
}
