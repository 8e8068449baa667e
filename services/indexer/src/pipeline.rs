//! A run: every record of every input is indexed or refused, then all is published or nothing.

use std::path::Path;
use std::time::Instant;

use sosie_index::{Built, Upsert};
use sosie_similarity::{Axis, Digest};

use crate::job::{ReindexError, ReindexJob};
use crate::plan::Plan;
use crate::progress::{Progress, Seen};
use crate::publish::{Publisher, SourceCounts};
use crate::refusal::Refusal;
use crate::rejects::Rejects;
use crate::source::{Meter, Prepared, Record};
use crate::summary::{InputSummary, MissingShare, Summary, Tally};

/// Records between two looks at the clock and at the cancel flag.
const RECORDS_PER_ADVANCE: u64 = 1_000;

/// Reads all inputs and publishes a generation of their events.
///
/// Mappings, declarations, the headers of CSV files and the columns of Parquet files are checked before any record is read.
///
/// # Errors
/// [`ReindexError`]; nothing is published then, and refused records are told all the same.
pub fn reindex(job: ReindexJob, progress: &mut dyn Progress) -> Result<Summary, ReindexError> {
    let began = Instant::now();
    let plan = Plan::new(&job)?;
    let publisher = Publisher::open(&job.generations, job.keep)?;
    progress.begin(plan.total_bytes());
    let summary = Run::new(&job, &plan, publisher, progress).finish(began);
    progress.end();
    summary
}

/// A run under way.
struct Run<'a> {
    job: &'a ReindexJob,
    plan: &'a Plan,
    publisher: Publisher,
    rejects: Rejects,
    sources: SourceCounts,
    /// Of the inputs that are read to their end.
    seen: Seen,
    progress: &'a mut dyn Progress,
}

impl<'a> Run<'a> {
    fn new(
        job: &'a ReindexJob,
        plan: &'a Plan,
        publisher: Publisher,
        progress: &'a mut dyn Progress,
    ) -> Self {
        let rejects = Rejects::new(plan.rejects.clone());
        let (sources, seen) = (SourceCounts::default(), Seen::default());
        Run {
            job,
            plan,
            publisher,
            rejects,
            sources,
            seen,
            progress,
        }
    }

    fn finish(mut self, began: Instant) -> Result<Summary, ReindexError> {
        let plan = self.plan;
        let inputs: Result<Vec<_>, _> = plan.inputs.iter().map(|input| self.read(input)).collect();
        // Before the outcome of reading is looked at: a failed run tells its rejects too.
        let rejects_file = self.rejects.finish().map(|path| path.map(Path::to_owned));
        let mut summary = Summary::of_inputs(inputs?);
        summary.rejects_file = rejects_file.map_err(|source| self.rejects_failed(source))?;
        summary.undeclared_sources = self.sources.undeclared(&self.plan.declarations);
        summary.set_elapsed(began);
        let summary = self.check(summary)?;
        self.publish(summary, began)
    }

    /// Whether what was read may be published.
    fn check(&self, summary: Summary) -> Result<Summary, ReindexError> {
        let Tally { read, refused, .. } = summary.total;
        let adds_up = summary.inputs.iter().all(|input| input.tally.adds_up());
        assert!(
            adds_up && summary.total.adds_up(),
            "every record is accounted for once"
        );
        let limit = self.job.max_rejects;
        if !limit.allows(refused, read) {
            return Err(ReindexError::TooManyRejects {
                limit,
                summary: Box::new(summary),
            });
        }
        if refused == read {
            return Err(ReindexError::NoEvent {
                summary: Box::new(summary),
            });
        }
        Ok(summary)
    }

    fn publish(self, mut summary: Summary, began: Instant) -> Result<Summary, ReindexError> {
        self.progress.publish();
        let sources = self.sources.into_entries(&self.plan.declarations);
        let (published, built) = self.publisher.publish(sources, self.job.ingest_time)?;
        assert_eq!(
            built.event_count, summary.total.indexed,
            "every event is in the index once"
        );
        summary.generation = Some(published.generation.to_string());
        summary.manifest_sha256 = Some(published.manifest_digest.to_string());
        summary.event_count = built.event_count;
        summary.missing = missing_shares(&built);
        summary.set_elapsed(began);
        Ok(summary)
    }

    fn read(&mut self, input: &Prepared) -> Result<InputSummary, ReindexError> {
        let (records, meter) = input.open(self.plan.context(self.job))?;
        let mut tally = Tally::default();
        if let Prepared::Mapped(mapping, _) = input {
            self.sources.of(&mapping.declaration().source_id)?;
        }
        let file = input.path().display().to_string();
        for record in records {
            self.add(&file, record?, &mut tally)?;
            if tally.read % RECORDS_PER_ADVANCE == 0 {
                self.advance(tally.read, &meter)?;
            }
        }
        self.advance(tally.read, &meter)?;
        self.seen.records += tally.read;
        self.seen.bytes += meter.bytes();
        Ok(self.end_input(input, meter.sha256(), tally))
    }

    fn add(&mut self, file: &str, record: Record, tally: &mut Tally) -> Result<(), ReindexError> {
        let Record {
            position,
            source_id,
            event,
            corrections,
        } = record;
        tally.read += 1;
        match &event {
            Ok(event) => {
                match self.publisher.upsert(event)? {
                    Upsert::New => tally.indexed += 1,
                    Upsert::Replaced => tally.replaced += 1,
                }
                for (field, correction) in corrections {
                    tally.corrections.count(&field, &correction.code(), 1);
                }
            }
            Err(refusal) => self.refuse(file, position, refusal, tally)?,
        }
        if let Some(source_id) = source_id {
            let count = self.sources.of(&source_id)?;
            count.read += 1;
            count.indexed += u64::from(event.is_ok());
            count.refused += u64::from(event.is_err());
        }
        Ok(())
    }

    fn refuse(
        &mut self,
        file: &str,
        position: u64,
        refusal: &Refusal,
        tally: &mut Tally,
    ) -> Result<(), ReindexError> {
        tally.refused += 1;
        tally
            .refusals
            .count(&refusal.field, refusal.reason.code(), 1);
        self.rejects
            .add(file, position, refusal)
            .map_err(|source| self.rejects_failed(source))
    }

    fn rejects_failed(&self, source: std::io::Error) -> ReindexError {
        ReindexError::Rejects {
            path: self.plan.rejects.clone(),
            source,
        }
    }

    fn advance(&mut self, records: u64, meter: &Meter) -> Result<(), ReindexError> {
        let Seen {
            records: records_before,
            bytes: bytes_before,
        } = self.seen;
        let (records, bytes) = (records_before + records, bytes_before + meter.bytes());
        self.progress.advance(Seen { records, bytes });
        if self.job.cancel.is_cancelled() {
            Err(ReindexError::Cancelled)
        } else {
            Ok(())
        }
    }

    fn end_input(&mut self, input: &Prepared, sha256: Digest, tally: Tally) -> InputSummary {
        let read_with = match input {
            Prepared::Mapped(mapping, _) => mapping.files(),
            Prepared::Ndjson(_) | Prepared::GeoJson(_) | Prepared::Parquet(_) => Vec::new(),
        };
        let mut digests = vec![sha256];
        digests.extend(read_with.iter().map(|(_, sha256)| *sha256));
        self.sources.end_input(&digests);
        let text = |(path, sha256): (&Path, Digest)| (path.to_owned(), sha256.to_string());
        InputSummary {
            file: input.path().to_owned(),
            sha256: sha256.to_string(),
            read_with: read_with.into_iter().map(text).collect(),
            tally,
        }
    }
}

fn missing_shares(built: &Built) -> Vec<MissingShare> {
    let share = |axis| {
        let count = built.missing_by_axis.get(&axis).copied().unwrap_or(0);
        MissingShare {
            axis,
            count,
            share: count as f64 / built.event_count.max(1) as f64,
        }
    };
    Axis::ALL.into_iter().map(share).collect()
}
