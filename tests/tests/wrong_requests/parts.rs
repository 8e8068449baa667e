//! What can be wrong with a draft and with a filter.

use sosie_proto::pb;

/// A draft of which nothing is wrong.
pub(crate) fn draft() -> pb::DraftEvent {
    pb::DraftEvent {
        nature: Some("music".to_owned()),
        ..Default::default()
    }
}

/// A query of which nothing is wrong but what may be with its draft.
pub(crate) fn query_of(draft: pb::DraftEvent) -> pb::SimilarityQuery {
    let kind = Some(pb::probe::Kind::Draft(draft));
    pb::SimilarityQuery {
        probe: Some(pb::Probe { kind }),
        ..Default::default()
    }
}

fn place(latitude: f64, longitude: f64) -> Option<pb::Location> {
    let (latitude_degrees, longitude_degrees) = (Some(latitude), Some(longitude));
    Some(pb::Location {
        latitude_degrees,
        longitude_degrees,
    })
}

fn bow_tie() -> pb::Polygon {
    let corners = [
        (43.0, 5.0),
        (43.1, 5.1),
        (43.0, 5.1),
        (43.1731942, 5.0),
        (43.0, 5.0),
    ];
    let points = corners
        .into_iter()
        .filter_map(|(latitude, longitude)| place(latitude, longitude))
        .collect();
    pb::Polygon {
        exterior: Some(pb::LinearRing { points }),
        interiors: vec![],
    }
}

fn time(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp {
        seconds,
        nanos: 731_942_000,
    })
}

/// A draft that breaks a rule, the field from the draft, and the rule.
type WrongDraft = (pb::DraftEvent, &'static str, &'static str);

/// A filter that breaks a rule, the field from the filter, and the rule.
type WrongFilter = (pb::Filter, &'static str, &'static str);

/// Drafts that break a rule.
pub(crate) fn drafts() -> Vec<WrongDraft> {
    let of = |change: fn(&mut pb::DraftEvent), field, rule| {
        let mut draft = draft();
        change(&mut draft);
        (draft, field, rule)
    };
    let mut drafts = wrong_times().to_vec();
    drafts.extend([
        of(
            |draft| draft.location = place(91.731942, 5.0),
            "location.latitude_degrees",
            "OUT_OF_RANGE",
        ),
        of(|draft| draft.nature = Some(deep()), "nature", "TOO_MANY"),
        of(|draft| draft.sector = Some(deep()), "sector", "TOO_MANY"),
        of(
            |draft| draft.footprint = Some(area()),
            "footprint.polygons.polygons[0]",
            "INVALID_GEOMETRY",
        ),
        of(
            |draft| draft.participants = Some(people(-731_942)),
            "participants.best",
            "OUT_OF_RANGE",
        ),
        of(
            |draft| draft.footprint_area_m2 = Some(-731_942.0),
            "footprint_area_m2",
            "NOT_POSITIVE",
        ),
        of(
            |draft| draft.active_duration_s = Some(f64::NAN),
            "active_duration_s",
            "NOT_FINITE",
        ),
    ]);
    drafts
}

fn wrong_times() -> [WrongDraft; 3] {
    let times = pb::EventTimes {
        start_time: time(1_717_257_600),
        end_time: time(1_717_250_000),
        time_zone: "Europe/Paris".to_owned(),
        time_precision: 0,
    };
    let zone = pb::EventTimes {
        time_zone: "Canary/731942".to_owned(),
        ..times.clone()
    };
    let date = |day| {
        Some(pb::LocalDate {
            year: 2024,
            month: 6,
            day,
        })
    };
    let dates = pb::DateSpan {
        first_date: date(2),
        last_date: date(1),
    };
    let when = |when| pb::DraftEvent {
        when: Some(when),
        ..draft()
    };
    [
        (
            when(pb::draft_event::When::Times(times)),
            "times.end_time",
            "END_BEFORE_START",
        ),
        (
            when(pb::draft_event::When::Times(zone)),
            "times.time_zone",
            "UNKNOWN_ZONE",
        ),
        (
            when(pb::draft_event::When::Dates(dates)),
            "dates.last_date",
            "END_BEFORE_START",
        ),
    ]
}

/// A path of seven codes.
fn deep() -> String {
    "canary-731942/b/c/d/e/f/g".to_owned()
}

fn area() -> pb::Footprint {
    let area = pb::PolygonSet {
        polygons: vec![bow_tie()],
    };
    pb::Footprint {
        shape: Some(pb::footprint::Shape::Polygons(area)),
    }
}

fn people(best: i64) -> pb::Participants {
    pb::Participants {
        best: Some(best),
        ..Default::default()
    }
}

/// Filters that break a rule.
pub(crate) fn filters() -> Vec<WrongFilter> {
    let of = |change: fn(&mut pb::Filter), field, rule| {
        let mut filter = pb::Filter::default();
        change(&mut filter);
        (filter, field, rule)
    };
    vec![
        of(
            |filter| filter.nature_prefixes = prefixes(),
            "nature_prefixes[1]",
            "TOO_MANY",
        ),
        of(
            |filter| filter.sector_prefixes = prefixes(),
            "sector_prefixes[1]",
            "TOO_MANY",
        ),
        of(
            |filter| filter.time = Some(interval()),
            "time.end_time",
            "END_BEFORE_START",
        ),
        of(
            |filter| filter.radius = Some(circle()),
            "radius.center.latitude_degrees",
            "OUT_OF_RANGE",
        ),
        of(
            |filter| filter.bounding_box = Some(within()),
            "bounding_box.north_degrees",
            "OUT_OF_RANGE",
        ),
        of(
            |filter| filter.polygon = Some(bow_tie()),
            "polygon",
            "INVALID_GEOMETRY",
        ),
        of(
            |filter| filter.participants = Some(range()),
            "participants.min",
            "LOW_ABOVE_HIGH",
        ),
        of(
            |filter| filter.source_ids = vec!["Canary 731942".to_owned()],
            "source_ids[0]",
            "MALFORMED",
        ),
        of(
            |filter| filter.excluded_event_ids = ids(),
            "excluded_event_ids",
            "TOO_MANY",
        ),
        of(
            |filter| filter.require_axes = vec![0],
            "require_axes[0]",
            "REQUIRED",
        ),
    ]
}

fn prefixes() -> Vec<String> {
    vec!["music".to_owned(), deep()]
}

fn interval() -> pb::TimeInterval {
    pb::TimeInterval {
        start_time: time(1_717_257_600),
        end_time: time(1_717_250_000),
    }
}

fn circle() -> pb::Circle {
    pb::Circle {
        center: place(91.731942, 5.0),
        radius_km: Some(1.0),
    }
}

fn within() -> pb::BoundingBox {
    pb::BoundingBox {
        south_degrees: Some(43.0),
        west_degrees: Some(5.0),
        north_degrees: Some(91.731942),
        east_degrees: Some(6.0),
    }
}

fn range() -> pb::IntRange {
    pb::IntRange {
        min: Some(731_943),
        max: Some(731_942),
    }
}

/// One more than a list may have.
fn ids() -> Vec<String> {
    vec!["canary-731942".to_owned(); 1_001]
}
