use parquet::basic::Compression;
use sosie_indexer::{Input, ReindexError, Summary};

use crate::bench::{Bench, assert_counts, line, only_refusal};
use crate::tables::{Table, Values, texts};

fn run(bench: &Bench, table: &Table) -> Result<Summary, ReindexError> {
    run_bytes(bench, table.bytes())
}

fn run_bytes(bench: &Bench, bytes: Vec<u8>) -> Result<Summary, ReindexError> {
    bench.run(vec![Input::Parquet(bench.write("events.parquet", bytes))])
}

/// 2024-06-01T16:00:00Z, the start of the events of [`line`].
const START_MICROS: i64 = 1_717_257_600_000_000;

const ROWS: usize = 3_000;

/// The members of the event of a row past those of [`line`], in JSON.
fn members(row: usize) -> String {
    let mut members = Vec::new();
    if !row.is_multiple_of(3) {
        members.push(format!(r#""nature":"sport/n{}""#, row % 40));
        members.push(format!(r#""series_id":"s{}""#, row / 7));
    }
    if !row.is_multiple_of(4) {
        let (latitude, longitude) = place(row);
        members.push(format!(
            r#""location":{{"latitude":{latitude},"longitude":{longitude}}}"#
        ));
    }
    match row % 5 {
        0 => {}
        1 => members.push(format!(r#""participants":{{"best":{row}}}"#)),
        _ => members.push(format!(
            r#""participants":{{"best":{row},"low":{},"high":{},"basis":"PEAK"}}"#,
            row / 2,
            row * 2
        )),
    }
    if row % 6 == 1 {
        members.push(r#""outcomes":{"officers":12,"barriers":2.5}"#.to_owned());
    }
    if row % 6 == 2 {
        members.push(r#""outcomes":{"officers":7}"#.to_owned());
    }
    if !row.is_multiple_of(7) {
        members.push(format!(r#""footprint_area_m2":{}.5"#, row + 1));
    }
    if row.is_multiple_of(100) {
        members.push(format!(r#""footprint":{FOOTPRINT}"#));
    }
    members.push(r#""known_time":"2024-06-02T00:00:00.000001Z""#.to_owned());
    members.iter().map(|member| format!(",{member}")).collect()
}

const FOOTPRINT: &str =
    r#"{"type":"LineString","coordinates":[[5.37,43.29],[5.38,43.3]],"width_m":12}"#;

fn place(row: usize) -> (f64, f64) {
    (43.0 + row as f64 / 10_000.0, 5.0 + row as f64 / 3_000.0)
}

fn rows<T>(of: impl Fn(usize) -> Option<T>) -> Vec<Option<T>> {
    (0..ROWS).map(of).collect()
}

/// The events of [`line`] with [`members`], with times of `unit` or as texts.
#[allow(
    clippy::too_many_lines,
    reason = "a table of columns, one after the other"
)]
fn table(unit: Option<(&str, i64)>) -> Table {
    let ids: Vec<_> = (0..ROWS).map(|row| format!("e{row}")).collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let with_members = |row: usize| row % 5 > 1;
    let mut table = Table::of_events(&ids);
    if let Some((unit, per_milli)) = unit {
        let times = |micros: i64| {
            let count = i128::from(micros) * i128::from(per_milli) / 1_000;
            Values::Int64(rows(|_| i64::try_from(count).ok()))
        };
        let declared = |field| format!("required int64 {field} (TIMESTAMP({unit},true))");
        table = table.without("start_time").without("end_time");
        table = table
            .with(&declared("start_time"), times(START_MICROS))
            .with(
                &declared("end_time"),
                times(START_MICROS + 3 * 3_600_000_000),
            );
    }
    table
        .with(
            "optional binary nature (STRING)",
            Values::Text(rows(|row| {
                (!row.is_multiple_of(3)).then(|| format!("sport/n{}", row % 40))
            })),
        )
        .with(
            "optional binary series_id (ENUM)",
            Values::Text(rows(|row| {
                (!row.is_multiple_of(3)).then(|| format!("s{}", row / 7))
            })),
        )
        .with(
            "optional group location { required double latitude; required double longitude; }",
            Values::Double(rows(|row| (!row.is_multiple_of(4)).then(|| place(row).0))),
        )
        .with(
            "",
            Values::Double(rows(|row| (!row.is_multiple_of(4)).then(|| place(row).1))),
        )
        .with(
            "optional group participants { required int64 best; optional int32 low; \
             optional int64 high (INTEGER(64,false)); optional binary basis (STRING); }",
            Values::Int64(rows(|row| (!row.is_multiple_of(5)).then_some(row as i64))),
        )
        .with(
            "",
            Values::Int32(rows(|row| with_members(row).then_some(row as i32 / 2))),
        )
        .with(
            "",
            Values::Int64(rows(|row| with_members(row).then_some(row as i64 * 2))),
        )
        .with(
            "",
            Values::Text(rows(|row| with_members(row).then(|| "PEAK".to_owned()))),
        )
        .with(
            "optional float footprint_area_m2",
            Values::Float(rows(|row| {
                (!row.is_multiple_of(7)).then_some(row as f32 + 1.5)
            })),
        )
        .with(
            "optional binary footprint (JSON)",
            Values::Text(rows(|row| {
                (row.is_multiple_of(100)).then(|| FOOTPRINT.to_owned())
            })),
        )
        .with(
            "optional int64 known_time (TIMESTAMP(MICROS,true))",
            Values::Int64(rows(|_| Some(1_717_286_400_000_001))),
        )
}

fn with_map(table: Table) -> Table {
    let list = |row: usize| match row % 6 {
        1 => vec![("officers", 12.0), ("barriers", 2.5)],
        2 => vec![("officers", 7.0)],
        _ => vec![],
    };
    let codes = |row| list(row).into_iter().map(|(code, _)| code).collect();
    let counts = |row| {
        list(row)
            .into_iter()
            .map(|(_, count)| Some(count))
            .collect()
    };
    table
        .with(
            "optional group outcomes (MAP) { repeated group key_value { \
             required binary key (STRING); optional double value; } }",
            Values::Codes((0..ROWS).map(codes).collect()),
        )
        .with("", Values::Counts((0..ROWS).map(counts).collect()))
}

fn with_group(table: Table) -> Table {
    let officers = |row| match row % 6 {
        1 => Some(12),
        2 => Some(7),
        _ => None,
    };
    table
        .with(
            "optional group outcomes { optional int32 officers; optional double barriers; }",
            Values::Int32(rows(officers)),
        )
        .with(
            "",
            Values::Double(rows(|row| (row % 6 == 1).then_some(2.5))),
        )
}

#[test]
fn a_parquet_file_and_the_same_events_as_ndjson_have_one_content_digest() {
    let bench = Bench::new();
    let lines = (0..ROWS).map(|row| line(&format!("e{row}"), &members(row)));
    assert_counts(
        &bench.ndjson(lines.collect::<String>()).unwrap(),
        3_000,
        3_000,
        0,
    );
    let expected = bench.manifest();
    let nanos = with_group(table(Some(("NANOS", 1_000_000)))).of_groups(700);
    for (name, table) in [
        (
            "texts",
            with_map(table(None)).compressed(Compression::SNAPPY),
        ),
        (
            "micros",
            with_map(table(Some(("MICROS", 1_000)))).of_groups(1_024),
        ),
        (
            "nanos",
            nanos.compressed(Compression::ZSTD(Default::default())),
        ),
        (
            "millis",
            with_group(table(Some(("MILLIS", 1)))).compressed(Compression::LZ4_RAW),
        ),
        (
            "gzip",
            with_map(table(None)).compressed(Compression::GZIP(Default::default())),
        ),
    ] {
        let bytes = table.bytes();
        let sha256 = sosie_similarity::Digest::of(&bytes).to_string();
        let summary = run_bytes(&bench, bytes).unwrap();
        assert_counts(&summary, 3_000, 3_000, 0);
        assert_eq!(summary.inputs[0].sha256, sha256, "{name}");
        let manifest = bench.manifest();
        assert_eq!(manifest.content_digest, expected.content_digest, "{name}");
        assert_eq!(
            manifest.sources[0].input_sha256s[0].to_string(),
            sha256,
            "{name}"
        );
    }
}

#[test]
fn wrong_rows_are_refused_with_row_field_and_rule() {
    let bench = Bench::new();
    let ids = ["ok", "a b", "b", "c", "d", "e", "f", "g", "h"];
    let some = |at: usize, of: f64| {
        Values::Double(
            (0..ids.len())
                .map(|row| (row == at).then_some(of))
                .collect(),
        )
    };
    let lists = |of: fn(usize) -> usize| (0..ids.len()).map(of);
    let codes = lists(|row| [0, 0, 0, 0, 2, 1, 1, 65, 0][row]);
    let codes: Vec<Vec<_>> = codes.map(|codes| vec!["officers"; codes]).collect();
    let counts = codes.iter().enumerate().map(|(row, codes)| {
        let count = (row != 5).then_some(if row == 6 { -1.0 } else { 1.0 });
        vec![count; codes.len()]
    });
    let counts = Values::Counts(counts.collect());
    let counted = (0..ids.len()).map(|row| (row == 3).then_some(-1));
    let mut times = vec![Some(START_MICROS * 1_000); ids.len()];
    times[8] = Some(START_MICROS * 1_000 + 1);
    let table = Table::of_events(&ids)
        .without("start_time")
        .with(
            "optional int64 start_time (TIMESTAMP(NANOS,true))",
            Values::Int64(times),
        )
        .with(
            "optional group location { optional double latitude; optional double longitude; }",
            some(2, 43.0),
        )
        .with("", some(9, 0.0))
        .with(
            "optional group participants { optional int32 best; }",
            Values::Int32(counted.collect()),
        )
        .with(
            "optional group outcomes (MAP) { repeated group key_value { \
             required binary key (STRING); optional double value; } }",
            Values::Codes(codes),
        )
        .with("", counts);
    let summary = run(&bench, &table.of_groups(4)).unwrap();
    assert_counts(&summary, 9, 1, 8);
    let expected = [
        (2, "event_id", "MALFORMED"),
        (3, "location.longitude", "REQUIRED"),
        (4, "participants.best", "MALFORMED"),
        (5, "outcomes", "DUPLICATE"),
        (6, "outcomes", "MALFORMED"),
        (7, "outcomes.officers", "OUT_OF_RANGE"),
        (8, "outcomes", "DUPLICATE"),
        (9, "start_time", "TOO_FINE"),
    ];
    let rejects = bench.rejects();
    let rejects = rejects.lines().map(|line| {
        let reject: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| reject[key].as_str().unwrap().to_owned();
        (
            reject["position"].as_u64().unwrap(),
            text("field"),
            text("rule"),
        )
    });
    let expected = expected.map(|(row, field, rule)| (row, field.to_owned(), rule.to_owned()));
    assert_eq!(rejects.collect::<Vec<_>>(), expected);
}

#[test]
fn texts_are_checked_to_be_utf8_and_to_have_an_end() {
    let bench = Bench::new();
    let footprint = |text: String| {
        let table =
            Table::of_events(&["a"]).with("optional binary footprint (STRING)", texts([text]));
        only_refusal(
            &run(&bench, &table.with("optional binary nature", texts(["x"]))).unwrap_err_summary(),
        )
    };
    let max = sosie_similarity::limits::RECORD_BYTES_MAX;
    let is = |field: &str, rule: &str| (field.to_owned(), rule.to_owned());
    assert_eq!(footprint(" ".repeat(max)), is("footprint", "MALFORMED"));
    assert_eq!(footprint(" ".repeat(max + 1)), is("footprint", "TOO_LONG"));
    assert_eq!(
        footprint(r#"{"type":"Point","coordinates":[5,43]}"#.to_owned()),
        is("footprint.type", "MALFORMED")
    );
    let table = Table::of_events(&["aXXXXb"]);
    let bytes = table.bytes();
    let at = bytes.windows(4).position(|bytes| bytes == b"XXXX").unwrap();
    let bytes = [&bytes[..at], b"\xff\xff\xff\xff", &bytes[at + 4..]].concat();
    let summary = run_bytes(&bench, bytes).unwrap_err_summary();
    assert_eq!(only_refusal(&summary), is("event_id", "NOT_UTF8"));
}

trait UnwrapErrSummary {
    /// The summary of a run without an event.
    fn unwrap_err_summary(self) -> Summary;
}

impl UnwrapErrSummary for Result<Summary, ReindexError> {
    fn unwrap_err_summary(self) -> Summary {
        match self {
            Err(ReindexError::NoEvent { summary }) => *summary,
            other => panic!("{other:?}"),
        }
    }
}
