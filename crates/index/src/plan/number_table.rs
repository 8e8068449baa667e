//! What the codes of numbers add. Under a log ratio, which nearly every profile has, by their logarithms, all at once:
//! the bound of `sosie_similarity`, one logarithm and one power in 64 bits for each of 765 codes, would be a good
//! part of what a search costs.

use sosie_similarity::{Axis, AxisValues, Extent, Measure};

use super::code_table::{CodeTable, points_by_code};
use super::exp2::exp2_of_negative;
use super::points::{POINTS, at_least};
use crate::blocks::codes::{LogExtents, NumberCodes};

/// Steeper than any ratio over codes that differ, and far from the largest number of 32 bits.
const STEEPEST: f64 = 1e30;

/// Similarity by ratio: what two numbers resemble each other, whatever they are, and how the rest falls.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fall {
    /// In [0, 1].
    certain: f64,
    /// ln of the ratio that halves the rest.
    log_r: f64,
}

/// The table of an axis of numbers, for rows with a geometry or without.
pub(super) fn number_table(
    (codes, logs): (&NumberCodes, &LogExtents),
    probe: &AxisValues,
    (axis, measure, weight): (Axis, &Measure, f64),
    geometry: bool,
) -> CodeTable {
    let at = probe.number(axis).unwrap_or_default();
    let by_code = match Fall::of(measure, geometry && probe.footprint.is_some()) {
        Some(fall) => fall.points(logs, at, weight),
        None => points_by_code(codes.extents().map(|(code, (min, max))| {
            let extent = if geometry {
                Extent::Geometries { min, max }
            } else {
                Extent::Numbers { min, max }
            };
            (code, weight * measure.bound(axis, probe, extent))
        })),
    };
    CodeTable::new(codes.code(at), by_code)
}

impl Fall {
    /// `overlap` says whether both have a geometry: any overlap may be whole.
    fn of(measure: &Measure, overlap: bool) -> Option<Self> {
        let (certain, r) = match measure {
            Measure::LogRatio { r } => (0.0, *r),
            Measure::FootprintOverlap { beta, r } => (if overlap { *beta } else { 0.0 }, *r),
            Measure::GeoDecay { .. }
            | Measure::PathAffinity
            | Measure::ShareOverlap
            | Measure::CyclicSeason
            | Measure::Equal
            | Measure::Table(_) => return None,
        };
        let log_r = libm::log(r);
        Some(Fall { certain, log_r })
    }

    fn points(&self, logs: &LogExtents, at: f64, weight: f64) -> [u16; 256] {
        let certain = (weight * self.certain * POINTS) as f32;
        let rest = (weight * (1.0 - self.certain) * POINTS) as f32;
        let halves = ((1.0 / self.log_r).min(STEEPEST) as f32).next_down();
        let at = LogExtents::log(at);
        let mut points = [0; 256];
        for ((points, low), high) in points.iter_mut().zip(&logs.lows).zip(&logs.highs) {
            let apart = (low - at).max(at - high) - LogExtents::SLACK;
            let apart = apart.max(0.0);
            *points = at_least(certain + rest * exp2_of_negative(-(apart * halves)));
        }
        points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Durations from 0 s to a hundred days, a little more than their codes apart.
    fn durations() -> Vec<f64> {
        (0..4_000)
            .map(|step| f64::from(step) * 0.004)
            .map(|log| log.exp() - 1.0)
            .collect()
    }

    fn of(duration_s: f64) -> AxisValues<'static> {
        AxisValues {
            duration_s: Some(duration_s),
            ..AxisValues::default()
        }
    }

    #[test]
    fn no_code_adds_less_than_any_of_its_values_nor_much_more_than_its_bound() {
        const WEIGHT: f64 = 0.3;
        let mut codes = NumberCodes::of_sample(durations());
        for value in durations() {
            codes.add(value);
        }
        let logs = LogExtents::new(&codes);
        for (r, at) in [1.0 + 1e-12, 1.1, 2.0, 1e6]
            .into_iter()
            .flat_map(|r| [0.0, 3.0, 777.7, 1e9].map(|at| (r, at)))
        {
            let measure = Measure::LogRatio { r };
            let part = (Axis::Duration, &measure, WEIGHT);
            let table = number_table((&codes, &logs), &of(at), part, false);
            let points = |code: u8| f64::from(table.by_code[usize::from(code)]);
            for value in durations() {
                let compared = measure.compare(Axis::Duration, &of(at), &of(value));
                let added = WEIGHT * POINTS * compared.expect("both are there").similarity;
                assert!(points(codes.code(value)) >= added, "{r}: {at} and {value}");
            }
            for (code, (min, max)) in codes.extents().filter(|_| r >= 1.1) {
                let bound = measure.bound(Axis::Duration, &of(at), Extent::Numbers { min, max });
                assert!(points(code) <= WEIGHT * POINTS * bound + 4.0, "{r}: {code}");
            }
        }
    }
}
