//! Lines that were removed, swapped, copied, or written anew by who has no key.

use std::fs;

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest as _, Sha256};
use sosie_audit::FaultKind;

use crate::made::{Made, Place, entry, hash_of, segment_path};

/// The lines of a segment, without or with some of them elsewhere.
fn edited(made: &Made, segment: u32, edit: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut lines = made.segments[segment as usize - 1].clone();
    edit(&mut lines);
    made.write(segment, &lines);
}

fn is_last_of_segment(made: &Made, (segment, line): (u32, usize)) -> bool {
    made.segments[segment as usize - 1].len() == line + 1
}

#[test]
fn every_removed_line_shows_where_it_was() {
    let made = Made::new();
    for place in made.lines() {
        edited(&made, place.0, |lines| drop(lines.remove(place.1)));
        let kind = match place {
            (_, 0) => FaultKind::GapBetweenSegments,
            _ if is_last_of_segment(&made, place) => FaultKind::Cut,
            _ => FaultKind::Removed,
        };
        made.assert_fault(kind, place);
        made.restore(&[place.0]);
    }
    made.place.verify().unwrap();
}

#[test]
fn every_swap_of_neighbours_shows_at_the_first_of_them() {
    let made = Made::new();
    let lines = made.lines();
    for pair in lines.windows(2) {
        swap(&made, pair[0], pair[1]);
        made.assert_fault(FaultKind::Reordered, pair[0]);
        made.restore(&[pair[0].0, pair[1].0]);
    }
    made.place.verify().unwrap();
}

#[test]
fn five_hundred_swaps_at_random_show_at_the_first_of_the_two() {
    let made = Made::new();
    let lines = made.lines();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..500 {
        let first = rng.random_range(0..lines.len() - 1);
        let second = rng.random_range(first + 1..lines.len());
        swap(&made, lines[first], lines[second]);
        made.assert_fault(FaultKind::Reordered, lines[first]);
        made.restore(&[lines[first].0, lines[second].0]);
    }
    made.place.verify().unwrap();
}

fn swap(made: &Made, first: (u32, usize), second: (u32, usize)) {
    if first.0 == second.0 {
        edited(made, first.0, |lines| lines.swap(first.1, second.1));
        return;
    }
    edited(made, first.0, |lines| {
        lines[first.1] = made.line(second).clone()
    });
    edited(made, second.0, |lines| {
        lines[second.1] = made.line(first).clone()
    });
}

#[test]
fn every_line_that_is_there_twice_shows_at_the_second() {
    let made = Made::new();
    for place in made.lines() {
        let copy = (place.0, place.1 + 1);
        edited(&made, place.0, |lines| {
            lines.insert(copy.1, made.line(place).clone())
        });
        made.assert_fault(FaultKind::Duplicated, copy);
        made.restore(&[place.0]);
    }
    made.place.verify().unwrap();
}

#[test]
fn a_copy_of_any_line_anywhere_further_down_shows_there() {
    let made = Made::new();
    let lines = made.lines();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..500 {
        let original = rng.random_range(0..lines.len() - 1);
        let (segment, line) = lines[rng.random_range(original..lines.len())];
        let copy = made.line(lines[original]).clone();
        edited(&made, segment, |lines| lines.insert(line + 1, copy));
        made.assert_fault(FaultKind::Duplicated, (segment, line + 1));
        made.restore(&[segment]);
    }
    made.place.verify().unwrap();
}

#[test]
fn several_changes_are_told_each() {
    let made = Made::new();
    for segment in [2, 4] {
        edited(&made, segment, |lines| lines[7][20] ^= 1);
    }
    edited(&made, 5, |lines| drop(lines.drain(3..6)));
    let faults = made.place.verify().unwrap_err();
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("CHANGED at \"audit-000002.log\", line 8, seq "));
    assert!(told[1].starts_with("CHANGED at \"audit-000004.log\", line 8, seq "));
    assert!(told[2].starts_with("REMOVED at \"audit-000005.log\", line 4, seq "));
}

/// The line of another record, with `prev` as it must be and the hash that it then has: what can be made without the key.
fn forged(line: &[u8], prev: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(line).unwrap();
    let text = text.replace("\"time\":\"2026", "\"time\":\"2025");
    let fields = text.split(",\"hash\":").next().unwrap();
    let (fields, old) = fields.split_once("\"prev\":\"").unwrap();
    let prev = std::str::from_utf8(prev).unwrap();
    let fields = format!("{fields}\"prev\":\"{prev}{}", &old[64..]);
    let hash: String = Sha256::digest(&fields)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("{fields},\"hash\":\"{hash}\"}}\n").into_bytes()
}

#[test]
fn a_line_with_a_hash_that_was_made_to_fit_shows_by_the_next() {
    let made = Made::new();
    for (place, before) in made.lines().into_iter().zip(made.positions()) {
        let prev = before.hash.to_string();
        edited(&made, place.0, |lines| {
            lines[place.1] = forged(&lines[place.1], prev.as_bytes());
        });
        let fault = made.fault();
        let is_checkpoint = made.line(place).windows(9).any(|w| w == b"signature");
        let kind = match place {
            _ if is_checkpoint => FaultKind::BadSignature,
            _ => FaultKind::Changed,
        };
        assert_eq!(fault.kind, kind, "{fault}");
        assert_eq!(fault.place.line, Some(place.1 as u64 + 1), "{fault}");
        made.restore(&[place.0]);
    }
}

#[test]
fn a_chain_that_was_made_anew_to_its_end_shows_at_the_next_signature() {
    let made = Made::new();
    let lines = made.segments[2].clone();
    let mut prev = hash_of(&made.segments[1].concat()).to_string();
    let anew: Vec<Vec<u8>> = lines
        .iter()
        .map(|line| {
            let line = forged(line, prev.as_bytes());
            prev = hash_of(&line).to_string();
            line
        })
        .collect();
    made.write(3, &anew);
    let fault = made.fault();
    assert_eq!(fault.kind, FaultKind::BadSignature);
    assert_eq!(fault.place.file, "audit-000003.log");
}

#[test]
fn records_after_the_last_checkpoint_are_under_head() {
    let place = Place::new();
    let mut writer = place.writer();
    writer.append(&[entry(1), entry(2)]).unwrap();
    drop(writer);
    place.verify().unwrap();
    let path = segment_path(&place.log(), 1);
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&[u8]> = text.as_bytes().split_inclusive(|&b| b == b'\n').collect();
    let last = lines.pop().unwrap();
    let prev = hash_of(lines.last().unwrap()).to_string();
    let last = forged(last, prev.as_bytes());
    lines.push(&last);
    fs::write(&path, lines.concat()).unwrap();
    let faults = place.verify().unwrap_err();
    assert_eq!(faults[0].kind, FaultKind::HeadMismatch);
    assert_eq!(faults[0].place.seq, Some(4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever stands there instead of the log's bytes: it is told, and never takes the check down.
    #[test]
    fn any_bytes_in_place_of_any_others_show(
        at in 0..1_000_usize, len in 0..600_usize, bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        thread_local! {
            static MADE: Made = Made::new();
        }
        MADE.with(|made| {
            let old = made.segments[3].concat();
            let at = at * old.len() / 1_000;
            let end = (at + len).min(old.len());
            let new = [&old[..at], &bytes, &old[end..]].concat();
            fs::write(made.path(4), &new).unwrap();
            let verified = made.place.verify();
            made.restore(&[4]);
            prop_assert_eq!(verified.is_ok(), new == old);
            Ok(())
        })?;
    }
}
