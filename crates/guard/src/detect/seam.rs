//! What texts beside each other say that say nothing alone.

use std::ops::Range;

use super::{Context, Detector, birth, device, document, entropy, number, place, plate};
use crate::rule::{Rule, Rules};
use crate::text::decode;
use crate::text::segment::{Segment, cut, is_digest};
use crate::text::shape::Shape;

impl Detector {
    /// Words, plates and days over the seams of texts that are joined. No numbers: digits that happen to be neighbours are
    /// none.
    pub(crate) fn scan_joined(&mut self, pieces: &[&str], seam: &str, context: &Context) -> Rules {
        self.cut_and(&pieces.join(seam), |detector, text, segments| {
            let shape = Shape::of(segments);
            detector.over_seams(text, (segments, &shape), ranges(pieces, seam), context)
        })
    }

    /// What one text is that was cut in two.
    pub(crate) fn scan_cut(&mut self, pieces: [&str; 2], context: &Context) -> Rules {
        let whole = pieces.concat();
        let mut rules = entropy::scan_cut(whole.as_bytes(), pieces[0].len());
        decode::each(&whole, |decoded| {
            rules.join(self.at_depth(decoded, context, 1))
        });
        if pieces.into_iter().any(is_digest) {
            return rules;
        }
        for seam in ["", " "] {
            rules.join(
                self.cut_and(&pieces.join(seam), |detector, text, segments| {
                    let shape = Shape::of(segments);
                    let ranges = ranges(&pieces, seam);
                    let mut rules = detector.over_seams(text, (segments, &shape), ranges, context);
                    if shape.may_have_documents() {
                        rules.join(document::scan(text, segments));
                    }
                    if shape.may_have_devices() || shape.digit_row > 1 || text.contains(&b':') {
                        rules.join(device::scan(text));
                    }
                    rules.join(place::scan(text, segments));
                    rules
                }),
            );
        }
        rules
    }

    /// What the digits of a text are.
    pub(crate) fn scan_numbers(&mut self, text: &str, context: &Context) -> Rules {
        self.cut_and(text, |_, text, segments| {
            number::scan(text, segments, context)
        })
    }

    fn over_seams(
        &self,
        text: &[u8],
        (segments, shape): (&[Segment], &Shape),
        pieces: impl Iterator<Item = Range<usize>> + Clone,
        context: &Context,
    ) -> Rules {
        let mut rules = self.words(text, (segments, shape), false);
        if shape.has_words && shape.digits > 1 {
            rules.join(birth::scan(text, segments, context));
        }
        if shape.may_have_plates() {
            let plate = plate::has_plate_over(text, segments, pieces);
            rules.add_if(plate, Rule::LicencePlate);
        }
        rules
    }

    /// Cuts `text` in the room that is kept for runs.
    fn cut_and<T>(&mut self, text: &str, look: impl FnOnce(&Self, &[u8], &[Segment]) -> T) -> T {
        let mut segments = std::mem::take(&mut self.segments);
        cut(text.as_bytes(), self.lexicon, &mut segments);
        let found = look(self, text.as_bytes(), &segments);
        self.segments = segments;
        found
    }
}

/// Where the pieces are in what they are joined to.
fn ranges(pieces: &[&str], seam: &str) -> impl Iterator<Item = Range<usize>> + Clone {
    pieces.iter().scan(0, |start, piece| {
        let range = *start..*start + piece.len();
        *start = range.end + seam.len();
        Some(range)
    })
}
