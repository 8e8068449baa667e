//! `sosie search`: the past events most like an event.

use std::io::Write;

use clap::Args;
use sosie_proto::pb;

use crate::args::{EndpointArgs, PageArgs, Pages, QuestionArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::{FAINT, HEADING, Output};
use crate::table::{self, grouped};
use crate::view::FindView;

/// Find the past events that resemble an event most
///
/// The event is described by flags, by a JSON file (--draft), or is a stored one (--event). What is left out is
/// not compared. Each hit comes with its score, a bar per axis and, with --explain-hits, the whole sum.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    question: QuestionArgs,
    #[command(flatten)]
    pages: PageArgs,
    /// Show for each hit how its score adds up
    #[arg(long, help_heading = "How they are shown")]
    explain_hits: bool,
}

const EXAMPLES: &str = "\
Examples:
  A concert on the beach, one Saturday night in July:
    sosie search --nature culture/concert/open-air --sector marseille/13008/la-plage \\
      --lat 43.264 --lon 5.3728 --participants 12000 --area-m2 20000 \\
      --start 2026-07-11T20:00 --end 2026-07-12T02:00 --time-zone Europe/Paris
  A day is enough for weekday and season:
    sosie search --nature sport/football --date 2026-09-19
  The events most like a stored one, but not its own series, and only what was known in 2024:
    sosie search --event mrs-000042 --exclude-probe-series --as-of 2024-01-01T00:00:00Z
  The draft of a file, were twice as many to come; location counts double:
    sosie search --draft draft.json --participants 24000 --weight location=2
  Within 2 km, weekends and seasons ignored, as JSON:
    sosie search --draft draft.json --radius 43.264,5.373,2 --weight day_kind=0 --weight season=0 --json

A draft file has the fields of an event record, all optional, and `dates`:
  { \"nature\": \"culture/concert\", \"location\": { \"latitude\": 43.264, \"longitude\": 5.3728 },
    \"participants\": { \"best\": 12000, \"basis\": \"PEAK\" }, \"footprint_area_m2\": 20000,
    \"dates\": { \"first_date\": \"2026-07-11\", \"last_date\": \"2026-07-12\" } }";

/// Asks, follows the pages that are wanted, and shows the hits.
///
/// # Errors
/// [`Failure::Usage`] for what can't be asked, else what the calls fail with.
pub(crate) async fn run(
    args: &SearchArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let query = args.question.query()?;
    let client = Client::connect(endpoint).await?;
    let mut service = client.similar_events();
    let ask = async |request| Ok(service.find_similar_events(request).await?.into_inner());
    let response: Result<_, Failure> =
        all_pages(query, args.pages.pages(), out.is_json(), ask).await;
    let response = response?;
    if out.is_json() {
        return out.document(&FindView::from(&response));
    }
    show(out, &response, args.pages.more())?;
    if args.explain_hits {
        show_ledgers(out, &response)?;
    }
    Ok(())
}

/// Follows the pages that are wanted, each of which `ask` answers, and puts them together.
///
/// # Errors
/// What `ask` fails with.
pub(crate) async fn all_pages<E>(
    query: pb::SimilarityQuery,
    mut pages: Pages,
    include_footprints: bool,
    mut ask: impl AsyncFnMut(pb::FindSimilarEventsRequest) -> Result<pb::FindSimilarEventsResponse, E>,
) -> Result<pb::FindSimilarEventsResponse, E> {
    let mut found: Option<pb::FindSimilarEventsResponse> = None;
    loop {
        let request = pb::FindSimilarEventsRequest {
            query: Some(query.clone()),
            page_size: pages.page_size(),
            page_token: pages.page_token(),
            include_footprints,
        };
        let page = ask(request).await?;
        let goes_on = pages.go_on(page.hits.len(), &page.next_page_token);
        let found = match &mut found {
            None => found.insert(page),
            Some(found) => append(found, page),
        };
        if !goes_on {
            return Ok(std::mem::take(found));
        }
    }
}

/// Counts are those of the last page; summaries are of one page each and can't be put together.
fn append(
    found: &mut pb::FindSimilarEventsResponse,
    page: pb::FindSimilarEventsResponse,
) -> &mut pb::FindSimilarEventsResponse {
    found.hits.extend(page.hits);
    found.next_page_token = page.next_page_token;
    found.counts = page.counts;
    found.outcome_summaries.clear();
    found
}

fn show(
    out: &mut Output,
    response: &pb::FindSimilarEventsResponse,
    more: &str,
) -> Result<(), Failure> {
    show_hits(out, response)?;
    table::receipt::write(out, response.receipt.as_ref(), response.counts.as_ref())?;
    if !response.next_page_token.is_empty() {
        writeln!(out, "\n{FAINT}{more}{FAINT:#}")?;
    }
    Ok(())
}

/// Shows the hits and what they needed.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn show_hits(
    out: &mut Output,
    response: &pb::FindSimilarEventsResponse,
) -> Result<(), Failure> {
    table::hits::write(out, &response.hits)?;
    if !response.outcome_summaries.is_empty() {
        out.heading("What they needed")?;
        table::outcomes::write(out, &response.outcome_summaries, response.hits.len())?;
    }
    Ok(())
}

fn show_ledgers(out: &mut Output, response: &pb::FindSimilarEventsResponse) -> Result<(), Failure> {
    for hit in &response.hits {
        let id = hit.event.as_ref().map_or("", |event| &event.event_id);
        write!(out, "\n{HEADING}{} {id}{HEADING:#}", hit.rank)?;
        match hit.series_member_count {
            ..=1 => writeln!(out)?,
            n => writeln!(out, "  the best of {} of its series", grouped(n))?,
        }
        table::ledger::write(out, &hit.ledger, Some(hit.score))?;
    }
    Ok(())
}
