//! Facets: what the candidates under a filter are, counted.

mod told;

use std::collections::BTreeMap;

use crate::code::CodePath;
use crate::event::Candidate;
use crate::invalid::Rule;
use crate::limits::PATH_CODES_MAX;

pub use told::{SmallestCount, ToldCount, ToldFacet};

/// What candidates are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// Nature paths, at every depth or cut to one.
    Nature(Option<Depth>),
    /// Sector paths, at every depth or cut to one.
    Sector(Option<Depth>),
    /// Local month of the start, `01` to `12`.
    Month,
    /// Local weekday of the start, `1` (Monday) to `7`.
    Weekday,
    /// Data set.
    Source,
}

/// A depth of paths, 1 to [`PATH_CODES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Depth(usize);

impl Depth {
    /// Checks the range.
    ///
    /// # Errors
    /// [`Rule::OutOfRange`].
    pub fn new(depth: i32) -> Result<Self, Rule> {
        let in_range = usize::try_from(depth)
            .ok()
            .filter(|d| (1..=PATH_CODES_MAX).contains(d));
        in_range
            .map(Depth)
            .ok_or(Rule::OutOfRange(1.0, PATH_CODES_MAX as f64))
    }

    /// Number of codes.
    pub fn get(self) -> usize {
        self.0
    }
}

/// Counts of one facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// Candidates by key.
    pub by_key: BTreeMap<String, u64>,
    /// Candidates without a value.
    pub missing: u64,
}

impl FacetCounts {
    /// Adds one candidate. At every depth it counts for each of its prefixes; cut to a depth, a shorter
    /// path counts as itself.
    pub fn add(&mut self, facet: Facet, candidate: &Candidate) {
        match facet {
            Facet::Nature(depth) => self.add_path(candidate.values.nature, depth, 1),
            Facet::Sector(depth) => self.add_path(candidate.values.sector, depth, 1),
            Facet::Month => {
                let month = candidate.values.calendar.map(|at| at.month);
                self.add_key(month.map(|month| format!("{month:02}")), 1);
            }
            Facet::Weekday => {
                let weekday = candidate.values.calendar.map(|at| at.weekday);
                self.add_key(weekday.map(|weekday| weekday.to_string()), 1);
            }
            Facet::Source => self.add_key(Some(candidate.source_id.as_str().to_owned()), 1),
        }
    }

    /// Keys with counts: most first, then by key.
    pub fn ordered(&self) -> Vec<(&str, u64)> {
        let mut counts: Vec<_> = self
            .by_key
            .iter()
            .map(|(key, n)| (key.as_str(), *n))
            .collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts
    }

    /// Adds so many candidates of one path: for each of its prefixes, or for the one of a depth.
    pub fn add_path(&mut self, path: Option<&CodePath>, depth: Option<Depth>, candidates: u64) {
        match (path, depth) {
            (None, _) => self.missing += candidates,
            (Some(path), Some(Depth(depth))) => {
                self.add_key(Some(path.prefix(depth).to_owned()), candidates);
            }
            (Some(path), None) => {
                for depth in 1..=path.depth() {
                    self.add_key(Some(path.prefix(depth).to_owned()), candidates);
                }
            }
        }
    }

    /// Adds so many candidates of one key.
    pub fn add_key(&mut self, key: Option<String>, candidates: u64) {
        match key {
            Some(key) => *self.by_key.entry(key).or_default() += candidates,
            None => self.missing += candidates,
        }
    }
}
