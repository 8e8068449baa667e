//! Addresses of devices: IP, hardware addresses, numbers of mobile phones.

use super::bank::is_luhn;
use super::number::Number;
use crate::rule::{Rule, Rules};

/// An IMEI: 15 digits, Luhn.
pub(super) fn is_imei(number: &Number) -> bool {
    let grouped =
        number.is_even() || matches!(number.sizes(), [2, 6, 6, 1] | [6, 2, 6, 1] | [8, 6, 1]);
    number.digits().len() == 15 && grouped && is_luhn(number.digits())
}

/// What runs of hex digits with signs between them are.
pub(super) fn scan(text: &[u8]) -> Rules {
    let mut rules = Rules::NONE;
    let mut rows = Rows::default();
    for run in text
        .split(|byte| !byte.is_ascii_alphanumeric())
        .filter(|run| !run.is_empty())
    {
        rows.add(run);
        rules.add_if(rows.octets >= 4 && rows.long_octets >= 2, Rule::Ipv4);
        rules.add_if(rows.hextets >= 8 && rows.long_hextets >= 3, Rule::Ipv6);
        let quads = rows.quads >= 3 && rows.mixed_quads > 0;
        rules.add_if(
            rows.pairs >= 6 || quads || is_bare_mac(run),
            Rule::MacAddress,
        );
    }
    if text.contains(&b':') {
        rules.add_if(is_ipv6(text), Rule::Ipv6);
    }
    rules
}

/// How many runs of each form stand beside each other, up to here.
#[derive(Default)]
struct Rows {
    /// Numbers up to 255, and those of them with two digits or more: `1.2.3.4` numbers a chapter.
    octets: usize,
    long_octets: usize,
    /// One to four hex digits, and those of them with three and more.
    hextets: usize,
    long_hextets: usize,
    /// Two hex digits.
    pairs: usize,
    /// Four, and those of them with letters and digits.
    quads: usize,
    mixed_quads: usize,
}

impl Rows {
    fn add(&mut self, run: &[u8]) {
        let digits = run.iter().all(u8::is_ascii_digit);
        let hex = digits || run.iter().all(u8::is_ascii_hexdigit);
        let letters = hex && run.iter().any(u8::is_ascii_alphabetic);
        let grow = |row: &mut usize, is: bool| *row = if is { *row + 1 } else { 0 };
        let octet = digits && run.len() <= 3 && (run.len() == 1 || run[0] != b'0');
        let octet = octet && super::number::value_of(run) <= 255;
        grow(&mut self.octets, octet);
        self.long_octets = if octet {
            self.long_octets + usize::from(run.len() > 1)
        } else {
            0
        };
        let hextet = hex && run.len() <= 4;
        grow(&mut self.hextets, hextet);
        self.long_hextets = if hextet {
            self.long_hextets + usize::from(run.len() > 2)
        } else {
            0
        };
        grow(&mut self.pairs, hex && run.len() == 2);
        grow(&mut self.quads, hex && run.len() == 4);
        let mixed = letters && run.iter().any(u8::is_ascii_digit);
        self.mixed_quads = if self.quads > 0 {
            self.mixed_quads + usize::from(mixed)
        } else {
            0
        };
    }
}

/// Groups of up to four hex digits parted by colons, a digit among them: eight, or fewer around `::`.
fn is_ipv6(text: &[u8]) -> bool {
    let signs = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    text.split(|byte| !signs(byte)).any(|run| {
        let groups = || run.split(|byte| *byte == b':');
        let short = groups().all(|group| group.len() <= 4);
        let gap = run.windows(2).any(|pair| pair == b"::");
        let told = groups().filter(|group| !group.is_empty()).count();
        let digit = run.iter().any(u8::is_ascii_digit);
        short && digit && (told == 8 || gap && (2..8).contains(&told))
    })
}

/// Twelve hex digits in one run, letters and digits among them.
fn is_bare_mac(run: &[u8]) -> bool {
    run.len() == 12
        && run.iter().all(u8::is_ascii_hexdigit)
        && run.iter().any(u8::is_ascii_alphabetic)
        && run.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_chapters_and_digests() {
        let cases: [(&str, &[Rule]); 9] = [
            ("192.168.10.4", &[Rule::Ipv4]),
            ("x-10-0-12-34", &[Rule::Ipv4]),
            ("2001:db8::8a2e:370:7334", &[Rule::Ipv6]),
            ("2001-0db8-0000-0000-0000-8a2e-0370-7334", &[Rule::Ipv6]),
            ("00:1b:44:11:3a:b7", &[Rule::MacAddress]),
            ("001b.4411.3ab7", &[Rule::MacAddress]),
            ("001b44113ab7", &[Rule::MacAddress]),
            ("1.2.3.4", &[]),
            ("4d0617c46e", &[]),
        ];
        for (text, rules) in cases {
            let found: Vec<_> = scan(text.as_bytes()).iter().collect();
            assert!(rules.iter().all(|rule| found.contains(rule)), "{text}");
            assert_eq!(found.is_empty(), rules.is_empty(), "{text}");
        }
    }
}
