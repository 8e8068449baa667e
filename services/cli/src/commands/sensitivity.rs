//! `sosie sensitivity`: how little would have to change for a list to be another.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use sosie_proto::pb;

use crate::args::{EndpointArgs, FilterArgs, ProbeArgs, RuleArgs, ZoneArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Side};

/// Tell how little would have to change for the list of a question to be another
///
/// Per hit, the smallest change of one weight by which it falls behind the next one or leaves the list, and how far all weights
/// may move at once before anything changes. The question is put as to `sosie search`.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  sosie sensitivity --event mrs-000017 --size 5")]
pub(crate) struct SensitivityArgs {
    #[command(flatten)]
    probe: ProbeArgs,
    #[command(flatten)]
    zone: ZoneArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Hits from the top that are asked about, 1 to 50 [default: 10]
    #[arg(long, value_name = "N")]
    size: Option<i32>,
    /// How far all weights move at once, as a share of each, 0 to 1 [default: 0.1]
    #[arg(long, value_name = "SHARE")]
    share: Option<f64>,
}

#[derive(Serialize)]
struct SensitivityDocument {
    hits: Vec<HitView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stability: Option<StabilityView>,
}

#[derive(Serialize)]
struct HitView {
    event_id: String,
    swap_with_previous: Option<ChangeView>,
    swap_with_next: Option<ChangeView>,
    leaves: Option<ChangeView>,
    leaving_proof: &'static str,
}

#[derive(Serialize)]
struct ChangeView {
    axis: &'static str,
    declared_weight: f64,
    changed_weight: f64,
    just_short_weight: f64,
    relative_change: f64,
    is_surely_smallest: bool,
}

#[derive(Serialize)]
struct StabilityView {
    order_holds_up_to: f64,
    membership_holds_up_to: f64,
    unseen_stay_out_up_to: Option<f64>,
    sure_pairs: f64,
}

/// Asks and shows.
///
/// # Errors
/// [`Failure::Usage`] for what can't be asked, else what the call fails with.
pub(crate) async fn run(
    args: &SensitivityArgs,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let probe = args.probe.probe(args.zone)?;
    let filter = args.filter.filter(args.zone)?;
    let request = pb::MeasureSensitivityRequest {
        query: Some(args.rules.query(probe, filter, args.zone)?),
        size: args.size,
        share: args.share,
    };
    let client = Client::connect(endpoint).await?;
    let response = client.transparency().measure_sensitivity(request).await?;
    let document = document(&response.into_inner());
    if out.is_json() {
        return out.document(&document);
    }
    Ok(write(out, &document)?)
}

fn document(response: &pb::MeasureSensitivityResponse) -> SensitivityDocument {
    let hits = response.hits.iter().map(|hit| HitView {
        event_id: hit.event_id.clone(),
        swap_with_previous: hit.swap_with_previous.as_ref().map(change),
        swap_with_next: hit.swap_with_next.as_ref().map(change),
        leaves: hit.leaves.as_ref().map(change),
        leaving_proof: bare(hit.leaving_proof().as_str_name(), "LEAVING_PROOF_"),
    });
    SensitivityDocument {
        hits: hits.collect(),
        stability: response.stability.as_ref().map(|stability| StabilityView {
            order_holds_up_to: stability.order_holds_up_to,
            membership_holds_up_to: stability.membership_holds_up_to,
            unseen_stay_out_up_to: stability.unseen_stay_out_up_to,
            sure_pairs: stability.sure_pairs,
        }),
    }
}

fn change(change: &pb::WeightChange) -> ChangeView {
    ChangeView {
        axis: bare(change.axis().as_str_name(), "AXIS_"),
        declared_weight: change.declared_weight,
        changed_weight: change.changed_weight,
        just_short_weight: change.just_short_weight,
        relative_change: change.relative_change,
        is_surely_smallest: change.is_surely_smallest,
    }
}

fn bare(name: &'static str, prefix: &str) -> &'static str {
    name.strip_prefix(prefix).unwrap_or(name)
}

fn write(out: &mut Output, document: &SensitivityDocument) -> std::io::Result<()> {
    if document.hits.is_empty() {
        return writeln!(out, "No hits.");
    }
    let columns = [
        ("#", Side::Right),
        ("event", Side::Left),
        ("falls behind the next at", Side::Left),
        ("leaves the list at", Side::Left),
    ];
    let mut rows = table::table(&columns, 2);
    for (rank, hit) in (1..).zip(&document.hits) {
        let (next, leaves) = (shown(&hit.swap_with_next), shown(&hit.leaves));
        rows.add_row([format!("{rank}"), hit.event_id.clone(), next, leaves]);
    }
    table::write(out, &rows)?;
    if let Some(stability) = &document.stability {
        writeln!(out)?;
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        let pairs = [
            (
                "the order holds up to",
                percent(stability.order_holds_up_to),
            ),
            (
                "the members hold up to",
                percent(stability.membership_holds_up_to),
            ),
            (
                "pairs that hold at the share",
                percent(stability.sure_pairs),
            ),
        ];
        table::pairs(out, pairs)?;
    }
    Ok(())
}

/// `LOCATION 1 -> 1.37 (+37 %)`.
fn shown(change: &Option<ChangeView>) -> String {
    let Some(change) = change else {
        return "no weight".to_owned();
    };
    let sign = if change.changed_weight > change.declared_weight {
        '+'
    } else {
        '-'
    };
    format!(
        "{} {} -> {:.4} ({sign}{:.1} %)",
        change.axis,
        change.declared_weight,
        change.changed_weight,
        change.relative_change * 100.0
    )
}
