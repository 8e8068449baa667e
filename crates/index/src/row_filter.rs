//! Which rows may be scored: a filter and an `as_of`, made ready for the blocks.
//!
//! State and presence of values are the same for a whole group. Other conditions are checked on the codes of each
//! row, and where these can't tell, on the exact values. The result is a set of rows, one word per block.
//!
//! **Law.** The set is exactly that of [`Filter::passes`] and `as_of`, but for the events and series that are
//! excluded by name, which are kept as documents.

mod conditions;
mod exclusions;

use std::collections::HashSet;

use sosie_similarity::{Filter, Timestamp};

use crate::blocks::group::GroupKey;
use crate::blocks::layout::LANES;
use crate::cancel::Cancel;
use crate::columns::Document;
use crate::error::SearchError;
use crate::snapshot::Snapshot;
use conditions::{Conditions, Verdict};

pub(crate) use exclusions::{Excluded, excluded};

/// The rows that pass.
pub(crate) struct RowFilter {
    /// By number of the group: whether its rows pass what is the same for all of them.
    groups: Vec<bool>,
    /// By block; absent if every row of a group that passes does.
    words: Option<Vec<u64>>,
    /// Left out by name.
    excluded: HashSet<Document>,
    /// How many rows pass.
    pub(crate) candidates: usize,
}

impl RowFilter {
    /// Evaluates a filter; without `as_of`, future events pass too.
    ///
    /// # Errors
    /// [`SearchError::Cancelled`], or the index failed.
    pub(crate) fn new(
        snapshot: &Snapshot,
        filter: &Filter,
        as_of: Option<Timestamp>,
        excluded: Excluded,
        cancel: &Cancel,
    ) -> Result<Self, SearchError> {
        let blocks = snapshot.blocks();
        let groups: Vec<bool> = blocks
            .groups
            .iter()
            .map(|group| passes_group(filter, &group.key))
            .collect();
        let conditions = Conditions::new(snapshot, filter, as_of);
        let mut rows = RowFilter {
            groups,
            words: None,
            excluded: HashSet::new(),
            candidates: 0,
        };
        match conditions.all() {
            Verdict::All => {
                let passing = blocks.groups.iter().zip(&rows.groups);
                let passing = passing.filter(|(_, passes)| **passes);
                rows.candidates = passing.map(|(group, _)| group.rows as usize).sum();
            }
            Verdict::None => rows.groups.fill(false),
            Verdict::Some => rows.evaluate(snapshot, &conditions, cancel)?,
        }
        rows.exclude(snapshot, filter, as_of, excluded)?;
        Ok(rows)
    }

    /// The rows of a block that pass, before exclusion by name.
    #[inline(always)]
    pub(crate) fn word(&self, at: usize, group: usize, live: u64) -> u64 {
        match &self.words {
            _ if !self.groups[group] => 0,
            Some(words) => words[at],
            None => live,
        }
    }

    /// Whether a document is left out by name.
    pub(crate) fn excludes(&self, document: Document) -> bool {
        !self.excluded.is_empty() && self.excluded.contains(&document)
    }

    /// Whether rows of a group may pass.
    pub(crate) fn may_pass(&self, group: usize) -> bool {
        self.groups[group]
    }

    fn evaluate(
        &mut self,
        snapshot: &Snapshot,
        conditions: &Conditions,
        cancel: &Cancel,
    ) -> Result<(), SearchError> {
        let blocks = snapshot.blocks();
        let mut words = vec![0; blocks.block_count()];
        for (node, words) in words.chunks_mut(LANES).enumerate() {
            cancel.check()?;
            let group = usize::from(blocks.node_groups()[node]);
            let of_node = conditions.of_lane((blocks.top(node / LANES), node % LANES));
            if !self.groups[group] || of_node == Verdict::None {
                continue;
            }
            let summary = blocks.node(node);
            for (lane, word) in words.iter_mut().enumerate().take(summary.count()) {
                let at = node * LANES + lane;
                *word = match conditions.of_lane((summary, lane)) {
                    Verdict::All => blocks.block(at).live(),
                    Verdict::None => 0,
                    Verdict::Some => conditions.rows(at, (summary, lane))?,
                };
            }
        }
        self.candidates = words.iter().map(|word| word.count_ones() as usize).sum();
        self.words = Some(words);
        Ok(())
    }

    /// Takes the excluded documents that would pass off the count.
    fn exclude(
        &mut self,
        snapshot: &Snapshot,
        filter: &Filter,
        as_of: Option<Timestamp>,
        excluded: Excluded,
    ) -> Result<(), SearchError> {
        for document in excluded.documents {
            let event = snapshot.event_of(document)?;
            let candidate = event.candidate();
            let in_time =
                as_of.is_none_or(|as_of| sosie_similarity::admits_time(as_of, &candidate));
            if in_time && filter.passes_unnamed(&candidate) {
                self.candidates -= 1;
            }
            self.excluded.insert(document);
        }
        Ok(())
    }
}

fn passes_group(filter: &Filter, key: &GroupKey) -> bool {
    let required = filter.require_axes.iter();
    filter.admits_state(key.state) && required.into_iter().all(|axis| key.presence.has(*axis))
}
