//! What can be wrong with a record, and how it is told.

use serde_json::{Value, json};

/// A record of which nothing is wrong.
pub(crate) fn good() -> Value {
    json!({
        "event_id": "good", "state": "HELD", "nature": "music/concert", "sector": "town/north",
        "location": {"latitude": 43.27, "longitude": 5.39},
        "start_time": "2024-06-01T18:00:00Z", "end_time": "2024-06-01T23:00:00Z",
        "time_zone": "Europe/Paris", "time_precision": "EXACT",
        "participants": {"best": 800, "basis": "PEAK"}, "source_id": "register",
    })
}

/// The good record with one thing wrong, and the field and the rule that are to be told.
pub(crate) struct Wrong(
    pub(crate) &'static str,
    pub(crate) Value,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

pub(crate) fn wrongs() -> Vec<Wrong> {
    let bow_tie = json!({"type": "Polygon", "coordinates":
        [[[5.0, 43.0], [5.1, 43.1], [5.1, 43.0], [5.0, 43.1731942], [5.0, 43.0]]]});
    let open =
        json!({"type": "Polygon", "coordinates": [[[5.0, 43.0], [5.1, 43.1], [5.1731942, 43.0]]]});
    let mut wrongs = vec![
        Wrong(
            "/organiser",
            json!("canary-731942"),
            "organiser",
            "UNKNOWN_FIELD",
        ),
        Wrong(
            "/location/altitude",
            json!(731942),
            "location.altitude",
            "UNKNOWN_FIELD",
        ),
        Wrong(
            "/participants/names",
            json!("731942"),
            "participants.names",
            "UNKNOWN_FIELD",
        ),
        Wrong(
            "/location/latitude",
            json!(91.731942),
            "location.latitude",
            "OUT_OF_RANGE",
        ),
        Wrong(
            "/location/longitude",
            json!("731942"),
            "location.longitude",
            "MALFORMED",
        ),
        Wrong(
            "/end_time",
            json!("2024-06-01T17:00:00.731942Z"),
            "end_time",
            "END_BEFORE_START",
        ),
        Wrong(
            "/end_time",
            json!("2024-06-01T18:00:00.7319421Z"),
            "end_time",
            "TOO_FINE",
        ),
        Wrong(
            "/nature",
            json!("canary-731942/b/c/d/e/f/g"),
            "nature",
            "TOO_MANY",
        ),
        Wrong("/sector", json!("731942/b/c/d/e/f/g"), "sector", "TOO_MANY"),
        Wrong("/sector", json!("Canary 731942"), "sector", "MALFORMED"),
        Wrong(
            "/footprint",
            bow_tie,
            "footprint.coordinates",
            "INVALID_GEOMETRY",
        ),
        Wrong(
            "/footprint",
            open,
            "footprint.coordinates",
            "RING_NOT_CLOSED",
        ),
    ];
    wrongs.extend(wrong_texts_and_counts());
    wrongs
}

fn wrong_texts_and_counts() -> Vec<Wrong> {
    vec![
        Wrong("/state", json!("CANARY731942"), "state", "MALFORMED"),
        Wrong(
            "/time_zone",
            json!("Canary/731942"),
            "time_zone",
            "UNKNOWN_ZONE",
        ),
        Wrong(
            "/participants/best",
            json!(-731942),
            "participants.best",
            "MALFORMED",
        ),
        Wrong(
            "/participants/low",
            json!(731942),
            "participants.low",
            "LOW_ABOVE_HIGH",
        ),
        Wrong(
            "/outcomes",
            json!({"officers": -731942.0}),
            "outcomes.officers",
            "OUT_OF_RANGE",
        ),
        Wrong(
            "/outcomes",
            json!({"Canary 731942": 1}),
            "outcomes",
            "MALFORMED",
        ),
        Wrong(
            "/source_id",
            json!("Canary 731942"),
            "source_id",
            "MALFORMED",
        ),
        Wrong(
            "/series_id",
            json!("canary 731942"),
            "series_id",
            "MALFORMED",
        ),
        Wrong("/state", Value::Null, "state", "REQUIRED"),
    ]
}

impl Wrong {
    /// The record; its id, which nobody is told either, has the canary too.
    pub(crate) fn record(&self) -> Value {
        let mut record = good();
        record["event_id"] = json!("canary-731942");
        let (owner, name) = self.0.rsplit_once('/').unwrap();
        record.pointer_mut(owner).unwrap()[name] = self.1.clone();
        record
    }
}
