//! What a kill leaves: bytes past HEAD, which were of no commit.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use sosie_audit::{After, OpenError};

use crate::made::{OPTIONS, Place, entry, segment_path};

/// The log with one commit more than its HEAD: its bytes, and how many of them HEAD covers.
fn commit_without_head(place: &Place) -> (Vec<u8>, usize) {
    let mut writer = place.writer();
    writer.append(&[entry(1), entry(2)]).unwrap();
    let head = fs::read(place.log().join("HEAD")).unwrap();
    let covered = writer.head().last.bytes as usize;
    writer.append(&[entry(3), entry(4)]).unwrap();
    drop(writer);
    fs::write(place.log().join("HEAD"), head).unwrap();
    (fs::read(segment_path(&place.log(), 1)).unwrap(), covered)
}

#[test]
fn a_commit_that_was_torn_at_any_byte_is_told_and_removed() {
    let source = Place::new();
    let (bytes, covered) = commit_without_head(&source);
    let head = fs::read(source.log().join("HEAD")).unwrap();
    for end in covered..=bytes.len() {
        fs::write(source.log().join("HEAD"), &head).unwrap();
        fs::write(segment_path(&source.log(), 1), &bytes[..end]).unwrap();
        let torn = &bytes[covered..end];
        let torn_lines = torn.iter().filter(|&&b| b == b'\n').count() as u64;
        let verified = source.verify().unwrap();
        assert_eq!(verified.tail_bytes, torn.len() as u64);
        assert_eq!(verified.tail_lines, torn_lines);
        let writer = source.writer();
        let after = After::Unclean {
            torn_bytes: torn.len() as u64,
            torn_lines,
        };
        assert_eq!(writer.opened(), after);
        drop(writer);
        let verified = source.verify().unwrap();
        assert_eq!((verified.tail_bytes, verified.unclean_opens), (0, 1));
    }
}

/// A tail may be torn past HEAD only.
#[test]
fn the_last_line_under_head_cut_at_any_byte_is_not_gone_on_with() {
    let place = Place::new();
    let mut writer = place.writer();
    writer.append(&[entry(1)]).unwrap();
    drop(writer);
    let path = segment_path(&place.log(), 1);
    let bytes = fs::read(&path).unwrap();
    let last = bytes[..bytes.len() - 1]
        .iter()
        .rposition(|&b| b == b'\n')
        .unwrap()
        + 1;
    for end in last..bytes.len() {
        fs::write(&path, &bytes[..end]).unwrap();
        place.verify().unwrap_err();
        let opened = place.open();
        assert!(matches!(opened, Err(OpenError::Damaged { .. })));
        assert_eq!(fs::read(&path).unwrap().len(), end, "nothing is written");
    }
}

#[test]
fn a_segment_whose_first_commit_was_not_made_is_begun_anew() {
    let place = Place::new();
    let mut writer = place.writer();
    while writer.head().last.bytes < OPTIONS.segment_bytes_max {
        writer.append(&[entry(1)]).unwrap();
    }
    let log = place.log();
    let (first, second) = (segment_path(&log, 1), segment_path(&log, 2));
    let before_seal = [log.join("HEAD"), first.clone()].map(|path| fs::read(path).unwrap());
    // Something in the way of the next segment: the seal is made, and the commit is not.
    fs::create_dir(&second).unwrap();
    writer.append(&[entry(2)]).unwrap_err();
    fs::remove_dir(&second).unwrap();
    let sealed = [log.join("HEAD"), first].map(|path| fs::read(path).unwrap());
    writer.append(&[entry(2)]).unwrap();
    let begun = fs::read(second).unwrap();
    drop(writer);
    for end in before_seal[1].len()..=sealed[1].len() {
        let torn = end - before_seal[1].len();
        assert_eq!(
            reopen(&place, &before_seal[0], &sealed[1][..end], None),
            torn
        );
    }
    for end in 0..=begun.len() {
        assert_eq!(
            reopen(&place, &sealed[0], &sealed[1], Some(&begun[..end])),
            end
        );
    }
}

/// Opens a log of one segment and maybe the begin of a second; gives the bytes past HEAD before.
fn reopen(place: &Place, head: &[u8], first: &[u8], second: Option<&[u8]>) -> usize {
    let log = place.log();
    fs::write(log.join("HEAD"), head).unwrap();
    fs::write(segment_path(&log, 1), first).unwrap();
    drop(fs::remove_file(segment_path(&log, 2)));
    if let Some(second) = second {
        fs::write(segment_path(&log, 2), second).unwrap();
    }
    let verified = place.verify().unwrap();
    let opened = place.writer();
    // Opening does not rotate: the second segment is begun if the first is sealed under HEAD.
    assert_eq!(
        opened.head().last.segment,
        if second.is_some() { 2 } else { 1 }
    );
    drop(opened);
    place.verify().unwrap();
    verified.tail_bytes as usize
}

#[test]
fn bytes_past_the_end_of_a_log_that_was_closed_show() {
    let place = Place::new();
    place.writer().close().unwrap();
    place.verify().unwrap();
    let path = segment_path(&place.log(), 1);
    let bytes = fs::read(&path).unwrap();
    for more in ["x", "\n", "x\n", "{}\n"] {
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(more.as_bytes()).unwrap();
        place.verify().unwrap_err();
        let opened = place.open();
        assert!(matches!(opened, Err(OpenError::Damaged { .. })));
        fs::write(&path, &bytes).unwrap();
    }
}

#[test]
fn a_log_goes_on_after_being_closed_or_not() {
    let place = Place::new();
    for _ in 0..3 {
        let mut writer = place.writer();
        writer.append(&[entry(1)]).unwrap();
        writer.close().unwrap();
        let mut writer = place.writer();
        assert_eq!(writer.opened(), After::Closed);
        writer.append(&[entry(2)]).unwrap();
        drop(writer);
        let writer = place.writer();
        let clean = After::Unclean {
            torn_bytes: 0,
            torn_lines: 0,
        };
        assert_eq!(writer.opened(), clean);
        writer.close().unwrap();
    }
    let verified = place.verify().unwrap();
    assert_eq!(verified.unclean_opens, 3);
    assert_eq!(verified.records, place.records().len() as u64);
}
