//! Records with a code outside its vocabulary: kept until somebody has decided, and personal data never among them.

use std::fs;
use std::path::Path;

use sosie_indexer::GuardConfig;
use sosie_indexer::serve::ServeConfig;
use sosie_proto::error::describe;
use sosie_proto::pb::guard_service_client::GuardServiceClient;
use sosie_proto::pb::{self, DeletionReason, ErrorReason, WriteRefusal, write_result::Outcome};
use tonic::Code;
use tonic::transport::Channel;

use crate::fixture::{Running, accepted, changed, deletion, outcomes, record};
use crate::guard::all_bytes;

const POLICY: &str = "on_unknown_code = \"quarantine\"\n[small_counts]\noutcomes = true\n";

fn vocabulary(codes: &str) -> String {
    format!(
        "list = \"nature\"\nname = \"n\"\nversion = \"1\"\ndescendants = true\ncodes = [{codes}]\n"
    )
}

/// Files beside the store, so that they are there after a restart.
fn write_files(dir: &Path, codes: &str) {
    fs::write(dir.join("guard.toml"), POLICY).unwrap();
    fs::write(dir.join("nature.toml"), vocabulary(codes)).unwrap();
}

fn guard(config: &mut ServeConfig, dir: &Path) {
    config.store_dir = dir.join("store");
    config.generations_dir = dir.join("generations");
    config.guard = Some(GuardConfig {
        policy: dir.join("guard.toml"),
        vocabularies: vec![dir.join("nature.toml")],
    });
}

async fn start() -> (tempfile::TempDir, Running) {
    let files = tempfile::tempdir().unwrap();
    write_files(files.path(), "\"sport\"");
    let running = Running::start_with(|config| guard(config, files.path())).await;
    (files, running)
}

async fn client(running: &Running) -> GuardServiceClient<Channel> {
    GuardServiceClient::new(running.channel().await)
}

async fn list(running: &Running) -> Vec<pb::QuarantinedRecord> {
    let mut client = client(running).await;
    let told = client
        .list_quarantined(pb::ListQuarantinedRequest::default())
        .await;
    told.unwrap().into_inner().records
}

async fn release(running: &Running, record_id: &str) -> Result<Outcome, tonic::Status> {
    let request = pb::ReleaseQuarantinedRequest {
        record_id: record_id.to_owned(),
    };
    let told = client(running).await.release_quarantined(request).await?;
    Ok(told.into_inner().result.unwrap().outcome.unwrap())
}

fn novelty(id: &str) -> pb::IngestRecord {
    changed(id, |event| {
        event.nature = Some("novelty/drones".into());
        event.outcomes = [("incidents".to_owned(), 3.171_59)].into();
    })
}

fn reason(outcome: &Outcome) -> WriteRefusal {
    let Outcome::Refused(refused) = outcome else {
        panic!("{outcome:?}");
    };
    refused.reason()
}

#[tokio::test]
async fn a_record_waits_over_a_restart_and_is_released_once_its_code_is_in_the_vocabulary() {
    let (files, mut running) = start().await;
    let told = running.put(vec![novelty("a"), record("b")]).await;
    assert_eq!(reason(&told[0]), WriteRefusal::Quarantined);
    assert_eq!(told[1], accepted(1, 1));
    // Sent again, it waits once.
    running.put(vec![novelty("a")]).await;
    let before = list(&running).await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].event_id, "a");
    assert_eq!(before[0].findings[0].field, "event.nature[0]");
    assert_eq!(before[0].findings[0].reason, "NOT_IN_VOCABULARY");
    running.stop();
    drop(running.ended_with_its_directory().await);

    let mut running = Running::start_with(|config| guard(config, files.path())).await;
    assert_eq!(list(&running).await, before);
    let id = &before[0].record_id;
    let request = pb::GetQuarantinedRequest {
        record_id: id.clone(),
    };
    let whole = client(&running).await.get_quarantined(request).await;
    let event = whole.unwrap().into_inner().record.unwrap().event.unwrap();
    assert_eq!(event.nature.as_deref(), Some("novelty/drones"));
    assert_eq!(event.outcomes_fewer_than["incidents"], 5);
    // The vocabulary still lacks it.
    let told = release(&running, id).await.unwrap();
    assert_eq!(reason(&told), WriteRefusal::Quarantined);
    assert_eq!(list(&running).await.len(), 1);
    running.stop();
    drop(running.ended_with_its_directory().await);

    write_files(files.path(), "\"sport\", \"novelty\"");
    let running = Running::start_with(|config| guard(config, files.path())).await;
    assert_eq!(release(&running, id).await.unwrap(), accepted(1, 2));
    assert!(list(&running).await.is_empty());
    let refused = describe(&release(&running, id).await.unwrap_err());
    let missing = Some(ErrorReason::QuarantinedNotFound);
    assert_eq!((refused.code, refused.reason), (Code::NotFound, missing));
    assert_eq!(running.put(vec![novelty("c")]).await, [accepted(1, 3)]);
    let canary = b"3.17159";
    let content = all_bytes(files.path());
    assert!(!content.windows(canary.len()).any(|w| w == canary));
}

#[tokio::test]
async fn what_is_dropped_is_gone_and_what_is_only_checked_is_not_kept() {
    let (_files, running) = start().await;
    let request = pb::BatchIngestEventsRequest {
        records: vec![novelty("a")],
        validate_only: true,
    };
    let answer = running.ingest().await.batch_ingest_events(request).await;
    let told = outcomes(answer.unwrap().into_inner().results);
    assert_eq!(reason(&told[0]), WriteRefusal::Quarantined);
    assert!(list(&running).await.is_empty());
    running.put(vec![novelty("a")]).await;
    let report = client(&running)
        .await
        .get_guard_report(pb::GetGuardReportRequest {})
        .await;
    let report = report.unwrap().into_inner();
    assert_eq!(
        (report.quarantined_count, report.quarantined_max),
        (1, 10_000)
    );
    let drop = pb::DropQuarantinedRequest {
        record_id: list(&running).await[0].record_id.clone(),
    };
    client(&running)
        .await
        .drop_quarantined(drop.clone())
        .await
        .unwrap();
    let again = client(&running).await.drop_quarantined(drop).await;
    assert_eq!(again.unwrap_err().code(), Code::NotFound);
    assert_eq!(running.changes(), 0);
    let malformed = release(&running, "../guard.toml").await.unwrap_err();
    assert_eq!(malformed.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_record_with_personal_data_is_refused_and_never_waits() {
    let (files, running) = start().await;
    let both = changed("b", |event| {
        event.nature = Some("novelty/drones".into());
        event.series_id = Some("jean.dupont.gmail.com".into());
    });
    let told = running.put(vec![both]).await;
    assert_eq!(reason(&told[0]), WriteRefusal::PersonalData);
    assert!(list(&running).await.is_empty());
    let content = all_bytes(files.path());
    assert!(!content.windows(6).any(|w| w == b"dupont"));
}

#[tokio::test]
async fn an_erasure_reaches_what_waits_also_of_an_event_that_was_never_stored() {
    let (_files, running) = start().await;
    let revised = pb::IngestRecord {
        if_revision: Some(3),
        ..novelty("a")
    };
    running.put(vec![novelty("a"), revised, novelty("b")]).await;
    assert_eq!(list(&running).await.len(), 3);
    let withdrawn = deletion("a", DeletionReason::Withdrawn);
    running.delete(vec![withdrawn]).await;
    assert_eq!(list(&running).await.len(), 3);
    let erased = deletion("a", DeletionReason::PersonalData);
    let told = running.delete(vec![erased]).await;
    assert_eq!(reason(&told[0]), WriteRefusal::UnknownEvent);
    let left = list(&running).await;
    let ids: Vec<_> = left.iter().map(|record| &*record.event_id).collect();
    assert_eq!(ids, ["b"]);
}
