//! What the commands answer, for people and for programs.

use std::io::Read;
use std::process::Stdio;

use super::service::SERVICE;
use super::{code, file, run, sosie, stderr, stdout, text_of};

#[test]
fn every_command_writes_json() {
    let draft = SERVICE.path("draft.json");
    let best = SERVICE.json(&["search", "--draft", &draft])["hits"][0].clone();
    let id = best["event"]["event_id"].as_str().unwrap();
    assert_eq!(best["rank"], 1);
    assert_eq!(best["ledger"].as_array().unwrap().len(), 8);
    let explained = SERVICE.json(&["explain", id, "--draft", &draft]);
    assert_eq!(explained["hit"]["rank"], 1);
    assert_eq!(explained["score"], best["score"]);
    assert_eq!(
        SERVICE.json(&["events", "get", id])["event"]["event_id"],
        id
    );
    assert_eq!(
        SERVICE.json(&["events", "list"])["events"]
            .as_array()
            .unwrap()
            .len(),
        10
    );
    assert_eq!(
        SERVICE.json(&["facets", "--by", "month"])["facets"][0]["facet"],
        "month"
    );
    assert_eq!(
        SERVICE.json(&["profile", "list"])["profiles"][0]["name"],
        "tranquillity"
    );
    assert_eq!(
        SERVICE.json(&["profile", "show"])["profile"]["axes"][0]["geo_decay"]["h_km"],
        2.0
    );
    assert_eq!(SERVICE.json(&["limits"])["limits"]["page_size_max"], 1_000);
    let health = SERVICE.json(&["health"]);
    assert_eq!(health["services"]["sosie.v1.EventService"], "SERVING");
    let generations = SERVICE.json(&["generations", "list", "--dir", &SERVICE.path("generations")]);
    assert_eq!(generations["generations"][0]["is_current"], true);
}

#[test]
fn flags_and_a_draft_file_ask_the_same() {
    let flags = "search --nature culture/concert/open-air --sector marseille/13008/la-plage \
        --lat 43.264 --lon 5.3728 --participants 12000 --basis peak --area-m2 20000 \
        --start 2026-07-11T20:00 --end 2026-07-12T02:00 --time-zone Europe/Paris \
        --as-of 2026-01-01T00:00:00Z";
    let by_flags = SERVICE.json(&flags.split_whitespace().collect::<Vec<_>>());
    let draft = SERVICE.path("draft.json");
    let by_file = [
        "search",
        "--draft",
        &draft,
        "--as-of",
        "2026-01-01T00:00:00Z",
    ];
    assert_eq!(by_flags, SERVICE.json(&by_file));
    let more = SERVICE.json(&[&by_file[..], &["--participants", "40000"]].concat());
    assert_ne!(
        more["receipt"]["request_digest"],
        by_flags["receipt"]["request_digest"]
    );
}

#[test]
fn every_filter_and_rule_is_understood() {
    let dir = tempfile::tempdir().unwrap();
    let square = r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon",
        "coordinates": [[[5.2, 43.1], [5.6, 43.1], [5.6, 43.5], [5.2, 43.5], [5.2, 43.1]]]}}"#;
    let polygon = file(&dir, "square.geojson", square);
    let route = r#"{"type": "LineString", "coordinates": [[5.37, 43.29], [5.38, 43.30]]}"#;
    let route = file(&dir, "route.geojson", route);
    let args = "search --nature sport --duration 6h --date 2026-09-19 --last-date 2026-09-20 --route-width-m 12 \
        --profile tranquillity@1 --weight location=2 --weight day-kind=0 --min-coverage 0.1 --no-collapse \
        --exclude-probe-series --nature-prefix sport --nature-prefix culture --sector-prefix marseille \
        --state held --state CANCELLED --from 2018-01-01 --until 2025-01-01T00:00:00Z --time-zone Europe/Paris \
        --participants-min 1 --participants-max 1000000 --area-min 1 --area-max 1e9 --duration-min 1s \
        --duration-max 3d --bbox=-43.5,5.2,43.5,5.6 --radius 43.3,5.38,30 --source marseille-synthetic \
        --exclude-event none --exclude-series none --require-axis location --as-of 2025-06-01 --page-size 3";
    let mut args: Vec<_> = args.split_whitespace().collect();
    args.extend([
        "--polygon",
        text_of(&polygon),
        "--footprint",
        text_of(&route),
    ]);
    let found = SERVICE.json(&args);
    assert_eq!(found["hits"].as_array().unwrap().len(), 3);
    assert_eq!(found["hits"][0]["ledger"][0]["declared_weight"], 2.0);
    assert_eq!(found["hits"][0]["ledger"].as_array().unwrap().len(), 7);
}

#[test]
fn pages_are_followed_to_the_limit() {
    let ids = |args: &[&str]| -> Vec<String> {
        let page = SERVICE.json(&[&["events", "list"], args].concat());
        let events = page["events"].as_array().unwrap().iter();
        events
            .map(|event| event["event_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let followed = ids(&["--limit", "1005"]);
    assert_eq!(followed.len(), 1_005);
    assert_eq!(ids(&["--page-size", "7"]), followed[..7]);
    let first = SERVICE.json(&["events", "list", "--page-size", "7"]);
    let token = first["next_page_token"].as_str().unwrap();
    assert_eq!(
        ids(&["--page-size", "7", "--page-token", token]),
        followed[7..14]
    );
    let hits = SERVICE.json(&["search", "--nature", "sport", "--limit", "1005"]);
    assert_eq!(hits["hits"][1_004]["rank"], 1_005);
}

#[test]
fn people_read_tables() {
    let draft = SERVICE.path("draft.json");
    let told = |args: &[&str], parts: &[&str]| {
        let output = SERVICE.run(args);
        assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
        for part in parts {
            assert!(
                stdout(&output).contains(part),
                "{args:?} {part}: {}",
                stdout(&output)
            );
        }
    };
    told(
        &["search", "--draft", &draft, "--explain-hits"],
        &["1 mrs-", "effective", "L P N S D Y F T"],
    );
    told(
        &["explain", "mrs-000001", "--event", "mrs-000001"],
        &["not a hit", "is compared"],
    );
    told(&["events", "get", "mrs-000001"], &["state", "Europe/Paris"]);
    told(
        &["events", "list", "--nature-prefix", "no-such"],
        &["No event"],
    );
    told(&["facets", "--by", "weekday"], &["6 Saturday"]);
    told(&["profile", "show"], &["half at 2 km", "counts 0"]);
    told(&["limits"], &["page_size_max           1,000"]);
    told(
        &["generations", "list", "--dir", &SERVICE.path("generations")],
        &["current", "marseille-synthetic"],
    );
}

#[test]
fn a_profile_is_checked_without_a_service() {
    let dir = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../../../crates/index/profiles/tranquillity-1.toml");
    let good = file(
        &dir,
        "good.toml",
        &shipped.replace("revision = 1", "revision = 2"),
    );
    let output = run(&["profile", "check", text_of(&good)]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("tranquillity@2"));
    let bad = file(
        &dir,
        "bad.toml",
        &shipped.replace("weight = 1.0", "weight = -1.0"),
    );
    let output = run(&["profile", "check", text_of(&bad)]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("axes[0].weight"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn reindex_publishes_what_it_reads() {
    let dir = tempfile::tempdir().unwrap();
    let generations = dir.path().join("generations");
    let (history, sources) = (SERVICE.path("history.ndjson"), SERVICE.path("sources.toml"));
    let args = [
        "reindex",
        "--generations",
        text_of(&generations),
        "--ndjson",
        &history,
        "--sources",
        &sources,
    ];
    let output = run(&[&args[..], &["--json"]].concat());
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["generation"], "gen-000001");
    let empty = file(&dir, "empty.ndjson", "");
    let output = run(&[
        "reindex",
        "--generations",
        text_of(&generations),
        "--ndjson",
        text_of(&empty),
    ]);
    assert_eq!(code(&output), 1);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = sosie()
        .args([
            "generations",
            "list",
            "--json",
            "--dir",
            &SERVICE.path("generations"),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}
