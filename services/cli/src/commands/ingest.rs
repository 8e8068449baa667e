//! `sosie ingest`: events of a file, sent as a stream.

mod lines;
pub(super) mod tally;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use sosie_proto::pb;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;

pub(crate) use tally::{Tally, show};

/// Messages that are read ahead of what is sent.
const AHEAD_MAX: usize = 4;
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

/// Send events to the indexer, and wait until they are on its disk
///
/// A file can be sent again after any failure: what was taken already is unchanged.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct IngestArgs {
    /// Events as JSON, one a line
    #[arg(value_name = "FILE.ndjson")]
    file: PathBuf,
    /// Check the events, and write none
    #[arg(long)]
    validate_only: bool,
    #[command(flatten)]
    indexer: IndexerArgs,
}

const EXAMPLES: &str = "\
Examples:
  sosie ingest today.ndjson
  sosie ingest today.ndjson --validate-only --json";

/// Sends, and shows what became of it.
///
/// # Errors
/// [`Failure::Usage`] for a file that can't be read or, after what was told was shown, if a record is refused; else
/// what the calls fail with.
pub(crate) async fn run(
    args: &IngestArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let lines = lines::open(&args.file)?;
    let mut ingest = Client::connect(&args.indexer.endpoint(endpoint))
        .await?
        .ingest();
    let (requests, sent) = mpsc::channel(AHEAD_MAX);
    let validate_only = args.validate_only;
    let reading = tokio::task::spawn_blocking(move || lines::send(lines, validate_only, &requests));
    let answers = ingest.ingest_events(ReceiverStream::new(sent)).await?;
    let mut answers = answers.into_inner();
    let (mut tally, mut progress) = (Tally::default(), Progress::new());
    while let Some(answer) = answers.message().await? {
        tally.add(answer.results);
        progress.tell(&tally);
    }
    progress.end();
    let refused = reading.await.context("reading the file")??;
    tally.add_refused(refused);
    show(out, &tally)
}

/// A line on a terminal that is written over.
struct Progress {
    is_shown: bool,
    told: Instant,
}

impl Progress {
    fn new() -> Progress {
        Progress {
            is_shown: std::io::stderr().is_terminal(),
            told: Instant::now(),
        }
    }

    fn tell(&mut self, tally: &Tally) {
        if self.is_shown && self.told.elapsed() >= PROGRESS_EVERY {
            self.told = Instant::now();
            // Progress that can't be told is no reason to stop.
            let _ = write!(anstream::stderr(), "\r{} records", tally.read());
        }
    }

    fn end(&self) {
        if self.is_shown {
            let _ = write!(anstream::stderr(), "\r\x1b[K");
        }
    }
}

/// A record that is refused on this machine, before it is sent: it has no form that could be sent.
fn refused(invalid: &sosie_similarity::Invalid) -> pb::RefusedWrite {
    pb::RefusedWrite {
        reason: pb::WriteRefusal::InvalidRecord.into(),
        field_violations: vec![pb::FieldViolation {
            field: invalid.field.clone(),
            description: invalid.rule.to_string(),
            reason: invalid.rule.code().to_owned(),
        }],
        found_revision: None,
    }
}
