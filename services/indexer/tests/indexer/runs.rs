use std::fs;
use std::path::PathBuf;

use sosie_indexer::{
    Declarations, Input, NoProgress, Phase, Progress, ReindexError, ReindexJob, Seen, reindex,
    report,
};

use crate::bench::{Bench, TIMES, assert_counts, line, mapping};

/// A text that no file, message or error of a run may repeat.
const CANARY: &str = "jean.dupont@example.org";

#[test]
fn the_limit_of_refused_records_holds_to_the_last_record() {
    let bench = Bench::new();
    let of = |bad: usize| {
        let bad = "{}\n".repeat(bad);
        let good: String = (0..(10 - bad.len() / 3))
            .map(|at| line(&format!("e{at}"), ""))
            .collect();
        good + &bad
    };
    let run = |bad, limit: &str| {
        let mut job = bench.job(vec![Input::Ndjson(bench.write("events.ndjson", of(bad)))]);
        job.max_rejects = limit.parse().unwrap();
        reindex(job, &mut NoProgress)
    };
    for (limit, at_limit) in [("0", 0), ("3", 3), ("20%", 2), ("0%", 0)] {
        assert_counts(
            &run(at_limit, limit).unwrap(),
            10,
            10 - at_limit as u64,
            at_limit as u64,
        );
        let current = fs::read(bench.generations().join("CURRENT")).unwrap();
        let error = run(at_limit + 1, limit).unwrap_err();
        let ReindexError::TooManyRejects { summary, .. } = &error else {
            panic!("{error}")
        };
        assert_counts(summary, 10, 9 - at_limit as u64, at_limit as u64 + 1);
        assert_eq!(summary.generation, None);
        // What was served is served still, and the rejects are told.
        assert_eq!(
            fs::read(bench.generations().join("CURRENT")).unwrap(),
            current
        );
        assert_eq!(bench.rejects().lines().count(), at_limit + 1);
    }
    let names = fs::read_dir(bench.generations()).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let generations = ["gen-000001", "gen-000002", "gen-000003", "gen-000004"];
    assert_eq!(names, [&[".lock", "CURRENT"], &generations[..]].concat());
}

#[test]
fn no_value_of_a_refused_record_leaves_the_run() {
    let bench = Bench::new();
    let ndjson = [
        line("good", ""),
        line(CANARY, ""),
        line("a", &format!(r#","{CANARY}":1"#)),
        line("b", &format!(r#","nature":"{CANARY}""#)),
        line("c", &format!(r#","participants":{{"best":"{CANARY}"}}"#)),
        line("d", &format!(r#","outcomes":{{"{CANARY}":1}}"#)),
        line("e", "").replace("\"made\"", &format!("\"{CANARY}\"")),
        line("f", "").replace("Europe/Paris", CANARY),
        format!("{CANARY}\n"),
    ];
    let fields = format!(
        "{TIMES}\nparticipants = {{ best = \"best\" }}\nlocation = {{ latitude = \"lat\", longitude = \"lon\", on_invalid = \"missing\" }}"
    );
    let day = "2024-06-01,2024-06-01";
    let csv = format!(
        "id,start,end,best,lat,lon\n{CANARY},{day},,,\nx,{CANARY},2024-06-01,,,\ny,{day},{CANARY},,\nz,{day},,{CANARY},1\nw,{CANARY}\n"
    );
    let feature = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","{CANARY}":1,"properties":{{}}}},{{"type":"Feature","properties":{{"{CANARY}":1}},"geometry":{{"type":"{CANARY}"}}}}]}}"#
    );
    let summary = bench
        .run(vec![
            Input::Ndjson(bench.write("events.ndjson", ndjson.concat())),
            Input::GeoJson(bench.write("events.geojson", feature)),
            Input::Mapped {
                mapping: bench.write("mapping.toml", mapping("", &fields)),
                file: bench.write("rows.csv", csv),
            },
        ])
        .unwrap();
    assert_counts(&summary, 16, 2, 14);
    let mut table = Vec::new();
    report::write_summary(&mut table, &summary).unwrap();
    let json = serde_json::to_string(&summary).unwrap();
    let told = [String::from_utf8(table).unwrap(), json, bench.rejects()].concat();
    assert!(!told.contains(CANARY) && !told.contains("dupont"), "{told}");
}

#[test]
fn rejects_have_a_file_of_their_own_by_default_and_none_if_there_are_none() {
    let bench = Bench::new();
    let run = |text: String| {
        let mut job = bench.job(vec![Input::Ndjson(bench.write("events.ndjson", text))]);
        job.rejects = None;
        reindex(job, &mut NoProgress).unwrap()
    };
    assert_eq!(run(line("a", "")).rejects_file, None);
    let path = run(line("a", "") + "{}\n").rejects_file.unwrap();
    assert_eq!(
        path,
        bench
            .generations()
            .join("rejects-20240701T000000.000Z.ndjson")
    );
    assert_eq!(fs::read_to_string(path).unwrap().lines().count(), 1);
}

#[test]
fn an_input_is_never_written_over() {
    let bench = Bench::new();
    let path = bench.write("rejects.ndjson", line("a", "") + "{}\n");
    let error = bench.run(vec![Input::Ndjson(path.clone())]).unwrap_err();
    assert!(matches!(error, ReindexError::RejectsTaken { .. }));
    assert_eq!(fs::read_to_string(path).unwrap().lines().count(), 2);
}

/// A run whose rejects would go to `rejects`: refused, and the file is what it was.
#[track_caller]
fn assert_taken(mut job: ReindexJob, rejects: PathBuf) {
    let before = fs::read(&rejects).ok();
    job.rejects = Some(rejects.clone());
    let error = reindex(job, &mut NoProgress).unwrap_err();
    assert!(
        matches!(error, ReindexError::RejectsTaken { .. }),
        "{rejects:?}: {error}"
    );
    assert_eq!(fs::read(&rejects).ok(), before, "{rejects:?}");
}

#[test]
fn nothing_that_a_run_reads_is_written_over() {
    let bench = Bench::new();
    fs::create_dir(bench.path("maps")).unwrap();
    let map = bench.write(
        "maps/map.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"one"},
        "geometry":{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]]]}}]}"#,
    );
    let fields = format!(
        "{TIMES}\n{}\n{}",
        r#"location = { latitude = "lat", longitude = "lon" }"#,
        r#"sector = { map = { file = "maps/map.geojson" }, levels = [{ property = "name" }] }"#
    );
    let mapping = bench.write("mapping.toml", mapping("", &fields));
    let text = "id,start,end,lat,lon\na,2024-06-01,2024-06-01,43.1,5.1\nb,gone,gone,,\n";
    let file = bench.write("rows.csv", text);
    let sources = bench.write("sources.toml", "");
    let mut job = bench.job(vec![Input::Mapped {
        mapping: mapping.clone(),
        file: file.clone(),
    }]);
    job.declarations = Declarations::read(&sources).unwrap();
    for read in [
        mapping,
        map,
        file,
        sources,
        bench.path("maps/../sources.toml"),
    ] {
        assert_taken(job.clone(), read);
    }
    let summary = reindex(job, &mut NoProgress).unwrap();
    assert_counts(&summary, 2, 1, 1);
}

#[test]
fn no_part_of_the_generations_is_written_over() {
    let bench = Bench::new();
    let input = Input::Ndjson(bench.write("events.ndjson", line("a", "") + "{}\n"));
    let job = bench.job(vec![input]);
    let generations = bench.generations();
    let parts = ["CURRENT", ".next-CURRENT", "gen-000001/MANIFEST.json"];
    for part in parts {
        assert_taken(job.clone(), generations.join(part));
    }
    assert!(!generations.exists());
    reindex(job.clone(), &mut NoProgress).unwrap();
    for part in parts {
        assert_taken(job.clone(), generations.join(part));
    }
    bench.snapshot();
}

#[test]
fn a_missing_file_among_several_stops_the_run_before_anything_is_read() {
    let bench = Bench::new();
    let good = Input::Ndjson(bench.write("events.ndjson", line("a", "") + "{}\n"));
    assert!(
        bench
            .run(vec![good, Input::Ndjson(bench.path("gone.ndjson"))])
            .is_err()
    );
    assert_eq!(bench.rejects(), "");
    assert!(!bench.generations().exists());
}

#[test]
fn one_data_set_is_declared_once() {
    let bench = Bench::new();
    let csv = bench.write("rows.csv", "id,start,end\na,2024-06-01,2024-06-01\n");
    let other = bench.write("other.csv", "id,start,end\nb,2024-06-01,2024-06-01\n");
    let mapped = |mapping, file| Input::Mapped { mapping, file };
    let one = bench.write("1.toml", mapping("", TIMES));
    let two = bench.write("2.toml", mapping("", TIMES).replace("\"Made\"", "\"Else\""));
    let twice = bench.run(vec![
        mapped(one.clone(), csv.clone()),
        mapped(two, other.clone()),
    ]);
    assert!(
        twice
            .unwrap_err()
            .to_string()
            .contains("`made` is declared twice")
    );
    let summary = bench
        .run(vec![mapped(one.clone(), csv), mapped(one, other)])
        .unwrap();
    assert_counts(&summary, 2, 2, 0);
    let source = &bench.manifest().sources[0];
    assert_eq!(
        (source.read, source.indexed, source.input_sha256s.len()),
        (2, 2, 4)
    );
    assert_eq!(
        source.input_sha256s[0].to_string(),
        summary.inputs[0].sha256
    );
}

#[test]
fn a_header_without_rows_publishes_nothing() {
    let bench = Bench::new();
    let error = bench
        .csv(&mapping("", TIMES), "id,start,end\n")
        .unwrap_err();
    assert!(matches!(error, ReindexError::NoEvent { .. }));
    assert!(!bench.is_published());
}

/// Cancels when the run tells that it reads.
struct Canceller(sosie_index::Cancel);

impl Progress for Canceller {
    fn begin(&mut self, total_bytes: u64) {
        assert!(total_bytes > 0);
    }
    fn advance(&mut self, seen: Seen) {
        assert_eq!(seen.records, 1_000);
        self.0.cancel();
    }
    fn begin_phase(&mut self, _phase: Phase) {
        panic!("a cancelled run publishes nothing");
    }
    fn end(&mut self) {}
}

#[test]
fn a_cancelled_run_publishes_nothing() {
    let bench = Bench::new();
    let text: String = (0..2_000).map(|at| line(&format!("e{at}"), "")).collect();
    let job = bench.job(vec![Input::Ndjson(bench.write("events.ndjson", text))]);
    let mut canceller = Canceller(job.cancel.clone());
    assert!(matches!(
        reindex(job, &mut canceller),
        Err(ReindexError::Cancelled)
    ));
    assert!(!bench.is_published());
}

#[test]
fn records_replace_earlier_ones_whatever_chunk_or_file_they_are_in() {
    let bench = Bench::new();
    let many = |sector: &str| -> String {
        let more = format!(r#","sector":"{sector}""#);
        (0..2_500)
            .map(|at| line(&format!("e{at}"), &more))
            .collect()
    };
    let once = line("once", "");
    let first = bench.write("1.ndjson", many("a") + "{}\n" + &many("b"));
    let second = bench.write("2.ndjson", once + &many("c"));
    let (first, second) = (Input::Ndjson(first), Input::Ndjson(second));
    let summary = bench.run(vec![first, second]).unwrap();
    let tallies = summary.inputs.iter().map(|input| &input.tally);
    let counts: Vec<_> = tallies
        .chain([&summary.total])
        .map(|tally| [tally.read, tally.indexed, tally.replaced, tally.refused])
        .collect();
    let expected = [
        [5_001, 2_500, 2_500, 1],
        [2_501, 1, 2_500, 0],
        [7_502, 2_501, 5_000, 1],
    ];
    assert_eq!(counts, expected);
    assert!(summary.total.adds_up());
    let sectors = |id| bench.event(id).parts().stated.sector.clone();
    assert_eq!(sectors("e0").unwrap().as_str(), "c");
    assert_eq!(sectors("e2499").unwrap().as_str(), "c");
    assert_eq!(summary.event_count, 2_501);
    let source = &bench.manifest().sources[0];
    assert_eq!(
        [source.read, source.indexed, source.refused],
        [7_501, 7_501, 0]
    );
}

#[test]
fn refused_records_are_told_in_the_order_of_their_file() {
    let bench = Bench::new();
    let text: String = (0..5_000)
        .map(|at| {
            if at % 7 == 0 {
                "{}\n".to_owned()
            } else {
                line(&format!("e{at}"), "")
            }
        })
        .collect();
    bench.ndjson(text).unwrap();
    let position = |line: &str| -> u64 {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["position"].as_u64().unwrap()
    };
    let positions: Vec<_> = bench.rejects().lines().map(position).collect();
    assert!(positions.iter().copied().eq((1..=5_000).step_by(7)));
}

/// Keeps the phases of a run.
struct Phases(Vec<Phase>);

impl Progress for Phases {
    fn begin(&mut self, _total_bytes: u64) {}
    fn advance(&mut self, _seen: Seen) {}
    fn begin_phase(&mut self, phase: Phase) {
        self.0.push(phase);
    }
    fn end(&mut self) {}
}

#[test]
fn every_long_phase_is_told_as_it_begins() {
    let bench = Bench::new();
    let job = bench.job(vec![Input::Ndjson(
        bench.write("events.ndjson", line("a", "")),
    )]);
    let mut phases = Phases(Vec::new());
    reindex(job, &mut phases).unwrap();
    let expected = [
        Phase::Writing,
        Phase::FindingReplaced,
        Phase::BuildingStructure,
        Phase::Publishing,
    ];
    assert_eq!(phases.0, expected);
}
