//! `sosie delete`: events that are no more.

use clap::{Args, ValueEnum};
use sosie_proto::pb;
use sosie_similarity::limits::INGEST_RECORDS_MAX;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::commands::ingest::{Tally, show};
use crate::failure::Failure;
use crate::output::Output;

/// Delete events
///
/// What searches as of an earlier instant say stays, unless the reason is personal-data: then the records of all
/// revisions are erased for good.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  sosie delete mrs-000042 mrs-000043 --reason duplicate")]
pub(crate) struct DeleteArgs {
    /// The events
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Why; it is kept
    #[arg(long, value_enum)]
    reason: Reason,
    #[command(flatten)]
    indexer: IndexerArgs,
}

/// Why an event is deleted.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reason {
    /// Its source withdrew it
    Withdrawn,
    /// It is another event, told twice
    Duplicate,
    /// It was a trial
    Test,
    /// It holds what it must not hold: its records are erased for good
    PersonalData,
}

/// Deletes and shows what became of it.
///
/// # Errors
/// [`Failure::Usage`] after what was told was shown, if a deletion is refused; else what the calls fail with.
pub(crate) async fn run(
    args: &DeleteArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let reason = match args.reason {
        Reason::Withdrawn => pb::DeletionReason::Withdrawn,
        Reason::Duplicate => pb::DeletionReason::Duplicate,
        Reason::Test => pb::DeletionReason::Test,
        Reason::PersonalData => pb::DeletionReason::PersonalData,
    };
    let mut ingest = Client::connect(&args.indexer.endpoint(endpoint))
        .await?
        .ingest();
    let mut tally = Tally::default();
    for ids in args.ids.chunks(INGEST_RECORDS_MAX) {
        let deletions = ids.iter().map(|id| pb::EventDeletion {
            event_id: id.clone(),
            reason: reason.into(),
            if_revision: None,
        });
        let request = pb::DeleteEventsRequest {
            deletions: deletions.collect(),
        };
        tally.add(ingest.delete_events(request).await?.into_inner().results);
    }
    show(out, &tally)
}
