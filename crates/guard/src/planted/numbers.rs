//! Numbers of nobody with the check digits that the authorities ask for.

use super::draw::Draw;

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The sum of digits times weights.
fn weigh(digits: &str, weights: &[u32]) -> u32 {
    let digits = digits.bytes().map(|byte| u32::from(byte - b'0'));
    digits
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// A day from 1930 to 2009, as year, month, day.
pub(super) fn birthday(draw: &mut Draw) -> (usize, usize, usize) {
    (
        draw.between(1930, 2010),
        draw.between(1, 13),
        draw.between(1, 29),
    )
}

/// Draws heads until one has a check digit.
fn completed(
    draw: &mut Draw,
    mut head: impl FnMut(&mut Draw) -> String,
    check: impl Fn(&str) -> Option<String>,
) -> String {
    loop {
        let head = head(draw);
        if let Some(check) = check(&head) {
            return head + &check;
        }
    }
}

pub(super) fn luhn(head: &str) -> String {
    let sum: u32 = head
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{head}{}", (10 - sum % 10) % 10)
}

pub(super) fn card(draw: &mut Draw) -> String {
    let head = if draw.below(2) == 0 {
        "4".to_owned() + &draw.digits(14)
    } else {
        format!("5{}", draw.between(1, 6)) + &draw.digits(13)
    };
    luhn(&head)
}

pub(super) fn imei(draw: &mut Draw) -> String {
    luhn(&("35".to_owned() + &draw.digits(12)))
}

pub(super) fn iban(draw: &mut Draw) -> String {
    let (country, length, letters) = *draw.one_of(&[
        ("FR", 23, 0),
        ("DE", 18, 0),
        ("ES", 20, 0),
        ("GB", 18, 4),
        ("NL", 14, 4),
        ("BE", 12, 0),
        ("PT", 21, 0),
        ("PL", 24, 0),
        ("TR", 22, 0),
        ("IT", 23, 1),
        ("CH", 17, 0),
    ]);
    let account = draw.signs(UPPER, letters) + &draw.digits(length - letters);
    let number = |text: &str| {
        text.bytes().fold(0, |rest: u64, byte| match byte {
            b'0'..=b'9' => (rest * 10 + u64::from(byte - b'0')) % 97,
            _ => (rest * 100 + u64::from(byte - b'A') + 10) % 97,
        })
    };
    let check = 98 - number(&format!("{account}{country}00"));
    format!("{country}{check:02}{account}")
}

pub(super) fn nir(draw: &mut Draw) -> String {
    let (year, month, _) = birthday(draw);
    let place = draw.digits(3) + &draw.digits(3);
    let head = format!(
        "{}{:02}{month:02}{:02}{place}",
        draw.between(1, 3),
        year % 100,
        draw.between(1, 96)
    );
    let key = 97 - head.parse::<u64>().expect("digits") % 97;
    format!("{head}{key:02}")
}

pub(super) fn dni(draw: &mut Draw) -> String {
    let number = draw.digits(8);
    let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[(number.parse::<u32>().expect("digits") % 23) as usize];
    format!("{number}{}", char::from(letter))
}

pub(super) fn codice_fiscale(draw: &mut Draw) -> String {
    let (year, month, day) = birthday(draw);
    let letters = draw.signs("BCDFGLMNPRSTVZ", 6);
    let month = char::from(b"ABCDEHLMPRST"[month - 1]);
    let head = format!(
        "{letters}{:02}{month}{day:02}{}{:03}",
        year % 100,
        draw.signs("ABCDEFGHIL", 1),
        draw.between(100, 999)
    );
    let sum: usize = head
        .bytes()
        .enumerate()
        .map(|(at, byte)| {
            let letter = if byte.is_ascii_digit() {
                byte - b'0' + b'A'
            } else {
                byte
            };
            if at % 2 == 0 {
                ODD_VALUES[usize::from(letter - b'A')]
            } else {
                usize::from(letter - b'A')
            }
        })
        .sum();
    format!("{head}{}", char::from(b'A' + (sum % 26) as u8))
}

const ODD_VALUES: [usize; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

pub(super) fn nino(draw: &mut Draw) -> String {
    draw.signs("ABCEGHJKLMNPRSTWXYZ", 1)
        + &draw.signs("ABCEGHJKLMNPRSTWXYZ", 1)
        + &draw.digits(6)
        + &draw.signs("ABCD", 1)
}

pub(super) fn nhs(draw: &mut Draw) -> String {
    completed(
        draw,
        |draw| draw.digits(9),
        |head| match 11 - weigh(head, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
            11 => Some("0".to_owned()),
            10 => None,
            check => Some(check.to_string()),
        },
    )
}

pub(super) fn steuer_id(draw: &mut Draw) -> String {
    let head = draw.digits(10);
    let product = head.bytes().fold(10, |product, byte| {
        let sum = match (u32::from(byte - b'0') + product) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    let check = (11 - product) % 10;
    format!("{head}{check}")
}

pub(super) fn bsn(draw: &mut Draw) -> String {
    completed(
        draw,
        |draw| draw.digits(8),
        |head| {
            let check = weigh(head, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            (check < 10).then(|| check.to_string())
        },
    )
}

pub(super) fn belgian(draw: &mut Draw) -> String {
    let (year, month, day) = birthday(draw);
    let head = format!(
        "{:02}{month:02}{day:02}{:03}",
        year % 100,
        draw.between(1, 998)
    );
    let number =
        head.parse::<u64>().expect("digits") + if year >= 2000 { 2_000_000_000 } else { 0 };
    format!("{head}{:02}", 97 - number % 97)
}

pub(super) fn pesel(draw: &mut Draw) -> String {
    let (year, month, day) = birthday(draw);
    let month = month + if year >= 2000 { 20 } else { 0 };
    let head = format!(
        "{:02}{month:02}{day:02}{:04}",
        year % 100,
        draw.between(1, 9999)
    );
    let check = (10 - weigh(&head, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
    format!("{head}{check}")
}

pub(super) fn nif(draw: &mut Draw) -> String {
    let head = format!("{}{}", draw.between(1, 4), draw.digits(7));
    let rest = weigh(&head, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    format!("{head}{}", if rest < 2 { 0 } else { 11 - rest })
}

pub(super) fn ahv(draw: &mut Draw) -> String {
    let head = "756".to_owned() + &draw.digits(9);
    let sum = weigh(&head, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    format!("{head}{}", (10 - sum % 10) % 10)
}

pub(super) fn tckn(draw: &mut Draw) -> String {
    let head = draw.digits(9);
    let digit = |at: usize| i32::from(head.as_bytes()[at] - b'0');
    let odd: i32 = (0..9).step_by(2).map(digit).sum();
    let even: i32 = (1..8).step_by(2).map(digit).sum();
    let tenth = (odd * 7 - even).rem_euclid(10);
    format!("{head}{tenth}{}", (odd + even + tenth) % 10)
}
