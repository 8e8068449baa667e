//! What is known of all rows of a block, or of all blocks of a node.

use super::layout::{CodeRange, MASKS, NodeMut, TIMES};

/// Kilometres by which a box is widened: more than what rounding coordinates to 32 bits moves a place.
const BOX_MARGIN_KM: f32 = 1e-3;

/// Smallest and largest values, and the buckets of paths in use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summary {
    min_km: [f32; 3],
    max_km: [f32; 3],
    codes: [(u8, u8); CodeRange::COUNT],
    masks: [u64; MASKS],
    times: [(u32, u32); TIMES],
}

/// What a row adds to a summary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RowSummary {
    pub(super) place_km: Option<[f32; 3]>,
    pub(super) codes: [u8; CodeRange::COUNT],
    pub(super) masks: [u64; MASKS],
    pub(super) times: [u32; TIMES],
}

impl Summary {
    pub(super) const EMPTY: Summary = Summary {
        min_km: [f32::INFINITY; 3],
        max_km: [f32::NEG_INFINITY; 3],
        codes: [(u8::MAX, 0); CodeRange::COUNT],
        masks: [0; MASKS],
        times: [(u32::MAX, 0); TIMES],
    };

    pub(super) fn add(&mut self, row: &RowSummary) {
        if let Some(place) = row.place_km {
            for (at, km) in place.into_iter().enumerate() {
                self.min_km[at] = self.min_km[at].min(km - BOX_MARGIN_KM);
                self.max_km[at] = self.max_km[at].max(km + BOX_MARGIN_KM);
            }
        }
        for (range, code) in self.codes.iter_mut().zip(row.codes) {
            *range = (range.0.min(code), range.1.max(code));
        }
        for (mask, bits) in self.masks.iter_mut().zip(row.masks) {
            *mask |= bits;
        }
        for (range, time) in self.times.iter_mut().zip(row.times) {
            *range = (range.0.min(time), range.1.max(time));
        }
    }

    pub(super) fn merge(&mut self, other: &Summary) {
        for at in 0..3 {
            self.min_km[at] = self.min_km[at].min(other.min_km[at]);
            self.max_km[at] = self.max_km[at].max(other.max_km[at]);
        }
        for (range, (low, high)) in self.codes.iter_mut().zip(other.codes) {
            *range = (range.0.min(low), range.1.max(high));
        }
        for (mask, bits) in self.masks.iter_mut().zip(other.masks) {
            *mask |= bits;
        }
        for (range, (first, last)) in self.times.iter_mut().zip(other.times) {
            *range = (range.0.min(first), range.1.max(last));
        }
    }

    pub(super) fn write(&self, node: &mut NodeMut, lane: usize) {
        for at in 0..3 {
            node.set_corner(at, lane, self.min_km[at]);
            node.set_corner(3 + at, lane, self.max_km[at]);
        }
        for (range, ends) in self.codes.into_iter().enumerate() {
            node.set_codes(range, lane, ends);
        }
        for (at, mask) in self.masks.into_iter().enumerate() {
            node.set_mask(at, lane, mask);
        }
        for (at, ends) in self.times.into_iter().enumerate() {
            node.set_times(at, lane, ends);
        }
    }
}
