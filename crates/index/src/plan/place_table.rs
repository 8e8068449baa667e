//! What a place can add to a score at most, by its distance in a straight line.

use sosie_similarity::{DecayShape, Location, Measure};

use super::exp2::exp2_of_negative;
use super::points::{POINTS, at_least};

/// Steeper than any decay over real distances, and far from the largest number of 32 bits.
const STEEPEST: f64 = 1e30;

/// The probe's place and how similarity falls from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlaceTable {
    /// The probe on the sphere, km.
    pub(crate) at_km: [f64; 3],
    /// The most that a place adds, in points.
    pub(crate) peak: u16,
    weight: f32,
    decay: Decay,
}

/// How it falls with the distance in km; factors are rounded down, so that similarity is not.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Decay {
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
    /// Of a probe's place under a measure with a share of the weights.
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
        let weight = (weight * POINTS) as f32;
        PlaceTable {
            at_km: at.on_sphere_km(),
            // Similarity comes out above 1 by as little as exponentials are off.
            peak: at_least(weight * 1.000_01),
            weight,
            decay,
        }
    }

    /// The most that places add at each of these distances or farther, in points; distances in km.
    #[inline(always)]
    pub(crate) fn most<const N: usize>(&self, nearest_km: &[f32; N]) -> [u16; N] {
        let mut most = [0; N];
        // Outside of the loop it is decided once.
        match self.decay {
            Decay::Exponential(factor) => {
                self.fill(&mut most, nearest_km, |km| exp2_of_negative(-(km * factor)))
            }
            Decay::Gaussian(factor) => self.fill(&mut most, nearest_km, |km| {
                exp2_of_negative(-((km * factor) * (km * factor)))
            }),
            Decay::Linear(factor) => self.fill(&mut most, nearest_km, |km| {
                let most = 1.000_001 - km * factor;
                if most > 0.0 { most } else { 0.0 }
            }),
            Decay::Equal => self.fill(&mut most, nearest_km, |km| if km > 0.0 { 0.0 } else { 1.0 }),
            Decay::Flat => self.fill(&mut most, nearest_km, |_| 1.0),
        }
        most
    }

    #[inline(always)]
    fn fill(&self, most: &mut [u16], nearest_km: &[f32], similarity: impl Fn(f32) -> f32) {
        for (most, km) in most.iter_mut().zip(nearest_km) {
            *most = at_least(self.weight * similarity(*km));
        }
    }
}
