//! What a facet withholds can't be found by subtraction, whatever depths are asked for together.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sosie_similarity::{CodePath, Depth, Facet, FacetCounts, SmallestCount, ToldCount, ToldFacet};

/// More than all candidates of a case.
const MANY: u64 = 1_000;
const DEPTHS: [Option<i32>; 4] = [None, Some(1), Some(2), Some(3)];

/// Candidates by path, none for those without.
fn candidates() -> impl Strategy<Value = Vec<(Option<CodePath>, u64)>> {
    let code = prop_oneof![Just("a"), Just("b"), Just("c"), Just("a-1")];
    let path = proptest::collection::vec(code, 1..=3);
    let path = path.prop_map(|codes| CodePath::new(&codes.join("/")).expect("codes make a path"));
    let some = (proptest::option::weighted(0.9, path), 1..12_u64);
    proptest::collection::vec(some, 0..14)
}

fn counted(candidates: &[(Option<CodePath>, u64)]) -> (FacetCounts, u64) {
    let mut counts = FacetCounts::default();
    for (path, count) in candidates {
        counts.add_path(path.as_ref(), None, *count);
    }
    (counts, candidates.iter().map(|(_, count)| count).sum())
}

fn at(depth: Option<i32>) -> Facet {
    Facet::Nature(depth.map(|depth| Depth::new(depth).expect("a depth of the test")))
}

/// A count that adds up with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Missing,
    /// All of a path.
    All(String),
    /// Of the path itself.
    Own(String),
    /// What is not listed below a path; of `` that of the first codes.
    Unlisted(String),
}

fn parent(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn level(key: &str) -> i32 {
    key.split('/').count() as i32
}

/// Somebody who reads the answers for all depths and subtracts.
struct Reader {
    /// The least and the most that each can be.
    known: BTreeMap<Cell, (u64, u64)>,
    keys: BTreeSet<String>,
    candidates: u64,
}

impl Reader {
    fn new(views: &[(Option<i32>, ToldFacet)], candidates: u64) -> Self {
        let listed = views.iter().flat_map(|(_, view)| &view.keys);
        let keys: BTreeSet<String> = listed.map(|(key, _)| key.clone()).collect();
        let mut reader = Reader {
            known: BTreeMap::new(),
            keys,
            candidates,
        };
        reader.read_structure();
        for (depth, view) in views {
            let missing = match view.missing {
                ToldCount::Exact(count) => (count, count),
                ToldCount::Withheld => (0, MANY),
            };
            reader.known.insert(Cell::Missing, missing);
            for (key, count) in &view.keys {
                reader.read(*depth, key, *count);
            }
            reader.read_absent(*depth, view);
        }
        reader.subtract();
        reader
    }

    fn has_listed(&self, above: &str) -> bool {
        self.keys.iter().any(|key| parent(key) == above)
    }

    /// A group of which something is listed is listed whole.
    fn read_structure(&mut self) {
        for key in self.keys.iter().map(String::as_str).chain([""]) {
            let unlisted = if self.has_listed(key) { 0 } else { MANY };
            let key = key.to_owned();
            self.known
                .insert(Cell::Unlisted(key.clone()), (0, unlisted));
            self.known.insert(Cell::All(key.clone()), (0, MANY));
            self.known.insert(Cell::Own(key), (0, MANY));
        }
    }

    fn read(&mut self, depth: Option<i32>, key: &str, count: ToldCount) {
        let is_all = depth.is_none_or(|depth| depth == level(key));
        let cell = if is_all {
            Cell::All(key.to_owned())
        } else {
            Cell::Own(key.to_owned())
        };
        let bounds = match count {
            ToldCount::Exact(count) => (count, count),
            // Of the path itself, unless it stands for what is below it.
            ToldCount::Withheld if is_all || self.has_listed(key) => (1, MANY),
            ToldCount::Withheld => (0, MANY),
        };
        let known = self.known.get_mut(&cell).expect("every cell is listed");
        *known = (known.0.max(bounds.0), known.1.min(bounds.1));
    }

    /// A path that is told and not listed at a greater depth has nothing of its own.
    fn read_absent(&mut self, depth: Option<i32>, view: &ToldFacet) {
        let Some(depth) = depth else { return };
        let shorter = self.keys.iter().filter(|key| level(key) < depth);
        for key in shorter {
            let is_listed = view.keys.iter().any(|(listed, _)| listed == key);
            if !is_listed {
                self.known.insert(Cell::Own(key.clone()), (0, 0));
            }
        }
    }

    /// What adds up to what.
    fn sums(&self) -> Vec<(Option<Cell>, Vec<Cell>)> {
        let below = |above: &str| {
            let keys = self.keys.iter().filter(|key| parent(key) == above);
            let all = keys.map(|key| Cell::All(key.clone()));
            all.chain([Cell::Unlisted(above.to_owned())])
                .collect::<Vec<_>>()
        };
        let mut top = below("");
        top.push(Cell::Missing);
        let mut sums = vec![(None, top)];
        for key in &self.keys {
            let mut parts = below(key);
            parts.push(Cell::Own(key.clone()));
            sums.push((Some(Cell::All(key.clone())), parts));
        }
        sums
    }

    /// Subtracts until nothing more is found.
    fn subtract(&mut self) {
        let sums = self.sums();
        loop {
            let before = self.known.clone();
            for (sum, parts) in &sums {
                self.subtract_once(sum.as_ref(), parts);
            }
            if self.known == before {
                return;
            }
        }
    }
}

impl Reader {
    /// What a sum and its other parts leave open for each part, and the parts for the sum.
    fn subtract_once(&mut self, sum: Option<&Cell>, parts: &[Cell]) {
        let before = self.known.clone();
        let of = |cell: &Cell| before[cell];
        let whole = sum.map_or((self.candidates, self.candidates), of);
        let least: u64 = parts.iter().map(|cell| of(cell).0).sum();
        let most: u64 = parts.iter().map(|cell| of(cell).1).sum();
        for cell in parts {
            let (low, high) = of(cell);
            let found = (
                low.max(whole.0.saturating_sub(most - high)),
                high.min(whole.1 - (least - low)),
            );
            self.known.insert(cell.clone(), found);
        }
        if let Some(cell) = sum {
            let found = (whole.0.max(least), whole.1.min(most));
            self.known.insert(cell.clone(), found);
        }
    }
}

/// What is true.
fn truth(counts: &FacetCounts) -> BTreeMap<Cell, u64> {
    let mut truth = BTreeMap::from([(Cell::Missing, counts.missing)]);
    for (key, count) in &counts.by_key {
        let longer = counts.by_key.iter().filter(|(it, _)| parent(it) == key);
        let below: u64 = longer.map(|(_, count)| count).sum();
        truth.insert(Cell::All(key.clone()), *count);
        truth.insert(Cell::Own(key.clone()), count - below);
    }
    truth
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// If this breaks, a count of a few people leaves the service.
    #[test]
    fn no_small_count_is_told_or_found_by_subtraction(candidates in candidates(), smallest in 2..9_u32) {
        let (counts, total) = counted(&candidates);
        let small = 1..u64::from(smallest);
        let withholding = SmallestCount::new(smallest).unwrap();
        let views = DEPTHS.map(|depth| (depth, counts.told(at(depth), total, withholding)));
        if let ToldCount::Exact(told) = withholding.told(total) {
            prop_assert!(!small.contains(&told));
        } else {
            let says_nothing = |view: &ToldFacet| view.keys.is_empty() && view.missing == ToldCount::Withheld;
            prop_assert!(views.iter().all(|(_, view)| says_nothing(view)));
            return Ok(());
        }
        let truth = truth(&counts);
        let reader = Reader::new(&views, total);
        for (cell, count) in &truth {
            let Some((low, high)) = reader.known.get(cell).copied() else { continue };
            prop_assert!(low <= *count && *count <= high, "a wrong number is told: {cell:?}");
            if small.contains(count) {
                prop_assert!(low <= 1 && high >= u64::from(smallest), "{cell:?} is {low} to {high}");
            }
        }
    }

    /// If this breaks, more is withheld than has to be.
    #[test]
    fn what_has_no_small_count_is_told_whole(candidates in candidates(), smallest in 2..5_u32) {
        let (mut counts, total) = counted(&candidates);
        let scale = u64::from(smallest);
        counts.by_key.values_mut().for_each(|count| *count *= scale);
        counts.missing *= scale;
        let withholding = SmallestCount::new(smallest).unwrap();
        for depth in DEPTHS {
            let mut plain = FacetCounts::default();
            for (path, count) in &candidates {
                let depth = depth.map(|depth| Depth::new(depth).unwrap());
                plain.add_path(path.as_ref(), depth, count * scale);
            }
            let told = counts.told(at(depth), total * scale, withholding);
            let all = plain.told(at(depth), total * scale, SmallestCount::ALL_TOLD);
            prop_assert_eq!(told, all);
        }
    }
}
