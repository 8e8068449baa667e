//! `sosie generations`: what was published in a directory.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use sosie_index::list_generations;

use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::GenerationView;

/// List the generations that were published in a directory of this machine, newest first
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  sosie generations --dir sosie-demo/generations")]
pub(crate) struct GenerationsArgs {
    /// The directory that sosie-indexer publishes to
    #[arg(long, value_name = "DIR", default_value = "generations")]
    dir: PathBuf,
}

#[derive(Serialize)]
struct GenerationsDocument {
    generations: Vec<GenerationView>,
}

/// Lists and shows.
///
/// # Errors
/// [`Failure::Usage`] if the directory is not there, else [`Failure::Local`] if it can't be listed.
pub(crate) fn run(args: &GenerationsArgs, out: &mut Output) -> Result<(), Failure> {
    if !args.dir.is_dir() {
        let rule = format!("`{}` is not a directory", args.dir.display());
        return Err(Failure::usage("--dir", rule));
    }
    let generations = list_generations(&args.dir).context("listing generations")?;
    if out.is_json() {
        let generations = generations.iter().map(GenerationView::from).collect();
        return out.document(&GenerationsDocument { generations });
    }
    Ok(table::generations::write(out, &generations)?)
}
