//! The way of a source into the store: batches, each durable with the position after it before the next one.
//!
//! **Law.** The position is written in the transaction of the records: a job that goes on after a kill repeats nothing and
//! leaves nothing out. The counts that are written with it are those before the batch, whose outcomes are not known
//! yet: a kill can leave the records of one batch uncounted.

use std::sync::Arc;

use sosie_similarity::Code;
use sosie_store::{Batch, Outcome, SourcePosition, Store, SubmitError, Write};

use super::id::JobId;
use super::source::{ImportError, ImportedCounts};
use super::stop::Stop;
use crate::serve::config::STORE_RETRY;

/// The version of what is written as the position of a source.
const FORMAT_VERSION: u8 = 1;

/// Some records of a source.
#[derive(Clone, Debug, Default)]
pub struct ImportBatch {
    /// Those that pass the checks of the source, about [`IMPORT_BATCH_RECORDS`](super::IMPORT_BATCH_RECORDS).
    pub writes: Vec<Write>,
    /// How many others were read, and refused by the source itself.
    pub refused: u64,
    /// The source's own words for how far it is read with this batch.
    pub position: Vec<u8>,
}

/// Writes a batch, waits until it is on disk, and tells an outcome per write.
type Submit = Box<dyn FnMut(Batch) -> Result<Vec<Outcome>, SubmitError> + Send>;
/// Is told what was imported so far, and how many records there are, if that is known.
type Tell = Box<dyn FnMut(ImportedCounts, Option<u64>) + Send>;

/// The way of one source into the store, for one job.
pub struct Importer {
    key: String,
    job: JobId,
    stop: Stop,
    submit: Submit,
    tell: Tell,
    position: Option<Vec<u8>>,
    counts: ImportedCounts,
    total: Option<u64>,
}

impl Importer {
    /// The way of a source into `store`, where no service runs: nobody else writes, and nobody is told.
    ///
    /// # Errors
    /// Those of reading the store.
    pub fn into_store(
        store: Arc<Store>,
        (source, job): (&Code, JobId),
        stop: Stop,
    ) -> Result<Self, ImportError> {
        let writing = store.clone();
        let submit = move |batch| {
            let written = writing.apply(&[batch], sosie_rpc::now());
            let mut outcomes = written.map_err(|error| SubmitError::Store(Arc::new(error)))?;
            Ok(outcomes.pop().unwrap_or_default())
        };
        Importer::new(&store, (source, job), stop, Box::new(submit))
    }

    /// The way of a source into `store` by `submit`.
    pub(super) fn new(
        store: &Store,
        (source, job): (&Code, JobId),
        stop: Stop,
        submit: Submit,
    ) -> Result<Self, ImportError> {
        // One row per source, whatever the number of jobs.
        let key = format!("reindex/{}", source.as_str());
        let stated = store.view()?.source_position(&key)?;
        let found = stated.and_then(|bytes| decode(job, &bytes));
        let (counts, position) = found.unzip();
        Ok(Importer {
            key,
            job,
            stop,
            submit,
            tell: Box::new(|_, _| {}),
            position,
            counts: counts.unwrap_or_default(),
            total: None,
        })
    }

    /// As it is, telling what is imported.
    pub(super) fn telling(
        mut self,
        tell: impl FnMut(ImportedCounts, Option<u64>) + Send + 'static,
    ) -> Self {
        self.tell = Box::new(tell);
        self
    }

    /// Up to where this job has imported the source, in its own words; none at its beginning.
    pub fn position(&self) -> Option<&[u8]> {
        self.position.as_deref()
    }

    /// What became of the records up to there.
    pub fn counts(&self) -> ImportedCounts {
        self.counts
    }

    /// Whether the job is to stop: a source that waits for something looks here.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Tells how many records the source has, those up to [`Importer::position`] included.
    pub fn expect(&mut self, total: u64) {
        self.total = Some(total);
        (self.tell)(self.counts, self.total);
    }

    /// Writes a batch, and returns when it and its position are on disk: an outcome per write, in order. While the store
    /// can't be written, for want of space say, it waits and tries again.
    ///
    /// # Errors
    /// [`ImportError::Stopped`], or that the service ends.
    pub fn write(&mut self, batch: ImportBatch) -> Result<Vec<Outcome>, ImportError> {
        let ImportBatch {
            writes,
            refused,
            position,
        } = batch;
        let read = writes.len() as u64 + refused;
        let batch = Batch {
            writes,
            source_position: Some(SourcePosition {
                source: self.key.clone(),
                position: encode(self.job, self.counts, &position),
            }),
        };
        let outcomes = self.submit(batch)?;
        self.counts += counted(read, &outcomes);
        self.position = Some(position);
        (self.tell)(self.counts, self.total);
        Ok(outcomes)
    }

    /// Writes a batch, however often it takes: what is written twice is unchanged.
    fn submit(&mut self, batch: Batch) -> Result<Vec<Outcome>, ImportError> {
        loop {
            if self.stop.is_set() {
                return Err(ImportError::Stopped);
            }
            match (self.submit)(batch.clone()) {
                Ok(outcomes) => return Ok(outcomes),
                Err(error @ SubmitError::Closed) => return Err(error.into()),
                Err(error @ SubmitError::Store(_)) => {
                    tracing::warn!(%error, "an import waits for the store");
                    self.stop.pause(STORE_RETRY);
                }
            }
        }
    }
}

/// The counts of `read` records, of which the store was asked to write some.
fn counted(read: u64, outcomes: &[Outcome]) -> ImportedCounts {
    let mut counts = ImportedCounts {
        read,
        ..ImportedCounts::default()
    };
    for outcome in outcomes {
        match outcome {
            Outcome::Accepted { .. } => counts.accepted += 1,
            Outcome::Unchanged { .. } => counts.unchanged += 1,
            Outcome::Held | Outcome::Dropped | Outcome::Refused(_) => {}
        }
    }
    counts.refused = read - counts.accepted - counts.unchanged;
    counts
}

/// `version, job, read, accepted, unchanged, refused, position`; integers little-endian.
fn encode(job: JobId, counts: ImportedCounts, position: &[u8]) -> Vec<u8> {
    let ImportedCounts {
        read,
        accepted,
        unchanged,
        refused,
    } = counts;
    let mut bytes = vec![FORMAT_VERSION];
    bytes.extend(job.to_bytes());
    for count in [read, accepted, unchanged, refused] {
        bytes.extend(count.to_le_bytes());
    }
    bytes.extend(position);
    bytes
}

/// None for a position that another job has left: this one begins at the beginning.
fn decode(job: JobId, bytes: &[u8]) -> Option<(ImportedCounts, Vec<u8>)> {
    let (&version, rest) = bytes.split_first()?;
    let (id, rest) = rest.split_first_chunk()?;
    if version != FORMAT_VERSION || *id != job.to_bytes() {
        return None;
    }
    let (counts, position) = rest.split_first_chunk::<32>()?;
    let (counts, _) = counts.as_chunks::<8>();
    let [read, accepted, unchanged, refused] =
        [0, 1, 2, 3].map(|at| u64::from_le_bytes(counts[at]));
    let counts = ImportedCounts {
        read,
        accepted,
        unchanged,
        refused,
    };
    Some((counts, position.to_vec()))
}

#[cfg(test)]
mod tests;
