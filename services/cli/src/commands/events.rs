//! `sosie events`: stored events as they are.

use std::io::Write;

use clap::{Args, Subcommand};
use sosie_proto::pb;

use crate::args::{AsOfArgs, EndpointArgs, FilterArgs, PageArgs, ZoneArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::{FAINT, Output};
use crate::table;
use crate::view::{EventAnswerView, EventListView};

/// Stored events as they are.
#[derive(Debug, Subcommand)]
pub(crate) enum EventsCommand {
    /// Show one event, in any state
    #[command(after_long_help = "Example:\n  sosie events get mrs-000042 --json")]
    Get {
        /// Its id
        event_id: String,
    },
    List(Box<EventsListArgs>),
}

/// List the events that pass a filter, latest first
#[derive(Debug, Args)]
#[command(after_long_help = LIST_EXAMPLES)]
pub(crate) struct EventsListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    zone: ZoneArgs,
    #[command(flatten)]
    as_of: AsOfArgs,
    #[command(flatten)]
    pages: PageArgs,
}

const LIST_EXAMPLES: &str = "\
Examples:
  sosie events list --nature-prefix sport/football --sector-prefix marseille/13008
  sosie events list --state cancelled --state postponed --from 2024-01-01 --time-zone Europe/Paris
  sosie events list --radius 43.264,5.373,1 --participants-min 10000 --all --json";

/// Asks and shows.
///
/// # Errors
/// [`Failure::Usage`] for what can't be asked, else what the calls fail with.
pub(crate) async fn run(
    command: &EventsCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    match command {
        EventsCommand::Get { event_id } => get(event_id, endpoint, out).await,
        EventsCommand::List(args) => list(args, endpoint, out).await,
    }
}

async fn get(event_id: &str, endpoint: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let request = pb::GetEventRequest {
        event_id: event_id.to_owned(),
    };
    let client = Client::connect(endpoint).await?;
    let response = client.events().get_event(request).await?.into_inner();
    if out.is_json() {
        return out.document(&EventAnswerView::from(&response));
    }
    if let Some(event) = &response.event {
        table::event::write_one(out, event)?;
    }
    Ok(())
}

async fn list(
    args: &EventsListArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let filter = args.filter.filter(args.zone)?;
    let as_of = args.as_of.as_of(args.zone)?;
    let client = Client::connect(endpoint).await?;
    let mut pages = args.pages.pages();
    let mut listed = pb::ListEventsResponse::default();
    loop {
        let request = pb::ListEventsRequest {
            filter: Some(filter.clone()),
            as_of,
            page_size: pages.page_size(),
            page_token: pages.page_token(),
            include_footprints: out.is_json(),
        };
        let mut page = client.events().list_events(request).await?.into_inner();
        let goes_on = pages.go_on(page.events.len(), &page.next_page_token);
        page.events.splice(..0, std::mem::take(&mut listed.events));
        listed = page;
        if !goes_on {
            return show(out, &listed, args.pages.more());
        }
    }
}

fn show(out: &mut Output, listed: &pb::ListEventsResponse, more: &str) -> Result<(), Failure> {
    if out.is_json() {
        return out.document(&EventListView::from(listed));
    }
    table::event::write_many(out, &listed.events)?;
    if listed.events.is_empty() {
        writeln!(out, "No event passes these conditions.")?;
    }
    if !listed.next_page_token.is_empty() {
        writeln!(out, "{FAINT}{more}{FAINT:#}")?;
    }
    Ok(())
}
