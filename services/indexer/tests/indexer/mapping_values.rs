use sosie_similarity::{Basis, State};

use crate::bench::{Bench, TIMES, assert_counts, mapping, only_refusal};

const DAY: &str = "2024-06-01,2024-06-01";

/// A mapping with times and `fields`.
fn with(fields: &str) -> String {
    mapping("", &format!("{TIMES}\n{fields}"))
}

#[test]
fn states_come_from_a_table_and_a_status_that_is_not_listed_refuses_its_row() {
    let bench = Bench::new();
    let table = r#"state = { column = "status", map = { "Complete" = "HELD", "Cancelled" = "CANCELLED", "In Process" = "PLANNED" } }"#;
    let text = with("").replace(r#"state = { constant = "HELD" }"#, table);
    let csv = format!(
        "id,start,end,status\na,{DAY},Complete\nb,{DAY},IN-PROCESS\nc,{DAY},Lost\nd,{DAY},\n"
    );
    let summary = bench.csv(&text, &csv).unwrap();
    assert_counts(&summary, 4, 2, 2);
    assert_eq!(bench.event("b").parts().state, State::Planned);
    assert_eq!(summary.total.refusals.of("state", "UNMAPPED"), 1);
    assert_eq!(summary.total.refusals.of("state", "REQUIRED"), 1);
    let with_default = text.replace("} }", r#"}, default = "POSTPONED" }"#);
    let summary = bench.csv(&with_default, &csv).unwrap();
    assert_eq!(bench.event("c").parts().state, State::Postponed);
    assert_eq!(summary.total.corrections.of("state", "DEFAULTED"), 2);
}

#[test]
fn a_status_without_a_table_is_the_name_of_a_state() {
    let bench = Bench::new();
    let text = with("").replace(r#"{ constant = "HELD" }"#, r#""status""#);
    let summary = bench.csv(
        &text,
        format!("id,start,end,status\na,{DAY},CANCELLED\nb,{DAY},held\n"),
    );
    assert_counts(&summary.unwrap(), 2, 1, 1);
    assert_eq!(bench.event("a").parts().state, State::Cancelled);
}

/// Best, low and high.
type Counts = (u64, Option<u64>, Option<u64>);

/// The counts of the only row, and its corrections.
fn counts(fields: &str, row: &str) -> (Option<Counts>, Vec<String>) {
    let bench = Bench::new();
    let csv = format!("id,start,end,best,low,high\ne,{DAY},{row}\n");
    let summary = bench
        .csv(&with(&format!("participants = {{ {fields} }}")), csv)
        .unwrap();
    let found = bench.event("e").parts().stated.participants;
    let corrections = summary
        .total
        .corrections
        .iter()
        .map(|(_, code, _)| code.to_owned());
    (
        found.map(|p| (p.best(), p.low(), p.high())),
        corrections.collect(),
    )
}

#[test]
fn counts_are_whole_and_what_is_mended_is_counted() {
    let all = r#"best = "best", low = "low", high = "high", low_high = "sort""#;
    let is = |row, best, low, high, corrections: &[&str]| {
        let corrections = corrections.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(
            counts(all, row),
            (Some((best, low, high)), corrections),
            "{row}"
        );
    };
    is("800.0,700.0,900.0", 800, Some(700), Some(900), &[]);
    is("0,,", 0, None, None, &[]);
    is("200.0,220,180", 200, Some(180), Some(220), &["SORTED"]);
    is("22.5,20,25", 23, Some(20), Some(25), &["ROUNDED"]);
    assert_eq!(counts(all, ",10,20"), (None, vec!["NO_BEST".to_owned()]));
    assert_eq!(counts(all, ",,"), (None, vec![]));
}

#[test]
fn a_missing_best_can_be_made_of_low_and_high() {
    let midpoint = r#"best = "best", low = "low", high = "high", best_from = "midpoint""#;
    let made = vec!["MIDPOINT".to_owned()];
    assert_eq!(
        counts(midpoint, ",10,21"),
        (Some((16, Some(10), Some(21))), made)
    );
    assert_eq!(
        counts(midpoint, "12,10,21"),
        (Some((12, Some(10), Some(21))), vec![])
    );
    assert_eq!(counts(midpoint, ",10,"), (None, vec!["NO_BEST".to_owned()]));
}

#[test]
fn an_invalid_optional_value_refuses_its_row_unless_the_mapping_leaves_it_out() {
    let columns = r#"best = "best", low = "low", high = "high""#;
    let rows = [
        ("many,,", "participants.best", "MALFORMED"),
        ("-1,,", "participants.best", "OUT_OF_RANGE"),
        ("1000000001,,", "participants.best", "OUT_OF_RANGE"),
        ("5,6,", "participants.low", "LOW_ABOVE_HIGH"),
        ("5,,4", "participants.best", "LOW_ABOVE_HIGH"),
    ];
    for (row, field, rule) in rows {
        let bench = Bench::new();
        let csv = format!("id,start,end,best,low,high\ngood,{DAY},1,,\ne,{DAY},{row}\n");
        let text = with(&format!("participants = {{ {columns} }}"));
        let summary = bench.csv(&text, csv).unwrap();
        assert_eq!(only_refusal(&summary), (field.to_owned(), rule.to_owned()));
        let kept = counts(&format!("{columns}, on_invalid = \"missing\""), row);
        assert_eq!(kept, (None, vec![format!("DROPPED_{rule}")]));
    }
}

#[test]
fn a_basis_is_a_constant_or_comes_from_a_column() {
    let bench = Bench::new();
    let text = with(
        r#"participants = { best = "best", basis = { column = "kind", map = { "par jour" = "DAILY" } } }"#,
    );
    bench
        .csv(
            &text,
            format!("id,start,end,best,kind\na,{DAY},5,Par jour\nb,{DAY},5,\n"),
        )
        .unwrap();
    let basis = |id| bench.event(id).parts().stated.participants.unwrap().basis();
    assert_eq!((basis("a"), basis("b")), (Some(Basis::Daily), None));
}

#[test]
fn locations_are_in_range_whole_and_where_the_mapping_expects_them() {
    let location = r#"latitude = "lat", longitude = "lon", within = { west = 5.0, south = 43.0, east = 6.0, north = 44.0 }"#;
    let rows = [
        ("91,5.4", "location.latitude", "OUT_OF_RANGE"),
        ("43.3,-181", "location.longitude", "OUT_OF_RANGE"),
        ("43.3,", "location.longitude", "REQUIRED"),
        (",5.4", "location.latitude", "REQUIRED"),
        ("north,5.4", "location.latitude", "MALFORMED"),
        ("48.9,5.4", "location.latitude", "OUT_OF_RANGE"),
        ("43.3,2.3", "location.longitude", "OUT_OF_RANGE"),
    ];
    for (row, field, rule) in rows {
        let csv = format!(
            "id,start,end,lat,lon\ngood,{DAY},43.3,5.4\nalso-good,{DAY},,\ne,{DAY},{row}\n"
        );
        let bench = Bench::new();
        let summary = bench
            .csv(&with(&format!("location = {{ {location} }}")), &csv)
            .unwrap();
        assert_eq!(
            only_refusal(&summary),
            (field.to_owned(), rule.to_owned()),
            "{row}"
        );
        let keep = with(&format!(
            "location = {{ {location}, on_invalid = \"missing\" }}"
        ));
        let summary = bench.csv(&keep, &csv).unwrap();
        assert_counts(&summary, 3, 3, 0);
        assert_eq!(
            summary
                .total
                .corrections
                .of(field, &format!("DROPPED_{rule}")),
            1
        );
        assert_eq!(bench.event("e").parts().stated.location, None);
    }
}

#[test]
fn numbers_have_scales_and_decimal_commas_and_outcomes_are_counts() {
    let bench = Bench::new();
    let fields = r#"
active_duration_s = { column = "hours", scale = 3600 }
footprint_area_m2 = { column = "hectares", scale = 10000, on_invalid = "missing" }
outcomes = { officers = "officers", barriers = { column = "barriers", on_invalid = "missing" } }"#;
    let text = mapping(
        "delimiter = \";\"\ndecimal = \",\"",
        &format!("{TIMES}{fields}"),
    );
    let rows = "a;2024-06-01;2024-06-01;1,5;0,25;12;-1\nb;2024-06-01;2024-06-01;;0;;\n";
    let csv = format!("id;start;end;hours;hectares;officers;barriers\n{rows}");
    let summary = bench.csv(&text, csv).unwrap();
    assert_counts(&summary, 2, 2, 0);
    let event = bench.event("a");
    assert_eq!(event.parts().stated.active_duration_s, Some(5_400.0));
    assert_eq!(event.parts().stated.footprint_area_m2, Some(2_500.0));
    let outcomes = event
        .parts()
        .outcomes
        .iter()
        .map(|(code, n)| (code.as_str(), *n));
    assert_eq!(outcomes.collect::<Vec<_>>(), [("officers", 12.0)]);
    assert_eq!(
        summary
            .total
            .corrections
            .of("outcomes.barriers", "DROPPED_OUT_OF_RANGE"),
        1
    );
    assert_eq!(
        summary
            .total
            .corrections
            .of("footprint_area_m2", "DROPPED_NOT_POSITIVE"),
        1
    );
}

#[test]
fn null_markers_are_missing_values() {
    let bench = Bench::new();
    let text = mapping(
        r#"null_markers = ["None", "nan"]"#,
        &format!("{TIMES}\nparticipants = {{ best = \"best\" }}"),
    );
    let csv = format!("id,start,end,best\na,{DAY},nan\nb,{DAY}, None \nc,{DAY},7\nNone,{DAY},7\n");
    let summary = bench.csv(&text, csv).unwrap();
    assert_counts(&summary, 4, 3, 1);
    assert_eq!(
        only_refusal(&summary),
        ("event_id".to_owned(), "REQUIRED".to_owned())
    );
    assert_eq!(summary.missing[1].count, 2);
}

#[test]
fn ids_are_columns_templates_or_digests() {
    let bench = Bench::new();
    let fields = r#"series_id = { digest = ["title", "place"] }"#;
    let text = with(fields).replace(
        r#"event_id = "id""#,
        r#"event_id = { template = "{year}-{id}" }"#,
    );
    let csv = format!(
        "id,year,start,end,title,place\n1,2024,{DAY},Fête de l'Été,Le Port\n1,2023,{DAY},FETE DE L’ETE, le port\n2,2024,{DAY},Other,Le Port\n3,2024,{DAY},,Le Port\n"
    );
    assert_counts(&bench.csv(&text, csv).unwrap(), 4, 4, 0);
    let series = |id| bench.event(id).parts().series_id.clone();
    assert_eq!(series("2024-1"), series("2023-1"));
    assert_ne!(series("2024-1"), series("2024-2"));
    assert_eq!(series("2024-1").unwrap().as_str().len(), 20);
    assert_eq!(series("2024-3"), None);
}

#[test]
fn an_id_that_is_none_refuses_its_row() {
    let bench = Bench::new();
    let csv = format!(
        "id,start,end\ngood,{DAY}\na b,{DAY}\n\"c\nd\",{DAY}\n{},{DAY}\n",
        "x".repeat(65)
    );
    let summary = bench.csv(&with(""), csv).unwrap();
    assert_counts(&summary, 4, 1, 3);
    assert_eq!(summary.total.refusals.of("event_id", "MALFORMED"), 2);
    assert_eq!(summary.total.refusals.of("event_id", "TOO_LONG"), 1);
}

#[test]
fn a_flag_of_the_source_can_refuse_its_row() {
    let bench = Bench::new();
    let text = with("") + "\n[flags.quality]\nrefuse = { test_row = \"event_id\" }\n";
    let csv = format!("id,start,end,quality\na,{DAY},late;test_row\nb,{DAY},late\nc,{DAY},\n");
    let summary = bench.csv(&text, csv).unwrap();
    assert_counts(&summary, 3, 2, 1);
    assert_eq!(
        only_refusal(&summary),
        ("event_id".to_owned(), "FLAGGED".to_owned())
    );
}
