//! The sources of a service, as the `[[source]]` tables of its configuration file state them.
//!
//! Start reading at [`read_sources`], then [`SourceKind`].

mod form;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sosie_rpc::{ConfigError, FileProblem};
use sosie_similarity::{Code, Rule};

use crate::declare::{Declarations, DeclareError};
use crate::job::{Input, InvalidMaxRejects, MaxRejects};
use crate::serve::{InvalidPostgres, PostgresForm};
use form::SourcesForm;

/// The key of the configuration file whose tables are sources.
pub const SOURCES_KEY: &str = "source";
/// Most sources of a service; a city has a few dozen.
pub const SOURCES_MAX: usize = 1_000;

/// A source that a service reads by itself, or when a job asks for it.
#[derive(Clone, Debug)]
pub struct ConfiguredSource {
    /// What jobs, logs and positions call it.
    pub name: Code,
    /// Where its records come from.
    pub kind: SourceKind,
}

/// Where the records of a source come from.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// A file, imported when a reindex job asks for it.
    Files(FileSource),
    /// A directory, whose files are imported as they come.
    Spool(SpoolSource),
    /// A database: loaded whole, at first and when a reindex job asks for it, and followed.
    Postgres(Box<PostgresForm>),
}

/// A file of records.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// A path or a URL.
    pub url: PathBuf,
    /// How it is read.
    pub reading: Reading,
}

/// A directory of files of records.
#[derive(Clone, Debug)]
pub struct SpoolSource {
    /// The directory: files come into `incoming` of it.
    pub directory: PathBuf,
    /// How often it is looked at.
    pub poll_interval: Duration,
    /// How its files are read.
    pub reading: Reading,
}

/// How files of records are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What the files are.
    pub format: FileFormat,
    /// The data sets that their records may name. A mapping declares its own.
    pub declarations: Declarations,
    /// Refused records of a file past which nothing of it is written.
    pub max_rejects: MaxRejects,
}

/// What a file of records is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// An event a line.
    Ndjson,
    /// A FeatureCollection of events.
    GeoJson,
    /// A row an event, its columns the fields.
    Parquet,
    /// A city's own form.
    Mapped {
        /// The mapping: how its columns become events.
        mapping: PathBuf,
    },
}

impl FileFormat {
    /// A file of this format.
    pub fn input(&self, file: PathBuf) -> Input {
        match self {
            FileFormat::Ndjson => Input::Ndjson(file),
            FileFormat::GeoJson => Input::GeoJson(file),
            FileFormat::Parquet => Input::Parquet(file),
            FileFormat::Mapped { mapping } => Input::Mapped {
                mapping: mapping.clone(),
                file,
            },
        }
    }
}

impl SourceKind {
    /// As the configuration file calls it.
    pub fn name(&self) -> &'static str {
        match self {
            SourceKind::Files(_) => "files",
            SourceKind::Spool(_) => "spool",
            SourceKind::Postgres(_) => "postgres",
        }
    }
}

/// Reads the `[[source]]` tables of a configuration file; all else in it is read elsewhere.
///
/// # Errors
/// [`SourcesError`], naming the file and the source.
pub fn read_sources(path: &Path, text: &str) -> Result<Vec<ConfiguredSource>, SourcesError> {
    let form: SourcesForm = toml::from_str(text)
        .map_err(|error| ConfigError::file(path, FileProblem::toml(text, &error)))?;
    let sources = form.source.into_iter().enumerate().map(|(at, form)| {
        let name = form.name().to_owned();
        form.source().map_err(|problem| SourcesError::Source {
            path: path.to_owned(),
            at,
            name,
            problem: Box::new(problem),
        })
    });
    let sources: Vec<_> = sources.collect::<Result<_, _>>()?;
    check_together(path, &sources)?;
    Ok(sources)
}

/// Checks what two sources must not share, and their number.
fn check_together(path: &Path, sources: &[ConfiguredSource]) -> Result<(), SourcesError> {
    let (mut names, mut directories) = (BTreeSet::new(), BTreeSet::new());
    for (at, source) in sources.iter().enumerate() {
        let wrong = |problem| SourcesError::Source {
            path: path.to_owned(),
            at,
            name: source.name.to_string(),
            problem: Box::new(problem),
        };
        if at == SOURCES_MAX {
            return Err(wrong(SourceProblem::TooMany));
        }
        if !names.insert(&source.name) {
            return Err(wrong(SourceProblem::Twice));
        }
        if let SourceKind::Spool(spool) = &source.kind
            && !directories.insert(&spool.directory)
        {
            return Err(wrong(SourceProblem::SharedDirectory));
        }
    }
    Ok(())
}

/// Why the sources of a configuration file are not used.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// The file is not of the documented form.
    #[error(transparent)]
    Form(#[from] ConfigError),
    /// A source is not used.
    #[error("{}: `source[{at}]` (`{name}`): {problem}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// The place of the table in the file, from 0.
        at: usize,
        /// The name that it states.
        name: String,
        /// What is wrong with it.
        problem: Box<SourceProblem>,
    },
}

/// What is wrong with a source.
#[derive(Debug, thiserror::Error)]
pub enum SourceProblem {
    /// A name that is no code.
    #[error("`name` {0}")]
    Name(Rule),
    /// Another source has its name.
    #[error("another source has this name")]
    Twice,
    /// Another source reads its directory.
    #[error("another source reads this `directory`")]
    SharedDirectory,
    /// A database that is not configured rightly.
    #[error(transparent)]
    Postgres(#[from] InvalidPostgres),
    /// More sources than the limit.
    #[error("there are more than {SOURCES_MAX} sources")]
    TooMany,
    /// No mapping, where the format needs one.
    #[error("`format = \"mapped\"` needs `mapping`")]
    NoMapping,
    /// A mapping, where no format reads one.
    #[error("`mapping` needs `format = \"mapped\"`")]
    Mapping,
    /// Declarations beside a mapping.
    #[error("`declares` is of no use here: a mapping declares its own data set")]
    Declares,
    /// A declaration of an id that is no code.
    #[error("`declares[{at}].source_id` {rule}")]
    SourceId {
        /// The place of the table in the source, from 0.
        at: usize,
        /// The rule that it breaks.
        rule: Rule,
    },
    /// A data set that is declared twice.
    #[error("`declares`: {0}")]
    Declare(#[from] DeclareError),
    /// A limit that is none.
    #[error("`max_rejects` has to be {0}")]
    MaxRejects(#[from] InvalidMaxRejects),
    /// A directory that would be looked at all the time.
    #[error("`poll_interval_ms` has to be at least 1")]
    PollInterval,
}

#[cfg(test)]
mod tests;
