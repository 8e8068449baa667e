//! A run: every record of every input is indexed or refused, then all is published or nothing.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use sosie_index::{Built, guards_after};
use sosie_similarity::{Axis, Digest};

use crate::gate::{Gate, GuardConfig};
use crate::job::{ReindexError, ReindexJob};
use crate::plan::Plan;
use crate::progress::{Progress, Seen};
use crate::publish::{Publisher, RecordCount, SourceCounts};
use crate::rejects::Rejects;
use crate::source::{Chunks, Meter, Prepared};
use crate::summary::{InputSummary, MissingShare, Summary, Tally};
use crate::workers::{Outcome, Workers};

/// Reads all inputs and publishes a generation of their events.
///
/// Mappings, declarations, the headers of CSV files and the columns of Parquet files are checked before any record is read.
///
/// # Errors
/// [`ReindexError`]; nothing is published then, and refused records are told all the same.
pub fn reindex(job: ReindexJob, progress: &mut dyn Progress) -> Result<Summary, ReindexError> {
    let began = Instant::now();
    let plan = Plan::new(&job)?;
    let gate = job.guard.as_ref().map(GuardConfig::read).transpose()?;
    let publisher = Publisher::open(&job)?;
    progress.begin(plan.total_bytes());
    let summary = Run::new(&job, &plan, (publisher, gate), progress).finish(began);
    progress.end();
    summary
}

/// A run under way.
struct Run<'a> {
    job: &'a ReindexJob,
    plan: &'a Plan,
    publisher: Publisher,
    gate: Option<Gate>,
    told: Told<'a>,
}

/// What is told of records while a run reads.
struct Told<'a> {
    job: &'a ReindexJob,
    rejects_path: &'a Path,
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
        (publisher, gate): (Publisher, Option<Gate>),
        progress: &'a mut dyn Progress,
    ) -> Self {
        let told = Told {
            job,
            rejects_path: &plan.rejects,
            rejects: Rejects::new(plan.rejects.clone()),
            sources: SourceCounts::default(),
            seen: Seen::default(),
            progress,
        };
        Run {
            job,
            plan,
            publisher,
            gate,
            told,
        }
    }

    fn finish(mut self, began: Instant) -> Result<Summary, ReindexError> {
        let plan = self.plan;
        let inputs: Result<Vec<_>, _> = plan.inputs.iter().map(|input| self.read(input)).collect();
        // Before the outcome of reading is looked at: a failed run tells its rejects too.
        let rejects_file = self.told.finish_rejects();
        let mut summary = Summary::of_inputs(inputs?);
        summary.rejects_file = rejects_file?;
        summary.undeclared_sources = self.told.sources.undeclared(&self.plan.declarations);
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
        let Told {
            sources, progress, ..
        } = self.told;
        let sources = sources.into_entries(&self.plan.declarations);
        let guards = guards_after(&[], 0, self.gate.as_ref().map(Gate::rules));
        let (published, built) = self.publisher.publish(
            &mut |phase| progress.begin_phase(phase),
            |sequence| summary.count_replaced(sequence),
            (sources, guards, self.job.ingest_time),
        )?;
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
        let (chunks, meter) = input.open(self.plan.context(self.job))?;
        let mut tally = Tally::default();
        if let Prepared::Mapped(mapping, _) = input {
            let source_id = mapping.declaration().source_id.clone();
            self.told.sources.add(source_id, RecordCount::default())?;
        }
        let file = input.path().display().to_string();
        self.read_chunks(chunks, |told, outcome| {
            told.tell(&file, outcome, &mut tally)?;
            told.advance(tally.read, &meter)
        })?;
        self.told.advance(tally.read, &meter)?;
        self.told.seen.records += tally.read;
        self.told.seen.bytes += meter.bytes();
        Ok(self.told.end_input(input, meter.sha256(), tally))
    }

    /// Reads on this thread and leaves all else to others; what they find is told in the order of the file.
    fn read_chunks(
        &mut self,
        chunks: Chunks,
        mut tell: impl FnMut(&mut Told, Outcome) -> Result<(), ReindexError>,
    ) -> Result<(), ReindexError> {
        let (builder, told) = (self.publisher.builder(), &mut self.told);
        let gate = self.gate.as_ref();
        thread::scope(|scope| {
            let mut workers = Workers::start(scope, builder, gate);
            let (mut records, mut broken) = (told.seen.records, None);
            for chunk in chunks {
                let chunk = match chunk {
                    Ok(chunk) => chunk,
                    Err(error) => {
                        broken = Some(error);
                        break;
                    }
                };
                let before = records;
                records += chunk.len() as u64;
                workers.send(chunk, before);
                while let Some(outcome) = workers.next() {
                    tell(told, outcome?)?;
                }
            }
            workers.end();
            while let Some(outcome) = workers.next() {
                tell(told, outcome?)?;
            }
            broken.map_or(Ok(()), |error| Err(error.into()))
        })
    }
}

impl Told<'_> {
    fn tell(
        &mut self,
        file: &str,
        outcome: Outcome,
        tally: &mut Tally,
    ) -> Result<(), ReindexError> {
        tally.add(&outcome.tally);
        for (position, refusal) in &outcome.refusals {
            let added = self.rejects.add(file, *position, refusal);
            added.map_err(|source| self.rejects_failed(source))?;
        }
        for (source_id, records) in outcome.sources {
            self.sources.add(source_id, records)?;
        }
        Ok(())
    }

    fn finish_rejects(&mut self) -> Result<Option<PathBuf>, ReindexError> {
        let path = self.rejects.finish().map(|path| path.map(Path::to_owned));
        path.map_err(|source| self.rejects_failed(source))
    }

    fn rejects_failed(&self, source: std::io::Error) -> ReindexError {
        ReindexError::Rejects {
            path: self.rejects_path.to_owned(),
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
