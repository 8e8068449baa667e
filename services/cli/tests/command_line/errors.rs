//! Exit codes, and what is told on standard error.

use serde_json::Value;

use super::service::SERVICE;
use super::{code, file, run, sosie, stderr, stdout, text_of};

/// A port that is never given out: nothing answers there.
const NOBODY: [&str; 2] = ["--endpoint", "http://127.0.0.1:1"];

#[test]
fn wrong_flags_are_2() {
    for args in [
        &["--no-such-flag"][..],
        &["search", "--weight", "colour=1", "--nature", "sport"],
        &["search", "--lat", "43"],
        &["search", "--event", "a", "--nature", "sport"],
        &[
            "search",
            "--nature",
            "sport",
            "--endpoint",
            "https://example.org",
        ],
        &["facets", "--by", "colour"],
        &["reindex", "--generations", "somewhere"],
        &[],
    ] {
        assert_eq!(code(&run(args)), 2, "{args:?}");
    }
}

#[test]
fn what_can_t_be_asked_is_2_before_a_service_is_looked_for() {
    let check = |args: &[&str], told: &str| {
        let output = run(&[&["search"], args, &NOBODY].concat());
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(
            stderr(&output).contains(told),
            "{args:?}: {}",
            stderr(&output)
        );
    };
    check(&[], "say what to compare with");
    check(&["--start", "2026-07-11T20:00"], "time_zone: is required");
    check(
        &["--start", "2026-03-29T02:30", "--time-zone", "Europe/Paris"],
        "clocks skip it",
    );
    check(&["--date", "11/07/2026"], "dates.first_date: is not a date");
    check(
        &["--nature", "sport", "--from", "yesterday"],
        "--from: is not a time",
    );
    check(&["--draft", "/no/such/file"], "could not be read");
}

#[test]
fn an_unknown_field_of_a_draft_is_2_and_named() {
    let dir = tempfile::tempdir().unwrap();
    for (json, field) in [
        (r#"{"nature": "sport", "organiser": "A. B."}"#, "organiser"),
        (r#"{"participants": {"best": 5, "leader": 1}}"#, "leader"),
        (r#"{"event_id": "a", "state": "HELD"}"#, "event_id"),
        // By its places a list would be latitude and longitude the wrong way round.
        (r#"{"location": [5.39, 43.27]}"#, "location"),
    ] {
        let draft = file(&dir, "draft.json", json);
        let output = run(&[&["search", "--draft", text_of(&draft)], &NOBODY[..]].concat());
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(field), "{}", stderr(&output));
    }
}

/// Nothing that a draft states is left out of what is asked.
#[test]
fn what_needs_a_start_is_2_without_one_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let dates = r#""dates": {"first_date": "2026-07-11"}"#;
    for (stated, field) in [
        (r#""end_time": "2026-07-12T02:00:00+02:00""#, "end_time"),
        (r#""time_zone": "Europe/Paris""#, "time_zone"),
        (r#""time_precision": "DAY""#, "time_precision"),
    ] {
        for other in [r#""nature": "sport""#, dates] {
            let draft = file(&dir, "draft.json", &format!("{{{other}, {stated}}}"));
            let output = run(&[&["search", "--draft", text_of(&draft)], &NOBODY[..]].concat());
            assert_eq!(code(&output), 2, "{other}, {stated}");
            let told = format!("{field}: needs a `start_time`");
            assert!(stderr(&output).contains(&told), "{}", stderr(&output));
        }
    }
    // A date on the command line takes the place of the times of the file, all of them.
    let times = r#"{"start_time": "2026-07-11T20:00:00+02:00", "end_time": "2026-07-12T02:00:00+02:00",
        "time_zone": "Europe/Paris", "time_precision": "EXACT"}"#;
    let draft = file(&dir, "draft.json", times);
    let args = ["search", "--draft", text_of(&draft), "--date", "2026-07-11"];
    let output = run(&[&args, &NOBODY[..]].concat());
    assert_eq!(code(&output), 4, "{}", stderr(&output));
}

#[test]
fn a_refusal_of_the_service_is_2_with_its_reason_and_fields() {
    let args = [
        "search",
        "--nature",
        "Sport",
        "--nature-prefix",
        "a",
        "--page-size",
        "0",
    ];
    let output = SERVICE.run(&args);
    assert_eq!((code(&output), stdout(&output)), (2, ""));
    let told = stderr(&output);
    let (headline, fields) = told.split_once('\n').unwrap();
    assert_eq!(
        headline,
        "error: the service refused the request (INVALID_REQUEST)"
    );
    assert!(fields.starts_with("  query.probe.draft.nature: "), "{told}");
    let output = SERVICE.run(&[&args[..], &["--json"]].concat());
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"]["exit_code"], 2);
    assert!(error["error"]["violations"][0]["field"].is_string());
}

#[test]
fn what_is_not_there_is_3() {
    for args in [
        &["events", "get", "no-such-event"][..],
        &["search", "--event", "no-such-event"],
        &["explain", "no-such-event", "--nature", "sport"],
        &[
            "search",
            "--nature",
            "sport",
            "--profile",
            "no-such-profile",
        ],
        &["profile", "show", "no-such-profile"],
    ] {
        let output = SERVICE.run(args);
        assert_eq!(code(&output), 3, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("NOT_FOUND"), "{}", stderr(&output));
    }
}

#[test]
fn nobody_at_the_endpoint_is_4_with_a_hint() {
    for args in [
        &["limits"][..],
        &["health"],
        &["search", "--nature", "sport"],
        &["profile", "list"],
    ] {
        let output = run(&[args, &NOBODY].concat());
        assert_eq!(code(&output), 4, "{args:?}");
        let told = stderr(&output);
        assert!(
            told.contains("http://127.0.0.1:1") && told.contains("sosie demo"),
            "{told}"
        );
    }
}

#[test]
fn colours_are_for_terminals_and_no_color_is_honoured() {
    let coloured = |color: &str, no_color: Option<&str>| {
        let mut command = sosie();
        command.args(["limits", "--color", color]).args(NOBODY);
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        stderr(&command.output().unwrap()).contains('\u{1b}')
    };
    assert!(coloured("always", None));
    assert!(!coloured("never", None) && !coloured("auto", None));
    assert!(!coloured("auto", Some("1")));
}

#[test]
fn help_tells_the_exit_codes() {
    let help = run(&["--help"]);
    assert_eq!(code(&help), 0);
    assert!(stdout(&help).contains("Exit codes:") && stdout(&help).contains("3  not found"));
}
