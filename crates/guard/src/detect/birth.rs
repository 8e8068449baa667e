//! Days of the past that are not the event's own: dates of birth.
//!
//! A date of birth is a day like any other. What tells it from the day of an event is the event: a day within
//! [`OWN_DAYS`] of it is its own, every earlier one from 1900 on is taken for a person's. Without times, in the text of a key or
//! a path, every such day is.

use chrono::NaiveDate;

use super::number::{Context, Number};
use crate::lexicon::Class;
use crate::rule::{Rule, Rules};
use crate::text::segment::Segment;

/// A permit is asked for, and numbered, up to a year and a month before the event.
const OWN_DAYS: i64 = 400;
/// Nobody who was born earlier is alive.
const YEAR_MIN: i64 = 1900;
/// Without times: no one is born later whose birth is known now.
const YEAR_MAX: i64 = 2035;

/// Whether the digits are a date of birth in one of the ways in which people group them.
pub(super) fn is_birth(number: &Number, context: &Context) -> bool {
    let digits = number.digits();
    let value = |from: usize, to: usize| number.value(from, to);
    match (digits.len(), number.sizes()) {
        (8, [8] | [4, 2, 2] | [2, 2, 4] | [4, 4] | [1, 1, 1, 1, 1, 1, 1, 1] | [2, 2, 2, 2]) => {
            // Two groups of four are also a year and a counter: there has to be nothing else beside them.
            let alone = number.is_whole() || number.sizes() != [4, 4];
            let orders = [
                (value(0, 4), value(4, 6), value(6, 8)),
                (value(4, 8), value(2, 4), value(0, 2)),
                (value(4, 8), value(0, 2), value(2, 4)),
            ];
            alone && orders.into_iter().any(|day| is_other_day(day, context))
        }
        (6, [2, 2, 2]) if number.is_whole() => {
            let (first, second, third) = (value(0, 2), value(2, 4), value(4, 6));
            let orders = [
                (first, second, third),
                (third, second, first),
                (third, first, second),
            ];
            is_other_short_day(&orders, context)
        }
        (6 | 7, [1 | 2, 1 | 2, 4]) => {
            let (first, second) = (number.group(0), number.group(1));
            let year = number.group(2);
            let orders = [(year, second, first), (year, first, second)];
            orders.into_iter().any(|day| is_other_day(day, context))
        }
        (6 | 7, [4, 1 | 2, 1 | 2]) => {
            is_other_day((number.group(0), number.group(1), number.group(2)), context)
        }
        _ => false,
    }
}

/// Years of two digits: any century, and none of the readings may be the event's own day.
fn is_other_short_day(orders: &[(i64, i64, i64)], context: &Context) -> bool {
    let days = orders
        .iter()
        .flat_map(|&(year, month, day)| [1900, 2000].map(|century| (century + year, month, day)));
    let readings: Vec<_> = days.filter_map(day_of).collect();
    let own = readings.iter().any(|day| context.is_own(*day, OWN_DAYS));
    !own && readings.iter().any(|day| context.is_before(*day, OWN_DAYS))
}

fn is_other_day(day: (i64, i64, i64), context: &Context) -> bool {
    day_of(day).is_some_and(|day| context.is_before(day, OWN_DAYS))
}

/// Days since 1970-01-01, if year, month and day are a day of the years that are looked at.
fn day_of((year, month, day): (i64, i64, i64)) -> Option<i64> {
    let number = |number: i64| u32::try_from(number).ok();
    let is_looked_at = (YEAR_MIN..=YEAR_MAX).contains(&year);
    let year = i32::try_from(year).ok().filter(|_| is_looked_at)?;
    let date = NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)?;
    Some(i64::from(date.to_epoch_days()))
}

/// Whether digits that begin with eight of the event's own day follow it with a counter or a clock time.
pub(super) fn begins_with_own_day(number: &Number, context: &Context) -> bool {
    const COUNTER_DIGITS_MAX: usize = 6;
    let day = (number.value(0, 4), number.value(4, 6), number.value(6, 8));
    (8..=8 + COUNTER_DIGITS_MAX).contains(&number.digits().len())
        && day_of(day).is_some_and(|day| context.is_own(day, OWN_DAYS))
}

/// `12-mai-1980`, `mayo-12-1980`, `1980-mayis-12`, and digits after a word for birth.
pub(super) fn scan(text: &[u8], segments: &[Segment], context: &Context) -> Rules {
    let mut rules = Rules::NONE;
    for at in 0..segments.len() {
        let word = segments[at].word;
        if word.is(Class::Month) {
            let found = has_day_beside(text, segments, at, context);
            rules.add_if(found, Rule::DateOfBirth);
        }
        if word.is(Class::BirthWord) {
            let digits = segments[at + 1..]
                .iter()
                .take_while(|next| next.is_digits());
            let count: usize = digits.map(Segment::len).sum();
            rules.add_if(count >= 4, Rule::DateOfBirth);
        }
    }
    rules
}

fn has_day_beside(text: &[u8], segments: &[Segment], at: usize, context: &Context) -> bool {
    let number = |index: Option<usize>| {
        let segment = segments.get(index?)?;
        let short = segment.is_digits() && segment.len() <= 4;
        short.then(|| super::number::value_of(segment.of(text)))
    };
    let month = i64::from(segments[at].word.value());
    let (before, after) = (number(at.checked_sub(1)), number(Some(at + 1)));
    let orders = [
        (before, after),
        (after, number(Some(at + 2))),
        (after, before),
    ];
    orders.into_iter().any(|order| match order {
        (Some(day), Some(year)) if year >= YEAR_MIN => is_other_day((year, month, day), context),
        (Some(day), Some(year)) if year < 100 => is_other_short_day(&[(year, month, day)], context),
        (_, _) => false,
    })
}

/// The digits of a whole number that is a date: of counts and times, where eight digits are rare.
pub(crate) fn is_birth_value(value: u64, context: &Context) -> bool {
    let mut digits = [0; 8];
    let mut rest = value;
    for digit in digits.iter_mut().rev() {
        *digit = (rest % 10) as u8;
        rest /= 10;
    }
    rest == 0 && value >= 10_000_000 && is_birth(&Number::one(&digits), context)
}
