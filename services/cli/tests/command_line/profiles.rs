//! The life of profiles, and tokens, on the command line.

use std::fs;

use serde_json::Value;

use super::indexer::Indexer;
use super::service::SERVICE;
use super::{code, file, stderr, stdout, text_of};

const TOKEN: &str = "token-of-the-office-of-rules";
/// SHA-256 of [`TOKEN`], hashed elsewhere.
const TOKEN_SHA256: &str = "038f40ffef2052d4c1e5b2f1030626da701522cf0ae11e0a98d4b358ffb9aead";

/// An indexer with an author, and `tranquillity@2` to activate.
fn indexer() -> Indexer {
    Indexer::start_with(|dir, config| {
        let callers = format!(
            "[[caller]]\nname = \"office-of-rules\"\ntoken_sha256 = \"{TOKEN_SHA256}\"\nroles = [\"author\"]\n"
        );
        config.callers = Some(file(dir, "callers.toml", &callers));
        let shipped = include_str!("../../../../crates/index/profiles/tranquillity-1.toml");
        let profiles = dir.path().join("profiles");
        fs::create_dir(&profiles).expect("a test can write its files");
        let second = shipped.replacen("revision = 1", "revision = 2", 1);
        fs::write(profiles.join("two.toml"), second).expect("a test can write its files");
        config.profiles_dir = Some(profiles);
    })
}

#[test]
fn a_revision_is_activated_and_retired_with_the_token_of_an_author() {
    let indexer = indexer();
    let token = file(&indexer.dir, "office.token", &format!("{TOKEN}\n"));
    let two = text_of(&indexer.dir.path().join("profiles/two.toml")).to_owned();
    let checked = indexer
        .command(&["profile", "check", &two, "--json"])
        .output()
        .unwrap();
    let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let digest = checked["profile"]["digest"].as_str().unwrap();
    assert_eq!(checked["profile"].get("state"), None);
    let activate = [
        "profile",
        "activate",
        "tranquillity@2",
        "--reason",
        "evaluation",
    ];
    let activate = [
        &activate[..],
        &["--digest", digest, "--token-file", text_of(&token)],
    ]
    .concat();
    let made = indexer.command(&activate).output().unwrap();
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let told = stdout(&made);
    assert!(told.contains("state: active"), "{told}");
    assert!(told.contains("EVALUATION, office-of-rules"), "{told}");
    let retire = [
        "profile",
        "retire",
        "tranquillity@1",
        "--reason",
        "superseded",
        "--json",
    ];
    let made = indexer
        .command(&retire)
        .env("SOSIE_TOKEN", TOKEN)
        .output()
        .unwrap();
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let told: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(told["profile"]["state"], "RETIRED");
    assert_eq!(told["profile"]["history"][0]["from_state"], "ACTIVE");
    assert_eq!(told["profile"]["history"][0]["reason"], "SUPERSEDED");
}

#[test]
fn without_the_token_it_is_refused_and_no_message_has_a_token() {
    let indexer = indexer();
    let retire = ["profile", "retire", "tranquillity@1", "--reason", "defect"];
    let unknown = indexer.command(&retire).output().unwrap();
    assert_eq!(code(&unknown), 1);
    assert!(
        stderr(&unknown).contains("UNAUTHENTICATED"),
        "{}",
        stderr(&unknown)
    );
    let wrong = "token-of-somebody-else";
    let wrong = indexer
        .command(&retire)
        .env("SOSIE_TOKEN", wrong)
        .output()
        .unwrap();
    assert!(
        stderr(&wrong).contains("UNAUTHENTICATED"),
        "{}",
        stderr(&wrong)
    );
    assert!(!stderr(&wrong).contains("somebody"), "{}", stderr(&wrong));
    let spaced = file(&indexer.dir, "spaced.token", "two words");
    let spaced = [&retire[..], &["--token-file", text_of(&spaced)]].concat();
    let spaced = indexer.command(&spaced).output().unwrap();
    assert_eq!(code(&spaced), 2);
    assert!(
        !stderr(&spaced).contains("two words"),
        "{}",
        stderr(&spaced)
    );
    let absent = [&retire[..], &["--token-file", "no-such-file"]].concat();
    assert_eq!(code(&indexer.command(&absent).output().unwrap()), 2);
    // The other role's reasons are none of this command.
    let reason = [
        "profile",
        "retire",
        "tranquillity@1",
        "--reason",
        "evaluation",
    ];
    assert_eq!(code(&indexer.command(&reason).output().unwrap()), 2);
}

#[test]
fn an_indexer_without_callers_says_how_to_have_them() {
    let indexer = Indexer::start_with(|_, _| {});
    let activate = [
        "profile",
        "activate",
        "tranquillity@1",
        "--reason",
        "first-use",
    ];
    let refused = indexer.command(&activate).output().unwrap();
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("CALLERS_NOT_CONFIGURED"),
        "{}",
        stderr(&refused)
    );
    assert!(
        stderr(&refused).contains("--callers FILE"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn the_list_of_profiles_tells_where_each_stands() {
    let told = SERVICE.json(&["profile", "list"]);
    let states: Vec<_> = told["profiles"].as_array().unwrap().iter().collect();
    assert_eq!(states[0]["state"], "ACTIVE");
    assert_eq!(states[1]["state"], "DRAFT");
    let told = SERVICE.run(&["profile", "list"]);
    assert!(stdout(&told).contains("draft"), "{}", stdout(&told));
}
