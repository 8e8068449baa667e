//! What a run will read, checked before it reads any record.

use std::path::{Path, PathBuf};

use crate::declare::Declarations;
use crate::job::{ReindexError, ReindexJob};
use crate::source::{Context, Prepared};

/// What a job comes to, once its mappings and declarations are read.
pub(crate) struct Plan {
    /// Those of the job and of its mappings.
    pub(crate) declarations: Declarations,
    /// In the order of reading.
    pub(crate) inputs: Vec<Prepared>,
    /// The rejects file.
    pub(crate) rejects: PathBuf,
}

impl Plan {
    /// Reads mappings and checks every input, before any record is read.
    pub(crate) fn new(job: &ReindexJob) -> Result<Self, ReindexError> {
        let mut declarations = job.declarations.clone();
        let mut inputs = Vec::new();
        for input in &job.inputs {
            let is_given_up = || job.cancel.is_cancelled();
            let input = Prepared::new(input, &mut declarations, &is_given_up);
            inputs.push(input.map_err(|error| match is_given_up() {
                true => ReindexError::Cancelled,
                false => error.into(),
            })?);
        }
        let plan = Plan {
            declarations,
            inputs,
            rejects: rejects_path(job),
        };
        for input in &plan.inputs {
            // Dropped: it is opened only for what is checked before a record is read.
            drop(input.open(plan.context(job))?);
        }
        plan.check_rejects_path(job)?;
        Ok(plan)
    }

    /// What records are read with.
    pub(crate) fn context(&self, job: &ReindexJob) -> Context<'_> {
        Context {
            declarations: &self.declarations,
            ingest_time: job.ingest_time,
        }
    }

    /// Bytes of all inputs; a file whose size is not known counts as none.
    pub(crate) fn total_bytes(&self) -> u64 {
        self.inputs.iter().map(|input| input.file().bytes()).sum()
    }

    /// The rejects file is written over what is there: that may be nothing that the run reads or publishes.
    fn check_rejects_path(&self, job: &ReindexJob) -> Result<(), ReindexError> {
        let rejects = resolved(&self.rejects);
        let is_read = self.files(job).any(|file| resolved(file) == rejects);
        if is_read || is_of_generations(&rejects, &resolved(&job.generations)) {
            return Err(ReindexError::RejectsTaken {
                path: self.rejects.clone(),
            });
        }
        Ok(())
    }

    /// Every file that the run reads.
    fn files<'a>(&'a self, job: &'a ReindexJob) -> impl Iterator<Item = &'a Path> {
        let mappings = self.inputs.iter().filter_map(|input| match input {
            Prepared::Mapped(mapping, _) => Some(mapping),
            Prepared::Ndjson(_) | Prepared::GeoJson(_) | Prepared::Parquet(_) => None,
        });
        let of_mappings = mappings.flat_map(|mapping| mapping.files());
        let inputs = self.inputs.iter().map(Prepared::path);
        inputs
            .chain(of_mappings.map(|(file, _)| file))
            .chain(job.declarations.file())
    }
}

/// Whether a file in the directory of generations is what it consists of: `CURRENT`, its next text, the lock, a
/// generation.
fn is_of_generations(file: &Path, generations: &Path) -> bool {
    let within = file.strip_prefix(generations).ok();
    let first = within.and_then(|within| within.components().next());
    first.is_some_and(|first| {
        let name = first.as_os_str().to_string_lossy();
        name == "CURRENT" || name.starts_with('.') || name.starts_with("gen-")
    })
}

/// The one path of a file, also of one that is still to be made.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(found) = path.canonicalize() {
        return found;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => absolute,
    }
}

fn rejects_path(job: &ReindexJob) -> PathBuf {
    let name = job
        .ingest_time
        .to_utc()
        .format("rejects-%Y%m%dT%H%M%S%.3fZ.ndjson");
    job.rejects
        .clone()
        .unwrap_or_else(|| job.generations.join(name.to_string()))
}
