//! The personal-data guard on the way into the store: refused by rule and field, counted, and nowhere to be found.

use std::fs;
use std::path::Path;

use sosie_guard::planted::{PlantedRecord, Planter};
use sosie_indexer::GuardConfig;
use sosie_indexer::serve::{Follower, Stores};
use sosie_proto::pb::guard_service_client::GuardServiceClient;
use sosie_proto::pb::{self, WriteRefusal, write_result::Outcome};
use sosie_store::{Content, Position};

use crate::fixture::{Running, accepted, changed, config, outcomes, record, unchanged};
use crate::follower::{put, served};

/// Records with personal data; the whole number is what the crate of the guard tests.
const PLANTED: u64 = 400;

async fn guarded(policy: &str, vocabulary: Option<&str>) -> Running {
    Running::start_with(|config| {
        let dir = config.store_dir.parent().unwrap().to_owned();
        let path = dir.join("guard.toml");
        fs::write(&path, policy).unwrap();
        let vocabularies = vocabulary.map(|text| {
            let path = dir.join("vocabulary.toml");
            fs::write(&path, text).unwrap();
            path
        });
        config.guard = Some(GuardConfig {
            policy: path,
            vocabularies: vocabularies.into_iter().collect(),
        });
    })
    .await
}

async fn report(running: &Running) -> pb::GetGuardReportResponse {
    let mut client = GuardServiceClient::new(running.channel().await);
    let told = client.get_guard_report(pb::GetGuardReportRequest {}).await;
    told.unwrap().into_inner()
}

fn violation(outcome: &Outcome) -> (&str, &str) {
    let Outcome::Refused(refused) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(refused.reason(), WriteRefusal::PersonalData);
    let violation = &refused.field_violations[0];
    (&violation.field, &violation.reason)
}

#[tokio::test]
async fn a_record_with_personal_data_is_refused_by_rule_and_field_and_the_others_are_written() {
    let running = guarded("", None).await;
    let mail = changed("b", |event| {
        event.series_id = Some("jean.dupont.gmail.com".into());
    });
    let told = running.put(vec![record("a"), mail, record("c")]).await;
    assert_eq!(told[0], accepted(1, 1));
    assert_eq!(told[2], accepted(1, 2));
    let (field, rule) = violation(&told[1]);
    assert!(field.starts_with("records[1].event."), "{field}");
    assert!(!rule.is_empty());
    let report = report(&running).await;
    assert!(report.is_guarded);
    let counted: i64 = report.counts.iter().map(|count| count.record_count).sum();
    assert!(counted >= 1);
    assert!(report.counts.iter().any(|count| count.rule == rule));
}

#[tokio::test]
async fn what_is_only_to_be_checked_is_looked_at_too() {
    let running = guarded("", None).await;
    let mail = changed("b", |event| {
        event.series_id = Some("jean.dupont.gmail.com".into());
    });
    let request = pb::BatchIngestEventsRequest {
        records: vec![record("a"), mail],
        validate_only: true,
    };
    let answer = running.ingest().await.batch_ingest_events(request).await;
    let told = outcomes(answer.unwrap().into_inner().results);
    assert!(matches!(told[0], Outcome::Valid(_)));
    violation(&told[1]);
}

#[tokio::test]
async fn a_code_outside_its_vocabulary_is_refused_and_one_in_it_is_not_looked_at() {
    let vocabulary = "list = \"nature\"\nname = \"n\"\nversion = \"1\"\ndescendants = true\ncodes = [\"sport\"]\n";
    let running = guarded("", Some(vocabulary)).await;
    let nature = |text: &'static str| changed(text, move |event| event.nature = Some(text.into()));
    let records = vec![nature("sport"), nature("culture")];
    let told = running.put(records).await;
    assert_eq!(told[0], accepted(1, 1));
    assert_eq!(violation(&told[1]).1, "NOT_IN_VOCABULARY");
}

/// What a record has that no clean one has: where the personal data is.
fn unusual(record: &PlantedRecord) -> Vec<String> {
    let codes = record.outcomes.iter().map(|(code, _)| code.clone());
    let texts = [&record.series_id, &record.nature, &record.sector];
    let texts = texts.into_iter().flatten().cloned().chain(codes);
    let all = texts.chain([record.event_id.clone(), record.source_id.clone()]);
    let usual = ["market/farmers", "marseille/13008", "city-permits"];
    all.filter(|text| text.len() >= 8 && !usual.contains(&text.as_str()))
        .collect()
}

fn planted(record: &PlantedRecord) -> pb::IngestRecord {
    changed(&record.event_id, |event| {
        event.series_id = record.series_id.clone();
        event.nature = record.nature.clone();
        event.sector = record.sector.clone();
        event.source_id = record.source_id.clone();
        event.outcomes = record.outcomes.iter().cloned().collect();
        event.participants = record.participants.map(|best| pb::Participants {
            best: Some(i64::try_from(best).unwrap_or(i64::MAX)),
            ..pb::Participants::default()
        });
    })
}

#[tokio::test]
async fn planted_personal_data_is_refused_and_is_found_nowhere() {
    let running = guarded("", None).await;
    let planter = Planter::new(7);
    let mut canaries = Vec::new();
    for number in 0..PLANTED {
        let record = planter.record(number);
        let told = running.put(vec![planted(&record)]).await;
        let Outcome::Refused(refused) = &told[0] else {
            panic!("record {number} of kind {:?} was not refused", record.kind);
        };
        // What has no form of an id or a code is refused for that before.
        let reasons = [WriteRefusal::PersonalData, WriteRefusal::InvalidRecord];
        assert!(reasons.contains(&refused.reason()));
        let told = format!("{refused:?}");
        for canary in unusual(&record) {
            assert!(!told.contains(&canary), "record {number} was told");
            canaries.push(canary);
        }
    }
    assert_eq!(running.changes(), 0);
    assert!(canaries.len() as u64 > PLANTED / 3);
    let content = all_bytes(running.dir.path());
    for canary in canaries {
        let is_there = content
            .windows(canary.len())
            .any(|w| w == canary.as_bytes());
        assert!(!is_there, "what was refused is on disk");
    }
}

const SMALL: &str = "[small_counts]\noutcomes = [\"incidents\"]\n";
/// A small count that no other number on the disk is.
const SMALL_COUNT: f64 = 3.372_815_9;

fn with_incidents(count: f64) -> pb::IngestRecord {
    changed("a", |event| {
        event.outcomes = [
            ("incidents".to_owned(), count),
            ("officers".to_owned(), 3.0),
        ]
        .into();
    })
}

/// The records of the store, as JSON.
fn stored(running: &Running) -> Vec<serde_json::Value> {
    let view = running.store.view().unwrap();
    let records = view.changes(Position::START).unwrap().map(|entry| {
        let Content::Record(json) = entry.unwrap().content else {
            panic!("a record");
        };
        serde_json::from_slice(&json).unwrap()
    });
    records.collect()
}

#[tokio::test]
async fn a_small_count_is_stored_as_fewer_than_k_and_is_nowhere_on_the_disk() {
    let running = guarded(SMALL, None).await;
    let told = running.put(vec![with_incidents(SMALL_COUNT)]).await;
    assert_eq!(told, [accepted(1, 1)]);
    // Sent again, and with another small count, it says the same.
    for count in [SMALL_COUNT, 1.0, 0.0, 4.999] {
        assert_eq!(
            running.put(vec![with_incidents(count)]).await,
            [unchanged(1)]
        );
    }
    let told = changed("a", |event| {
        event.outcomes = [("officers".to_owned(), 3.0)].into();
        event.outcomes_fewer_than = [("incidents".to_owned(), 2)].into();
    });
    assert_eq!(running.put(vec![told]).await, [unchanged(1)]);
    let records = stored(&running);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["outcomes"], serde_json::json!({"officers": 3.0}));
    assert_eq!(
        records[0]["outcomes_fewer_than"],
        serde_json::json!({"incidents": 5})
    );
    let content = all_bytes(running.dir.path());
    for canary in ["3.37281", "3.3728159"] {
        let is_there = content
            .windows(canary.len())
            .any(|w| w == canary.as_bytes());
        assert!(!is_there, "{canary}");
    }
    let bytes: Vec<u8> = SMALL_COUNT.to_le_bytes().to_vec();
    assert!(!content.windows(8).any(|w| w == bytes));
    // What is not small is another record.
    assert_eq!(
        running.put(vec![with_incidents(5.0)]).await,
        [accepted(2, 2)]
    );
    assert_eq!(stored(&running)[1]["outcomes"]["incidents"], 5.0);
    let report = report(&running).await;
    let small = report
        .counts
        .iter()
        .find(|count| count.rule == "SMALL_COUNT");
    assert_eq!(small.unwrap().record_count, 6);
}

#[tokio::test]
async fn without_a_policy_that_says_so_small_counts_are_stored_and_old_records_are_the_same() {
    let running = guarded("", None).await;
    assert_eq!(
        running.put(vec![with_incidents(3.0)]).await,
        [accepted(1, 1)]
    );
    let records = stored(&running);
    assert_eq!(records[0]["outcomes"]["incidents"], 3.0);
    assert!(records[0].get("outcomes_fewer_than").is_none());
}

/// The bytes of all files below a directory that are not zero.
pub(crate) fn all_bytes(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(all_bytes(&path));
        } else {
            let content = fs::read(&path).unwrap_or_default();
            all.extend(content.into_iter().filter(|byte| *byte != 0));
            all.push(0);
        }
    }
    all
}

#[tokio::test]
async fn a_policy_of_another_form_is_refused_at_the_start_by_its_key() {
    let dir = tempfile::tempdir().unwrap();
    for (text, key) in [
        ("on_unknown_code = \"keep\"", "on_unknown_code"),
        ("[small_counts]\nfacets = true", "small_counts.facets"),
    ] {
        let policy = dir.path().join("guard.toml");
        fs::write(&policy, text).unwrap();
        let config = GuardConfig {
            policy,
            vocabularies: vec![],
        };
        let told = config.read().unwrap_err().to_string();
        assert!(told.contains(key), "{told}");
    }
}

#[test]
fn the_example_policy_and_vocabulary_are_read() {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let config = GuardConfig {
        policy: deploy.join("guard.toml"),
        vocabularies: vec![deploy.join("vocabularies/nature.toml")],
    };
    config.read().unwrap();
}

/// Restarted under other rules, a manifest says which records were admitted by which.
#[test]
fn the_manifest_says_by_which_rules_records_were_admitted_also_after_they_were_changed() {
    let dir = tempfile::tempdir().unwrap();
    let policy = dir.path().join("guard.toml");
    fs::write(&policy, "").unwrap();
    let vocabulary = dir.path().join("nature.toml");
    let text = |version: u32| {
        format!(
            "list = \"nature\"\nname = \"n\"\nversion = \"{version}\"\ndescendants = true\ncodes = [\"sport\"]\n"
        )
    };
    let mut config = config(dir.path());
    let generations = config.generations_dir.clone();
    let mut publish = |version: Option<u32>, events: u32| {
        config.guard = version.map(|version| {
            fs::write(&vocabulary, text(version)).unwrap();
            GuardConfig {
                policy: policy.clone(),
                vocabularies: vec![vocabulary.clone()],
            }
        });
        let stores = Stores::open(&config).unwrap();
        let follower = Follower::start(stores.clone(), false).unwrap();
        put(&stores, events - 1..events);
        let manifest = served(&generations, events.into());
        drop(follower);
        manifest
    };
    let versions = |manifest: &sosie_index::Manifest| -> Vec<(u64, Option<String>)> {
        let guards = manifest.guards.iter();
        let guards = guards.map(|entry| {
            let version = |rules: &sosie_index::GuardRules| rules.vocabularies[0].version.clone();
            (entry.from_position, entry.rules.as_ref().map(version))
        });
        guards.collect()
    };
    let told = |version: u32| Some(version.to_string());
    assert_eq!(versions(&publish(None, 1)), []);
    assert_eq!(versions(&publish(Some(1), 2)), [(1, told(1))]);
    assert_eq!(versions(&publish(Some(1), 3)), [(1, told(1))]);
    let last = publish(Some(2), 4);
    assert_eq!(versions(&last), [(1, told(1)), (3, told(2))]);
    let rules = last.guards[1].rules.as_ref().unwrap();
    let gate = config_gate(&policy, &vocabulary);
    assert_eq!(*rules, gate.rules());
    assert_eq!(versions(&publish(None, 5))[2], (4, None));
}

fn config_gate(policy: &Path, vocabulary: &Path) -> sosie_indexer::Gate {
    sosie_indexer::Gate::read(policy, &[vocabulary.to_owned()]).unwrap()
}
