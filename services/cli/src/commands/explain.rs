//! `sosie explain`: how one stored event compares.

use std::io::Write;

use clap::Args;
use sosie_proto::pb;

use crate::args::{EndpointArgs, QuestionArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::ExplanationView;

/// Tell how one stored event compares with an event, and at which rank it stands or which rules keep it out
///
/// The question is put as to `sosie search`; the answer is the ledger: per axis both values, how far apart they
/// are, how alike that makes them, and what it adds to the score.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ExplainArgs {
    /// The stored event that is explained
    event_id: String,
    #[command(flatten)]
    question: QuestionArgs,
}

const EXAMPLES: &str = "\
Examples:
  sosie explain mrs-000042 --draft draft.json
  sosie explain mrs-000042 --event mrs-000017
  Why is it not among the football matches?
    sosie explain mrs-000042 --event mrs-000017 --nature-prefix sport/football";

/// Asks and shows.
///
/// # Errors
/// [`Failure::Usage`] for what can't be asked, else what the call fails with.
pub(crate) async fn run(
    args: &ExplainArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let request = pb::ExplainEventRequest {
        query: Some(args.question.query()?),
        event_id: args.event_id.clone(),
    };
    let client = Client::connect(endpoint).await?;
    let response = client.similar_events().explain_event(request).await?;
    let response = response.into_inner();
    if out.is_json() {
        return out.document(&ExplanationView::from(&response));
    }
    if let Some(event) = &response.event {
        table::event::write_one(out, event)?;
        writeln!(out)?;
    }
    table::ledger::write(out, &response.ledger, response.score)?;
    writeln!(out)?;
    table::verdict::write(out, &response)?;
    table::receipt::write(out, response.receipt.as_ref(), None)?;
    Ok(())
}
