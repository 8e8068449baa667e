//! The audit log of the indexer: every call that changes something is in it before it is answered.

use std::num::NonZeroUsize;
use std::path::Path;

use sosie_audit::{Act, Body, Check, Filter, Kind, PublicKey, Reader, verify};
use sosie_proto::pb;
use sosie_rpc::{AuditConfig, CALLER_HEADER};
use tonic::Request;

use crate::fixture::{Running, deletion, record, within};

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
