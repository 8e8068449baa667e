//! Numbers of letters and digits: identity cards, passports, tax codes, accounts.
//!
//! They are looked for in the text without its signs, at every place where a run begins.

use super::bank::{IBAN_MAX, begins_with_iban};
use crate::rule::{Rule, Rules};
use crate::text::segment::{Kind, Segment, tokens};

/// Letters that complete the number of a DNI, by what 23 leaves of it.
const DNI_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// What the text is at any place where a run begins.
pub(super) fn scan(text: &[u8], segments: &[Segment]) -> Rules {
    let mut rules = Rules::NONE;
    for (first, segment) in segments.iter().enumerate() {
        let mut compact = Compact::default();
        for next in segments[first..]
            .iter()
            .take_while(|next| next.kind != Kind::Digest)
        {
            if !compact.push(next.of(text)) {
                break;
            }
            rules.join(of_compact(compact.text(), segment.glued));
        }
    }
    for (first, end) in tokens(segments) {
        let token = &text[segments[first].start..segments[end - 1].end];
        rules.add_if(is_passport(token), Rule::Passport);
    }
    rules
}

/// Letters in upper case and digits, one run after the other.
struct Compact {
    bytes: [u8; IBAN_MAX],
    length: usize,
}

impl Default for Compact {
    fn default() -> Self {
        Compact {
            bytes: [0; IBAN_MAX],
            length: 0,
        }
    }
}

impl Compact {
    /// `false` if nothing so long is looked for.
    fn push(&mut self, run: &[u8]) -> bool {
        let room = &mut self.bytes[self.length..];
        let Some(room) = room.get_mut(..run.len()) else {
            return false;
        };
        room.copy_from_slice(run);
        room.make_ascii_uppercase();
        self.length += run.len();
        true
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

fn of_compact(text: &[u8], glued: bool) -> Rules {
    let mut rules = Rules::NONE;
    match text.len() {
        9 if !glued => {
            rules.add_if(is_dni(text), Rule::Dni);
            rules.add_if(is_nino(text), Rule::Nino);
        }
        15 if !glued => rules.add_if(is_corsican_nir(text), Rule::Nir),
        16 if !glued => {
            rules.add_if(is_codice_fiscale(text), Rule::CodiceFiscale);
            rules.add_if(is_driving_licence(text), Rule::Passport);
        }
        _ => {}
    }
    if text.len() >= 15 {
        rules.add_if(begins_with_iban(text), Rule::Iban);
    }
    rules
}

fn all(text: &[u8], kind: fn(&u8) -> bool) -> bool {
    text.iter().all(kind)
}

fn value(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'))
}

/// Eight digits, or X, Y, Z and seven, and the letter.
fn is_dni(text: &[u8]) -> bool {
    let (number, letter) = (&text[..8], text[8]);
    let first = match number[0] {
        digit @ b'0'..=b'9' => u64::from(digit - b'0'),
        foreign @ b'X'..=b'Z' => u64::from(foreign - b'X'),
        _ => return false,
    };
    let rest = &number[1..];
    all(rest, u8::is_ascii_digit)
        && DNI_LETTERS[((first * 10_000_000 + value(rest)) % 23) as usize] == letter
}

/// Two letters, six digits, A to D; some letters are never given.
fn is_nino(text: &[u8]) -> bool {
    let never = |byte: &u8| b"DFIQUV".contains(byte);
    let letters = all(&text[..2], u8::is_ascii_alphabetic) && !text[..2].iter().any(never);
    letters
        && text[1] != b'O'
        && all(&text[2..8], u8::is_ascii_digit)
        && matches!(text[8], b'A'..=b'D')
}

/// Department 2A or 2B, which count as 19 and 18 for the key.
fn is_corsican_nir(text: &[u8]) -> bool {
    let digits = all(&text[..6], u8::is_ascii_digit) && all(&text[7..], u8::is_ascii_digit);
    let department = match text[6] {
        b'A' => b'9',
        b'B' => b'8',
        _ => return false,
    };
    if !digits || text[5] != b'2' || !matches!(text[0], b'1' | b'2') {
        return false;
    }
    let mut plain = text.to_vec();
    (plain[5], plain[6]) = (b'1', department);
    97 - value(&plain[..13]) % 97 == value(&plain[13..])
}

/// Six letters, two digits, month letter, two digits, place, check letter (decree of 23 December 1976).
fn is_codice_fiscale(text: &[u8]) -> bool {
    const ODD: [u8; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let digit = |at: usize| text[at].is_ascii_digit();
    let letters = all(&text[..6], u8::is_ascii_alphabetic) && text[15].is_ascii_alphabetic();
    let month = b"ABCDEHLMPRST".contains(&text[8]) && text[11].is_ascii_alphabetic();
    if !letters || !month || ![6, 7, 9, 10, 12, 13, 14].into_iter().all(digit) {
        return false;
    }
    let worth = |(at, byte): (usize, &u8)| {
        let even = if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte - b'A'
        };
        // Counted from 1, the first sign is an odd one; digits have the values of the first ten letters.
        u32::from(if at % 2 == 0 {
            ODD[usize::from(even)]
        } else {
            even
        })
    };
    let sum: u32 = text[..15].iter().enumerate().map(worth).sum();
    sum % 26 == u32::from(text[15] - b'A')
}

/// The United Kingdom: five of the surname, six of the date, two initials, a digit, two letters.
fn is_driving_licence(text: &[u8]) -> bool {
    let name = text[..5]
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || *byte == b'9');
    let initials = text[11..13]
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || *byte == b'9');
    let month = value_or_zero(&text[6..8]) % 50;
    name && text[0] != b'9'
        && all(&text[5..11], u8::is_ascii_digit)
        && initials
        && (1..=12).contains(&month)
        && text[13].is_ascii_alphanumeric()
        && all(&text[14..16], u8::is_ascii_alphabetic)
}

fn value_or_zero(digits: &[u8]) -> u64 {
    if all(digits, u8::is_ascii_digit) {
        value(digits)
    } else {
        0
    }
}

/// Forms of passports and identity cards that are nothing else in one run.
fn is_passport(token: &[u8]) -> bool {
    let letters = |from: usize, to: usize| all(&token[from..to], u8::is_ascii_alphabetic);
    let digits = |from: usize, to: usize| all(&token[from..to], u8::is_ascii_digit);
    // Turkey; Italy, Morocco and others; Spain and Poland; France; Italy's electronic card.
    token.len() == 9
        && (letters(0, 1) && digits(1, 9)
            || letters(0, 2) && digits(2, 9)
            || letters(0, 3) && digits(3, 9)
            || digits(0, 2) && letters(2, 4) && digits(4, 9)
            || letters(0, 2) && digits(2, 7) && letters(7, 9)
            || is_german_card(token))
}

/// Germany and the Netherlands: nine signs without vowels, a letter first, letters and digits mixed.
fn is_german_card(token: &[u8]) -> bool {
    let allowed = |byte: &u8| {
        byte.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(&byte.to_ascii_uppercase())
    };
    let digits = token.iter().filter(|byte| byte.is_ascii_digit()).count();
    token[0].is_ascii_alphabetic()
        && token.iter().all(allowed)
        && (3..=7).contains(&digits)
        && changes(token) >= 4
}

/// How often letters turn into digits or back.
fn changes(token: &[u8]) -> usize {
    let pairs = token.windows(2);
    pairs
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::lexicon;
    use crate::text::segment::cut;

    fn found(text: &str) -> Vec<Rule> {
        let mut segments = Vec::new();
        cut(text.as_bytes(), lexicon(), &mut segments);
        scan(text.as_bytes(), &segments).iter().collect()
    }

    /// Examples that the authorities print; of nobody.
    #[test]
    fn the_printed_example_of_each_authority_is_known() {
        for (text, rule) in [
            ("12345678Z", Rule::Dni),
            ("12.345.678-z", Rule::Dni),
            ("X1234567L", Rule::Dni),
            ("AB 12 34 56 C", Rule::Nino),
            ("RSSMRA85T10A562S", Rule::CodiceFiscale),
            ("rss-mra-85t10-a562s", Rule::CodiceFiscale),
            ("DE89 3704 0044 0532 0130 00", Rule::Iban),
            ("de89-3704-0044-0532-0130-00", Rule::Iban),
            ("MORGA657054SM9IJ", Rule::Passport),
            ("C01X00T47", Rule::Passport),
        ] {
            assert!(found(text).contains(&rule), "{text} {:?}", found(text));
        }
    }

    #[test]
    fn a_wrong_check_letter_is_seen() {
        assert!(!found("12345678A").contains(&Rule::Dni));
        assert!(!found("RSSMRA85T10A562T").contains(&Rule::CodiceFiscale));
    }
}
