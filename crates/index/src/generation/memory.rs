//! Where a verified file lies in memory.
//!
//! A search looks at a few places of many. On pages of 4 KiB nearly every one is on a page whose address the processor
//! does not have at hand; so large files lie on pages of 2 MiB, where the system gives them (`madvise`, see
//! Linux, "Transparent Hugepage Support").

use std::io;
use std::ops::Deref;

use bytemuck::{Pod, cast_slice, cast_slice_mut};
use memmap2::{Advice, MmapMut};
use tantivy::directory::OwnedBytes;

/// Least size of what lies on large pages: some of them, so that the unused rest of the last is little.
const LARGE_BYTES_MIN: usize = 8 << 20;

/// What a file holds: bytes, or words.
#[derive(Debug)]
pub(crate) struct Memory<T>(Place<T>);

#[derive(Debug)]
enum Place<T> {
    Heap(Vec<T>),
    Pages(MmapMut),
}

impl<T: Pod> Memory<T> {
    /// So many zeros.
    ///
    /// # Errors
    /// The system has no memory to give.
    pub(super) fn zeroed(len: usize) -> io::Result<Self> {
        let size_bytes = len * size_of::<T>();
        if size_bytes < LARGE_BYTES_MIN {
            return Ok(vec![T::zeroed(); len].into());
        }
        let pages = MmapMut::map_anon(size_bytes)?;
        // A system that has no large pages keeps it on small ones.
        #[cfg(target_os = "linux")]
        let _ = pages.advise(Advice::HugePage);
        Ok(Memory(Place::Pages(pages)))
    }

    /// All of it, to be filled.
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Place::Heap(items) => cast_slice_mut(items),
            Place::Pages(pages) => pages,
        }
    }
}

impl<T> From<Vec<T>> for Memory<T> {
    fn from(items: Vec<T>) -> Self {
        Memory(Place::Heap(items))
    }
}

impl<T: Pod> Deref for Memory<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Place::Heap(items) => items,
            // Pages begin where any item may.
            Place::Pages(pages) => cast_slice(pages),
        }
    }
}

impl From<Memory<u8>> for OwnedBytes {
    fn from(bytes: Memory<u8>) -> Self {
        match bytes.0 {
            Place::Heap(bytes) => OwnedBytes::new(bytes),
            Place::Pages(pages) => OwnedBytes::new(pages),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_memory_hold_what_they_were_filled_with() {
        for len in [0, 3, LARGE_BYTES_MIN / 8 - 1, LARGE_BYTES_MIN / 8 + 1] {
            let mut memory = Memory::<u64>::zeroed(len).unwrap();
            assert!(memory.iter().all(|word| *word == 0));
            let filled = (0..len as u64).map(|word| word << 20 | 7);
            let expected: Vec<u64> = filled.collect();
            memory.bytes_mut().copy_from_slice(cast_slice(&expected));
            assert_eq!(*memory, *expected);
        }
        let mut bytes = Memory::<u8>::zeroed(LARGE_BYTES_MIN).unwrap();
        bytes.bytes_mut()[LARGE_BYTES_MIN - 1] = 9;
        let owned = OwnedBytes::from(bytes);
        assert_eq!((owned.len(), owned.last()), (LARGE_BYTES_MIN, Some(&9)));
    }
}
