use std::fs;

use sosie_index::record::{KnownTime, parse_event};
use sosie_index::{GenerationStore, IndexBuilder};
use sosie_proto::pb::{self, ActivationReason, ErrorReason};
use sosie_similarity::Timestamp;
use tonic::Code;

use crate::fixture::{Running, described};

const EVENT: &str = r#"{"event_id":"e-1","state":"HELD","start_time":"2023-05-01T18:00:00Z",
    "end_time":"2023-05-01T22:00:00Z","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"register"}"#;

fn publish(store: &mut GenerationStore) {
    let stage = store.stage().unwrap();
    let mut builder = IndexBuilder::create(stage.path()).unwrap();
    let event = parse_event(EVENT.as_bytes(), KnownTime::EndTime).unwrap();
    builder.upsert(&event).unwrap();
    let parts = builder
        .finish()
        .unwrap()
        .to_parts(Timestamp::from_micros(1_000_000).unwrap());
    store.publish(stage, parts).unwrap();
}

async fn with_generations(count: usize) -> Running {
    let running = Running::start().await;
    let mut store = running.generations.lock().unwrap();
    for _ in 0..count {
        publish(&mut store);
    }
    drop(store);
    running
}

fn activation(name: &str) -> pb::ActivateGenerationRequest {
    pb::ActivateGenerationRequest {
        generation_id: name.to_owned(),
        reason: ActivationReason::WrongData.into(),
        expected_active_generation_id: None,
    }
}

async fn listed(running: &Running) -> Vec<pb::Generation> {
    let request = pb::ListGenerationsRequest {};
    let listed = running.index().await.list_generations(request).await;
    listed.unwrap().into_inner().generations
}

#[tokio::test]
async fn a_generation_is_chosen_with_its_reason_and_told_so() {
    let running = with_generations(2).await;
    let before = listed(&running).await;
    let names = |all: &[pb::Generation]| -> Vec<(String, bool)> {
        let names = all.iter();
        names
            .map(|told| (told.generation_id.clone(), told.is_active))
            .collect()
    };
    let one = |is_active| ("gen-000001".to_owned(), is_active);
    let two = |is_active| ("gen-000002".to_owned(), is_active);
    assert_eq!(names(&before), [two(true), one(false)]);
    let request = activation("gen-000001");
    let chosen = running.index().await.activate_generation(request).await;
    let chosen = chosen.unwrap().into_inner().generation.unwrap();
    let after = listed(&running).await;
    assert_eq!(names(&after), [two(false), one(true)]);
    assert_eq!(after[1], chosen);
    let last = chosen.last_activation.unwrap();
    assert_eq!(last.reason(), ActivationReason::WrongData);
    assert_eq!(last.previous_generation_id, "gen-000002");
    let manifest = chosen.manifest.unwrap();
    assert_eq!(manifest.event_count, 1);
    assert_eq!(Some(manifest), before[1].manifest);
}

#[tokio::test]
async fn what_can_not_be_chosen_is_refused_by_its_reason_and_the_active_one_stays() {
    let running = with_generations(2).await;
    let meta = running.dir.path().join("generations/gen-000001/meta.json");
    let bytes = fs::read(&meta).unwrap();
    fs::write(&meta, bytes.to_ascii_uppercase()).unwrap();
    let mut expecting = activation("gen-000002");
    expecting.expected_active_generation_id = Some("gen-000001".to_owned());
    let cases = [
        (
            activation("gen-000009"),
            Code::NotFound,
            ErrorReason::GenerationNotFound,
        ),
        (
            activation("../store"),
            Code::InvalidArgument,
            ErrorReason::InvalidRequest,
        ),
        (
            activation("gen-000001"),
            Code::FailedPrecondition,
            ErrorReason::GenerationDamaged,
        ),
        (
            expecting,
            Code::FailedPrecondition,
            ErrorReason::ActiveGenerationMismatch,
        ),
    ];
    for (request, code, reason) in cases {
        let refused = running.index().await.activate_generation(request).await;
        let refused = described(refused);
        assert_eq!((refused.code, refused.reason), (code, Some(reason)));
    }
    let active = listed(&running).await;
    assert!(active[0].is_active && active.iter().all(|told| told.last_activation.is_none()));
}

#[tokio::test]
async fn generations_are_listed_though_the_journal_of_choices_is_damaged() {
    let running = with_generations(2).await;
    let journal = running.dir.path().join("generations/ACTIVATIONS");
    fs::write(&journal, "no line that was ever written").unwrap();
    let names: Vec<_> = listed(&running).await;
    let names = names.iter().map(|told| told.generation_id.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["gen-000002", "gen-000001"]);
}
