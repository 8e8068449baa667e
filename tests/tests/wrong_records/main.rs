//! Wrong records, by every way in: each refused with its position, field and rule, and none of its values told.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod mapped;
mod run;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sosie_indexer::Input;
use sosie_tests::program;
use tempfile::TempDir;

use run::{Run, assert_no_canary};
use table::{Wrong, good, wrongs};

/// Position, field and rule that the wrongs are to be told by, the first at `first`.
fn expected(first: u64) -> Vec<(u64, String, String)> {
    let wrongs = (first..).zip(wrongs());
    wrongs
        .map(|(at, Wrong(_, _, field, rule))| (at, field.to_owned(), rule.to_owned()))
        .collect()
}

/// Lines of NDJSON: a good one, then every wrong one.
fn ndjson(dir: &Path) -> PathBuf {
    let records = std::iter::once(good()).chain(wrongs().into_iter().map(|wrong| wrong.record()));
    let lines: Vec<_> = records.map(|record| record.to_string()).collect();
    let file = dir.join("events.ndjson");
    std::fs::write(&file, lines.join("\n")).unwrap();
    file
}

#[test]
fn wrong_lines_of_ndjson_are_refused_by_field_and_rule() {
    let dir = TempDir::new().unwrap();
    let run = Run::of(Input::Ndjson(ndjson(dir.path())), dir);
    assert_eq!(run.rejects(), expected(2));
    let total = &run.summary().total;
    assert_eq!((total.indexed, total.refused), (1, wrongs().len() as u64));
    for Wrong(_, _, field, rule) in wrongs() {
        assert!(total.refusals.of(field, rule) > 0, "{field} {rule}");
    }
    eprintln!("wrong records: {} as NDJSON", wrongs().len());
}

#[test]
fn lines_that_are_no_record_are_refused_as_a_whole() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("events.ndjson");
    let mut bytes = format!("{}\n", good()).into_bytes();
    for line in [
        &b"{\"event_id\":\"canary-731942"[..],
        b"\"731942\"",
        b"731942",
        b"\xffcanary731942",
    ] {
        bytes.extend(line);
        bytes.push(b'\n');
    }
    bytes.extend(format!("{} canary731942\n", good()).into_bytes());
    std::fs::write(&file, bytes).unwrap();
    let run = Run::of(Input::Ndjson(file), dir);
    let told = run.rejects();
    let of = |at: usize| (told[at].0, told[at].1.as_str(), told[at].2.as_str());
    assert_eq!(told.len(), 5);
    assert_eq!(of(1), (3, "", "MALFORMED"));
    assert_eq!(of(2), (4, "", "MALFORMED"));
    assert_eq!(of(3), (5, "", "NOT_UTF8"));
    assert_eq!(of(4), (6, "", "MALFORMED"));
    assert_eq!((of(0).0, of(0).2), (2, "MALFORMED"));
    assert_eq!(run.summary().total.refused, 5);
}

/// Values by their places would be taken without a name: a GeoJSON position has the longitude first.
#[test]
fn a_list_in_the_place_of_an_object_is_refused() {
    let whole = json!([
        "canary-731942",
        null,
        "HELD",
        null,
        null,
        null,
        "2024-06-01T18:00:00Z",
        "2024-06-01T23:00:00Z",
        "Europe/Paris",
        "EXACT",
        null,
        null,
        null,
        null,
        null,
        null,
        "canary-731942",
    ]);
    let with = |field: &str, value: Value| {
        let mut record = good();
        record["event_id"] = json!("canary-731942");
        record[field] = value;
        record
    };
    let lines = [
        (whole, ""),
        (with("location", json!([5.39731942, 43.27])), "location"),
        (
            with("participants", json!([731942, null, null, "PEAK"])),
            "participants",
        ),
        (
            with(
                "footprint",
                json!(["Polygon", [[[5, 43], [6, 43], [6, 44], [5, 43]]]]),
            ),
            "footprint",
        ),
    ];
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("events.ndjson");
    let text: String = lines.iter().map(|(line, _)| format!("{line}\n")).collect();
    std::fs::write(&file, format!("{text}{}\n", good())).unwrap();
    let run = Run::of(Input::Ndjson(file), dir);
    let expected = (1..)
        .zip(&lines)
        .map(|(at, (_, field))| (at, field.to_string(), "MALFORMED".into()));
    assert_eq!(run.rejects(), expected.collect::<Vec<_>>());
    assert_eq!(run.summary().total.indexed, 1);
}

/// A key is input like a value: one that is not the name of a field is told as `?`.
#[test]
fn a_key_that_is_no_name_is_not_told() {
    let mut outcome = good();
    outcome["outcomes"] = json!({"Canary Dupont 0612731942": "x"});
    let mut unknown = good();
    unknown["a`Canary Dupont 731942"] = json!(1);
    let mut ending = good();
    ending["Canary Dupont 731942`"] = json!(1);
    let mut within = good();
    within["location"]["a`Canary Dupont 731942"] = json!(1);
    let lines = [
        (outcome, "outcomes.?", "MALFORMED"),
        (unknown, "?", "UNKNOWN_FIELD"),
        (ending, "?", "UNKNOWN_FIELD"),
        (within, "location.?", "UNKNOWN_FIELD"),
    ];
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("events.ndjson");
    let text: String = lines.iter().map(|(line, ..)| format!("{line}\n")).collect();
    std::fs::write(&file, format!("{text}{}\n", good())).unwrap();
    let run = Run::of(Input::Ndjson(file), dir);
    let expected = (1..)
        .zip(&lines)
        .map(|(at, (_, field, rule))| (at, field.to_string(), rule.to_string()));
    let told = run.rejects();
    assert_eq!(told, expected.collect::<Vec<_>>());
    let text = std::fs::read_to_string(run.dir.path().join("rejects.ndjson")).unwrap();
    assert!(!text.contains("Dupont") && !text.contains("0612"), "{text}");
    assert_eq!(run.summary().total.indexed, 1);
}

#[test]
fn wrong_features_of_geojson_are_refused_by_field_and_rule() {
    let feature = |mut properties: Value| {
        // Where the record says it itself, the feature has no geometry.
        properties["outcomes"].take();
        json!({"type": "Feature", "geometry": null, "properties": properties})
    };
    let wrongs: Vec<_> = wrongs()
        .into_iter()
        .filter(|wrong| wrong.0 != "/outcomes")
        .collect();
    let mut features = vec![feature(good())];
    features.extend(wrongs.iter().map(|wrong| feature(wrong.record())));
    let mut expected: Vec<_> = (2..)
        .zip(&wrongs)
        .map(|(at, Wrong(_, _, field, rule))| (at, field.to_string(), rule.to_string()))
        .collect();
    // What only GeoJSON can get wrong: its geometry, and members of its own.
    let bow_tie = json!([[
        [5.0, 43.0],
        [5.1, 43.1],
        [5.1, 43.0],
        [5.0, 43.1731942],
        [5.0, 43.0]
    ]]);
    for (geometry, field, rule) in [
        (
            json!({"type": "Point", "coordinates": [5.0, 91.731942]}),
            "location.latitude",
            "OUT_OF_RANGE",
        ),
        (
            json!({"type": "Polygon", "coordinates": bow_tie}),
            "footprint.coordinates",
            "INVALID_GEOMETRY",
        ),
    ] {
        let mut wrong = feature(good());
        wrong["properties"]["location"].take();
        wrong["geometry"] = geometry;
        features.push(wrong);
        expected.push((features.len() as u64, field.to_owned(), rule.to_owned()));
    }
    let mut wrong = feature(good());
    wrong["canary-731942"] = json!(1);
    features.push(wrong);
    expected.push((
        features.len() as u64,
        "?".to_owned(),
        "UNKNOWN_FIELD".to_owned(),
    ));
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("events.geojson");
    let collection = json!({"type": "FeatureCollection", "features": features});
    std::fs::write(&file, collection.to_string()).unwrap();
    let run = Run::of(Input::GeoJson(file), dir);
    assert_eq!(run.rejects(), expected);
    assert_eq!(run.summary().total.indexed, 1);
    eprintln!("wrong records: {} as GeoJSON", expected.len());
}

#[test]
fn the_program_tells_no_value_on_its_outputs() {
    for json in [false, true] {
        let dir = TempDir::new().unwrap();
        let mut command = Command::new(program("sosie-indexer"));
        command
            .arg("reindex")
            .arg("--generations")
            .arg(dir.path().join("generations"));
        command
            .arg("--ndjson")
            .arg(ndjson(dir.path()))
            .args(["--max-rejects", "100%"]);
        command.args(json.then_some("--json"));
        let output = command.env("RUST_LOG", "trace").output().unwrap();
        assert!(output.status.success(), "{output:?}");
        for text in [output.stdout, output.stderr] {
            assert_no_canary(&String::from_utf8(text).unwrap());
        }
        // By default the rejects are told in the directory of generations.
        for entry in std::fs::read_dir(dir.path().join("generations")).unwrap() {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "ndjson")
            {
                assert_no_canary(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
}
