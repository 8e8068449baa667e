//! The audit log of the indexer: every call that changes something is in it before it is answered.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sosie_audit::{
    Act, Body, Call, Check, Entry, FaultKind, Filter, Key, Kind, Options, PublicKey, Reader, Who,
    Writer, verify,
};
use sosie_proto::pb;
use sosie_rpc::{AuditConfig, CALLER_HEADER};
use sosie_similarity::Timestamp;
use tonic::Request;

use crate::fixture::{Running, Stream, deletion, record, within};

async fn audited() -> Running {
    Running::start_with(|config| {
        let dir = config.store_dir.parent().unwrap().join("audit");
        config.audit = AuditConfig::told(Some(dir), None, false);
    })
    .await
}

fn key(dir: &Path) -> PublicKey {
    PublicKey::load(&dir.join("audit.pub")).unwrap()
}

/// Who called what, and how that ended.
fn calls(dir: &Path) -> Vec<(String, String, String)> {
    let filter = Filter {
        kinds: vec![Kind::Call],
        ..Filter::default()
    };
    let reader = Reader::open(&dir.join("audit"), &key(dir), filter).unwrap();
    let records = reader.map(|record| match record.unwrap().body {
        Body::Entry(entry) => {
            let Act::Call(call) = &entry.act else {
                panic!("only calls were asked for");
            };
            let who = entry.who.as_str().to_owned();
            (
                who,
                call.as_str().to_owned(),
                format!("{:?}", entry.outcome),
            )
        }
        Body::Mark(mark) => panic!("{mark:?}"),
    });
    records.collect()
}

#[tokio::test]
async fn calls_that_change_something_are_in_the_log_with_their_callers_and_ends() {
    let mut running = audited().await;
    let mut client = running.ingest().await;
    let mut request = Request::new(pb::BatchIngestEventsRequest {
        records: vec![record("a")],
        validate_only: false,
    });
    request
        .metadata_mut()
        .insert(CALLER_HEADER, "platform-events".parse().unwrap());
    client.batch_ingest_events(request).await.unwrap();
    running
        .delete(vec![deletion("a", pb::DeletionReason::Test)])
        .await;
    let empty = pb::BatchIngestEventsRequest::default();
    client.batch_ingest_events(empty).await.unwrap_err();
    // Changes nothing, and is not asked for.
    client
        .get_ingest_limits(pb::GetIngestLimitsRequest {})
        .await
        .unwrap();
    let dir = running.dir.path().to_owned();
    let told = calls(&dir);
    let whats: Vec<_> = told
        .iter()
        .map(|(who, call, _)| (who.as_str(), call.as_str()))
        .collect();
    let ingest = "sosie.v1.IngestService/BatchIngestEvents";
    let delete = "sosie.v1.IngestService/DeleteEvents";
    assert_eq!(
        whats,
        [
            ("platform-events", ingest),
            ("anonymous", delete),
            ("anonymous", ingest)
        ]
    );
    assert_eq!(told[0].2, "Ok");
    assert!(told[2].2.contains("InvalidArgument"), "{}", told[2].2);
    running.stop();
    let dir = within(running.ended_with_its_directory()).await;
    let check = Check {
        faults_max: NonZeroUsize::MIN,
        ..Check::WHOLE
    };
    verify(&dir.path().join("audit"), &key(dir.path()), &check).unwrap();
}

#[tokio::test]
async fn a_second_writer_of_the_log_is_refused() {
    let running = audited().await;
    let config = AuditConfig::told(Some(running.dir.path().join("audit")), None, false);
    assert!(config.unwrap().open().is_err());
}

/// A log of five segments with a call each, the first three of them 40 days old.
fn write_old_log(dir: &Path) {
    let now = sosie_rpc::now().as_micros();
    let number = |n| NonZeroUsize::new(n).unwrap();
    let options = Options {
        segment_bytes_max: 1,
        segment_age_max: Duration::MAX,
        checkpoint_records: 100,
        checkpoint_age_max: Duration::MAX,
        buffered_age_max: Duration::ZERO,
        buffered_records_max: number(1),
        queue_records_max: number(1),
    };
    for (days, calls) in [(40, 3), (0, 2)] {
        let time = Timestamp::from_micros(now - days * 86_400_000_000).unwrap();
        let key = Key::load_or_create(&dir.join("audit.key")).unwrap();
        let mut writer =
            Writer::open(&dir.join("audit"), key, options, Arc::new(move || time)).unwrap();
        for _ in 0..calls {
            let call = Call::new("sosie.v1.IngestService/DeleteEvents").unwrap();
            let entry = Entry::new(Act::Call(call), Who::anonymous());
            writer.append(&[entry]).unwrap();
        }
        writer.close().unwrap();
    }
}

#[tokio::test]
async fn records_past_their_days_are_removed_and_the_log_says_so_and_still_verifies() {
    let running = Running::start_with(|config| {
        let dir = config.store_dir.parent().unwrap();
        write_old_log(dir);
        let audit = AuditConfig::told(Some(dir.join("audit")), None, false);
        config.audit = audit.map(|audit| audit.keeping(NonZeroU32::new(30)));
    })
    .await;
    let dir = running.dir.path();
    let (log, key) = (dir.join("audit"), key(dir));
    let removal = within(async {
        loop {
            // Between the record and the removal of files, these are of no log.
            let verified = verify(&log, &key, &Check::WHOLE).ok();
            let removal = verified.and_then(|it| Some((it.removal?, it.head.first)));
            match removal {
                Some(removal) => break removal,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    });
    let (removal, first) = removal.await;
    assert_eq!(removal.trimmed.first_seq, 1);
    assert_eq!(removal.trimmed.last_seq + 1, first.seq);
    assert_eq!(first.prev, removal.trimmed.last_hash);
    // Of the old calls the last segments may stay, as they end with what was written today.
    let left = calls(dir).len();
    assert!((2..5).contains(&left), "{left}");
    // What is cut by other means than the rule shows.
    let segment = format!("audit-{:06}.log", first.segment);
    std::fs::remove_file(log.join(segment)).unwrap();
    let faults = verify(&log, &key, &Check::WHOLE).unwrap_err();
    assert_eq!(faults[0].kind, FaultKind::MissingSegment);
}

/// How the streams of the log have ended: records taken and refused, and the outcome.
fn ended_streams(dir: &Path) -> Vec<(u64, u64, String)> {
    let filter = Filter {
        kinds: vec![Kind::StreamEnded],
        ..Filter::default()
    };
    let reader = Reader::open(&dir.join("audit"), &key(dir), filter).unwrap();
    let ends = reader.map(|record| match record.unwrap().body {
        Body::Entry(entry) => {
            let count = entry.count.unwrap();
            let outcome = format!("{:?}", entry.outcome);
            (count.accepted, count.refused, outcome)
        }
        Body::Mark(mark) => panic!("{mark:?}"),
    });
    ends.collect()
}

#[tokio::test]
async fn a_stream_is_recorded_when_it_begins_and_with_its_counts_when_it_ends() {
    let running = audited().await;
    let dir = running.dir.path().to_owned();
    let mut client = running.ingest().await;
    let mut stream = Stream::open(&mut client).await;
    stream.send(vec![record("a"), record("b")]).await;
    stream.results().await;
    stream.send(vec![record("c"), record("not an id")]).await;
    stream.results().await;
    assert_eq!(calls(&dir).len(), 1);
    assert_eq!(ended_streams(&dir), []);
    stream.end();
    assert_eq!(stream.answer().await.unwrap(), None);
    // Another one, whose client leaves.
    let left = Stream::open(&mut client).await;
    left.send(vec![record("d")]).await;
    drop(left);
    let ends = within(async {
        loop {
            let ends = ended_streams(&dir);
            if ends.len() == 2 {
                return ends;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let ends = ends.await;
    assert_eq!(ends[0], (3, 1, "Ok".to_owned()));
    // It left in mid-stream: what was written of it is counted all the same.
    let written = running.changes() as u64 - 3;
    assert_eq!((ends[1].0, ends[1].1), (written, 0));
    assert!(ends[1].2.contains("CANCELLED"), "{ends:?}");
    assert_eq!(calls(&dir).len(), 2);
}
