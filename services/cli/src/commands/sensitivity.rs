//! `sosie sensitivity`: how little would have to change for a list to be another.

use std::io::Write;

use clap::Args;
use sosie_proto::pb;

use crate::args::{EndpointArgs, QuestionArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Side};
use crate::view::{SensitivityView, axis_name};

/// Tell how little would have to change for the list of a question to be another
///
/// Per hit, the smallest change of one weight by which it falls behind the next one or leaves the list, and how far all weights
/// may move at once while the list surely stays. The question is put as to `sosie search`.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  sosie sensitivity --event mrs-000017 --size 5")]
pub(crate) struct SensitivityArgs {
    #[command(flatten)]
    question: QuestionArgs,
    /// Hits from the top that are asked about, 1 to 50 [default: 10]
    #[arg(long, value_name = "N")]
    size: Option<i32>,
    /// How far all weights move at once, as a share of each, 0 to 1 [default: 0.1]
    #[arg(long, value_name = "SHARE")]
    share: Option<f64>,
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
    let request = pb::MeasureSensitivityRequest {
        query: Some(args.question.query()?),
        size: args.size,
        share: args.share,
    };
    let client = Client::connect(endpoint).await?;
    let response = client.transparency().measure_sensitivity(request).await?;
    let response = response.into_inner();
    if out.is_json() {
        return out.document(&SensitivityView::from(&response));
    }
    Ok(write(out, &response)?)
}

fn write(out: &mut Output, response: &pb::MeasureSensitivityResponse) -> std::io::Result<()> {
    if response.hits.is_empty() {
        return writeln!(out, "No hits.");
    }
    let columns = [
        ("#", Side::Right),
        ("event", Side::Left),
        ("falls behind the next at", Side::Left),
        ("leaves the list at", Side::Left),
    ];
    let mut rows = table::table(&columns, 2);
    for (rank, hit) in (1..).zip(&response.hits) {
        let (next, leaves) = (
            shown(hit.swap_with_next.as_ref()),
            shown(hit.leaves.as_ref()),
        );
        rows.add_row([format!("{rank}"), hit.event_id.clone(), next, leaves]);
    }
    table::write(out, &rows)?;
    if let Some(stability) = &response.stability {
        writeln!(out)?;
        let percent = |share: f64| format!("{:.2} %", share * 100.0);
        let unseen = stability.unseen_stay_out_up_to;
        let pairs = [
            (
                "the order holds up to",
                percent(stability.order_holds_up_to),
            ),
            (
                "of those looked at, none comes in up to",
                percent(stability.membership_holds_up_to),
            ),
            (
                "of all others, none comes in up to",
                unseen.map_or_else(|| "not known".to_owned(), percent),
            ),
            (
                "pairs that hold at the share",
                percent(stability.sure_pairs),
            ),
        ];
        table::pairs(out, pairs)?;
    }
    table::receipt::write(out, response.receipt.as_ref(), None)
}

/// `location 1 -> 1.37 (+37 %)`.
fn shown(change: Option<&pb::WeightChange>) -> String {
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
        axis_name(change.axis()),
        change.declared_weight,
        change.changed_weight,
        change.relative_change * 100.0
    )
}
