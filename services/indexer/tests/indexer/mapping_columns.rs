use sosie_indexer::{Declarations, Input, ReindexError};

use crate::bench::{Bench, TIMES, assert_counts, mapping, root};

const ROW: &str = "e,2024-06-01,2024-06-01";

fn error(mapping: &str, csv: &str) -> String {
    let bench = Bench::new();
    let error = bench.csv(mapping, csv).unwrap_err().to_string();
    assert!(!bench.is_published());
    error
}

#[test]
fn every_column_is_used_or_ignored_with_a_reason() {
    let plain = mapping("", TIMES);
    let csv = format!("id,start,end,title\n{ROW},Jean's party\n");
    let unknown = error(&plain, &csv);
    assert!(
        unknown.contains("column `title` is neither used nor ignored"),
        "{unknown}"
    );
    let ignored = mapping("[ignored]\ntitle = \"no free text\"\n", TIMES);
    assert_counts(&Bench::new().csv(&ignored, &csv).unwrap(), 1, 1, 0);
    let reasonless = error(&mapping("[ignored]\ntitle = \" \"\n", TIMES), &csv);
    assert!(
        reasonless.contains("`ignored.title` needs a reason"),
        "{reasonless}"
    );
    let both = error(&mapping("[ignored]\nstart = \"why\"\n", TIMES), &csv);
    assert!(
        both.contains("`ignored.start` is used by a field"),
        "{both}"
    );
}

#[test]
fn a_column_that_is_used_has_to_be_there_once() {
    let missing = error(&mapping("", TIMES), "id,start\ne,2024-06-01\n");
    assert!(
        missing.contains("column `end`, which the mapping uses, is not there"),
        "{missing}"
    );
    let twice = error(&mapping("", TIMES), "id,start,end,start\n");
    assert!(twice.contains("column `start` is there twice"), "{twice}");
    assert!(missing.contains("is the first line a header?"), "{missing}");
    for empty in ["", "\n", "\u{feff}"] {
        assert!(
            error(&mapping("", TIMES), empty).contains("has no header"),
            "{empty:?}"
        );
    }
}

/// The first line is then a record like any other.
#[test]
fn nothing_of_a_file_without_a_header_is_told() {
    let canary = "jean dupont";
    for row in [
        format!("{canary},06 12 34 56 78,1 rue X\n"),
        format!("{canary},{canary},1 rue X\n"),
        format!("id,start,{canary}\n{ROW}\n"),
    ] {
        let told = error(&mapping("", TIMES), &row);
        assert!(
            told.contains(", which the mapping uses, is not there"),
            "{told}"
        );
        assert!(told.contains("is the first line a header?"), "{told}");
        for value in [canary, "06 12", "rue"] {
            assert!(!told.contains(value), "{told}");
        }
    }
}

#[test]
fn a_column_name_that_could_be_a_value_is_told_by_its_place() {
    let long = "a".repeat(65);
    for name in ["jean.dupont@example.org", "Été", "a\u{1b}[31m", "", &long] {
        let unknown = error(&mapping("", TIMES), &format!("id,{name},start,end\n"));
        assert!(
            unknown.ends_with("column 2 is neither used nor ignored by the mapping"),
            "{unknown}"
        );
    }
    let twice = error(
        &mapping("[ignored]\n\"a@b\" = \"mail\"\n", TIMES),
        "id,a@b,start,end,a@b\n",
    );
    assert!(twice.ends_with("column 5 is there twice"), "{twice}");
    let plain = error(
        &mapping("", TIMES),
        &format!("id,start,end,{}\n", &long[1..]),
    );
    assert!(
        plain.contains(&format!("column `{}`", &long[1..])),
        "{plain}"
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    let csv = format!("\u{feff}id,start,end\n{ROW}\n");
    assert_counts(
        &Bench::new().csv(&mapping("", TIMES), csv).unwrap(),
        1,
        1,
        0,
    );
}

/// Keys of `[fields]`, and what the error about them has to say.
const WRONG_FIELDS: [(&str, &str); 19] = [
    ("natur = { path = \"x\" }", "natur"),
    (
        "nature = { levels = [{ column = { name = \"x\", splt = \",\" } }] }",
        "splt",
    ),
    (
        "nature = { levels = [{ column = \"x\", constant = \"y\" }] }",
        "`fields.nature.levels[0]`",
    ),
    (
        "nature = { levels = [{ constant = \"Y y\" }] }",
        "`fields.nature.levels[0].constant`",
    ),
    (
        "nature = { levels = [{ column = \"x\", rename = { \"A b\" = \"B c\" } }] }",
        "`fields.nature.levels[0].rename.\"A b\"`",
    ),
    (
        "nature = { levels = [{ column = \"x\", rename = { \"A b\" = \"c\", \"a-B\" = \"d\" } }] }",
        "same as another entry",
    ),
    (
        "nature = { levels = [{ column = \"x\", only = [\"A\"] }] }",
        "`fields.nature.levels[0].only[0]`",
    ),
    ("nature = { levels = [] }", "`fields.nature`"),
    (
        "nature = { levels = [{ column = { name = \"x\", split = \",\" } }] }",
        "`fields.nature.levels[0].column`",
    ),
    (
        "nature = { levels = [{ column = { name = \"x\", split = \",\", part = 0 } }] }",
        "parts are counted from 1",
    ),
    ("participants = { low = \"x\" }", "`fields.participants`"),
    (
        "participants = { best = \"x\", best_from = \"midpoint\" }",
        "`fields.participants.best_from`",
    ),
    (
        "participants = { best = \"x\", basis = { constant = \"WEEKLY\" } }",
        "`fields.participants.basis.constant`",
    ),
    (
        "outcomes = { Officers = \"x\" }",
        "`fields.outcomes.Officers`",
    ),
    (
        "active_duration_s = { column = \"x\", scale = 0 }",
        "`fields.active_duration_s.scale`",
    ),
    ("geometry = {}", "`fields.geometry`"),
    (
        "series_id = { template = \"x-{id\" }",
        "`fields.series_id.template`",
    ),
    (
        "series_id = { template = \"x\" }",
        "`fields.series_id.template`",
    ),
    (
        "location = { latitude = \"x\", longitude = \"y\", within = { west = 2, south = 0, east = 1, north = 1 } }",
        "`fields.location.within`",
    ),
];

#[test]
fn errors_of_a_mapping_name_its_file_and_key() {
    let csv = format!("id,start,end\n{ROW}\n");
    for (fields, expected) in WRONG_FIELDS {
        let found = error(&mapping("", &format!("{TIMES}\n{fields}")), &csv);
        assert!(found.contains(expected), "{fields}\n{found}");
        assert!(found.contains("mapping.toml"), "{found}");
    }
}

#[test]
fn errors_of_required_keys_are_found_too() {
    let csv = format!("id,start,end\n{ROW}\n");
    let with = |from: &str, to: &str| error(&mapping("", TIMES).replace(from, to), &csv);
    let zone = with("Europe/Paris", "Europe/Marseille");
    assert!(
        zone.contains("`fields.time_zone.constant` is not one of"),
        "{zone}"
    );
    assert!(with("\"HELD\"", "\"DONE\"").contains("`fields.state.constant`"));
    assert!(with("%Y-%m-%dT", "%Y-%Q-%dT").contains("`fields.times.formats[0]`"));
    assert!(with("\"made\"", "\"Made it\"").contains("`source.source_id`"));
    assert!(with("known_time = \"end_time\"", "known_time = \"never\"").contains("known_time"));
    assert!(with("format = \"csv\"", "format = \"xlsx\"").contains("format"));
    assert!(
        with("format = \"csv\"", "format = \"csv\"\ndelimiter = \"é\"").contains("`delimiter`")
    );
    assert!(with("owner = \"These tests\"", "").contains("owner"));
}

/// With the wrong file the first error is of the file, so the mapping itself is in order.
#[test]
fn the_examples_of_deploy_are_in_order() {
    let mut examples = 0;
    for entry in std::fs::read_dir(root().join("deploy/mappings")).unwrap() {
        let mapping = entry.unwrap().path();
        if mapping
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let bench = Bench::new();
            let input = Input::Mapped {
                mapping,
                file: bench.path("gone.csv"),
            };
            let error = bench.run(vec![input]).unwrap_err();
            assert!(matches!(error, ReindexError::Source(_)), "{error}");
            examples += 1;
        }
    }
    assert_eq!(examples, 8);
    Declarations::read(&root().join("deploy/sources.toml")).unwrap();
}
