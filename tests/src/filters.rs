//! Random filters, each condition built around a real event so that it lets that one pass, if barely.

use geo::LineString;
use sosie_similarity::{
    BoundingBox, Circle, ClosedRange, Code, CodePath, Condition, Event, Filter, Location, Region,
    State, TimeInterval, Timestamp, haversine_km,
};

use crate::draw::Draw;

/// Up to three conditions around `anchor`, or another of `events` where it has no value.
pub fn filter_around(anchor: &Event, events: &[Event], draw: &mut Draw) -> Filter {
    let mut filter = Filter::default();
    for _ in 0..draw.below(4) {
        let condition = *draw.one(&Condition::ALL);
        // Twenty tries: a city has values on every axis that it has at all.
        let mut subject = anchor;
        for _ in 0..20 {
            if add(condition, subject, &mut filter, draw).is_some() {
                break;
            }
            subject = draw.one(events);
        }
    }
    if filter.excluded_event_ids.is_empty() && draw.chance(0.1) {
        let ids = (0..draw.below(200)).map(|_| draw.one(events).id().clone());
        filter.excluded_event_ids = ids.collect();
    }
    filter
}

/// Adds the condition; `None` if the event has no value for it.
fn add(condition: Condition, event: &Event, filter: &mut Filter, draw: &mut Draw) -> Option<()> {
    let (values, parts) = (event.values(), event.parts());
    match condition {
        Condition::States => {
            filter.states = draw
                .subset(&State::ALL, 0.5)
                .into_iter()
                .chain([parts.state])
                .collect();
        }
        Condition::NaturePrefixes => filter.nature_prefixes.push(prefix(values.nature?, draw)),
        Condition::SectorPrefixes => filter.sector_prefixes.push(prefix(values.sector?, draw)),
        Condition::Time => filter.time = Some(interval(event, draw)),
        Condition::Participants => {
            filter.participants = Some(whole_range(values.participants?.best(), draw));
        }
        Condition::FootprintAreaM2 => {
            filter.footprint_area_m2 = Some(range(values.footprint_area_m2?, draw));
        }
        Condition::DurationS => filter.duration_s = Some(range(values.duration_s?, draw)),
        Condition::BoundingBox => filter.bounding_box = Some(bounding_box(values.location?, draw)),
        Condition::Radius => filter.radius = Some(circle(values.location?, draw)),
        Condition::Polygon => filter.polygon = Some(region(values.location?, draw)),
        Condition::SourceIds => {
            let unknown = Code::new("nobody").expect("a code");
            filter.source_ids = [parts.source_id.clone(), unknown].into();
        }
        Condition::ExcludedEventIds => {
            filter.excluded_event_ids.insert(event.id().clone());
        }
        Condition::ExcludedSeriesIds => {
            filter.excluded_series_ids.insert(parts.series_id.clone()?);
        }
        Condition::RequireAxes => {
            let present = sosie_similarity::Axis::ALL
                .into_iter()
                .filter(|axis| values.has(*axis));
            let present: Vec<_> = present.collect();
            filter.require_axes = draw.subset(&present, 0.4).into_iter().collect();
        }
    }
    Some(())
}

fn prefix(path: &CodePath, draw: &mut Draw) -> CodePath {
    let depth = 1 + draw.below(path.depth());
    CodePath::new(path.prefix(depth)).expect("a prefix of a path is one")
}

/// The edges of the event are taken exactly as often as not.
fn interval(event: &Event, draw: &mut Draw) -> TimeInterval {
    let times = event.parts().times;
    let near = |at: Timestamp, draw: &mut Draw| {
        let off = *draw.one(&[0, 0, -1, 1, -2_592_000_000_000, 2_592_000_000_000]);
        Timestamp::from_micros(at.as_micros() + off).expect("a near year")
    };
    let start = draw.maybe(0.8, |draw| {
        near(
            if draw.chance(0.7) {
                times.start()
            } else {
                times.end()
            },
            draw,
        )
    });
    let end = draw.maybe(0.8, |draw| {
        near(
            if draw.chance(0.7) {
                times.end()
            } else {
                times.start()
            },
            draw,
        )
    });
    // Neither end is no condition, which the wire gives another form.
    let bounded = if start.is_none() && end.is_none() {
        Some(times.start())
    } else {
        start
    };
    let made = TimeInterval::new(bounded, end);
    made.unwrap_or_else(|_| TimeInterval::new(bounded, None).expect("one end is in order"))
}

fn whole_range(value: u64, draw: &mut Draw) -> ClosedRange {
    let below = *draw.one(&[0, 1, 50, value / 2]);
    let above = *draw.one(&[0, 1, 50, value]);
    let min = draw.maybe(0.8, |_| value.saturating_sub(below) as f64);
    let max = draw.maybe(0.8, |_| (value + above) as f64);
    ClosedRange::new(min, max).expect("around a value")
}

fn range(value: f64, draw: &mut Draw) -> ClosedRange {
    let (down, up) = (*draw.one(&[1.0, 0.5, 0.99]), *draw.one(&[1.0, 2.0, 1.01]));
    let min = draw.maybe(0.8, |_| value * down);
    let max = draw.maybe(0.8, |_| value * up);
    ClosedRange::new(min, max).expect("around a value")
}

fn bounding_box(at: Location, draw: &mut Draw) -> BoundingBox {
    let (latitude, longitude) = (at.latitude_degrees(), at.longitude_degrees());
    let (up, side) = (draw.between(0.0, 0.2), draw.between(0.001, 0.2));
    let south_west = (latitude.max(-90.0), (longitude - side).max(-180.0));
    let north = (latitude + up).min(90.0);
    let east = if draw.chance(0.1) {
        // All round the Earth but for a strip: a box that crosses the antimeridian.
        (longitude - 2.0 * side).max(-180.0)
    } else {
        // The eastern edge runs through the event.
        longitude
    };
    BoundingBox::new(south_west, (north, east)).expect("clamped")
}

fn circle(at: Location, draw: &mut Draw) -> Circle {
    let latitude = (at.latitude_degrees() + draw.between(-0.05, 0.05)).clamp(-90.0, 90.0);
    let longitude = (at.longitude_degrees() + draw.between(-0.05, 0.05)).clamp(-180.0, 180.0);
    let center = Location::new(latitude, longitude).expect("clamped");
    let factor = *draw.one(&[1.0, 1.0, 0.5, 2.0, 10.0]);
    let radius_km = (haversine_km(center, at) * factor).max(0.001);
    Circle::new(center, radius_km).expect("a few kilometres")
}

/// A diamond with the event inside or on a corner, now and then with a hole.
fn region(at: Location, draw: &mut Draw) -> Region {
    let size = draw.between(0.002, 0.2);
    let (x, y) = at.to_point().x_y();
    let x = if draw.chance(0.3) {
        x + size
    } else {
        x + draw.between(-0.4, 0.4) * size
    };
    let hole = draw
        .chance(0.4)
        .then(|| diamond((x, y + size / 4.0), size / 3.0));
    let made = Region::new(diamond((x, y), size), hole.into_iter().collect());
    made.expect("a diamond, with a hole inside")
}

fn diamond((x, y): (f64, f64), size: f64) -> LineString<f64> {
    let corners = [
        (x - size, y),
        (x, y - size),
        (x + size, y),
        (x, y + size),
        (x - size, y),
    ];
    let clamp = |(x, y): (f64, f64)| (x.clamp(-180.0, 180.0), y.clamp(-90.0, 90.0));
    LineString::from_iter(corners.map(clamp))
}
