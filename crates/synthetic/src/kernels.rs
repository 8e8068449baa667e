//! What a query weighs and how fast its measures fall.

use libm::pow;
use sosie_similarity::{Axis, AxisRule, DecayShape, Measure, MissingPolicy};

use crate::draw::Draw;

/// How fast similarity falls with a ratio λ: the smaller over the larger, to the power of λ.
const LAMBDA: f64 = 0.7;
/// Weights below this count as it: a profile's weight is 0 or not that small.
const WEIGHT_MIN: f64 = 1e-6;

/// Weights and parameters of one query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kernels {
    /// In the order of [`Axis::ALL`].
    pub weights: [f64; 8],
    /// Half distance of the location, in km.
    pub h_km: f64,
    /// `r` of participants, footprint and duration.
    pub ratios: [f64; 3],
}

impl Kernels {
    /// What a planner would weigh: place first, then size and nature; ½ at 2 km.
    pub(crate) fn seed() -> Self {
        Kernels {
            weights: [0.25, 0.2, 0.2, 0.1, 0.05, 0.05, 0.1, 0.05],
            h_km: 2.0,
            ratios: [ratio(LAMBDA); 3],
        }
    }

    /// All axes alike.
    pub(crate) fn uniform(h_km: f64) -> Self {
        Kernels {
            weights: [1.0; 8],
            h_km,
            ..Kernels::seed()
        }
    }

    /// Anything that a profile could say: often one or two axes rule.
    pub(crate) fn random(draw: &mut Draw) -> Self {
        Kernels {
            weights: [(); 8].map(|()| draw.exponential().max(WEIGHT_MIN)),
            h_km: draw.log_between(2.0, 50.0),
            ratios: [(); 3].map(|()| ratio(draw.between(0.3, 1.5))),
        }
    }

    /// The axes of a profile.
    pub(crate) fn rules(&self, missing: MissingPolicy) -> Vec<AxisRule> {
        let rule = |(axis, weight)| AxisRule {
            axis,
            measure: self.measure(axis),
            weight,
            missing,
        };
        Axis::ALL.into_iter().zip(self.weights).map(rule).collect()
    }

    fn measure(&self, axis: Axis) -> Measure {
        let [participants, footprint, duration] = self.ratios;
        match axis {
            Axis::Location => Measure::GeoDecay {
                h_km: self.h_km,
                shape: DecayShape::Exponential,
            },
            Axis::Participants => Measure::LogRatio { r: participants },
            Axis::Footprint => Measure::LogRatio { r: footprint },
            Axis::Duration => Measure::LogRatio { r: duration },
            Axis::Nature | Axis::Sector => Measure::PathAffinity,
            Axis::DayKind | Axis::Season => Measure::ShareOverlap,
        }
    }
}

/// The `r` at which a ratio counts ½: r^−λ = ½.
fn ratio(lambda: f64) -> f64 {
    pow(2.0, 1.0 / lambda)
}
