//! Starting, telling and ending jobs.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sosie_proto::from_pb::StartReindex;
use tokio::sync::watch;

use super::id::JobId;
use super::job::Job;
use super::runner::Runner;
use super::stop::Stop;
use crate::serve::holding::Holding;
use crate::serve::status::CallError;

/// How often it is looked whether a job has let go.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// The jobs of a service. Clones share them.
#[derive(Clone)]
pub(in crate::serve) struct Jobs(Arc<Inner>);

struct Inner {
    runner: Runner,
    take_over: bool,
    /// Held while a job is started: two calls at a time start one.
    starting: Mutex<()>,
    /// The job that runs, or ran last.
    running: Mutex<Option<Running>>,
}

struct Running {
    id: JobId,
    stop: Stop,
    thread: JoinHandle<()>,
}

impl Jobs {
    /// Goes on with the job that ran when the process ended, or removes what none goes on with.
    pub(in crate::serve) fn resume(runner: Runner, take_over: bool) -> Jobs {
        let jobs = Jobs(Arc::new(Inner {
            runner,
            take_over,
            starting: Mutex::new(()),
            running: Mutex::new(None),
        }));
        let book = &jobs.0.runner.book;
        match book.jobs().into_iter().find(Job::is_running) {
            None => jobs.0.runner.remove_next(),
            Some(job) => {
                tracing::info!(job = %job.id, "reindex job goes on");
                // Without a thread it can be started again, by the next start of the process.
                if let Err(error) = jobs.run(&job) {
                    tracing::error!(job = %job.id, %error, "reindex job does not go on");
                }
            }
        }
        jobs
    }

    /// Starts a job, unless one of its request is kept.
    pub(super) fn start(&self, asked: StartReindex) -> Result<Job, CallError> {
        let book = &self.0.runner.book;
        let starting = self.0.starting.lock();
        let _starting = starting.unwrap_or_else(PoisonError::into_inner);
        let jobs = book.jobs();
        let is_same = |job: &&Job| asked.request_id.is_some() && job.request_id == asked.request_id;
        if let Some(job) = jobs.iter().rev().find(is_same) {
            return Ok(job.clone());
        }
        if let Some(job) = jobs.iter().find(|job| job.is_running()) {
            return Err(CallError::ReindexRunning(job.id));
        }
        let sources = &self.0.runner.sources;
        let mut named = asked.sources.iter();
        if let Some(at) = named.position(|name| !sources.contains_key(name)) {
            return Err(CallError::SourceNotFound { at });
        }
        self.check_hold()?;
        let job = Job::new(asked.sources, asked.request_id, sosie_rpc::now());
        book.change(|jobs| jobs.push(job.clone()))?;
        tracing::info!(job = %job.id, "reindex job started");
        if let Err(error) = self.run(&job) {
            // It never was.
            book.change(|jobs| jobs.retain(|kept| kept.id != job.id))?;
            return Err(error.into());
        }
        Ok(job)
    }

    /// Works on a job, on a thread of its own.
    fn run(&self, job: &Job) -> io::Result<()> {
        let (jobs, id, stop) = (self.clone(), job.id, Stop::default());
        if job.is_to_cancel {
            stop.cancel();
        }
        let told = stop.clone();
        let thread = std::thread::Builder::new().name("reindex".to_owned());
        let thread = thread.spawn(move || jobs.0.runner.run(id, &told))?;
        let told = stop.clone();
        *self.running() = Some(Running { id, stop, thread });
        // Told to end before it could be stopped.
        let kept = self.0.runner.book.job(id);
        if kept.is_some_and(|job| job.is_to_cancel) {
            told.cancel();
        }
        Ok(())
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        let running = self.0.running.lock();
        running.unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses while a generation is served by choice.
    fn check_hold(&self) -> Result<(), CallError> {
        let stores = &self.0.runner.stores;
        let store_id = stores.store.view()?.summary().store_id;
        let holding = Holding::read(&stores.generations_dir, store_id, self.0.take_over)?;
        holding
            .held_by
            .map_or(Ok(()), |generation| Err(CallError::Held(generation)))
    }

    /// The jobs that are kept, the oldest first.
    pub(super) fn all(&self) -> Vec<Job> {
        self.0.runner.book.jobs()
    }

    /// A job that is kept.
    pub(super) fn get(&self, id: JobId) -> Result<Job, CallError> {
        self.0.runner.book.job(id).ok_or(CallError::JobNotFound)
    }

    /// Sees every change of the jobs.
    pub(super) fn subscribe(&self) -> watch::Receiver<Vec<Job>> {
        self.0.runner.book.subscribe()
    }

    /// Has a job end; one that has ended stays as it is.
    pub(super) fn cancel(&self, id: JobId) -> Result<Job, CallError> {
        if !self.get(id)?.is_running() {
            return self.get(id);
        }
        let book = &self.0.runner.book;
        book.update(id, |job| job.is_to_cancel = job.is_running())?;
        let running = self.running();
        if let Some(running) = running.as_ref().filter(|running| running.id == id) {
            running.stop.cancel();
        }
        drop(running);
        self.get(id)
    }

    /// Lets go of the job that runs: the next start goes on with it. Blocks until its step is done, at most so long.
    pub(in crate::serve) fn end(&self, at_most: Duration) {
        let Some(Running { stop, thread, .. }) = self.running().take() else {
            return;
        };
        stop.end();
        let until = Instant::now() + at_most;
        while !thread.is_finished() && Instant::now() < until {
            std::thread::sleep(LOOK_INTERVAL);
        }
        if thread.is_finished() {
            // A panic was told by the hook of the process.
            let _ = thread.join();
        }
    }
}
