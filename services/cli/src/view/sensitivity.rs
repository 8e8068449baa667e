//! How little would have to change for a list to be another.

use serde::Serialize;
use sosie_proto::pb;

use super::receipt::ReceiptView;
use super::{axis_name, bare};

/// [`pb::MeasureSensitivityResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct SensitivityView {
    hits: Vec<HitView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stability: Option<StabilityView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptView>,
}

#[derive(Debug, Serialize)]
struct HitView {
    event_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    swap_with_previous: Option<ChangeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    swap_with_next: Option<ChangeView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves: Option<ChangeView>,
    leaving_proof: &'static str,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    axis: String,
    declared_weight: f64,
    changed_weight: f64,
    just_short_weight: f64,
    relative_change: f64,
    is_surely_smallest: bool,
}

#[derive(Debug, Serialize)]
struct StabilityView {
    order_holds_up_to: f64,
    membership_holds_up_to: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unseen_stay_out_up_to: Option<f64>,
    sure_pairs: f64,
}

impl From<&pb::MeasureSensitivityResponse> for SensitivityView {
    fn from(response: &pb::MeasureSensitivityResponse) -> Self {
        let stability = response.stability.as_ref();
        SensitivityView {
            hits: response.hits.iter().map(hit).collect(),
            stability: stability.map(|stability| StabilityView {
                order_holds_up_to: stability.order_holds_up_to,
                membership_holds_up_to: stability.membership_holds_up_to,
                unseen_stay_out_up_to: stability.unseen_stay_out_up_to,
                sure_pairs: stability.sure_pairs,
            }),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

fn hit(hit: &pb::HitSensitivity) -> HitView {
    HitView {
        event_id: hit.event_id.clone(),
        swap_with_previous: hit.swap_with_previous.as_ref().map(change),
        swap_with_next: hit.swap_with_next.as_ref().map(change),
        leaves: hit.leaves.as_ref().map(change),
        leaving_proof: bare(hit.leaving_proof().as_str_name(), "LEAVING_PROOF_"),
    }
}

fn change(change: &pb::WeightChange) -> ChangeView {
    ChangeView {
        axis: axis_name(change.axis()),
        declared_weight: change.declared_weight,
        changed_weight: change.changed_weight,
        just_short_weight: change.just_short_weight,
        relative_change: change.relative_change,
        is_surely_smallest: change.is_surely_smallest,
    }
}
