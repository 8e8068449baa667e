//! Numbers by which states know persons: digits only, each with its check digits.

use super::number::Number;
use crate::rule::{Rule, Rules};

/// Which of them a number is.
pub(super) fn scan(number: &Number) -> Rules {
    let digits = number.digits();
    let mut rules = Rules::NONE;
    let sizes = number.sizes();
    let even = number.is_even();
    match digits.len() {
        9 => {
            let grouped = even || sizes == [4, 2, 3];
            rules.add_if(grouped && is_bsn(digits), Rule::Bsn);
            rules.add_if(even && is_nif(digits), Rule::Nif);
            rules.add_if(sizes == [3, 2, 4] && is_ssn(number), Rule::Ssn);
        }
        10 => rules.add_if(
            (even || sizes == [3, 3, 4]) && is_nhs(digits),
            Rule::NhsNumber,
        ),
        11 => {
            let steuer = even || sizes == [2, 3, 3, 3];
            rules.add_if(steuer && is_steuer_id(digits), Rule::SteuerId);
            let pesel = even || sizes == [6, 5];
            rules.add_if(pesel && is_pesel(digits), Rule::Pesel);
            rules.add_if(even && is_tckn(digits), Rule::Tckn);
            let belgian = even || matches!(sizes, [6, 3, 2] | [2, 2, 2, 3, 2] | [6, 5]);
            rules.add_if(belgian && is_belgian(number), Rule::BelgianNationalNumber);
        }
        13 => {
            rules.add_if((even || sizes == [3, 4, 4, 2]) && is_ahv(digits), Rule::Ahv);
            let nir = even || sizes == [1, 2, 2, 2, 3, 3];
            rules.add_if(nir && is_nir_head(number), Rule::Nir);
        }
        15 => rules.add_if(is_nir(number), Rule::Nir),
        _ => {}
    }
    rules
}

fn weighted(digits: &[u8], weights: &[i64]) -> i64 {
    let pairs = digits.iter().zip(weights);
    pairs
        .map(|(digit, weight)| i64::from(*digit) * weight)
        .sum()
}

/// The Netherlands: weights 9 to 2 and −1, divisible by 11.
fn is_bsn(digits: &[u8]) -> bool {
    weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0
}

/// Portugal, persons: weights 9 to 2, the last digit completes to 11, and is 0 for 10.
fn is_nif(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { 0 } else { 11 - rest };
    (1..=3).contains(&digits[0]) && check == i64::from(digits[8])
}

/// The United States: no check digit; some areas, groups and serials were never given.
fn is_ssn(number: &Number) -> bool {
    let (area, group, serial) = (number.value(0, 3), number.value(3, 5), number.value(5, 9));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// The United Kingdom: weights 10 to 2, the last digit completes to 11.
fn is_nhs(digits: &[u8]) -> bool {
    let check = 11 - weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    check % 11 == i64::from(digits[9])
}

/// Germany: ISO 7064 MOD 11,10; does not begin with 0.
fn is_steuer_id(digits: &[u8]) -> bool {
    let mut product = 10;
    for digit in &digits[..10] {
        let sum = (i64::from(*digit) + product) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    digits[0] != 0 && (11 - product) % 10 == i64::from(digits[10])
}

/// Poland: a day whose month tells the century, weights 1, 3, 7, 9.
fn is_pesel(digits: &[u8]) -> bool {
    let month = (digits[2] * 10 + digits[3]) % 20;
    let day = digits[4] * 10 + digits[5];
    let sum = weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
    (1..=12).contains(&month) && (1..=31).contains(&day) && sum % 10 == 0
}

/// Turkey: the tenth digit from odd and even places, the eleventh from all.
fn is_tckn(digits: &[u8]) -> bool {
    let sum = |from: usize| {
        digits[from..9]
            .iter()
            .step_by(2)
            .map(|d| i64::from(*d))
            .sum::<i64>()
    };
    let tenth = (sum(0) * 7 - sum(1)).rem_euclid(10);
    let all: i64 = digits[..10].iter().map(|digit| i64::from(*digit)).sum();
    digits[0] != 0 && tenth == i64::from(digits[9]) && all % 10 == i64::from(digits[10])
}

/// Belgium: what 97 leaves of the first nine, with a 2 before them for those born from 2000 on.
fn is_belgian(number: &Number) -> bool {
    let (head, check) = (number.value(0, 9), number.value(9, 11));
    let month = number.value(2, 4) % 20;
    let day = number.value(4, 6);
    let is_check = |head: i64| 97 - head % 97 == check;
    month <= 12 && day <= 31 && (is_check(head) || is_check(2_000_000_000 + head))
}

/// Switzerland: 756 and the check digit of EAN-13.
fn is_ahv(digits: &[u8]) -> bool {
    let sum = weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    digits.starts_with(&[7, 5, 6]) && sum % 10 == 0
}

/// France, without the key: sex, year, month, department, commune, order.
fn is_nir_head(number: &Number) -> bool {
    let sex = matches!(number.digits()[0], 1..=4 | 7 | 8);
    let month = number.value(3, 5);
    // 20 and more stand for months that are not known.
    let month = matches!(month, 1..=12 | 20..=42 | 50..=99);
    sex && month && number.value(5, 7) > 0
}

/// France: the key is what 97 leaves, taken from 97.
fn is_nir(number: &Number) -> bool {
    let key = 97 - number.value(0, 13) % 97;
    is_nir_head(number) && key == number.value(13, 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(digits: &str) -> Vec<Rule> {
        let digits: Vec<u8> = digits.bytes().map(|byte| byte - b'0').collect();
        scan(&Number::one(&digits)).iter().collect()
    }

    /// Examples that the authorities print for others to try; of nobody.
    #[test]
    fn the_printed_example_of_each_authority_is_known() {
        for (digits, rule) in [
            ("111222333", Rule::Bsn),
            ("123456789", Rule::Nif),
            ("9434765919", Rule::NhsNumber),
            ("86095742719", Rule::SteuerId),
            ("44051401359", Rule::Pesel),
            ("10000000146", Rule::Tckn),
            ("85073003328", Rule::BelgianNationalNumber),
            ("7569217076985", Rule::Ahv),
            ("255081416802538", Rule::Nir),
        ] {
            assert!(found(digits).contains(&rule), "{rule}");
        }
    }

    /// The law of a check digit: no digit can be changed alone.
    #[test]
    fn one_wrong_digit_is_seen() {
        for (digits, rule) in [
            ("111222333", Rule::Bsn),
            ("86095742719", Rule::SteuerId),
            ("10000000146", Rule::Tckn),
            ("7569217076985", Rule::Ahv),
            ("255081416802538", Rule::Nir),
        ] {
            for at in 0..digits.len() {
                let mut wrong = digits.as_bytes().to_vec();
                wrong[at] = b'0' + (wrong[at] - b'0' + 1) % 10;
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(!found(&wrong).contains(&rule), "{rule} {at}");
            }
        }
    }
}
