//! Numbers that are no counts: too large, or a date, or with the digits of a telephone number.
//!
//! The largest gathering of the data that Sosie is tried on had 5 million people, the largest ever counted some 60 a day. A
//! date of birth as a number is 12 million and more, a telephone number 100 million and more: counts end between them.

use crate::detect::{Context, is_birth_value};
use crate::rule::{Rule, Rules};

/// From here on a number is no count of one event.
const COUNT_MAX: f64 = 1e7;
/// From here on, in m², no event has the ground: 100 km², a city.
const AREA_M2_MAX: f64 = 1e8;
/// From here on, in seconds, nothing was open: ten years.
const DURATION_S_MAX: f64 = 3.2e8;
/// Digits of a fraction that is written and not divided: a division has 15 and more.
const WRITTEN_DIGITS: std::ops::RangeInclusive<usize> = 9..=15;

/// Of participants.
pub(crate) fn of_heads(count: u64, context: &Context) -> Rules {
    whole(count as f64, COUNT_MAX, context)
}

/// Of an outcome; fractions with the digits of a long number are none.
pub(crate) fn of_count(count: f64, context: &Context) -> Rules {
    let mut rules = whole(count, COUNT_MAX, context);
    if count.fract() != 0.0 {
        let digits = count.to_string().bytes().filter(u8::is_ascii_digit).count();
        rules.add_if(WRITTEN_DIGITS.contains(&digits), Rule::ImplausibleNumber);
    }
    rules
}

/// Of an area.
pub(crate) fn of_area(area_m2: f64, context: &Context) -> Rules {
    whole(area_m2, AREA_M2_MAX, context)
}

/// Of a duration: whole minutes are no dates.
pub(crate) fn of_duration(duration_s: f64, context: &Context) -> Rules {
    if duration_s % 60.0 == 0.0 {
        return Rules::NONE;
    }
    whole(duration_s, DURATION_S_MAX, context)
}

fn whole(value: f64, max: f64, context: &Context) -> Rules {
    let mut rules = Rules::NONE;
    rules.add_if(value >= max, Rule::ImplausibleNumber);
    if value.fract() == 0.0 && (COUNT_MAX..1e8).contains(&value) {
        rules.add_if(is_birth_value(value as u64, context), Rule::DateOfBirth);
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_events_pass_and_numbers_of_persons_do_not() {
        let context = Context::default();
        for count in [0.0, 3.0, 0.5, 1.0 / 3.0, 5_000_000.0, 12.25] {
            assert!(of_count(count, &context).is_empty(), "{count}");
        }
        for count in [
            612_345_678.0,
            1_800_575_123_456.0,
            12_051_980.0,
            6.123_456_78,
        ] {
            assert!(!of_count(count, &context).is_empty(), "{count}");
        }
        assert!(of_area(1_369_194.0, &context).is_empty());
        assert!(of_area(19_800_512.0, &context).contains(Rule::DateOfBirth));
        assert!(of_duration(19_800_540.0, &context).is_empty());
    }
}
