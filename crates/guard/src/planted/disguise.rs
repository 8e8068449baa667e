//! Ways of writing something so that a search for it fails.

use super::draw::Draw;
use super::kind::Kind;

/// How the planted value is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Disguise {
    /// As people write it.
    #[default]
    Plain,
    /// With letters and digits of other alphabets that look the same.
    Homoglyphs,
    /// With signs that take no room between its own.
    Invisible,
    /// Over two fields.
    Split,
    /// With percent signs, as in URLs.
    Percent,
    /// In hex digits.
    Hex,
    /// In base64, the alphabet of URLs.
    Base64,
    /// In base32, lower case.
    Base32,
    /// With each letter 13 places on.
    Rot13,
    /// Backwards.
    Reversed,
    /// With digits for letters.
    Leet,
    /// With a sign between any two of its own.
    Spaced,
}

impl Disguise {
    /// Whether a word is still found in it after decoding.
    pub(super) fn keeps_words(self) -> bool {
        !matches!(
            self,
            Disguise::Rot13 | Disguise::Reversed | Disguise::Leet | Disguise::Spaced
        )
    }

    /// `value` written so.
    pub(super) fn write(self, value: &str, draw: &mut Draw) -> String {
        match self {
            Disguise::Plain | Disguise::Split => value.to_owned(),
            Disguise::Homoglyphs => value.chars().map(|sign| homoglyph(sign, draw)).collect(),
            Disguise::Invisible => {
                let mut signs = value.chars().map(String::from);
                let first = signs.next().unwrap_or_default();
                first + "\u{200b}" + &signs.collect::<Vec<_>>().join("\u{2060}")
            }
            Disguise::Percent => value.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            Disguise::Hex => value.bytes().map(|byte| format!("{byte:02x}")).collect(),
            Disguise::Base64 => encode(
                value,
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                6,
            ),
            Disguise::Base32 => encode(value, "abcdefghijklmnopqrstuvwxyz234567", 5),
            Disguise::Rot13 => value
                .bytes()
                .map(|byte| char::from(crate::lexicon::rot13(byte)))
                .collect(),
            Disguise::Reversed => value.chars().rev().collect(),
            // A word that is all digits would be a word to nobody.
            Disguise::Leet => {
                let mut last = ' ';
                let signs = value.chars().map(|sign| {
                    let starts = !std::mem::replace(&mut last, sign).is_ascii_alphabetic();
                    if starts { sign } else { leet(sign) }
                });
                signs.collect()
            }
            Disguise::Spaced => {
                let sign = *draw.one_of(&["-", ".", "_"]);
                let signs = value
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(String::from);
                signs.collect::<Vec<_>>().join(sign)
            }
        }
    }
}

/// One that leaves the kind what it is: a number has no leet, and words that are no names are not looked for backwards.
pub(super) fn of_kind(kind: Kind, draw: &mut Draw) -> Disguise {
    use Disguise::{
        Base32, Base64, Hex, Homoglyphs, Invisible, Leet, Percent, Plain, Reversed, Rot13, Spaced,
        Split,
    };
    let always = [
        Plain, Plain, Homoglyphs, Invisible, Split, Percent, Hex, Base64, Base32,
    ];
    let more: &[Disguise] = if kind == Kind::PersonName {
        &[Rot13, Reversed, Leet]
    } else if kind.is_words() || kind.is_signs() {
        &[Rot13, Reversed]
    } else if kind == Kind::Phone {
        &[Spaced]
    } else if kind.is_digits() || kind == Kind::DateOfBirth {
        &[Reversed, Spaced]
    } else {
        &[]
    };
    *draw.one_of(&[&always, more].concat())
}

fn homoglyph(sign: char, draw: &mut Draw) -> char {
    let alike = match sign {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        'x' => 'х',
        'y' => 'у',
        'A' => 'Α',
        'B' => 'Β',
        'H' => 'Η',
        'M' => 'М',
        'T' => 'Т',
        // Full width, or the digits of Arabic.
        '0'..='9' => {
            let zero = if draw.below(2) == 0 { 0xff10 } else { 0x0660 };
            char::from_u32(zero + (sign as u32 - '0' as u32)).unwrap_or(sign)
        }
        other => other,
    };
    if draw.below(3) == 0 { sign } else { alike }
}

fn leet(sign: char) -> char {
    match sign {
        'o' => '0',
        'i' => '1',
        'e' => '3',
        'a' => '4',
        's' => '5',
        't' => '7',
        other => other,
    }
}

/// Without padding.
fn encode(text: &str, alphabet: &str, width: u32) -> String {
    let (mut held, mut bits, mut encoded) = (0u32, 0, String::new());
    let mut push = |held: u32| encoded.push(char::from(alphabet.as_bytes()[held as usize]));
    for byte in text.bytes() {
        held = held << 8 | u32::from(byte);
        bits += 8;
        while bits >= width {
            bits -= width;
            push(held >> bits & ((1 << width) - 1));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(held << (width - bits) & ((1 << width) - 1));
    }
    encoded
}
