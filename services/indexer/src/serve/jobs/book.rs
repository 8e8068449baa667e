//! The jobs that are kept: a small file, replaced as a whole, and what watchers look at.
//!
//! **Law.** What is told of a job is on disk first, but for its progress.

mod form;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sosie_index::disk;
use tokio::sync::watch;

use super::id::JobId;
use super::job::Job;

/// Jobs that are kept.
const JOBS_MAX: usize = 20;
const FILE: &str = "reindex-jobs.json";
const NEXT_FILE: &str = "reindex-jobs.json.new";
/// Longest file that is read: far more than [`JOBS_MAX`] jobs with all their sources.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why the jobs that are kept can't be read.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The file system refused.
    #[error("`{}`: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It is damaged, or of another version.
    #[error("`{}`: {what}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The jobs, the oldest first.
pub(in crate::serve) struct Book {
    dir: PathBuf,
    /// Held while the file is replaced.
    writing: Mutex<()>,
    jobs: watch::Sender<Vec<Job>>,
}

impl Book {
    /// Reads the jobs that are kept in `dir`, the directory of the store.
    pub(in crate::serve) fn open(dir: &Path) -> Result<Self, BookError> {
        let path = dir.join(FILE);
        let failed = |cause| BookError::Io {
            path: path.clone(),
            cause,
        };
        let jobs = match fs::metadata(&path) {
            Ok(found) if found.len() > FILE_BYTES_MAX => Err("longer than it is ever written"),
            Ok(_) => form::parse(&fs::read(&path).map_err(failed)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let malformed = |what| BookError::Malformed {
            path: path.clone(),
            what,
        };
        Ok(Book {
            dir: dir.to_owned(),
            writing: Mutex::new(()),
            jobs: watch::Sender::new(jobs.map_err(malformed)?),
        })
    }

    /// The jobs as they are now, the oldest first.
    pub(super) fn jobs(&self) -> Vec<Job> {
        self.jobs.borrow().clone()
    }

    /// One of them.
    pub(super) fn job(&self, id: JobId) -> Option<Job> {
        find(&self.jobs.borrow(), id).cloned()
    }

    /// Sees every change.
    pub(super) fn subscribe(&self) -> watch::Receiver<Vec<Job>> {
        self.jobs.subscribe()
    }

    /// Changes the jobs if `change` does, durably, then tells it; gives what `change` gave.
    pub(super) fn change<A>(&self, change: impl FnOnce(&mut Vec<Job>) -> A) -> io::Result<A> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.jobs();
        let mut jobs = before.clone();
        let answer = change(&mut jobs);
        if jobs != before {
            let old = jobs.len().saturating_sub(JOBS_MAX);
            jobs.drain(..old);
            self.replace(&form::text(&jobs))?;
            self.jobs.send_replace(jobs);
        }
        Ok(answer)
    }

    /// Changes a job durably.
    pub(super) fn update(&self, id: JobId, change: impl FnOnce(&mut Job)) -> io::Result<()> {
        self.change(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|job| job.id == id) {
                change(job);
            }
        })
    }

    /// Tells of a job what need not be kept.
    pub(super) fn tell(&self, id: JobId, change: impl FnOnce(&mut Job)) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.jobs.send_modify(|jobs| {
            if let Some(job) = jobs.iter_mut().find(|job| job.id == id) {
                change(job);
            }
        });
    }

    fn replace(&self, text: &[u8]) -> io::Result<()> {
        let next = self.dir.join(NEXT_FILE);
        let mut file = File::create(&next)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&next, self.dir.join(FILE))?;
        disk::sync_dir(&self.dir)
    }
}

/// A job of a list.
pub(super) fn find(jobs: &[Job], id: JobId) -> Option<&Job> {
    jobs.iter().find(|job| job.id == id)
}

#[cfg(test)]
mod tests {
    use super::super::job::{Failure, FailureReason, JobState, Phase};
    use super::*;
    use sosie_similarity::{Code, Timestamp};

    fn job(number: i64) -> Job {
        let time = |micros| Timestamp::from_micros(micros).unwrap();
        let sources = vec![Code::new("register").unwrap()];
        let mut job = Job::new(sources, Some(format!("r-{number}")), time(number));
        job.phase = Phase::Validating;
        job.state = JobState::Failed;
        job.end_time = Some(time(number + 1));
        job.sources[0].counts.read = 7;
        job.failure = Some(Failure {
            reason: FailureReason::CanaryMismatch,
            subject: Some("concert".to_owned()),
        });
        job
    }

    #[test]
    fn the_last_jobs_are_there_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(dir.path()).unwrap();
        let all: Vec<_> = (0..25).map(job).collect();
        for job in &all {
            book.change(|jobs| jobs.push(job.clone())).unwrap();
        }
        book.tell(all[24].id, |job| job.progress.done = 9);
        assert_eq!(book.job(all[24].id).unwrap().progress.done, 9);
        drop(book);
        let again = Book::open(dir.path()).unwrap();
        assert_eq!(again.jobs(), all[5..]);
        assert_eq!(again.job(all[4].id), None);
    }

    #[test]
    fn a_file_that_is_damaged_or_newer_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(dir.path()).unwrap();
        book.change(|jobs| jobs.push(job(1))).unwrap();
        drop(book);
        let path = dir.path().join(FILE);
        let whole = fs::read_to_string(&path).unwrap();
        for (from, to) in [
            ("\"version\":1", "\"version\":2"),
            ("VALIDATING", "DREAMING"),
            ("\"jobs\"", "\"tasks\""),
            ("job-", "gen-"),
        ] {
            assert!(whole.contains(from), "{from} in {whole}");
            fs::write(&path, whole.replacen(from, to, 1)).unwrap();
            let Err(error) = Book::open(dir.path()) else {
                panic!("{to} was read");
            };
            assert!(error.to_string().contains(FILE), "{error}");
        }
    }
}
