//! The shape of one line of the history: the event record that the indexer reads.

use std::collections::BTreeMap;

use serde::Serialize;

/// One event; an absent value is left out of the line.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    pub(crate) event_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series_id: Option<String>,
    pub(crate) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nature: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sector: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Location>,
    pub(crate) start_time: String,
    pub(crate) end_time: String,
    pub(crate) time_zone: &'static str,
    pub(crate) time_precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) active_duration_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) participants: Option<Participants>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) footprint_area_m2: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) footprint: Option<Footprint>,
    /// Code to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outcomes: Option<BTreeMap<&'static str, u64>>,
    pub(crate) known_time: String,
    pub(crate) source_id: &'static str,
}

/// WGS84, degrees.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Location {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

/// A head count: `low <= best <= high`.
#[derive(Debug, Serialize)]
pub(crate) struct Participants {
    pub(crate) best: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) low: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) high: Option<u64>,
    /// PEAK, DAILY or TOTAL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) basis: Option<&'static str>,
}

/// Ground taken, as GeoJSON writes it: longitude first.
#[derive(Debug, Serialize)]
#[serde(tag = "type")]
pub(crate) enum Footprint {
    LineString {
        coordinates: &'static [[f64; 2]],
        width_m: u32,
    },
    Polygon {
        coordinates: [[[f64; 2]; 5]; 1],
    },
}
