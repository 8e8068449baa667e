use super::*;
use crate::sample::{START_S, draft as sample_draft, point, time as at};
use crate::{sample, to_pb};
use sosie_similarity::Axis;

const PARIS: &str = "Europe/Paris";

fn with(change: impl FnOnce(&mut pb::DraftEvent)) -> Result<Draft, Invalid> {
    let mut message = sample_draft();
    change(&mut message);
    draft(message)
}

fn refused(change: impl FnOnce(&mut pb::DraftEvent), field: &str, rule: Rule) {
    assert_eq!(with(change).unwrap_err(), Invalid::new(field, rule));
}

fn timed(change: impl FnOnce(&mut pb::EventTimes)) -> pb::draft_event::When {
    let mut times = pb::EventTimes {
        start_time: Some(at(START_S)),
        end_time: Some(at(START_S + 18_000)),
        time_zone: PARIS.to_owned(),
        time_precision: 0,
    };
    change(&mut times);
    pb::draft_event::When::Times(times)
}

fn on_days(first: (i32, i32, i32), last: Option<(i32, i32, i32)>) -> pb::draft_event::When {
    let date = |(year, month, day)| pb::LocalDate { year, month, day };
    pb::draft_event::When::Dates(pb::DateSpan {
        first_date: Some(date(first)),
        last_date: last.map(date),
    })
}

fn when_refused(when: pb::draft_event::When, field: &str, rule: Rule) {
    refused(|draft| draft.when = Some(when), field, rule);
}

#[test]
fn an_empty_draft_is_a_draft_of_nothing() {
    let empty = draft(pb::DraftEvent::default()).unwrap();
    assert!(Axis::ALL.iter().all(|axis| !empty.values().has(*axis)));
    assert_eq!(empty.times(), None);
}

#[test]
fn a_full_draft_has_every_axis() {
    let full = with(|draft| {
        draft.location = Some(point(43.27, 5.39));
        draft.sector = Some("marseille/13008/le-rouet".to_owned());
        draft.when = Some(timed(|_| {}));
        draft.footprint = Some(sample::footprint());
    })
    .unwrap();
    assert!(Axis::ALL.iter().all(|axis| full.values().has(*axis)));
    assert_eq!(full.values().duration_s, Some(18_000.0));
    let place = full.values().location.unwrap();
    assert_eq!(to_pb::location(place), point(43.27, 5.39));
}

#[test]
fn a_start_alone_gives_its_local_date() {
    // 23:30 UTC is the day after in Paris.
    let when = timed(|times| {
        times.start_time = Some(at(START_S + 27_000));
        times.end_time = None;
    });
    let made = with(|draft| draft.when = Some(when)).unwrap();
    let sunday = chrono::NaiveDate::from_ymd_opt(2024, 6, 2).unwrap();
    assert_eq!(made.times(), Some(&DraftTimes::StartDate(sunday)));
    assert_eq!(made.values().duration_s, None);
}

#[test]
fn day_precision_asks_for_midnights_also_of_a_start_alone() {
    let by_day = pb::TimePrecision::Day.into();
    let alone = |start: i64| {
        timed(|times| {
            times.start_time = Some(at(start));
            times.end_time = None;
            times.time_precision = by_day;
        })
    };
    // 18:00 in Paris, and 18 hours before it.
    when_refused(alone(START_S), "times.start_time", Rule::NotMidnight);
    let midnight = START_S - 18 * 3_600;
    assert!(with(|draft| draft.when = Some(alone(midnight))).is_ok());
    let uneven = timed(|times| {
        times.start_time = Some(at(midnight));
        times.time_precision = by_day;
    });
    when_refused(uneven, "times.end_time", Rule::NotMidnight);
}

#[test]
fn times_name_the_field_at_fault() {
    let refused = |change: fn(&mut pb::EventTimes), field, rule| {
        when_refused(timed(change), field, rule);
    };
    refused(
        |times| times.end_time = Some(at(START_S)),
        "times.end_time",
        Rule::EndBeforeStart,
    );
    refused(
        |times| times.end_time = Some(at(START_S - 1)),
        "times.end_time",
        Rule::EndBeforeStart,
    );
    refused(
        |times| times.start_time = None,
        "times.start_time",
        Rule::Required,
    );
    refused(
        |times| times.time_zone.clear(),
        "times.time_zone",
        Rule::Required,
    );
    refused(
        |times| times.time_zone = "Marseille".to_owned(),
        "times.time_zone",
        Rule::UnknownZone,
    );
    refused(
        |times| times.time_precision = 9,
        "times.time_precision",
        Rule::Malformed,
    );
    refused(
        |times| times.start_time.as_mut().unwrap().nanos = 1_500,
        "times.start_time",
        Rule::TooFine,
    );
    refused(
        |times| times.end_time.as_mut().unwrap().nanos = -1,
        "times.end_time",
        Rule::Malformed,
    );
}

#[test]
fn times_and_dates_are_tested_at_the_longest_and_one_past_it() {
    let days = 36_525;
    let lasting = |seconds| timed(|times| times.end_time = Some(at(START_S + seconds)));
    assert!(with(|draft| draft.when = Some(lasting(days * 86_400))).is_ok());
    let too_long = Rule::LastsTooLong(days);
    when_refused(lasting(days * 86_400 + 1), "times.end_time", too_long);
    // 1 January 1900 and 36,525 days: 100 years with 24 leap days, and one more.
    let century = on_days((1900, 1, 1), Some((2000, 1, 1)));
    assert!(with(|draft| draft.when = Some(century)).is_ok());
    let past = on_days((1900, 1, 1), Some((2000, 1, 2)));
    when_refused(past, "dates.last_date", too_long);
}

#[test]
fn dates_are_days_of_the_calendar_in_order() {
    let alone = with(|draft| draft.when = Some(on_days((2024, 6, 1), None))).unwrap();
    let saturday = chrono::NaiveDate::from_ymd_opt(2024, 6, 1).unwrap();
    let expected = DraftTimes::Dates {
        first: saturday,
        last: saturday,
    };
    assert_eq!(alone.times(), Some(&expected));
    assert_eq!(alone.values().calendar.unwrap().weekend_share, 1.0);
    let backwards = on_days((2024, 6, 2), Some((2024, 6, 1)));
    when_refused(backwards, "dates.last_date", Rule::EndBeforeStart);
    let no_day = on_days((2023, 2, 29), None);
    when_refused(no_day, "dates.first_date.day", Rule::OutOfRange(1.0, 28.0));
    let no_month = on_days((2024, 1, 1), Some((2024, 13, 1)));
    when_refused(
        no_month,
        "dates.last_date.month",
        Rule::OutOfRange(1.0, 12.0),
    );
    let none = pb::draft_event::When::Dates(pb::DateSpan::default());
    when_refused(none, "dates.first_date", Rule::Required);
}

#[test]
fn counts_of_people_name_the_field_at_fault() {
    let counted = |best, low, high, basis| pb::Participants {
        best,
        low,
        high,
        basis,
    };
    let refused = |count, field, rule| {
        refused(|draft| draft.participants = Some(count), field, rule);
    };
    let (max, range) = (1_000_000_000, Rule::OutOfRange(0.0, 1e9));
    refused(
        counted(None, Some(1), None, 0),
        "participants.best",
        Rule::Required,
    );
    refused(counted(Some(-1), None, None, 0), "participants.best", range);
    refused(
        counted(Some(max + 1), None, None, 0),
        "participants.best",
        range,
    );
    refused(
        counted(Some(5), Some(-5), None, 0),
        "participants.low",
        range,
    );
    refused(
        counted(Some(5), Some(6), None, 0),
        "participants.low",
        Rule::LowAboveHigh,
    );
    refused(
        counted(Some(5), None, Some(4), 0),
        "participants.best",
        Rule::LowAboveHigh,
    );
    refused(
        counted(Some(5), None, None, 7),
        "participants.basis",
        Rule::Malformed,
    );
    for message in [
        counted(Some(0), None, None, 0),
        counted(Some(max), Some(0), Some(max), 2),
    ] {
        let made = with(|draft| draft.participants = Some(message)).unwrap();
        let told = made.values().participants.map(to_pb::participants);
        assert_eq!(told, Some(message));
    }
}

#[test]
fn paths_and_amounts_name_the_field_at_fault() {
    let deep = |codes: usize| Some(vec!["a"; codes].join("/"));
    assert!(with(|draft| draft.nature = deep(6)).is_ok());
    refused(|draft| draft.nature = deep(7), "nature", Rule::TooMany(6));
    refused(|draft| draft.sector = deep(7), "sector", Rule::TooMany(6));
    refused(
        |draft| draft.nature = Some(String::new()),
        "nature",
        Rule::Malformed,
    );
    refused(
        |draft| draft.sector = Some("a b".to_owned()),
        "sector",
        Rule::Malformed,
    );
    refused(
        |draft| draft.footprint_area_m2 = Some(0.0),
        "footprint_area_m2",
        Rule::NotPositive,
    );
    refused(
        |draft| draft.active_duration_s = Some(f64::INFINITY),
        "active_duration_s",
        Rule::NotFinite,
    );
    refused(
        |draft| draft.location = Some(point(91.0, 0.0)),
        "location.latitude_degrees",
        Rule::OutOfRange(-90.0, 90.0),
    );
}

#[test]
fn a_probe_is_one_of_two_kinds() {
    let of = |kind| probe(pb::Probe { kind });
    assert_eq!(of(None).unwrap_err(), Invalid::new("", Rule::Required));
    let stored = |id: &str| of(Some(pb::probe::Kind::EventId(id.to_owned())));
    let id = EventId::new("sd-1").unwrap();
    assert_eq!(stored("sd-1"), Ok(ProbeRef::Stored(id)));
    let refused = |id: &str, rule| {
        assert_eq!(stored(id).unwrap_err(), Invalid::new("event_id", rule));
    };
    refused("", Rule::Required);
    refused("a b", Rule::Malformed);
    refused(&"x".repeat(65), Rule::TooLong(64));
    assert!(stored(&"x".repeat(64)).is_ok());
}
