//! A text cut into runs of letters and runs of digits, each with what the lexicon says of it.

use crate::lexicon::{Hash, Lexicon, Word};

/// What a run is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Letters,
    Digits,
    /// 10 or 20 hex digits in lower case, letters and digits among them: what mappings make of titles. Nothing is looked for
    /// within them, since chance writes anything.
    Digest,
}

/// A run of letters or of digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) kind: Kind,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// Where it ends, in bytes.
    pub(crate) end: usize,
    /// Whether nothing is between it and the run before it.
    pub(crate) glued: bool,
    /// What the lexicon says, of letters.
    pub(crate) word: Word,
}

impl Segment {
    /// Bytes.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(crate) fn is_digits(&self) -> bool {
        self.kind == Kind::Digits
    }

    pub(crate) fn is_letters(&self) -> bool {
        self.kind == Kind::Letters
    }

    pub(crate) fn of<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        &text[self.start..self.end]
    }
}

/// Cuts `text`; `segments` is emptied first.
pub(crate) fn cut(text: &[u8], lexicon: &Lexicon, segments: &mut Vec<Segment>) {
    segments.clear();
    let mut at = 0;
    while at < text.len() {
        let kind = match text[at] {
            byte if byte.is_ascii_digit() => Kind::Digits,
            byte if byte.is_ascii_alphabetic() => Kind::Letters,
            _ => {
                at += 1;
                continue;
            }
        };
        let glued = segments.last().is_some_and(|last| last.end == at);
        let segment =
            digest(text, at, glued).unwrap_or_else(|| run(text, at, (kind, glued), lexicon));
        at = segment.end;
        segments.push(segment);
    }
}

/// Whether a text is nothing but a digest.
pub(crate) fn is_digest(text: &str) -> bool {
    digest(text.as_bytes(), 0, false).is_some_and(|digest| digest.end == text.len())
}

/// A digest that begins at `start` and stands alone.
fn digest(text: &[u8], start: usize, glued: bool) -> Option<Segment> {
    const LENGTHS: [usize; 2] = [10, 20];
    if glued || text.len() - start < LENGTHS[0] {
        return None;
    }
    let hex = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let length = text[start..].iter().take_while(hex).count();
    let end = start + length;
    let parted = text
        .get(end)
        .is_none_or(|next| !next.is_ascii_alphanumeric());
    let has = |kind: fn(&u8) -> bool| text[start..end].iter().any(kind);
    let is_digest = LENGTHS.contains(&length)
        && parted
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase);
    is_digest.then_some(Segment {
        kind: Kind::Digest,
        start,
        end,
        glued,
        word: Word::NONE,
    })
}

fn run(text: &[u8], start: usize, (kind, glued): (Kind, bool), lexicon: &Lexicon) -> Segment {
    let mut end = start;
    let mut word = Word::NONE;
    match kind {
        Kind::Digest => {}
        Kind::Digits => {
            while end < text.len() && text[end].is_ascii_digit() {
                end += 1;
            }
        }
        Kind::Letters => {
            let mut hash = Hash::EMPTY;
            while end < text.len() && text[end].is_ascii_alphabetic() {
                hash = hash.then(text[end]);
                end += 1;
            }
            word = lexicon.find(hash);
        }
    }
    Segment {
        kind,
        start,
        end,
        glued,
        word,
    }
}

/// Which of `segments` belong to the runs of letters and digits without anything between: first and past the last.
pub(crate) fn tokens(segments: &[Segment]) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        if first == segments.len() {
            return None;
        }
        let more = segments[first + 1..].iter().take_while(|next| next.glued);
        let token = (first, first + 1 + more.count());
        first = token.1;
        Some(token)
    })
}
