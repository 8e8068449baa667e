//! Publishing, verifying and pruning generations, over real directories.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use sosie_index::{
    ActivateError, ActivationReason, Choice, Current, GenerationId, GenerationStore, GuardEntry,
    GuardRules, KnownTimeRule, Manifest, ManifestParts, OpenError, Published, SourceEntry,
    StoreError, StoreId, StorePosition, VerifiedGeneration, VocabularyEntry, list_generations,
    read_activations,
};
use sosie_similarity::{Axis, Code, Digest, ProfileId, Timestamp};
use tantivy::directory::Directory;
use tantivy::schema::{STORED, STRING, Schema};
use tantivy::{Index, TantivyDocument};
use tempfile::{TempDir, tempdir};

const FILES: [(&str, &[u8]); 4] = [
    ("meta.json", b"{\"segments\":[]}"),
    (".managed.json", b"[\"a.fast\",\"empty\"]"),
    ("a.fast", b"columns"),
    ("empty", b""),
];

/// The form of version 1, of [`FILES`] and [`parts`]. If it must change, it is another version.
const MANIFEST_1: &str = r#"{
  "format_version": 3,
  "generation": "gen-000001",
  "created_time": "2023-11-14T22:13:20.123456Z",
  "event_count": 3,
  "document_count": 4,
  "store": {
    "store_id": "0000000000000000000000000000002a",
    "position": 7
  },
  "content_digest": "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73",
  "schema_digest": "df0ad6e43880f09c90ebf95f19110178aba6890df0010ebda7485029e2b543b4",
  "nature_digest": "5697abca7a318e6871d9519dbc0742f13935d3fbfe4939d140eedd83696f765b",
  "sector_digest": "9d5d7fcf3aa35a4809f92551aed1f26e3beb8532c2ddcb279e07f0e3d410251a",
  "missing_by_axis": {
    "footprint": 3,
    "location": 0
  },
  "profiles": [
    {
      "id": "tranquillity@1",
      "digest": "1900eab6c028483d7126599ee6f50de0d27907b5c65fa90524580b4b0f9852b0"
    }
  ],
  "sources": [
    {
      "source_id": "marseille-demo",
      "name": "Événements \"démo\"",
      "owner": "Ville",
      "licence": "etalab-2.0",
      "collection_method": "permits",
      "known_time": "end_time",
      "declared": true,
      "read": 5,
      "indexed": 3,
      "refused": 2,
      "input_sha256s": [
        "c96c6d5be8d08a12e7b5cdc1b207fa6b2430974c86803d8891675e76fd992c20"
      ]
    }
  ],
  "files": [
    {
      "name": ".managed.json",
      "size_bytes": 18,
      "sha256": "98deb94baa6522272f17d57b45095e551730af7c0ae6c892dc6845fdf280e65a"
    },
    {
      "name": "a.fast",
      "size_bytes": 7,
      "sha256": "0e624a1a135e4441e96ebbd5f95bc3df19c3c138df98c61ce684ef311d6e8b1a"
    },
    {
      "name": "empty",
      "size_bytes": 0,
      "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    },
    {
      "name": "meta.json",
      "size_bytes": 15,
      "sha256": "cf84482b9efdd9291a36643471c6e09c79a69623f87a7b61265b660e54e69eaf"
    }
  ]
}
"#;

fn parts() -> ManifestParts {
    ManifestParts {
        event_count: 3,
        document_count: 4,
        store: Some(StorePosition {
            store_id: StoreId(42),
            position: 7,
        }),
        content_digest: Digest::of(b"content"),
        schema_digest: Digest::of(b"schema"),
        nature_digest: Digest::of(b"nature"),
        sector_digest: Digest::of(b"sector"),
        profiles: vec![(profile_id("tranquillity", 1), Digest::of(b"profile"))],
        sources: vec![SourceEntry {
            source_id: Code::new("marseille-demo").unwrap(),
            name: "Événements \"démo\"".to_owned(),
            owner: "Ville".to_owned(),
            licence: "etalab-2.0".to_owned(),
            collection_method: "permits".to_owned(),
            known_time: KnownTimeRule::EndTime,
            declared: true,
            read: 5,
            indexed: 3,
            refused: 2,
            input_sha256s: vec![Digest::of(b"input")],
        }],
        guards: Vec::new(),
        missing_by_axis: BTreeMap::from([(Axis::Footprint, 3), (Axis::Location, 0)]),
        created_time: Timestamp::from_micros(1_700_000_000_123_456).unwrap(),
    }
}

/// The parts that a manifest was made of.
fn stated(manifest: &Manifest) -> ManifestParts {
    let manifest = manifest.clone();
    ManifestParts {
        event_count: manifest.event_count,
        document_count: manifest.document_count,
        store: manifest.store,
        content_digest: manifest.content_digest,
        schema_digest: manifest.schema_digest,
        nature_digest: manifest.nature_digest,
        sector_digest: manifest.sector_digest,
        profiles: manifest.profiles,
        sources: manifest.sources,
        guards: manifest.guards,
        missing_by_axis: manifest.missing_by_axis,
        created_time: manifest.created_time,
    }
}

fn profile_id(name: &str, revision: u32) -> ProfileId {
    let name = Code::new(name).unwrap();
    ProfileId { name, revision }
}

fn open_store(dir: &Path, keep: usize) -> GenerationStore {
    GenerationStore::open(dir, NonZeroUsize::new(keep).unwrap()).unwrap()
}

fn publish(store: &mut GenerationStore) -> Published {
    let stage = store.stage().unwrap();
    for (name, bytes) in FILES {
        fs::write(stage.path().join(name), bytes).unwrap();
    }
    store.publish(stage, parts()).unwrap()
}

/// Everything in `dir` by name, sorted.
fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn numbers(dir: &Path) -> Vec<u64> {
    let listed = list_generations(dir).unwrap();
    listed.iter().map(|s| s.generation.number()).collect()
}

fn current(dir: &Path) -> Current {
    Current::read(dir).unwrap().unwrap()
}

/// As a query process does it: the pointer, then what it names.
fn open(dir: &Path) -> Result<VerifiedGeneration, OpenError> {
    let current = Current::read(dir)?.expect("something was published");
    VerifiedGeneration::open(dir, &current)
}

fn refused(dir: &Path) -> String {
    open(dir).unwrap_err().to_string()
}

fn published_once() -> TempDir {
    let dir = tempdir().unwrap();
    publish(&mut open_store(dir.path(), 5));
    dir
}

#[test]
fn a_published_generation_is_read_as_it_was_built() {
    let dir = tempdir().unwrap();
    assert_eq!(Current::read(dir.path()).unwrap(), None);
    let mut store = open_store(dir.path(), 5);
    let published = publish(&mut store);
    assert_eq!(published.generation.to_string(), "gen-000001");
    assert_eq!(names(dir.path()), [".lock", "CURRENT", "gen-000001"]);

    let verified = open(dir.path()).unwrap();
    assert_eq!(verified.manifest_digest(), published.manifest_digest);
    let manifest = verified.manifest();
    let sorted: Vec<_> = manifest.files.iter().map(|file| &*file.name).collect();
    assert_eq!(sorted, [".managed.json", "a.fast", "empty", "meta.json"]);
    let size_bytes: usize = FILES.iter().map(|file| file.1.len()).sum();
    assert_eq!(manifest.size_bytes(), size_bytes as u64);
    for (name, bytes) in FILES {
        let held = verified.directory().atomic_read(Path::new(name)).unwrap();
        assert_eq!(held, bytes, "{name}");
    }
    assert_eq!(stated(manifest), parts());
}

#[test]
fn a_manifest_of_version_2_has_this_text() {
    let dir = published_once();
    let text = fs::read_to_string(dir.path().join("gen-000001/MANIFEST.json")).unwrap();
    assert_eq!(text, MANIFEST_1);
}

#[test]
fn a_reader_beside_a_writer_always_finds_a_generation() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 1);
    publish(&mut store);
    let writer = std::thread::spawn(move || (0..50).for_each(|_| drop(publish(&mut store))));
    let mut opened = 0;
    while !writer.is_finished() || opened == 0 {
        let named = current(dir.path());
        match VerifiedGeneration::open(dir.path(), &named) {
            Ok(verified) => {
                assert_eq!(verified.manifest().generation, named.generation);
                opened += 1;
            }
            Err(error) => assert_ne!(current(dir.path()), named, "{error}"),
        }
    }
    writer.join().unwrap();
}

#[test]
fn current_is_one_line_with_the_digest_of_the_manifest() {
    let dir = published_once();
    let manifest = fs::read(dir.path().join("gen-000001/MANIFEST.json")).unwrap();
    let line = fs::read_to_string(dir.path().join("CURRENT")).unwrap();
    assert_eq!(line, format!("gen-000001 {}\n", Digest::of(&manifest)));
}

#[test]
fn tantivy_opens_what_it_built() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 5);
    let stage = store.stage().unwrap();
    let mut schema = Schema::builder();
    let id = schema.add_text_field("event_id", STRING | STORED);
    let index = Index::create_in_dir(stage.path(), schema.build()).unwrap();
    let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
    for text in ["a", "b", "c"] {
        let mut document = TantivyDocument::new();
        document.add_text(id, text);
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    assert!(names(stage.path()).contains(&".tantivy-writer.lock".to_owned()));
    store.publish(stage, parts()).unwrap();

    let verified = open(dir.path()).unwrap();
    let locks = |name: &String| name.ends_with(".lock");
    assert!(!names(&dir.path().join("gen-000001")).iter().any(locks));
    let index = Index::open(verified.directory().clone()).unwrap();
    assert_eq!(index.validate_checksum().unwrap().len(), 0);
    assert_eq!(index.reader().unwrap().searcher().num_docs(), 3);
    // Nothing on the disk is read after the open.
    fs::remove_dir_all(dir.path().join("gen-000001")).unwrap();
    assert_eq!(index.reader().unwrap().searcher().num_docs(), 3);
}

#[test]
fn a_flipped_bit_of_any_byte_is_refused_by_the_name_of_its_file() {
    let dir = published_once();
    let generation = dir.path().join("gen-000001");
    for name in names(&generation) {
        let path = generation.join(&name);
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            fs::write(&path, bad).unwrap();
            let refused = refused(dir.path());
            let names_it = refused.starts_with(&format!("generation gen-000001: `{name}`"));
            assert!(names_it, "byte {at}: {refused}");
        }
        fs::write(&path, good).unwrap();
    }
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_flipped_bit_of_current_is_refused_by_its_name() {
    let dir = published_once();
    let path = dir.path().join("CURRENT");
    let good = fs::read(&path).unwrap();
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            fs::write(&path, bad).unwrap();
            assert!(
                refused(dir.path()).contains("`CURRENT`"),
                "byte {at}, bit {bit}"
            );
        }
    }
    for length in 0..good.len() {
        fs::write(&path, &good[..length]).unwrap();
        assert!(refused(dir.path()).contains("`CURRENT`"), "cut to {length}");
    }
}

#[test]
fn a_file_cut_or_grown_or_lost_is_refused_by_name() {
    let dir = published_once();
    let generation = dir.path().join("gen-000001");
    for name in names(&generation) {
        let path = generation.join(&name);
        let good = fs::read(&path).unwrap();
        let expected = format!("generation gen-000001: `{name}` ");
        if let Some(cut) = good.len().checked_sub(1) {
            fs::write(&path, &good[..cut]).unwrap();
            assert!(refused(dir.path()).starts_with(&expected), "cut {name}");
        }
        fs::write(&path, [&good[..], b"x"].concat()).unwrap();
        assert!(refused(dir.path()).starts_with(&expected), "grown {name}");
        fs::remove_file(&path).unwrap();
        assert_eq!(refused(dir.path()), format!("{expected}is missing"));
        fs::create_dir(&path).unwrap();
        assert!(
            refused(dir.path()).starts_with(&expected),
            "directory {name}"
        );
        fs::remove_dir(&path).unwrap();
        fs::write(&path, good).unwrap();
    }
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_file_that_the_manifest_does_not_name_is_refused_by_name() {
    let dir = published_once();
    let extra = dir.path().join("gen-000001/.tantivy-meta.lock");
    fs::write(&extra, "").unwrap();
    let expected = "generation gen-000001: `.tantivy-meta.lock` is not in its manifest";
    assert_eq!(refused(dir.path()), expected);
    fs::remove_file(&extra).unwrap();
    fs::create_dir(&extra).unwrap();
    assert_eq!(refused(dir.path()), expected);
}

#[cfg(unix)]
#[test]
fn a_link_is_no_file_of_a_generation() {
    let dir = published_once();
    let path = dir.path().join("gen-000001/a.fast");
    let elsewhere = dir.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    assert!(refused(dir.path()).contains("`a.fast` does not match"));
}

/// Publishes once, edits the manifest, and makes `CURRENT` vouch for the edited one.
fn with_manifest(edit: impl Fn(&str) -> String) -> TempDir {
    let dir = published_once();
    let path = dir.path().join("gen-000001/MANIFEST.json");
    let edited = edit(&fs::read_to_string(&path).unwrap());
    fs::write(&path, &edited).unwrap();
    let line = format!("gen-000001 {}\n", Digest::of(edited.as_bytes()));
    fs::write(dir.path().join("CURRENT"), line).unwrap();
    dir
}

#[test]
fn a_manifest_is_checked_even_if_its_digest_is_right() {
    let check = |from: &str, to: &str, expected: &str| {
        let dir = with_manifest(|json| {
            assert!(json.contains(from), "{from}");
            json.replacen(from, to, 1)
        });
        let prefix = "generation gen-000001: `MANIFEST.json`";
        assert_eq!(refused(dir.path()), format!("{prefix}{expected}"));
    };
    let malformed = "is not of the documented form";
    for name in ["../x", "/etc/passwd", "..", "a/b", "MANIFEST.json", ""] {
        let expected = format!(": `files[1].name` {malformed}");
        check("\"a.fast\"", &format!("\"{name}\""), &expected);
    }
    check(
        "\"a.fast\"",
        "\"empty\"",
        ": `files[2].name` is given twice",
    );
    let version = |found| format!(" has format version {found}, not 3");
    check(
        "\"format_version\": 3",
        "\"format_version\": 1",
        &version(1),
    );
    check(
        "\"format_version\": 3",
        "\"format_version\": 4, \"new\": 1",
        &version(4),
    );
    check(
        "\"event_count\"",
        "\"organiser\"",
        &format!(": `organiser` {malformed}"),
    );
    check(
        "\"owner\"",
        "\"phone\"",
        &format!(": `sources[0].phone` {malformed}"),
    );
    check(
        "\"end_time\"",
        "\"later\"",
        &format!(": `sources[0].known_time` {malformed}"),
    );
    check(
        "tranquillity@1",
        "tranquillity",
        &format!(": `profiles[0].id` {malformed}"),
    );
    check("gen-000001", "gen-000002", " does not match `CURRENT`");
    check(
        "\"location\": 0",
        "\"name\": 0",
        ": `missing_by_axis` is not a known field",
    );
    let dir = with_manifest(|json| format!("{json}{{}}"));
    assert!(refused(dir.path()).ends_with(malformed));
}

#[test]
fn one_writer_at_a_time() {
    let dir = tempdir().unwrap();
    let keep = NonZeroUsize::MIN;
    let first = GenerationStore::open(dir.path(), keep).unwrap();
    let second = GenerationStore::open(dir.path(), keep);
    assert!(matches!(second, Err(StoreError::Locked)));
    drop(first);
    assert!(GenerationStore::open(dir.path(), keep).is_ok());
}

#[test]
fn the_last_ones_are_kept_and_no_number_is_used_twice() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 2);
    let pruned: Vec<Vec<u64>> = (0..4)
        .map(|_| {
            publish(&mut store)
                .pruned
                .iter()
                .map(|id| id.number())
                .collect()
        })
        .collect();
    assert_eq!(pruned, [vec![], vec![], vec![1], vec![2]]);
    assert_eq!(numbers(dir.path()), [4, 3]);
    drop(store);

    // Lost directories give their numbers to nobody.
    fs::remove_dir_all(dir.path().join("gen-000003")).unwrap();
    fs::remove_dir_all(dir.path().join("gen-000004")).unwrap();
    assert!(refused(dir.path()).contains("gen-000004 is not there"));
    let mut store = open_store(dir.path(), 1);
    assert_eq!(publish(&mut store).generation.number(), 5);
    assert_eq!(publish(&mut store).generation.number(), 6);
    assert_eq!(names(dir.path()), [".lock", "CURRENT", "gen-000006"]);
}

#[test]
fn a_stage_is_removed_unless_it_was_published() {
    let dir = tempdir().unwrap();
    let store = open_store(dir.path(), 2);
    let (first, second) = (store.stage().unwrap(), store.stage().unwrap());
    assert_ne!(first.path(), second.path());
    fs::write(first.path().join("x"), "x").unwrap();
    assert_eq!(names(dir.path()), [".lock", ".stage-1", ".stage-2"]);
    drop((first, second));
    assert_eq!(names(dir.path()), [".lock"]);
}

#[test]
fn a_stage_with_more_than_plain_files_is_refused_and_current_stays() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 2);
    let before = publish(&mut store);
    for (name, is_dir) in [("inner", true), ("a b", false), ("MANIFEST.json", false)] {
        let stage = store.stage().unwrap();
        let path = stage.path().join(name);
        if is_dir {
            fs::create_dir(&path).unwrap();
        } else {
            fs::write(&path, "x").unwrap();
        }
        let error = store.publish(stage, parts()).unwrap_err();
        let expected = matches!(error, StoreError::NotPlain { .. } | StoreError::Manifest(_));
        assert!(expected, "{name}: {error}");
    }
    assert_eq!(names(dir.path()), [".lock", "CURRENT", "gen-000001"]);
    assert_eq!(current(dir.path()).manifest_digest, before.manifest_digest);
}

#[test]
fn what_still_writes_to_a_stage_cannot_spoil_the_current_generation() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 3);
    publish(&mut store);
    for name in [".tantivy-meta.lock", "late"].repeat(20) {
        let stage = store.stage().unwrap();
        fs::write(stage.path().join("a.fast"), "x").unwrap();
        let late = stage.path().join(name);
        let writer = std::thread::spawn(move || while fs::write(&late, "").is_ok() {});
        let published = store.publish(stage, parts());
        writer.join().unwrap();
        let verified = open(dir.path()).unwrap();
        if let Ok(published) = published {
            assert_eq!(verified.manifest().generation, published.generation);
        }
    }
}

#[test]
fn a_damaged_generation_is_listed_with_its_error() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 9);
    (0..4).for_each(|_| drop(publish(&mut store)));
    fs::remove_file(dir.path().join("gen-000002/a.fast")).unwrap();
    fs::remove_dir_all(dir.path().join("gen-000004")).unwrap();
    let listed = list_generations(dir.path()).unwrap();
    let told: Vec<_> = listed
        .iter()
        .map(|summary| {
            let fact = match &summary.manifest {
                Ok(manifest) => manifest.event_count.to_string(),
                Err(error) => error.to_string(),
            };
            (summary.generation.number(), summary.is_current, fact)
        })
        .collect();
    let expected = [
        (
            4,
            true,
            "generation gen-000004 is not there, though `CURRENT` named it",
        ),
        (3, false, "3"),
        (2, false, "generation gen-000002: `a.fast` is missing"),
        (1, false, "3"),
    ];
    assert_eq!(told, expected.map(|(n, c, fact)| (n, c, fact.to_owned())));
    assert!(
        list_generations(&dir.path().join("absent"))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn publishing_mends_a_damaged_pointer() {
    let dir = published_once();
    fs::write(dir.path().join("CURRENT"), "gen-0").unwrap();
    assert!(matches!(
        list_generations(dir.path()),
        Err(OpenError::CurrentMalformed)
    ));
    let published = publish(&mut open_store(dir.path(), 5));
    assert_eq!(published.generation.number(), 2);
    assert!(open(dir.path()).is_ok());
}

/// A directory with generation 1 served, as a writer leaves it that is killed at some step of
/// publishing generation 2 with `keep` = 1.
fn killed(at: &str) -> TempDir {
    let dir = tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let mut store = open_store(dir.path(), 9);
    publish(&mut store);
    let first = fs::read(path("CURRENT")).unwrap();
    publish(&mut store);
    let second = fs::read(path("CURRENT")).unwrap();
    drop(store);
    fs::write(path("CURRENT"), &first).unwrap();
    match at {
        "files written" => {
            fs::rename(path("gen-000002"), path(".stage-1")).unwrap();
            fs::remove_file(path(".stage-1/MANIFEST.json")).unwrap();
            fs::write(path(".stage-1/a.fast"), "col").unwrap();
        }
        "manifest half written" => {
            fs::rename(path("gen-000002"), path(".stage-1")).unwrap();
            fs::write(path(".stage-1/MANIFEST.json"), "{").unwrap();
        }
        "manifest written" => fs::rename(path("gen-000002"), path(".stage-1")).unwrap(),
        "renamed" => {}
        "pointer half written" => fs::write(path(".next-CURRENT"), &second[..20]).unwrap(),
        "pointer written" => fs::write(path(".next-CURRENT"), &second).unwrap(),
        "pointer replaced" => fs::write(path("CURRENT"), &second).unwrap(),
        "pruned one renamed" | "pruned one half removed" => {
            fs::write(path("CURRENT"), &second).unwrap();
            fs::rename(path("gen-000001"), path(".pruned-gen-000001")).unwrap();
            if at == "pruned one half removed" {
                fs::remove_file(path(".pruned-gen-000001/MANIFEST.json")).unwrap();
            }
        }
        other => panic!("no such step: {other}"),
    }
    dir
}

#[test]
fn a_writer_killed_at_any_step_leaves_a_generation_that_opens() {
    for (step, is_second_named, serves) in [
        ("files written", false, 1),
        ("manifest half written", false, 1),
        ("manifest written", false, 1),
        ("renamed", true, 1),
        ("pointer half written", true, 1),
        ("pointer written", true, 1),
        ("pointer replaced", true, 2),
        ("pruned one renamed", true, 2),
        ("pruned one half removed", true, 2),
    ] {
        let dir = killed(step);
        let serves_it = |generation: u64| {
            let verified = open(dir.path()).unwrap();
            assert_eq!(
                verified.manifest().generation.number(),
                generation,
                "{step}"
            );
        };
        serves_it(serves);
        let listed = list_generations(dir.path()).unwrap();
        let is_current = |number| {
            listed
                .iter()
                .any(|s| s.generation.number() == number && s.is_current)
        };
        assert_eq!(
            (is_current(1), is_current(2)),
            (serves == 1, serves == 2),
            "{step}"
        );

        let mut store = open_store(dir.path(), 1);
        serves_it(serves);
        let leftover = |name: &String| name.starts_with('.') && name != ".lock";
        assert!(!names(dir.path()).iter().any(leftover), "{step}");
        let next = if is_second_named { 3 } else { 2 };
        assert_eq!(publish(&mut store).generation.number(), next, "{step}");
        serves_it(next);
        assert_eq!(numbers(dir.path()), [next], "{step}");
    }
}

#[test]
fn an_older_pointer_outlives_newer_directories_until_the_next_publication() {
    // Rolled back by hand: 1 is served, 2 and 3 are kept.
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 3);
    publish(&mut store);
    let first = fs::read(dir.path().join("CURRENT")).unwrap();
    publish(&mut store);
    publish(&mut store);
    fs::write(dir.path().join("CURRENT"), first).unwrap();
    assert_eq!(current(dir.path()).generation.number(), 1);
    let published = publish(&mut store);
    assert_eq!(
        (published.generation.number(), published.pruned.len()),
        (4, 1)
    );
    assert_eq!(numbers(dir.path()), [4, 3, 2]);
}

fn choice(expected: Option<GenerationId>) -> Choice {
    Choice {
        time: Timestamp::from_micros(7).unwrap(),
        reason: ActivationReason::WrongData,
        expected,
    }
}

/// A generation that is kept, whether it is served or not.
fn kept(dir: &Path, name: &str) -> Result<VerifiedGeneration, OpenError> {
    let current = Current::of(dir, GenerationId::parse(name).unwrap())?;
    VerifiedGeneration::open(dir, &current)
}

#[test]
fn a_generation_that_is_kept_can_be_chosen_backwards_and_forwards_with_its_reason() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 5);
    let (first, second) = (publish(&mut store), publish(&mut store));
    let one = kept(dir.path(), "gen-000001").unwrap();
    let back = store.activate(&one, choice(None)).unwrap();
    assert_eq!(current(dir.path()).generation, first.generation);
    assert_eq!(current(dir.path()).manifest_digest, first.manifest_digest);
    let two = kept(dir.path(), "gen-000002").unwrap();
    let forth = store.activate(&two, choice(Some(first.generation)));
    assert_eq!(current(dir.path()).generation, second.generation);
    assert_eq!(back.previous, Some(second.generation));
    let journal = read_activations(dir.path()).unwrap();
    assert_eq!(journal, [back, forth.unwrap()]);
    // Numbers go on from the newest, whichever is served.
    store.activate(&one, choice(None)).unwrap();
    assert_eq!(publish(&mut store).generation.number(), 3);
}

#[test]
fn what_is_not_expected_or_not_kept_or_damaged_is_not_served() {
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 5);
    let (first, second) = (publish(&mut store), publish(&mut store));
    let one = kept(dir.path(), "gen-000001").unwrap();
    let refused = store.activate(&one, choice(Some(first.generation)));
    assert!(matches!(
        refused,
        Err(ActivateError::Mismatch { found }) if found == Some(second.generation)
    ));
    let absent = kept(dir.path(), "gen-000009").unwrap_err();
    assert!(matches!(absent, OpenError::NotFound { .. }), "{absent}");
    fs::remove_file(dir.path().join("gen-000001").join("a.fast")).unwrap();
    let damaged = kept(dir.path(), "gen-000001").unwrap_err();
    assert!(matches!(damaged, OpenError::FileMissing { .. }));
    let removed = store.activate(&one, choice(None));
    assert!(matches!(removed, Err(ActivateError::Damaged(_))));
    assert_eq!(current(dir.path()).generation, second.generation);
    assert_eq!(read_activations(dir.path()).unwrap(), []);
}

/// With them a manifest says more; without, it is the one that earlier versions wrote.
#[test]
fn the_rules_of_the_guard_are_in_the_manifest_and_pinned_by_its_digest() {
    let digest = |text: &str| Digest::of(text.as_bytes()).to_string();
    let guards = vec![
        GuardEntry {
            from_position: 3,
            rules: Some(GuardRules {
                policy_digest: digest("policy"),
                vocabularies: vec![VocabularyEntry {
                    list: "nature".to_owned(),
                    name: "natures".to_owned(),
                    version: "2026-1".to_owned(),
                    digest: digest("natures"),
                }],
            }),
        },
        GuardEntry {
            from_position: 5,
            rules: None,
        },
    ];
    let dir = tempdir().unwrap();
    let mut store = open_store(dir.path(), 5);
    let without = publish(&mut store);
    assert_eq!(without.manifest.guards, []);
    let json = |id: &str| fs::read_to_string(dir.path().join(id).join("MANIFEST.json")).unwrap();
    assert!(!json("gen-000001").contains("guards"));
    let stage = store.stage().unwrap();
    for (name, bytes) in FILES {
        fs::write(stage.path().join(name), bytes).unwrap();
    }
    let parts = ManifestParts {
        guards: guards.clone(),
        ..parts()
    };
    let with = store.publish(stage, parts).unwrap();
    let read = list_generations(dir.path()).unwrap();
    assert_eq!(read[0].manifest.as_ref().unwrap().guards, guards);
    assert_eq!(read[1].manifest.as_ref().unwrap().guards, []);
    assert_eq!(
        with.manifest_digest,
        Digest::of(json("gen-000002").as_bytes())
    );
    let changed = json("gen-000002").replace(&digest("policy"), "no digest");
    fs::write(dir.path().join("gen-000002/MANIFEST.json"), changed).unwrap();
    // Not the one that CURRENT pins, whatever it says.
    assert!(list_generations(dir.path()).unwrap()[0].manifest.is_err());
}
