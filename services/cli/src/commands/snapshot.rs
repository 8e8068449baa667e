//! `sosie snapshot`: what the indexer holds, to be started from on another machine.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use sosie_indexer::snapshot::{self, Snapshot, Target};
use sosie_proto::pb;
use sosie_similarity::Digest;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::SnapshotView;

/// What the indexer holds, to be started from on another machine.
#[derive(Debug, Subcommand)]
pub(crate) enum SnapshotCommand {
    /// Have the indexer write a snapshot of its store and of the generation that is served
    ///
    /// It is written to the directory of snapshots of the indexer, whole or not at all; events are taken meanwhile.
    #[command(after_long_help = "Example:\n  sosie snapshot create nightly-2026-11-25")]
    Create(CreateArgs),
    /// Check every byte of a snapshot on this machine
    Verify(SnapshotArgs),
    /// Make a store and a generation of a snapshot on this machine, where none are
    #[command(
        after_long_help = "Example:\n  sosie snapshot restore backup/nightly-2026-11-25 --store store --generations generations"
    )]
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CreateArgs {
    /// Its name: a code, such as nightly-2026-11-25
    name: String,
    #[command(flatten)]
    indexer: IndexerArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SnapshotArgs {
    /// The directory of the snapshot
    snapshot: PathBuf,
    /// The digest that `create` told: it must be that very snapshot
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    digest: Option<Digest>,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    snapshot: SnapshotArgs,
    /// The directory of the store of record; it may not hold anything
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The directory of generations; it may not hold anything
    #[arg(long, value_name = "DIR")]
    generations: PathBuf,
}

fn digest(text: &str) -> Result<Digest, String> {
    Digest::from_hex(text).ok_or_else(|| "64 lower-case hexadecimal digits".to_owned())
}

/// Makes, checks or restores, and shows.
///
/// # Errors
/// [`Failure::Local`] for a snapshot on this machine, else what the call fails with.
pub(crate) async fn run(
    command: &SnapshotCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let view = match command {
        SnapshotCommand::Create(args) => create(args, &args.indexer.endpoint(endpoint)).await?,
        SnapshotCommand::Verify(args) => on_this_machine("checking", |advance| {
            snapshot::verify(&args.snapshot, args.digest, advance)
        })?,
        SnapshotCommand::Restore(args) => restore(args)?,
    };
    if out.is_json() {
        return out.document(&view);
    }
    Ok(table::snapshot::write(out, &view)?)
}

async fn create(args: &CreateArgs, indexer: &EndpointArgs) -> Result<SnapshotView, Failure> {
    let request = pb::CreateSnapshotRequest {
        snapshot_id: args.name.clone(),
    };
    let mut snapshots = Client::connect(indexer).await?.snapshots();
    let mut told = snapshots.create_snapshot(request).await?.into_inner();
    let bar = bar("copied");
    while let Some(message) = told.message().await? {
        bar.set_position(message.done_bytes.unsigned_abs());
        if let Some(made) = message.snapshot {
            bar.finish_and_clear();
            return Ok(SnapshotView::from(made));
        }
    }
    Err(tonic::Status::unknown("the indexer ended the call before the snapshot was made").into())
}

fn restore(args: &RestoreArgs) -> Result<SnapshotView, Failure> {
    let target = Target {
        store_dir: args.store.clone(),
        generations_dir: args.generations.clone(),
    };
    let from: &Path = &args.snapshot.snapshot;
    on_this_machine("restored", |advance| {
        snapshot::restore(from, args.snapshot.digest, &target, advance)
    })
}

fn on_this_machine(
    what: &'static str,
    work: impl FnOnce(snapshot::Advance) -> Result<Snapshot, snapshot::SnapshotError>,
) -> Result<SnapshotView, Failure> {
    let bar = bar(what);
    let done = work(&mut |bytes| {
        bar.set_position(bytes);
        true
    });
    bar.finish_and_clear();
    Ok(SnapshotView::from(&done.context("snapshot")?))
}

/// Bytes as they are done; indicatif shows it on a terminal only.
fn bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {bytes} {msg}, {bytes_per_sec}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner()
        .with_style(style)
        .with_message(what)
}
