//! Numbers as one byte: the values of an axis in up to 255 ranges, smallest first.

use serde::{Deserialize, Serialize};

/// Most ranges; code 0 is for rows without a value.
const CODES_MAX: usize = 255;

/// Ranges of one axis. Code `c` from 1 up stands for the values from `extents[c − 1].0` to
/// `extents[c − 1].1`, all of which occur in between these two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct NumberCodes {
    /// Upper ends of all ranges but the last, ascending: the last goes on for ever.
    uppers: Vec<f64>,
    extents: Vec<(f64, f64)>,
}

impl NumberCodes {
    /// Chooses ranges by a sample of at least the order of magnitude of the values, at least 0. Half of the
    /// choice is by how many values fall into a range, half by how far it spans on a logarithmic scale: what
    /// is frequent gets a range of its own, and no range is wide.
    pub(crate) fn of_sample(mut sample: Vec<f64>) -> Self {
        sample.sort_unstable_by(f64::total_cmp);
        let (Some(first), Some(last)) = (sample.first(), sample.last()) else {
            return NumberCodes::default();
        };
        let log = |value: f64| (value + 1.0).ln();
        let (low, span) = (
            log(*first),
            (log(*last) - log(*first)).max(f64::MIN_POSITIVE),
        );
        let mut uppers = Vec::new();
        let mut previous: Option<(f64, usize)> = None;
        for (below, &value) in sample.iter().enumerate() {
            if previous.is_some_and(|(earlier, _)| earlier == value) {
                continue;
            }
            let share = below as f64 / sample.len() as f64;
            let place = 0.5 * share + 0.5 * (log(value) - low) / span;
            let range = ((place * CODES_MAX as f64) as usize).min(CODES_MAX - 1);
            if let Some((earlier, _)) = previous.filter(|(_, earlier)| *earlier != range) {
                uppers.push(earlier);
            }
            previous = Some((value, range));
        }
        let extents = vec![(f64::INFINITY, f64::NEG_INFINITY); uppers.len() + 1];
        NumberCodes { uppers, extents }
    }

    /// The code of a value, from 1 up.
    pub(crate) fn code(&self, value: f64) -> u8 {
        (self.uppers.partition_point(|upper| *upper < value) + 1) as u8
    }

    /// The code of a value that is stored, whose range is widened to hold it.
    pub(crate) fn add(&mut self, value: f64) -> u8 {
        if self.extents.is_empty() {
            self.extents.push((value, value));
        }
        let code = self.code(value);
        let extent = &mut self.extents[usize::from(code) - 1];
        *extent = (extent.0.min(value), extent.1.max(value));
        code
    }

    /// The value of a code, if all that have it have the same.
    pub(crate) fn only(&self, code: u8) -> Option<f64> {
        let (min, max) = self.extents.get(usize::from(code).checked_sub(1)?)?;
        (min == max).then_some(*min)
    }

    /// Each code with the smallest and the largest stored value; ranges without any are left out.
    pub(crate) fn extents(&self) -> impl Iterator<Item = (u8, (f64, f64))> {
        let extents = (1..=u8::MAX).zip(self.extents.iter().copied());
        extents.filter(|(_, (min, max))| min <= max)
    }

    /// After reading: ranges that no value ever fell into are no numbers in JSON.
    pub(crate) fn seal(&mut self) {
        for extent in self.extents.iter_mut().filter(|(min, max)| min > max) {
            *extent = (1.0, -1.0);
        }
    }

    /// Whether codes are bytes and ends are in order.
    pub(crate) fn is_sound(&self) -> bool {
        self.extents.len() <= CODES_MAX
            && (self.extents.is_empty() || self.extents.len() == self.uppers.len() + 1)
            && self.uppers.is_sorted()
    }
}

/// By code, the logarithms of the smallest and the largest value, plus 1; codes without any are infinitely far off.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogExtents {
    pub(crate) lows: [f32; 256],
    pub(crate) highs: [f32; 256],
}

impl LogExtents {
    /// More than differences of these logarithms are off: numbers up to 64 are by 2^−19 at most, two of them and
    /// their difference by three times that.
    pub(crate) const SLACK: f32 = 1e-5;

    /// Those of the ranges of an axis.
    pub(crate) fn new(codes: &NumberCodes) -> Self {
        let mut logs = LogExtents {
            lows: [f32::INFINITY; 256],
            highs: [f32::NEG_INFINITY; 256],
        };
        for (code, (min, max)) in codes.extents() {
            logs.lows[usize::from(code)] = LogExtents::log(min);
            logs.highs[usize::from(code)] = LogExtents::log(max);
        }
        logs
    }

    /// As log ratios take it.
    pub(crate) fn log(value: f64) -> f32 {
        libm::log(value + 1.0) as f32
    }
}

/// Ranges of a share: its own for 0 and for 1, and 14 between.
pub(crate) const SHARE_CODES: usize = 16;

/// The code of a share in [0, 1], 0–15.
pub(crate) fn share_code(share: f64) -> u8 {
    if share <= 0.0 {
        0
    } else if share >= 1.0 {
        15
    } else {
        1 + (share * 14.0).min(13.0) as u8
    }
}

/// The share of a code that stands for one alone.
pub(crate) fn exact_share(code: u8) -> Option<f64> {
    match code {
        0 => Some(0.0),
        15 => Some(1.0),
        1..15 | 16.. => None,
    }
}

/// The shares that have a code; ends are widened by what a rounding can move.
pub(crate) fn share_extent(code: u8) -> (f64, f64) {
    let tick = f64::from(code.saturating_sub(1)) / 14.0;
    match code {
        0 => (0.0, 0.0),
        1..15 => ((tick - 1e-9).max(0.0), (tick + 1.0 / 14.0 + 1e-9).min(1.0)),
        15.. => (1.0, 1.0),
    }
}

/// The code of a day of the year, 1–183: two days each.
pub(crate) fn day_code(day: u16) -> u8 {
    (day.saturating_add(1) / 2).min(183) as u8
}

/// First and last day of a code.
pub(crate) fn day_extent(code: u8) -> (u16, u16) {
    let last = u16::from(code) * 2;
    (last.saturating_sub(1).max(1), last.clamp(1, 366))
}

/// Instants as 32 bits: ticks since the first one, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TimeCodes {
    /// The first instant, µs since 1970.
    first: i64,
    /// The last instant, µs since 1970.
    last: i64,
    /// µs of a tick.
    tick: i64,
    /// Whether every instant is a whole number of ticks after the first.
    whole: bool,
}

/// Where rows with a code stand to an instant that is compared with theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpTo {
    /// All are at or before it.
    All,
    /// Codes below are at or before it, codes above after it, those equal only if the flag is set; if not,
    /// they have to be looked at.
    Code(u32, bool),
    /// All are after it.
    None,
}

impl TimeCodes {
    /// For instants from `first` to `last`; `whole_seconds` says whether all are whole seconds apart.
    pub(crate) fn new(first: i64, last: i64, whole_seconds: bool) -> Self {
        const SECOND: i64 = 1_000_000;
        let ticks_max = i64::from(u32::MAX);
        // Rounded up to whole seconds, so that coarse ticks stay whole where they can.
        let coarse = ((last - first) / ticks_max + 1 + SECOND - 1) / SECOND * SECOND;
        TimeCodes {
            first,
            last,
            tick: coarse,
            whole: whole_seconds && coarse == SECOND,
        }
    }

    /// The code of an instant within the range.
    pub(crate) fn code(&self, micros: i64) -> u32 {
        let ticks = (micros - self.first) / self.tick;
        u32::try_from(ticks.max(0)).unwrap_or(u32::MAX)
    }

    /// Which codes are at or before an instant.
    pub(crate) fn up_to(&self, micros: i64) -> UpTo {
        if micros >= self.last {
            UpTo::All
        } else if micros < self.first {
            UpTo::None
        } else {
            UpTo::Code(self.code(micros), self.whole)
        }
    }

    /// Whether ticks have a length.
    pub(crate) fn is_sound(&self) -> bool {
        self.tick > 0 && self.first <= self.last
    }
}
