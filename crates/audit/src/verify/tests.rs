use std::fs;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::head::Origin;
use crate::key::Key;
use crate::record::{Act, Body, Cause, Entry, Mark, Record};
use crate::{Call, Filter, Options, Reader, Who, Writer};

fn entry() -> Entry {
    let call = Call::new("a.B/C").expect("a call");
    Entry::new(Act::Call(call), Who::anonymous())
}

/// Who has the key can sign any head: that no record tells of its beginning shows that it was moved.
#[test]
fn a_beginning_that_no_record_tells_of_shows() {
    let dir = tempfile::tempdir().expect("a directory");
    let (log, key) = (dir.path().join("log"), dir.path().join("key"));
    let key = || Key::load_or_create(&key).expect("a key");
    let number = NonZeroUsize::MIN;
    let options = Options {
        segment_bytes_max: 1,
        segment_age_max: Duration::MAX,
        checkpoint_records: 100,
        checkpoint_age_max: Duration::MAX,
        buffered_age_max: Duration::ZERO,
        buffered_records_max: number,
        queue_records_max: number,
    };
    let clock = Arc::new(|| Timestamp::from_micros(1).expect("in 1970"));
    let mut writer = Writer::open(&log, key(), options, clock).expect("a log");
    for _ in 0..3 {
        writer.append(&[entry()]).expect("a record");
    }
    let head = writer.close().expect("a head");
    let key = key();
    let records = Reader::open(&log, key.public(), Filter::default()).expect("records");
    let is_seal = |record: &Record| record.body == Body::Mark(Mark::Checkpoint(Cause::Seal));
    let mut seals = records.map(|record| record.expect("whole")).filter(is_seal);
    let seal = seals.next().expect("the first segment is sealed");
    let moved = Head {
        first: Origin {
            segment: 2,
            seq: seal.seq + 1,
            prev: seal.hash,
        },
        ..head
    };
    assert!(verify(&log, key.public(), &Check::WHOLE).is_ok());
    fs::remove_file(log.join(dir::segment_name(1))).expect("a segment");
    fs::write(log.join(dir::HEAD_FILE), moved.signed(&key)).expect("a head");
    let faults = verify(&log, key.public(), &Check::WHOLE).expect_err("a fault");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].kind, FaultKind::HeadMismatch);
}
