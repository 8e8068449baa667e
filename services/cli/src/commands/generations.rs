//! `sosie generations`: what was published, and which of it is served.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use sosie_index::list_generations;
use sosie_proto::pb;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::{GenerationView, KeptGenerationView};

/// What was published, and which of it is served.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerationsCommand {
    /// List the generations, newest first: those of the indexer, or of a directory of this machine
    #[command(
        after_long_help = "Examples:\n  sosie generations list\n  sosie generations list --dir sosie-demo/generations"
    )]
    List(ListArgs),
    /// Have the indexer serve a generation that it keeps, an older one or a newer one
    #[command(
        after_long_help = "Example:\n  sosie generations activate gen-000041 --reason wrong-data"
    )]
    Activate(ActivateArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The directory that sosie-indexer publishes to, in place of asking the indexer
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ActivateArgs {
    /// The generation: gen-000041
    generation: String,
    /// Why; it is kept
    #[arg(long, value_enum)]
    reason: Reason,
    /// The generation that must be served now
    #[arg(long, value_name = "GENERATION")]
    expected: Option<String>,
    #[command(flatten)]
    indexer: IndexerArgs,
}

/// Why a generation is chosen.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reason {
    /// The one that is served holds wrong data
    WrongData,
    /// The one that is served gives wrong answers from right data
    WrongAnswers,
    /// The one that is served costs too much time or memory
    TooSlow,
    /// What had spoken against this one is mended
    Mended,
    /// It is an exercise
    Exercise,
}

#[derive(Serialize)]
struct GenerationsDocument<G> {
    generations: Vec<G>,
}

#[derive(Serialize)]
struct GenerationDocument {
    generation: KeptGenerationView,
}

/// Lists or chooses, and shows.
///
/// # Errors
/// [`Failure::Usage`] for a directory that is not there, [`Failure::Local`] if it can't be listed, else what the call
/// fails with.
pub(crate) async fn run(
    command: &GenerationsCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    match command {
        GenerationsCommand::List(args) => match &args.dir {
            Some(dir) => list_dir(dir, out),
            None => list_kept(&args.indexer.endpoint(endpoint), out).await,
        },
        GenerationsCommand::Activate(args) => {
            activate(args, &args.indexer.endpoint(endpoint), out).await
        }
    }
}

fn list_dir(dir: &Path, out: &mut Output) -> Result<(), Failure> {
    if !dir.is_dir() {
        let rule = format!("`{}` is not a directory", dir.display());
        return Err(Failure::usage("--dir", rule));
    }
    let generations = list_generations(dir).context("listing generations")?;
    if out.is_json() {
        let generations = generations.iter().map(GenerationView::from).collect();
        return out.document(&GenerationsDocument { generations });
    }
    Ok(table::generations::write(out, &generations)?)
}

async fn list_kept(indexer: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let mut index = Client::connect(indexer).await?.index();
    let listed = index
        .list_generations(pb::ListGenerationsRequest {})
        .await?;
    let kept = listed.into_inner().generations.into_iter();
    let generations: Vec<_> = kept.map(KeptGenerationView::from).collect();
    if out.is_json() {
        return out.document(&GenerationsDocument { generations });
    }
    Ok(table::generations::write_kept(out, &generations)?)
}

async fn activate(
    args: &ActivateArgs,
    indexer: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let reason = match args.reason {
        Reason::WrongData => pb::ActivationReason::WrongData,
        Reason::WrongAnswers => pb::ActivationReason::WrongAnswers,
        Reason::TooSlow => pb::ActivationReason::TooSlow,
        Reason::Mended => pb::ActivationReason::Mended,
        Reason::Exercise => pb::ActivationReason::Exercise,
    };
    let request = pb::ActivateGenerationRequest {
        generation_id: args.generation.clone(),
        reason: reason.into(),
        expected_active_generation_id: args.expected.clone(),
    };
    let mut index = Client::connect(indexer).await?.index();
    let made = index.activate_generation(request).await?.into_inner();
    let generation = KeptGenerationView::from(made.generation.unwrap_or_default());
    if out.is_json() {
        return out.document(&GenerationDocument { generation });
    }
    Ok(table::generations::write_kept(out, &[generation])?)
}
