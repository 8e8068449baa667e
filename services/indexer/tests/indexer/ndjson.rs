use sosie_indexer::{Declarations, Input, ReindexError};
use sosie_similarity::Timestamp;
use sosie_similarity::limits::RECORD_BYTES_MAX;

use crate::bench::{Bench, INGEST_MICROS, assert_counts, line};

#[test]
fn wrong_lines_are_refused_with_line_field_and_rule() {
    let bench = Bench::new();
    let bow_tie =
        r#","footprint":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"#;
    let mut lines = vec![
        line("good", ""),
        "\n".to_owned(),
        line("a", r#","titel":"x""#),
        line("b", r#","location":{"latitude":91,"longitude":5}"#),
        line("c", "").replace("T21:", "T17:"),
        line("d", r#","nature":"a/b/c/d/e/f/g""#),
        line("e", bow_tie),
        line("f", "").replace("\"HELD\"", "\"DONE\""),
        "not json\n".to_owned(),
        line("g", "").replace("Europe/Paris", "Europe/Marseille"),
    ];
    lines.push(line("h", "").trim_end().to_owned());
    let summary = bench.ndjson(lines.concat()).unwrap();
    assert_counts(&summary, 10, 2, 8);
    let expected = [
        (3, "titel", "UNKNOWN_FIELD"),
        (4, "location.latitude", "OUT_OF_RANGE"),
        (5, "end_time", "END_BEFORE_START"),
        (6, "nature", "TOO_MANY"),
        (7, "footprint.coordinates", "INVALID_GEOMETRY"),
        (8, "state", "MALFORMED"),
        (9, "", "MALFORMED"),
        (10, "time_zone", "UNKNOWN_ZONE"),
    ];
    let rejects = bench.rejects();
    assert_eq!(rejects.lines().count(), expected.len());
    for (reject, (position, field, rule)) in rejects.lines().zip(expected) {
        let reject: serde_json::Value = serde_json::from_str(reject).unwrap();
        assert_eq!(
            (&reject["position"], &reject["field"], &reject["rule"]),
            (&position.into(), &field.into(), &rule.into())
        );
        assert_eq!(summary.total.refusals.of(field, rule), 1);
    }
}

#[test]
fn too_long_and_undecodable_lines_do_not_stop_the_reading() {
    let bench = Bench::new();
    let of_bytes = |id, bytes: usize| {
        let plain = line(id, "").trim_end().to_owned();
        format!("{plain}{}\n", " ".repeat(bytes - plain.len()))
    };
    let text = [
        of_bytes("at-limit", RECORD_BYTES_MAX).into_bytes(),
        of_bytes("past-limit", RECORD_BYTES_MAX + 1).into_bytes(),
        b"\"\xff\xfe\"\n".to_vec(),
        line("last", "").into_bytes(),
    ]
    .concat();
    let summary = bench.ndjson(text).unwrap();
    assert_counts(&summary, 4, 2, 2);
    assert_eq!(summary.total.refusals.of("", "TOO_LONG"), 1);
    assert_eq!(summary.total.refusals.of("", "NOT_UTF8"), 1);
}

#[test]
fn the_later_record_of_an_id_wins_and_is_counted() {
    let bench = Bench::new();
    let first = bench.write(
        "1.ndjson",
        [line("a", ""), line("b", ""), line("a", r#","nature":"x""#)].concat(),
    );
    let second = bench.write(
        "2.ndjson",
        [line("b", r#","nature":"y""#), line("c", "")].concat(),
    );
    let summary = bench
        .run(vec![Input::Ndjson(first), Input::Ndjson(second)])
        .unwrap();
    let counts = |at: usize| {
        let tally = &summary.inputs[at].tally;
        (tally.read, tally.indexed, tally.replaced, tally.refused)
    };
    assert_eq!((counts(0), counts(1)), ((3, 2, 1, 0), (2, 1, 1, 0)));
    assert_eq!((summary.event_count, summary.total.replaced), (3, 2));
    assert!(summary.total.adds_up());
    let nature = |id| {
        bench
            .event(id)
            .parts()
            .stated
            .nature
            .as_ref()
            .map(ToString::to_string)
    };
    assert_eq!(
        (nature("a").as_deref(), nature("b").as_deref()),
        (Some("x"), Some("y"))
    );
}

#[test]
fn known_time_is_that_of_the_record_then_what_its_data_set_declares() {
    let bench = Bench::new();
    let sources = |known: &str| {
        let text = format!(
            "[[source]]\nsource_id = \"made\"\nname = \"Made\"\nowner = \"o\"\nlicence = \"l\"\ncollection_method = \"m\"\nknown_time = \"{known}\"\n"
        );
        Declarations::read(&bench.write("sources.toml", text)).unwrap()
    };
    let known = |declarations: Declarations| {
        let text = [
            line("a", ""),
            line("b", r#","known_time":"2024-06-10T00:00:00Z""#),
        ]
        .concat();
        let mut job = bench.job(vec![Input::Ndjson(bench.write("events.ndjson", text))]);
        job.declarations = declarations;
        let summary = sosie_indexer::reindex(job, &mut sosie_indexer::NoProgress).unwrap();
        let at = |id| bench.event(id).parts().known_time;
        assert_eq!(at("b").to_utc().to_rfc3339(), "2024-06-10T00:00:00+00:00");
        (at("a"), bench.manifest().sources[0].clone(), summary)
    };
    let ingest = Timestamp::from_micros(INGEST_MICROS).unwrap();
    let (at, source, summary) = known(sources("end_time"));
    assert_eq!(at.to_utc().to_rfc3339(), "2024-06-01T19:00:00+00:00");
    assert!(source.declared && source.name == "Made" && summary.undeclared_sources.is_empty());
    assert_eq!(known(sources("ingest")).0, ingest);
    let (at, source, summary) = known(Declarations::default());
    assert_eq!(at, ingest);
    assert!(!source.declared && (source.read, source.indexed, source.refused) == (2, 2, 0));
    assert_eq!(summary.undeclared_sources, ["made"]);
}

#[test]
fn files_without_an_event_and_files_that_are_not_there_publish_nothing() {
    let bench = Bench::new();
    for text in ["", "\n \n"] {
        assert!(matches!(
            bench.ndjson(text),
            Err(ReindexError::NoEvent { .. })
        ));
    }
    let missing = bench
        .run(vec![Input::Ndjson(bench.path("gone.ndjson"))])
        .unwrap_err();
    assert!(missing.to_string().contains("gone.ndjson"), "{missing}");
    let directory = bench.run(vec![Input::Ndjson(bench.path(""))]).unwrap_err();
    assert!(matches!(directory, ReindexError::Source(_)), "{directory}");
    assert!(!bench.is_published());
}
