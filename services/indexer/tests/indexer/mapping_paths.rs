use crate::bench::{Bench, TIMES, assert_counts, mapping, only_refusal};

const DAY: &str = "2024-06-01,2024-06-01";

/// Nature paths of rows `kind,sub`, and the corrections.
fn natures(levels: &str, rows: &[&str]) -> (Vec<Option<String>>, Vec<(String, u64)>) {
    let bench = Bench::new();
    let rows = rows
        .iter()
        .enumerate()
        .map(|(at, row)| format!("e{at},{DAY},{row}\n"));
    let count = rows.len();
    let csv = format!("id,start,end,kind,sub\n{}", rows.collect::<String>());
    let is_used = levels.contains("\"sub\"");
    let ignored = if is_used {
        ""
    } else {
        "[ignored]\nsub = \"not used here\"\n"
    };
    let text = mapping(
        ignored,
        &format!("{TIMES}\nnature = {{ levels = [{levels}] }}"),
    );
    let summary = bench.csv(&text, csv).unwrap();
    assert_counts(&summary, count as u64, count as u64, 0);
    let nature = |at| bench.event(&format!("e{at}")).parts().stated.nature.clone();
    let corrections = summary.total.corrections.iter();
    (
        (0..count)
            .map(|at| nature(at).map(|path| path.to_string()))
            .collect(),
        corrections
            .map(|(_, code, count)| (code.to_owned(), count))
            .collect(),
    )
}

fn some(paths: &[&str]) -> Vec<Option<String>> {
    paths
        .iter()
        .map(|path| (!path.is_empty()).then(|| (*path).to_owned()))
        .collect()
}

#[test]
fn levels_are_normalised_and_end_at_the_first_missing_one() {
    let (paths, corrections) = natures(
        r#"{ column = "kind" }, { column = "sub" }"#,
        &["Run / Walk,5 km", "Théâtre,", ",Orphan", ",", "???,x"],
    );
    assert_eq!(paths, some(&["run-walk/5-km", "theatre", "", "", ""]));
    assert_eq!(
        corrections,
        [("NO_CODE".to_owned(), 1), ("NO_PARENT".to_owned(), 2)]
    );
}

#[test]
fn names_are_changed_whatever_their_case_and_one_can_become_several_levels() {
    let rename = r#"{ column = "kind", rename = { "Sport - Youth" = "sport/youth", "rallly" = "rally" } }, { column = "sub" }"#;
    let (paths, _) = natures(rename, &["SPORT-YOUTH,Rugby", "Rallly,", "rally,"]);
    assert_eq!(paths, some(&["sport/youth/rugby", "rally", "rally"]));
}

#[test]
fn a_closed_vocabulary_leaves_the_rest_out_and_counts_it() {
    let only = r#"{ column = "kind", only = ["march"], rename = { "marach" = "march" } }"#;
    let (paths, corrections) = natures(
        &format!("{only}, {{ column = \"sub\" }}"),
        &["March,x", "marach,", "Jean Dupont,x"],
    );
    assert_eq!(paths, some(&["march/x", "march", ""]));
    assert_eq!(
        corrections,
        [("NO_PARENT".to_owned(), 1), ("UNLISTED".to_owned(), 1)]
    );
}

#[test]
fn a_constant_alone_is_no_path_and_parts_of_a_column_are_levels() {
    let levels = r#"{ constant = "town" }, { column = { name = "kind", split = ":", part = 1, null = ["several"] } }, { column = { name = "kind", split = ":", part = 2 } }"#;
    let (paths, _) = natures(levels, &["Mid:East,", "West,", ",", "several,"]);
    assert_eq!(paths, some(&["town/mid/east", "town/west", "", ""]));
}

#[test]
fn several_values_where_there_is_room_for_one_are_none() {
    let levels =
        r#"{ column = "kind" }, { column = { name = "sub", split = ";", part = "only" } }"#;
    let (paths, corrections) = natures(levels, &["a,7;", "a,7;8", "a,7;7"]);
    assert_eq!(paths, some(&["a/7", "a", "a/7"]));
    assert_eq!(corrections, [("SEVERAL".to_owned(), 1)]);
}

#[test]
fn long_codes_are_cut_between_words_and_counted() {
    let (paths, corrections) = natures(
        r#"{ column = "kind" }, { column = "sub" }"#,
        &["Musiques amplifiées ou électroniques,x"],
    );
    assert_eq!(paths, some(&["musiques-amplifiees-ou/x"]));
    assert_eq!(corrections, [("CODE_CUT".to_owned(), 1)]);
}

#[test]
fn a_column_that_has_paths_already_is_taken_as_it_is() {
    let bench = Bench::new();
    let text = mapping("", &format!("{TIMES}\nnature = {{ path = \"path\" }}"));
    let csv = format!("id,start,end,path\na,{DAY},a/b/c/d/e/f\nb,{DAY},a/b/c/d/e/f/g\n");
    let summary = bench.csv(&text, &csv).unwrap();
    assert_eq!(
        only_refusal(&summary),
        ("nature".to_owned(), "TOO_MANY".to_owned())
    );
    assert_eq!(
        bench
            .event("a")
            .parts()
            .stated
            .nature
            .as_ref()
            .unwrap()
            .depth(),
        6
    );
    let keep = text.replace(r#""path" }"#, r#""path", on_invalid = "missing" }"#);
    let summary = bench.csv(&keep, &csv).unwrap();
    assert_eq!(
        summary.total.corrections.of("nature", "DROPPED_TOO_MANY"),
        1
    );
}

const MAP: &str = r#"{"type":"FeatureCollection","name":"quartiers","features":[
 {"type":"Feature","properties":{"district":1,"name":"Le Rouet"},"geometry":{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]],[[5.4,43.4],[5.6,43.4],[5.6,43.6],[5.4,43.6],[5.4,43.4]]]}},
 {"type":"Feature","properties":{"district":2,"name":"L'Estaque"},"geometry":{"type":"MultiPolygon","coordinates":[[[[6,43],[7,43],[7,44],[6,44],[6,43]]]]}}]}"#;

fn sector_fields(levels: &str) -> String {
    let location = r#"location = { latitude = "lat", longitude = "lon" }"#;
    format!(
        "{TIMES}\n{location}\nsector = {{ map = {{ file = \"maps/map.geojson\" }}, levels = [{levels}] }}"
    )
}

#[test]
fn a_sector_is_found_from_the_point_in_a_map_beside_the_mapping() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("maps")).unwrap();
    bench.write("maps/map.geojson", MAP);
    let levels = r#"{ constant = "marseille" }, { property = "district" }, { property = "name" }"#;
    let csv = format!(
        "id,start,end,lat,lon\na,{DAY},43.1,5.1\nb,{DAY},43.5,6.5\nhole,{DAY},43.5,5.5\nout,{DAY},50,5.5\nno,{DAY},,\nedge,{DAY},43.5,6\n"
    );
    let summary = bench
        .csv(&mapping("", &sector_fields(levels)), csv)
        .unwrap();
    assert_counts(&summary, 6, 6, 0);
    let sector = |id| {
        bench
            .event(id)
            .parts()
            .stated
            .sector
            .as_ref()
            .map(ToString::to_string)
    };
    assert_eq!(sector("a").as_deref(), Some("marseille/1/le-rouet"));
    assert_eq!(sector("b").as_deref(), Some("marseille/2/l-estaque"));
    // An edge belongs to the first polygon in the file.
    assert_eq!(sector("edge").as_deref(), Some("marseille/1/le-rouet"));
    assert_eq!(
        (sector("hole"), sector("out"), sector("no")),
        (None, None, None)
    );
    assert_eq!(summary.total.corrections.of("sector", "OUTSIDE_MAP"), 2);
    let digest = sosie_similarity::Digest::of(MAP.as_bytes());
    assert!(bench.manifest().sources[0].input_sha256s.contains(&digest));
    assert_eq!(summary.inputs[0].read_with[1].1, digest.to_string());
}

#[test]
fn a_map_that_does_not_fit_is_an_error_before_any_row() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("maps")).unwrap();
    let error = |map: &str, levels: &str| {
        bench.write("maps/map.geojson", map);
        let text = mapping("", &sector_fields(levels));
        bench
            .csv(&text, "id,start,end,lat,lon\n")
            .unwrap_err()
            .to_string()
    };
    let property = r#"{ property = "name" }"#;
    let missing = error(MAP, r#"{ property = "code" }"#);
    assert!(
        missing.contains("`fields.sector.levels[0].property`"),
        "{missing}"
    );
    let line = MAP.replace("MultiPolygon", "Point");
    assert!(error(&line, property).contains("feature 2"));
    assert!(error("{}", property).contains("is not a GeoJSON FeatureCollection"));
    std::fs::remove_file(bench.path("maps/map.geojson")).unwrap();
    let text = mapping("", &sector_fields(property));
    let gone = bench.csv(&text, "id\n").unwrap_err().to_string();
    assert!(
        gone.contains("`fields.sector.map.file`") && gone.contains("map.geojson"),
        "{gone}"
    );
}
