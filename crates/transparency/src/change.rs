//! How far two ranked lists of one probe differ.
//!
//! Rank-biased overlap (Webber, Moffat and Zobel 2010, "A similarity measure for indefinite rankings") weighs agreement
//! at depth d by p^(d−1): the head counts most. This is its extrapolated form RBO_ext, which takes the agreement at the
//! end of the lists as that of all that would follow, with their rule for lists of unequal length. Lists have no ties.

use std::collections::BTreeSet;

use sosie_similarity::EventId;

/// How far a reader is taken to go on: the chance to look at the next hit, strictly between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Persistence(f64);

impl Persistence {
    /// 0.9: the first ten hits have 86 % of the weight, and a page has ten.
    pub const PAGE: Persistence = Persistence(0.9);

    /// Checks the range.
    ///
    /// # Errors
    /// [`InvalidLists::Persistence`].
    pub fn new(p: f64) -> Result<Self, InvalidLists> {
        if p > 0.0 && p < 1.0 {
            Ok(Persistence(p))
        } else {
            Err(InvalidLists::Persistence)
        }
    }

    /// The chance, strictly between 0 and 1.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Why two lists are not compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLists {
    /// A persistence that is not strictly between 0 and 1.
    #[error("a persistence is strictly between 0 and 1")]
    Persistence,
    /// An event that a list has twice.
    #[error("event `{0}` is in one list twice")]
    Twice(EventId),
}

/// The extrapolated rank-biased overlap of two ranked lists, in [0, 1]: 1 if one is the beginning of the other, 0 if they
/// share nothing. Symmetric to the last bit. Two empty lists are equal; one empty list shares nothing.
///
/// # Errors
/// [`InvalidLists::Twice`].
pub fn rank_biased_overlap(
    a: &[EventId],
    b: &[EventId],
    p: Persistence,
) -> Result<f64, InvalidLists> {
    check_distinct(a)?;
    check_distinct(b)?;
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return Ok(if long.is_empty() { 1.0 } else { 0.0 });
    }
    // With A_d the agreement at depth d, the paper's sum is Σ p^(d−1)·(A_d − A_(d−1)): each depth moves the
    // overlap by the change of agreement alone, so equal lists give exactly 1 and disjoint ones exactly 0.
    let (mut overlap, mut weight, mut earlier) = (0.0, 1.0, 0.0);
    for agreement in agreements(short, long) {
        overlap += weight * (agreement - earlier);
        weight *= p.0;
        earlier = agreement;
    }
    Ok(f64::clamp(overlap, 0.0, 1.0))
}

/// The agreement at each depth of the longer list: the share of events that both have so far. Past the end of the
/// shorter list of length s, it is taken to go on with the agreement X_s/s that it had there.
fn agreements(short: &[EventId], long: &[EventId]) -> Vec<f64> {
    let (mut seen_short, mut seen_long) = (BTreeSet::new(), BTreeSet::new());
    let mut shared = 0_usize;
    let mut shared_at_end = 0_usize;
    let mut agreements = Vec::with_capacity(long.len());
    for (at, next_long) in long.iter().enumerate() {
        seen_long.insert(next_long);
        shared += usize::from(seen_short.contains(next_long));
        if let Some(next_short) = short.get(at) {
            seen_short.insert(next_short);
            shared += usize::from(seen_long.contains(next_short));
            shared_at_end = shared;
        }
        let (depth, beyond) = (at + 1, (at + 1).saturating_sub(short.len()));
        let extrapolated = shared_at_end as f64 * beyond as f64 / short.len() as f64;
        agreements.push((shared as f64 + extrapolated) / depth as f64);
    }
    agreements
}

fn check_distinct(list: &[EventId]) -> Result<(), InvalidLists> {
    let mut seen = BTreeSet::new();
    match list.iter().find(|id| !seen.insert(*id)) {
        Some(twice) => Err(InvalidLists::Twice(twice.clone())),
        None => Ok(()),
    }
}

/// What a change did to the list of one probe.
#[derive(Clone, Debug, PartialEq)]
pub struct ListChange {
    /// Events that only the later list has, in its order.
    pub entered: Vec<EventId>,
    /// Events that only the earlier list has, in its order.
    pub left: Vec<EventId>,
    /// Rank-biased overlap of both, in [0, 1].
    pub rbo: f64,
}

impl ListChange {
    /// Compares the lists of one probe before and after a change, best first, to the same depth.
    ///
    /// # Errors
    /// [`InvalidLists::Twice`].
    pub fn new(
        before: &[EventId],
        after: &[EventId],
        p: Persistence,
    ) -> Result<Self, InvalidLists> {
        let rbo = rank_biased_overlap(before, after, p)?;
        let only = |these: &[EventId], those: &[EventId]| {
            let those: BTreeSet<_> = those.iter().collect();
            let only = these.iter().filter(|id| !those.contains(id));
            only.cloned().collect()
        };
        Ok(ListChange {
            entered: only(after, before),
            left: only(before, after),
            rbo,
        })
    }
}
