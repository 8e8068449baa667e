//! Natures and sectors as numbers: paths sorted by their codes, so that what is alike lies side by side.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use sosie_similarity::CodePath;

/// Most classes: what two bytes hold besides 0, which is for rows without a path.
const CLASSES_MAX: usize = 65_535;
/// Buckets of a mask: the bits of a word.
const BUCKETS: usize = 64;
/// With fewer first codes than this, the first two codes are what the first mask sorts by.
const FIRST_CODES_MIN: usize = 8;

/// The paths of one axis. Up to 65,535 of them each are a class; more share classes with their neighbours.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paths {
    paths: Vec<CodePath>,
    /// Per path: a bucket by its first codes, and one by its place among all rows.
    buckets: Vec<[u8; 2]>,
}

/// What a file holds of [`Paths`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PathsMeta {
    paths: Vec<String>,
    buckets: Vec<[u8; 2]>,
}

/// The order in which the paths below a path directly follow it.
pub(crate) fn by_codes(a: &CodePath, b: &CodePath) -> Ordering {
    a.codes().cmp(b.codes())
}

impl Paths {
    /// Of sorted, distinct paths with the number of rows of each.
    pub(crate) fn new(paths: Vec<CodePath>, rows: &[u64]) -> Self {
        let first_codes = paths.chunk_by(|a, b| a.prefix(1) == b.prefix(1)).count();
        let depth = if first_codes < FIRST_CODES_MIN { 2 } else { 1 };
        let total = rows.iter().sum::<u64>().max(1);
        let mut before = 0;
        let buckets = paths.iter().zip(rows).map(|(path, rows)| {
            let place = (before + rows / 2) as usize * BUCKETS / total as usize;
            before += rows;
            [bucket_of(path.prefix(depth)), place.min(BUCKETS - 1) as u8]
        });
        let buckets = buckets.collect();
        Paths { paths, buckets }
    }

    /// What a file holds.
    pub(crate) fn to_meta(&self) -> PathsMeta {
        PathsMeta {
            paths: self
                .paths
                .iter()
                .map(|path| path.as_str().to_owned())
                .collect(),
            buckets: self.buckets.clone(),
        }
    }

    /// From what a file holds; `None` if these are no paths.
    pub(crate) fn from_meta(meta: PathsMeta) -> Option<Self> {
        let in_range = meta
            .buckets
            .iter()
            .flatten()
            .all(|bucket| usize::from(*bucket) < BUCKETS);
        let paths: Option<Vec<_>> = meta
            .paths
            .iter()
            .map(|text| CodePath::new(text).ok())
            .collect();
        let paths = paths.filter(|paths| in_range && paths.len() == meta.buckets.len())?;
        Some(Paths {
            paths,
            buckets: meta.buckets,
        })
    }

    pub(crate) fn all(&self) -> &[CodePath] {
        &self.paths
    }

    /// The number of a path that is one of them.
    pub(crate) fn find(&self, path: &CodePath) -> Option<usize> {
        self.paths
            .binary_search_by(|probe| by_codes(probe, path))
            .ok()
    }

    /// Those at or below `prefix`: they follow each other.
    pub(crate) fn under(&self, prefix: &CodePath) -> std::ops::Range<usize> {
        self.sharing(prefix, prefix.depth())
    }

    /// Those that share the first `depth` codes of `path`.
    pub(crate) fn sharing(&self, path: &CodePath, depth: usize) -> std::ops::Range<usize> {
        let prefix_of = |other: &CodePath| other.codes().take(depth).cmp(path.codes().take(depth));
        let first = self
            .paths
            .partition_point(|other| prefix_of(other) == Ordering::Less);
        let after = self
            .paths
            .partition_point(|other| prefix_of(other) != Ordering::Greater);
        first..after
    }

    /// The class of the path of a number, from 1 up.
    pub(crate) fn class(&self, number: usize) -> u16 {
        let shared = self.paths.len().div_ceil(CLASSES_MAX).max(1);
        (1 + number / shared) as u16
    }

    /// The number of the only path of a class, if it has but one.
    pub(crate) fn only(&self, class: u16) -> Option<usize> {
        let number = usize::from(class).checked_sub(1)?;
        (self.paths.len() <= CLASSES_MAX && number < self.paths.len()).then_some(number)
    }

    /// One past the largest class.
    pub(crate) fn class_count(&self) -> usize {
        match self.paths.len() {
            0 => 1,
            paths => usize::from(self.class(paths - 1)) + 1,
        }
    }

    /// In which bucket of either mask the path of a number is.
    pub(crate) fn buckets(&self, number: usize) -> [u8; 2] {
        self.buckets[number]
    }
}

/// FNV-1a: any spread does, and this one never changes.
fn bucket_of(text: &str) -> u8 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    ((hash ^ (hash >> 32)) % BUCKETS as u64) as u8
}
