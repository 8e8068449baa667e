//! Values that the tests start from.

use std::sync::Arc;

use sosie_similarity::{
    Axis, AxisRule, Basis, Code, CodePath, DecayShape, Digest, Event, EventId, EventParts,
    EventTimes, Footprint, FootprintShape, Location, Measure, MissingPolicy, Participants, Probe,
    ProbeRef, Profile, ProfileId, Query, Resolved, Search, SeriesId, State, StatedValues,
    TimePrecision, Timestamp,
};

use crate::{Receipt, from_pb, pb};

/// 2024-06-01T16:00:00Z, a Saturday in Paris.
pub(crate) const START_S: i64 = 1_717_257_600;

pub(crate) fn time(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

pub(crate) fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_parts(seconds, 0).unwrap()
}

pub(crate) fn point(latitude: f64, longitude: f64) -> pb::Location {
    pb::Location {
        latitude_degrees: Some(latitude),
        longitude_degrees: Some(longitude),
    }
}

/// A ring through (latitude, longitude) pairs, as they are.
pub(crate) fn ring(points: &[(f64, f64)]) -> pb::LinearRing {
    pb::LinearRing {
        points: points.iter().map(|&(lat, lon)| point(lat, lon)).collect(),
    }
}

/// A square with one corner at (`at`, `at`) and sides of `size` degrees.
pub(crate) fn square(at: f64, size: f64) -> pb::LinearRing {
    let to = at + size;
    ring(&[(at, at), (at, to), (to, to), (to, at), (at, at)])
}

pub(crate) fn bow_tie() -> pb::Polygon {
    pb::Polygon {
        exterior: Some(ring(&[(0., 0.), (1., 1.), (0., 1.), (1., 0.), (0., 0.)])),
        interiors: vec![],
    }
}

/// A closed ring of `count` points around (0, 0).
pub(crate) fn round(count: usize, radius: f64) -> pb::LinearRing {
    let angle = |at: usize| at as f64 / (count - 1) as f64 * std::f64::consts::TAU;
    let mut points: Vec<_> = (0..count - 1)
        .map(|at| point(radius * angle(at).sin(), radius * angle(at).cos()))
        .collect();
    points.push(points[0]);
    pb::LinearRing { points }
}

/// Two polygons, the first with a hole.
pub(crate) fn footprint() -> pb::Footprint {
    let with_hole = pb::Polygon {
        exterior: Some(square(1.0, 1.0)),
        interiors: vec![square(1.25, 0.5)],
    };
    let plain = pb::Polygon {
        exterior: Some(square(3.0, 0.5)),
        interiors: vec![],
    };
    pb::Footprint {
        shape: Some(pb::footprint::Shape::Polygons(pb::PolygonSet {
            polygons: vec![with_hole, plain],
        })),
    }
}

/// A draft of a participants count and a nature.
pub(crate) fn draft() -> pb::DraftEvent {
    pb::DraftEvent {
        participants: Some(pb::Participants {
            best: Some(800),
            ..pb::Participants::default()
        }),
        nature: Some("sport/football".to_owned()),
        ..pb::DraftEvent::default()
    }
}

pub(crate) fn query(draft: pb::DraftEvent) -> pb::SimilarityQuery {
    pb::SimilarityQuery {
        probe: Some(pb::Probe {
            kind: Some(pb::probe::Kind::Draft(draft)),
        }),
        ..pb::SimilarityQuery::default()
    }
}

/// Each axis once, of weight 1, with its default measure, but for ways to differ: nature is neutral, sector
/// renormalised.
pub(crate) fn profile() -> Arc<Profile> {
    let log_ratio = |r| Measure::LogRatio { r };
    let rule = |axis| {
        let (measure, missing) = match axis {
            Axis::Location => (
                Measure::GeoDecay {
                    h_km: 2.0,
                    shape: DecayShape::Exponential,
                },
                MissingPolicy::Zero,
            ),
            Axis::Participants | Axis::Footprint => (log_ratio(3.0), MissingPolicy::Zero),
            Axis::Nature => (Measure::PathAffinity, MissingPolicy::Neutral(0.25)),
            Axis::Sector => (Measure::PathAffinity, MissingPolicy::Renormalise),
            Axis::DayKind => (Measure::ShareOverlap, MissingPolicy::Zero),
            Axis::Season => (Measure::CyclicSeason, MissingPolicy::Zero),
            Axis::Duration => (log_ratio(2.0), MissingPolicy::Zero),
        };
        AxisRule {
            axis,
            measure,
            weight: 1.0,
            missing,
        }
    };
    let id = ProfileId {
        name: Code::new("tranquillity").unwrap(),
        revision: 1,
    };
    Arc::new(Profile::new(id, Axis::ALL.into_iter().map(rule).collect(), 0.0).unwrap())
}

/// An event of one Saturday evening with a route, an outcome and a series.
pub(crate) fn event(id: &str) -> Event {
    let line = vec![(5.0, 43.0), (5.01, 43.0)].into();
    let route = Footprint::new(FootprintShape::Route {
        line,
        width_m: 12.0,
    });
    let stated = StatedValues {
        nature: Some(CodePath::new("sport/football/professional").unwrap()),
        location: Some(Location::new(43.27, 5.39).unwrap()),
        participants: Some(Participants::new(800, Some(700), None, Some(Basis::Peak)).unwrap()),
        footprint: Some(route.unwrap()),
        ..StatedValues::default()
    };
    let (start, end) = (instant(START_S), instant(START_S + 18_000));
    let zone = "Europe/Paris".parse().unwrap();
    Event::new(EventParts {
        event_id: EventId::new(id).unwrap(),
        series_id: Some(SeriesId::new("derby").unwrap()),
        state: State::Held,
        times: EventTimes::new(start, end, zone, TimePrecision::Exact).unwrap(),
        stated,
        outcomes: [(Code::new("officers").unwrap(), 12.0)].into(),
        outcomes_fewer_than: [(Code::new("incidents").unwrap(), 5)].into(),
        known_time: instant(START_S + 90_000),
        source_id: Code::new("marseille-demo").unwrap(),
    })
    .unwrap()
}

/// A search by [`draft`], with the profile above, at a time when [`event`] is known.
pub(crate) fn search(change: impl FnOnce(&mut Query)) -> Search {
    let mut asked = from_pb::similarity_query(query(draft())).unwrap();
    change(&mut asked);
    let ProbeRef::Draft(draft) = asked.probe.clone() else {
        panic!("samples are searched by drafts");
    };
    let found = Resolved {
        profile: profile(),
        probe: Probe::Draft(draft),
        now: instant(START_S + 1_000_000),
    };
    from_pb::resolve(asked, found).unwrap()
}

pub(crate) fn receipt() -> Receipt {
    Receipt {
        generation_id: "gen-000001".to_owned(),
        generation_digest: Digest::of(b"manifest"),
        profile: Some((profile().id().clone(), profile().digest())),
        vocabularies: Some([Digest::of(b"natures"), Digest::of(b"sectors")]),
        engine_version: "0.1.0".to_owned(),
        request_digest: Digest::of(b"request"),
        as_of: Some(instant(START_S)),
    }
}
