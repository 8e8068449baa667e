//! `sosie facets`: how many events there are, by what they are.

use std::io::Write;

use clap::Args;
use sosie_proto::pb;

use crate::args::{AsOfArgs, EndpointArgs, FilterArgs, ZoneArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, grouped};
use crate::view::FacetsView;

/// Count the events that pass a filter, by nature, sector, month, weekday or source
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct FacetsArgs {
    /// What to count by: nature, sector, month, weekday or source; `nature:2` counts by two leading codes,
    /// plain `nature` at every depth (repeat) [default: everything]
    #[arg(long, value_name = "FACET[:DEPTH]", value_parser = facet)]
    by: Vec<pb::FacetRequest>,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    zone: ZoneArgs,
    #[command(flatten)]
    as_of: AsOfArgs,
}

const EXAMPLES: &str = "\
Examples:
  sosie facets --by nature:1 --by month
  sosie facets --by sector:2 --nature-prefix sport --from 2024-01-01 --time-zone Europe/Paris";

fn facet(text: &str) -> Result<pb::FacetRequest, String> {
    let (name, depth) = match text.split_once(':') {
        Some((name, depth)) => (name, Some(depth)),
        None => (text, None),
    };
    let facet = match name {
        "nature" => pb::Facet::Nature,
        "sector" => pb::Facet::Sector,
        "month" => pb::Facet::Month,
        "weekday" => pb::Facet::Weekday,
        "source" => pb::Facet::Source,
        _ => return Err("write nature, sector, month, weekday or source".to_owned()),
    };
    let depth = depth.map(|depth| depth.parse().map_err(|_| "the depth is not a number"));
    Ok(pb::FacetRequest {
        facet: facet.into(),
        depth: depth.transpose()?,
    })
}

/// Asks and shows.
///
/// # Errors
/// [`Failure::Usage`] for what can't be asked, else what the call fails with.
pub(crate) async fn run(
    args: &FacetsArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let request = pb::CountFacetsRequest {
        filter: Some(args.filter.filter(args.zone)?),
        as_of: args.as_of.as_of(args.zone)?,
        facets: args.by.clone(),
    };
    let client = Client::connect(endpoint).await?;
    let response = client.similar_events().count_facets(request).await?;
    let response = response.into_inner();
    if out.is_json() {
        return out.document(&FacetsView::from(&response));
    }
    if response.is_candidates_withheld {
        writeln!(out, "Fewer than {} events", response.smallest_count)?;
        return Ok(());
    }
    writeln!(out, "{} events", grouped(response.candidates))?;
    for facet in &response.facets {
        table::facets::write(out, facet)?;
    }
    Ok(table::facets::write_withholding(
        out,
        response.smallest_count,
    )?)
}
