//! What a text is: every detector on every reading of it.
//!
//! A text is read as it is written, with its look-alikes folded, decoded (and decoded again), backwards, in rot13 and with
//! digits for letters. Each reading costs little, since a look at its [`Shape`] tells which detectors can find anything in it.
//!
//! Start reading at [`Detector::scan`].

mod address;
mod bank;
mod birth;
mod device;
mod document;
mod entropy;
mod national;
pub(crate) mod number;
pub(crate) mod person;
mod phone;
mod place;
mod plate;
mod seam;

use crate::lexicon::{Class, Lexicon, Word, lexicon, rot13};
use crate::rule::{Rule, Rules};
use crate::text::decode;
use crate::text::fold::{Reading, fold};
use crate::text::segment::{Segment, cut, tokens};
use crate::text::shape::Shape;

pub(crate) use birth::is_birth_value;
pub(crate) use number::Context;

/// How often a decoding is decoded again.
const DEPTH_MAX: u8 = 3;
/// Single letters in a row that may spell a name.
const SPACED_LETTERS_MIN: usize = 8;

/// All detectors, with room for the runs of the text at hand.
pub(crate) struct Detector {
    lexicon: &'static Lexicon,
    segments: Vec<Segment>,
    sight: Sight,
}

/// What was seen of a text at first sight: what its neighbours have to know of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    pub(crate) shape: Shape,
    /// The first word.
    pub(crate) first: Word,
    /// The last one.
    pub(crate) last: Word,
    /// Whether they are the same one.
    pub(crate) is_one_word: bool,
}

impl Sight {
    /// Of no text.
    pub(crate) const NONE: Sight = Sight {
        shape: Shape::NONE,
        first: Word::NONE,
        last: Word::NONE,
        is_one_word: false,
    };

    fn of(segments: &[Segment], shape: Shape) -> Self {
        let mut words = segments.iter().filter(|run| run.is_letters());
        let first = words.next().map(|run| run.word);
        let last = words.next_back().map(|run| run.word);
        Sight {
            shape,
            first: first.unwrap_or(Word::NONE),
            last: last.or(first).unwrap_or(Word::NONE),
            is_one_word: first.is_some() && last.is_none(),
        }
    }
}

impl Detector {
    pub(crate) fn new() -> Self {
        Detector {
            lexicon: lexicon(),
            segments: Vec::with_capacity(16),
            sight: Sight::NONE,
        }
    }

    /// Of the text that was scanned last.
    pub(crate) fn sight(&self) -> Sight {
        self.sight
    }

    /// What `text` is, in any of its readings.
    pub(crate) fn scan(&mut self, text: &str, context: &Context) -> Rules {
        self.at_depth(text, context, 0)
    }

    fn at_depth(&mut self, text: &str, context: &Context, depth: u8) -> Rules {
        if text.is_ascii() {
            return self.ascii(text, context, depth);
        }
        let mut rules = Rules::NONE;
        for reading in [Reading::Look, Reading::Sound] {
            rules.join(self.ascii(&fold(text, reading), context, depth));
        }
        rules
    }

    fn ascii(&mut self, text: &str, context: &Context, depth: u8) -> Rules {
        let mut segments = std::mem::take(&mut self.segments);
        cut(text.as_bytes(), self.lexicon, &mut segments);
        let shape = Shape::of(&segments);
        let is_decoded = depth > 0;
        if !is_decoded {
            self.sight = Sight::of(&segments, shape);
        }
        let mut rules = self.words(text.as_bytes(), (&segments, &shape), is_decoded);
        rules.join(signs(text.as_bytes(), (&segments, &shape), context));
        if rules.is_empty() && shape.is_mixed {
            rules.join(self.with_digits_for_letters(text, &segments, is_decoded));
        }
        let is_date = || segments.iter().any(|run| run.word.is(Class::Month));
        if rules.is_empty() && shape.may_have_numbers() && !is_date() {
            rules.join(self.disguised(text.as_bytes(), &mut segments, context));
        }
        self.segments = segments;
        if depth < DEPTH_MAX {
            decode::each(text, |decoded| {
                rules.join(self.at_depth(decoded, context, depth + 1));
            });
        }
        rules
    }

    /// What letters say, in any coding of them.
    fn words(
        &self,
        text: &[u8],
        (segments, shape): (&[Segment], &Shape),
        is_decoded: bool,
    ) -> Rules {
        let mut rules = Rules::NONE;
        if shape.has_words {
            rules.add_if(person::has_name(text, segments), Rule::PersonName);
            rules.join(number::scan_words(segments));
        }
        rules.join(address::scan(text, segments, is_decoded));
        let glued = person::has_glued_name(text, segments, self.lexicon);
        rules.add_if(glued, Rule::PersonName);
        rules.add_if(entropy::has_noise(text, segments), Rule::HighEntropy);
        if shape.runs >= SPACED_LETTERS_MIN {
            rules.add_if(self.is_spaced_name(text, segments), Rule::PersonName);
        }
        rules
    }

    /// `j-e-a-n-d-u-p-o-n-t`: letters with a sign between each and the next.
    fn is_spaced_name(&self, text: &[u8], segments: &[Segment]) -> bool {
        let rows = segments.split(|run| !run.is_letters() || run.len() > 1 || run.glued);
        let mut long = rows.filter(|row| row.len() >= SPACED_LETTERS_MIN);
        long.any(|row| {
            let word: Vec<u8> = row.iter().map(|run| text[run.start]).collect();
            let mut whole = Vec::new();
            cut(&word, self.lexicon, &mut whole);
            person::has_glued_name(&word, &whole, self.lexicon)
        })
    }

    /// `j34n.dup0nt`: digits that look like letters, where both are in one run.
    fn with_digits_for_letters(&self, text: &str, segments: &[Segment], is_decoded: bool) -> Rules {
        let mut rules = Rules::NONE;
        let mut others = Vec::with_capacity(segments.len());
        for one in [b'i', b'l'] {
            let mut letters = text.as_bytes().to_vec();
            for (first, end) in tokens(segments).filter(|(first, end)| end - first > 1) {
                let token = &mut letters[segments[first].start..segments[end - 1].end];
                token
                    .iter_mut()
                    .for_each(|byte| *byte = letter_of(*byte, one));
            }
            cut(&letters, self.lexicon, &mut others);
            let named = person::has_name(&letters, &others)
                || person::has_glued_name(&letters, &others, self.lexicon);
            rules.add_if(named, Rule::PersonName);
            rules.join(address::scan(&letters, &others, is_decoded));
        }
        rules
    }

    /// Backwards and in rot13. Words in these are found by the lexicon; this is for numbers, alone or with letters among them.
    fn disguised(&self, text: &[u8], segments: &mut Vec<Segment>, context: &Context) -> Rules {
        let context = Context {
            is_reversed: true,
            ..*context
        };
        let reversed: Vec<u8> = text.iter().rev().copied().collect();
        cut(&reversed, self.lexicon, segments);
        let shape = Shape::of(segments);
        let mut rules = signs(&reversed, (segments, &shape), &context);
        if shape.digits < shape.signs {
            let rotated: Vec<u8> = text.iter().copied().map(rot13).collect();
            cut(&rotated, self.lexicon, segments);
            rules.join(signs(&rotated, (segments, &shape), &context));
        }
        rules
    }
}

/// What digits and capitals say.
fn signs(text: &[u8], (segments, shape): (&[Segment], &Shape), context: &Context) -> Rules {
    let mut rules = Rules::NONE;
    if shape.may_have_numbers() {
        rules.join(number::scan(text, segments, context));
    }
    if shape.may_have_documents() {
        rules.join(document::scan(text, segments));
    }
    if shape.may_have_tokens() {
        rules.join(entropy::scan(text, segments));
    }
    if shape.may_have_devices() || text.contains(&b':') {
        rules.join(device::scan(text));
    }
    if shape.may_have_plates() {
        rules.add_if(plate::has_plate(text, segments), Rule::LicencePlate);
    }
    if shape.may_have_places() {
        rules.join(place::scan(text, segments));
    }
    if shape.has_words && shape.digits > 1 {
        rules.join(birth::scan(text, segments, context));
    }
    rules
}

/// The letter that a digit looks like.
fn letter_of(byte: u8, one: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' => one,
        b'2' => b'z',
        b'3' => b'e',
        b'4' => b'a',
        b'5' => b's',
        b'6' | b'9' => b'g',
        b'7' => b't',
        b'8' => b'b',
        other => other,
    }
}
