//! `sosie demo`: everything on one machine, from made-up data to a first answer.

mod data;
mod question;
mod serve;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use sosie_proto::pb;

use crate::args::{ENDPOINT_DEFAULT, EndpointArgs};
use crate::client::Client;
use crate::commands::{log_warnings, search};
use crate::demo_data;
use crate::failure::Failure;
use crate::output::{FAINT, HEADING, Output};
use crate::table::{self, grouped};
use crate::view::FindView;

use data::Prepared;
use serve::Served;

/// Set everything up on this machine with made-up data, ask a first question, and go on serving
///
/// Writes a synthetic history of Marseille (about 5,000 events, 2016 to 2025), indexes it, serves it, asks over
/// gRPC what a large concert on the beach would need, and shows the answer. Then it serves until Ctrl-C.
/// Nothing but --dir is written, and a later run uses the same directory again.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// Where the data and the index are written
    #[arg(long, value_name = "DIR", default_value = "./sosie-demo")]
    dir: PathBuf,
    /// Where to serve; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50051")]
    listen: SocketAddr,
    /// Another seed makes up another history
    #[arg(long, value_name = "NUMBER", default_value_t = demo_data::SEED)]
    seed: u64,
    /// End after the answer
    #[arg(long)]
    once: bool,
}

const EXAMPLES: &str = "\
Examples:
  sosie demo
  sosie demo --listen 127.0.0.1:0 --dir /tmp/sosie --once";

/// Prepares, serves, asks and shows.
///
/// # Errors
/// [`Failure::Usage`] for a directory or an address that can't be used; else what the parts fail with.
pub(crate) async fn run(
    args: &DemoArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    log_warnings();
    data::check_dir(&args.dir)?;
    // Before the work: a port that is taken is told at once.
    let server = serve::bind(args.listen, data::generations(&args.dir)).await?;
    if !out.is_json() {
        writeln!(
            out,
            "{HEADING}Sosie, a demonstration.{HEADING:#} {SYNTHETIC}\n"
        )?;
    }
    let prepared = data::prepare(&args.dir, args.seed).await?;
    let mut served = Served::start(server);
    let endpoint = EndpointArgs {
        endpoint: served.url(),
        timeout: endpoint.timeout,
        token_file: None,
    };
    let client = served.ready(&endpoint).await?;
    let response = ask(&client).await?;
    if out.is_json() {
        out.document(&FindView::from(&response))?;
    } else {
        show(out, args, &prepared, (&endpoint.endpoint, &response))?;
    }
    if !args.once {
        if !out.is_json() {
            next_steps(out, &args.dir, &endpoint.endpoint, &response)?;
        }
        served.interrupted().await?;
    }
    // The connection goes first: the service waits for those that are open.
    drop(client);
    served.stop().await
}

const SYNTHETIC: &str = "Every event in it is made up; only the places are real.";

async fn ask(client: &Client) -> Result<pb::FindSimilarEventsResponse, Failure> {
    let request = pb::FindSimilarEventsRequest {
        query: Some(question::query()?),
        ..pb::FindSimilarEventsRequest::default()
    };
    let response = client.similar_events().find_similar_events(request).await?;
    Ok(response.into_inner())
}

fn show(
    out: &mut Output,
    args: &DemoArgs,
    prepared: &Prepared,
    (endpoint, response): (&str, &pb::FindSimilarEventsResponse),
) -> Result<(), Failure> {
    let events = grouped(prepared.event_count.cast_signed());
    let dir = args.dir.display();
    let generation = &prepared.generation;
    let lines = [
        (
            "history",
            format!(
                "{events} synthetic events, seed {}: {dir}/{}",
                args.seed,
                data::HISTORY
            ),
        ),
        ("index", format!("{generation} in {dir}/generations")),
        ("service", endpoint.to_owned()),
    ];
    table::pairs(out, lines)?;
    out.heading("The question")?;
    writeln!(out, "{}", question::TEXT)?;
    out.heading("The past events most like it")?;
    search::show_hits(out, response)?;
    if let Some(answer) = question::answer(&response.outcome_summaries) {
        out.heading("The answer")?;
        writeln!(out, "{answer}")?;
        writeln!(out, "{FAINT}Of made-up events: {NO_ADVICE}{FAINT:#}")?;
    }
    table::receipt::write(out, response.receipt.as_ref(), response.counts.as_ref())?;
    Ok(())
}

const NO_ADVICE: &str = "it shows how the search works, not what a concert needs.";

fn next_steps(
    out: &mut Output,
    dir: &Path,
    endpoint: &str,
    response: &pb::FindSimilarEventsResponse,
) -> Result<(), Failure> {
    out.heading("Next, in another terminal")?;
    if endpoint != ENDPOINT_DEFAULT {
        writeln!(out, "  export SOSIE_ENDPOINT={endpoint}")?;
    }
    let draft = format!("--draft {}", dir.join(data::DRAFT).display());
    let best = response.hits.first().and_then(|hit| hit.event.as_ref());
    let best = best.map_or("mrs-000001", |event| &event.event_id);
    for command in [
        format!("sosie explain {best} {draft}"),
        format!("sosie search {draft} --participants 40000 --weight location=2"),
        format!("sosie search --event {best} --exclude-probe-series"),
        "sosie facets --by nature:1 --by month".to_owned(),
        "sosie profile show".to_owned(),
    ] {
        writeln!(out, "  {command}")?;
    }
    writeln!(out, "\nServing at {endpoint}. Ctrl-C ends it.")?;
    Ok(())
}
