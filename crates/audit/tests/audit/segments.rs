//! Cuts, whole segments, and HEAD.

use std::fs;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sosie_audit::{
    Anchor, AnchorState, Check, Fault, FaultKind, Head, OpenError, Verified, verify,
};

use sosie_similarity::Digest;

use crate::made::{Made, RECORDS};

fn against(made: &Made, anchor: Anchor) -> Result<Verified, Vec<Fault>> {
    let check = Check {
        anchor: Some(anchor),
        ..Check::WHOLE
    };
    verify(&made.place.log(), &made.public, &check)
}

fn last_segment(made: &Made) -> u32 {
    made.segments.len() as u32
}

fn all_segments(made: &Made) -> Vec<u32> {
    (1..=last_segment(made)).collect()
}

/// Cuts the log after some bytes of a segment; later segments are removed too.
fn cut(made: &Made, segment: u32, bytes: usize) {
    let whole = made.segments[segment as usize - 1].concat();
    fs::write(made.path(segment), &whole[..bytes]).unwrap();
    for later in segment + 1..=last_segment(made) {
        fs::remove_file(made.path(later)).unwrap();
    }
}

fn restore(made: &Made, segment: u32) {
    let segments: Vec<u32> = (segment..=last_segment(made)).collect();
    made.restore(&segments);
}

#[test]
fn every_cut_between_lines_shows() {
    let made = Made::new();
    for (place, before) in made.lines().into_iter().zip(made.positions()) {
        cut(&made, place.0, before.bytes as usize);
        let fault = made.fault();
        if place.0 == last_segment(&made) || place.1 > 0 {
            assert_eq!(fault.kind, FaultKind::Cut, "{fault}");
            assert_eq!(fault.place.line, Some(place.1 as u64 + 1));
            assert_eq!(fault.place.seq, Some(before.seq + 1));
        }
        restore(&made, place.0);
    }
    made.place.verify().unwrap();
}

#[test]
fn every_segment_without_its_last_lines_shows() {
    let made = Made::new();
    for place in made.lines() {
        let lines = &made.segments[place.0 as usize - 1];
        made.write(place.0, &lines[..place.1]);
        made.assert_fault(FaultKind::Cut, place);
        made.restore(&[place.0]);
    }
}

#[test]
fn two_thousand_cuts_at_any_byte_show() {
    let made = Made::new();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for _ in 0..2_000 {
        let segment = rng.random_range(1..=last_segment(&made));
        let bytes = made.segments[segment as usize - 1].concat().len();
        cut(&made, segment, rng.random_range(0..bytes));
        let fault = made.fault();
        assert_eq!(fault.kind, FaultKind::Cut, "{fault}");
        assert_eq!(fault.place.file, format!("audit-{segment:06}.log"));
        restore(&made, segment);
    }
}

#[test]
fn every_removed_segment_shows_and_any_number_of_the_last() {
    let made = Made::new();
    for segment in all_segments(&made) {
        fs::remove_file(made.path(segment)).unwrap();
        let faults = made.place.verify().unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].kind, FaultKind::MissingSegment);
        assert_eq!(faults[0].place.file, format!("audit-{segment:06}.log"));
        for later in segment + 1..=last_segment(&made) {
            fs::remove_file(made.path(later)).unwrap();
        }
        assert_eq!(made.fault().kind, FaultKind::MissingSegment);
        restore(&made, segment);
    }
    made.place.verify().unwrap();
}

#[test]
fn every_swap_of_two_segments_shows_at_the_first() {
    let made = Made::new();
    for first in all_segments(&made) {
        for second in first + 1..=last_segment(&made) {
            made.write(first, &made.segments[second as usize - 1]);
            made.write(second, &made.segments[first as usize - 1]);
            made.assert_fault(FaultKind::Reordered, (first, 0));
            made.restore(&[first, second]);
        }
    }
}

#[test]
fn a_segment_of_another_name_and_one_too_many_show() {
    let made = Made::new();
    let last = last_segment(&made);
    for segment in all_segments(&made) {
        fs::rename(made.path(segment), made.path(last + 9)).unwrap();
        let kinds: Vec<FaultKind> = made
            .place
            .verify()
            .unwrap_err()
            .iter()
            .map(|fault| fault.kind)
            .collect();
        assert_eq!(kinds, [FaultKind::MissingSegment, FaultKind::HeadMismatch]);
        fs::remove_file(made.path(last + 9)).unwrap();
        made.restore(&[segment]);
        for copy in [last + 1, last + 9] {
            fs::copy(made.path(segment), made.path(copy)).unwrap();
            assert_eq!(made.fault().kind, FaultKind::HeadMismatch);
            fs::remove_file(made.path(copy)).unwrap();
        }
    }
    for foreign in ["audit-1.log", "notes.txt", "audit-000001.log.gz", "HEAD\n2"] {
        let path = made.place.log().join(foreign);
        fs::write(&path, "").unwrap();
        let fault = made.fault();
        assert_eq!(fault.kind, FaultKind::ForeignFile);
        assert_eq!(fault.place.file, foreign);
        fs::remove_file(&path).unwrap();
    }
    made.place.verify().unwrap();
}

#[test]
fn a_log_without_its_head_shows_and_is_not_gone_on_with() {
    let made = Made::new();
    fs::remove_file(made.place.log().join("HEAD")).unwrap();
    assert_eq!(made.fault().kind, FaultKind::HeadMismatch);
    let opened = made.place.open();
    assert!(matches!(opened, Err(OpenError::Head { .. })));
}

#[test]
fn a_head_of_another_key_shows() {
    let (made, other) = (Made::new(), Made::new());
    let head = made.place.log().join("HEAD");
    fs::copy(other.place.log().join("HEAD"), &head).unwrap();
    assert_eq!(made.fault().kind, FaultKind::BadSignature);
}

/// An older head is signed too. It shows by the anchor; without one, by a checkpoint that is past it, with something after.
#[test]
fn a_head_that_was_set_back_shows() {
    let made = Made::new();
    let head = made.place.log().join("HEAD");
    let newest = Head::of(&made.place.log(), &made.public).unwrap();
    let last_seal = RECORDS - made.segments.last().unwrap().len() as u64;
    for old in &made.heads[..made.heads.len() - 1] {
        fs::write(&head, old).unwrap();
        let faults = against(&made, newest.anchor()).unwrap_err();
        let kinds: Vec<FaultKind> = faults.iter().map(|fault| fault.kind).collect();
        assert!(kinds.contains(&FaultKind::HeadMismatch), "{kinds:?}");
        let old = Head::of(&made.place.log(), &made.public).unwrap();
        if old.last.seq < last_seal {
            made.place.verify().unwrap_err();
            let opened = made.place.open();
            assert!(matches!(opened, Err(OpenError::Damaged { .. })));
        }
    }
}

/// The whole directory as it was before can be told from a log that ends there only by who knows that it went on.
#[test]
fn a_log_that_was_set_back_whole_shows_only_against_an_anchor() {
    let made = Made::new();
    let newest = Head::of(&made.place.log(), &made.public).unwrap();
    for old in made.heads.iter().step_by(5) {
        fs::write(made.place.log().join("HEAD"), old).unwrap();
        let old = Head::of(&made.place.log(), &made.public).unwrap().last;
        if old.seq == RECORDS {
            continue;
        }
        cut(&made, old.segment, old.bytes as usize);
        made.place.verify().unwrap();
        let faults = against(&made, newest.anchor()).unwrap_err();
        assert_eq!(faults[0].kind, FaultKind::Cut, "{:?}", faults[0]);
        restore(&made, old.segment);
    }
}

#[test]
fn an_older_head_is_found_in_the_log_and_a_record_that_is_not_is_told() {
    let made = Made::new();
    for position in made.positions().iter().skip(1) {
        let anchor = Anchor {
            seq: position.seq,
            hash: position.hash,
        };
        assert_eq!(anchor.to_string().parse(), Ok(anchor));
        let verified = against(&made, anchor).unwrap();
        assert_eq!(verified.anchor, AnchorState::Found);
        assert_eq!(verified.records, RECORDS);
        let other = Anchor {
            hash: Digest::of(b"other"),
            ..anchor
        };
        let faults = against(&made, other).unwrap_err();
        assert_eq!(faults[0].kind, FaultKind::AnchorMismatch);
        assert_eq!(faults[0].place.seq, Some(position.seq));
    }
}

#[test]
fn what_came_since_a_checked_place_can_be_checked_alone() {
    let made = Made::new();
    for position in made.positions() {
        let check = Check {
            since: Some(position),
            ..Check::WHOLE
        };
        let verified = verify(&made.place.log(), &made.public, &check).unwrap();
        assert_eq!(verified.records, RECORDS - position.seq);
    }
}

#[test]
fn an_anchor_at_the_place_from_which_is_read_was_not_read() {
    let made = Made::new();
    let position = made.positions()[0];
    let check = Check {
        since: Some(position),
        anchor: Some(Anchor {
            seq: position.seq,
            hash: Digest::of(b"other"),
        }),
        ..Check::WHOLE
    };
    let verified = verify(&made.place.log(), &made.public, &check);
    assert!(verified.is_err() || verified.is_ok_and(|it| it.anchor == AnchorState::Older));
}
