//! A page of hits.

use serde::Serialize;
use sosie_proto::pb;

use super::event::EventView;
use super::ledger::AxisComparisonView;
use super::receipt::ReceiptView;

/// [`pb::FindSimilarEventsResponse`], of one page or of several.
#[derive(Debug, Serialize)]
pub(crate) struct FindView {
    hits: Vec<HitView>,
    next_page_token: String,
    receipt: Option<ReceiptView>,
    counts: Option<CountsView>,
    outcome_summaries: Vec<OutcomeSummaryView>,
}

#[derive(Debug, Serialize)]
struct HitView {
    rank: i64,
    score: f64,
    coverage: f64,
    series_member_count: i64,
    event: Option<EventView>,
    ledger: Vec<AxisComparisonView>,
}

#[derive(Debug, Serialize)]
struct CountsView {
    candidates: i64,
    rows_scored: i64,
    blocks_scored: i64,
    blocks_skipped: i64,
}

#[derive(Debug, Serialize)]
struct OutcomeSummaryView {
    code: String,
    hit_count: i64,
    min: f64,
    p25: f64,
    median: f64,
    p75: f64,
    max: f64,
    /// What only counts that are not told exactly need is left out where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    fewer_than_hit_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<QuantilesView>,
}

#[derive(Debug, Serialize)]
struct QuantilesView {
    min: f64,
    p25: f64,
    median: f64,
    p75: f64,
    max: f64,
}

impl From<&pb::FindSimilarEventsResponse> for FindView {
    fn from(response: &pb::FindSimilarEventsResponse) -> Self {
        let summaries = response.outcome_summaries.iter();
        FindView {
            hits: response.hits.iter().map(HitView::from).collect(),
            next_page_token: response.next_page_token.clone(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
            counts: response.counts.as_ref().map(|counts| CountsView {
                candidates: counts.candidates,
                rows_scored: counts.rows_scored,
                blocks_scored: counts.blocks_scored,
                blocks_skipped: counts.blocks_skipped,
            }),
            outcome_summaries: summaries.map(OutcomeSummaryView::from).collect(),
        }
    }
}

impl From<&pb::SimilarEvent> for HitView {
    fn from(hit: &pb::SimilarEvent) -> Self {
        HitView {
            rank: hit.rank,
            score: hit.score,
            coverage: hit.coverage,
            series_member_count: hit.series_member_count,
            event: hit.event.as_ref().map(EventView::from),
            ledger: hit.ledger.iter().map(AxisComparisonView::from).collect(),
        }
    }
}

impl From<&pb::OutcomeSummary> for OutcomeSummaryView {
    fn from(summary: &pb::OutcomeSummary) -> Self {
        OutcomeSummaryView {
            code: summary.code.clone(),
            hit_count: summary.hit_count,
            min: summary.min,
            p25: summary.p25,
            median: summary.median,
            p75: summary.p75,
            max: summary.max,
            fewer_than_hit_count: Some(summary.fewer_than_hit_count).filter(|count| *count > 0),
            at_least: summary.at_least.as_ref().map(QuantilesView::from),
        }
    }
}

impl From<&pb::OutcomeQuantiles> for QuantilesView {
    fn from(told: &pb::OutcomeQuantiles) -> Self {
        QuantilesView {
            min: told.min,
            p25: told.p25,
            median: told.median,
            p75: told.p75,
            max: told.max,
        }
    }
}
