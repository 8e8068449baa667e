//! Wrong rows of a city's own file.

use sosie_indexer::Input;
use tempfile::TempDir;

use crate::run::{Run, assert_no_canary};

const MAPPING: &str = r#"
format = "csv"
[source]
source_id = "register"
name = "Register"
owner = "Town"
licence = "none"
collection_method = "Declared"
known_time = "end_time"
[fields]
event_id = "id"
state = { constant = "HELD" }
time_zone = { constant = "Europe/Paris" }
[fields.times]
start = "start"
end = "end"
formats = ["%Y-%m-%dT%H:%M:%S"]
precision = { constant = "EXACT" }
[fields.location]
latitude = "lat"
longitude = "lon"
[fields.participants]
best = "count"
[ignored]
note = "no free text enters the index"
"#;

fn mapped(header: &str, rows: &[&str]) -> Run {
    let dir = TempDir::new().unwrap();
    let (mapping, file) = (
        dir.path().join("mapping.toml"),
        dir.path().join("events.csv"),
    );
    std::fs::write(&mapping, MAPPING).unwrap();
    std::fs::write(&file, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    Run::of(Input::Mapped { mapping, file }, dir)
}

#[test]
fn wrong_rows_of_a_mapped_file_are_refused_by_field_and_rule() {
    let rows = [
        "a,2024-06-01T18:00:00,2024-06-01T20:00:00,43.2,5.3,800,x",
        "canary-731942,2024-06-01T18:00:00,2024-06-01T20:00:00,91.731942,5.3,800,canary731942",
        "canary-731942,2024-06-01T18:00:00,2024-06-01T17:00:00,43.2,5.3,800,canary731942",
        "canary-731942,2024-06-01T18:00:00,2024-06-01T20:00:00,43.2,5.3,-731942,canary731942",
        "canary-731942,2024-06-01T18:00:00,2024-06-01T20:00:00,43.2,5.3,canary731942,x",
        "canary 731942,2024-06-01T18:00:00,2024-06-01T20:00:00,43.2,5.3,800,x",
        "canary-731942,731942,2024-06-01T20:00:00,43.2,5.3,800,x",
        "canary-731942,2024-06-01T18:00:00,2024-06-01T20:00:00,43.2,5.3,800,x,canary731942",
    ];
    let run = mapped("id,start,end,lat,lon,count,note", &rows);
    let told = run.rejects();
    let fields: Vec<_> = told
        .iter()
        .map(|(_, field, rule)| (field.as_str(), rule.as_str()))
        .collect();
    let expected = [
        ("location.latitude", "OUT_OF_RANGE"),
        ("end_time", "END_BEFORE_START"),
        ("participants.best", "OUT_OF_RANGE"),
        ("participants.best", "MALFORMED"),
        ("event_id", "MALFORMED"),
        ("start_time", "MALFORMED"),
        ("", "COLUMN_COUNT"),
    ];
    assert_eq!(fields, expected);
    assert_eq!(run.summary().total.indexed, 1);
    eprintln!("wrong records: {} as CSV", expected.len());
}

#[test]
fn a_column_that_nobody_expects_ends_the_run_by_name() {
    let run = mapped(
        "id,start,end,lat,lon,count,note,organiser",
        &["1,2,3,4,5,6,7,731942"],
    );
    let error = run.result.unwrap_err().to_string();
    assert!(error.contains("`organiser`"), "{error}");
    assert_no_canary(&error);
}
