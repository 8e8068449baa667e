//! Texts that only machines make: UUIDs, tokens, keys, long hashes.
//!
//! People write runs of one kind: letters, then digits. Chance changes between lower case, upper case and digits at every
//! second sign. What has many changes for its length was not written by anybody, and nobody knows what it stands for. Hex
//! digests of up to 20 digits are let through: mappings make series ids so; hashes of 24 and more are what others make.

use super::bank::is_wallet;
use crate::rule::{Rule, Rules};
use crate::text::segment::{Kind, Segment, tokens};

/// Hex digits of a hash: more than mappings make.
const HASH_DIGITS_MIN: usize = 24;
/// Signs below which changes are chance.
const TOKEN_SIGNS_MIN: usize = 12;
/// Letters without a change of case or a digit: how many a word of a language hardly has.
const WORD_LETTERS_MIN: usize = 12;

/// What the runs are.
pub(super) fn scan(text: &[u8], segments: &[Segment]) -> Rules {
    let mut rules = Rules::NONE;
    rules.add_if(has_uuid(text), Rule::Uuid);
    let mut all = Changes::default();
    for (first, end) in tokens(segments) {
        let token = &text[segments[first].start..segments[end - 1].end];
        rules.add_if(is_wallet(token), Rule::CryptoAddress);
        if segments[first].kind == Kind::Digest {
            continue;
        }
        let mut own = Changes::default();
        own.add(token);
        all.add(token);
        rules.add_if(is_hash(token) || own.are_chance(), Rule::HighEntropy);
    }
    rules.add_if(all.are_chance(), Rule::HighEntropy);
    rules
}

/// A UUID or a hash that was cut in two at `seam`: both halves are nothing but hex digits.
pub(super) fn scan_cut(whole: &[u8], seam: usize) -> Rules {
    let mut rules = Rules::NONE;
    rules.add_if(has_uuid(whole), Rule::Uuid);
    rules.add_if(is_wallet(whole), Rule::CryptoAddress);
    let halves = [&whole[..seam], &whole[seam..]];
    let hex = halves
        .iter()
        .all(|half| half.iter().all(u8::is_ascii_hexdigit));
    rules.add_if(hex && is_hash(whole), Rule::HighEntropy);
    rules
}

/// Words that no language has: for texts without digits too.
pub(super) fn has_noise(text: &[u8], segments: &[Segment]) -> bool {
    let long = segments
        .iter()
        .filter(|run| run.is_letters() && run.len() >= WORD_LETTERS_MIN);
    long.map(|run| run.of(text)).any(is_noise)
}

/// 8-4-4-4-12 hex digits.
fn has_uuid(text: &[u8]) -> bool {
    const SIZES: [usize; 5] = [8, 4, 4, 4, 12];
    if text.len() < 32 {
        return false;
    }
    let runs: Vec<&[u8]> = text.split(|byte| !byte.is_ascii_alphanumeric()).collect();
    runs.windows(SIZES.len()).any(|window| {
        let sized = window
            .iter()
            .zip(SIZES)
            .all(|(run, size)| run.len() == size);
        sized
            && window
                .iter()
                .all(|run| run.iter().all(u8::is_ascii_hexdigit))
    })
}

fn is_hash(token: &[u8]) -> bool {
    let has = |kind: fn(&u8) -> bool| token.iter().any(kind);
    token.len() >= HASH_DIGITS_MIN
        && token.iter().all(u8::is_ascii_hexdigit)
        && has(u8::is_ascii_alphabetic)
        && has(u8::is_ascii_digit)
}

/// How many signs there are, and how often the kind of one differs from that of the one before it.
#[derive(Default)]
struct Changes {
    signs: usize,
    changes: usize,
    last: Option<u8>,
}

impl Changes {
    fn add(&mut self, token: &[u8]) {
        for byte in token {
            let kind = match byte {
                b'0'..=b'9' => 0,
                b'a'..=b'z' => 1,
                _ => 2,
            };
            self.changes += usize::from(self.last.is_some_and(|last| last != kind));
            self.signs += 1;
            self.last = Some(kind);
        }
    }

    /// A third of the places change, and six at least.
    fn are_chance(&self) -> bool {
        self.signs >= TOKEN_SIGNS_MIN && self.changes >= 6 && self.changes * 3 >= self.signs
    }
}

/// Whether half of the letters stand in rows of consonants or vowels that no word has.
fn is_noise(word: &[u8]) -> bool {
    let is_vowel = |byte: &u8| b"aeiouy".contains(&byte.to_ascii_lowercase());
    let rows = word.chunk_by(|a, b| is_vowel(a) == is_vowel(b));
    let hard: usize = rows
        .filter(|row| row.len() > if is_vowel(&row[0]) { 3 } else { 4 })
        .map(<[u8]>::len)
        .sum();
    let rare = word
        .iter()
        .filter(|byte| b"jqxzwkv".contains(&byte.to_ascii_lowercase()))
        .count();
    hard * 2 >= word.len() || hard > 0 && rare * 4 >= word.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::lexicon;
    use crate::text::segment::cut;

    fn found(text: &str) -> Vec<Rule> {
        let mut segments = Vec::new();
        cut(text.as_bytes(), lexicon(), &mut segments);
        let mut rules = scan(text.as_bytes(), &segments);
        rules.add_if(has_noise(text.as_bytes(), &segments), Rule::HighEntropy);
        rules.iter().collect()
    }

    #[test]
    fn what_machines_make_is_told_from_what_people_write() {
        let cases: [(&str, &[Rule]); 9] = [
            ("123e4567-e89b-12d3-a456-426614174000", &[Rule::Uuid]),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", &[Rule::HighEntropy]),
            ("d41d8cd98f00b204e9800998ecf8427e", &[Rule::HighEntropy]),
            ("k3j9x0q2m8z7w1v5", &[Rule::HighEntropy]),
            ("xkqzvbnwrtplmshd", &[Rule::HighEntropy]),
            ("fest-FEST_2A004_93-2", &[]),
            ("sea-S14JA006", &[]),
            ("8a57638593e1f2a0b4c6", &[]),
            ("programaciondestacadaagendacultu", &[]),
        ];
        for (text, rules) in cases {
            assert_eq!(found(text), rules, "{text}");
        }
    }
}
