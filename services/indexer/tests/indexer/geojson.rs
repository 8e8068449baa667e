use sosie_indexer::{Input, ReindexError, Summary};
use sosie_similarity::FootprintShape;

use crate::bench::{Bench, assert_counts, mapping};

const SQUARE: &str =
    r#"{"type":"Polygon","coordinates":[[[5,43],[5.01,43],[5.01,43.01],[5,43.01],[5,43]]]}"#;
const LINE: &str = r#"{"type":"LineString","coordinates":[[5,43],[5,43.01]]}"#;
const POINT: &str = r#"{"type":"Point","coordinates":[5.4,43.3,12]}"#;

fn feature(head: &str, properties: &str, geometry: &str) -> String {
    format!(r#"{{"type":"Feature",{head}"properties":{{{properties}}},"geometry":{geometry}}}"#)
}

/// The properties of an event of three hours, with `more`.
fn event(id: &str, more: &str) -> String {
    let line = crate::bench::line(id, more);
    let members = line.trim().strip_prefix('{').unwrap();
    members.strip_suffix('}').unwrap().to_owned()
}

fn collection(features: &[String]) -> String {
    format!(
        r#"{{"type":"FeatureCollection","crs":{{}},"features":[{}]}}"#,
        features.join(",")
    )
}

fn run(bench: &Bench, text: &str) -> Result<Summary, ReindexError> {
    bench.run(vec![Input::GeoJson(bench.write("events.geojson", text))])
}

#[test]
fn a_geometry_is_the_footprint_or_the_location() {
    let bench = Bench::new();
    let text = collection(&[
        feature("", &event("area", ""), SQUARE),
        feature("", &event("route", r#","width_m":12"#), LINE),
        feature("", &event("point", ""), POINT),
        feature("", &event("none", ""), "null"),
        feature(
            r#""id":"from-id","#,
            &event("x", "").replace(r#""event_id":"x","#, ""),
            POINT,
        ),
    ]);
    assert_counts(&run(&bench, &text).unwrap(), 5, 5, 0);
    let stated = |id| bench.event(id).parts().stated.clone();
    assert!(matches!(
        stated("area").footprint.unwrap().shape(),
        FootprintShape::Area(_)
    ));
    let route = stated("route").footprint.unwrap();
    assert!(matches!(
        route.shape(),
        FootprintShape::Route { width_m: 12.0, .. }
    ));
    let point = stated("point").location.unwrap();
    assert_eq!(
        (point.latitude_degrees(), point.longitude_degrees()),
        (43.3, 5.4)
    );
    assert!(stated("none").location.is_none() && stated("none").footprint.is_none());
    assert!(stated("from-id").location.is_some());
}

/// A feature, and the field and rule that it is refused with.
type Wrong = (String, &'static str, &'static str);

fn wrong_geometries() -> Vec<Wrong> {
    let bow_tie = r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"#;
    let open = r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1]]]}"#;
    vec![
        (
            feature("", &event("a", ""), bow_tie),
            "footprint.coordinates",
            "INVALID_GEOMETRY",
        ),
        (
            feature("", &event("b", ""), open),
            "footprint.coordinates",
            "RING_NOT_CLOSED",
        ),
        (
            feature("", &event("c", ""), LINE),
            "footprint.width_m",
            "REQUIRED",
        ),
        (
            feature("", &event("d", r#","width_m":12"#), SQUARE),
            "footprint.width_m",
            "UNKNOWN_FIELD",
        ),
    ]
}

fn wrong_members() -> Vec<Wrong> {
    vec![
        (
            feature("", &event("e", r#","titel":"x""#), SQUARE),
            "titel",
            "UNKNOWN_FIELD",
        ),
        (
            feature(
                "",
                &event("f", ""),
                r#"{"type":"Point","coordinates":[5,91]}"#,
            ),
            "location.latitude",
            "OUT_OF_RANGE",
        ),
        (
            feature("", &event("g", ""), r#"{"type":"Circle"}"#),
            "geometry",
            "MALFORMED",
        ),
        (
            feature(r#""title":"x","#, &event("h", ""), "null"),
            "?",
            "UNKNOWN_FIELD",
        ),
        (
            feature(
                "",
                &event("i", r#","location":{"latitude":1,"longitude":1}"#),
                POINT,
            ),
            "location",
            "DUPLICATE",
        ),
        (
            feature("", &event("j", r#","state":"HELD""#), "null"),
            "state",
            "DUPLICATE",
        ),
        ("[]".to_owned(), "", "MALFORMED"),
    ]
}

#[test]
fn wrong_features_are_refused_with_their_number() {
    let bench = Bench::new();
    let cases = [wrong_geometries(), wrong_members()].concat();
    let mut features: Vec<_> = cases
        .iter()
        .map(|(feature, _, _)| feature.clone())
        .collect();
    features.push(feature("", &event("good", ""), SQUARE));
    let summary = run(&bench, &collection(&features)).unwrap();
    assert_counts(&summary, 12, 1, 11);
    for (at, (reject, (_, field, rule))) in bench.rejects().lines().zip(&cases).enumerate() {
        let reject: serde_json::Value = serde_json::from_str(reject).unwrap();
        let found = (&reject["position"], &reject["field"], &reject["rule"]);
        assert_eq!(found, (&(at + 1).into(), &(*field).into(), &(*rule).into()));
    }
}

#[test]
fn a_file_that_is_no_collection_ends_the_run_without_its_values() {
    let bench = Bench::new();
    for text in [
        "",
        "[]",
        r#"{"type":"Feature","features":["canary"]}"#,
        r#"{"type":"FeatureCollection"}"#,
        r#"{"type":"FeatureCollection","features":[{"a":"canary"}"#,
    ] {
        let error = run(&bench, text).unwrap_err().to_string();
        assert!(
            error.contains("events.geojson: is not a GeoJSON FeatureCollection"),
            "{error}"
        );
        assert!(!error.contains("canary"), "{error}");
    }
    assert!(matches!(
        run(&bench, &collection(&[])),
        Err(ReindexError::NoEvent { .. })
    ));
}

#[test]
fn properties_are_columns_of_a_mapping_and_geometry_is_read_with_them() {
    let bench = Bench::new();
    let text = mapping(
        "[ignored]\ntitle = \"no free text\"\n",
        r#"times = { start = "day", formats = ["%Y-%m-%d"] }
participants = { best = "count" }
geometry = { width_m = { column = "width" }, on_invalid = "missing" }"#,
    );
    let text = text
        .replace("\"csv\"", "\"geojson\"")
        .replace("event_id = \"id\"", "event_id = { template = \"r-{@id}\" }");
    let of = |head: &str, more: &str, geometry| {
        feature(
            head,
            &format!(r#""day":"2024-06-01","title":"t"{more}"#),
            geometry,
        )
    };
    let file = collection(&[
        of(r#""id":1,"#, r#","count":12.0,"width":8"#, LINE),
        of(r#""id":2,"#, r#","count":null,"width":8"#, SQUARE),
        of(r#""id":3,"#, "", LINE),
        of(r#""id":4,"#, r#","count":[1]"#, POINT),
        of("", "", POINT),
        of(r#""id":6,"#, "", POINT),
    ]);
    let mapping = bench.write("mapping.toml", &text);
    let input = Input::Mapped {
        mapping,
        file: bench.write("routes.geojson", file),
    };
    let summary = bench.run(vec![input]).unwrap();
    assert_counts(&summary, 6, 4, 2);
    assert_eq!(
        summary.total.refusals.of("participants.best", "MALFORMED"),
        1
    );
    assert_eq!(summary.total.refusals.of("event_id", "REQUIRED"), 1);
    assert_eq!(
        summary
            .total
            .corrections
            .of("footprint.width_m", "DROPPED_REQUIRED"),
        1
    );
    let stated = |id| bench.event(id).parts().stated.clone();
    assert_eq!(stated("r-1").participants.unwrap().best(), 12);
    assert!(stated("r-1").footprint.is_some() && stated("r-2").footprint.is_some());
    assert!(stated("r-3").footprint.is_none() && stated("r-6").location.is_some());
}

#[test]
fn a_property_that_no_key_accounts_for_ends_the_run() {
    let bench = Bench::new();
    let text = mapping("", r#"times = { start = "day", formats = ["%Y-%m-%d"] }"#);
    let mapping = bench.write("mapping.toml", text.replace("\"csv\"", "\"geojson\""));
    let file = collection(&[feature(
        "",
        r#""id":"a","day":"2024-06-01","title":"t""#,
        "null",
    )]);
    let input = Input::Mapped {
        mapping,
        file: bench.write("routes.geojson", file),
    };
    let error = bench.run(vec![input]).unwrap_err().to_string();
    assert!(
        error.contains("column `title` is neither used nor ignored"),
        "{error}"
    );
}
