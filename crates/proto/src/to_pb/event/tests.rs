use super::*;
use crate::sample::{self, START_S, point, time};

#[test]
fn an_event_is_told_in_full() {
    let told = event(&sample::event("sd-1"), true);
    assert_eq!(told.event_id, "sd-1");
    assert_eq!(told.series_id.as_deref(), Some("derby"));
    assert_eq!(told.state(), pb::EventState::Held);
    assert_eq!(told.nature.as_deref(), Some("sport/football/professional"));
    assert_eq!(told.sector, None);
    assert_eq!(told.location, Some(point(43.27, 5.39)));
    assert_eq!(told.start_time, Some(time(START_S)));
    assert_eq!(told.end_time, Some(time(START_S + 18_000)));
    assert_eq!(told.time_zone, "Europe/Paris");
    assert_eq!(told.time_precision(), pb::TimePrecision::Exact);
    assert_eq!(told.active_duration_s, None);
    let count = told.participants.unwrap();
    assert_eq!(
        (count.best, count.low, count.high),
        (Some(800), Some(700), None)
    );
    assert_eq!(count.basis(), pb::ParticipantsBasis::Peak);
    assert_eq!(told.outcomes, [("officers".to_owned(), 12.0)].into());
    let bounds = [("incidents".to_owned(), 5)];
    assert_eq!(told.outcomes_fewer_than, bounds.into());
    assert_eq!(told.known_time, Some(time(START_S + 90_000)));
    assert_eq!(told.source_id, "marseille-demo");
    let derived = told.derived.unwrap();
    assert_eq!(derived.duration_s, Some(18_000.0));
    // 18:00 to 23:00 on a Saturday in June.
    assert_eq!((derived.weekend_share, derived.summer_share), (1.0, 1.0));
}

#[test]
fn a_geometry_is_told_only_if_asked_for_and_its_area_always() {
    let stored = sample::event("sd-1");
    let area = stored.values().footprint_area_m2;
    let (without, with) = (event(&stored, false), event(&stored, true));
    assert!(area.is_some() && with.footprint.is_some());
    assert_eq!(without.footprint, None);
    assert_eq!(
        (without.footprint_area_m2, with.footprint_area_m2),
        (area, area)
    );
}

#[test]
fn a_place_that_the_source_leaves_out_is_the_centroid() {
    let mut parts = sample::event("sd-1").parts().clone();
    parts.stated.location = None;
    let told = event(&Event::new(parts).unwrap(), false).location.unwrap();
    assert!((told.longitude_degrees() - 5.005).abs() < 1e-9);
}
