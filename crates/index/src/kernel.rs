//! The inner loops: sums of the rows of a block, and of the lanes of a node.
//!
//! Written so that the compiler makes vector code of them, once for each kind of processor; which one runs is
//! decided at run time. None of the arithmetic is fused or reordered, so all give the same bits.
//!
//! **Law.** A row's sum is at least what its exact score says, and so is a lane's, for each of its rows.

use pulp::Arch;

use crate::blocks::layout::{BLOCK_ROWS, Block, ByteColumn, CodeRange, LANES, Node, WideColumn};
use crate::plan::{CodeTable, GroupPlan, PathTable, PlaceTable, Plan};

/// Half of the diagonal of a step, and a little more.
const STEP_SLACK: f32 = 0.87;
/// What rounding coordinates to 32 bits can move a place, in km, and a little more.
const ROUNDING_KM: f32 = 1e-3;
/// What computing with 32 bits can move a distance, as a share of the numbers in it.
const RELATIVE_SLACK: f32 = 1e-6;

/// The loops, for the processor at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel(Option<Arch>);

impl Kernel {
    /// For the processor that this runs on.
    pub(crate) fn detected() -> Self {
        Kernel(Some(Arch::new()))
    }

    /// For any processor.
    #[cfg(test)]
    pub(crate) fn portable() -> Self {
        Kernel(None)
    }

    fn run<R>(self, work: impl FnOnce() -> R) -> R {
        match self.0 {
            Some(arch) => arch.dispatch(work),
            None => work(),
        }
    }

    /// The sum of every row of a block; lanes without a row get any number. Where no row can reach `least`
    /// even next door to the probe, distances are left out, and `false` is given.
    pub(crate) fn rows(
        self,
        (plan, group): (&Plan, &GroupPlan),
        block: Block,
        least: f32,
        sums: &mut [f32; BLOCK_ROWS],
    ) -> bool {
        self.run(
            #[inline(always)]
            || {
                add_codes(plan, group, block, sums);
                let Some(place) = plan.place.as_ref().filter(|_| group.places) else {
                    return most_of(sums) >= least;
                };
                let within = most_of(sums) + place.weight >= least;
                if within {
                    add_places(place, block, sums);
                }
                within && most_of(sums) >= least
            },
        )
    }

    /// The sum that no row of a lane passes. `group` is that of all lanes, if they have one.
    pub(crate) fn lanes(self, plan: &Plan, group: Option<&GroupPlan>, node: Node) -> [f32; LANES] {
        self.run(
            #[inline(always)]
            || lanes(plan, group, node),
        )
    }
}

#[inline(always)]
fn most_of(sums: &[f32; BLOCK_ROWS]) -> f32 {
    let mut most = [f32::NEG_INFINITY; LANES];
    for part in sums.as_chunks::<LANES>().0 {
        for (most, sum) in most.iter_mut().zip(part) {
            *most = if *sum > *most { *sum } else { *most };
        }
    }
    // By halves: one after the other would wait for each comparison.
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            let other = most[lane + half];
            most[lane] = if other > most[lane] {
                other
            } else {
                most[lane]
            };
        }
    }
    most[0]
}

/// The codes of a block, and what each of them adds.
struct Codes<'a> {
    bytes: [(&'a [u8; BLOCK_ROWS], &'a [f32; 256]); 4],
    wides: [(&'a [u16; BLOCK_ROWS], &'a [f32]); 2],
}

#[inline(always)]
fn add_codes(plan: &Plan, group: &GroupPlan, block: Block, sums: &mut [f32; BLOCK_ROWS]) {
    let participants = if group.participants {
        &plan.participants
    } else {
        &CodeTable::ZERO
    };
    let footprint = &plan.footprint[usize::from(group.geometry)];
    let codes = Codes {
        bytes: [
            (block.bytes(ByteColumn::Participants), &participants.by_code),
            (block.bytes(ByteColumn::Footprint), &footprint.by_code),
            (block.bytes(ByteColumn::Duration), &plan.duration.by_code),
            (block.bytes(ByteColumn::Calendar), &plan.calendar.by_code),
        ],
        wides: [
            (block.wides(WideColumn::Nature), &plan.nature.by_class),
            (block.wides(WideColumn::Sector), &plan.sector.by_class),
        ],
    };
    // Neighbours are alike: a column of one code needs one look-up, and these two often are.
    match (is_one(codes.bytes[3].0), is_one(codes.wides[0].0)) {
        (false, false) => codes.add::<false, false>(sums),
        (false, true) => codes.add::<false, true>(sums),
        (true, false) => codes.add::<true, false>(sums),
        (true, true) => codes.add::<true, true>(sums),
    }
    if !plan.day.is_zero() {
        let days = block.bytes(ByteColumn::Day);
        for (sum, day) in sums.iter_mut().zip(days) {
            *sum += plan.day.by_code[usize::from(*day)];
        }
    }
}

impl Codes<'_> {
    /// `CALENDAR` and `NATURE` say whether that column is of one code.
    #[inline(always)]
    fn add<const CALENDAR: bool, const NATURE: bool>(&self, sums: &mut [f32; BLOCK_ROWS]) {
        let class = |at: usize, row: usize| {
            let (classes, table) = self.wides[at];
            table.get(usize::from(classes[row])).copied().unwrap_or(0.0)
        };
        let code = |at: usize, row: usize| {
            let (codes, table) = self.bytes[at];
            table[usize::from(codes[row])]
        };
        let (calendar, nature) = (code(3, 0), class(0, 0));
        for (row, sum) in sums.iter_mut().enumerate() {
            let calendar = if CALENDAR { calendar } else { code(3, row) };
            let nature = if NATURE { nature } else { class(0, row) };
            *sum = (code(0, row) + code(1, row))
                + (code(2, row) + calendar)
                + (nature + class(1, row));
        }
    }
}

/// Whether all codes are the same.
#[inline(always)]
fn is_one<T: Copy + Into<u32>>(codes: &[T; BLOCK_ROWS]) -> bool {
    let first = codes[0].into();
    let different = codes
        .iter()
        .fold(0, |different, code| different | ((*code).into() ^ first));
    different == 0
}

#[inline(always)]
fn add_places(place: &PlaceTable, block: Block, sums: &mut [f32; BLOCK_ROWS]) {
    let frame = block.frame();
    let columns = [
        block.wides(WideColumn::X),
        block.wides(WideColumn::Y),
        block.wides(WideColumn::Z),
    ];
    let mut squares = [0f32; BLOCK_ROWS];
    let (mut slack, mut widest) = (ROUNDING_KM, 0f32);
    for axis in 0..3 {
        let from = (f64::from(frame[axis]) - place.at_km[axis]) as f32;
        let step = frame[3 + axis];
        slack += RELATIVE_SLACK * (from.abs() + step * 65_535.0);
        widest = widest.max(step);
        for (square, steps) in squares.iter_mut().zip(columns[axis]) {
            let apart = from + f32::from(*steps) * step;
            *square += apart * apart;
        }
    }
    slack += STEP_SLACK * widest;
    let nearest = nearest_km(&squares, slack);
    let similarities = place.decay.most(&nearest);
    for (sum, similarity) in sums.iter_mut().zip(similarities) {
        *sum += place.weight * similarity;
    }
}

/// Distances from their squares, with all that may be too much in them taken off.
#[inline(always)]
fn nearest_km<const N: usize>(squares: &[f32; N], slack: f32) -> [f32; N] {
    squares.map(
        #[inline(always)]
        |square| {
            let nearest = square.sqrt() * (1.0 - RELATIVE_SLACK) - slack;
            if nearest > 0.0 { nearest } else { 0.0 }
        },
    )
}

#[inline(always)]
fn lanes(plan: &Plan, group: Option<&GroupPlan>, node: Node) -> [f32; LANES] {
    let mut sums = [0f32; LANES];
    let geometry = group.is_none_or(|group| group.geometry);
    let tables = [
        (CodeRange::Participants, &plan.participants),
        (CodeRange::Footprint, &plan.footprint[usize::from(geometry)]),
        (CodeRange::Duration, &plan.duration),
        (CodeRange::Weekend, &plan.weekend),
        (CodeRange::Summer, &plan.summer),
        (CodeRange::Day, &plan.day),
    ];
    let compared = group.is_none_or(|group| group.participants);
    for (range, table) in tables {
        let left_out = range == CodeRange::Participants && !compared;
        if left_out || table.is_zero() {
            continue;
        }
        let (low, high) = node.codes(range);
        for ((sum, low), high) in sums.iter_mut().zip(low).zip(high) {
            *sum += table.most(*low, *high);
        }
    }
    add_paths(&plan.nature, [node.masks(0), node.masks(1)], &mut sums);
    add_paths(&plan.sector, [node.masks(2), node.masks(3)], &mut sums);
    if let Some(place) = &plan.place {
        add_boxes(place, node, &mut sums);
    }
    sums
}

#[inline(always)]
fn add_paths(table: &PathTable, masks: [&[u64; LANES]; 2], sums: &mut [f32; LANES]) {
    if table.is_zero() {
        return;
    }
    for (sum, most) in sums.iter_mut().zip(table.most(masks)) {
        *sum += most;
    }
}

/// A lane without places has a box that is infinitely far away.
#[inline(always)]
fn add_boxes(place: &PlaceTable, node: Node, sums: &mut [f32; LANES]) {
    let mut squares = [0f32; LANES];
    for axis in 0..3 {
        let at = place.at_km[axis] as f32;
        let (low, high) = (node.corner(axis), node.corner(3 + axis));
        for ((square, low), high) in squares.iter_mut().zip(low).zip(high) {
            let (before, after) = (low - at, at - high);
            let outside = if before > after { before } else { after };
            let outside = if outside > 0.0 { outside } else { 0.0 };
            *square += outside * outside;
        }
    }
    let nearest = nearest_km(&squares, 2.0 * ROUNDING_KM);
    let similarities = place.decay.most(&nearest);
    for (sum, similarity) in sums.iter_mut().zip(similarities) {
        *sum += place.weight * similarity;
    }
}

#[cfg(test)]
mod tests;
