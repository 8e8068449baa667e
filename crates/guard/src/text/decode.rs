//! What a text says once an encoding is undone: percent signs, entities, hex, base64 and base32.
//!
//! A decoding counts only if all of it is text: that is what makes a decoder safe to try on anything. Each gives up at the
//! first byte that is no text, which is the first or second one of nearly everything that was never encoded.

/// Fewest bytes that are worth reading: a name, the digits of a telephone.
const BYTES_MIN: usize = 7;

/// Hands every decoding of `text` to `read`.
pub(crate) fn each(text: &str, mut read: impl FnMut(&str)) {
    if text.contains('%') || text.contains('=') {
        escapes(text, &mut read);
    }
    if text.contains("&#") || text.contains('\\') {
        entities(text, &mut read);
    }
    if text.len() > BYTES_MIN {
        hex(text.as_bytes(), &mut read);
        base64(text.as_bytes(), &mut read);
        base32(text.as_bytes(), &mut read);
    }
}

/// `%40` and `=40` as URLs and mails write them.
fn escapes(text: &str, read: &mut impl FnMut(&str)) {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1).zip(bytes.get(at + 2));
        let pair = pair.filter(|_| matches!(bytes[at], b'%' | b'='));
        match pair.and_then(|(high, low)| hex_byte(*high, *low)) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    if plain != bytes {
        read(&String::from_utf8_lossy(&plain));
    }
}

/// `&#64;`, `&#x40;`, `\u0040` and `\x40`.
fn entities(text: &str, read: &mut impl FnMut(&str)) {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        match entity(rest) {
            Some((sign, length)) => {
                plain.push(sign);
                rest = &rest[length..];
            }
            None => {
                plain.push(sign);
                rest = &rest[sign.len_utf8()..];
            }
        }
    }
    if plain != text {
        read(&plain);
    }
}

/// The sign at the head of `text`, and how many bytes stand for it.
fn entity(text: &str) -> Option<(char, usize)> {
    let (head, radix, width) = [
        ("&#x", 16, None),
        ("&#X", 16, None),
        ("&#", 10, None),
        ("\\u", 16, Some(4)),
        ("\\x", 16, Some(2)),
    ]
    .into_iter()
    .find(|(head, _, _)| text.starts_with(head))?;
    let digits = &text[head.len()..];
    let length = match width {
        Some(width) => width,
        None => digits
            .find(|sign: char| !sign.is_ascii_hexdigit())
            .unwrap_or(digits.len()),
    };
    let number = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
    let ended = width.is_none() && digits[length..].starts_with(';');
    Some((
        char::from_u32(number)?,
        head.len() + length + usize::from(ended),
    ))
}

/// Runs of hex digits, and pairs of them with one sign between.
fn hex(text: &[u8], read: &mut impl FnMut(&str)) {
    for run in text.split(|byte| !byte.is_ascii_hexdigit()) {
        if run.len() >= 2 * BYTES_MIN {
            hex_run(run, read);
        }
    }
    // Shorter than so many pairs with signs between.
    if text.len() < 3 * BYTES_MIN - 1 {
        return;
    }
    let pairs: usize = text
        .split(|byte| !byte.is_ascii_alphanumeric())
        .map(paired)
        .sum();
    if pairs >= BYTES_MIN {
        let digits = text
            .split(|byte| !byte.is_ascii_alphanumeric())
            .filter(|run| paired(run) > 0);
        hex_run(&digits.flatten().copied().collect::<Vec<_>>(), read);
    }
}

/// 1 for exactly two hex digits.
fn paired(run: &[u8]) -> usize {
    usize::from(run.len() == 2 && run.iter().all(u8::is_ascii_hexdigit))
}

fn hex_run(run: &[u8], read: &mut impl FnMut(&str)) {
    // A digit glued before the run puts all pairs out of step.
    for run in [run, &run[1..]] {
        let pairs = run.chunks_exact(2).map(|pair| hex_byte(pair[0], pair[1]));
        gather(pairs.map(Option::unwrap_or_default), read);
    }
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte| char::from(byte).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

/// Base64, both alphabets, padded or not; in an id `-` and `_` may be signs of it or part it from a prefix.
fn base64(text: &[u8], read: &mut impl FnMut(&str)) {
    let mut is_start = true;
    for (at, byte) in text.iter().enumerate() {
        if is_start && text.len() - at > BYTES_MIN {
            let signs = text[at..].iter().map_while(|byte| base64_sign(*byte));
            gather(Bits::new(signs, 6), read);
        }
        is_start = !byte.is_ascii_alphanumeric();
    }
}

fn base64_sign(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Base32 in either case: the encoding that fits codes.
fn base32(text: &[u8], read: &mut impl FnMut(&str)) {
    for run in text.split(|byte| !byte.is_ascii_alphanumeric()) {
        if run.len() > BYTES_MIN {
            let signs = run
                .iter()
                .map_while(|byte| match byte.to_ascii_lowercase() {
                    letter @ b'a'..=b'z' => Some(letter - b'a'),
                    digit @ b'2'..=b'7' => Some(digit - b'2' + 26),
                    _ => None,
                });
            gather(Bits::new(signs, 5), read);
        }
    }
}

/// Signs of a few bits each as bytes; bits that fill no byte at the end are padding.
struct Bits<I> {
    signs: I,
    width: u32,
    held: u32,
    bits: u32,
}

impl<I: Iterator<Item = u8>> Bits<I> {
    fn new(signs: I, width: u32) -> Self {
        Bits {
            signs,
            width,
            held: 0,
            bits: 0,
        }
    }
}

impl<I: Iterator<Item = u8>> Iterator for Bits<I> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        while self.bits < 8 {
            self.held = self.held << self.width | u32::from(self.signs.next()?);
            self.bits += self.width;
        }
        self.bits -= 8;
        Some((self.held >> self.bits) as u8)
    }
}

/// Reads the text that `bytes` begin with, if most of it is one, and most of that ASCII; what is short is chance.
fn gather(bytes: impl Iterator<Item = u8>, read: &mut impl FnMut(&str)) {
    let mut bytes = bytes.peekable();
    let mut head = [0; BYTES_MIN];
    // Nearly all end here, before anything is allocated.
    for place in &mut head {
        match bytes.next_if(|byte| is_text(*byte)) {
            Some(byte) => *place = byte,
            None => return,
        }
    }
    let mut all = head.to_vec();
    while let Some(byte) = bytes.next_if(|byte| is_text(*byte)) {
        all.push(byte);
    }
    let plain = all.iter().filter(|byte| byte.is_ascii()).count();
    if bytes.count() * 3 > all.len() * 2 || plain * 5 < all.len() * 3 {
        return;
    }
    let valid = match std::str::from_utf8(&all) {
        Ok(text) => text,
        Err(error) => {
            let valid = &all[..error.valid_up_to()];
            std::str::from_utf8(valid).expect("valid up to there")
        }
    };
    if valid.len() >= BYTES_MIN {
        read(valid);
    }
}

/// Printable ASCII, or a byte of UTF-8 beyond it.
fn is_text(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte) || (0x80..0xf5).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decodings(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each(text, |decoded| all.push(decoded.to_owned()));
        all
    }

    #[test]
    fn every_encoding_of_a_name_is_undone() {
        for text in [
            "jean%2Edupont",
            "jean=2Edupont",
            "jean&#46;dupont",
            "jean\\u002edupont",
            "x-6a65616e2e6475706f6e74",
            "6a-65-61-6e-2e-64-75-70-6f-6e-74",
            "amVhbi5kdXBvbnQ=",
            "ev-amVhbi5kdXBvbnQ",
            "NJSWC3ROMR2XA33OOQ======",
            "njswc3romr2xa33ooq",
        ] {
            assert!(
                decodings(text).contains(&"jean.dupont".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_was_never_encoded_has_no_decoding() {
        for text in [
            "protest",
            "sd-47552",
            "nyc-611810-12",
            "marseille/13008/le-rouet",
            "4d0617c46e",
        ] {
            assert_eq!(decodings(text), Vec::<String>::new(), "{text}");
        }
    }
}
