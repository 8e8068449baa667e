//! When events are: ten past years of days that suit their nature.

use crate::draw::Draw;
use crate::nature::Habit;
use crate::series::Edition;

/// 2015-01-01 in days since 1970-01-01, the first day.
const FIRST_DAY: i64 = 16_436;
/// Years of history, 2015 to 2024.
const YEARS: u64 = 10;
/// Days from April to September.
const SUMMER_DAYS: u64 = 183;
/// Quarters of an hour after midnight UTC at which events begin: 6:00 to 20:00, the same day in Paris.
const FIRST_START: u64 = 24;
const STARTS: u64 = 57;

/// A day and the quarter of an hour of the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct When {
    /// Days since 1970-01-01.
    pub(crate) day: i64,
    /// Quarters of an hour since midnight UTC.
    pub(crate) quarter: u32,
}

/// Part of the year and of the week.
#[derive(Clone, Copy)]
struct Custom {
    summer: bool,
    weekend: bool,
    /// Day of the half-year.
    day: u64,
    quarter: u32,
}

/// When an event is that is held once.
pub(crate) fn once(habit: Habit, draw: &mut Draw) -> When {
    let custom = custom(habit, draw);
    let year = draw.below(YEARS);
    custom.in_year(year, draw)
}

/// When an edition of a series is: yearly in the same season if there are few, else every so many weeks.
/// `series` draws what all editions share, `draw` what is the edition's own.
pub(crate) fn edition(
    edition: Edition,
    habit: Habit,
    (series, draw): (&mut Draw, &mut Draw),
) -> When {
    let custom = custom(habit, series);
    let of = u64::from(edition.of);
    if of <= YEARS {
        let first = series.below(YEARS + 1 - of);
        return custom.in_year(first + u64::from(edition.number), draw);
    }
    let weeks = (52 * YEARS / of).max(1);
    let first = custom.in_year(0, series);
    // Editions that come every so many weeks begin in the first of them, not in the season of the first year.
    let start = FIRST_DAY + 4 + (first.day + 3) % 7 + 7 * series.below(weeks) as i64;
    let day = start + 7 * (weeks * u64::from(edition.number)) as i64;
    When { day, ..first }
}

fn custom(habit: Habit, draw: &mut Draw) -> Custom {
    Custom {
        summer: draw.chance(habit.summer),
        weekend: draw.chance(habit.weekend),
        day: draw.below(SUMMER_DAYS),
        quarter: (FIRST_START + draw.below(STARTS)) as u32,
    }
}

impl Custom {
    /// The nearest day of that year that is of the wanted part of the week.
    fn in_year(self, year: u64, draw: &mut Draw) -> When {
        let leap = u64::from(year % 4 == 1);
        // Before April there are 90 days, before October 183 more; a leap day is in the winter.
        let (april, october) = (90 + leap, 90 + leap + SUMMER_DAYS);
        let in_year = if self.summer {
            april + self.day
        } else if self.day < april {
            self.day
        } else {
            october + self.day - april
        };
        let day = FIRST_DAY + (365 * year + (year + 2) / 4 + in_year) as i64;
        When {
            day: in_week(day, self.weekend, draw).max(FIRST_DAY),
            quarter: self.quarter,
        }
    }
}

/// A day of the same week, from Monday on, that is on the weekend or is not.
pub(crate) fn in_week(day: i64, weekend: bool, draw: &mut Draw) -> i64 {
    // 1970-01-01 was a Thursday.
    let since_monday = (day + 3) % 7;
    match (weekend, since_monday >= 5) {
        (true, false) => day - since_monday + 5 + draw.below(2) as i64,
        (false, true) => day - since_monday + draw.below(5) as i64,
        (true, true) | (false, false) => day,
    }
}
