//! The life of profiles over the wire: who may change it, what is kept, what the audit log tells.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use sosie_audit::{Act, Body, Check, Filter, PublicKey, Reader, verify};
use sosie_index::{KeptProfiles, PROFILES_FILE, ProfileSet, to_toml};
use sosie_indexer::serve::{IndexerServer, NoFeed, ServeConfig, StartError, Stores};
use sosie_indexer::snapshot::{self, Target};
use sosie_proto::pb::profile_admin_service_client::ProfileAdminServiceClient;
use sosie_proto::pb::{self, ErrorReason, ProfileChangeReason as Reason};
use sosie_rpc::{AuditConfig, CALLER_HEADER};
use sosie_similarity::{Code, Digest, Timestamp};
use tonic::transport::Channel;
use tonic::{Code as GrpcCode, Request};

use crate::fixture::{Running, config, described, within};

const AUTHOR: &str = "token-of-the-office-of-rules";
const READER: &str = "token-of-a-reader-and-operator";

/// The shipped rules as revision 2, with another least coverage.
fn rules(min_coverage: &str) -> String {
    let shipped = ProfileSet::shipped();
    let text = to_toml(shipped.iter().next().unwrap());
    let text = text.replacen("revision = 1", "revision = 2", 1);
    text.replacen(
        "min_coverage = 0.0",
        &format!("min_coverage = {min_coverage}"),
        1,
    )
}

/// Writes a file of callers and a directory with `tranquillity@2`, and has the service use them.
fn with_callers(dir: &Path, config: &mut ServeConfig) {
    let digest = |token: &str| Digest::of(token.as_bytes());
    let text = format!(
        "[[caller]]\nname = \"office-of-rules\"\ntoken_sha256 = \"{}\"\nroles = [\"author\"]\n\
         [[caller]]\nname = \"operations\"\ntoken_sha256 = \"{}\"\nroles = [\"reader\", \"operator\"]\n",
        digest(AUTHOR),
        digest(READER)
    );
    fs::write(dir.join("callers.toml"), text).unwrap();
    fs::create_dir_all(dir.join("profiles")).unwrap();
    fs::write(dir.join("profiles/two.toml"), rules("0.5")).unwrap();
    config.callers = Some(dir.join("callers.toml"));
    config.profiles_dir = Some(dir.join("profiles"));
}

async fn started() -> Running {
    Running::start_with(|config| {
        let dir = config.store_dir.parent().unwrap().to_owned();
        with_callers(&dir, config);
        config.audit = AuditConfig::told(Some(dir.join("audit")), None, false);
    })
    .await
}

async fn client(running: &Running) -> ProfileAdminServiceClient<Channel> {
    ProfileAdminServiceClient::new(running.channel().await)
}

/// With a token, and the claim to be somebody else.
fn by<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let bearer = format!("Bearer {token}");
    let metadata = request.metadata_mut();
    metadata.insert("authorization", bearer.parse().unwrap());
    metadata.insert(CALLER_HEADER, "the-mayor".parse().unwrap());
    request
}

fn activation(profile: &str) -> pb::ActivateProfileRequest {
    pb::ActivateProfileRequest {
        profile: profile.to_owned(),
        reason: Reason::Evaluation.into(),
        profile_digest: String::new(),
    }
}

fn retirement(profile: &str) -> pb::RetireProfileRequest {
    pb::RetireProfileRequest {
        profile: profile.to_owned(),
        reason: Reason::Superseded.into(),
    }
}

#[tokio::test]
async fn without_a_file_of_callers_nobody_activates_and_the_refusal_says_what_to_do() {
    let running = Running::start().await;
    let mut client = client(&running).await;
    // A token proves nothing where no callers are known.
    for request in [
        Request::new(activation("tranquillity@1")),
        by(AUTHOR, activation("tranquillity@1")),
    ] {
        let refused = described(client.activate_profile(request).await);
        assert_eq!(refused.code, GrpcCode::FailedPrecondition);
        assert_eq!(refused.reason, Some(ErrorReason::CallersNotConfigured));
        assert!(
            refused.message.contains("--callers FILE"),
            "{}",
            refused.message
        );
    }
}

#[tokio::test]
async fn only_an_author_activates() {
    let running = started().await;
    let mut client = client(&running).await;
    let unknown = described(client.activate_profile(activation("tranquillity@2")).await);
    assert_eq!(unknown.code, GrpcCode::Unauthenticated);
    assert_eq!(unknown.reason, Some(ErrorReason::Unauthenticated));
    let guessed = by("token-of-nobody-at-all", activation("tranquillity@2"));
    let guessed = described(client.activate_profile(guessed).await);
    assert_eq!(guessed.reason, Some(ErrorReason::Unauthenticated));
    let reader = by(READER, activation("tranquillity@2"));
    let reader = described(client.activate_profile(reader).await);
    assert_eq!(reader.code, GrpcCode::PermissionDenied);
    assert_eq!(reader.reason, Some(ErrorReason::PermissionDenied));
    let kept = KeptProfiles::read(&running.dir.path().join("generations"));
    assert_eq!(kept.unwrap(), KeptProfiles::default());
    let made = client.activate_profile(by(AUTHOR, activation("tranquillity@2")));
    let profile = made.await.unwrap().into_inner().profile.unwrap();
    assert_eq!(profile.state(), pb::ProfileState::Active);
    let change = &profile.history[0];
    assert_eq!(change.author, "office-of-rules");
    assert_eq!(change.reason(), Reason::Evaluation);
    assert_eq!(change.from_state(), pb::ProfileState::Draft);
    assert_eq!(change.to_state(), pb::ProfileState::Active);
    assert_eq!(profile.history.len(), 1);
}

#[tokio::test]
async fn other_methods_ask_for_their_roles_and_health_for_none() {
    let running = started().await;
    let list = || pb::ListGenerationsRequest {};
    let mut index = running.index().await;
    let unknown = described(index.list_generations(list()).await);
    assert_eq!(unknown.code, GrpcCode::Unauthenticated);
    index.list_generations(by(READER, list())).await.unwrap();
    let author = described(index.list_generations(by(AUTHOR, list())).await);
    assert_eq!(author.code, GrpcCode::PermissionDenied);
    let delete = by(READER, pb::DeleteEventsRequest::default());
    let refused = described(running.ingest().await.delete_events(delete).await);
    assert_eq!(refused.reason, Some(ErrorReason::PermissionDenied));
    let mut health = tonic_health::pb::health_client::HealthClient::new(running.channel().await);
    let asked = tonic_health::pb::HealthCheckRequest::default();
    health.check(asked).await.unwrap();
}

#[tokio::test]
async fn what_is_no_change_of_a_life_is_refused() {
    let running = started().await;
    let mut client = client(&running).await;
    let absent = client.activate_profile(by(AUTHOR, activation("tranquillity@3")));
    let absent = described(absent.await);
    assert_eq!(absent.reason, Some(ErrorReason::ProfileNotFound));
    // A draft was never active.
    let draft = described(
        client
            .retire_profile(by(AUTHOR, retirement("tranquillity@2")))
            .await,
    );
    assert_eq!(draft.reason, Some(ErrorReason::ProfileState));
    assert!(draft.message.contains("is draft"), "{}", draft.message);
    // What Sosie brings along is active.
    let shipped = by(AUTHOR, activation("tranquillity@1"));
    let shipped = described(client.activate_profile(shipped).await);
    assert_eq!(shipped.reason, Some(ErrorReason::ProfileState));
    // Another digest than the one that was looked at.
    let mut other = activation("tranquillity@2");
    other.profile_digest = Digest::of(b"other").to_string();
    let other = described(client.activate_profile(by(AUTHOR, other)).await);
    assert_eq!(other.reason, Some(ErrorReason::ProfileChanged));
    let unreasoned = pb::ActivateProfileRequest {
        reason: 0,
        ..activation("tranquillity@2")
    };
    let unreasoned = described(client.activate_profile(by(AUTHOR, unreasoned)).await);
    assert_eq!(unreasoned.violations[0].field, "reason");
    // A retired revision never comes back.
    let retire = by(AUTHOR, retirement("tranquillity@1"));
    client.retire_profile(retire).await.unwrap();
    let again = by(AUTHOR, activation("tranquillity@1"));
    let again = described(client.activate_profile(again).await);
    assert_eq!(again.reason, Some(ErrorReason::ProfileState));
}

/// What the log says of profiles and of calls: who, what, and why or how it ended.
fn told(dir: &Path) -> Vec<(String, String, String)> {
    let key = PublicKey::load(&dir.join("audit.pub")).unwrap();
    let reader = Reader::open(&dir.join("audit"), &key, Filter::default()).unwrap();
    let entries = reader.filter_map(|record| match record.unwrap().body {
        Body::Entry(entry) => Some(entry),
        Body::Mark(_) => None,
    });
    let tell = |entry: sosie_audit::Entry| {
        let who = entry.who.as_str().to_owned();
        let of =
            |kind: &str, profile: &sosie_audit::Pinned| format!("{kind} {}", profile.name.as_str());
        match &entry.act {
            Act::Call(call) => {
                let (_, method) = call.as_str().split_once('/').unwrap();
                (who, method.to_owned(), format!("{:?}", entry.outcome))
            }
            Act::ProfileActivated(profile, Some(reason)) => {
                (who, of("active", profile), reason.as_str().to_owned())
            }
            Act::ProfileRetired(profile, Some(reason)) => {
                (who, of("retired", profile), reason.as_str().to_owned())
            }
            Act::ProfileActivated(_, None)
            | Act::ProfileRetired(_, None)
            | Act::GenerationPublished(_)
            | Act::GenerationActivated(_)
            | Act::StreamEnded(_)
            | Act::ReindexEnded(_) => panic!("{entry:?}"),
        }
    };
    entries.map(tell).collect()
}

#[tokio::test]
async fn the_history_is_in_the_audit_log_with_the_caller_that_the_token_proved() {
    let mut running = started().await;
    let mut client = client(&running).await;
    client
        .activate_profile(by(READER, activation("tranquillity@2")))
        .await
        .unwrap_err();
    client
        .activate_profile(activation("tranquillity@2"))
        .await
        .unwrap_err();
    client
        .activate_profile(by(AUTHOR, activation("tranquillity@2")))
        .await
        .unwrap();
    client
        .retire_profile(by(AUTHOR, retirement("tranquillity@1")))
        .await
        .unwrap();
    client
        .retire_profile(by(AUTHOR, retirement("tranquillity@1")))
        .await
        .unwrap_err();
    running.stop();
    let dir = within(running.ended_with_its_directory()).await;
    let log = told(dir.path());
    let of = |at: usize| (log[at].0.as_str(), log[at].1.as_str());
    // The claim in the header counts for nothing.
    assert_eq!(of(0), ("operations", "ActivateProfile"));
    assert!(log[0].2.contains("PermissionDenied"), "{}", log[0].2);
    assert_eq!(of(1), ("anonymous", "ActivateProfile"));
    assert!(log[1].2.contains("Unauthenticated"), "{}", log[1].2);
    assert_eq!(of(2), ("office-of-rules", "active tranquillity@2"));
    assert_eq!(log[2].2, "EVALUATION");
    assert_eq!(of(3), ("office-of-rules", "ActivateProfile"));
    assert_eq!(of(4), ("office-of-rules", "retired tranquillity@1"));
    assert_eq!(log[4].2, "SUPERSEDED");
    assert_eq!(of(5), ("office-of-rules", "RetireProfile"));
    assert!(log[6].2.contains("PROFILE_STATE"), "{}", log[6].2);
    assert_eq!(log.len(), 7);
    let check = Check {
        faults_max: NonZeroUsize::MIN,
        ..Check::WHOLE
    };
    let key = PublicKey::load(&dir.path().join("audit.pub")).unwrap();
    verify(&dir.path().join("audit"), &key, &check).unwrap();
    // Nothing on the disk has a token in it.
    for name in ["audit/audit-000001.log", "generations/PROFILES"] {
        let text = fs::read_to_string(dir.path().join(name)).unwrap();
        assert!(!text.contains(AUTHOR) && !text.contains(READER), "{name}");
    }
}

#[tokio::test]
async fn a_changed_file_of_an_active_revision_is_refused_by_name_now_and_at_the_next_start() {
    let mut running = started().await;
    let mut admin = client(&running).await;
    admin
        .activate_profile(by(AUTHOR, activation("tranquillity@2")))
        .await
        .unwrap();
    let file = running.dir.path().join("profiles/two.toml");
    fs::write(&file, rules("0.25")).unwrap();
    let refused = admin
        .retire_profile(by(AUTHOR, retirement("tranquillity@2")))
        .await;
    assert_eq!(described(refused).reason, Some(ErrorReason::ProfileChanged));
    running.stop();
    let dir = within(running.ended_with_its_directory()).await;
    let start = |change: &str| {
        fs::write(&file, rules(change)).unwrap();
        let mut config = config(dir.path());
        config.profiles_dir = Some(dir.path().join("profiles"));
        let stores = Stores::open(&config).unwrap();
        IndexerServer::bind(config, stores, std::sync::Arc::new(NoFeed))
    };
    let Err(refused) = start("0.25").await else {
        panic!("the file says otherwise than what was activated");
    };
    assert!(matches!(refused, StartError::Profiles(_)));
    let told = refused.to_string();
    assert!(
        told.contains("two.toml") && told.contains("`tranquillity@2` is active"),
        "{told}"
    );
    start("0.5").await.unwrap();
}

#[tokio::test]
async fn the_state_survives_a_restart_without_its_file_and_a_snapshot() {
    let mut running = started().await;
    let mut admin = client(&running).await;
    admin
        .activate_profile(by(AUTHOR, activation("tranquillity@2")))
        .await
        .unwrap();
    running.stop();
    let dir = within(running.ended_with_its_directory()).await;
    let generations = dir.path().join("generations");
    let kept = KeptProfiles::read(&generations).unwrap();
    fs::remove_file(dir.path().join("profiles/two.toml")).unwrap();
    let stores = Stores::open(&config(dir.path())).unwrap();
    assert_eq!(KeptProfiles::read(&generations).unwrap(), kept);
    let of = snapshot::Stores {
        store: &stores.store,
        generations: &stores.generations,
    };
    let named = (
        Code::new("nightly").unwrap(),
        Timestamp::from_micros(1).unwrap(),
    );
    let snapshots = dir.path().join("snapshots");
    snapshot::create(&of, &snapshots, named, &mut |_| true).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let target = Target {
        store_dir: elsewhere.path().join("store"),
        generations_dir: elsewhere.path().join("generations"),
    };
    let from = snapshots.join("nightly");
    snapshot::restore(&from, None, &target, &mut |_| true).unwrap();
    assert_eq!(KeptProfiles::read(&target.generations_dir).unwrap(), kept);
    let damaged = from.join("generations").join(PROFILES_FILE);
    let text = fs::read_to_string(&damaged).unwrap();
    fs::write(&damaged, text.replace("EVALUATION", "CORRECTION")).unwrap();
    snapshot::verify(&from, None, &mut |_| true).unwrap_err();
}
