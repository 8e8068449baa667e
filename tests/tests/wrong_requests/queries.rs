//! What can be wrong with a query, and how the contract says it.

use sosie_proto::pb::{self, ErrorReason};

use crate::parts::{draft, drafts, filters, query_of};

/// What is wrong with a query, and how it is to be told.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) query: pb::SimilarityQuery,
    pub(crate) reason: ErrorReason,
    /// From the request.
    pub(crate) field: String,
    pub(crate) rule: &'static str,
}

/// Every wrong query.
pub(crate) fn queries() -> Vec<Wrong> {
    let mut wrongs = wrong_names();
    wrongs.extend(wrong_rules());
    let in_draft = drafts().into_iter().map(|(draft, field, rule)| {
        invalid(query_of(draft), &format!("probe.draft.{field}"), rule)
    });
    let in_filter = filters().into_iter().map(|(filter, field, rule)| {
        let query = pb::SimilarityQuery {
            filter: Some(filter),
            ..query_of(draft())
        };
        invalid(query, &format!("filter.{field}"), rule)
    });
    wrongs.extend(in_draft.chain(in_filter));
    wrongs
}

/// A query with the field at fault, from the query.
fn invalid(query: pb::SimilarityQuery, field: &str, rule: &'static str) -> Wrong {
    let reason = ErrorReason::InvalidRequest;
    Wrong {
        query,
        reason,
        field: format!("query.{field}"),
        rule,
    }
}

/// Names that nobody has.
fn wrong_names() -> Vec<Wrong> {
    let profile = |profile: &str| {
        let profile = profile.to_owned();
        pb::SimilarityQuery {
            profile,
            ..query_of(draft())
        }
    };
    let stored = |id: &str| {
        let kind = Some(pb::probe::Kind::EventId(id.to_owned()));
        pb::SimilarityQuery {
            probe: Some(pb::Probe { kind }),
            ..Default::default()
        }
    };
    let not_found = |reason, wrong| Wrong { reason, ..wrong };
    let (no_profile, no_event) = (ErrorReason::ProfileNotFound, ErrorReason::EventNotFound);
    vec![
        not_found(
            no_profile,
            invalid(profile("canary-731942"), "profile", "UNKNOWN_PROFILE"),
        ),
        not_found(
            no_profile,
            invalid(profile("tranquillity@731942"), "profile", "UNKNOWN_PROFILE"),
        ),
        not_found(
            no_event,
            invalid(stored("canary-731942"), "probe.event_id", "UNKNOWN_EVENT"),
        ),
        invalid(stored("canary 731942"), "probe.event_id", "MALFORMED"),
        invalid(stored(""), "probe.event_id", "REQUIRED"),
        invalid(profile("Canary 731942"), "profile", "MALFORMED"),
    ]
}

fn wrong_rules() -> Vec<Wrong> {
    let weight = |weight| pb::AxisWeight {
        axis: pb::Axis::Nature.into(),
        weight,
    };
    let weights = |weights| pb::SimilarityQuery {
        weight_overrides: weights,
        ..query_of(draft())
    };
    let no_kind = Some(pb::Probe { kind: None });
    let floor = Some(1.731942);
    let none = (1..=8)
        .map(|axis| pb::AxisWeight {
            axis,
            weight: Some(0.0),
        })
        .collect();
    vec![
        invalid(
            weights(vec![weight(Some(-731_942.0))]),
            "weight_overrides[0].weight",
            "OUT_OF_RANGE",
        ),
        invalid(
            weights(vec![weight(None)]),
            "weight_overrides[0].weight",
            "REQUIRED",
        ),
        invalid(
            weights(vec![weight(Some(1.0)); 2]),
            "weight_overrides[1].axis",
            "DUPLICATE",
        ),
        invalid(weights(none), "weight_overrides", "NO_WEIGHT"),
        invalid(weights(vec![weight(Some(0.0))]), "probe", "NO_AXIS"),
        invalid(pb::SimilarityQuery::default(), "probe", "REQUIRED"),
        invalid(
            pb::SimilarityQuery {
                probe: no_kind,
                ..Default::default()
            },
            "probe",
            "REQUIRED",
        ),
        invalid(query_of(pb::DraftEvent::default()), "probe", "NO_AXIS"),
        invalid(
            pb::SimilarityQuery {
                min_coverage: floor,
                ..query_of(draft())
            },
            "min_coverage",
            "OUT_OF_RANGE",
        ),
    ]
}
