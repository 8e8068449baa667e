//! All records, read back.

use std::sync::atomic::{AtomicUsize, Ordering};

use sosie_similarity::Digest;
use tantivy::schema::Value;
use tantivy::{SegmentReader, TantivyDocument};

use super::Snapshot;
use crate::cancel::Cancel;
use crate::content::ContentDigest;
use crate::error::{IndexError, SearchError};
use crate::schema::Fields;

/// Records that are read until it is seen that nobody waits for the digest any more.
const RECORDS_PER_LOOK: u32 = 4_096;

impl Snapshot {
    /// Sum of the SHA-256 of the record of every revision, mod 2^256, each read from its document: that of the manifest if
    /// the generation holds what it says.
    ///
    /// # Errors
    /// [`SearchError::Cancelled`], or a record can't be read.
    pub fn content_digest(&self, cancel: &Cancel) -> Result<Digest, SearchError> {
        let readers = self.parts[0].searcher().segment_readers();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut content = ContentDigest::default();
            while let Some(reader) = readers.get(next.fetch_add(1, Ordering::Relaxed)) {
                add_records(&mut content, reader, cancel)?;
            }
            Ok(content.digest())
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let sums = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.min(readers.len()))
                .map(|_| scope.spawn(work))
                .collect();
            let sums = threads.into_iter().map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            sums.collect::<Result<Vec<Digest>, SearchError>>()
        })?;
        let mut content = ContentDigest::default();
        sums.into_iter().for_each(|sum| content.add(sum));
        Ok(content.digest())
    }
}

fn add_records(
    content: &mut ContentDigest,
    reader: &SegmentReader,
    cancel: &Cancel,
) -> Result<(), SearchError> {
    let field = Fields::new().record;
    // In the order of documents: each block of records is unpacked once.
    let records = reader.get_store_reader(1).map_err(IndexError::Column)?;
    for doc in reader.doc_ids_alive() {
        if doc % RECORDS_PER_LOOK == 0 {
            cancel.check()?;
        }
        let document: TantivyDocument = records.get(doc)?;
        let record = document.get_first(field).and_then(|value| value.as_bytes());
        content.add(Digest::of(record.ok_or(IndexError::Malformed("record"))?));
    }
    Ok(())
}
