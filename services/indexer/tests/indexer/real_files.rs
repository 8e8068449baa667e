//! Files that nobody on this project wrote. They are not part of it: looked for beside the workspace.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sosie_indexer::{Input, Summary};
use sosie_similarity::Axis;

use crate::bench::{Bench, assert_counts, root};

/// What a file must give, all of it.
struct Expected {
    mapping: &'static str,
    file: &'static str,
    /// Read, indexed, refused.
    counts: (u64, u64, u64),
    refusals: &'static [(&'static str, &'static str, u64)],
    corrections: &'static [(&'static str, &'static str, u64)],
    /// Axes on which a value is missing in some events and not in all, in the order of [`Axis::ALL`].
    missing: &'static [(Axis, u64)],
}

const EXPECTED: [Expected; 8] = [
    Expected {
        mapping: "san_diego",
        file: "san_diego_2016_2018",
        counts: (2_769, 2_644, 125),
        refusals: &[("end_time", "END_BEFORE_START", 125)],
        corrections: &[("location.latitude", "DROPPED_OUT_OF_RANGE", 13)],
        missing: &[
            (Axis::Location, 171),
            (Axis::Participants, 382),
            (Axis::Sector, 270),
        ],
    },
    Expected {
        mapping: "san_diego_native",
        file: "san_diego_native",
        counts: (4_795, 4_489, 306),
        refusals: &[
            ("end_time", "END_BEFORE_START", 304),
            ("end_time", "REQUIRED", 2),
        ],
        corrections: &[("location.latitude", "DROPPED_OUT_OF_RANGE", 32)],
        missing: &[(Axis::Location, 199), (Axis::Participants, 1_736)],
    },
    Expected {
        mapping: "seattle",
        file: "seattle_2014_2017",
        counts: (1_658, 1_657, 1),
        // One id has a line feed in it.
        refusals: &[("event_id", "MALFORMED", 1)],
        corrections: &[],
        missing: &[
            (Axis::Location, 40),
            (Axis::Participants, 27),
            (Axis::Nature, 303),
            (Axis::Sector, 55),
            (Axis::Footprint, 1_403),
            (Axis::Duration, 1_460),
        ],
    },
    Expected {
        mapping: "seattle_native",
        file: "seattle_native",
        counts: (1_658, 1_657, 1),
        refusals: &[("event_id", "MALFORMED", 1)],
        corrections: &[("nature", "NO_PARENT", 2)],
        missing: &[
            (Axis::Participants, 27),
            (Axis::Nature, 2),
            (Axis::Sector, 55),
            (Axis::Duration, 1_460),
        ],
    },
    Expected {
        mapping: "ccc",
        file: "ccc_us_2017_2020",
        counts: (27_995, 27_988, 7),
        refusals: &[("start_time", "OUT_OF_RANGE", 7)],
        corrections: &[
            ("nature", "UNLISTED", 273),
            ("participants", "SORTED", 1_000),
            ("participants.best", "ROUNDED", 252),
            ("sector", "CODE_CUT", 1),
            ("sector", "NO_PARENT", 1_889),
            ("sector", "UNLISTED", 5),
        ],
        missing: &[
            (Axis::Location, 130),
            (Axis::Participants, 11_947),
            (Axis::Nature, 413),
            (Axis::Sector, 44),
        ],
    },
    Expected {
        mapping: "madrid",
        file: "madrid_agenda",
        counts: (1_794, 1_790, 4),
        refusals: &[("end_time", "END_BEFORE_START", 4)],
        corrections: &[],
        missing: &[
            (Axis::Location, 71),
            (Axis::Nature, 142),
            (Axis::Sector, 71),
            (Axis::Duration, 69),
        ],
    },
    Expected {
        mapping: "panorama",
        file: "fr_panorama_festivals_2018_2019",
        counts: (3_136, 2_796, 340),
        refusals: &[
            ("end_time", "END_BEFORE_START", 1),
            ("start_time", "REQUIRED", 339),
        ],
        corrections: &[("nature", "CODE_CUT", 16)],
        missing: &[(Axis::Location, 2), (Axis::Duration, 201)],
    },
    Expected {
        mapping: "nyc",
        file: "nyc_permits_2022",
        counts: (8_501, 8_501, 0),
        refusals: &[],
        corrections: &[("sector", "SEVERAL", 387)],
        missing: &[],
    },
];

/// `None`, said aloud, where the files are not.
fn real_file(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(format!("{name}.csv"));
    if path.exists() {
        return Some(path);
    }
    eprintln!("{} is not there: nothing was tested", path.display());
    None
}

fn input(expected: &Expected) -> Option<Input> {
    let file = real_file(expected.file)?;
    let mapping = root().join(format!("deploy/mappings/{}.toml", expected.mapping));
    Some(Input::Mapped { mapping, file })
}

fn check(summary: &Summary, expected: &Expected) {
    let name = expected.file;
    let (read, indexed, refused) = expected.counts;
    assert_counts(summary, read, indexed, refused);
    assert_eq!(summary.event_count, indexed, "{name}");
    let refusals: Vec<_> = summary.total.refusals.iter().collect();
    assert_eq!(refusals, expected.refusals, "{name}");
    let corrections: Vec<_> = summary.total.corrections.iter().collect();
    assert_eq!(corrections, expected.corrections, "{name}");
    let some = summary
        .missing
        .iter()
        .filter(|m| m.count > 0 && m.count < indexed);
    let missing: Vec<_> = some.map(|missing| (missing.axis, missing.count)).collect();
    assert_eq!(missing, expected.missing, "{name}");
}

#[test]
fn every_row_of_every_real_file_is_accounted_for() {
    for expected in &EXPECTED {
        let Some(input) = input(expected) else { return };
        let bench = Bench::new();
        let summary = bench.run(vec![input]).unwrap();
        check(&summary, expected);
        assert_eq!(bench.rejects().lines().count() as u64, expected.counts.2);
    }
}

#[test]
fn all_real_files_make_one_generation_with_all_their_data_sets() {
    let inputs: Option<Vec<_>> = EXPECTED.iter().map(input).collect();
    let Some(inputs) = inputs else { return };
    let bench = Bench::new();
    let summary = bench.run(inputs).unwrap();
    assert_counts(&summary, 52_306, 51_522, 784);
    let manifest = bench.manifest();
    let sources: BTreeMap<_, _> = manifest
        .sources
        .iter()
        .map(|s| (s.source_id.as_str(), (s.read, s.declared)))
        .collect();
    assert_eq!(sources.len(), 8);
    assert_eq!(sources["ccc-gatherings"], (27_995, true));
    assert_eq!(manifest.event_count, 51_522);
}

/// Titles, addresses and places of the native files.
#[test]
fn no_free_text_of_a_real_file_is_in_the_index() {
    let Some(input) = input(&EXPECTED[1]) else {
        return;
    };
    let bench = Bench::new();
    bench.run(vec![input]).unwrap();
    let generation = bench.generations().join("gen-000001");
    for entry in std::fs::read_dir(generation).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for text in ["Farmer's Market", "Bayard", "Grand Avenue"] {
            assert!(
                !bytes
                    .windows(text.len())
                    .any(|window| window == text.as_bytes()),
                "{text}"
            );
        }
    }
}

#[test]
fn a_real_map_finds_the_sectors_of_real_points() {
    let map = root().join("../shared/data/geo/seattle_council_districts.geojson");
    let Some(file) = real_file("seattle_2014_2017").filter(|_| map.exists()) else {
        return;
    };
    let bench = Bench::new();
    let text = std::fs::read_to_string(root().join("deploy/mappings/seattle.toml")).unwrap();
    let sector = text.find("[[fields.sector.levels]]").unwrap();
    let location = text.find("[fields.location]").unwrap();
    let from_map = format!(
        "[fields.sector]\nmap = {{ file = {map:?} }}\nlevels = [{{ constant = \"seattle\" }}, {{ property = \"district\" }}]\n"
    );
    let ignored = "[ignored]\nsector = \"from the map\"\n";
    let text =
        text[..sector].to_owned() + &from_map + &text[location..].replace("[ignored]\n", ignored);
    let mapping = bench.write("mapping.toml", text);
    let summary = bench.run(vec![Input::Mapped { mapping, file }]).unwrap();
    assert_counts(&summary, 1_658, 1_657, 1);
    assert_eq!(
        bench
            .event("sea-S14JA006")
            .parts()
            .stated
            .sector
            .as_ref()
            .unwrap()
            .as_str(),
        "seattle/4"
    );
}
