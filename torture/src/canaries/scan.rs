//! Looks for texts in bytes, as they are and in the forms in which programs write bytes down.
//!
//! Letters count alike whatever their case. Start reading at [`Scanner::find`].

use std::collections::HashMap;

/// The least length of a text: shorter ones would be found where nobody wrote them.
pub(crate) const NEEDLE_BYTES_MIN: usize = 8;
/// Bits of the filter that most places do not pass: 2 MiB.
const FILTER_BITS: u32 = 24;
/// Signs of a run of base64 or hex that are worth decoding: those of the shortest text.
const RUN_SIGNS_MIN: usize = 11;

/// How a text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Form {
    /// As it is.
    Raw,
    /// In wider characters: with zeros between its bytes.
    Wide,
    /// `%7a`.
    Percent,
    /// `\u007a`, `\u{7a}`, `\x7a`.
    Escaped,
    /// `7a71`.
    Hex,
    /// In either alphabet, from any place of a run on.
    Base64,
    /// `122, 113`: how lists of bytes are told.
    Decimal,
}

impl Form {
    const ALL: [Form; 7] = [
        Form::Raw,
        Form::Wide,
        Form::Percent,
        Form::Escaped,
        Form::Hex,
        Form::Base64,
        Form::Decimal,
    ];
}

/// Texts that are looked for.
#[derive(Debug)]
pub(crate) struct Scanner {
    filter: Vec<u64>,
    by_head: HashMap<u64, Vec<Vec<u8>>>,
}

impl Scanner {
    /// Looks for these; those that are too short are left out.
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Scanner {
        let mut scanner = Scanner {
            filter: vec![0; 1 << (FILTER_BITS - 6)],
            by_head: HashMap::new(),
        };
        for text in texts {
            let text = text.to_ascii_lowercase().into_bytes();
            let Some(head) = text.first_chunk::<NEEDLE_BYTES_MIN>() else {
                continue;
            };
            let head = u64::from_le_bytes(*head);
            let bit = bit(head);
            scanner.filter[bit / 64] |= 1 << (bit % 64);
            scanner.by_head.entry(head).or_default().push(text);
        }
        scanner
    }

    /// How many texts it looks for.
    pub(crate) fn len(&self) -> usize {
        self.by_head.values().map(Vec::len).sum()
    }

    /// The first text that is in `bytes`, and how it is written there.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<(Form, String)> {
        Form::ALL.into_iter().find_map(|form| {
            let text = match form {
                Form::Raw => self.find_raw(bytes),
                Form::Wide => self.find_raw(&narrowed(bytes)),
                Form::Percent => self.find_raw(&from_percent(bytes)),
                Form::Escaped => self.find_raw(&from_escapes(bytes)),
                Form::Hex => self.find_raw(&from_hex(bytes)),
                Form::Base64 => self.find_raw(&from_base64(bytes)),
                Form::Decimal => self.find_raw(&from_decimals(bytes)),
            };
            Some((form, text?))
        })
    }

    fn find_raw(&self, bytes: &[u8]) -> Option<String> {
        let mut window = 0u64;
        for (at, byte) in bytes.iter().enumerate() {
            window = window >> 8 | u64::from(byte.to_ascii_lowercase()) << 56;
            let bit = bit(window);
            if self.filter[bit / 64] >> (bit % 64) & 1 == 0 || at + 1 < NEEDLE_BYTES_MIN {
                continue;
            }
            let from = &bytes[at + 1 - NEEDLE_BYTES_MIN..];
            let texts = self.by_head.get(&window).into_iter().flatten();
            let is_here = |text: &&Vec<u8>| {
                let here = from.get(..text.len());
                here.is_some_and(|here| here.eq_ignore_ascii_case(text))
            };
            if let Some(text) = { texts }.find(is_here) {
                return Some(String::from_utf8_lossy(text).into_owned());
            }
        }
        None
    }
}

fn bit(window: u64) -> usize {
    (window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - FILTER_BITS)) as usize
}

fn narrowed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != 0).collect()
}

fn from_percent(bytes: &[u8]) -> Vec<u8> {
    replaced(bytes, |rest| match rest {
        [b'%', high, low, ..] => Some((pair(*high, *low)?, 3)),
        _ => None,
    })
}

fn from_escapes(bytes: &[u8]) -> Vec<u8> {
    replaced(bytes, |rest| match rest {
        [b'\\', b'x', high, low, ..] => Some((pair(*high, *low)?, 4)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => Some((pair(*high, *low)?, 6)),
        [b'\\', b'u', b'{', high, low, b'}', ..] => Some((pair(*high, *low)?, 6)),
        _ => None,
    })
}

/// The bytes with what `decode` finds at a place, a byte and how long its form is, in its place.
fn replaced(bytes: &[u8], decode: impl Fn(&[u8]) -> Option<(u8, usize)>) -> Vec<u8> {
    let (mut decoded, mut at) = (Vec::new(), 0);
    while let Some(first) = bytes.get(at) {
        let (byte, length) = decode(&bytes[at..]).unwrap_or((*first, 1));
        decoded.push(byte);
        at += length;
    }
    decoded
}

fn pair(high: u8, low: u8) -> Option<u8> {
    let digit = |sign: u8| char::from(sign).to_digit(16);
    Some((digit(high)? << 4 | digit(low)?) as u8)
}

/// Every run of signs that `is_sign`, decoded by `decode`, with a zero after each.
fn runs(
    bytes: &[u8],
    is_sign: impl Fn(u8) -> bool,
    decode: impl Fn(&[u8], &mut Vec<u8>),
) -> Vec<u8> {
    let mut decoded = Vec::new();
    for run in bytes.split(|byte| !is_sign(*byte)) {
        if run.len() >= RUN_SIGNS_MIN {
            decode(run, &mut decoded);
            decoded.push(0);
        }
    }
    decoded
}

fn from_hex(bytes: &[u8]) -> Vec<u8> {
    let is_sign = |byte: u8| byte.is_ascii_hexdigit();
    runs(bytes, is_sign, |run, decoded| {
        for from in 0..2 {
            let pairs = run[from..].chunks_exact(2);
            decoded.extend(pairs.filter_map(|signs| pair(signs[0], signs[1])));
            decoded.push(0);
        }
    })
}

fn from_base64(bytes: &[u8]) -> Vec<u8> {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    runs(bytes, is_sign, |run, decoded| {
        for from in 0..4 {
            let (mut held, mut bits) = (0u32, 0);
            for sign in &run[from..] {
                held = held << 6 | sextet(*sign);
                bits += 6;
                if bits >= 8 {
                    bits -= 8;
                    decoded.push((held >> bits) as u8);
                }
            }
            decoded.push(0);
        }
    })
}

fn sextet(sign: u8) -> u32 {
    u32::from(match sign {
        b'A'..=b'Z' => sign - b'A',
        b'a'..=b'z' => sign - b'a' + 26,
        b'0'..=b'9' => sign - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    })
}

fn from_decimals(bytes: &[u8]) -> Vec<u8> {
    let is_sign = |byte: u8| byte.is_ascii_digit() || matches!(byte, b',' | b' ');
    runs(bytes, is_sign, |run, decoded| {
        let text = String::from_utf8_lossy(run);
        let numbers = text.split(',').map(|number| number.trim().parse::<u8>());
        decoded.extend(numbers.map(|number| number.unwrap_or(0)));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "zqbdfghk";

    fn scanner() -> Scanner {
        let texts = [TEXT, "jean.dupont@example.org", "short"];
        Scanner::new(texts.map(str::to_owned))
    }

    fn each(form: impl Fn(u8) -> String) -> String {
        format!(
            "before {} after",
            TEXT.bytes().map(form).collect::<String>()
        )
    }

    /// If one of these is not found, a scan that finds nothing says nothing.
    #[test]
    fn a_text_is_found_in_every_form() {
        let list = TEXT.as_bytes().iter().map(u8::to_string);
        let forms = [
            (Form::Raw, format!("x{TEXT}x")),
            (Form::Raw, TEXT.to_ascii_uppercase()),
            (Form::Wide, each(|byte| format!("\0{}", char::from(byte)))),
            (Form::Percent, each(|byte| format!("%{byte:02X}"))),
            (Form::Escaped, each(|byte| format!("\\u{byte:04x}"))),
            (Form::Escaped, each(|byte| format!("\\x{byte:02x}"))),
            (Form::Escaped, each(|byte| format!("\\u{{{byte:x}}}"))),
            (Form::Hex, each(|byte| format!("{byte:02x}"))),
            (
                Form::Hex,
                format!("a{}", each(|byte| format!("{byte:02X}"))),
            ),
            (
                Form::Decimal,
                format!("[{}]", list.collect::<Vec<_>>().join(", ")),
            ),
        ];
        for (form, text) in forms {
            let found = scanner().find(text.as_bytes());
            assert_eq!(found, Some((form, TEXT.to_owned())), "{text}");
        }
    }

    /// `printf '%s' zqbdfghk | base64`, with none to three signs before it.
    #[test]
    fn a_text_is_found_in_base64_wherever_it_begins() {
        for text in [
            "enFiZGZnaGs=",
            "YXpxYmRmZ2hr",
            "YWF6cWJkZmdoaw==",
            "YWFhenFiZGZnaGs",
        ] {
            let found = scanner().find(format!("key=\"{text}\"").as_bytes());
            assert_eq!(found, Some((Form::Base64, TEXT.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let text =
            "zqbdfghx jean.dupont@example.or short 7a7162646667686b7".replace("686b7", "687");
        assert_eq!(scanner().find(text.as_bytes()), None);
        assert_eq!(scanner().find(b"zqb"), None);
        assert_eq!(scanner().len(), 2);
    }
}
