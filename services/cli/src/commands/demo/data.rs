//! The data of the demonstration: written, then indexed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sosie_index::Cancel;
use sosie_indexer::{Declarations, Input, MaxRejects, NoProgress, ReindexJob, Summary, reindex};

use super::question;
use crate::demo_data::{self, SOURCE_ID};
use crate::failure::Failure;
use crate::when;

/// The events, one a line.
pub(super) const HISTORY: &str = "history.ndjson";
/// The event that the question is about.
pub(super) const DRAFT: &str = "draft.json";
const SOURCES: &str = "sources.toml";
/// Says what the directory is; its presence, that it is ours.
const README: &str = "SYNTHETIC.txt";
const README_TEXT: &str = "\
Made by `sosie demo`. Every event in this directory is made up; only the places are real.
`sosie demo` writes it anew; it may be deleted at any time.
";
/// The one that is served, and the one that may still be.
const KEEP: NonZeroUsize = NonZeroUsize::new(2).expect("2 is not 0");

/// What was indexed.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    /// `gen-000001`.
    pub(super) generation: String,
    /// Events in it.
    pub(super) event_count: u64,
}

/// Where generations are published.
pub(super) fn generations(dir: &Path) -> PathBuf {
    dir.join("generations")
}

/// Refuses a directory with something else in it: the index of a city may never give way to made-up data.
///
/// # Errors
/// [`Failure::Usage`] on `--dir`.
pub(super) fn check_dir(dir: &Path) -> Result<(), Failure> {
    if dir.join(README).is_file() {
        return Ok(());
    }
    match fs::read_dir(dir).map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(Failure::usage(
            "--dir",
            format_args!(
                "`{}` is not empty and was not made by `sosie demo`: choose another",
                dir.display()
            ),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::unreadable("--dir", dir, &error)),
    }
}

/// Writes the history of `seed` and its declaration, and publishes an index of it.
///
/// # Errors
/// [`Failure::Local`].
pub(super) async fn prepare(dir: &Path, seed: u64) -> Result<Prepared, Failure> {
    let dir = dir.to_owned();
    let prepared = tokio::task::spawn_blocking(move || {
        write_files(&dir, seed)
            .with_context(|| format!("writing the demonstration to {}", dir.display()))?;
        index(&dir).context("indexing the demonstration")
    });
    let summary = prepared.await.context("preparing the demonstration")??;
    let generation = summary.generation.context("nothing was published")?;
    Ok(Prepared {
        generation,
        event_count: summary.event_count,
    })
}

fn write_files(dir: &Path, seed: u64) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    // First, so that a run that is cut short leaves a directory that the next one takes.
    fs::write(dir.join(README), README_TEXT)?;
    fs::write(dir.join(SOURCES), sources(seed))?;
    let mut draft = serde_json::to_string_pretty(&question::draft())?;
    draft.push('\n');
    fs::write(dir.join(DRAFT), draft)?;
    let mut history = BufWriter::new(File::create(dir.join(HISTORY))?);
    demo_data::write_history(seed, &mut history)?;
    history.flush()
}

fn sources(seed: u64) -> String {
    format!(
        "[[source]]\n\
         source_id = \"{SOURCE_ID}\"\n\
         name = \"Synthetic history of Marseille\"\n\
         owner = \"nobody: it is made up\"\n\
         licence = \"CC0-1.0\"\n\
         collection_method = \"drawn at random by sosie demo, seed {seed}\"\n\
         known_time = \"end_time\"\n"
    )
}

fn index(dir: &Path) -> anyhow::Result<Summary> {
    let job = ReindexJob {
        guard: None,
        generations: generations(dir),
        inputs: vec![Input::Ndjson(dir.join(HISTORY))],
        declarations: Declarations::read(&dir.join(SOURCES))?,
        rejects: None,
        max_rejects: MaxRejects::Count(0),
        keep: KEEP,
        receipts: None,
        ingest_time: when::now()?,
        cancel: Cancel::default(),
    };
    Ok(reindex(job, &mut NoProgress)?)
}
