//! The inner loops: sums of the rows of a block, and of the lanes of a node, in points.
//!
//! Written so that the compiler makes vector code of them, once for each kind of processor; which one runs is
//! decided at run time. Points are whole, and none of the other arithmetic is fused or reordered, so all give
//! the same bits.
//!
//! **Law.** A row's sum is at least what its exact score says, and so is a lane's, for each of its rows.
//!
//! Start reading at [`Kernel::rows`], then [`Kernel::lanes`].

mod look_up;

use pulp::{Arch, Simd, WithSimd};

use crate::blocks::layout::{BLOCK_ROWS, Block, ByteColumn, CodeRange, LANES, Node, WideColumn};
use crate::plan::{CodeTable, GroupPlan, PathTable, PlaceTable, Plan};
#[cfg(target_arch = "x86_64")]
use look_up::InRegisters;
use look_up::{LookUp, OneByOne, WIDE};

/// Half of the diagonal of a step, and a little more.
const STEP_SLACK: f32 = 0.87;
/// What rounding coordinates to 32 bits can move a place, in km, and a little more.
const ROUNDING_KM: f32 = 1e-3;
/// What computing with 32 bits can move a distance, as a share of the numbers in it.
const RELATIVE_SLACK: f32 = 1e-6;

/// Points that are not worth looking up row by row: a thousandth of the weights.
const NEGLIGIBLE: u16 = 65;

/// The most that any row of a block adds on each of the axes that are looked at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    pub(crate) nature: u16,
    pub(crate) sector: u16,
    pub(crate) place: u16,
}

impl Rest {
    /// Of all blocks of a group, whatever they hold.
    pub(crate) fn of_any(plan: &Plan, group: &GroupPlan) -> Self {
        let place = plan.place.as_ref().filter(|_| group.places);
        Rest {
            nature: plan.nature.peak,
            sector: plan.sector.peak,
            place: place.map_or(0, |place| place.peak),
        }
    }

    /// Of the columns that are worth looking at.
    pub(crate) fn is_looked_up(points: u16) -> bool {
        points > NEGLIGIBLE
    }

    fn sum(self) -> u16 {
        self.nature + self.sector + self.place
    }
}

/// What the rows of each lane of a node add at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lanes {
    /// On all axes.
    pub(crate) sums: [u16; LANES],
    nature: [u16; LANES],
    sector: [u16; LANES],
    place: [u16; LANES],
}

impl Lanes {
    /// What is in the sum of a lane for the axes that are looked at last.
    #[inline(always)]
    pub(crate) fn rest(&self, lane: usize) -> Rest {
        Rest {
            nature: self.nature[lane],
            sector: self.sector[lane],
            place: self.place[lane],
        }
    }
}

/// The sums of the rows of a block; lanes without a row have any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) sums: [u16; BLOCK_ROWS],
    /// A bit for each lane whose sum reaches what was asked for.
    pub(crate) reaching: u64,
}

/// The loops, for the processor at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel(Arch);

impl Kernel {
    /// For the processor that this runs on.
    pub(crate) fn detected() -> Self {
        Kernel(Arch::new())
    }

    /// Of every kind that this processor can run, the plainest first.
    #[cfg(test)]
    pub(crate) fn every() -> Vec<Self> {
        let mut every = vec![Kernel(Arch::Scalar)];
        #[cfg(target_arch = "x86_64")]
        every.extend(pulp::x86::V3::try_new().map(|simd| Kernel(Arch::V3(simd))));
        every.push(Kernel::detected());
        every
    }

    /// The rows of a block that reach `least`; `rest` says what is left after the codes of bytes. `None` where none
    /// does, as soon as that is known.
    #[inline(always)]
    pub(crate) fn rows(
        self,
        (plan, group): (&Plan, &GroupPlan),
        block: Block,
        rest: Rest,
        least: u16,
    ) -> Option<Rows> {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Arch::V4(simd) => Simd::vectorize(
                simd,
                Inlined(
                    #[inline(always)]
                    || rows(InRegisters(simd), (plan, group), block, rest, least),
                ),
            ),
            arch => arch.dispatch(Inlined(
                #[inline(always)]
                || rows(OneByOne, (plan, group), block, rest, least),
            )),
        }
    }

    /// The sum that no row of a lane passes. `group` is that of all lanes, if they have one.
    pub(crate) fn lanes(self, plan: &Plan, group: Option<&GroupPlan>, node: Node) -> Lanes {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Arch::V4(simd) => Simd::vectorize(
                simd,
                Inlined(
                    #[inline(always)]
                    || lanes(InRegisters(simd), plan, group, node),
                ),
            ),
            arch => arch.dispatch(Inlined(
                #[inline(always)]
                || lanes(OneByOne, plan, group, node),
            )),
        }
    }
}

/// Work that is compiled anew for each kind of processor. Called by reference: a closure that is called by value is
/// called through a function that the compiler need not inline.
struct Inlined<F>(F);

impl<R, F: Fn() -> R> WithSimd for Inlined<F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> R {
        (self.0)()
    }
}

#[inline(always)]
fn rows(
    look_up: impl LookUp,
    (plan, group): (&Plan, &GroupPlan),
    block: Block,
    mut rest: Rest,
    least: u16,
) -> Option<Rows> {
    let mut sums = [0; BLOCK_ROWS];
    for (table, column) in byte_tables(plan, group) {
        if !table.is_zero() {
            let halves = block.bytes(column).as_chunks::<WIDE>().0.iter();
            for (sums, codes) in sums.as_chunks_mut::<WIDE>().0.iter_mut().zip(halves) {
                add(sums, &look_up.points(&table.by_code, codes));
            }
        }
    }
    if most_of(&sums) + rest.sum() < least {
        return None;
    }
    let paths = [
        (&plan.nature, WideColumn::Nature, &mut rest.nature),
        (&plan.sector, WideColumn::Sector, &mut rest.sector),
    ];
    for (table, column, rest) in paths {
        if Rest::is_looked_up(*rest) {
            let halves = block.wides(column).as_chunks::<WIDE>().0.iter();
            for (sums, classes) in sums.as_chunks_mut::<WIDE>().0.iter_mut().zip(halves) {
                add(sums, &look_up.points_of_classes(table, classes));
            }
            *rest = 0;
        }
    }
    if most_of(&sums) + rest.sum() < least {
        return None;
    }
    let place = plan.place.as_ref();
    if let Some(place) = place.filter(|_| Rest::is_looked_up(rest.place)) {
        add_places(place, block, &mut sums);
        rest.place = 0;
    }
    let rest = rest.sum();
    sums.iter_mut().for_each(|sum| *sum += rest);
    let halves = sums.as_chunks::<WIDE>().0.iter().rev();
    let reaching = halves.fold(0, |lanes, sums| {
        lanes << WIDE | u64::from(look_up.reaching(sums, least))
    });
    (reaching != 0).then_some(Rows { sums, reaching })
}

#[inline(always)]
fn add(sums: &mut [u16; WIDE], points: &[u16; WIDE]) {
    for (sum, points) in sums.iter_mut().zip(points) {
        *sum += points;
    }
}

/// The columns of one byte a row, and what their codes add.
#[inline(always)]
fn byte_tables<'a>(plan: &'a Plan, group: &GroupPlan) -> [(&'a CodeTable, ByteColumn); 5] {
    let participants = if group.participants {
        &plan.participants
    } else {
        &CodeTable::ZERO
    };
    let footprint = &plan.footprint[usize::from(group.geometry)];
    [
        (participants, ByteColumn::Participants),
        (footprint, ByteColumn::Footprint),
        (&plan.duration, ByteColumn::Duration),
        (&plan.calendar, ByteColumn::Calendar),
        (&plan.day, ByteColumn::Day),
    ]
}

#[inline(always)]
fn most_of(sums: &[u16; BLOCK_ROWS]) -> u16 {
    sums.iter().fold(0, |most, sum| most.max(*sum))
}

#[inline(always)]
fn add_places(place: &PlaceTable, block: Block, sums: &mut [u16; BLOCK_ROWS]) {
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
    let most = place.most(&nearest_km(&squares, slack));
    for (sum, points) in sums.iter_mut().zip(most) {
        *sum += points;
    }
}

/// Distances from their squares, with all that may be too much in them taken off.
#[inline(always)]
fn nearest_km<const N: usize>(squares: &[f32; N], slack: f32) -> [f32; N] {
    let mut nearest = [0f32; N];
    for (nearest, square) in nearest.iter_mut().zip(squares) {
        let km = square.sqrt() * (1.0 - RELATIVE_SLACK) - slack;
        *nearest = if km > 0.0 { km } else { 0.0 };
    }
    nearest
}

#[inline(always)]
fn lanes(look_up: impl LookUp, plan: &Plan, group: Option<&GroupPlan>, node: Node) -> Lanes {
    let mut sums = [0; LANES];
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
        let points = look_up.points(&table.by_code, node.code_ends(range));
        let (low, high) = node.codes(range);
        for (lane, sum) in sums.iter_mut().enumerate() {
            let ends = (points[lane], points[LANES + lane]);
            *sum += table.most((low[lane], high[lane]), ends);
        }
    }
    let nature = paths(&plan.nature, [node.masks(0), node.masks(1)]);
    let sector = paths(&plan.sector, [node.masks(2), node.masks(3)]);
    let place = match &plan.place {
        Some(place) => boxes(place, node),
        None => [0; LANES],
    };
    for (lane, sum) in sums.iter_mut().enumerate() {
        *sum += nature[lane] + sector[lane] + place[lane];
    }
    Lanes {
        sums,
        nature,
        sector,
        place,
    }
}

#[inline(always)]
fn paths(table: &PathTable, masks: [&[u64; LANES]; 2]) -> [u16; LANES] {
    if table.is_zero() {
        [0; LANES]
    } else {
        table.most(masks)
    }
}

/// A lane without places has a box that is infinitely far away.
#[inline(always)]
fn boxes(place: &PlaceTable, node: Node) -> [u16; LANES] {
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
    place.most(&nearest_km(&squares, 2.0 * ROUNDING_KM))
}

#[cfg(test)]
mod tests;
