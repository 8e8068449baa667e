//! `sosie statement`: one comparison, under the headings of the law.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use sosie_proto::pb;

use crate::args::{EndpointArgs, LanguageArgs, QuestionArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::receipt;
use crate::view::StatementView;

/// State how one stored event compares with an event, under the four headings of French law
///
/// The headings are those of article R311-3-1-2 of the code of relations between the public and the administration
/// (CRPA); the phrases are fixed, and every number is one of the ledger of `sosie explain`, exactly. The question is
/// put as to `sosie search`; with --receipt the statement is made from what the receipt pins, else from what is
/// served now.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct StatementArgs {
    /// The stored event that is compared
    event_id: String,
    #[command(flatten)]
    question: QuestionArgs,
    /// The receipt of an answer to the question: what it pins is stated, not what is served now
    ///
    /// JSON as `sosie search --json` writes it, the whole answer or its receipt alone; `-` is standard input.
    #[arg(long, value_name = "FILE", help_heading = "How it is stated")]
    receipt: Option<PathBuf>,
    #[command(flatten)]
    language: LanguageArgs,
}

const EXAMPLES: &str = "\
Examples:
  sosie statement mrs-001273 --draft draft.json --language fr
  Of a past answer, from what it pins:
    sosie search --draft draft.json --json > answer.json
    sosie statement mrs-001273 --draft draft.json --receipt answer.json
  Exit code 5 says that what the receipt pins is gone or differs.";

/// Asks and shows.
///
/// # Errors
/// [`Failure::Usage`] for what can't be asked, else what the call fails with.
pub(crate) async fn run(
    args: &StatementArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let kept = args.receipt.as_deref().map(receipt::read);
    let request = pb::GetStatementRequest {
        query: Some(args.question.query()?),
        event_id: args.event_id.clone(),
        language: args.language.language().into(),
        receipt: kept.transpose()?.map(|kept| kept.receipt),
    };
    let client = Client::connect(endpoint).await?;
    let response = client.transparency().get_statement(request).await?;
    let response = response.into_inner();
    if out.is_json() {
        return out.document(&StatementView::from(&response));
    }
    writeln!(out, "{}", response.document.trim_end_matches('\n'))?;
    Ok(())
}
