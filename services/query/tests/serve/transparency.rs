//! What the algorithm says of itself, over the wire.

use sosie_proto::pb::transparency_service_client::TransparencyServiceClient;
use sosie_proto::pb::{self, ErrorReason, Language, RecordForm};
use sosie_query::Config;
use sosie_transparency::Declared;
use tonic::Code;
use tonic::transport::Channel;

use crate::fixture::{Running, config, described, events, find, publish, query_of, served};

async fn client(running: &Running) -> TransparencyServiceClient<Channel> {
    TransparencyServiceClient::new(running.channel().await)
}

async fn record(running: &Running, form: RecordForm) -> pb::GetAlgorithmRecordResponse {
    let request = pb::GetAlgorithmRecordRequest {
        profile: String::new(),
        form: form.into(),
        language: Language::English.into(),
    };
    let told = client(running).await.get_algorithm_record(request).await;
    told.unwrap().into_inner()
}

#[tokio::test]
async fn the_record_tells_the_data_and_the_rules_of_what_runs() {
    let (_dir, running) = served(8).await;
    let told = record(&running, RecordForm::Json).await;
    assert_eq!(told.media_type, "application/json");
    let json: serde_json::Value = serde_json::from_str(&told.document).unwrap();
    assert_eq!(json["generation"]["event_count"], 9);
    let sources = json["sources"].as_array().unwrap();
    let rows: u64 = sources.iter().map(|s| s["rows"].as_u64().unwrap()).sum();
    assert_eq!(rows, 9);
    assert_eq!(json["profile"]["axes"].as_array().unwrap().len(), 8);
    let receipt = told.receipt.unwrap();
    assert_eq!(json["generation"]["digest"], receipt.generation_digest);
    assert_eq!(json["profile"]["digest"], receipt.profile_digest);
    let markdown = record(&running, RecordForm::Markdown).await;
    assert!(markdown.document.contains("tranquillity@1"));
}

#[tokio::test]
async fn a_register_lists_what_nobody_declared() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..4));
    let running = Running::start(config(dir.path())).await;
    running.serving().await;
    let declaration = include_str!("../../../../deploy/declaration.toml");
    let declared = Running::start(Config {
        declared: Declared::from_toml(declaration).unwrap(),
        ..config(dir.path())
    })
    .await;
    declared.serving().await;
    for form in [
        RecordForm::Etalab,
        RecordForm::Atrs,
        RecordForm::DutchRegister,
    ] {
        let bare = record(&running, form).await;
        let filled = record(&declared, form).await;
        assert!(!bare.missing_fields.is_empty(), "{form:?}");
        assert!(
            filled.missing_fields.len() < bare.missing_fields.len(),
            "{form:?}"
        );
    }
}

fn statement(language: Language) -> pb::GetStatementRequest {
    pb::GetStatementRequest {
        query: find().query,
        event_id: "e-03".to_owned(),
        language: language.into(),
        receipt: None,
    }
}

/// All numbers of a statement, as they stand between backticks.
fn numbers(told: &pb::GetStatementResponse) -> Vec<f64> {
    let lines = told.sections.iter().flat_map(|section| &section.lines);
    let parts = lines.flat_map(|line| line.split('`').skip(1).step_by(2));
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[tokio::test]
async fn a_statement_has_the_numbers_of_the_ledger_in_both_languages() {
    let (_dir, running) = served(8).await;
    let explained = running.similar_events().await;
    let request = pb::ExplainEventRequest {
        query: find().query,
        event_id: "e-03".to_owned(),
    };
    let explained = { explained }.explain_event(request).await.unwrap();
    let explained = explained.into_inner();
    let mut found = Vec::new();
    for language in [Language::French, Language::English] {
        let mut client = client(&running).await;
        let told = client.get_statement(statement(language)).await;
        let told = told.unwrap().into_inner();
        assert_eq!(told.sections.len(), 4);
        found.push(numbers(&told));
    }
    assert_eq!(found[0], found[1]);
    let mut wanted = vec![explained.score.unwrap(), explained.coverage];
    for line in &explained.ledger {
        wanted.extend(line.distance);
        wanted.extend(line.similarity);
        wanted.extend([
            line.declared_weight,
            line.effective_weight,
            line.contribution,
        ]);
    }
    for number in wanted {
        let has = found[0].iter().any(|it| it.to_bits() == number.to_bits());
        assert!(has, "{number} is not in the statement");
    }
}

#[tokio::test]
async fn a_statement_of_a_receipt_is_made_from_what_it_pins() {
    let (_dir, running) = served(8).await;
    let mut similar = running.similar_events().await;
    let first = similar.find_similar_events(find()).await.unwrap();
    let receipt = first.into_inner().receipt.unwrap();
    let mut request = statement(Language::English);
    request.receipt = Some(receipt.clone());
    let told = client(&running).await.get_statement(request.clone()).await;
    let told = told.unwrap().into_inner().receipt.unwrap();
    assert_eq!(told.as_of, receipt.as_of);
    request.receipt.as_mut().unwrap().generation_id = "gen-000009".into();
    let refused = client(&running).await.get_statement(request).await;
    let refused = described(refused);
    assert_eq!(refused.code, Code::FailedPrecondition);
    assert_eq!(refused.reason, Some(ErrorReason::ReceiptNotReplayable));
}

#[tokio::test]
async fn two_profiles_differ_in_rules_and_in_lists() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..20));
    let profiles = tempfile::tempdir().unwrap();
    let shipped = sosie_index::ProfileSet::shipped();
    let first = shipped.iter().next().unwrap();
    let text = sosie_index::to_toml(first);
    let second = text.replacen("revision = 1", "revision = 2", 1).replacen(
        "weight = 1.0",
        "weight = 5.0",
        1,
    );
    std::fs::write(profiles.path().join("two.toml"), second).unwrap();
    let running = Running::start(Config {
        profiles_dir: Some(profiles.path().to_owned()),
        ..config(dir.path())
    })
    .await;
    running.serving().await;
    let diff = |after: &str| pb::DiffProfilesRequest {
        before: "tranquillity@1".into(),
        after: after.into(),
        queries: vec![query_of(pb::probe::Kind::EventId("e-03".into()))],
        depth: Some(5),
        language: Language::English.into(),
    };
    let mut client = client(&running).await;
    let same = client.diff_profiles(diff("tranquillity@1")).await;
    let same = same.unwrap().into_inner();
    assert!(same.axes.is_empty());
    assert_eq!(same.list_changes[0].rank_biased_overlap, 1.0);
    let other = client.diff_profiles(diff("tranquillity@2")).await;
    let other = other.unwrap().into_inner();
    assert_eq!(other.axes, [pb::Axis::Location as i32]);
    assert!(other.document.contains('5'), "{}", other.document);
    let change = &other.list_changes[0];
    assert_eq!(
        change.entered_event_ids.len(),
        change.left_event_ids.len(),
        "lists of one depth"
    );
    let mut named = diff("tranquillity@2");
    named.queries[0].profile = "tranquillity".into();
    let refused = described(client.diff_profiles(named).await);
    assert_eq!(refused.violations[0].field, "queries[0].profile");
}

#[tokio::test]
async fn at_the_weight_that_is_told_two_neighbours_swap_and_just_short_of_it_they_do_not() {
    let (_dir, running) = served(24).await;
    let query = query_of(pb::probe::Kind::EventId("e-05".into()));
    let request = pb::MeasureSensitivityRequest {
        query: Some(query.clone()),
        size: Some(6),
        share: None,
    };
    let told = client(&running).await.measure_sensitivity(request).await;
    let told = told.unwrap().into_inner();
    assert_eq!(told.hits.len(), 6);
    assert!(told.stability.is_some());
    let mut similar = running.similar_events().await;
    let mut place = async |id: &str, axis: i32, weight: f64| {
        let mut query = query.clone();
        query.weight_overrides = vec![pb::AxisWeight {
            axis,
            weight: Some(weight),
        }];
        let mut request = crate::fixture::find_of(query);
        request.page_size = Some(24);
        let answer = similar.find_similar_events(request).await.unwrap();
        let answer = answer.into_inner();
        let ids = crate::fixture::hit_ids(&answer).into_iter();
        ids.clone().position(|it| it == id)
    };
    let mut swaps = 0;
    for pair in told.hits.windows(2) {
        let Some(change) = pair[0].swap_with_next else {
            continue;
        };
        let (first, second) = (&pair[0].event_id, &pair[1].event_id);
        let at = change.changed_weight;
        assert!(place(first, change.axis, at).await > place(second, change.axis, at).await);
        let short = change.just_short_weight;
        assert!(place(first, change.axis, short).await < place(second, change.axis, short).await);
        swaps += 1;
    }
    assert!(swaps >= 3, "{swaps}");
    for hit in &told.hits {
        let Some(change) = hit.leaves else { continue };
        let out = place(&hit.event_id, change.axis, change.changed_weight).await;
        assert!(out.is_none_or(|rank| rank >= 6), "{out:?}");
        let still = place(&hit.event_id, change.axis, change.just_short_weight).await;
        assert!(still.is_some_and(|rank| rank < 6), "{still:?}");
    }
}
