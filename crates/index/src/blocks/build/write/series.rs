//! The slots of each series, series after series.

use std::io;
use std::path::Path;

use bytemuck::{Pod, Zeroable};

use super::section::SectionWriter;
use crate::external_sort::{SortRow, Sorter};

/// A row of a series.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Member {
    series: u32,
    slot: u32,
}

impl SortRow for Member {
    type Key = (u32, u32);

    fn key(&self) -> Self::Key {
        (self.series, self.slot)
    }
}

/// The members of all series, in any order.
pub(super) struct Members(Sorter<Member>);

impl Members {
    pub(super) fn new(dir: &Path, sort_memory_bytes: usize) -> Self {
        Members(Sorter::new(dir, sort_memory_bytes))
    }

    pub(super) fn push(&mut self, series: u32, slot: u32) -> io::Result<()> {
        self.0.push(Member { series, slot })
    }

    /// Writes where the slots of each of `count` series begin, and the slots.
    pub(super) fn write(
        self,
        count: usize,
        mut firsts: SectionWriter,
        mut slots: SectionWriter,
    ) -> io::Result<()> {
        let mut members = self.0.sorted()?;
        // Series whose first slot is known, and slots that are written.
        let (mut begun, mut written) = (0, 0u32);
        while let Some(member) = members.next_row()? {
            while begun <= member.series as usize {
                firsts.write(&[written])?;
                begun += 1;
            }
            slots.write(&[member.slot])?;
            written += 1;
        }
        for _ in begun..=count {
            firsts.write(&[written])?;
        }
        firsts.finish()?;
        slots.finish()
    }
}
