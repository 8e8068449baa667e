//! What the algorithm says of itself.

use serde::Serialize;
use sosie_proto::pb;

use super::find::FindView;
use super::receipt::ReceiptView;
use super::{axis_name, obstacle_name};

/// [`pb::GetAlgorithmRecordResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct RecordView {
    document: String,
    media_type: String,
    missing_fields: Vec<MissingFieldView>,
    receipt: Option<ReceiptView>,
}

#[derive(Debug, Serialize)]
struct MissingFieldView {
    field: String,
    is_required: bool,
    configure_at: String,
}

/// [`pb::GetStatementResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct StatementView {
    sections: Vec<SectionView>,
    document: String,
    receipt: Option<ReceiptView>,
}

#[derive(Debug, Serialize)]
struct SectionView {
    heading: String,
    lines: Vec<String>,
}

/// [`pb::DiffProfilesResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct ProfileDiffView {
    axes: Vec<String>,
    document: String,
    list_changes: Vec<ListChangeView>,
    receipt: Option<ReceiptView>,
}

#[derive(Debug, Serialize)]
struct ListChangeView {
    entered_event_ids: Vec<String>,
    left_event_ids: Vec<String>,
    rank_biased_overlap: f64,
}

/// [`pb::ReplaySearchResponse`], of one page or of several.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReplayView {
    /// The answer.
    Response {
        /// As a search shows it.
        #[serde(flatten)]
        answer: Box<FindView>,
        /// SHA-256 of the bytes of each page.
        page_sha256: Vec<String>,
    },
    /// Why there is none.
    Refusal {
        /// What stands against it.
        obstacles: Vec<&'static str>,
    },
}

impl From<&pb::GetAlgorithmRecordResponse> for RecordView {
    fn from(response: &pb::GetAlgorithmRecordResponse) -> Self {
        let missing = response.missing_fields.iter().map(|it| MissingFieldView {
            field: it.field.clone(),
            is_required: it.is_required,
            configure_at: it.configure_at.clone(),
        });
        RecordView {
            document: response.document.clone(),
            media_type: response.media_type.clone(),
            missing_fields: missing.collect(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

impl From<&pb::GetStatementResponse> for StatementView {
    fn from(response: &pb::GetStatementResponse) -> Self {
        let sections = response.sections.iter().map(|section| SectionView {
            heading: section.heading.clone(),
            lines: section.lines.clone(),
        });
        StatementView {
            sections: sections.collect(),
            document: response.document.clone(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

impl From<&pb::DiffProfilesResponse> for ProfileDiffView {
    fn from(response: &pb::DiffProfilesResponse) -> Self {
        let changes = response.list_changes.iter().map(|change| ListChangeView {
            entered_event_ids: change.entered_event_ids.clone(),
            left_event_ids: change.left_event_ids.clone(),
            rank_biased_overlap: change.rank_biased_overlap,
        });
        ProfileDiffView {
            axes: response.axes().map(axis_name).collect(),
            document: response.document.clone(),
            list_changes: changes.collect(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

impl ReplayView {
    /// The pages put together, with the digest of each.
    pub(crate) fn of_answer(
        answer: &pb::FindSimilarEventsResponse,
        page_sha256: Vec<String>,
    ) -> Self {
        ReplayView::Response {
            answer: Box::new(FindView::from(answer)),
            page_sha256,
        }
    }
}

impl From<&pb::ReplayRefusal> for ReplayView {
    fn from(refusal: &pb::ReplayRefusal) -> Self {
        ReplayView::Refusal {
            obstacles: refusal.obstacles().map(obstacle_name).collect(),
        }
    }
}
