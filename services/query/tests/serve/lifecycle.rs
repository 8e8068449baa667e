//! The states of profiles as the indexer keeps them: taken up while calls go on, told, and what a name means under them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use sosie_index::{GenerationStore, KeptProfiles, PROFILES_FILE, ProfileSet, to_toml};
use sosie_proto::pb::replay_search_response::Result as Replayed;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{self, ErrorReason, ProfileState};
use sosie_query::{Config, ServeError, Server};
use sosie_similarity::{AuthorId, ProfileChange, ProfileReason, ProfileRef, Timestamp};
use tempfile::TempDir;
use tonic::{Code, Request};

use crate::fixture::{Running, config, described, events, find, number, publish, within};

const READER: &str = "token-of-a-reader-of-the-city";

/// The shipped rules as another revision of `tranquillity`, with another least coverage.
fn rules(revision: u32, min_coverage: &str) -> String {
    let shipped = ProfileSet::shipped();
    let text = to_toml(shipped.iter().next().unwrap());
    let text = text.replacen("revision = 1", &format!("revision = {revision}"), 1);
    text.replacen(
        "min_coverage = 0.0",
        &format!("min_coverage = {min_coverage}"),
        1,
    )
}

/// Generations of twelve events, and drafts of `tranquillity@2` and `tranquillity@3`.
struct City {
    generations: TempDir,
    profiles: TempDir,
}

impl City {
    fn new() -> City {
        let (generations, profiles) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        publish(generations.path(), &events(0..12));
        for (revision, min_coverage) in [(2, "0.125"), (3, "0.25")] {
            let file = profiles.path().join(format!("{revision}.toml"));
            fs::write(file, rules(revision, min_coverage)).unwrap();
        }
        City {
            generations,
            profiles,
        }
    }

    fn config(&self) -> Config {
        Config {
            profiles_dir: Some(self.profiles.path().to_owned()),
            ..config(self.generations.path())
        }
    }

    async fn served(&self) -> Running {
        let running = Running::start(self.config()).await;
        running.serving().await;
        running
    }

    /// As an indexer keeps it.
    fn change(&self, named: &str, reason: ProfileReason) {
        keep(self.generations.path(), self.profiles.path(), named, reason);
    }
}

fn keep(generations: &Path, profiles: &Path, named: &str, reason: ProfileReason) {
    let kept = KeptProfiles::read(generations).unwrap();
    let loaded = ProfileSet::shipped().with_dir(profiles).unwrap();
    let (all, _) = loaded.with_kept(&kept);
    let named = ProfileRef::parse(named).unwrap();
    let profile = all.find(&named).unwrap();
    let change = ProfileChange {
        time: Timestamp::from_micros(1_760_000_000_000_000).unwrap(),
        author: AuthorId::new("office-of-rules").unwrap(),
        reason,
    };
    let revision = all.revision(profile.id()).unwrap();
    let kept = kept.with(revision.changed(None, change).unwrap());
    let mut store = GenerationStore::open(generations, number(5)).unwrap();
    store.keep_profiles(&kept).unwrap();
}

async fn profile(running: &Running, named: &str) -> Result<pb::Profile, tonic::Status> {
    let request = pb::GetProfileRequest {
        profile: named.to_owned(),
    };
    let told = running.profiles().await.get_profile(request).await?;
    Ok(told.into_inner().profile.unwrap())
}

/// Until the name means this revision; 0 is none.
async fn means(running: &Running, revision: i32) {
    let taken_up = async {
        loop {
            let told = profile(running, "tranquillity").await;
            if told.map_or(0, |told| told.revision) == revision {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(taken_up).await;
}

#[tokio::test]
async fn a_name_means_the_newest_active_revision_as_soon_as_one_is_activated() {
    let city = City::new();
    let running = city.served().await;
    // Nobody uses the life cycle: the newest revision.
    means(&running, 3).await;
    assert_eq!(
        profile(&running, "").await.unwrap().state(),
        ProfileState::Draft
    );
    city.change("tranquillity@2", ProfileReason::PolicyChange);
    means(&running, 2).await;
    let active = profile(&running, "tranquillity").await.unwrap();
    assert_eq!(active.state(), ProfileState::Active);
    assert_eq!(active.history[0].author, "office-of-rules");
    let reason = active.history[0].reason();
    assert_eq!(reason, pb::ProfileChangeReason::PolicyChange);
    // What is retired gives the name back to the one before it.
    city.change("tranquillity@2", ProfileReason::Defect);
    means(&running, 1).await;
    let states = |profiles: Vec<pb::Profile>| -> Vec<ProfileState> {
        profiles.iter().map(pb::Profile::state).collect()
    };
    let listed = running
        .profiles()
        .await
        .list_profiles(pb::ListProfilesRequest {})
        .await;
    let listed = listed.unwrap().into_inner().profiles;
    assert_eq!(listed[1].history.len(), 2);
    let expected = [
        ProfileState::Active,
        ProfileState::Retired,
        ProfileState::Draft,
    ];
    assert_eq!(states(listed), expected);
    // All are still there by their full names; none is active any more in the end.
    city.change("tranquillity@1", ProfileReason::Discontinued);
    means(&running, 0).await;
    for revision in 1..=3 {
        profile(&running, &format!("tranquillity@{revision}"))
            .await
            .unwrap();
    }
    let mut client = running.similar_events().await;
    let refused = described(client.find_similar_events(find()).await);
    assert_eq!(refused.reason, Some(ErrorReason::ProfileNotFound));
}

#[tokio::test]
async fn a_list_goes_on_under_the_revision_that_it_began_under_and_a_receipt_is_answered_again() {
    let city = City::new();
    city.change("tranquillity@2", ProfileReason::FirstUse);
    let running = city.served().await;
    let mut client = running.similar_events().await;
    let mut request = find();
    request.page_size = Some(4);
    let first = client.find_similar_events(request.clone()).await;
    let first = first.unwrap().into_inner();
    let receipt = first.receipt.clone().unwrap();
    assert_eq!(receipt.profile, "tranquillity@2");
    city.change("tranquillity@3", ProfileReason::Correction);
    city.change("tranquillity@2", ProfileReason::Superseded);
    means(&running, 3).await;
    let mut next = request.clone();
    next.page_token.clone_from(&first.next_page_token);
    let next = client.find_similar_events(next).await.unwrap().into_inner();
    assert_eq!(next.hits[0].rank, 5);
    assert_eq!(next.receipt.unwrap().profile, "tranquillity@2");
    // Another request is told as such, as before.
    let mut other = request.clone();
    other.page_token.clone_from(&first.next_page_token);
    other.query.as_mut().unwrap().min_coverage = Some(0.75);
    let other = described(client.find_similar_events(other).await);
    assert_eq!(other.violations[0].field, "page_token");
    let again = pb::ReplaySearchRequest {
        receipt: Some(receipt),
        request: Some(request),
    };
    let mut client = TransparencyServiceClient::new(running.channel().await);
    let again = client.replay_search(again).await.unwrap().into_inner();
    assert_eq!(again.result, Some(Replayed::Response(first)));
}

#[tokio::test]
async fn an_activated_revision_is_served_from_what_is_kept_and_needs_no_file() {
    let city = City::new();
    city.change("tranquillity@2", ProfileReason::FirstUse);
    let without = Config {
        profiles_dir: None,
        ..city.config()
    };
    let running = Running::start(without).await;
    running.serving().await;
    let told = profile(&running, "tranquillity").await.unwrap();
    assert_eq!((told.revision, told.min_coverage), (2, 0.125));
    // The record of the algorithm tells it too.
    let request = pb::GetAlgorithmRecordRequest {
        profile: String::new(),
        form: pb::RecordForm::Json.into(),
        language: pb::Language::English.into(),
    };
    let mut client = TransparencyServiceClient::new(running.channel().await);
    let record = client
        .get_algorithm_record(request.clone())
        .await
        .unwrap()
        .into_inner();
    let json: serde_json::Value = serde_json::from_str(&record.document).unwrap();
    assert_eq!(json["profile"]["state"], "active");
    assert_eq!(json["profile"]["history"][0]["author"], "office-of-rules");
    assert_eq!(json["profile"]["history"][0]["reason"], "FIRST_USE");
    let request = pb::GetAlgorithmRecordRequest {
        form: pb::RecordForm::Markdown.into(),
        ..request
    };
    let record = client
        .get_algorithm_record(request)
        .await
        .unwrap()
        .into_inner();
    let line = "draft → active, 2025-10-09T08:53:20Z, office-of-rules, FIRST_USE";
    assert!(record.document.contains(line), "{}", record.document);
}

#[tokio::test]
async fn a_file_that_says_otherwise_is_refused_at_the_start_and_outvoted_later() {
    let city = City::new();
    let running = city.served().await;
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("two.toml"), rules(2, "0.75")).unwrap();
    keep(
        city.generations.path(),
        other.path(),
        "tranquillity@2",
        ProfileReason::Evaluation,
    );
    means(&running, 2).await;
    let told = profile(&running, "tranquillity@2").await.unwrap();
    assert_eq!(told.min_coverage, 0.75);
    let Err(refused) = Server::bind(city.config()).await else {
        panic!("the file says otherwise");
    };
    assert!(matches!(refused, ServeError::Profiles(_)));
    let refused = refused.to_string();
    assert!(
        refused.contains("2.toml`: `tranquillity@2` is active"),
        "{refused}"
    );
}

#[tokio::test]
async fn damaged_states_are_refused_and_those_taken_up_stay() {
    let city = City::new();
    city.change("tranquillity@2", ProfileReason::FirstUse);
    let running = city.served().await;
    means(&running, 2).await;
    let path = city.generations.path().join(PROFILES_FILE);
    let good = fs::read_to_string(&path).unwrap();
    city.change("tranquillity@3", ProfileReason::Correction);
    means(&running, 3).await;
    fs::write(&path, good.replace("FIRST_USE", "EVALUATION")).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    means(&running, 3).await;
    let refused = Server::bind(city.config()).await.err().unwrap();
    assert!(matches!(refused, ServeError::Kept(_)));
    // What is written anew is taken up.
    fs::write(&path, good).unwrap();
    means(&running, 2).await;
}

#[tokio::test]
async fn searches_ask_for_a_reader_where_callers_are_known() {
    let city = City::new();
    let callers = city.profiles.path().join("callers");
    let digest = sosie_similarity::Digest::of(READER.as_bytes());
    let entry = format!(
        "[[caller]]\nname = \"platform\"\ntoken_sha256 = \"{digest}\"\nroles = [\"reader\"]\n"
    );
    fs::write(&callers, entry).unwrap();
    let running = Running::start(Config {
        callers: Some(callers.clone()),
        ..city.config()
    })
    .await;
    running.serving().await;
    let mut client = running.similar_events().await;
    let refused = described(client.find_similar_events(find()).await);
    assert_eq!(refused.code, Code::Unauthenticated);
    assert_eq!(refused.reason, Some(ErrorReason::Unauthenticated));
    let mut request = Request::new(find());
    let bearer = format!("Bearer {READER}");
    request
        .metadata_mut()
        .insert("authorization", bearer.parse().unwrap());
    client.find_similar_events(request).await.unwrap();
    fs::write(&callers, "[[caller]]\nname = \"platform\"\n").unwrap();
    let refused = Server::bind(Config {
        callers: Some(callers),
        ..city.config()
    });
    let refused = refused.await.err().unwrap();
    assert!(matches!(refused, ServeError::Callers(_)));
}
