//! What becomes of an installation between an answer and its replay, and the reason that is told for it.

use std::fs;
use std::path::{Path, PathBuf};

use prost::Message;
use sosie_proto::pb::replay_search_response::Result as Replayed;
use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{self, ReplayObstacle};
use sosie_query::Config;
use tempfile::TempDir;

use crate::fixture::{Running, config, event, events, find, number, publish};

/// The profile of the answer, which is in a file beside the shipped ones.
const PROFILE: &str = "tranquillity@2";

/// What is done to an installation that has answered and was stopped.
type Change = fn(&Installation);

/// The directories of a service, and the answer that it gave from its first generation.
struct Installation {
    generations: TempDir,
    profiles: TempDir,
    asked: pb::ReplaySearchRequest,
    first: pb::FindSimilarEventsResponse,
}

impl Installation {
    /// Answers, publishes another generation, and ends.
    async fn answered() -> Installation {
        let (generations, profiles) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        publish(generations.path(), &events(0..8));
        write_profile(profiles.path(), 5.0);
        let running = Running::start(served(generations.path(), profiles.path())).await;
        running.serving().await;
        let mut request = find();
        request.query.as_mut().unwrap().profile = PROFILE.to_owned();
        let mut client = running.similar_events().await;
        let first = client.find_similar_events(request.clone()).await.unwrap();
        let first = first.into_inner();
        publish(generations.path(), &events(2..20));
        let mut running = running;
        running.stop();
        running.ended().await;
        Installation {
            generations,
            profiles,
            asked: pb::ReplaySearchRequest {
                receipt: first.receipt.clone(),
                request: Some(request),
            },
            first,
        }
    }

    /// What a service that is started now answers.
    async fn replay(&self) -> Replayed {
        let config = served(self.generations.path(), self.profiles.path());
        let mut running = Running::start(config).await;
        running.serving().await;
        let mut client = TransparencyServiceClient::new(running.channel().await);
        let replayed = client.replay_search(self.asked.clone()).await.unwrap();
        drop(client);
        running.stop();
        running.ended().await;
        replayed.into_inner().result.unwrap()
    }

    /// The directory of the generation that answered.
    fn generation(&self) -> PathBuf {
        self.generations.path().join("gen-000001")
    }

    /// The largest file of it.
    fn largest(&self) -> PathBuf {
        let files = fs::read_dir(self.generation()).unwrap();
        let files = files.map(|file| file.unwrap());
        let largest = files.max_by_key(|file| file.metadata().unwrap().len());
        largest.unwrap().path()
    }

    /// Another installation in the place of this one: the same names, other events.
    fn begin_anew(&self) {
        for entry in fs::read_dir(self.generations.path()).unwrap() {
            let path = entry.unwrap().path();
            let gone = if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
            gone.unwrap();
        }
        publish(self.generations.path(), &[event(1), event(4)]);
        publish(self.generations.path(), &[event(1), event(5)]);
    }

    fn remove_profile(&self) {
        fs::remove_file(profile_file(self.profiles.path())).unwrap();
    }
}

fn served(generations: &Path, profiles: &Path) -> Config {
    Config {
        profiles_dir: Some(profiles.to_owned()),
        generations_loaded_max: number(1),
        ..config(generations)
    }
}

fn profile_file(dir: &Path) -> PathBuf {
    dir.join("two.toml")
}

/// A second revision, with another weight of the first axis.
fn write_profile(dir: &Path, weight: f64) {
    let shipped = sosie_index::ProfileSet::shipped();
    let text = sosie_index::to_toml(shipped.iter().next().unwrap());
    let text = text.replacen("revision = 1", "revision = 2", 1);
    let text = text.replacen("weight = 1.0", &format!("weight = {weight:?}"), 1);
    fs::write(profile_file(dir), text).unwrap();
}

/// Changes a byte in the middle of a file.
fn change_a_byte(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Every way, and the reasons that are to be told.
const WAYS: [(&str, Change, &[ReplayObstacle]); 12] = {
    use ReplayObstacle as Obstacle;
    [
        (
            "the generation was pruned",
            |it| fs::remove_dir_all(it.generation()).unwrap(),
            &[Obstacle::GenerationGone],
        ),
        (
            "the directory was begun anew",
            Installation::begin_anew,
            &[Obstacle::GenerationDiffers],
        ),
        (
            "its manifest was changed",
            |it| change_a_byte(&it.generation().join("MANIFEST.json")),
            &[Obstacle::GenerationDiffers],
        ),
        (
            "its manifest was lost",
            |it| fs::remove_file(it.generation().join("MANIFEST.json")).unwrap(),
            &[Obstacle::GenerationDamaged],
        ),
        (
            "a file was changed",
            |it| change_a_byte(&it.largest()),
            &[Obstacle::GenerationDamaged],
        ),
        (
            "a file was lost",
            |it| fs::remove_file(it.largest()).unwrap(),
            &[Obstacle::GenerationDamaged],
        ),
        (
            "a file was cut",
            |it| fs::write(it.largest(), b"cut").unwrap(),
            &[Obstacle::GenerationDamaged],
        ),
        (
            "a file was added",
            |it| fs::write(it.generation().join("more"), b"").unwrap(),
            &[Obstacle::GenerationDamaged],
        ),
        (
            "the profile is no longer there",
            Installation::remove_profile,
            &[Obstacle::ProfileGone],
        ),
        (
            "the revision of the profile was changed in place",
            |it| write_profile(it.profiles.path(), 6.0),
            &[Obstacle::ProfileDiffers],
        ),
        (
            "generation and profile are gone",
            |it| {
                fs::remove_dir_all(it.generation()).unwrap();
                it.remove_profile();
            },
            &[Obstacle::GenerationGone, Obstacle::ProfileGone],
        ),
        (
            "all is another's",
            |it| {
                it.begin_anew();
                write_profile(it.profiles.path(), 6.0);
            },
            &[Obstacle::GenerationDiffers, Obstacle::ProfileDiffers],
        ),
    ]
};

#[tokio::test]
async fn each_way_in_which_a_pinned_thing_is_gone_has_its_own_reason() {
    for (way, change, expected) in WAYS {
        let installation = Installation::answered().await;
        change(&installation);
        let Replayed::Refusal(refusal) = installation.replay().await else {
            panic!("{way}: it is answered");
        };
        assert_eq!(refusal.obstacles().collect::<Vec<_>>(), expected, "{way}");
    }
}

#[tokio::test]
async fn an_installation_that_nobody_touched_gives_the_same_bytes_after_a_restart() {
    let installation = Installation::answered().await;
    let Replayed::Response(again) = installation.replay().await else {
        panic!("all is there");
    };
    assert_eq!(again.encode_to_vec(), installation.first.encode_to_vec());
}

/// Each field of a question is pinned: another value is another question.
#[tokio::test]
async fn a_question_that_differs_in_any_field_is_not_the_one_that_was_answered() {
    let installation = Installation::answered().await;
    let changes: [fn(&mut pb::SimilarityQuery); 7] = [
        |query| query.min_coverage = Some(0.25),
        |query| query.collapse_series = Some(false),
        |query| query.exclude_probe_series = true,
        |query| query.as_of = Some(crate::fixture::time(1_700_000_000)),
        |query| {
            query.weight_overrides = vec![pb::AxisWeight {
                axis: pb::Axis::Nature.into(),
                weight: Some(2.0),
            }];
        },
        |query| {
            query.filter = Some(pb::Filter {
                nature_prefixes: vec!["sport".to_owned()],
                ..pb::Filter::default()
            });
        },
        |query| {
            let mut draft = crate::fixture::draft();
            draft.nature = Some("sport/rugby".to_owned());
            query.probe = Some(pb::Probe {
                kind: Some(pb::probe::Kind::Draft(draft)),
            });
        },
    ];
    let config = served(
        installation.generations.path(),
        installation.profiles.path(),
    );
    let running = Running::start(config).await;
    running.serving().await;
    let mut client = TransparencyServiceClient::new(running.channel().await);
    for (at, change) in changes.into_iter().enumerate() {
        let mut asked = installation.asked.clone();
        change(asked.request.as_mut().unwrap().query.as_mut().unwrap());
        let told = client.replay_search(asked).await.unwrap().into_inner();
        let Some(Replayed::Refusal(refusal)) = told.result else {
            panic!("change {at} is answered");
        };
        let found: Vec<_> = refusal.obstacles().collect();
        assert_eq!(found, [ReplayObstacle::RequestDiffers], "change {at}");
    }
}
