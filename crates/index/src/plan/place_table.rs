//! What a place can add to a score at most, by its distance in a straight line.

use sosie_similarity::{DecayShape, Location, Measure};

use super::code_table::rounded_up;

/// Steeper than any decay over real distances, and far from the largest number of 32 bits.
const STEEPEST: f64 = 1e30;

/// The probe's place and how similarity falls from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlaceTable {
    /// The probe on the sphere, km.
    pub(crate) at_km: [f64; 3],
    /// The most that a place adds.
    pub(crate) weight: f32,
    pub(crate) decay: Decay,
}

/// How it falls with the distance in km; factors are rounded down, so that similarity is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Decay {
    /// 2^(−factor × distance).
    Exponential(f32),
    /// 2^(−(factor × distance)²).
    Gaussian(f32),
    /// max(0, 1 − factor × distance).
    Linear(f32),
    /// 1 at distance 0, else 0.
    Equal,
    /// Always 1: of a measure that says nothing of places.
    Flat,
}

impl PlaceTable {
    /// Of a probe's place under a measure with a weight.
    pub(crate) fn new(at: Location, measure: &Measure, weight: f64) -> Self {
        let factor = |per_km: f64| (per_km.min(STEEPEST) as f32).next_down();
        let decay = match measure {
            Measure::GeoDecay { h_km, shape } => match shape {
                DecayShape::Exponential => Decay::Exponential(factor(1.0 / h_km)),
                DecayShape::Gaussian => Decay::Gaussian(factor(1.0 / h_km)),
                DecayShape::Linear => Decay::Linear(factor(0.5 / h_km)),
            },
            Measure::Equal => Decay::Equal,
            Measure::LogRatio { .. }
            | Measure::PathAffinity
            | Measure::ShareOverlap
            | Measure::CyclicSeason
            | Measure::FootprintOverlap { .. }
            | Measure::Table(_) => Decay::Flat,
        };
        PlaceTable {
            at_km: at.on_sphere_km(),
            weight: rounded_up(weight),
            decay,
        }
    }
}

impl Decay {
    /// The most that similarity can be at each of these distances or farther; km.
    #[inline(always)]
    pub(crate) fn most<const N: usize>(self, nearest_km: &[f32; N]) -> [f32; N] {
        match self {
            Decay::Exponential(factor) => nearest_km.map(
                #[inline(always)]
                |km| exp2_of_negative(-(km * factor)),
            ),
            Decay::Gaussian(factor) => nearest_km.map(
                #[inline(always)]
                |km| exp2_of_negative(-((km * factor) * (km * factor))),
            ),
            Decay::Linear(factor) => nearest_km.map(
                #[inline(always)]
                |km| {
                    let most = 1.000_001 - km * factor;
                    if most > 0.0 { most } else { 0.0 }
                },
            ),
            Decay::Equal => nearest_km.map(
                #[inline(always)]
                |km| if km > 0.0 { 0.0 } else { 1.0 },
            ),
            Decay::Flat => [1.0; N],
        }
    }
}

/// 2^x for x ≤ 0, never below it and above it by at most 3 parts in a million; below 2^−120, 2^−120.
///
/// Plain additions and products only, none of them fused, so that every processor gives the same bits.
#[inline(always)]
fn exp2_of_negative(x: f32) -> f32 {
    // Adding it leaves the nearest whole number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -120.0 { x } else { -120.0 };
    let rounded = x + ROUND;
    let rest = (x - (rounded - ROUND)) * std::f32::consts::LN_2;
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    // Taylor's series of e^rest for |rest| ≤ ln 2 / 2: the seventh power is below 2e-7.
    let series = 1.0
        + rest
            * (1.0
                + rest
                    * (0.5
                        + rest
                            * (1.0 / 6.0
                                + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    let raised = series * 1.000_002;
    f32::from_bits(raised.to_bits().wrapping_add(exponent))
}
