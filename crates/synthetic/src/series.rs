//! Which events are editions of one recurring event.
//!
//! Each block of 4,096 indices has series of its own, dealt out by a fixed plan: so the series of an event is known
//! from its index alone, and sizes don't grow with the number of events.

/// Indices that share a plan.
const BLOCK: u64 = 4_096;
/// Editions of the largest series of a block; the one of rank k has 1/k as many, and at least 2.
const EDITIONS_MAX: usize = 200;
/// An odd number near the golden section of a block: spreads neighbours of the plan over the block.
const STRIDE: u64 = 2_531;

/// An event as a member of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edition {
    /// Which of all series.
    pub(crate) series: u64,
    /// Which edition, from 0 up.
    pub(crate) number: u32,
    /// Editions of the series.
    pub(crate) of: u32,
}

/// The plan of every block.
pub(crate) struct SeriesPlan {
    slots: Vec<Slot>,
}

#[derive(Clone, Copy)]
struct Slot {
    rank: u32,
    number: u32,
    of: u32,
}

impl SeriesPlan {
    /// Puts `share` of all events in series.
    pub(crate) fn new(share: f64) -> Self {
        let wanted = (share.clamp(0.0, 1.0) * BLOCK as f64).round() as usize;
        let mut slots = Vec::with_capacity(wanted);
        for rank in 0.. {
            let left = wanted - slots.len();
            if left < 2 {
                break;
            }
            let size = (EDITIONS_MAX / (rank + 1)).max(2);
            // No series of one: what would be left over joins the last.
            let size = if left < size + 2 { left } else { size };
            let slot = |number| Slot {
                rank: rank as u32,
                number: number as u32,
                of: size as u32,
            };
            slots.extend((0..size).map(slot));
        }
        SeriesPlan { slots }
    }

    /// The series that an event is of, if any.
    pub(crate) fn edition(&self, index: u64) -> Option<Edition> {
        let block = index / BLOCK;
        // An odd stride makes this a permutation of the block; blocks begin at different places of it.
        let place = (index % BLOCK)
            .wrapping_mul(STRIDE)
            .wrapping_add(block.wrapping_mul(997));
        let slot = self.slots.get((place % BLOCK) as usize)?;
        Some(Edition {
            series: block * BLOCK + u64::from(slot.rank),
            number: slot.number,
            of: slot.of,
        })
    }

    /// Share of events that are of no series.
    pub(crate) fn share_outside(&self) -> f64 {
        1.0 - self.slots.len() as f64 / BLOCK as f64
    }
}
