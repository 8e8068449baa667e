use std::process::{Command, Output};

use crate::bench::{Bench, TIMES, line, mapping};

fn run(bench: &Bench, args: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_sosie-indexer");
    Command::new(program)
        .current_dir(bench.path(""))
        .args(args)
        .output()
        .unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn exit_status_tells_published_failed_misused_and_refused() {
    let bench = Bench::new();
    bench.write("good.ndjson", line("a", ""));
    bench.write("bad.ndjson", line("a", "") + "{}\n");
    let reindex = |more: &[&str]| run(&bench, &[&["reindex", "--generations", "g"], more].concat());
    assert_eq!(reindex(&["--ndjson", "good.ndjson"]).status.code(), Some(0));
    let failed = reindex(&["--ndjson", "gone.ndjson"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stderr(&failed).contains("gone.ndjson"),
        "{}",
        stderr(&failed)
    );
    for misused in [
        &[][..],
        &["--ndjson", "good.ndjson", "--max-rejects", "some"],
        &["--mapped", "m.toml"],
        &["--keep", "0", "--ndjson", "good.ndjson"],
    ] {
        assert_eq!(reindex(misused).status.code(), Some(2), "{misused:?}");
    }
    let refused = reindex(&["--ndjson", "bad.ndjson"]);
    assert_eq!(refused.status.code(), Some(3));
    let table = String::from_utf8_lossy(&refused.stdout).into_owned();
    assert!(
        table.contains("nothing was published") && table.contains("REQUIRED"),
        "{table}"
    );
    assert!(stderr(&refused).contains("1 of 2 records were refused, more than the limit of 10%"));
    let listed = json(&run(
        &bench,
        &["generations", "--generations", "g", "--json"],
    ));
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(
        (&listed[0]["generation"], &listed[0]["event_count"]),
        (&"gen-000001".into(), &1.into())
    );
}

#[test]
fn all_kinds_of_input_are_read_in_the_documented_order() {
    let bench = Bench::new();
    bench.write("a.ndjson", line("x", ""));
    bench.write("b.ndjson", line("x", "") + &line("y", ""));
    let properties = line("x", "").trim().to_owned();
    bench.write("c.geojson", format!(r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":null}}]}}"#));
    bench.write("m.toml", mapping("", TIMES));
    bench.write("d.csv", "id,start,end\nz,2024-06-01,2024-06-01\n");
    bench.write("e.csv", "id,start,end\nz,2024-06-02,2024-06-02\n");
    let output = run(
        &bench,
        &[
            "reindex",
            "--generations",
            "g",
            "--mapped",
            "m.toml",
            "d.csv",
            "--geojson",
            "c.geojson",
            "--ndjson",
            "a.ndjson",
            "--mapped",
            "m.toml",
            "e.csv",
            "--ndjson",
            "b.ndjson",
            "--json",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");
    let summary = json(&output);
    let files: Vec<_> = summary["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["file"].as_str().unwrap())
        .collect();
    assert_eq!(
        files,
        ["a.ndjson", "b.ndjson", "c.geojson", "d.csv", "e.csv"]
    );
    assert_eq!(
        (&summary["event_count"], &summary["total"]["replaced"]),
        (&3.into(), &3.into())
    );
}

#[test]
fn the_help_of_every_flag_says_something() {
    let bench = Bench::new();
    for command in ["reindex", "generations"] {
        let help = String::from_utf8(run(&bench, &[command, "-h"]).stdout).unwrap();
        for flag in help
            .lines()
            .filter(|line| line.trim_start().starts_with("--"))
        {
            assert!(
                flag.split_whitespace().count() > 2 || help.contains(&format!("{flag}\n   ")),
                "{flag}"
            );
        }
    }
}

#[test]
fn progress_is_told_in_lines_where_there_is_no_terminal() {
    let bench = Bench::new();
    bench.write("a.ndjson", line("x", ""));
    let output = run(
        &bench,
        &["reindex", "--generations", "g", "--ndjson", "a.ndjson"],
    );
    let told = stderr(&output);
    let begun: Vec<_> = told
        .lines()
        .map(|line| line.split(" after ").next().unwrap())
        .collect();
    assert_eq!(
        begun,
        [
            "reading 183 bytes",
            "writing the index",
            "looking for replaced records",
            "building the search structure",
            "publishing",
        ]
    );
    assert!(!told.contains('\u{1b}'));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("published gen-000001: 1 events"), "{table}");
    assert!(
        table.contains("warning: source `made` is not declared"),
        "{table}"
    );
}
