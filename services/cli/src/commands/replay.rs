//! `sosie replay`: an answer given again.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use prost::Message;
use serde_json::Value;
use sosie_proto::pb::{self, replay_search_response::Result as Replayed};
use sosie_similarity::Digest;

use crate::args::{EndpointArgs, PageArgs, Pages, QuestionArgs};
use crate::client::Client;
use crate::commands::search::all_pages;
use crate::failure::Failure;
use crate::output::{HEADING, Output};
use crate::receipt::{self, Kept};
use crate::table::{self, grouped};
use crate::view::{FindView, ReplayView, obstacle_name};

/// Give an answer again from what its receipt pins, or tell what stands against it
///
/// The question is put with the flags that were given to `sosie search`, and --receipt is what that wrote with
/// --json. A whole answer is compared with the one that is given again, value by value; of a receipt alone, the service
/// vouches that the answer is the same to the last byte. The SHA-256 of those bytes is told for each page.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ReplayArgs {
    /// What `sosie search --json` wrote, the whole answer or its receipt alone; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Which answer")]
    receipt: PathBuf,
    #[command(flatten)]
    question: QuestionArgs,
    #[command(flatten)]
    pages: PageArgs,
}

const EXAMPLES: &str = "\
Examples:
  sosie search --draft draft.json --json > answer.json
  sosie replay --draft draft.json --receipt answer.json
  sosie search --event mrs-000042 --limit 200 --json | sosie replay --event mrs-000042 --limit 200 --receipt -
  Exit code 5 says that it is not the same answer, or that it can't be given again.";

/// An answer that was given again.
struct Again {
    response: pb::FindSimilarEventsResponse,
    page_sha256: Vec<String>,
}

/// Asks, compares and shows.
///
/// # Errors
/// [`Failure::NotReplayable`] and [`Failure::AnswerDiffers`] after what was told was shown; [`Failure::Usage`] for what
/// can't be asked, else what the calls fail with.
pub(crate) async fn run(
    args: &ReplayArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let query = args.question.query()?;
    let kept = receipt::read(&args.receipt)?;
    let client = Client::connect(endpoint).await?;
    match replay_all(&client, query, &kept.receipt, args.pages.pages()).await {
        Ok(again) => show(out, &kept, again),
        Err(Stopped::Failed(failure)) => Err(failure),
        Err(Stopped::Refused(refusal)) => {
            if out.is_json() {
                out.document(&ReplayView::from(&refusal))?;
            } else {
                table::obstacles::write(out, &refusal)?;
            }
            let names = refusal.obstacles().map(obstacle_name);
            Err(Failure::NotReplayable(names.collect()))
        }
    }
}

/// Why there is no answer.
enum Stopped {
    Refused(pb::ReplayRefusal),
    Failed(Failure),
}

async fn replay_all(
    client: &Client,
    query: pb::SimilarityQuery,
    receipt: &pb::Receipt,
    pages: Pages,
) -> Result<Again, Stopped> {
    let mut page_sha256 = Vec::new();
    // With footprints, as `sosie search --json` asks.
    let response = all_pages(query, pages, true, async |request| {
        let page = replay_one(client, receipt, request).await?;
        page_sha256.push(Digest::of(&page.encode_to_vec()).to_string());
        Ok(page)
    });
    let response = response.await?;
    Ok(Again {
        response,
        page_sha256,
    })
}

async fn replay_one(
    client: &Client,
    receipt: &pb::Receipt,
    request: pb::FindSimilarEventsRequest,
) -> Result<pb::FindSimilarEventsResponse, Stopped> {
    let request = pb::ReplaySearchRequest {
        receipt: Some(receipt.clone()),
        request: Some(request),
    };
    let failed = |status: tonic::Status| Stopped::Failed(status.into());
    let response = client.transparency().replay_search(request).await;
    match response.map_err(failed)?.into_inner().result {
        Some(Replayed::Response(response)) => Ok(response),
        Some(Replayed::Refusal(refusal)) => Err(Stopped::Refused(refusal)),
        None => Err(failed(tonic::Status::unknown(
            "the service gave neither an answer nor a refusal",
        ))),
    }
}

fn show(out: &mut Output, kept: &Kept, again: Again) -> Result<(), Failure> {
    let is_same = is_same(kept.answer.as_ref(), &again.response)?;
    let n_hits = again.response.hits.len() as i64;
    if out.is_json() {
        out.document(&ReplayView::of_answer(&again.response, again.page_sha256))?;
    } else {
        if is_same {
            let hits = if n_hits == 1 { "hit" } else { "hits" };
            let n_hits = grouped(n_hits);
            writeln!(out, "{HEADING}The same answer{HEADING:#}, {n_hits} {hits}.")?;
        } else {
            writeln!(out, "{HEADING}Not the answer that was kept.{HEADING:#}")?;
        }
        let lines = again.page_sha256.into_iter();
        table::pairs(out, lines.map(|digest| ("sha256", digest)))?;
    }
    if is_same {
        Ok(())
    } else {
        Err(Failure::AnswerDiffers)
    }
}

/// Whether what was kept says what was given again; a receipt alone says nothing that could differ.
fn is_same(
    kept: Option<&Value>,
    again: &pb::FindSimilarEventsResponse,
) -> Result<bool, serde_json::Error> {
    let Some(kept) = kept else {
        return Ok(true);
    };
    Ok(serde_json::to_value(FindView::from(again))? == *kept)
}
