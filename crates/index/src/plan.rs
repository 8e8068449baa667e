//! A search made ready for the blocks: per axis, what every code can add to a score at most.
//!
//! Weights are divided by their sum over the probe's axes, and what a code adds is its weight times the bound of
//! `sosie_similarity` for all values of the code, rounded up. A row's sum is then never below what its exact
//! score says, and a summary's sum never below that of its rows.
//!
//! Start reading at [`Plan::new`], then [`GroupPlan`], then `crate::kernel`.

mod code_table;
mod path_table;
mod place_table;

use sosie_similarity::{Axis, Extent, Measure, Search, Standing};

use crate::blocks::Blocks;
use crate::blocks::codes::{SHARE_CODES, day_code, day_extent, share_code, share_extent};
use crate::blocks::group::GroupKey;
pub(crate) use code_table::CodeTable;
pub(crate) use path_table::PathTable;
pub(crate) use place_table::PlaceTable;

/// By how much of the weights a sum may lie below what it should be: sums of at most eight numbers of 32 bits,
/// each off by 2^−24 of itself, are off by 5e-7; eight times that.
const MARGIN: f64 = 4e-6;

/// What the rows of a group have in common in this search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GroupPlan {
    /// What missing values add to a sum.
    constant: f64,
    /// What a sum is divided by.
    weights: f64,
    /// Whether participants are compared.
    pub(crate) participants: bool,
    /// Whether areas come with a geometry.
    pub(crate) geometry: bool,
    /// Whether there are places, and they are compared.
    pub(crate) places: bool,
}

impl GroupPlan {
    /// The least that the sum of a row must be, if its score may be `threshold` or more. A row at the
    /// threshold itself is within: it may win the tie.
    pub(crate) fn least(&self, threshold: Option<f64>) -> f32 {
        threshold.map_or(f32::NEG_INFINITY, |threshold| {
            let least = threshold * self.weights - self.constant - MARGIN * self.weights;
            (least as f32).next_down()
        })
    }

    /// The score that a sum stands for: what makes rows of different groups comparable.
    pub(crate) fn score(&self, sum: f32) -> f32 {
        ((f64::from(sum) + self.constant) / self.weights) as f32
    }
}

/// A search made ready.
pub(crate) struct Plan {
    pub(crate) participants: CodeTable,
    /// Of areas without and with a geometry.
    pub(crate) footprint: [CodeTable; 2],
    pub(crate) duration: CodeTable,
    pub(crate) weekend: CodeTable,
    pub(crate) summer: CodeTable,
    pub(crate) day: CodeTable,
    /// Weekend and summer together, as a block holds them.
    pub(crate) calendar: CodeTable,
    pub(crate) nature: PathTable,
    pub(crate) sector: PathTable,
    pub(crate) place: Option<PlaceTable>,
    /// By number of the group; `None` where no row is a hit.
    pub(crate) groups: Vec<Option<GroupPlan>>,
}

impl Plan {
    /// Makes a search ready for the blocks of one generation.
    pub(crate) fn new(search: &Search, blocks: &Blocks) -> Self {
        let scorer = search.scorer();
        let mut plan = Plan {
            participants: CodeTable::ZERO,
            footprint: [CodeTable::ZERO; 2],
            duration: CodeTable::ZERO,
            weekend: CodeTable::ZERO,
            summer: CodeTable::ZERO,
            day: CodeTable::ZERO,
            calendar: CodeTable::ZERO,
            nature: PathTable::empty(&blocks.natures),
            sector: PathTable::empty(&blocks.sectors),
            place: None,
            groups: Vec::new(),
        };
        let total = scorer.probe_weight();
        for (axis, measure, weight) in scorer.measures() {
            plan.add_axis(search, blocks, (axis, measure, weight / total));
        }
        plan.calendar = calendar(&plan.weekend, &plan.summer);
        let groups = blocks.groups.iter().map(|group| {
            let standing = scorer.standing(&group.key.presence);
            let standing = standing.ok()?;
            Some(group_plan(&group.key, &standing, total))
        });
        plan.groups = groups.collect();
        plan
    }

    fn add_axis(&mut self, search: &Search, blocks: &Blocks, part: (Axis, &Measure, f64)) {
        let (axis, measure, weight) = part;
        let probe = search.probe().values();
        let most = |extent| weight * measure.bound(axis, &probe, extent);
        let numbers = |(min, max)| most(Extent::Numbers { min, max });
        match axis {
            Axis::Location => {
                self.place = probe
                    .location
                    .map(|location| PlaceTable::new(location, measure, weight));
            }
            Axis::Participants => {
                let at = probe.participants.map_or(0.0, |count| count.best() as f64);
                self.participants = CodeTable::of_numbers(&blocks.participants, at, numbers);
            }
            Axis::Footprint => {
                let at = probe.footprint_area_m2.unwrap_or_default();
                let geometries = |(min, max)| most(Extent::Geometries { min, max });
                self.footprint = [
                    CodeTable::of_numbers(&blocks.footprint, at, numbers),
                    CodeTable::of_numbers(&blocks.footprint, at, geometries),
                ];
            }
            Axis::Duration => {
                let at = probe.duration_s.unwrap_or_default();
                self.duration = CodeTable::of_numbers(&blocks.duration, at, numbers);
            }
            Axis::DayKind => {
                let share = probe.calendar.map_or(0.0, |at| at.weekend_share);
                self.weekend = shares(share, numbers);
            }
            Axis::Season if *measure == Measure::CyclicSeason => {
                let day = probe.calendar.map_or(1, |at| at.day_of_year);
                let days = |(first, last)| most(Extent::Days { first, last });
                let codes = (1..=183).map(|code| (code, days(day_extent(code))));
                self.day = CodeTable::new(day_code(day), codes);
            }
            Axis::Season => {
                let share = probe.calendar.map_or(0.0, |at| at.summer_share);
                self.summer = shares(share, numbers);
            }
            Axis::Nature => {
                self.nature =
                    PathTable::new(&blocks.natures, probe.nature, (axis, measure, weight));
            }
            Axis::Sector => {
                self.sector =
                    PathTable::new(&blocks.sectors, probe.sector, (axis, measure, weight));
            }
        }
    }
}

fn group_plan(key: &GroupKey, standing: &Standing, total: f64) -> GroupPlan {
    GroupPlan {
        constant: standing.constant / total,
        weights: standing.weights / total,
        participants: standing.compared.contains(&Axis::Participants),
        geometry: key.geometry,
        places: standing.compared.contains(&Axis::Location),
    }
}

fn shares(at: f64, most: impl Fn((f64, f64)) -> f64) -> CodeTable {
    let codes = (0..SHARE_CODES as u8).map(|code| (code, most(share_extent(code))));
    CodeTable::new(share_code(at), codes)
}

/// What a byte of both shares adds.
fn calendar(weekend: &CodeTable, summer: &CodeTable) -> CodeTable {
    let both = |byte: u8| {
        let (weekend, summer) = (
            weekend.by_code[usize::from(byte >> 4)],
            summer.by_code[usize::from(byte & 15)],
        );
        f64::from(weekend) + f64::from(summer)
    };
    CodeTable::new(0, (0..=u8::MAX).map(|byte| (byte, both(byte))))
}
