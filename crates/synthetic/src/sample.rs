//! The values of one event, all of them, and which of them its source tells.

use chrono::NaiveDate;
use chrono_tz::Europe::Paris;
use geo::{MultiPolygon, Rect};
use libm::{cos, exp, sqrt};
use sosie_similarity::{
    Basis, EventTimes, Footprint, FootprintShape, Location, Participants, StatedValues,
    TimePrecision, Timestamp,
};

use crate::draw::Draw;
use crate::nature::{Nature, Natures};
use crate::places::{Place, Places};
use crate::series::Edition;
use crate::when::{self, When};

/// Shares of events that don't tell participants, area, duration.
const UNTOLD_SHARES: [f64; 3] = [0.10, 0.15, 0.05];
/// Share of counts that don't say what they count.
const BASIS_UNTOLD_SHARE: f64 = 0.8;
/// Editions of a series differ by this much (standard deviation of the logarithm).
const EDITION_SPREAD: f64 = 0.15;
/// Most quarters of an hour that an event lasts: ten days.
const QUARTERS_MAX: f64 = 960.0;
const QUARTER_S: i64 = 900;

/// The country: what samples are drawn from.
pub(crate) struct World {
    pub(crate) places: Places,
    pub(crate) natures: Natures,
}

/// The values of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) place: Place,
    pub(crate) nature: Nature,
    pub(crate) participants: u64,
    pub(crate) basis: Option<Basis>,
    pub(crate) area_m2: f64,
    /// Duration in quarters of an hour, at least 1.
    pub(crate) quarters: u32,
    pub(crate) when: When,
    pub(crate) told: Told,
}

impl Told {
    /// All values; a geometry as `self` has it.
    pub(crate) fn in_full(self) -> Told {
        Told {
            participants: true,
            area: true,
            duration: true,
            ..self
        }
    }
}

/// Which values are told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) participants: bool,
    pub(crate) area: bool,
    pub(crate) duration: bool,
    /// A geometry beside the area.
    pub(crate) footprint: bool,
}

/// What the sizes of an event are drawn around; editions of a series share it.
#[derive(Clone, Copy)]
struct Size {
    log_participants: f64,
    log_area_m2: f64,
    log_hours: f64,
}

impl Sample {
    /// An event of no series.
    pub(crate) fn once(world: &World, footprints_share: f64, draw: &mut Draw) -> Sample {
        let place = world.places.place(draw);
        let nature = world.natures.nature(draw);
        let when = when::once(world.natures.habit(nature), draw);
        let size = size(world, (place, nature), draw);
        assemble((place, nature, when), size, footprints_share, draw)
    }

    /// An edition of a series. `series` draws what all editions share, `draw` what is the edition's own.
    pub(crate) fn edition(
        world: &World,
        edition: Edition,
        footprints_share: f64,
        (series, draw): (&mut Draw, &mut Draw),
    ) -> Sample {
        let place = world.places.venue(series);
        let nature = world.natures.nature(series);
        let size = size(world, (place, nature), series).varied(draw);
        let habit = world.natures.habit(nature);
        let when = when::edition(edition, habit, (series, draw));
        assemble((place, nature, when), size, footprints_share, draw)
    }

    /// What its source states.
    pub(crate) fn stated(&self, world: &World) -> StatedValues {
        let told = self.told;
        StatedValues {
            nature: Some(world.natures.path(self.nature).clone()),
            sector: Some(world.places.sector(self.place.district).clone()),
            location: Some(self.place.location),
            participants: told.participants.then(|| self.count()),
            footprint_area_m2: told.area.then_some(self.area_m2),
            footprint: told
                .footprint
                .then(|| square(self.place.location, self.area_m2)),
            active_duration_s: None,
        }
    }

    /// When it is; of an event whose duration is not told only the day.
    pub(crate) fn times(&self) -> EventTimes {
        if !self.told.duration {
            let day = self.date();
            return EventTimes::days(day, day, Paris).expect("a day of this century");
        }
        let start_s = self.when.day * 86_400 + i64::from(self.when.quarter) * QUARTER_S;
        let end_s = start_s + i64::from(self.quarters) * QUARTER_S;
        let at = |seconds| Timestamp::from_parts(seconds, 0).expect("a time of this century");
        EventTimes::new(at(start_s), at(end_s), Paris, TimePrecision::Exact)
            .expect("ends after it starts, within days")
    }

    fn date(&self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.when.day as i32).expect("a day of this century")
    }

    fn count(&self) -> Participants {
        Participants::new(self.participants, None, None, self.basis).expect("within the limit")
    }
}

impl Size {
    fn varied(self, draw: &mut Draw) -> Size {
        let mut near = |mean| mean + EDITION_SPREAD * draw.normal();
        Size {
            log_participants: near(self.log_participants),
            log_area_m2: near(self.log_area_m2),
            log_hours: near(self.log_hours),
        }
    }
}

/// Larger towns have larger events, larger events more ground and a little more time.
fn size(world: &World, (place, nature): (Place, Nature), draw: &mut Draw) -> Size {
    let habit = world.natures.habit(nature);
    let town_size = world.places.town_size(place.district);
    let more = 0.6 * town_size + 0.9 * draw.normal();
    Size {
        log_participants: habit.log_participants + more,
        log_area_m2: habit.log_area_m2 + 0.6 * more + 0.7 * draw.normal(),
        log_hours: habit.log_hours + 0.15 * more + 0.55 * draw.normal(),
    }
}

fn assemble(
    (place, nature, when): (Place, Nature, When),
    size: Size,
    footprints_share: f64,
    draw: &mut Draw,
) -> Sample {
    let [participants, area, duration] = UNTOLD_SHARES.map(|share| !draw.chance(share));
    // Only events that tell their area can have a geometry, and `footprints_share` is of all.
    let footprint = area && draw.chance(footprints_share / (1.0 - UNTOLD_SHARES[1]));
    Sample {
        place,
        nature,
        participants: participants_of(exp(size.log_participants)),
        basis: basis(draw),
        area_m2: area_m2_of(exp(size.log_area_m2)),
        quarters: quarters_of(exp(size.log_hours)),
        when,
        told: Told {
            participants,
            area,
            duration,
            footprint,
        },
    }
}

/// A count of two significant digits, at least 1.
pub(crate) fn participants_of(count: f64) -> u64 {
    two_digits(count.round().max(1.0)) as u64
}

/// An area of two significant digits, at least 1 m².
pub(crate) fn area_m2_of(area_m2: f64) -> f64 {
    two_digits(area_m2.max(1.0))
}

/// Hours as quarters of an hour, at least one.
pub(crate) fn quarters_of(hours: f64) -> u32 {
    (4.0 * hours).round().clamp(1.0, QUARTERS_MAX) as u32
}

/// A whole number of two significant digits; `value` is at least 1 and small enough to be exact.
fn two_digits(value: f64) -> f64 {
    let mut unit = 1.0;
    while value >= 100.0 * unit {
        unit *= 10.0;
    }
    (value / unit).round() * unit
}

fn basis(draw: &mut Draw) -> Option<Basis> {
    if draw.chance(BASIS_UNTOLD_SHARE) {
        return None;
    }
    let told = [Basis::Peak, Basis::Total, Basis::Daily];
    Some(told[draw.below(3) as usize])
}

/// A square of that area around a place.
fn square(centre: Location, area_m2: f64) -> Footprint {
    let at = (centre.longitude_degrees(), centre.latitude_degrees());
    let half_height = sqrt(area_m2) / 2.0 / 111_195.0;
    let half_width = half_height / cos(at.1.to_radians());
    let square = Rect::new(
        (at.0 - half_width, at.1 - half_height),
        (at.0 + half_width, at.1 + half_height),
    );
    let shape = FootprintShape::Area(MultiPolygon(vec![square.to_polygon()]));
    Footprint::new(shape).expect("a square of at least 1 m² is a valid polygon")
}
