//! Counts of facets as they may be told: small ones are withheld, and with them those that would give them away.
//!
//! **Law.** Of a count that is withheld, sums leave every number from 1 up to the smallest that is told open: no adding and
//! subtracting of the counts beside it, of those above and below it, and of the total of the candidates says more. Who knows that
//! the smallest are withheld, ties by their place, knows more: of `a` 5, `b` 4 and `c` 4, where 5 is told, `a` is told and the
//! others sum to 8, and only 4 and 4 can have been chosen. What is withheld of a path is
//! a function of the candidates alone, not of the depths that are asked for, so that all depths together say no more either.
//!
//! What counts add up in are groups: the candidates are those without a value and those of each first code; those of a path are
//! those of the path alone and those of each path one code longer. A group is looked at only if its sum is told, so that what is
//! withheld is in one sum that is known and in no other: of what is below a withheld path nothing is listed. If a group has a
//! small count, its smallest counts are withheld until there are two or more and their sum leaves each of them open; if all of
//! them don't, none of the group is listed.

use std::collections::BTreeMap;

use super::{Facet, FacetCounts};
use crate::invalid::Rule;
use crate::limits::FACET_SMALLEST_COUNT_MAX;

/// The smallest count of a facet that is told, besides 0: 1 to [`FACET_SMALLEST_COUNT_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallestCount(u32);

/// A count, or that there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldCount {
    /// So many.
    Exact(u64),
    /// It is below the smallest that is told, or would give such a one away.
    Withheld,
}

/// One facet, as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldFacet {
    /// Keys with counts: most first, then by key; after them those that are withheld, by key. A path that is withheld stands for
    /// all that is below it, and for what of it is not listed.
    pub keys: Vec<(String, ToldCount)>,
    /// Candidates without a value.
    pub missing: ToldCount,
    /// Whether there are keys that are not listed at all.
    pub has_unlisted_keys: bool,
}

impl SmallestCount {
    /// Every count is told.
    pub const ALL_TOLD: SmallestCount = SmallestCount(1);

    /// Checks the range.
    ///
    /// # Errors
    /// [`Rule::OutOfRange`].
    pub fn new(smallest: u32) -> Result<Self, Rule> {
        if (1..=FACET_SMALLEST_COUNT_MAX).contains(&smallest) {
            Ok(SmallestCount(smallest))
        } else {
            let max = f64::from(FACET_SMALLEST_COUNT_MAX);
            Err(Rule::OutOfRange(1.0, max))
        }
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether any count can be withheld.
    pub fn is_withholding(self) -> bool {
        self != SmallestCount::ALL_TOLD
    }

    /// What has to be counted so that `facet` can be told: paths at every depth, as what is withheld at one is at all.
    pub fn counted_for(self, facet: Facet) -> Facet {
        match facet {
            Facet::Nature(_) if self.is_withholding() => Facet::Nature(None),
            Facet::Sector(_) if self.is_withholding() => Facet::Sector(None),
            Facet::Nature(_) | Facet::Sector(_) | Facet::Month | Facet::Weekday | Facet::Source => {
                facet
            }
        }
    }

    /// The number of candidates, as it may be told.
    pub fn told(self, candidates: u64) -> ToldCount {
        if self.is_small(candidates) {
            ToldCount::Withheld
        } else {
            ToldCount::Exact(candidates)
        }
    }

    fn is_small(self, count: u64) -> bool {
        count > 0 && count < u64::from(self.0)
    }

    /// Which of the counts of a group, whose sum is known, are withheld; none if the group can't be listed.
    fn withheld(self, group: &[u64]) -> Option<Vec<bool>> {
        let mut withheld = vec![false; group.len()];
        let mut by_size: Vec<usize> = (0..group.len()).filter(|at| group[*at] > 0).collect();
        by_size.sort_by_key(|at| group[*at]);
        let small = by_size
            .iter()
            .filter(|at| self.is_small(group[**at]))
            .count();
        if small == 0 {
            return Some(withheld);
        }
        let mut sum = 0;
        for (others, at) in by_size.into_iter().enumerate() {
            withheld[at] = true;
            sum += group[at];
            // Each of the others is 1 at least, so this is the most that one of them can be.
            let most = sum - others as u64;
            if others + 1 >= small.max(2) && most >= u64::from(self.0) {
                return Some(withheld);
            }
        }
        None
    }
}

impl FacetCounts {
    /// The counts as they may be told: these are of `smallest.counted_for(facet)`, over so many candidates.
    pub fn told(&self, facet: Facet, candidates: u64, smallest: SmallestCount) -> ToldFacet {
        if !smallest.is_withholding() {
            return self.all_told();
        }
        let depth = match facet {
            Facet::Nature(depth) | Facet::Sector(depth) => depth.map(|depth| depth.get()),
            Facet::Month | Facet::Weekday | Facet::Source => None,
        };
        let roots = Tree::of(&self.by_key).below("");
        let group = roots.iter().map(|root| root.total);
        let group: Vec<u64> = [self.missing].into_iter().chain(group).collect();
        let withheld = match smallest.told(candidates) {
            ToldCount::Exact(_) => smallest.withheld(&group),
            ToldCount::Withheld => None,
        };
        let Some(withheld) = withheld else {
            return ToldFacet {
                keys: Vec::new(),
                missing: ToldCount::Withheld,
                has_unlisted_keys: true,
            };
        };
        let mut telling = Telling {
            smallest,
            depth,
            keys: Vec::new(),
            has_unlisted_keys: false,
        };
        for (root, is_withheld) in roots.iter().zip(&withheld[1..]) {
            telling.path(root, (1, *is_withheld));
        }
        telling.end(told(self.missing, withheld[0]))
    }

    fn all_told(&self) -> ToldFacet {
        let keys = self.ordered().into_iter();
        let keys = keys.map(|(key, count)| (key.to_owned(), ToldCount::Exact(count)));
        ToldFacet {
            keys: keys.collect(),
            missing: ToldCount::Exact(self.missing),
            has_unlisted_keys: false,
        }
    }
}

fn told(count: u64, is_withheld: bool) -> ToldCount {
    if is_withheld {
        ToldCount::Withheld
    } else {
        ToldCount::Exact(count)
    }
}

/// Counts of paths by the path above them; keys that are no paths have none above.
struct Tree<'a>(BTreeMap<&'a str, Vec<(&'a str, u64)>>);

/// A path and what is below it.
struct Path<'a> {
    key: &'a str,
    total: u64,
    /// Candidates of the path itself.
    own: u64,
    below: Vec<Path<'a>>,
}

impl<'a> Tree<'a> {
    fn of(by_key: &'a BTreeMap<String, u64>) -> Self {
        let mut above: BTreeMap<&str, Vec<(&str, u64)>> = BTreeMap::new();
        for (key, count) in by_key {
            let parent = key.rsplit_once('/').map_or("", |(parent, _)| parent);
            above.entry(parent).or_default().push((key, *count));
        }
        Tree(above)
    }

    fn below(&self, parent: &str) -> Vec<Path<'a>> {
        let path = |&(key, total): &(&'a str, u64)| {
            let below = self.below(key);
            let longer: u64 = below.iter().map(|path| path.total).sum();
            Path {
                key,
                total,
                own: total - longer,
                below,
            }
        };
        self.0.get(parent).into_iter().flatten().map(path).collect()
    }
}

/// A facet that is being told.
struct Telling {
    smallest: SmallestCount,
    depth: Option<usize>,
    keys: Vec<(String, ToldCount)>,
    has_unlisted_keys: bool,
}

impl Telling {
    /// Tells of a path of so many codes, of a group that is listed.
    fn path(&mut self, path: &Path, (codes, is_withheld): (usize, bool)) {
        let is_cut_here = self.depth == Some(codes);
        let has_more = !path.below.is_empty() && !is_cut_here;
        if is_withheld {
            self.has_unlisted_keys |= has_more;
            self.push(path.key, ToldCount::Withheld);
            return;
        }
        if self.depth.is_none() || !has_more {
            self.push(path.key, ToldCount::Exact(path.total));
        }
        if has_more {
            self.group(path, codes);
        }
    }

    /// Tells of what makes up a path whose count is told.
    fn group(&mut self, path: &Path, codes: usize) {
        let group = path.below.iter().map(|longer| longer.total);
        let group: Vec<u64> = [path.own].into_iter().chain(group).collect();
        let Some(withheld) = self.smallest.withheld(&group) else {
            self.has_unlisted_keys = true;
            if self.depth.is_some() {
                self.push(path.key, ToldCount::Withheld);
            }
            return;
        };
        if self.depth.is_some() && path.own > 0 {
            self.push(path.key, told(path.own, withheld[0]));
        }
        for (longer, is_withheld) in path.below.iter().zip(&withheld[1..]) {
            self.path(longer, (codes + 1, *is_withheld));
        }
    }

    fn push(&mut self, key: &str, count: ToldCount) {
        self.keys.push((key.to_owned(), count));
    }

    fn end(mut self, missing: ToldCount) -> ToldFacet {
        let rank = |count: &ToldCount| match count {
            ToldCount::Exact(count) => *count,
            ToldCount::Withheld => 0,
        };
        self.keys
            .sort_by(|a, b| rank(&b.1).cmp(&rank(&a.1)).then_with(|| a.0.cmp(&b.0)));
        ToldFacet {
            keys: self.keys,
            missing,
            has_unlisted_keys: self.has_unlisted_keys,
        }
    }
}
