//! The kinds of gatherings of the history: what recurs, where, when and how large.

mod celebrations;
mod concerts;
mod culture;
mod market;
mod matches;
mod races;
mod street;

use chrono::Weekday;

use super::places::Place;
use super::routes::Route;
use super::sizes::Size;

/// One kind of gathering.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) nature: &'static str,
    pub(crate) spots: Spots,
    pub(crate) when: When,
    pub(crate) hours: Hours,
    pub(crate) size: Size,
    pub(crate) needs: Needs,
    /// Ground per head, m².
    pub(crate) m2_each: f64,
    /// What the head count counts, where the source says it.
    pub(crate) basis: &'static str,
    /// True if editions at one spot belong to one series.
    pub(crate) series: bool,
    /// True if heads are counted one by one.
    pub(crate) turnstiles: bool,
    /// Share of events with a head count.
    pub(crate) counted: f64,
    /// Share of events with an area or a footprint.
    pub(crate) mapped: f64,
    /// Share of events that the source knew before they began.
    pub(crate) declared: f64,
    /// Share that went on when gatherings were stopped.
    pub(crate) kept: f64,
}

/// Where a kind is held; a spot is one of these.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spots {
    Places(&'static [Place]),
    Routes(&'static [Route]),
}

/// When a kind is held.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// Every week at each spot; `recorded` is the share of weeks with a record.
    Weekly { recorded: f64 },
    /// Once a year at each spot, on a day or on the first such weekday from that day on.
    Yearly {
        month: u32,
        day: u32,
        weekday: Option<Weekday>,
    },
    /// So many times a year at any of the spots; weights by month from January and by weekday
    /// from Monday.
    Drawn {
        per_year: u32,
        months: [u32; 12],
        weekdays: [u32; 7],
    },
}

/// From when to when it lasts, in local time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hours {
    /// In one go: a start within a range, and a median length.
    Once { starts_h: [f64; 2], lasts_h: f64 },
    /// On several days, each from `opens_h` for `open_h` hours.
    Daily {
        days: [u32; 2],
        opens_h: u32,
        open_h: u32,
    },
    /// Only the days are known, and perhaps how long it's open on each.
    Days { days: [u32; 2], open_h: Option<u32> },
}

/// What it needs, and what happens: numbers per square root of the head count, since twice the
/// people need less than twice the staff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs {
    pub(crate) officers: f64,
    pub(crate) barriers: f64,
    pub(crate) incidents: f64,
}

impl Needs {
    const fn new(officers: f64, barriers: f64, incidents: f64) -> Needs {
        Needs {
            officers,
            barriers,
            incidents,
        }
    }
}

const ANY_MONTH: [u32; 12] = [1; 12];
const MILD_MONTHS: [u32; 12] = [0, 0, 1, 3, 5, 6, 4, 3, 5, 3, 0, 0];
const SUMMER: [u32; 12] = [0, 0, 0, 0, 1, 4, 6, 5, 2, 0, 0, 0];
const NOT_SUMMER: [u32; 12] = [4, 4, 5, 4, 4, 3, 0, 0, 3, 5, 5, 4];
const ANY_DAY: [u32; 7] = [1; 7];
const WORKING_DAYS: [u32; 7] = [3, 4, 4, 4, 3, 1, 0];
const EVENINGS_OUT: [u32; 7] = [1, 1, 2, 4, 7, 8, 3];
const WEEKENDS: [u32; 7] = [0, 0, 0, 0, 1, 5, 5];
const SUNDAYS: [u32; 7] = [0, 0, 0, 0, 0, 1, 9];

/// What a kind is unless its row says otherwise.
const USUAL: Kind = Kind {
    nature: "culture",
    spots: Spots::Places(&[]),
    when: When::Drawn {
        per_year: 1,
        months: ANY_MONTH,
        weekdays: ANY_DAY,
    },
    hours: Hours::Once {
        starts_h: [10.0, 18.0],
        lasts_h: 3.0,
    },
    size: Size::new(300, 0.8, 20_000),
    needs: Needs::new(0.3, 0.6, 0.004),
    m2_each: 3.0,
    basis: "PEAK",
    series: false,
    turnstiles: false,
    counted: 0.78,
    mapped: 0.38,
    declared: 0.6,
    kept: 0.1,
};

/// Every kind; those with fixed dates first, so that what is drawn finds their days taken.
pub(crate) fn all() -> Vec<&'static Kind> {
    let mut kinds: Vec<&Kind> = [
        matches::KINDS,
        races::KINDS,
        concerts::KINDS,
        culture::KINDS,
        street::KINDS,
        celebrations::KINDS,
        market::KINDS,
    ]
    .into_iter()
    .flatten()
    .collect();
    kinds.sort_by_key(|kind| match kind.when {
        When::Weekly { .. } | When::Yearly { .. } => 0,
        When::Drawn { .. } => 1,
    });
    kinds
}
