//! The events that queries ask about: like a past one, or like none.

use crate::draw::Draw;
use crate::generator::Generator;
use crate::places::around;
use crate::sample::{Sample, area_m2_of, participants_of, quarters_of};
use crate::when::When;

/// Probes are made from the first events only, so that the same query can be asked of few events and of many.
const PROBE_EVENTS: u64 = 10_000;
/// How far a perturbed event is from its model, in km (standard deviation).
const MOVED_KM: f64 = 0.5;
/// Standard deviation of the logarithm of a perturbed size.
const SIZE_SPREAD: f64 = 0.3;
/// Share of perturbed events whose nature is another of the same sort, or by chance the same.
const SIBLING_SHARE: f64 = 0.25;
/// Share of combinations at places where there most likely is nothing.
const NOWHERE_SHARE: f64 = 0.5;
/// Most weeks that a perturbed event is earlier or later.
const WEEKS_MAX: u64 = 3;

impl Generator {
    /// An event that could be a next edition of a past one: a little elsewhere, larger or smaller, earlier or later.
    pub(crate) fn perturbed(&self, draw: &mut Draw) -> Sample {
        let model = self.model(draw);
        let nature = if draw.chance(SIBLING_SHARE) {
            self.world.natures.sibling(model.nature, draw)
        } else {
            model.nature
        };
        let mut place = model.place;
        place.location = around(place.location, MOVED_KM, draw);
        let weeks = draw.below(2 * WEEKS_MAX + 1) as i64 - WEEKS_MAX as i64;
        Sample {
            place,
            nature,
            participants: participants_of(model.participants as f64 * draw.factor(SIZE_SPREAD)),
            area_m2: area_m2_of(model.area_m2 * draw.factor(SIZE_SPREAD)),
            quarters: quarters_of(f64::from(model.quarters) / 4.0 * draw.factor(SIZE_SPREAD)),
            when: When {
                day: model.when.day + 7 * weeks,
                ..model.when
            },
            told: model.told.in_full(),
            ..model
        }
    }

    /// Values of which each occurs, but hardly all together.
    pub(crate) fn combined(&self, draw: &mut Draw) -> Sample {
        let place = if draw.chance(NOWHERE_SHARE) {
            self.world.places.nowhere(draw)
        } else {
            self.model(draw).place
        };
        let counted = self.model(draw);
        Sample {
            place,
            nature: self.model(draw).nature,
            participants: counted.participants,
            basis: counted.basis,
            area_m2: self.model(draw).area_m2,
            quarters: self.model(draw).quarters,
            when: self.model(draw).when,
            told: counted.told.in_full(),
        }
    }

    fn model(&self, draw: &mut Draw) -> Sample {
        self.sample(draw.below(PROBE_EVENTS))
    }
}
