//! The measures: functions that turn two values of an axis into a similarity (SPEC section 3).
//!
//! **Law.** Every measure is finite, in [0, 1], symmetric to the last bit, and 1 for equal values.

mod bound;

use libm::{cos, exp2, log};

use crate::axis::{Axis, AxisValues};
use crate::code::CodePath;
use crate::invalid::{Invalid, Rule, in_range, positive};
use crate::limits::{H_KM_MAX, RATIO_MAX};
use crate::location::haversine_km;
use crate::overlap::intersection_over_union;
use crate::table::SimilarityTable;

pub use bound::Extent;

/// Mean length of the Gregorian year, in days: the period of [`Measure::CyclicSeason`].
pub const YEAR_DAYS: f64 = 365.2425;

/// How similarity falls with distance; all are 1 at 0 and ½ at the half distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecayShape {
    /// 2^(−d/h).
    Exponential,
    /// 2^(−(d/h)²).
    Gaussian,
    /// max(0, 1 − d/2h).
    Linear,
}

/// A measure and its parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Falls with great-circle distance, ½ at `h_km`.
    GeoDecay {
        /// Kilometres, above 0.
        h_km: f64,
        /// How it falls.
        shape: DecayShape,
    },
    /// 2^(−|ln((a+1)/(b+1))| / ln r): ½ when one is `r` times the other.
    LogRatio {
        /// Above 1.
        r: f64,
    },
    /// 2·c/(m+n): common leading codes over path lengths (Wu and Palmer 1994).
    PathAffinity,
    /// 1 − |a − b| of two shares.
    ShareOverlap,
    /// (1 + cos(2πΔ/365.2425))/2 over the day of the year of the start.
    CyclicSeason,
    /// β·IoU + (1−β)·log ratio of areas if both have a geometry, else the log ratio.
    FootprintOverlap {
        /// Share of IoU, in [0, 1].
        beta: f64,
        /// Of the log ratio, above 1.
        r: f64,
    },
    /// 1 if equal, else 0.
    Equal,
    /// A table over codes.
    Table(SimilarityTable),
}

/// The unit of a distance in a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistanceUnit {
    /// Great-circle kilometres.
    Km,
    /// |ln((a+1)/(b+1))|.
    LogRatio,
    /// Edges between two paths in the tree of codes: m + n − 2c.
    Edges,
    /// Difference of two shares.
    Share,
    /// Days around the year, at most half of one.
    Days,
    /// 1 − similarity, where nothing more natural exists.
    Dissimilarity,
}

/// Two values compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// In [0, 1], 1 for equal values.
    pub similarity: f64,
    /// At least 0, 0 for equal values.
    pub distance: f64,
    /// What `distance` counts.
    pub unit: DistanceUnit,
}

impl Measure {
    /// Checks the parameters and that the measure can be used on `axis`.
    ///
    /// # Errors
    /// On `measure`, `h_km`, `r` or `beta`.
    pub fn check(&self, axis: Axis) -> Result<(), Invalid> {
        let above_1 = |r: f64| match positive(r, RATIO_MAX) {
            Ok(r) if r <= 1.0 => Err(Rule::NotBetween(1.0, RATIO_MAX)),
            other => other,
        };
        let ratio = |r| {
            above_1(r)
                .map(|_| ())
                .map_err(|rule| Invalid::new("r", rule))
        };
        match self {
            Measure::GeoDecay { h_km, .. } => {
                positive(*h_km, H_KM_MAX).map_err(|rule| Invalid::new("h_km", rule))?;
            }
            Measure::LogRatio { r } => ratio(*r)?,
            Measure::FootprintOverlap { beta, r } => {
                in_range(*beta, 0.0, 1.0).map_err(|rule| Invalid::new("beta", rule))?;
                ratio(*r)?;
            }
            Measure::PathAffinity
            | Measure::ShareOverlap
            | Measure::CyclicSeason
            | Measure::Equal
            | Measure::Table(_) => {}
        }
        let fits = self.fits(axis);
        if fits {
            Ok(())
        } else {
            Err(Invalid::new("measure", Rule::MeasureMismatch))
        }
    }

    fn fits(&self, axis: Axis) -> bool {
        match self {
            Measure::GeoDecay { .. } => axis == Axis::Location,
            Measure::LogRatio { .. } => {
                matches!(axis, Axis::Participants | Axis::Footprint | Axis::Duration)
            }
            Measure::PathAffinity | Measure::Table(_) => {
                matches!(axis, Axis::Nature | Axis::Sector)
            }
            Measure::ShareOverlap => matches!(axis, Axis::DayKind | Axis::Season),
            Measure::CyclicSeason => axis == Axis::Season,
            Measure::FootprintOverlap { .. } => axis == Axis::Footprint,
            Measure::Equal => true,
        }
    }

    /// The stable name, lower_snake.
    pub fn name(&self) -> &'static str {
        match self {
            Measure::GeoDecay { .. } => "geo_decay",
            Measure::LogRatio { .. } => "log_ratio",
            Measure::PathAffinity => "path_affinity",
            Measure::ShareOverlap => "share_overlap",
            Measure::CyclicSeason => "cyclic_season",
            Measure::FootprintOverlap { .. } => "footprint_overlap",
            Measure::Equal => "equal",
            Measure::Table(_) => "table",
        }
    }

    /// Compares two values on `axis`; `None` if one is missing.
    pub fn compare(&self, axis: Axis, a: &AxisValues, b: &AxisValues) -> Option<Comparison> {
        match self {
            Measure::GeoDecay { h_km, shape } => Some(geo_decay(
                haversine_km(a.location?, b.location?),
                *h_km,
                *shape,
            )),
            Measure::LogRatio { r } => Some(log_ratio(a.number(axis)?, b.number(axis)?, *r)),
            Measure::PathAffinity => Some(path_affinity(a.path(axis)?, b.path(axis)?)),
            Measure::ShareOverlap => Some(share_overlap(a.number(axis)?, b.number(axis)?)),
            Measure::CyclicSeason => Some(cyclic_season(
                a.calendar?.day_of_year,
                b.calendar?.day_of_year,
            )),
            Measure::FootprintOverlap { beta, r } => footprint_overlap(a, b, *beta, *r),
            Measure::Equal => equal(axis, a, b),
            Measure::Table(table) => Some(dissimilarity(
                table.similarity(a.path(axis)?, b.path(axis)?),
            )),
        }
    }
}

fn geo_decay(distance_km: f64, h_km: f64, shape: DecayShape) -> Comparison {
    let halves = distance_km / h_km;
    let similarity = match shape {
        DecayShape::Exponential => exp2(-halves),
        DecayShape::Gaussian => exp2(-(halves * halves)),
        DecayShape::Linear => (1.0 - halves / 2.0).max(0.0),
    };
    Comparison {
        similarity,
        distance: distance_km,
        unit: DistanceUnit::Km,
    }
}

/// Larger over smaller, so that swapping the two changes no bit.
fn log_ratio(a: f64, b: f64, r: f64) -> Comparison {
    let distance = log((a.max(b) + 1.0) / (a.min(b) + 1.0));
    let similarity = exp2(-(distance / log(r)));
    Comparison {
        similarity,
        distance,
        unit: DistanceUnit::LogRatio,
    }
}

fn path_affinity(a: &CodePath, b: &CodePath) -> Comparison {
    let (common, total) = (a.common_depth(b), a.depth() + b.depth());
    Comparison {
        similarity: (2 * common) as f64 / total as f64,
        distance: (total - 2 * common) as f64,
        unit: DistanceUnit::Edges,
    }
}

fn share_overlap(a: f64, b: f64) -> Comparison {
    let distance = (a - b).abs();
    Comparison {
        similarity: 1.0 - distance,
        distance,
        unit: DistanceUnit::Share,
    }
}

fn cyclic_season(a: u16, b: u16) -> Comparison {
    let apart = f64::from(a.abs_diff(b));
    let similarity = (1.0 + cos(std::f64::consts::TAU * apart / YEAR_DAYS)) / 2.0;
    let distance = apart.min(YEAR_DAYS - apart).abs();
    Comparison {
        similarity,
        distance,
        unit: DistanceUnit::Days,
    }
}

fn footprint_overlap(a: &AxisValues, b: &AxisValues, beta: f64, r: f64) -> Option<Comparison> {
    let areas = log_ratio(a.footprint_area_m2?, b.footprint_area_m2?, r);
    Some(match a.footprint.zip(b.footprint) {
        Some((a, b)) => {
            let overlap = intersection_over_union(a, b);
            // β + (1−β) can miss 1 by a rounding; equal footprints may not.
            dissimilarity((beta * overlap + (1.0 - beta) * areas.similarity).min(1.0))
        }
        None => areas,
    })
}

fn equal(axis: Axis, a: &AxisValues, b: &AxisValues) -> Option<Comparison> {
    let same = match axis {
        Axis::Location => a.location? == b.location?,
        Axis::Nature | Axis::Sector => a.path(axis)? == b.path(axis)?,
        Axis::Participants | Axis::DayKind | Axis::Season | Axis::Footprint | Axis::Duration => {
            a.number(axis)? == b.number(axis)?
        }
    };
    Some(dissimilarity(f64::from(u8::from(same))))
}

fn dissimilarity(similarity: f64) -> Comparison {
    Comparison {
        similarity,
        distance: 1.0 - similarity,
        unit: DistanceUnit::Dissimilarity,
    }
}
