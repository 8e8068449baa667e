//! One job after the other, each on a thread of its own: imported, built, validated, switched.
//!
//! **Law.** Whatever kills the process, the job goes on from the phase that is kept: what it imported has its position in
//! the store, what it built has its position in the commit, and after a switch there is no next index any more.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sosie_index::{GenerationId, Manifest};
use sosie_rpc::JobEnd;
use sosie_similarity::Code;
use sosie_store::Position;
use tokio::runtime::Handle;

use super::book::Book;
use super::building::build;
use super::failure::JobError;
use super::id::JobId;
use super::importer::Importer;
use super::job::{Job, JobProgress, JobState, Phase};
use super::source::{ImportError, Sources};
use super::stop::{Stop, Stopped};
use super::validation::validate;
use crate::serve::acts;
use crate::serve::feed::{Feed, SwitchError, SwitchOrder};
use crate::serve::intake::Intake;
use crate::serve::live_dirs::LiveDirs;
use crate::serve::server::Stores;

/// Time until another try after a failure that is not the job's.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// What jobs work with.
pub(in crate::serve) struct Runner {
    pub(in crate::serve) stores: Stores,
    pub(in crate::serve) book: Arc<Book>,
    pub(in crate::serve) feed: Arc<dyn Feed>,
    pub(in crate::serve) sources: Sources,
    pub(in crate::serve) canaries: Option<PathBuf>,
    pub(in crate::serve) intake: Intake,
    /// Where the intake is waited for.
    pub(in crate::serve) runtime: Handle,
}

impl Runner {
    /// Works on a job until it has ended, or the process is to end.
    pub(super) fn run(&self, id: JobId, stop: &Stop) {
        let worked = catch_unwind(AssertUnwindSafe(|| self.work(id, stop)));
        let worked = worked.unwrap_or(Err(JobError::Panicked));
        match (worked, stop.why()) {
            (Ok(generation), _) => {
                self.record(id, &JobEnd::Succeeded(generation.to_string()));
                self.end(id, stop, |job| {
                    job.state = JobState::Succeeded;
                    job.generation = Some(generation);
                });
            }
            (Err(_), Some(Stopped::Ending)) => {
                tracing::info!(job = %id, "reindex job left to the next start")
            }
            (Err(_), Some(Stopped::Cancelled)) => {
                self.remove_next();
                self.record(id, &JobEnd::Cancelled);
                self.end(id, stop, |job| job.state = JobState::Cancelled);
            }
            (Err(error), None) => {
                tracing::error!(job = %id, %error, "reindex job failed");
                self.remove_next();
                let failure = error.failure();
                self.record(id, &JobEnd::Failed(failure.reason.name()));
                self.end(id, stop, |job| {
                    job.state = JobState::Failed;
                    job.failure = Some(failure.clone());
                });
            }
        }
    }

    /// Removes what no job goes on with.
    pub(super) fn remove_next(&self) {
        if let Err(error) = self.dirs().remove_next() {
            tracing::warn!(%error, "the index of a reindex job was not removed");
        }
    }

    fn dirs(&self) -> LiveDirs {
        LiveDirs::of(&self.stores.generations_dir)
    }

    /// Before it is kept, so that no end is without a record; after a kill in between it has two.
    fn record(&self, id: JobId, end: &JobEnd) {
        acts::reindex_ended(self.stores.audit.as_ref(), id, end);
    }

    /// Keeps how a job has ended, however often it takes: until then it counts as running.
    fn end(&self, id: JobId, stop: &Stop, change: impl Fn(&mut Job)) {
        let now = sosie_rpc::now();
        let ended = |job: &mut Job| {
            job.end_time = Some(now);
            change(job);
            tracing::info!(job = %id, state = job.state.name(), "reindex job ended");
        };
        while let Err(error) = self.book.update(id, ended) {
            tracing::warn!(job = %id, %error, "the end of a reindex job was not kept; trying again");
            if stop.why() == Some(Stopped::Ending) {
                return;
            }
            std::thread::sleep(RETRY_INTERVAL);
        }
    }

    fn work(&self, id: JobId, stop: &Stop) -> Result<GenerationId, JobError> {
        let job = self.book.job(id).ok_or(JobError::Stopped)?;
        let has_switched = job.switched_after.is_some() && !self.dirs().next.exists();
        if job.phase == Phase::Switching && has_switched {
            return self.switch(id, stop, None);
        }
        self.import(&job, stop)?;
        let checked = self.make(id, stop)?;
        if stop.is_set() {
            return Err(JobError::Stopped);
        }
        self.switch(id, stop, Some(checked))
    }

    fn enter(&self, id: JobId, phase: Phase) -> io::Result<()> {
        tracing::info!(job = %id, phase = phase.name(), "reindex job");
        self.book.update(id, |job| {
            job.phase = phase;
            if let Phase::Importing | Phase::Building = phase {
                job.progress = JobProgress::default();
            }
        })
    }

    /// Imports the sources that are not yet.
    fn import(&self, job: &Job, stop: &Stop) -> Result<(), JobError> {
        for (at, source) in job.sources.iter().enumerate() {
            if source.is_imported {
                continue;
            }
            self.enter(job.id, Phase::Importing)?;
            self.import_source((job.id, at), &source.name, stop)?;
        }
        Ok(())
    }

    fn import_source(
        &self,
        (id, at): (JobId, usize),
        name: &Code,
        stop: &Stop,
    ) -> Result<(), JobError> {
        let failed = |error: ImportError| JobError::Import {
            name: name.clone(),
            error: Box::new(error),
        };
        let source = self.sources.get(name);
        let source = source.ok_or_else(|| JobError::UnknownSource { name: name.clone() })?;
        let (intake, runtime) = (self.intake.clone(), self.runtime.clone());
        let submit = move |batch| intake.submit(batch, &runtime);
        let store = &self.stores.store;
        let importer = Importer::new(store, (name, id), stop.clone(), Box::new(submit));
        let book = self.book.clone();
        let mut importer = importer.map_err(failed)?.telling(move |counts, total| {
            book.tell(id, |job| {
                job.sources[at].counts = counts;
                job.progress = imported(job, at, total);
            });
        });
        source.import(&mut importer).map_err(failed)?;
        let counts = importer.counts();
        self.book.update(id, |job| {
            job.sources[at].counts = counts;
            job.sources[at].is_imported = true;
        })?;
        Ok(())
    }

    /// Makes the next index, and gives the manifest of what was validated of it.
    fn make(&self, id: JobId, stop: &Stop) -> Result<Manifest, JobError> {
        self.enter(id, Phase::Building)?;
        let tell = |done: Position, total: Position| {
            self.book.tell(id, |job| {
                job.progress = JobProgress {
                    done: done.get(),
                    total: Some(total.get()),
                };
            });
        };
        let built = build(&self.dirs().next, &self.stores.store, stop, tell)?;
        let mut made = built.ok_or(JobError::Stopped)?;
        if made.position == Position::START {
            return Err(JobError::StoreEmpty);
        }
        self.enter(id, Phase::Validating)?;
        tell(made.position, made.position);
        let canaries = self.canaries.as_deref();
        let checked =
            validate(&mut made, &self.stores, canaries, stop.searches()).map_err(Box::new)?;
        made.live.close()?;
        Ok(checked)
    }

    /// Lets the next index take the place of the one that is followed with.
    fn switch(
        &self,
        id: JobId,
        stop: &Stop,
        checked: Option<Manifest>,
    ) -> Result<GenerationId, JobError> {
        self.enter(id, Phase::Switching)?;
        loop {
            let book = self.book.clone();
            let begin = move |newest| book.update(id, |job| job.switched_after = Some(newest));
            let order = SwitchOrder {
                checked: checked.clone(),
                after: self.book.job(id).and_then(|job| job.switched_after),
                begin: Box::new(begin),
            };
            match self.feed.switch(order) {
                Err(SwitchError::Failed) if stop.why() != Some(Stopped::Ending) => {
                    std::thread::sleep(RETRY_INTERVAL);
                }
                switched => return Ok(switched?),
            }
        }
    }
}

/// How far imports are: the number of all records is known with the last source.
fn imported(job: &Job, at: usize, total: Option<u64>) -> JobProgress {
    let before: u64 = job.sources[..at]
        .iter()
        .map(|source| source.counts.read)
        .sum();
    JobProgress {
        done: before + job.sources[at].counts.read,
        total: total
            .filter(|_| at + 1 == job.sources.len())
            .map(|total| before + total),
    }
}
