//! Accounts, payment cards and wallets.

use super::number::Number;
use crate::rule::{Rule, Rules};

/// Length of an IBAN by country (registry of ISO 13616), of those with person to person payments in Europe and around it.
const IBAN_LENGTHS: [(&[u8; 2], usize); 56] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"DZ", 26),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GR", 27),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"LB", 28),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MA", 28),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MT", 31),
    (b"NL", 18),
    (b"NO", 15),
    (b"PL", 28),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"TN", 24),
    (b"TR", 26),
];
/// Longest IBAN.
pub(super) const IBAN_MAX: usize = 34;

/// Whether letters and digits in upper case begin with an IBAN: its length is its country's, and 97 leaves 1.
pub(super) fn begins_with_iban(compact: &[u8]) -> bool {
    let [first, second, b'0'..=b'9', b'0'..=b'9', ..] = compact else {
        return false;
    };
    let country = [*first, *second];
    let length = IBAN_LENGTHS.iter().find(|(code, _)| **code == country);
    let Some(iban) = length.and_then(|(_, length)| compact.get(..*length)) else {
        return false;
    };
    let (head, account) = iban.split_at(4);
    let remainder = account.iter().chain(head).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    remainder == 1
}

/// A card: what digits alone can be.
pub(super) fn scan_digits(number: &Number) -> Rules {
    let mut rules = Rules::NONE;
    let digits = number.digits();
    let grouped =
        number.is_even() || number.sizes() == [4, 6, 5] || number.sizes() == [4, 4, 4, 4, 3];
    let issued = match digits {
        [3, 4 | 7, ..] => digits.len() == 15,
        [3, 0 | 6 | 8, ..] => digits.len() == 14,
        [2, 2..=7, ..] | [5, 1..=5, ..] => digits.len() == 16,
        [4, ..] => matches!(digits.len(), 13 | 16 | 19),
        [5 | 6, ..] | [3, 5, ..] => (16..=19).contains(&digits.len()),
        _ => false,
    };
    rules.add_if(grouped && issued && is_luhn(digits), Rule::Card);
    rules
}

/// Every second digit from the last but one doubled, the digits of all divisible by 10 (ISO/IEC 7812-1).
pub(super) fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Bitcoin, Ethereum and their like, by their form: checking what is behind it would find no more.
pub(super) fn is_wallet(token: &[u8]) -> bool {
    let base58 =
        |byte: &u8| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l');
    let mixed =
        token.iter().any(u8::is_ascii_uppercase) && token.iter().any(u8::is_ascii_lowercase);
    let hex = |rest: &[u8]| rest.len() == 40 && rest.iter().all(u8::is_ascii_hexdigit);
    let bech32 = |byte: &u8| {
        byte.is_ascii_digit() || byte.is_ascii_lowercase() && !matches!(byte, b'b' | b'i' | b'o')
    };
    match token {
        [b'0', b'x' | b'X', rest @ ..] => hex(rest),
        [b'b', b'c', b'1', rest @ ..] => (38..=59).contains(&rest.len()) && rest.iter().all(bech32),
        [b'1' | b'3' | b'L' | b'D' | b'X' | b'T' | b'r', ..] => {
            (26..=35).contains(&token.len()) && mixed && token.iter().all(base58)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_registry_are_ibans() {
        for iban in [
            "FR1420041010050500013M02606",
            "DE89370400440532013000",
            "GB29NWBK60161331926819",
            "TR330006100519786457841326",
            "NL91ABNA0417164300",
        ] {
            assert!(begins_with_iban(iban.as_bytes()), "{iban}");
            assert!(
                !begins_with_iban(iban.replacen('1', "2", 1).as_bytes()),
                "{iban}"
            );
        }
    }

    #[test]
    fn one_wrong_digit_of_a_card_is_seen() {
        let card = [4, 5, 3, 9, 1, 4, 8, 8, 0, 3, 4, 3, 6, 4, 6, 7];
        assert!(is_luhn(&card));
        for at in 0..card.len() {
            let mut wrong = card;
            wrong[at] = (wrong[at] + 1) % 10;
            assert!(!is_luhn(&wrong), "{at}");
        }
    }
}
