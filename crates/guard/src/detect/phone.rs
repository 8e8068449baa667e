//! Telephone numbers: with their country's code, or as the plans of ten languages' countries write them at home.

use super::number::Number;

/// Digits of an international number, its country's code included (ITU-T E.164).
const INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// `+33 6…` and `0033 6…`, however grouped.
pub(super) fn is_international(number: &Number, has_plus: bool) -> bool {
    let digits = number.digits();
    match digits {
        [1..=9, ..] => has_plus && INTERNATIONAL_DIGITS.contains(&digits.len()),
        // From 11 digits on: with fewer, two zeros pad a counter.
        [0, 0, 1..=9, ..] => digits.len() >= 11 && (digits.len() <= 17) && is_grouped(number),
        _ => false,
    }
}

/// No group is so long that it would be an id of its own beside a number.
fn is_grouped(number: &Number) -> bool {
    number.is_even() || number.sizes().iter().all(|size| *size <= 4) || number.sizes().len() == 2
}

/// A number as it is dialled within its country.
pub(super) fn is_national(number: &Number) -> bool {
    let digits = number.digits();
    let grouped = number.is_whole();
    match digits {
        // France, Germany, Italy, the Netherlands, Belgium, the United Kingdom, Turkey, Morocco, Algeria, Egypt.
        [0, 1..=9, ..] if (9..=12).contains(&digits.len()) => {
            number.is_even() || grouped && is_trunk_grouping(number)
        }
        // North America: neither the area nor the exchange begins with 0 or 1.
        [2..=9, _, _, 2..=9, ..] if digits.len() == 10 => {
            matches!(number.sizes(), [10] | [3, 3, 4] | [3, 7])
                || number.is_even()
                || grouped && matches!(number.sizes(), [4, 3, 3] | [3, 3, 2, 2])
        }
        [1, 2..=9, _, _, 2..=9, ..] if digits.len() == 11 => {
            matches!(number.sizes(), [11] | [1, 3, 3, 4] | [1, 10])
        }
        // Spain, Portugal, Poland, Morocco and France without the zero.
        [2..=9, ..] if digits.len() == 9 => {
            number.is_even()
                || grouped
                    && matches!(
                        number.sizes(),
                        [3, 2, 2, 2] | [2, 3, 2, 2] | [1, 2, 2, 2, 2] | [3, 6]
                    )
        }
        // Italy, Turkey and Germany without the zero, a country's code without its sign.
        [2..=9, ..] if (10..=13).contains(&digits.len()) => {
            number.sizes().len() == 1
                || grouped && (number.sizes() == [3, 3, 4] || is_code_grouping(number))
        }
        _ => false,
    }
}

/// Groupings after a zero that are not even: an area and a line, or a line in threes and twos.
fn is_trunk_grouping(number: &Number) -> bool {
    match number.sizes() {
        [2..=5, line] => *line >= 4,
        [4, 3, 3 | 4] | [3, 3, 4] | [3, 4, 3 | 4] | [2, 4, 4] | [2, 3, 4] => true,
        [4, 3, 2, 2] | [4, 2, 2, 2] | [3, 2, 2, 2] | [3, 3, 2, 2] | [2, 3, 2, 2] => true,
        [1, 3, 2, 2, 2] => true,
        [5, 3, 3] => number.digits()[1] == 7,
        _ => false,
    }
}

/// `33 6 12 34 56 78`, `34 612 345 678`, `90 532 123 45 67`.
fn is_code_grouping(number: &Number) -> bool {
    match number.sizes() {
        [2 | 3, rest @ ..] => rest.len() > 2 && rest.iter().all(|size| *size <= 3),
        _ => false,
    }
}
