//! Small searches of which the whole answer is in sight.

use std::collections::BTreeMap;

use sosie_similarity::{
    Candidate, Event, Exclusion, OutcomeSummary, Page, Quantiles, State, Timestamp, admits_time,
    reference, summarise,
};

use crate::fixtures::{
    Asked, code, draft_of, event, event_id, event_of, hit_ids, instant, parts, path, series_id,
    whole_list,
};

/// Like the probe `sport/football` by 1, 4/5 and 0 in this order.
fn three() -> Vec<Event> {
    vec![
        event_of("concert", "music"),
        event_of("match", "sport/football"),
        event_of("cup", "sport/football/cup"),
    ]
}

fn asked() -> Asked {
    Asked::of_draft(draft_of("sport/football"))
}

/// A football match of a series that started on a day of June 2023.
fn edition(id: &str, series: &str, day: u8) -> Event {
    let mut parts = parts(id);
    parts.series_id = Some(series_id(series));
    parts.stated.nature = Some(path("sport/football"));
    let (start, end) = (
        format!("2023-06-{day:02}T18:00:00Z"),
        format!("2023-06-{day:02}T20:00:00Z"),
    );
    parts.times = crate::fixtures::exact(&start, &end, chrono_tz::Tz::Europe__Paris);
    parts.known_time = parts.times.end();
    event(parts)
}

#[test]
fn the_most_alike_comes_first_and_what_is_nothing_alike_last() {
    let answer = whole_list(&three(), &asked().search());
    let found: Vec<_> = answer
        .hits
        .iter()
        .map(|hit| (hit.event.id().as_str(), hit.score.score))
        .collect();
    assert_eq!(found, [("match", 1.0), ("cup", 0.8), ("concert", 0.0)]);
}

#[test]
fn ties_go_to_the_later_start_and_then_to_the_lower_id_bytewise() {
    let events = ["b2", "b10", "B", "later"].map(|id| {
        let mut parts = edition(id, "s", 1).parts().clone();
        parts.series_id = None;
        if id == "later" {
            parts.times = edition("x", "s", 2).parts().times;
        }
        event(parts)
    });
    assert_eq!(
        hit_ids(&events, &asked().search()),
        ["later", "B", "b10", "b2"]
    );
}

#[test]
fn a_series_shows_its_best_member_and_how_many_there_were() {
    let events = [
        edition("e1", "s", 1),
        edition("e2", "s", 2),
        edition("e3", "other", 1),
    ];
    let hits = whole_list(&events, &asked().search()).hits;
    let found: Vec<_> = hits
        .iter()
        .map(|hit| (hit.event.id().as_str(), hit.series_member_count))
        .collect();
    assert_eq!(found, [("e2", 2), ("e3", 1)]);
    let explained = reference::explain(&events, &asked().search(), &event_id("e1")).unwrap();
    let kept = event_id("e2");
    assert_eq!(
        explained.verdict,
        Err(vec![Exclusion::SeriesCollapsed { kept }])
    );
    let every = asked().with(|asked| asked.query.collapse_series = false);
    assert_eq!(hit_ids(&events, &every.search()), ["e2", "e1", "e3"]);
}

#[test]
fn a_stored_probe_may_meet_its_series_but_not_itself() {
    let events = [
        edition("e1", "s", 1),
        edition("e2", "s", 2),
        edition("e3", "other", 1),
    ];
    let asked = Asked::of_stored(events[0].clone());
    assert_eq!(hit_ids(&events, &asked.search()), ["e2", "e3"]);
    let alone = asked.with(|asked| asked.query.exclude_probe_series = true);
    assert_eq!(hit_ids(&events, &alone.search()), ["e3"]);
    let verdict = |id| {
        let explained = reference::explain(&events, &alone.search(), &event_id(id));
        explained.unwrap().verdict
    };
    assert_eq!(
        verdict("e1"),
        Err(vec![Exclusion::ProbeItself, Exclusion::ProbeSeries])
    );
    assert_eq!(verdict("e2"), Err(vec![Exclusion::ProbeSeries]));
    assert_eq!(verdict("e3"), Ok(1));
}

#[test]
fn what_ends_or_is_known_at_as_of_is_in_and_a_microsecond_later_is_out() {
    let mut parts = parts("e");
    parts.known_time = instant("2023-06-07T21:00:00Z");
    let event = event(parts);
    let before = |at: Timestamp| Timestamp::from_micros(at.as_micros() - 1).unwrap();
    let (end, known) = (event.parts().times.end(), event.parts().known_time);
    assert!(admits_time(known, &event.candidate()));
    assert!(!admits_time(before(known), &event.candidate()));
    let search = |as_of| {
        let asked = Asked::of_draft(draft_of("music"));
        asked.with(|asked| asked.query.as_of = Some(as_of)).search()
    };
    let against = |as_of| search(as_of).exclusions(&event.candidate());
    // It has no nature: nothing can be compared either.
    let unscored = Exclusion::NoComparableAxis;
    assert_eq!(against(known), std::slice::from_ref(&unscored));
    assert_eq!(against(end), [Exclusion::NotKnown, unscored.clone()]);
    assert_eq!(
        against(before(end)),
        [Exclusion::NotEnded, Exclusion::NotKnown, unscored]
    );
}

#[test]
fn what_is_superseded_at_as_of_is_out_and_a_microsecond_earlier_is_in() {
    let event = event(parts("e"));
    let superseded = instant("2024-01-01T00:00:00Z");
    let candidate = Candidate {
        superseded: Some(superseded),
        ..event.candidate()
    };
    let before = Timestamp::from_micros(superseded.as_micros() - 1).unwrap();
    assert!(admits_time(before, &candidate));
    assert!(!admits_time(superseded, &candidate));
    let asked = Asked::of_draft(draft_of("music"));
    let search = asked.with(|asked| asked.query.as_of = Some(superseded));
    assert_eq!(
        search.search().exclusions(&candidate),
        [Exclusion::Superseded, Exclusion::NoComparableAxis]
    );
}

#[test]
fn only_what_was_held_is_found_unless_other_states_are_asked_for() {
    let events: Vec<_> = State::ALL
        .into_iter()
        .map(|state| {
            let mut parts = event_of(state.name(), "sport/football").parts().clone();
            parts.state = state;
            event(parts)
        })
        .collect();
    assert_eq!(hit_ids(&events, &asked().search()), ["HELD"]);
    let asked = asked().with(|asked| asked.query.filter.states = [State::Planned].into());
    assert_eq!(hit_ids(&events, &asked.search()), ["PLANNED"]);
    let search = asked.search();
    assert_eq!(
        search.exclusions(&events[1].candidate()),
        [Exclusion::State]
    );
}

#[test]
fn a_page_past_the_end_is_empty_even_at_the_largest_offset() {
    let page = |offset, limit| {
        let answer = reference::search(&three(), &asked().search(), Page { offset, limit });
        (answer.hits.len(), answer.has_more)
    };
    assert_eq!(page(0, 3), (3, false));
    assert_eq!(page(0, 2), (2, true));
    assert_eq!(page(2, 2), (1, false));
    assert_eq!(page(3, 1), (0, false));
    assert_eq!(page(usize::MAX, 1_000), (0, false));
}

#[test]
fn no_events_give_an_empty_answer() {
    let answer = whole_list(&[], &asked().search());
    assert!(answer.hits.is_empty() && !answer.has_more);
    assert_eq!(answer.counts.candidates, 0);
}

#[test]
fn what_the_hits_needed_is_summed_up_over_those_that_say_it() {
    let needs = [
        ("a", vec![("officers", 4.0)]),
        ("b", vec![("officers", 12.0), ("barriers", 80.0)]),
        ("c", vec![]),
    ];
    let events = needs.map(|(id, outcomes)| {
        let mut parts = event_of(id, "sport/football").parts().clone();
        parts.outcomes = outcomes
            .into_iter()
            .map(|(key, count)| (code(key), count))
            .collect();
        event(parts)
    });
    let hits = whole_list(&events, &asked().search()).hits;
    let (officers, barriers) = (code("officers"), code("barriers"));
    let quantiles = |[min, p25, median, p75, max]: [f64; 5]| Quantiles {
        min,
        p25,
        median,
        p75,
        max,
    };
    let summary = |hit_count, told: [f64; 5]| OutcomeSummary {
        hit_count,
        fewer_than_count: 0,
        at_least: quantiles(told),
        at_most: quantiles(told),
    };
    // Type 7 over 4 and 12: a quarter of the way is 6.
    let expected = BTreeMap::from([
        (&barriers, summary(1, [80.0; 5])),
        (&officers, summary(2, [4.0, 6.0, 8.0, 10.0, 12.0])),
    ]);
    assert_eq!(summarise(&hits), expected);
}
