//! The most a measure can give over a whole group of candidates, without looking at any of them.
//!
//! **Law.** A bound never undersells its group: for every candidate whose value is within the extent,
//! `compare(…).similarity <= bound(…)`. Skipping groups is safe exactly because of it.

use libm::{cos, log};

use super::{DecayShape, Measure, YEAR_DAYS, geo_decay, log_ratio, share_overlap};
use crate::axis::{Axis, AxisValues};
use crate::code::CodePath;

/// Added to every bound that goes through `exp2`, `log` or `cos`: these are not promised to be monotone in
/// their last bits, so the value at the nearest point may lie this little below one farther away.
const SLACK: f64 = 1e-12;

/// Where the values of a group of candidates lie on one axis. All of them have a value there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Extent<'a> {
    /// Counts, shares, m² without a geometry, or seconds: from `min` to `max`, both included.
    Numbers {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// m² of footprints that have a geometry.
    Geometries {
        /// Smallest area.
        min: f64,
        /// Largest area.
        max: f64,
    },
    /// Days of the year, 1–366, from `first` to `last`, both included.
    Days {
        /// First.
        first: u16,
        /// Last, not before `first`.
        last: u16,
    },
    /// Places whose great-circle distance from the probe is at least this.
    Places {
        /// Kilometres, at least 0.
        nearest_km: f64,
    },
    /// This very path.
    Path(&'a CodePath),
}

impl Measure {
    /// The most [`Measure::compare`] can give between `probe` and any candidate within `extent`; in [0, 1].
    /// Without a probe value, and for an extent that is none of the measure's, it is 1, which is always safe.
    pub fn bound(&self, axis: Axis, probe: &AxisValues, extent: Extent) -> f64 {
        self.bound_of(axis, probe, extent)
            .map_or(1.0, |bound| bound.min(1.0))
    }

    fn bound_of(&self, axis: Axis, probe: &AxisValues, extent: Extent) -> Option<f64> {
        match (self, extent) {
            (Measure::GeoDecay { h_km, shape }, Extent::Places { nearest_km }) => {
                Some(place_bound(nearest_km, *h_km, *shape))
            }
            (
                Measure::LogRatio { r },
                Extent::Numbers { min, max } | Extent::Geometries { min, max },
            ) => Some(ratio_bound(probe.number(axis)?, (min, max), *r)),
            (Measure::FootprintOverlap { r, .. }, Extent::Numbers { min, max }) => {
                Some(ratio_bound(probe.number(axis)?, (min, max), *r))
            }
            (Measure::FootprintOverlap { beta, r }, Extent::Geometries { min, max }) => {
                let areas = ratio_bound(probe.number(axis)?, (min, max), *r);
                let overlap = if probe.footprint.is_some() {
                    *beta
                } else {
                    0.0
                };
                // Any overlap may be whole.
                Some(overlap + (1.0 - overlap) * areas + SLACK)
            }
            (Measure::ShareOverlap, Extent::Numbers { min, max }) => {
                let share = probe.number(axis)?;
                Some(share_overlap(share, share.clamp(min, max)).similarity + SLACK)
            }
            (Measure::CyclicSeason, Extent::Days { first, last }) => {
                Some(season_bound(probe.calendar?.day_of_year, first, last))
            }
            (Measure::PathAffinity | Measure::Table(_) | Measure::Equal, Extent::Path(path)) => {
                let candidate = AxisValues {
                    nature: Some(path),
                    sector: Some(path),
                    ..AxisValues::default()
                };
                Some(self.compare(axis, probe, &candidate)?.similarity)
            }
            (Measure::Equal, Extent::Numbers { min, max } | Extent::Geometries { min, max }) => {
                let within = (min..=max).contains(&probe.number(axis)?);
                Some(f64::from(u8::from(within)))
            }
            (Measure::Equal, Extent::Places { nearest_km }) => {
                Some(f64::from(u8::from(nearest_km == 0.0)))
            }
            (
                Measure::GeoDecay { .. }
                | Measure::LogRatio { .. }
                | Measure::FootprintOverlap { .. }
                | Measure::ShareOverlap
                | Measure::CyclicSeason
                | Measure::PathAffinity
                | Measure::Table(_)
                | Measure::Equal,
                _,
            ) => None,
        }
    }
}

fn place_bound(nearest_km: f64, h_km: f64, shape: DecayShape) -> f64 {
    geo_decay(nearest_km, h_km, shape).similarity + SLACK
}

/// The ratio falls on both sides of the probe, so the nearest end, or the probe itself, is the best.
fn ratio_bound(probe: f64, (min, max): (f64, f64), r: f64) -> f64 {
    // The quotient of the two is rounded before its logarithm, which a steep kernel magnifies.
    let slack = SLACK + f64::EPSILON / log(r);
    log_ratio(probe, probe.clamp(min, max), r).similarity + slack
}

/// On days that do not hold the probe's own, the cosine is worst once in between: an end is the best.
fn season_bound(day: u16, first: u16, last: u16) -> f64 {
    let at = |other: u16| {
        let apart = f64::from(day.abs_diff(other));
        (1.0 + cos(std::f64::consts::TAU * apart / YEAR_DAYS)) / 2.0
    };
    if (first..=last).contains(&day) {
        1.0
    } else {
        at(first).max(at(last)) + SLACK
    }
}
