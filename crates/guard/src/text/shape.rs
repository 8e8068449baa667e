//! A look at the runs of a text: which detectors can find anything in it. It costs a pass, and spares most of them.

use super::segment::{Kind, Segment};

/// What the runs amount to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Digits in runs of digits.
    pub(crate) digits: usize,
    /// Letters and digits that are not of a digest.
    pub(crate) signs: usize,
    /// Runs.
    pub(crate) runs: usize,
    /// Rows of digits beside digits, the longest.
    pub(crate) digit_row: usize,
    /// Whether a run of letters is as short as a group of a plate.
    pub(crate) has_short_letters: bool,
    /// Whether letters and digits stand in one run.
    pub(crate) is_mixed: bool,
    /// Whether the lexicon knows a word.
    pub(crate) has_words: bool,
}

impl Shape {
    /// Of no text.
    pub(crate) const NONE: Shape = Shape {
        digits: 0,
        signs: 0,
        runs: 0,
        digit_row: 0,
        has_short_letters: false,
        is_mixed: false,
        has_words: false,
    };

    pub(crate) fn of(segments: &[Segment]) -> Self {
        const PLATE_LETTERS_MAX: usize = 3;
        let mut shape = Shape {
            runs: segments.len(),
            ..Shape::NONE
        };
        let mut row = 0;
        for run in segments {
            row = if run.is_digits() { row + 1 } else { 0 };
            shape.digit_row = shape.digit_row.max(row);
            shape.is_mixed |= run.glued;
            shape.has_words |= run.word.is_known();
            match run.kind {
                Kind::Digits => shape.digits += run.len(),
                Kind::Letters => shape.has_short_letters |= run.len() <= PLATE_LETTERS_MAX,
                Kind::Digest => continue,
            }
            shape.signs += run.len();
        }
        shape
    }

    /// Five digits are a date without its zeros.
    pub(crate) fn may_have_numbers(&self) -> bool {
        self.digits > 5
    }

    /// The shortest number of letters and digits has nine signs, and four digits at least.
    pub(crate) fn may_have_documents(&self) -> bool {
        self.digits >= 4 && self.signs >= 9
    }

    pub(crate) fn may_have_plates(&self) -> bool {
        self.digits > 0 && self.has_short_letters
    }

    pub(crate) fn may_have_tokens(&self) -> bool {
        self.signs >= 12
    }

    /// Without colons: four numbers, or twelve hex digits.
    pub(crate) fn may_have_devices(&self) -> bool {
        self.digit_row >= 4 || self.digits >= 2 && self.signs >= 12
    }

    pub(crate) fn may_have_places(&self) -> bool {
        self.digits > 0
    }
}
