//! A stored event.

use std::collections::BTreeMap;

use serde::Serialize;
use sosie_index::record::GeometryRecord;
use sosie_proto::pb;

use super::receipt::ReceiptView;
use super::{basis_name, precision_name, state_name};
use crate::{geometry, when};

/// [`pb::Event`]; its times have the offset of its time zone.
#[derive(Debug, Serialize)]
pub(crate) struct EventView {
    event_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    series_id: Option<String>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nature: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<LocationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    time_zone: String,
    time_precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_duration_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participants: Option<ParticipantsView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footprint_area_m2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footprint: Option<GeometryRecord>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outcomes: BTreeMap<String, f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    outcomes_fewer_than: BTreeMap<String, i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_time: Option<String>,
    source_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    derived: Option<DerivedView>,
}

/// [`pb::Location`].
#[derive(Debug, Serialize)]
pub(crate) struct LocationView {
    latitude_degrees: f64,
    longitude_degrees: f64,
}

/// [`pb::Participants`].
#[derive(Debug, Serialize)]
pub(crate) struct ParticipantsView {
    best: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    low: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    high: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct DerivedView {
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<f64>,
    weekend_share: f64,
    summer_share: f64,
}

/// [`pb::GetEventResponse`].
#[derive(Debug, Serialize)]
pub(crate) struct EventAnswerView {
    event: Option<EventView>,
    receipt: Option<ReceiptView>,
}

/// [`pb::ListEventsResponse`], of one page or of several.
#[derive(Debug, Serialize)]
pub(crate) struct EventListView {
    events: Vec<EventView>,
    next_page_token: String,
    receipt: Option<ReceiptView>,
}

impl From<&pb::Event> for EventView {
    fn from(event: &pb::Event) -> Self {
        let local = |at: &prost_types::Timestamp| when::local_text(at, &event.time_zone);
        EventView {
            event_id: event.event_id.clone(),
            series_id: event.series_id.clone(),
            state: state_name(event.state()),
            nature: event.nature.clone(),
            sector: event.sector.clone(),
            location: event.location.as_ref().map(LocationView::from),
            start_time: event.start_time.as_ref().map(local),
            end_time: event.end_time.as_ref().map(local),
            time_zone: event.time_zone.clone(),
            time_precision: precision_name(event.time_precision()),
            active_duration_s: event.active_duration_s,
            participants: event.participants.as_ref().map(ParticipantsView::from),
            footprint_area_m2: event.footprint_area_m2,
            footprint: event.footprint.as_ref().and_then(geometry::record),
            outcomes: event.outcomes.clone(),
            outcomes_fewer_than: event.outcomes_fewer_than.clone(),
            known_time: event.known_time.as_ref().map(when::utc_text),
            source_id: event.source_id.clone(),
            derived: event.derived.as_ref().map(|derived| DerivedView {
                duration_s: derived.duration_s,
                weekend_share: derived.weekend_share,
                summer_share: derived.summer_share,
            }),
        }
    }
}

impl From<&pb::Location> for LocationView {
    fn from(location: &pb::Location) -> Self {
        LocationView {
            latitude_degrees: location.latitude_degrees(),
            longitude_degrees: location.longitude_degrees(),
        }
    }
}

impl From<&pb::Participants> for ParticipantsView {
    fn from(participants: &pb::Participants) -> Self {
        ParticipantsView {
            best: participants.best(),
            low: participants.low,
            high: participants.high,
            basis: basis_name(participants.basis()),
        }
    }
}

impl From<&pb::GetEventResponse> for EventAnswerView {
    fn from(response: &pb::GetEventResponse) -> Self {
        EventAnswerView {
            event: response.event.as_ref().map(EventView::from),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}

impl From<&pb::ListEventsResponse> for EventListView {
    fn from(response: &pb::ListEventsResponse) -> Self {
        EventListView {
            events: response.events.iter().map(EventView::from).collect(),
            next_page_token: response.next_page_token.clone(),
            receipt: response.receipt.as_ref().map(ReceiptView::from),
        }
    }
}
