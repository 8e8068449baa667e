use std::path::Path;

use sosie_synthetic::{Config, Generator};

use super::*;
use crate::IndexBuilder;

/// An index of several segments, some documents of which are deleted.
fn index(dir: &Path) -> (tantivy::Index, Segments) {
    let config = Config {
        footprints_share: 0.05,
        ..Config::default()
    };
    let generator = Generator::new(7, config);
    let mut builder = IndexBuilder::create(dir).unwrap();
    for index in 0..3_000 {
        builder.upsert(&generator.event(index % 2_500)).unwrap();
        if index % 1_000 == 999 {
            builder.cut().unwrap();
        }
    }
    builder.commit().unwrap();
    let index = tantivy::Index::open_in_dir(dir).unwrap();
    let segments = Segments::of(&index).unwrap();
    (index, segments)
}

fn names(dir: &Path) -> Vec<std::ffi::OsString> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn the_file_is_the_same_whatever_memory_its_sorts_have() {
    let dir = tempfile::tempdir().unwrap();
    let (_index, segments) = index(dir.path());
    let built = |memory_bytes: usize| {
        let path = dir.path().join(format!("{memory_bytes}.blocks"));
        let ids = IdRanks::of(&segments).unwrap();
        assert_eq!(
            build(&segments, ids, &path, memory_bytes).unwrap().events,
            2_500
        );
        std::fs::read(path).unwrap()
    };
    let in_memory = built(crate::external_sort::SORT_MEMORY_BYTES);
    assert!(in_memory.len() > 100_000);
    // Runs of 160 rows, and of one.
    assert!(built(10_240) == in_memory);
    assert!(built(2_000) == in_memory);
}

#[test]
fn a_build_that_fails_leaves_no_file_of_its_sorts() {
    let dir = tempfile::tempdir().unwrap();
    let (_index, segments) = index(dir.path());
    let path = dir.path().join("taken.blocks");
    std::fs::write(&path, "there is a file already").unwrap();
    let before = names(dir.path());
    let ids = IdRanks::of(&segments).unwrap();
    assert!(build(&segments, ids, &path, 10_240).is_err());
    assert_eq!(names(dir.path()), before);
}
