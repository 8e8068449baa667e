//! What the algorithm says of itself, and answers that are given again.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use super::service::{OTHER_PROFILE, SERVICE};
use super::{code, file, run, sosie, stderr, stdout, text_of};

/// A port that is never given out: nothing answers there.
const NOBODY: [&str; 2] = ["--endpoint", "http://127.0.0.1:1"];

/// A question, as flags.
const ASKED: [&str; 6] = [
    "--nature",
    "sport/football",
    "--participants",
    "40000",
    "--date",
    "2026-09-19",
];

/// The answer to it, as `sosie search --json` writes it.
fn answer() -> Value {
    SERVICE.json(&[&["search"], &ASKED[..]].concat())
}

fn best(answer: &Value) -> &str {
    let id = &answer["hits"][0]["event"]["event_id"];
    id.as_str().expect("it has hits")
}

#[test]
fn a_record_is_written_as_it_is() {
    let output = SERVICE.run(&["record"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.starts_with("# ") && text.contains("tranquillity@1"));
    assert_eq!(stderr(&output), "", "only registers have missing fields");
    let french = SERVICE.run(&["record", "--language", "fr"]);
    assert_ne!(stdout(&french), text);
    let json = SERVICE.run(&["record", "--form", "json", "--profile", OTHER_PROFILE]);
    let record: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(record["profile"]["axes"].as_array().unwrap().len(), 8);
    let whole = SERVICE.json(&["record"]);
    assert_eq!(whole["media_type"], "text/markdown");
    assert_eq!(
        whole["document"].as_str().unwrap().trim_end(),
        text.trim_end()
    );
    assert_eq!(whole["receipt"]["profile"], "tranquillity@1");
}

#[test]
fn what_a_register_misses_is_on_stderr_and_the_document_alone_on_stdout() {
    for (form, required) in [("etalab", false), ("atrs", true), ("dutch", true)] {
        let output = SERVICE.run(&["record", "--form", form]);
        assert_eq!(code(&output), 0, "{form}: {}", stderr(&output));
        serde_json::from_slice::<Value>(&output.stdout).expect("the document is JSON");
        let told = stderr(&output);
        for part in [
            "Missing, and",
            &format!("registers.{form}."),
            "--declaration",
        ] {
            assert!(told.contains(part), "{form} {part}: {told}");
        }
        // Etalab publishes a list of fields and requires none.
        let tells_required = told.contains("required by the register");
        assert_eq!(tells_required, required, "{form}: {told}");
        let whole = SERVICE.run(&["record", "--form", form, "--json"]);
        assert_eq!(stderr(&whole), "", "a program finds them in the answer");
        let whole: Value = serde_json::from_slice(&whole.stdout).unwrap();
        for field in whole["missing_fields"].as_array().unwrap() {
            let key = field["configure_at"].as_str().unwrap();
            assert!(
                field["is_required"].is_boolean() && told.contains(key),
                "{key}"
            );
        }
    }
}

#[test]
fn a_statement_has_the_four_headings_and_the_numbers_of_the_ledger() {
    let answer = answer();
    let best = best(&answer);
    let args = [&["statement", best], &ASKED[..]].concat();
    let english = SERVICE.run(&args);
    assert_eq!(code(&english), 0, "{}", stderr(&english));
    let score = format!("`{}`", answer["hits"][0]["score"]);
    assert!(stdout(&english).contains(&score), "{}", stdout(&english));
    let french = SERVICE.json(&[&args[..], &["--language", "fr"]].concat());
    assert_eq!(french["sections"].as_array().unwrap().len(), 4);
    assert!(french["document"].as_str().unwrap().contains(&score));
    assert_eq!(french["receipt"]["profile"], "tranquillity@1");
}

#[test]
fn a_statement_of_a_receipt_is_made_as_of_that_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let answer = answer();
    let kept = file(&dir, "answer.json", &answer.to_string());
    let args = [
        &["statement", best(&answer)],
        &ASKED[..],
        &["--receipt", text_of(&kept)],
    ]
    .concat();
    let stated = SERVICE.json(&args);
    assert_eq!(stated["receipt"]["as_of"], answer["receipt"]["as_of"]);
    let other = [&args[..], &["--weight", "location=2"]].concat();
    let output = SERVICE.run(&other);
    assert_eq!(code(&output), 5, "{}", stderr(&output));
    let told = stderr(&output);
    assert!(
        told.contains("RECEIPT_NOT_REPLAYABLE") && told.contains("REQUEST_DIFFERS"),
        "{told}"
    );
}

#[test]
fn a_difference_of_profiles_tells_rules_and_lists() {
    let answer = answer();
    let best = best(&answer);
    let args = [
        "profile",
        "diff",
        "tranquillity@1",
        OTHER_PROFILE,
        "--event",
        best,
        "--event",
        "mrs-000001",
    ];
    let output = SERVICE.run(&args);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told = stdout(&output);
    for part in ["1 → 5", "overlap", "entered", best, "mrs-000001", "Receipt"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let shallow = SERVICE.json(&[&args[..], &["--depth", "3"]].concat());
    assert_eq!(shallow["axes"], json!(["location"]));
    assert_eq!(shallow["list_changes"].as_array().unwrap().len(), 2);
    let same = SERVICE.run(&[
        "profile",
        "diff",
        "tranquillity",
        "tranquillity@1",
        "--event",
        best,
    ]);
    assert!(stdout(&same).contains("No difference") && stdout(&same).contains("1.000"));
    let rules = SERVICE.run(&[
        "profile",
        "diff",
        "tranquillity@1",
        OTHER_PROFILE,
        "--language",
        "fr",
    ]);
    assert!(!stdout(&rules).contains("overlap"), "no event, no lists");
}

#[test]
fn an_answer_is_given_again_from_a_file_or_from_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let limited = [&ASKED[..], &["--limit", "1003"]].concat();
    let answer = SERVICE.json(&[&["search"], &limited[..]].concat());
    let kept = file(&dir, "answer.json", &answer.to_string());
    let args = [&["replay"], &limited[..], &["--receipt", text_of(&kept)]].concat();
    let output = SERVICE.run(&args);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told = stdout(&output);
    assert!(told.starts_with("The same answer, 1,003 hits."), "{told}");
    assert_eq!(told.matches("sha256").count(), 2, "one for each page");
    let again = SERVICE.json(&args);
    assert_eq!(again["response"]["hits"], answer["hits"]);
    let digest = again["response"]["page_sha256"][0].as_str().unwrap();
    assert!(told.contains(digest), "{told}");
    let mut child = sosie()
        .args([&["replay"], &limited[..], &["--receipt", "-"]].concat())
        .env("SOSIE_ENDPOINT", SERVICE.endpoint())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let receipt = answer["receipt"].to_string();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(receipt.as_bytes())
        .unwrap();
    let piped = child.wait_with_output().unwrap();
    assert_eq!(stdout(&piped), told, "the receipt alone says the same");
}

#[test]
fn what_stands_against_an_answer_is_5_and_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let answer = answer();
    let check = |change: &dyn Fn(&mut Value), words: &str, name: &str| {
        let mut receipt = answer["receipt"].clone();
        change(&mut receipt);
        let kept = file(&dir, "receipt.json", &receipt.to_string());
        let args = [&["replay"], &ASKED[..], &["--receipt", text_of(&kept)]].concat();
        let output = SERVICE.run(&args);
        assert_eq!(code(&output), 5, "{name}: {}", stderr(&output));
        assert!(
            stdout(&output).contains(words),
            "{name}: {}",
            stdout(&output)
        );
        assert!(
            stderr(&output).contains(name),
            "{name}: {}",
            stderr(&output)
        );
        let output = SERVICE.run(&[&args[..], &["--json"]].concat());
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["refusal"]["obstacles"], json!([name]));
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["exit_code"], 5);
    };
    check(
        &|receipt| receipt["generation_id"] = json!("gen-000999"),
        "no longer kept",
        "GENERATION_GONE",
    );
    check(
        &|receipt| receipt["profile"] = json!("tranquillity@7"),
        "no longer loaded",
        "PROFILE_GONE",
    );
    check(
        &|receipt| receipt["engine_version"] = json!("0.0.1"),
        "another version of the engine",
        "ENGINE_VERSION_DIFFERS",
    );
    check(
        &|receipt| receipt["as_of"] = json!("2020-01-01T00:00:00Z"),
        "not the one that was answered",
        "REQUEST_DIFFERS",
    );
}

#[test]
fn an_answer_that_was_changed_is_5() {
    let dir = tempfile::tempdir().unwrap();
    let mut answer = answer();
    answer["hits"][0]["score"] = json!(0.5);
    let kept = file(&dir, "answer.json", &answer.to_string());
    let output = SERVICE.run(&[&["replay"], &ASKED[..], &["--receipt", text_of(&kept)]].concat());
    assert_eq!(code(&output), 5);
    assert!(stdout(&output).contains("Not the answer that was kept"));
    assert!(stderr(&output).contains("not the one that its receipt pins"));
}

#[test]
fn wrong_flags_and_files_of_transparency_are_2() {
    let dir = tempfile::tempdir().unwrap();
    let foreign = file(
        &dir,
        "foreign.json",
        r#"{"generation_id": "gen-000001", "by": "A. B."}"#,
    );
    let text = file(&dir, "text.json", "gen-000001");
    let check = |args: &[&str], told: &str| {
        let output = run(&[args, &NOBODY].concat());
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(
            stderr(&output).contains(told),
            "{args:?}: {}",
            stderr(&output)
        );
    };
    check(&["record", "--form", "xml"], "possible values");
    check(&["record", "--language", "nl"], "possible values");
    check(&["statement", "mrs-000001"], "say what to compare with");
    check(&["statement", "--nature", "sport"], "EVENT_ID");
    check(&["profile", "diff", "tranquillity"], "AFTER");
    check(&["replay", "--nature", "sport"], "--receipt");
    let replay = |path: &str, told: &str| {
        check(&["replay", "--nature", "sport", "--receipt", path], told);
        check(
            &[
                "statement",
                "mrs-000001",
                "--nature",
                "sport",
                "--receipt",
                path,
            ],
            told,
        );
    };
    replay("/no/such/file", "could not be read");
    replay(text_of(&foreign), "is not a receipt");
    replay(text_of(&text), "is not JSON");
    let deep = [
        "profile",
        "diff",
        "tranquillity",
        "tranquillity",
        "--depth",
        "101",
    ];
    let output = SERVICE.run(&deep);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("depth"), "{}", stderr(&output));
}

#[test]
fn an_event_or_a_profile_that_is_not_there_is_3() {
    for args in [
        &["statement", "no-such-event", "--nature", "sport"][..],
        &["statement", "mrs-000001", "--event", "no-such-event"],
        &["record", "--profile", "no-such-profile"],
        &["profile", "diff", "tranquillity", "no-such-profile"],
        &[
            "profile",
            "diff",
            "tranquillity",
            "tranquillity",
            "--event",
            "no-such-event",
        ],
    ] {
        let output = SERVICE.run(args);
        assert_eq!(code(&output), 3, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("NOT_FOUND"), "{}", stderr(&output));
    }
}
