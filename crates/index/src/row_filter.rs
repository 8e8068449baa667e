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

use crate::blocks::group::{Group, GroupKey};
use crate::blocks::layout::LANES;
use crate::cancel::Cancel;
use crate::columns::Document;
use crate::error::SearchError;
use crate::snapshot::Part;
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
        part: &Part,
        filter: &Filter,
        as_of: Option<Timestamp>,
        excluded: Excluded,
        cancel: &Cancel,
    ) -> Result<Self, SearchError> {
        let blocks = part.blocks();
        let groups = blocks.groups.iter();
        let said: Vec<GroupSays> = groups
            .map(|group| group_says(filter, as_of, group))
            .collect();
        let conditions = Conditions::new(part, filter, as_of);
        let is_whole = part.alive().is_none() && !said.contains(&GroupSays::Exact);
        let mut rows = RowFilter {
            groups: said.iter().map(|says| *says != GroupSays::Fails).collect(),
            words: None,
            excluded: HashSet::new(),
            candidates: 0,
        };
        match conditions.all() {
            Verdict::All if is_whole => {
                let passing = blocks.groups.iter().zip(&rows.groups);
                let passing = passing.filter(|(_, passes)| **passes);
                rows.candidates = passing.map(|(group, _)| group.rows as usize).sum();
            }
            Verdict::None => rows.groups.fill(false),
            Verdict::All | Verdict::Some => rows.evaluate(part, (&conditions, &said), cancel)?,
        }
        rows.exclude(part, filter, as_of, excluded)?;
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
        part: &Part,
        (conditions, said): (&Conditions, &[GroupSays]),
        cancel: &Cancel,
    ) -> Result<(), SearchError> {
        let blocks = part.blocks();
        let mut words = vec![0; blocks.block_count()];
        for (node, words) in words.chunks_mut(LANES).enumerate() {
            cancel.check()?;
            let says = said[usize::from(blocks.node_groups()[node])];
            let of_node = conditions.of_lane((blocks.top(node / LANES), node % LANES));
            if says == GroupSays::Fails || of_node == Verdict::None {
                continue;
            }
            let summary = blocks.node(node);
            for (lane, word) in words.iter_mut().enumerate().take(summary.count()) {
                let at = node * LANES + lane;
                *word = match conditions.of_lane((summary, lane)) {
                    Verdict::None => 0,
                    Verdict::All if says == GroupSays::Codes => part.live(at),
                    Verdict::All | Verdict::Some => conditions.rows(at, (summary, lane), says)?,
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
        part: &Part,
        filter: &Filter,
        as_of: Option<Timestamp>,
        excluded: Excluded,
    ) -> Result<(), SearchError> {
        for document in excluded.documents {
            let event = part.event_of(document)?;
            let times = part.columns().times(document)?;
            let candidate = event.candidate();
            if times.admits(as_of) && filter.passes_unnamed(&candidate) {
                self.candidates -= 1;
            }
            self.excluded.insert(document);
        }
        Ok(())
    }
}

/// What the key of a group says of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GroupSays {
    /// None passes.
    Fails,
    /// Their codes decide.
    Codes,
    /// Their exact values decide: each was superseded at a time of its own.
    Exact,
}

fn group_says(filter: &Filter, as_of: Option<Timestamp>, group: &Group) -> GroupSays {
    let GroupKey {
        state, presence, ..
    } = &group.key;
    let mut required = filter.require_axes.iter();
    if !filter.admits_state(*state) || !required.all(|axis| presence.has(*axis)) {
        return GroupSays::Fails;
    }
    match (group.superseded_by, as_of) {
        (None, _) => GroupSays::Codes,
        (Some(last), Some(as_of)) if as_of.as_micros() < last => GroupSays::Exact,
        (Some(_), _) => GroupSays::Fails,
    }
}
