#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "any other error fails the test"
)]
use sosie_indexer::{
    Input, PARQUET_COLUMNS_MAX, ParquetProblem, ReindexError, SourceError, Summary,
};

use crate::bench::{Bench, TIMES, assert_counts, mapping};
use crate::tables::{Table, Values, texts};

/// What is wrong with the columns of a table; nothing is read of it then.
fn problem(table: &Table) -> ParquetProblem {
    let bench = Bench::new();
    let file = bench.write("wrong.parquet", table.bytes());
    let error = bench.run(vec![Input::Parquet(file)]).unwrap_err();
    assert!(error.to_string().contains("wrong.parquet: "), "{error}");
    assert!(
        !bench.generations().exists(),
        "checked before anything is made"
    );
    match error {
        ReindexError::Source(SourceError::Parquet { source, .. }) => source,
        other => panic!("{other}"),
    }
}

fn of_one() -> Table {
    Table::of_events(&["a"])
}

#[test]
fn a_column_that_is_no_field_is_an_error_that_names_it() {
    let with = |declared: &str| problem(&of_one().with(declared, texts(["x"]))).to_string();
    assert_eq!(
        with("optional binary title (STRING)"),
        "column `title` is no field of an event"
    );
    assert_eq!(
        with("optional group location { optional binary label; }"),
        "column `location.label` is no field of an event"
    );
    // A name that could be a value is not repeated.
    assert_eq!(
        with("optional binary jean@example.org"),
        "column 8 is no field of an event"
    );
    assert_eq!(
        with("optional binary location.latitude"),
        "column `location.latitude` has to be a number"
    );
}

#[test]
fn a_column_of_another_type_is_an_error_that_says_what_it_has_to_be() {
    let with =
        |declared: &str, values: Values| problem(&of_one().with(declared, values)).to_string();
    let no_value = || Values::Int64(vec![None]);
    for (declared, values, error) in [
        (
            "optional int64 nature",
            no_value(),
            "column `nature` has to be a UTF-8 string",
        ),
        (
            "repeated binary sector",
            Values::Codes(vec![vec![]]),
            "column `sector` has to be a UTF-8 string",
        ),
        (
            "optional int64 known_time (TIMESTAMP(MICROS,false))",
            no_value(),
            "column `known_time` has to be a timestamp that is adjusted to UTC, or an RFC 3339 time as a UTF-8 string",
        ),
        (
            "optional group participants { optional double best; }",
            Values::Double(vec![None]),
            "column `participants.best` has to be a whole number",
        ),
        (
            "optional int64 active_duration_s (DECIMAL(18,2))",
            no_value(),
            "column `active_duration_s` has to be a number",
        ),
        (
            "optional double location",
            Values::Double(vec![None]),
            "column `location` has to be a group of single values",
        ),
        (
            "optional int64 outcomes",
            no_value(),
            "column `outcomes` has to be a map of counts by code, or a group of counts",
        ),
        (
            "optional group outcomes { optional int64 Officers; }",
            no_value(),
            "column `outcomes.Officers` has to be named by a code, as an outcome is",
        ),
    ] {
        assert_eq!(with(declared, values), error, "{declared}");
    }
}

#[test]
fn every_field_that_an_event_needs_has_a_column_and_none_has_two() {
    assert_eq!(
        problem(&of_one().without("time_zone")),
        ParquetProblem::MissingColumn("time_zone")
    );
    let no_best = of_one().with(
        "optional group participants { optional int64 low; }",
        Values::Int64(vec![None]),
    );
    assert_eq!(
        problem(&no_best),
        ParquetProblem::MissingColumn("participants.best")
    );
    let twice = of_one().with("optional binary state (STRING)", texts(["HELD"]));
    assert_eq!(problem(&twice).to_string(), "column `state` is there twice");
}

#[test]
fn a_file_has_a_thousand_columns_at_most() {
    let of = |columns: usize| {
        (0..columns).fold(Table::new(), |table, at| {
            table.with(&format!("optional int64 c{at}"), Values::Int64(vec![None]))
        })
    };
    let at_limit = problem(&of(PARQUET_COLUMNS_MAX));
    assert!(
        matches!(at_limit, ParquetProblem::UnknownColumn(_)),
        "{at_limit}"
    );
    assert_eq!(
        problem(&of(PARQUET_COLUMNS_MAX + 1)),
        ParquetProblem::TooManyColumns
    );
}

fn mapped(bench: &Bench, mapping: &str, table: &Table) -> Result<Summary, ReindexError> {
    bench.run(vec![Input::Mapped {
        mapping: bench.write("mapping.toml", mapping.replace("\"csv\"", "\"parquet\"")),
        file: bench.write("rows.parquet", table.bytes()),
    }])
}

#[test]
fn a_mapping_reads_columns_of_every_type_as_cells() {
    let bench = Bench::new();
    let fields = r#"
times = { start = "begin", end = "until", formats = ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f"] }
participants = { best = "crowd.best" }
footprint_area_m2 = { column = "area", scale = 10000 }
active_duration_s = "open_s"
location = { latitude = "lat", longitude = "lon", on_invalid = "missing" }
outcomes = { officers = "officers", barriers = "barriers" }
"#;
    let ignored = "[ignored]\nnotes.list.element = \"free texts\"\nraw = \"binary\"";
    let ignored = ignored.replace("notes.list.element", "\"notes.list.element\"");
    let text = format!(
        "{}{ignored}\n",
        mapping("decimal = \",\"\nnull_markers = [\"NaN\"]", fields)
    );
    let begin = 1_717_257_600_123;
    let table = Table::new()
        .with("required int32 id", Values::Int32(vec![Some(7), Some(8)]))
        .with(
            "optional int64 begin (TIMESTAMP(MILLIS,true))",
            Values::Int64(vec![Some(begin), Some(begin)]),
        )
        .with(
            "optional int64 until (TIMESTAMP(MICROS,false))",
            Values::Int64(vec![Some((begin + 10_800_000) * 1_000), Some(i64::MAX)]),
        )
        .with("optional group crowd { optional int64 best; }", Values::Int64(vec![Some(12), None]))
        .with("optional float area", Values::Float(vec![Some(0.1), None]))
        .with("optional int32 open_s (DECIMAL(9,2))", Values::Int32(vec![Some(360_005), None]))
        .with("optional double lat", Values::Double(vec![Some(43.25), None]))
        .with("optional binary lon (STRING)", texts(["5,5", ""]))
        .with("optional boolean barriers", Values::Boolean(vec![None, None]))
        .with("optional double officers", Values::Double(vec![Some(f64::NAN), None]))
        .with(
            "optional group notes (LIST) { repeated group list { required binary element (STRING); } }",
            Values::Codes(vec![vec!["x", "y"], vec![]]),
        )
        .with("optional binary raw", texts(["x", "y"]));
    let summary = mapped(&bench, &text, &table).unwrap();
    assert_counts(&summary, 2, 1, 1);
    assert_eq!(
        summary.total.refusals.of("end_time", "NOT_IN_YEARS")
            + summary.total.refusals.of("end_time", "MALFORMED"),
        1
    );
    assert!(bench.rejects().contains(r#""position":2"#));
    let event = bench.event("7");
    let stated = &event.parts().stated;
    assert_eq!(event.parts().times.start().as_micros(), begin * 1_000);
    // Local times are those of Paris, two hours ahead.
    assert_eq!(
        event.parts().times.end().as_micros(),
        (begin + 3_600_000) * 1_000
    );
    assert_eq!(stated.participants.unwrap().best(), 12);
    assert_eq!(stated.footprint_area_m2, Some(0.1 * 10_000.0));
    assert_eq!(stated.active_duration_s, Some(3_600.05));
    assert_eq!(stated.location.unwrap().latitude_degrees(), 43.25);
    assert!(event.parts().outcomes.is_empty());
}

#[test]
fn a_mapping_accounts_for_every_column_and_reads_no_lists() {
    let bench = Bench::new();
    let day = || texts(["2024-06-01"]);
    let table = || {
        Table::new()
            .with("required binary id (STRING)", texts(["a"]))
            .with("required binary start (STRING)", day())
            .with("required binary end (STRING)", day())
    };
    assert_counts(
        &mapped(&bench, &mapping("", TIMES), &table()).unwrap(),
        1,
        1,
        0,
    );
    let error = |table: Table, fields: &str| {
        let text = mapping("", &format!("{TIMES}\n{fields}"));
        mapped(&bench, &text, &table).unwrap_err().to_string()
    };
    let unknown = error(table().with("optional binary title", texts(["x"])), "");
    assert!(
        unknown
            .ends_with("rows.parquet: column `title` is neither used nor ignored by the mapping"),
        "{unknown}"
    );
    let missing = error(table().without("end"), "");
    assert!(
        missing.ends_with("column `end`, which the mapping uses, is not there"),
        "{missing}"
    );
    let list = table().with(
        "repeated binary kinds (STRING)",
        Values::Codes(vec![vec!["x"]]),
    );
    let list = error(list, r#"nature = { path = "kinds" }"#);
    assert!(
        list.contains("column `kinds` has to be a text, a number"),
        "{list}"
    );
    let signs = mapped(&bench, &mapping("delimiter = \";\"", TIMES), &table()).unwrap_err();
    assert!(signs.to_string().contains("`delimiter`"), "{signs}");
}
