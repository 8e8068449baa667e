//! Where somebody lives: a position in degrees, a number in a street.

use crate::lexicon::Class;
use crate::rule::{Rule, Rules};
use crate::text::segment::Segment;

/// Decimals that tell one house from the next.
const DECIMALS_MIN: usize = 4;
/// Words of a street's name.
const NAME_WORDS_MAX: usize = 3;

/// What the runs are of a place.
pub(super) fn scan(text: &[u8], segments: &[Segment]) -> Rules {
    let mut rules = Rules::NONE;
    if segments.len() >= 4 {
        rules.add_if(has_coordinates(text, segments), Rule::Coordinates);
    }
    rules.add_if(has_address(text, segments), Rule::PostalAddress);
    rules
}

/// Two numbers of degrees with decimals, beside each other.
fn has_coordinates(text: &[u8], segments: &[Segment]) -> bool {
    segments.windows(4).any(|runs| {
        let degrees = |whole: &Segment, decimals: &Segment, max: i64| {
            let point = &text[whole.end..decimals.start];
            let digits = whole.is_digits() && decimals.is_digits() && whole.len() <= 3;
            digits
                // A code has no point: there more decimals have to say what it is.
                && (matches!(point, b"." | b"," | b"_") && decimals.len() >= DECIMALS_MIN
                    || matches!(point, b"-" | b" " | b"/") && decimals.len() == DECIMALS_MIN + 1)
                && super::number::value_of(whole.of(text)) <= max
        };
        degrees(&runs[0], &runs[1], 90) && degrees(&runs[2], &runs[3], 180)
            || degrees(&runs[0], &runs[1], 180) && degrees(&runs[2], &runs[3], 90)
    })
}

/// A street and a number, on either side of its name: `12-rue-des-lilas`, `calle-mayor-5`, `lindenstrasse-7`.
fn has_address(text: &[u8], segments: &[Segment]) -> bool {
    segments.iter().enumerate().any(|(at, run)| {
        is_street(run, text)
            && (has_number_before(text, segments, at) || has_number_after(text, segments, at))
    })
}

/// `12-rue-x`, `12-bis-rue-x`, `12-x-street`: at most one word between, and a name on either side of the word. The numbers of
/// streets themselves have their ending glued to them: `60th-street`.
fn has_number_before(text: &[u8], segments: &[Segment], at: usize) -> bool {
    let distance = segments[..at]
        .iter()
        .rev()
        .take(2)
        .position(|run| is_number(run, text));
    let is_named = segments.get(at + 1).is_some_and(Segment::is_letters);
    distance.is_some_and(|words| {
        let number = &segments[at - 1 - words];
        let is_ordinal = segments[at - words].glued;
        !is_ordinal && (is_named || words > 0) && is_one_code(text, number, &segments[at])
    })
}

/// `calle-x-5`, `calle-x-y-z-5`, `x-sokak-5`, `x-strasse-5`.
fn has_number_after(text: &[u8], segments: &[Segment], at: usize) -> bool {
    let after = &segments[at + 1..];
    let name = after.iter().take_while(|run| run.is_letters()).count();
    let is_compound = !segments[at].word.is(Class::Street);
    let is_named = name > 0 || is_compound || at > 0 && segments[at - 1].is_letters();
    let is_ordinal = after.get(name + 1).is_some_and(|ending| ending.glued);
    let number = after
        .get(name)
        .filter(|run| is_number(run, text) && !is_ordinal);
    let beside = number.is_some_and(|number| is_one_code(text, &segments[at], number));
    beside && is_named && name <= NAME_WORDS_MAX
}

/// Whether no other code begins between two runs.
fn is_one_code(text: &[u8], first: &Segment, last: &Segment) -> bool {
    !text[first.end..last.start].contains(&b'/')
}

/// Of a house: up to four digits, not padded.
fn is_number(run: &Segment, text: &[u8]) -> bool {
    run.is_digits() && run.len() <= 4 && !run.of(text).starts_with(b"0")
}

/// A word for street, or one that ends with one.
fn is_street(run: &Segment, text: &[u8]) -> bool {
    const ENDS: [&[u8]; 6] = [
        b"strasse", b"straat", b"gasse", b"laan", b"gracht", b"allee",
    ];
    let ends = |word: &[u8]| {
        ENDS.iter()
            .any(|end| word.to_ascii_lowercase().ends_with(end))
    };
    run.word.is(Class::Street) || run.is_letters() && run.len() > 8 && ends(run.of(text))
}
