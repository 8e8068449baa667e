use std::path::Path;
use std::sync::Arc;

use sosie_synthetic::{Config, Generator};

use super::*;
use crate::IndexBuilder;
use crate::blocks::Blocks;
use crate::blocks::layout::ByteColumn;
use crate::blocks::sections::HEADER_WORDS;

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

#[test]
fn blocks_begin_on_a_line_and_a_file_without_blanks_holds_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (_index, segments) = index(dir.path());
    let path = dir.path().join("built.blocks");
    let ids = IdRanks::of(&segments).unwrap();
    build(&segments, ids, &path, 1 << 20).unwrap();
    let file = std::fs::read(path).unwrap();
    let (head, rest) = file.split_at(HEADER_WORDS * 8);
    let meta_bytes = u64::from_le_bytes(head[16..].try_into().unwrap()) as usize;
    let (meta, sections) = rest.split_at(meta_bytes);
    assert_eq!((head.len() + meta.len()) % 64, 0);
    // As it was written before: nothing after the meta but what fills its last word.
    let meta = meta.trim_ascii_end();
    let mut before = [&head[..16], &(meta.len() as u64).to_le_bytes(), meta].concat();
    before.resize(before.len().next_multiple_of(8), 0);
    before.extend_from_slice(sections);
    let open = |bytes: &[u8]| {
        let words = bytes.as_chunks().0.iter();
        let words: Vec<u64> = words.map(|word| u64::from_le_bytes(*word)).collect();
        Blocks::open(Arc::new(words.into())).unwrap()
    };
    let (blocks, before) = (open(&file), open(&before));
    assert_eq!(blocks.block_count(), before.block_count());
    for at in 0..blocks.block_count() {
        let bytes = |blocks: &Blocks| *blocks.block(at).bytes(ByteColumn::Duration);
        assert_eq!(bytes(&blocks), bytes(&before));
    }
    assert_eq!(blocks.documents(), before.documents());
}
