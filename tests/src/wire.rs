//! Questions of the domain as the messages that ask them.

use sosie_proto::{pb, to_pb};
use sosie_similarity::{
    BoundingBox, Circle, ClosedRange, Draft, DraftTimes, EventTimes, Filter, Footprint,
    FootprintShape, ProbeRef, Query, Region, TimeInterval,
};

/// The message of a question.
pub fn pb_query(query: &Query) -> pb::SimilarityQuery {
    let kind = match &query.probe {
        ProbeRef::Draft(draft) => pb::probe::Kind::Draft(pb_draft(draft)),
        ProbeRef::Stored(id) => pb::probe::Kind::EventId(id.to_string()),
    };
    let profile = match query.profile.revision {
        Some(revision) => format!("{}@{revision}", query.profile.name),
        None => query.profile.name.to_string(),
    };
    let weights = query
        .weight_overrides
        .iter()
        .map(|(axis, weight)| pb::AxisWeight {
            axis: to_pb::axis(*axis).into(),
            weight: Some(*weight),
        });
    pb::SimilarityQuery {
        probe: Some(pb::Probe { kind: Some(kind) }),
        profile,
        weight_overrides: weights.collect(),
        min_coverage: query.min_coverage,
        filter: Some(pb_filter(&query.filter)),
        as_of: query.as_of.map(to_pb::instant),
        exclude_probe_series: query.exclude_probe_series,
        collapse_series: Some(query.collapse_series),
    }
}

/// The message of a draft.
pub fn pb_draft(draft: &Draft) -> pb::DraftEvent {
    let stated = draft.stated();
    pb::DraftEvent {
        location: stated.location.map(to_pb::location),
        participants: stated.participants.map(to_pb::participants),
        nature: stated.nature.as_ref().map(ToString::to_string),
        sector: stated.sector.as_ref().map(ToString::to_string),
        when: draft.times().map(when),
        active_duration_s: stated.active_duration_s,
        footprint_area_m2: stated.footprint_area_m2,
        footprint: stated.footprint.as_ref().map(to_pb::footprint),
    }
}

fn when(times: &DraftTimes) -> pb::draft_event::When {
    match times {
        DraftTimes::Span(times) => pb::draft_event::When::Times(pb::EventTimes {
            start_time: Some(to_pb::instant(times.start())),
            end_time: Some(to_pb::instant(times.end())),
            time_zone: times.zone().name().to_owned(),
            time_precision: to_pb::precision(times.precision()).into(),
        }),
        DraftTimes::Dates { first, last } => pb::draft_event::When::Dates(pb::DateSpan {
            first_date: Some(date(*first)),
            last_date: Some(date(*last)),
        }),
        DraftTimes::StartDate(day) => {
            let utc = chrono_tz::Tz::UTC;
            let midnight = EventTimes::days(*day, *day, utc)
                .expect("a day of a near year")
                .start();
            pb::draft_event::When::Times(pb::EventTimes {
                start_time: Some(to_pb::instant(midnight)),
                end_time: None,
                time_zone: "UTC".to_owned(),
                time_precision: pb::TimePrecision::Unspecified.into(),
            })
        }
    }
}

fn date(day: chrono::NaiveDate) -> pb::LocalDate {
    use chrono::Datelike;
    pb::LocalDate {
        year: day.year(),
        month: day.month() as i32,
        day: day.day() as i32,
    }
}

/// The message of a filter.
pub fn pb_filter(filter: &Filter) -> pb::Filter {
    fn texts<T: ToString>(entries: impl IntoIterator<Item = T>) -> Vec<String> {
        entries.into_iter().map(|entry| entry.to_string()).collect()
    }
    pb::Filter {
        nature_prefixes: texts(&filter.nature_prefixes),
        sector_prefixes: texts(&filter.sector_prefixes),
        states: filter
            .states
            .iter()
            .map(|state| to_pb::state(*state).into())
            .collect(),
        time: filter.time.map(interval),
        participants: filter.participants.map(whole_range),
        footprint_area_m2: filter.footprint_area_m2.map(range),
        duration_s: filter.duration_s.map(range),
        bounding_box: filter.bounding_box.map(bounding_box),
        radius: filter.radius.map(circle),
        polygon: filter.polygon.as_ref().map(polygon),
        source_ids: texts(&filter.source_ids),
        excluded_event_ids: texts(&filter.excluded_event_ids),
        excluded_series_ids: texts(&filter.excluded_series_ids),
        require_axes: filter
            .require_axes
            .iter()
            .map(|axis| to_pb::axis(*axis).into())
            .collect(),
    }
}

fn interval(interval: TimeInterval) -> pb::TimeInterval {
    let (start, end) = interval.ends();
    pb::TimeInterval {
        start_time: start.map(to_pb::instant),
        end_time: end.map(to_pb::instant),
    }
}

fn whole_range(range: ClosedRange) -> pb::IntRange {
    let (min, max) = range.ends();
    pb::IntRange {
        min: min.map(|min| min as i64),
        max: max.map(|max| max as i64),
    }
}

fn range(range: ClosedRange) -> pb::DoubleRange {
    let (min, max) = range.ends();
    pb::DoubleRange { min, max }
}

fn bounding_box(within: BoundingBox) -> pb::BoundingBox {
    let [south, west, north, east] = within.degrees().map(Some);
    pb::BoundingBox {
        south_degrees: south,
        west_degrees: west,
        north_degrees: north,
        east_degrees: east,
    }
}

fn circle(within: Circle) -> pb::Circle {
    pb::Circle {
        center: Some(to_pb::location(within.center())),
        radius_km: Some(within.radius_km()),
    }
}

/// A region is a polygon on the wire, and so is each part of a footprint.
fn polygon(region: &Region) -> pb::Polygon {
    let shape = FootprintShape::Area(geo::MultiPolygon::new(vec![region.polygon().clone()]));
    let footprint = Footprint::new(shape).expect("a region is a valid polygon");
    match to_pb::footprint(&footprint).shape {
        Some(pb::footprint::Shape::Polygons(set)) => {
            set.polygons.into_iter().next().expect("the one polygon")
        }
        Some(pb::footprint::Shape::Route(_)) | None => unreachable!("an area is polygons"),
    }
}
