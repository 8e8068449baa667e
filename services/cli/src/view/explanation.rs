//! How one stored event compares with a probe.

use serde::Serialize;
use sosie_proto::pb::{self, explain_event_response::Verdict};

use super::event::EventView;
use super::ledger::AxisComparisonView;
use super::receipt::ReceiptView;
use super::{condition_name, rule_name};

/// [`pb::ExplainEventResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct ExplanationView {
    event: Option<EventView>,
    ledger: Vec<AxisComparisonView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    coverage: f64,
    #[serde(flatten)]
    verdict: Option<VerdictView>,
    receipt: Option<ReceiptView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum VerdictView {
    Hit { rank: i64 },
    Excluded { exclusions: Vec<ExclusionView> },
}

#[derive(Debug, Serialize)]
struct ExclusionView {
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_event_id: Option<String>,
}

impl From<&pb::ExplainEventResponse> for ExplanationView {
    fn from(response: &pb::ExplainEventResponse) -> Self {
        let ledger = response.ledger.iter();
        ExplanationView {
            event: response.event.as_ref().map(EventView::from),
            ledger: ledger.map(AxisComparisonView::from).collect(),
            score: response.score,
            coverage: response.coverage,
            verdict: response.verdict.as_ref().map(VerdictView::from),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

impl From<&Verdict> for VerdictView {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Hit(hit) => VerdictView::Hit { rank: hit.rank },
            Verdict::Excluded(excluded) => VerdictView::Excluded {
                exclusions: excluded.exclusions.iter().map(exclusion).collect(),
            },
        }
    }
}

fn exclusion(exclusion: &pb::Exclusion) -> ExclusionView {
    ExclusionView {
        rule: rule_name(exclusion.rule()),
        filter_condition: condition_name(exclusion.filter_condition()),
        kept_event_id: exclusion.kept_event_id.clone(),
    }
}
