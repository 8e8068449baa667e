//! A list of three on two axes of weight 1, small enough to work out by hand:
//!
//! | event | nature | day kind | score |
//! |---|---|---|---|
//! | a | 1 | 1/2 | 6/8 |
//! | b | 1/2 | 3/4 | 5/8 |
//! | c | 1/2 | 1/4 | 3/8 |

use sosie_similarity::limits::{SENSITIVITY_ROWS_MAX, SENSITIVITY_SIZE_MAX};
use sosie_similarity::sensitivity::{
    Cause, Direction, InvalidRanking, Proof, Ranking, RankingParts, Row, RowLine, Terms,
};
use sosie_similarity::{
    Axis, Draft, DraftTimes, MissingPolicy, Profile, Rule, Scorer, StatedValues, Timestamp,
};

use super::check_refused;
use crate::fixtures::{Asked, day, draft, draft_of, event_id, path, profile, rules};

fn two_axes(missing: MissingPolicy) -> Profile {
    let mut axes = rules(missing);
    for rule in &mut axes {
        let in_play = matches!(rule.axis, Axis::Nature | Axis::DayKind);
        rule.weight = f64::from(u8::from(in_play));
    }
    profile(axes)
}

fn probe() -> Draft {
    let nature = Some(path("music"));
    let stated = StatedValues {
        nature,
        ..StatedValues::default()
    };
    draft(stated, Some(DraftTimes::StartDate(day("2024-06-01"))))
}

fn terms(floor: f64) -> Terms {
    let profile = two_axes(MissingPolicy::Zero);
    let weights: Vec<_> = profile.axes().iter().map(|rule| rule.weight).collect();
    Terms::of(&Scorer::new(&profile, &weights, probe().values(), floor))
}

/// Later events win ties.
fn row(id: &str, start: i64, nature: f64, day_kind: f64) -> Row {
    let line = |axis, similarity| RowLine {
        axis,
        is_compared: true,
        counted: Some(similarity),
    };
    Row {
        event_id: event_id(id),
        series_id: None,
        start: Timestamp::from_micros(start).expect("1970"),
        lines: vec![line(Axis::Nature, nature), line(Axis::DayKind, day_kind)],
    }
}

fn parts(size: usize) -> RankingParts {
    RankingParts {
        terms: terms(0.0),
        rows: vec![
            row("a", 0, 1.0, 0.5),
            row("b", 1, 0.5, 0.75),
            row("c", 2, 0.5, 0.25),
        ],
        size,
        collapse_series: false,
        has_more: false,
    }
}

fn ranking(size: usize) -> Ranking {
    Ranking::new(parts(size)).expect("in order")
}

/// As near as two sums of rounded numbers can tell.
fn is_close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-14 * expected
}

#[test]
fn two_neighbours_swap_where_their_lines_cross() {
    // w + 1/2 = w/2 + 3/4 at w = 1/2, and 1 + w/2 = 1/2 + 3w/4 at w = 2.
    let swap = ranking(2).swap(0).expect("a neighbour");
    let expected = [
        (Axis::Nature, Direction::Raised, None),
        (Axis::Nature, Direction::Lowered, Some(0.5)),
        (Axis::DayKind, Direction::Raised, Some(2.0)),
        (Axis::DayKind, Direction::Lowered, None),
    ];
    for (reach, (axis, direction, weight)) in swap.reaches.iter().zip(expected) {
        assert_eq!((reach.axis, reach.direction), (axis, direction));
        let found = reach.flip.map(|flip| flip.weight);
        let is_right = found
            .zip(weight)
            .map(|(found, weight)| is_close(found, weight));
        assert!(is_right.unwrap_or(found == weight), "{reach:?}");
    }
    let smallest = swap.smallest().expect("a swap");
    let flip = smallest.reach.flip.expect("of it");
    assert!(smallest.is_sure && is_close(smallest.relative_change, 0.5));
    assert_eq!(flip.just_short, flip.weight.next_up());
}

#[test]
fn leaving_an_axis_out_is_the_last_change_there_is() {
    // Without the day, b and c both score 1/2, and c starts later; with any weight on it b is ahead.
    let swap = ranking(3).swap(1).expect("a neighbour");
    let smallest = swap.smallest().expect("a swap");
    let flip = smallest.reach.flip.expect("of it");
    assert_eq!((smallest.reach.axis, flip.weight), (Axis::DayKind, 0.0));
    assert_eq!((flip.just_short, smallest.relative_change), (1e-9, 1.0));
}

#[test]
fn every_hit_is_told_what_moves_it_first() {
    // a falls behind b, which is the same as b coming before a. For a to leave, c had to pass it too, and b stays
    // ahead of c.
    let expected = [Cause::SwapsWithNext, Cause::SwapsWithPrevious];
    for (hit, expected) in ranking(2).sensitivity().iter().zip(expected) {
        let (cause, smallest) = hit.smallest().expect("a change");
        assert_eq!(cause, expected);
        assert!(is_close(smallest.relative_change, 0.5), "{smallest:?}");
    }
}

#[test]
fn a_list_shorter_than_asked_for_is_only_left_through_the_floor() {
    assert_eq!(ranking(4).leaving(0).smallest(), None);
    assert_eq!(ranking(4).leaving(0).proof, Proof::Proven);
    // d lacks a nature: it covers 1/2, just the floor of 1/2, until nature weighs more or the day less.
    let mut parts = parts(4);
    parts.terms = terms(0.5);
    let mut last = row("d", 0, 0.0, 0.25);
    last.lines[0].is_compared = false;
    parts.rows.push(last);
    let leaving = Ranking::new(parts).expect("in order").leaving(3);
    let directions = leaving.reaches.iter().filter(|reach| reach.flip.is_some());
    let directions: Vec<_> = directions
        .map(|reach| (reach.axis, reach.direction))
        .collect();
    let expected = [
        (Axis::Nature, Direction::Raised),
        (Axis::DayKind, Direction::Lowered),
    ];
    assert_eq!(directions, expected);
    assert!(leaving.smallest().expect("a way out").relative_change < 1e-15);
}

#[test]
fn the_order_stays_as_long_as_no_corner_turns_it() {
    let stability = ranking(3).stability(0.3).expect("a share");
    // a before b: (1/2 − 1/4) / (1/2 + 1/4). b before c hangs on the day alone, and can't turn.
    assert!((stability.order_holds_up_to - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(stability.sure_pairs, 1.0);
    assert_eq!(stability.unseen_stay_out_up_to, Some(1.0));
    // At 40 % one pair of three may turn; the first two stay the first two, since c never gets past b.
    let wider = ranking(3).stability(0.4).expect("a share");
    assert!((wider.sure_pairs - 2.0 / 3.0).abs() < 1e-12);
    assert!(
        ranking(2)
            .stability(0.4)
            .expect("a share")
            .membership_holds_up_to
            > 0.999
    );
}

#[test]
fn a_share_is_in_0_to_1() {
    let refused = |share: f64| ranking(1).stability(share).map(|_| ());
    assert_eq!(refused(1.0_f64.next_up()), Err(Rule::OutOfRange(0.0, 1.0)));
    assert_eq!(refused(-0.1), Err(Rule::OutOfRange(0.0, 1.0)));
    assert_eq!(refused(f64::NAN), Err(Rule::NotFinite));
    assert!(refused(0.0).is_ok() && refused(1.0).is_ok());
}

/// Refused with one thing changed.
fn check_ranking(change: impl FnOnce(&mut RankingParts), expected: InvalidRanking) {
    let mut parts = parts(2);
    change(&mut parts);
    assert_eq!(Ranking::new(parts).map(|_| ()), Err(expected));
}

#[test]
fn a_ranking_is_of_hits_in_order() {
    check_ranking(|parts| parts.rows.clear(), InvalidRanking::Empty);
    check_ranking(
        |parts| parts.rows.swap(0, 1),
        InvalidRanking::Order { row: 1 },
    );
    check_ranking(
        |parts| parts.rows[1] = parts.rows[0].clone(),
        InvalidRanking::Order { row: 1 },
    );
    check_ranking(
        |parts| parts.rows[2].lines.swap(0, 1),
        InvalidRanking::Axes { row: 2 },
    );
    let above_1 = Some(1.0_f64.next_up());
    check_ranking(
        |parts| parts.rows[0].lines[0].counted = above_1,
        InvalidRanking::Counted { row: 0 },
    );
    check_ranking(
        |parts| parts.rows[0].lines[0].counted = None,
        InvalidRanking::Counted { row: 0 },
    );
    let nothing = |parts: &mut RankingParts| {
        for line in &mut parts.rows[0].lines {
            line.is_compared = false;
        }
    };
    check_ranking(nothing, InvalidRanking::NoHit { row: 0 });
}

#[test]
fn a_ranking_has_at_most_a_hundred_hits_and_a_thousand_rows() {
    let of = |size, rows: usize| {
        let mut parts = parts(size);
        // All alike: the later start is the better.
        let row = |at: usize| row(&format!("e{at}"), -(at as i64), 0.5, 0.5);
        parts.rows = (0..rows).map(row).collect();
        Ranking::new(parts).map(|ranking| ranking.hits().len())
    };
    let (size, rows) = (SENSITIVITY_SIZE_MAX, SENSITIVITY_ROWS_MAX);
    assert_eq!(of(size, rows), Ok(size));
    assert_eq!(of(0, 1), Err(InvalidRanking::Size(0)));
    assert_eq!(of(size + 1, 1), Err(InvalidRanking::Size(size + 1)));
    assert_eq!(of(1, rows + 1), Err(InvalidRanking::Rows(rows + 1)));
}

#[test]
fn a_search_is_reweighted_within_the_limits_and_never_to_nothing() {
    let search = Asked::of_draft(draft_of("music")).search();
    let weight_of = |weight| search.reweighted(Axis::Location, weight);
    assert_eq!(weight_of(3.0).expect("a weight").weights()[0], 3.0);
    check_refused(weight_of(1e10), "weight", Rule::OutOfRange(1e-9, 1e9));
    // Of the draft only the nature is known.
    check_refused(search.reweighted(Axis::Nature, 0.0), "probe", Rule::NoAxis);
}
