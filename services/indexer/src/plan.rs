//! What a run will read, checked before it reads any record.

use std::path::PathBuf;

use crate::declare::Declarations;
use crate::job::{Input, ReindexError, ReindexJob};
use crate::mapping::Mapping;
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
            inputs.push(match input {
                Input::Ndjson(path) => Prepared::Ndjson(path.clone()),
                Input::GeoJson(path) => Prepared::GeoJson(path.clone()),
                Input::Mapped { mapping, file } => {
                    let mapping = Mapping::load(mapping)?;
                    declarations.add(mapping.declaration().clone())?;
                    Prepared::Mapped(Box::new(mapping), file.clone())
                }
            });
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
        plan.check_rejects_path()?;
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
        let size = |input: &Prepared| input.path().metadata().map_or(0, |file| file.len());
        self.inputs.iter().map(size).sum()
    }

    fn check_rejects_path(&self) -> Result<(), ReindexError> {
        let Ok(rejects) = self.rejects.canonicalize() else {
            return Ok(());
        };
        let is_rejects =
            |input: &Prepared| input.path().canonicalize().ok().as_ref() == Some(&rejects);
        if self.inputs.iter().any(is_rejects) {
            return Err(ReindexError::RejectsAreInput {
                path: self.rejects.clone(),
            });
        }
        Ok(())
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
