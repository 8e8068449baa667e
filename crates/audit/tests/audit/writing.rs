//! What the writer promises: all of a commit or none, one writer, segments, checkpoints, retention.

use std::fs;
use std::process::Command;
use std::time::Duration;

use sosie_audit::{
    Anchor, AnchorState, AppendError, Body, Cause, Check, FaultKind, Filter, Kind, Mark, OpenError,
    Options, PublicKey, Reader, Who, Writer, verify,
};

use crate::made::{Made, OPTIONS, Place, RECORDS, clock, entry, segment_path, time};

#[test]
fn a_second_writer_is_refused_until_the_first_ends() {
    let place = Place::new();
    let writer = place.writer();
    let second = Writer::open(&place.log(), place.key(), OPTIONS, clock());
    assert!(matches!(second, Err(OpenError::InUse(_))));
    drop(writer);
    place.writer();
}

#[test]
fn numbers_of_a_batch_follow_one_another() {
    let place = Place::new();
    let mut writer = place.writer();
    assert_eq!(writer.append(&[]).unwrap(), 3..3);
    assert_eq!(writer.append(&[entry(1), entry(2)]).unwrap(), 3..5);
    assert_eq!(writer.append(&[entry(3)]).unwrap(), 5..6);
    let seqs: Vec<u64> = place.records().iter().map(|record| record.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
}

/// A log of 200 entries, one a commit.
fn written(options: Options) -> Place {
    let place = Place::new();
    let mut writer = Writer::open(&place.log(), place.key(), options, clock()).unwrap();
    for number in 0..200 {
        writer.append(&[entry(number)]).unwrap();
    }
    drop(writer);
    place.verify().unwrap();
    place
}

/// Neither by number nor by age.
const NEVER: Options = Options {
    segment_bytes_max: u64::MAX,
    segment_age_max: Duration::MAX,
    checkpoint_records: u64::MAX,
    checkpoint_age_max: Duration::MAX,
    ..OPTIONS
};

#[test]
fn without_a_number_and_an_age_there_is_no_checkpoint_and_one_segment() {
    let place = written(NEVER);
    assert!(
        place
            .records()
            .iter()
            .all(|record| record.signature.is_none())
    );
    assert!(!segment_path(&place.log(), 2).exists());
}

#[test]
fn checkpoints_come_by_number() {
    let place = written(Options {
        checkpoint_records: 10,
        ..NEVER
    });
    let records = place.records();
    let signed = records.iter().filter(|record| record.signature.is_some());
    let seqs: Vec<u64> = signed.map(|record| record.seq).collect();
    assert!(seqs.len() >= 200 / 10, "{seqs:?}");
    // Ten records without one, and then it.
    assert!(
        seqs.windows(2).all(|pair| pair[1] - pair[0] == 11),
        "{seqs:?}"
    );
}

#[test]
fn checkpoints_come_by_age() {
    let age = Duration::from_millis(50);
    let place = written(Options {
        checkpoint_age_max: age,
        ..NEVER
    });
    let records = place.records();
    let signed = records.iter().filter(|record| record.signature.is_some());
    let times: Vec<i64> = signed.map(|record| record.time.as_micros()).collect();
    assert!(times.len() > 3, "{times:?}");
    // The clock of the test goes on by a millisecond with each look, some of them in a commit.
    let age_us = age.as_micros() as i64;
    let is_due = |pair: &[i64]| (age_us..age_us + 20_000).contains(&(pair[1] - pair[0]));
    assert!(times.windows(2).all(is_due), "{times:?}");
}

#[test]
fn segments_end_by_age() {
    let place = written(Options {
        segment_age_max: Duration::from_millis(200),
        ..NEVER
    });
    assert!(segment_path(&place.log(), 3).exists());
    let seals = place.records().into_iter();
    let seals = seals.filter(|record| record.body == Body::Mark(Mark::Checkpoint(Cause::Seal)));
    assert!(seals.count() >= 2);
}

#[test]
fn an_idle_log_gets_its_checkpoint_by_age_once() {
    let place = Place::new();
    let options = Options {
        checkpoint_age_max: Duration::from_millis(20),
        ..OPTIONS
    };
    let mut writer = Writer::open(&place.log(), place.key(), options, clock()).unwrap();
    for _ in 0..50 {
        writer.checkpoint_if_due().unwrap();
    }
    let checkpoint = |record: &_| matches!(record, Body::Mark(Mark::Checkpoint(Cause::Period)));
    let records = place.records();
    assert_eq!(
        records
            .iter()
            .filter(|record| checkpoint(&record.body))
            .count(),
        1
    );
}

#[test]
fn a_head_that_can_not_be_written_leaves_the_log_as_it_was() {
    let place = Place::new();
    let mut writer = place.writer();
    writer.append(&[entry(1)]).unwrap();
    let bytes = fs::read(segment_path(&place.log(), 1)).unwrap();
    let in_the_way = place.log().join(".next-HEAD");
    fs::create_dir(&in_the_way).unwrap();
    let refused = writer.append(&[entry(2), entry(3)]);
    assert!(matches!(refused, Err(AppendError::Io(_))));
    assert_eq!(fs::read(segment_path(&place.log(), 1)).unwrap(), bytes);
    fs::remove_dir(&in_the_way).unwrap();
    place.verify().unwrap();
    assert_eq!(writer.append(&[entry(4)]).unwrap(), 4..5);
    writer.close().unwrap();
    place.verify().unwrap();
}

/// Where the child keeps its log and key; the test is nothing by itself without it.
const FULL_DIR: &str = "SOSIE_AUDIT_FULL_DIR";

/// A limit of the size of files stands for a full disk: the write stops in the middle in the same way.
#[test]
fn a_full_disk_refuses_a_batch_whole_and_the_log_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let binary = std::env::current_exe().unwrap();
    // Without the trap the signal that comes with the limit would end the child. 32 blocks are 16 KiB in POSIX, more in bash.
    let script =
        "trap '' XFSZ; ulimit -f 32; exec \"$0\" --exact writing::child_fills_its_disk --nocapture";
    let child = Command::new("sh")
        .args(["-c", script])
        .arg(binary)
        .env(FULL_DIR, dir.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let told = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(told.contains("refused and went on"), "{told}");
}

#[test]
fn child_fills_its_disk() {
    let Some(dir) = std::env::var_os(FULL_DIR) else {
        return;
    };
    let place = Place::at(dir.as_ref());
    let mut writer = place.writer();
    let mut written = 0;
    let batch: Vec<_> = (0..20).map(entry).collect();
    let refused = loop {
        match writer.append(&batch) {
            Ok(_) => written += 20,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, AppendError::NoSpace), "{refused}");
    let entries = || {
        place
            .records()
            .iter()
            .filter(|record| record.who().is_some())
            .count()
    };
    assert_eq!(entries(), written);
    assert!(place.verify().unwrap().tail_bytes == 0);
    writer.append(&batch[4..5]).unwrap();
    assert_eq!(entries(), written + 1);
    place.verify().unwrap();
    println!("refused and went on");
}

#[test]
fn old_segments_are_removed_from_the_front_and_the_log_says_so() {
    let made = Made::new();
    let seals: Vec<_> = made
        .place
        .records()
        .into_iter()
        .filter(|record| matches!(record.body, Body::Mark(Mark::Checkpoint(Cause::Seal))))
        .collect();
    let mut writer = made.place.writer();
    assert_eq!(writer.trim(seals[0].time).unwrap(), None);
    let trimmed = writer.trim(seals[3].time).unwrap().unwrap();
    assert_eq!((trimmed.first_seq, trimmed.last_seq), (1, seals[2].seq));
    assert_eq!(trimmed.last_hash, seals[2].hash);
    let verified = made.place.verify().unwrap();
    assert_eq!(verified.head.first.segment, 4);
    assert_eq!(verified.removal.unwrap().trimmed, trimmed);
    assert_eq!(verified.records, made.place.records().len() as u64);
    assert_eq!(made.place.records()[0].seq, trimmed.last_seq + 1);
    assert_eq!(writer.trim(seals[3].time).unwrap(), None);
    writer.close().unwrap();
    // One that was removed is none of the log any more; one that is kept must not be removed.
    made.restore(&[3]);
    assert_eq!(made.fault().kind, FaultKind::ForeignFile);
    fs::remove_file(made.path(3)).unwrap();
    fs::remove_file(made.path(4)).unwrap();
    assert_eq!(made.fault().kind, FaultKind::MissingSegment);
    made.restore(&[4]);
    let anchor = |seq, hash| Check {
        anchor: Some(Anchor { seq, hash }),
        ..Check::WHOLE
    };
    let check = anchor(seals[1].seq, seals[1].hash);
    let verified = verify(&made.place.log(), &made.public, &check).unwrap();
    assert_eq!(verified.anchor, AnchorState::Older);
}

#[test]
fn a_kill_between_head_and_the_removal_of_old_segments_is_mended() {
    let made = Made::new();
    let mut writer = made.place.writer();
    let trimmed = writer
        .trim(time(Duration::from_secs(3_600)))
        .unwrap()
        .unwrap();
    drop(writer);
    made.restore(&[1, 2]);
    made.place.writer().close().unwrap();
    assert!(!made.path(1).exists() && !made.path(2).exists());
    made.place.verify().unwrap();
    assert!(trimmed.last_seq < RECORDS + 10);
}

#[test]
fn a_segment_without_its_seal_is_not_removed() {
    let made = Made::new();
    let mut writer = made.place.writer();
    let lines = &made.segments[0];
    made.write(1, &lines[..lines.len() - 1]);
    writer.trim(time(Duration::from_secs(3_600))).unwrap_err();
    assert!(made.path(1).exists());
}

#[test]
fn a_list_is_of_the_kinds_times_and_callers_asked_for() {
    let made = Made::new();
    let all = made.place.records();
    let list = |filter: Filter| -> Vec<u64> {
        let reader = Reader::open(&made.place.log(), &made.public, filter).unwrap();
        reader.map(|record| record.unwrap().seq).collect()
    };
    assert_eq!(all.len() as u64, RECORDS);
    for kind in Kind::ALL {
        let expected: Vec<u64> = all
            .iter()
            .filter(|record| record.kind() == kind)
            .map(|record| record.seq)
            .collect();
        let kinds = vec![kind];
        assert_eq!(
            list(Filter {
                kinds,
                ..Filter::default()
            }),
            expected
        );
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
    }
    let who = Who::new("spiffe://city/3").unwrap();
    let of_caller = list(Filter {
        who: Some(who.clone()),
        ..Filter::default()
    });
    let expected = all
        .iter()
        .filter(|record| record.who() == Some(&who))
        .count();
    assert!(expected > 100 && of_caller.len() == expected);
    let (from, to) = (Some(all[99].time), Some(all[199].time));
    let between = list(Filter {
        from,
        to,
        ..Filter::default()
    });
    let expected = all
        .iter()
        .filter(|record| from.unwrap() <= record.time && record.time < to.unwrap());
    assert_eq!(
        between,
        expected.map(|record| record.seq).collect::<Vec<_>>()
    );
}

#[test]
fn a_reader_ends_at_the_first_line_that_is_none() {
    let made = Made::new();
    let mut lines = made.segments[1].clone();
    lines[4][30] ^= 1;
    made.write(2, &lines);
    let reader = Reader::open(&made.place.log(), &made.public, Filter::default()).unwrap();
    let read: Vec<_> = reader.collect();
    assert!(read.last().unwrap().is_err());
    assert_eq!(read.len(), made.segments[0].len() + 5);
}

#[test]
fn the_first_version_of_the_format_is_read() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1");
    let key = PublicKey::load(&dir.join("audit.pub")).unwrap();
    let verified = verify(&dir.join("log"), &key, &Check::WHOLE).unwrap();
    assert_eq!((verified.records, verified.unclean_opens), (32, 1));
    assert_eq!(verified.head.first.segment, 2);
}
