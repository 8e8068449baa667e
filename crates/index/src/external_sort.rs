//! Sorts more rows than memory takes: sorted runs go to files, which are merged as they are read back.
//!
//! The files have no names: they are gone with the process, however that ends.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use bytemuck::{Pod, cast_slice, cast_slice_mut};

/// Memory of one sorter, in bytes: far below what tantivy's writer has just given back, and so much that a hundred
/// million rows make some fifty runs, which are merged at once.
pub(crate) const SORT_MEMORY_BYTES: usize = 128 << 20;
/// Bytes of a run that are read back at once: few system calls, and little memory beside the runs.
const READ_BYTES: usize = 256 << 10;

/// A row of fixed size.
pub(crate) trait SortRow: Pod {
    /// What rows are sorted by; no two rows of a sorter have the same.
    type Key: Ord;

    /// The row's.
    fn key(&self) -> Self::Key;
}

/// Takes rows in any order.
pub(crate) struct Sorter<R> {
    dir: PathBuf,
    rows_max: usize,
    rows: Vec<R>,
    runs: Vec<File>,
}

impl<R: SortRow> Sorter<R> {
    /// Holds up to `memory_bytes` of rows, and those past it in files on the file system of `dir`.
    pub(crate) fn new(dir: &Path, memory_bytes: usize) -> Self {
        Sorter {
            dir: dir.to_owned(),
            rows_max: (memory_bytes / size_of::<R>()).max(1),
            rows: Vec::new(),
            runs: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: R) -> io::Result<()> {
        if self.rows.len() == self.rows_max {
            self.spill()?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// The rows by their keys.
    pub(crate) fn sorted(mut self) -> io::Result<Sorted<R>> {
        self.rows.sort_unstable_by_key(R::key);
        let in_memory = Run {
            rows: self.rows.into_iter(),
            file: None,
        };
        let mut runs = vec![in_memory];
        for mut file in self.runs {
            file.rewind()?;
            runs.push(Run {
                rows: Vec::new().into_iter(),
                file: Some(file),
            });
        }
        Sorted::new(runs)
    }

    fn spill(&mut self) -> io::Result<()> {
        self.rows.sort_unstable_by_key(R::key);
        let mut file = tempfile::tempfile_in(&self.dir)?;
        file.write_all(cast_slice(&self.rows))?;
        self.runs.push(file);
        self.rows.clear();
        Ok(())
    }
}

/// Rows in their order.
pub(crate) struct Sorted<R: SortRow> {
    runs: Vec<Run<R>>,
    /// The next row of each run that has one, smallest key first.
    heads: BinaryHeap<Reverse<(R::Key, usize)>>,
    rows: Vec<R>,
}

impl<R: SortRow> Sorted<R> {
    fn new(runs: Vec<Run<R>>) -> io::Result<Self> {
        let mut sorted = Sorted {
            heads: BinaryHeap::with_capacity(runs.len()),
            rows: vec![R::zeroed(); runs.len()],
            runs,
        };
        for run in 0..sorted.runs.len() {
            sorted.advance(run)?;
        }
        Ok(sorted)
    }

    /// The next row; `None` after the last.
    pub(crate) fn next_row(&mut self) -> io::Result<Option<R>> {
        let Some(Reverse((_, run))) = self.heads.pop() else {
            return Ok(None);
        };
        let row = self.rows[run];
        self.advance(run)?;
        Ok(Some(row))
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        if let Some(row) = self.runs[run].next_row()? {
            self.rows[run] = row;
            self.heads.push(Reverse((row.key(), run)));
        }
        Ok(())
    }
}

/// Sorted rows, the part of them in memory that comes next.
struct Run<R> {
    rows: IntoIter<R>,
    file: Option<File>,
}

impl<R: Pod> Run<R> {
    fn next_row(&mut self) -> io::Result<Option<R>> {
        if self.rows.as_slice().is_empty() {
            self.read_on()?;
        }
        Ok(self.rows.next())
    }

    fn read_on(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let left_bytes = file.metadata()?.len() - file.stream_position()?;
        let most = (READ_BYTES / size_of::<R>()).max(1) as u64;
        let rows = (left_bytes / size_of::<R>() as u64).min(most);
        let mut rows = vec![R::zeroed(); rows as usize];
        file.read_exact(cast_slice_mut(&mut rows))?;
        self.rows = rows.into_iter();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    impl SortRow for [u32; 2] {
        type Key = (u32, Reverse<u32>);

        fn key(&self) -> Self::Key {
            (self[0], Reverse(self[1]))
        }
    }

    fn sorted(rows: &[[u32; 2]], memory_bytes: usize) -> Vec<[u32; 2]> {
        let dir = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(dir.path(), memory_bytes);
        rows.iter().for_each(|row| sorter.push(*row).unwrap());
        let mut sorted = sorter.sorted().unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        std::iter::from_fn(|| sorted.next_row().unwrap()).collect()
    }

    proptest! {
        #[test]
        fn rows_come_in_the_order_of_their_keys_whatever_the_memory(
            firsts in vec(0..9u32, 0..99),
            memory_rows in 0..120usize,
        ) {
            let rows: Vec<_> = firsts.into_iter().zip(0..).map(<[u32; 2]>::from).collect();
            let mut expected = rows.clone();
            expected.sort_by_key(SortRow::key);
            prop_assert_eq!(sorted(&rows, memory_rows * size_of::<[u32; 2]>()), expected);
        }
    }

    #[test]
    fn a_run_longer_than_what_is_read_at_once_is_read_to_its_end() {
        let many = 3 * READ_BYTES / size_of::<[u32; 2]>() as u32 as usize + 7;
        let rows: Vec<_> = (0..many as u32).rev().map(|at| [at, 0]).collect();
        let found = sorted(&rows, (many - 1) * size_of::<[u32; 2]>());
        assert!(found.iter().copied().eq(rows.into_iter().rev()));
    }

    #[test]
    fn a_file_system_that_takes_no_file_is_an_error() {
        let mut sorter = Sorter::new(Path::new("/nonexistent"), 0);
        assert!(sorter.push([1, 1]).is_ok());
        assert!(sorter.push([2, 1]).is_err());
    }
}
