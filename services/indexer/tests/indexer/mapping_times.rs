use sosie_similarity::TimePrecision;

use crate::bench::{Bench, TIMES, assert_counts, mapping, only_refusal};

fn utc(at: sosie_similarity::Timestamp) -> String {
    at.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Start, end and precision of the only row.
fn times(fields: &str, row: &str) -> (String, String, TimePrecision) {
    let bench = Bench::new();
    let header = "id,start,end,precision\n";
    let top = "[ignored]\n";
    let is_used = fields.contains("\"precision\"");
    let ignored = if is_used {
        String::new()
    } else {
        format!("{top}precision = \"not used here\"")
    };
    let text = mapping(&ignored, fields);
    let summary = bench.csv(&text, format!("{header}{row}\n")).unwrap();
    assert_counts(&summary, 1, 1, 0);
    let times = bench.event("e").parts().times;
    (utc(times.start()), utc(times.end()), times.precision())
}

#[test]
fn days_become_day_precision_and_the_last_day_is_inside() {
    let (start, end, precision) = times(TIMES, "e,2024-03-30,2024-03-31,");
    // The clocks go forward in the night to the 31st: midnight after it is at +02:00.
    assert_eq!(
        (start.as_str(), end.as_str()),
        ("2024-03-29T23:00:00Z", "2024-03-31T22:00:00Z")
    );
    assert_eq!(precision, TimePrecision::Day);
}

#[test]
fn clock_times_become_exact_precision() {
    let (start, end, precision) = times(TIMES, "e,2024-06-01T18:00:00,2024-06-01T23:30:00,");
    assert_eq!(
        (start.as_str(), end.as_str()),
        ("2024-06-01T16:00:00Z", "2024-06-01T21:30:00Z")
    );
    assert_eq!(precision, TimePrecision::Exact);
}

#[test]
fn a_clock_time_at_one_end_only_leaves_days() {
    let (start, end, precision) = times(TIMES, "e,2024-06-01T18:00:00,2024-06-02,");
    assert_eq!(
        (start.as_str(), end.as_str()),
        ("2024-05-31T22:00:00Z", "2024-06-02T22:00:00Z")
    );
    assert_eq!(precision, TimePrecision::Day);
}

#[test]
fn a_column_can_choose_the_precision_of_its_row() {
    let fields = TIMES.replace(
        " }",
        r#", precision = { column = "precision", map = { date = "DAY", datetime = "EXACT" } } }"#,
    );
    let row = |precision| format!("e,2024-06-01T18:00:00,2024-06-01T23:59:00,{precision}");
    assert_eq!(times(&fields, &row("datetime")).1, "2024-06-01T21:59:00Z");
    assert_eq!(times(&fields, &row("Date")).1, "2024-06-01T22:00:00Z");
}

#[test]
fn without_an_end_column_an_event_has_one_day() {
    let bench = Bench::new();
    let text = mapping("", r#"times = { start = "day", formats = ["%d/%m/%Y"] }"#);
    bench.csv(&text, "id,day\ne,01/06/2024\n").unwrap();
    assert_eq!(
        utc(bench.event("e").parts().times.end()),
        "2024-06-01T22:00:00Z"
    );
}

#[test]
fn a_time_with_an_offset_is_the_instant_that_it_says() {
    let fields = r#"times = { start = "start", end = "end", formats = ["%Y-%m-%dT%H:%M:%S%z"] }"#;
    let (start, _, _) = times(
        fields,
        "e,2024-06-01T18:00:00+0000,2024-06-01T20:00:00+0000,",
    );
    assert_eq!(start, "2024-06-01T18:00:00Z");
}

/// The refusal of the only bad row, beside a good one.
fn refused(fields: &str, start: &str, end: &str) -> (String, String) {
    let bench = Bench::new();
    let good = "good,2024-06-01T18:00:00,2024-06-01T19:00:00";
    let csv = format!("id,start,end\n{good}\ne,{start},{end}\n");
    let summary = bench.csv(&mapping("", fields), csv).unwrap();
    assert_counts(&summary, 2, 1, 1);
    only_refusal(&summary)
}

#[test]
fn wrong_times_refuse_their_row_with_field_and_rule() {
    let check = |start, end, field: &str, rule: &str| {
        assert_eq!(
            refused(TIMES, start, end),
            (field.to_owned(), rule.to_owned()),
            "{start} {end}"
        );
    };
    check(
        "2024-06-01T18:00:00",
        "2024-06-01T17:00:00",
        "end_time",
        "END_BEFORE_START",
    );
    check(
        "2024-06-01T18:00:00",
        "2024-06-01T18:00:00",
        "end_time",
        "END_BEFORE_START",
    );
    check("2024-06-02", "2024-06-01", "end_time", "END_BEFORE_START");
    check(
        "2024-03-31T02:30:00",
        "2024-03-31T05:00:00",
        "start_time",
        "NO_SUCH_LOCAL_TIME",
    );
    check(
        "2024-03-30T22:00:00",
        "2024-03-31T02:30:00",
        "end_time",
        "NO_SUCH_LOCAL_TIME",
    );
    check("", "2024-06-01T17:00:00", "start_time", "REQUIRED");
    check("2024-06-01T17:00:00", "", "end_time", "REQUIRED");
    check("2024-06-31", "2024-07-01", "start_time", "MALFORMED");
    check("soon", "2024-07-01", "start_time", "MALFORMED");
    check("1900-01-01", "2024-01-01", "end_time", "LASTS_TOO_LONG");
}

#[test]
fn years_outside_of_the_declared_ones_are_typing_errors() {
    let fields = TIMES.replace(" }", ", years = [2020, 2024] }");
    let range = |start, end| refused(&fields, start, end);
    let wrong = |field: &str| (field.to_owned(), "OUT_OF_RANGE".to_owned());
    assert_eq!(range("2917-09-25", "2917-09-25"), wrong("start_time"));
    assert_eq!(range("2019-12-31", "2020-01-01"), wrong("start_time"));
    assert_eq!(range("2024-12-31", "2025-01-01"), wrong("end_time"));
}

#[test]
fn a_time_that_the_clocks_show_twice_is_the_first_and_is_counted() {
    let bench = Bench::new();
    let csv = "id,start,end\ne,2024-10-27T02:30:00,2024-10-27T06:00:00\n";
    let summary = bench.csv(&mapping("", TIMES), csv).unwrap();
    assert_eq!(
        utc(bench.event("e").parts().times.start()),
        "2024-10-27T00:30:00Z"
    );
    assert_eq!(
        summary.total.corrections.of("start_time", "AMBIGUOUS_TIME"),
        1
    );
}

#[test]
fn zones_can_come_from_a_column_through_a_table() {
    let bench = Bench::new();
    let text = mapping("", TIMES).replace(
        r#"time_zone = { constant = "Europe/Paris" }"#,
        r#"time_zone = { column = { name = "town", split = ",", part = -1 }, map = { "La Réunion" = "Indian/Reunion" }, default = "Europe/Paris" }"#,
    );
    let csv = "id,start,end,town\na,2024-06-01,2024-06-01,\"Saint-Denis, LA REUNION\"\nb,2024-06-01,2024-06-01,Gap\nc,2024-06-01,2024-06-01,\n";
    assert_counts(&bench.csv(&text, csv).unwrap(), 3, 3, 0);
    let zone = |id| bench.event(id).parts().times.zone().name().to_owned();
    assert_eq!(zone("a"), "Indian/Reunion");
    assert_eq!(
        (zone("b"), zone("c")),
        ("Europe/Paris".to_owned(), "Europe/Paris".to_owned())
    );
}

#[test]
fn known_time_is_the_column_then_the_end_and_a_day_means_its_end() {
    let bench = Bench::new();
    let known =
        r#"known_time = { column = "known", formats = ["%Y-%m-%d"], on_invalid = "missing" }"#;
    let csv = "id,start,end,known\na,2024-06-01,2024-06-01,2024-06-20\nb,2024-06-01,2024-06-01,\nc,2024-06-01,2024-06-01,later\n";
    let summary = bench
        .csv(&mapping("", &format!("{TIMES}\n{known}")), csv)
        .unwrap();
    let known = |id| utc(bench.event(id).parts().known_time);
    assert_eq!(known("a"), "2024-06-20T22:00:00Z");
    assert_eq!(
        (known("b").as_str(), known("c").as_str()),
        ("2024-06-01T22:00:00Z", "2024-06-01T22:00:00Z")
    );
    assert_eq!(
        summary
            .total
            .corrections
            .of("known_time", "DROPPED_MALFORMED"),
        1
    );
}
