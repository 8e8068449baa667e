//! Lower-case hexadecimal digits, the one form in which bytes are written.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes two digits for each byte.
pub(crate) fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// The digits of some bytes.
pub(crate) fn text(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(2 * bytes.len());
    push(&mut out, bytes);
    out.into_iter().map(char::from).collect()
}

/// The bytes that `digits` stand for; `None` for another number of them, or for other characters.
pub(crate) fn parse<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_read_as_it_was_written() {
        let bytes: [u8; 256] = std::array::from_fn(|i| i as u8);
        assert_eq!(parse::<256>(text(&bytes).as_bytes()), Some(bytes));
    }

    #[test]
    fn no_other_form_is_read() {
        for other in ["", "0", "000", "0A", "0g", "+1", " 1", "é"] {
            assert_eq!(parse::<1>(other.as_bytes()), None, "{other}");
        }
    }
}
