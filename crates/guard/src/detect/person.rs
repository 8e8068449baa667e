//! Names of persons: a given name beside a surname.
//!
//! One alone says nothing: Martin, Nelson and Florence are towns, Rose and Grant are words. A pair is a name, also around a
//! particle (`vincent-van-dijk`), in either order, in one run (`jeandupont`), and across the codes of a path. What stands
//! after `saint` is a place.

use crate::lexicon::{Class, Coding, Hash, Lexicon, Word};
use crate::text::segment::Segment;

/// Letters of the shortest part that is looked for within a run, and of a run that has two.
const PART_LETTERS_MIN: usize = 3;
const RUN_LETTERS: std::ops::RangeInclusive<usize> = 8..=32;
/// Particles between two names: `de la`.
const PARTICLES_MAX: usize = 2;

/// Whether two words are a name together.
pub(crate) fn is_pair(first: Word, second: Word, coding: Coding) -> bool {
    let is = |word: Word, class| word.reads(class, coding);
    is(first, Class::Given) && is(second, Class::Surname)
        || is(first, Class::Surname) && is(second, Class::Given)
}

/// Whether any neighbours are.
pub(super) fn has_name(text: &[u8], segments: &[Segment]) -> bool {
    segments.iter().enumerate().any(|(at, run)| {
        let word = run.word;
        let after_saint = at > 0 && segments[at - 1].word.is(Class::Saint);
        let named = Coding::ALL.into_iter().any(|coding| {
            let name = word.reads(Class::Given, coding) || word.reads(Class::Surname, coding);
            let titled = word.reads(Class::Title, coding);
            (name || titled) && !after_saint && {
                let next = next_word(segments, at, text);
                next.is_some_and(|(next, is_near)| {
                    is_near && name && is_pair(word, next, coding)
                        || titled && next.reads(Class::Surname, coding)
                })
            }
        });
        named || is_initial_and_surname(text, segments, at)
    })
}

/// The next word that is no particle; whether it stands where a name would go on.
fn next_word(segments: &[Segment], at: usize, text: &[u8]) -> Option<(Word, bool)> {
    let mut rest = segments[at + 1..].iter();
    let mut next = rest.next()?;
    // One number may part them: `jean2dupont`.
    if next.is_digits() {
        next = rest.next()?;
    }
    for _ in 0..PARTICLES_MAX {
        if next.word.is(Class::Particle) && !next.word.is(Class::Surname) {
            next = rest.next()?;
        }
    }
    // A place that has the name of the place above it: `martin/martin`.
    let same = next.of(text).eq_ignore_ascii_case(segments[at].of(text));
    Some((next.word, !same))
}

/// `j.dupont` at the head of a text.
fn is_initial_and_surname(text: &[u8], segments: &[Segment], at: usize) -> bool {
    let Some(next) = segments.get(at + 1) else {
        return false;
    };
    let initial = segments[at].is_letters() && segments[at].len() == 1;
    initial
        && matches!(&text[segments[at].end..next.start], b"." | b"_")
        && next.word.is(Class::Surname)
}

/// Whether a run is a given name and a surname without anything between.
pub(super) fn has_glued_name(text: &[u8], segments: &[Segment], lexicon: &Lexicon) -> bool {
    let runs = segments
        .iter()
        .filter(|run| run.is_letters() && RUN_LETTERS.contains(&run.len()));
    let mut unknown = runs.filter(|run| !run.word.is_known());
    unknown.any(|run| is_glued(run.of(text), lexicon)) || has_cut_name(text, segments, lexicon)
}

/// Whether two neighbouring codes of one word each are a name that was cut elsewhere: `mustaf/ayavuz`.
fn has_cut_name(text: &[u8], segments: &[Segment], lexicon: &Lexicon) -> bool {
    segments.windows(2).any(|pair| {
        let whole = &text[pair[0].start..pair[1].end];
        let is_code = |run: &Segment| {
            let parted = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b'/');
            parted(text.get(run.start.wrapping_sub(1))) && parted(text.get(run.end))
        };
        let cut = pair
            .iter()
            .all(|run| run.is_letters() && !run.word.is_known() && is_code(run));
        cut && RUN_LETTERS.contains(&(whole.len() - 1)) && {
            let word: Vec<u8> = whole.iter().copied().filter(|byte| *byte != b'/').collect();
            is_glued(&word, lexicon)
        }
    })
}

fn is_glued(word: &[u8], lexicon: &Lexicon) -> bool {
    let mut hash = Hash::EMPTY;
    word.iter().enumerate().any(|(at, letter)| {
        hash = hash.then(*letter);
        let (head, tail) = (at + 1, &word[at + 1..]);
        if head < PART_LETTERS_MIN || tail.len() < PART_LETTERS_MIN {
            return false;
        }
        let first = lexicon.find(hash);
        first.is_known() && {
            let second = lexicon.find(Hash::of(tail.iter().copied()));
            Coding::ALL
                .into_iter()
                .any(|coding| is_pair(first, second, coding))
        }
    })
}
