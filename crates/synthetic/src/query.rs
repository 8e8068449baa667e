//! The five query sets, from easy to hard, and one query of them.

use std::sync::Arc;

use sosie_similarity::{
    Code, Draft, DraftTimes, EventTimes, Invalid, MissingPolicy, Probe, ProbeRef, Profile,
    ProfileId, ProfileRef, Query, Resolved, Search, StatedValues,
};

use crate::choice::{AbsentAxes, SearchChoice};
use crate::draw::Purpose;
use crate::generator::Generator;
use crate::kernels::Kernels;

/// What is asked, and how it is weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuerySet {
    /// Like a past event; weighed as a planner would, place first, ½ at 2 km.
    A,
    /// Like a past event; equal weights, ½ at 50 km.
    B,
    /// Like a past event; random weights, ½ at 2–50 km.
    C,
    /// A random combination of values, half of them where there is nothing; equal weights, ½ at 10 km.
    D,
    /// A random combination of values; random weights, ½ at 2–50 km: the hard set.
    E,
}

impl QuerySet {
    /// All sets.
    pub const ALL: [QuerySet; 5] = [
        QuerySet::A,
        QuerySet::B,
        QuerySet::C,
        QuerySet::D,
        QuerySet::E,
    ];

    /// The stable name, one lower-case letter.
    pub fn name(self) -> &'static str {
        match self {
            QuerySet::A => "a",
            QuerySet::B => "b",
            QuerySet::C => "c",
            QuerySet::D => "d",
            QuerySet::E => "e",
        }
    }

    /// Whether each query has a profile of its own.
    fn has_own_kernels(self) -> bool {
        matches!(self, QuerySet::C | QuerySet::E)
    }
}

/// One query: a complete probe and what it is weighed with.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntheticQuery {
    /// Which set it is of.
    pub set: QuerySet,
    /// Which query of the set.
    pub index: u64,
    /// The values of the probe, on every axis.
    pub stated: StatedValues,
    /// Its times, exact.
    pub times: EventTimes,
    /// Weights and parameters.
    pub kernels: Kernels,
}

impl Generator {
    /// The query of that index, the same whenever it is asked for and however many events there are.
    pub fn query(&self, set: QuerySet, index: u64) -> SyntheticQuery {
        let number = index * QuerySet::ALL.len() as u64 + set as u64;
        let mut draw = self.streams.draw(Purpose::Query, number);
        let sample = match set {
            QuerySet::A | QuerySet::B | QuerySet::C => self.perturbed(&mut draw),
            QuerySet::D | QuerySet::E => self.combined(&mut draw),
        };
        let kernels = match set {
            QuerySet::A => Kernels::seed(),
            QuerySet::B => Kernels::uniform(50.0),
            QuerySet::D => Kernels::uniform(10.0),
            QuerySet::C | QuerySet::E => Kernels::random(&mut draw),
        };
        SyntheticQuery {
            set,
            index,
            stated: sample.stated(&self.world),
            times: sample.times(),
            kernels,
        }
    }
}

impl SyntheticQuery {
    /// The probe without the values on `absent`.
    pub fn draft(&self, absent: AbsentAxes) -> Draft {
        let mut stated = self.stated.clone();
        let mut times = Some(DraftTimes::Span(self.times));
        match absent {
            AbsentAxes::None => {}
            AbsentAxes::Location => {
                stated.location = None;
                // A geometry would say where it is; the area is stated.
                stated.footprint = None;
            }
            AbsentAxes::Nature => stated.nature = None,
            AbsentAxes::Sizes => {
                stated.participants = None;
                stated.footprint_area_m2 = None;
                stated.footprint = None;
                times = Some(DraftTimes::StartDate(self.times.dates().0));
            }
            AbsentAxes::Calendar => {
                stated.active_duration_s = self.times.duration_s();
                times = None;
            }
            AbsentAxes::AllButLocationAndNature => {
                stated = StatedValues {
                    location: stated.location,
                    nature: stated.nature,
                    ..StatedValues::default()
                };
                times = None;
            }
        }
        Draft::new(stated, times).expect("values of a valid event")
    }

    /// A profile of its own, `synthetic-<set>-<policy>@<revision>`, with one policy on all axes.
    ///
    /// The queries of A share one, so do those of B and of D.
    ///
    /// # Errors
    /// On `axes[i].missing` if `missing` is no valid policy.
    pub fn profile(&self, missing: MissingPolicy) -> Result<Profile, Invalid> {
        let name = format!("synthetic-{}-{}", self.set.name(), missing.name());
        let of_query = if self.set.has_own_kernels() {
            self.index % u64::from(u32::MAX)
        } else {
            0
        };
        let id = ProfileId {
            name: Code::new(&name).expect("a well-formed code"),
            revision: of_query as u32 + 1,
        };
        Profile::new(id, self.kernels.rules(missing), 0.0)
    }

    /// The complete search.
    ///
    /// # Errors
    /// On `axes[i].missing` or `filter.…` if that choice is not valid.
    pub fn search(&self, choice: SearchChoice) -> Result<Search, Invalid> {
        let profile = Arc::new(self.profile(choice.missing)?);
        let draft = Box::new(self.draft(choice.absent));
        let found = Resolved {
            profile: Arc::clone(&profile),
            probe: Probe::Draft(draft.clone()),
            now: choice.as_of,
        };
        let query = Query {
            probe: ProbeRef::Draft(draft),
            profile: ProfileRef {
                name: profile.id().name.clone(),
                revision: Some(profile.id().revision),
            },
            weight_overrides: Vec::new(),
            min_coverage: None,
            filter: choice.filter,
            as_of: Some(choice.as_of),
            exclude_probe_series: false,
            collapse_series: choice.collapse_series,
        };
        query.resolve(found)
    }
}
