//! A search made ready for the blocks: per axis, what every code can add to a score at most.
//!
//! Weights are divided by their sum over the probe's axes and counted in [`points`]. What a code adds is its weight
//! times the bound of `sosie_similarity` for all values of the code, rounded up. A row's sum is then never below
//! what its exact score says, and a summary's sum never below that of its rows.
//!
//! Start reading at [`Plan::new`], then [`GroupPlan`], then `crate::kernel`.

mod code_table;
mod exp2;
mod number_table;
mod path_table;
mod place_table;
mod points;

use sosie_similarity::{Axis, Extent, Measure, Search, Standing};

use crate::blocks::Blocks;
use crate::blocks::codes::{SHARE_CODES, day_code, day_extent, share_code, share_extent};
use crate::blocks::group::GroupKey;
pub(crate) use code_table::CodeTable;
use code_table::points_by_code;
use number_table::number_table;
pub(crate) use path_table::PathTable;
pub(crate) use place_table::PlaceTable;

/// What the rows of a group have in common in this search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GroupPlan {
    /// What missing values add to a sum, as a share of the weights.
    constant: f64,
    /// What a sum is divided by, as a share of the weights.
    weights: f64,
    /// What a point adds to a score, and what missing values do.
    score_per_point: f64,
    score_of_none: f64,
    /// Whether participants are compared.
    pub(crate) participants: bool,
    /// Whether areas come with a geometry.
    pub(crate) geometry: bool,
    /// Whether there are places, and they are compared.
    pub(crate) places: bool,
}

impl GroupPlan {
    /// The fewest points of a row whose score may be `threshold` or more. A row at the threshold itself is within:
    /// it may win the tie.
    pub(crate) fn least(&self, threshold: Option<f64>) -> u16 {
        threshold.map_or(0, |threshold| {
            points::fewest_of_share(threshold * self.weights - self.constant)
        })
    }

    /// The score that a sum stands for: what makes rows of different groups comparable.
    pub(crate) fn score(&self, sum: u16) -> f32 {
        (f64::from(sum) * self.score_per_point + self.score_of_none) as f32
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
            nature: PathTable::default(),
            sector: PathTable::default(),
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
                let codes = (&blocks.participants, &blocks.logs[0]);
                self.participants = number_table(codes, &probe, part, false);
            }
            Axis::Footprint => {
                let codes = (&blocks.footprint, &blocks.logs[1]);
                let table = |geometry| number_table(codes, &probe, part, geometry);
                self.footprint = [false, true].map(table);
            }
            Axis::Duration => {
                let codes = (&blocks.duration, &blocks.logs[2]);
                self.duration = number_table(codes, &probe, part, false);
            }
            Axis::DayKind => {
                let share = probe.calendar.map_or(0.0, |at| at.weekend_share);
                self.weekend = shares(share, numbers);
            }
            Axis::Season if *measure == Measure::CyclicSeason => {
                let day = probe.calendar.map_or(1, |at| at.day_of_year);
                let days = |(first, last)| most(Extent::Days { first, last });
                let codes = (1..=183).map(|code| (code, days(day_extent(code))));
                self.day = CodeTable::new(day_code(day), points_by_code(codes));
            }
            Axis::Season => {
                let share = probe.calendar.map_or(0.0, |at| at.summer_share);
                self.summer = shares(share, numbers);
            }
            Axis::Nature => {
                self.nature = PathTable::new(&blocks.natures, probe.nature, part);
            }
            Axis::Sector => {
                self.sector = PathTable::new(&blocks.sectors, probe.sector, part);
            }
        }
    }
}

fn group_plan(key: &GroupKey, standing: &Standing, total: f64) -> GroupPlan {
    let (constant, weights) = (standing.constant / total, standing.weights / total);
    GroupPlan {
        constant,
        weights,
        score_per_point: 1.0 / (points::POINTS * weights),
        score_of_none: constant / weights,
        participants: standing.compared.contains(&Axis::Participants),
        geometry: key.geometry,
        places: standing.compared.contains(&Axis::Location),
    }
}

fn shares(at: f64, most: impl Fn((f64, f64)) -> f64) -> CodeTable {
    let codes = (0..SHARE_CODES as u8).map(|code| (code, most(share_extent(code))));
    CodeTable::new(share_code(at), points_by_code(codes))
}

/// What a byte of both shares adds.
fn calendar(weekend: &CodeTable, summer: &CodeTable) -> CodeTable {
    let both = |byte: usize| weekend.by_code[byte >> 4] + summer.by_code[byte & 15];
    CodeTable::new(0, std::array::from_fn(both))
}
