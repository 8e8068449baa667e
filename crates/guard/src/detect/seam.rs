//! What texts beside each other say that say nothing alone.

use super::{Context, Detector, birth, device, document, entropy, number, place, plate};
use crate::rule::{Rule, Rules};
use crate::text::decode;
use crate::text::segment::{Segment, cut, is_digest};
use crate::text::shape::Shape;

impl Detector {
    /// Words, plates and days over the seams of texts that are joined. No numbers: digits that happen to be neighbours are
    /// none.
    pub(crate) fn scan_joined(&mut self, text: &str, context: &Context) -> Rules {
        self.cut_and(text, |detector, segments| {
            let shape = Shape::of(segments);
            detector.over_seam(text.as_bytes(), (segments, &shape), context)
        })
    }

    /// What one text is that was cut in two.
    pub(crate) fn scan_cut(&mut self, first: &str, second: &str, context: &Context) -> Rules {
        let whole = [first, second].concat();
        let mut rules = entropy::scan_cut(whole.as_bytes(), first.len());
        decode::each(&whole, |decoded| {
            rules.join(self.at_depth(decoded, context, 1))
        });
        if is_digest(first) || is_digest(second) {
            return rules;
        }
        for text in [&whole, &[first, second].join(" ")] {
            let bytes = text.as_bytes();
            rules.join(self.cut_and(text, |detector, segments| {
                let shape = Shape::of(segments);
                let mut rules = detector.over_seam(bytes, (segments, &shape), context);
                if shape.may_have_documents() {
                    rules.join(document::scan(bytes, segments));
                }
                if shape.may_have_devices() || shape.digit_row > 1 || text.contains(':') {
                    rules.join(device::scan(bytes));
                }
                rules.join(place::scan(bytes, segments));
                rules
            }));
        }
        rules
    }

    /// What the digits of a text are.
    pub(crate) fn scan_numbers(&mut self, text: &str, context: &Context) -> Rules {
        self.cut_and(text, |_, segments| {
            number::scan(text.as_bytes(), segments, context)
        })
    }

    fn over_seam(
        &self,
        text: &[u8],
        (segments, shape): (&[Segment], &Shape),
        context: &Context,
    ) -> Rules {
        let mut rules = self.words(text, (segments, shape), false);
        if shape.has_words && shape.digits > 1 {
            rules.join(birth::scan(text, segments, context));
        }
        if shape.may_have_plates() {
            rules.add_if(plate::has_plate(text, segments), Rule::LicencePlate);
        }
        rules
    }

    /// Cuts `text` in the room that is kept for runs.
    fn cut_and<T>(&mut self, text: &str, look: impl FnOnce(&Self, &[Segment]) -> T) -> T {
        let mut segments = std::mem::take(&mut self.segments);
        cut(text.as_bytes(), self.lexicon, &mut segments);
        let found = look(self, &segments);
        self.segments = segments;
        found
    }
}
