//! Segments being written, one for each thread that adds.
//!
//! tantivy's own writer takes documents through a queue and indexes them on threads of its own. Here the thread that
//! made a document indexes it: nothing is queued, and what was allocated is freed where it was.

use std::sync::{Mutex, PoisonError};

use tantivy::indexer::{AddOperation, SegmentWriter};
use tantivy::{Index, IndexWriter, Segment, TantivyDocument};

use crate::error::IndexError;

/// Memory of all segments that are being written together, in bytes; one that has used its part is ended: after about
/// two million events. Nothing is merged: searches go over one structure of all segments, so that their number
/// costs little, while merging wrote most events twice.
const MEMORY_BYTES: usize = 1 << 30;
/// Most threads that add at once without waiting for each other: more would make small segments.
const THREADS_MAX: usize = 8;
/// Memory of tantivy's own writer, which is given segments, never documents: the least that it takes.
const IDLE_MEMORY_BYTES: usize = 15_000_000;

/// The writer of an index.
pub(super) struct Writers {
    index: Index,
    /// Knows the segments that are ended.
    writer: IndexWriter,
    /// Segments that no thread adds to right now.
    idle: Mutex<Vec<Writer>>,
    threads: usize,
}

/// A segment being written.
pub(super) struct Writer {
    segment: Segment,
    writer: SegmentWriter,
}

impl Writers {
    pub(super) fn open(index: Index) -> Result<Self, IndexError> {
        let writer = index.writer_with_num_threads(1, IDLE_MEMORY_BYTES)?;
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Writers {
            index,
            writer,
            idle: Mutex::default(),
            threads: threads.min(THREADS_MAX),
        })
    }

    /// How many threads may add at once.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// A segment for the calling thread, to be given back.
    pub(super) fn take(&self) -> Result<Writer, IndexError> {
        let idle = self.idle().pop();
        idle.map_or_else(|| self.create(), Ok)
    }

    /// Takes a segment back; one that has used its memory is written to its end.
    pub(super) fn give_back(&self, writer: Writer) -> Result<(), IndexError> {
        if writer.writer.mem_usage() >= MEMORY_BYTES / self.threads {
            return self.end(writer);
        }
        self.idle().push(writer);
        Ok(())
    }

    /// Ends all segments, and commits.
    pub(super) fn commit(&mut self) -> Result<(), IndexError> {
        let idle = std::mem::take(&mut *self.idle());
        std::thread::scope(|scope| {
            let ends: Vec<_> = idle
                .into_iter()
                .map(|writer| scope.spawn(|| self.end(writer)))
                .collect();
            ends.into_iter().try_for_each(|end| {
                end.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        })?;
        self.writer.commit()?;
        Ok(())
    }

    /// tantivy's own writer, for what is done after all is committed.
    pub(super) fn into_inner(self) -> IndexWriter {
        self.writer
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Writer>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn create(&self) -> Result<Writer, IndexError> {
        let segment = self.index.new_segment();
        let writer = SegmentWriter::for_segment(MEMORY_BYTES / self.threads, segment.clone())?;
        Ok(Writer { segment, writer })
    }

    fn end(&self, writer: Writer) -> Result<(), IndexError> {
        let documents = writer.writer.max_doc();
        writer.writer.finalize()?;
        let segment = writer.segment.with_max_doc(documents);
        let meta = segment.meta();
        meta.untrack_temp_docstore();
        Ok(self.writer.add_segment(meta.clone())?)
    }
}

impl Writer {
    pub(super) fn add(&mut self, document: TantivyDocument) -> Result<(), IndexError> {
        // Stamps tell which documents a deletion came after; here deletions come after all.
        let opstamp = 0;
        Ok(self
            .writer
            .add_document(AddOperation { opstamp, document })?)
    }
}
