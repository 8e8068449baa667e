//! `PROFILES`: what is read is what was written, a changed file is refused, and names mean what is active.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use sosie_index::{
    GenerationStore, KeptProfiles, KeptProfilesError, PROFILES_FILE, ProfileSet, parse_profile,
};
use sosie_similarity::{
    AuthorId, Digest, ProfileChange, ProfileReason, ProfileRef, ProfileState, Timestamp,
};
use tempfile::{TempDir, tempdir};

const SHIPPED: &str = include_str!("../profiles/tranquillity-1.toml");

/// The shipped rules as another revision, with another least coverage.
fn text(name: &str, revision: u32, min_coverage: &str) -> String {
    let text = SHIPPED.replace("name = \"tranquillity\"", &format!("name = \"{name}\""));
    let text = text.replace("revision = 1", &format!("revision = {revision}"));
    text.replace(
        "min_coverage = 0.0",
        &format!("min_coverage = {min_coverage}"),
    )
}

/// A directory with `tranquillity@2`, `tranquillity@3` and `sound@1`.
fn files() -> TempDir {
    let dir = tempdir().unwrap();
    for (name, revision) in [("tranquillity", 2), ("tranquillity", 3), ("sound", 1)] {
        let file = dir.path().join(format!("{name}-{revision}.toml"));
        fs::write(file, text(name, revision, "0.5")).unwrap();
    }
    dir
}

fn set(files: &TempDir) -> ProfileSet {
    ProfileSet::shipped().with_dir(files.path()).unwrap()
}

/// After a change of the revision that `named` is in full.
fn after(set: &ProfileSet, kept: KeptProfiles, named: &str, reason: ProfileReason) -> KeptProfiles {
    let (set, _) = set.with_kept(&kept);
    let named = ProfileRef::parse(named).unwrap();
    let mut revisions = set.of(&named);
    let revision = revisions.find(|it| Some(it.profile().id().revision) == named.revision);
    let change = ProfileChange {
        time: Timestamp::from_micros(1_760_000_000_123_456).unwrap(),
        author: AuthorId::new("office-of-rules").unwrap(),
        reason,
    };
    kept.with(revision.unwrap().changed(None, change).unwrap())
}

fn found(set: &ProfileSet, named: &str) -> Option<String> {
    let named = ProfileRef::parse(named).unwrap();
    set.find(&named).map(|profile| profile.id().to_string())
}

fn write(dir: &Path, kept: &KeptProfiles) {
    let store = GenerationStore::open(dir, NonZeroUsize::MIN);
    store.unwrap().keep_profiles(kept).unwrap();
}

#[test]
fn what_is_kept_is_read_as_it_was_written() {
    let (dir, files) = (tempdir().unwrap(), files());
    assert_eq!(
        KeptProfiles::read(dir.path()).unwrap(),
        KeptProfiles::default()
    );
    assert_eq!(KeptProfiles::read_head(dir.path()).unwrap(), None);
    let (set, mut kept, mut heads) = (set(&files), KeptProfiles::default(), Vec::new());
    for (named, reason) in [
        ("tranquillity@2", ProfileReason::PolicyChange),
        ("tranquillity@1", ProfileReason::Superseded),
        ("tranquillity@2", ProfileReason::Defect),
        ("sound@1", ProfileReason::FirstUse),
    ] {
        kept = after(&set, kept, named, reason);
        write(dir.path(), &kept);
        assert_eq!(KeptProfiles::read(dir.path()).unwrap(), kept);
        heads.push(KeptProfiles::read_head(dir.path()).unwrap().unwrap());
    }
    heads.dedup();
    assert_eq!(heads.len(), 4);
}

/// Every byte of the file counts: one that is changed, missing or too many is seen.
#[test]
fn a_file_that_was_changed_in_any_byte_is_refused() {
    let (dir, files) = (tempdir().unwrap(), files());
    let kept = KeptProfiles::default();
    write(
        dir.path(),
        &after(&set(&files), kept, "sound@1", ProfileReason::FirstUse),
    );
    let path = dir.path().join(PROFILES_FILE);
    let good = fs::read(&path).unwrap();
    let mut damaged: Vec<Vec<u8>> = Vec::new();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        damaged.push(bad);
    }
    damaged.push(good[..good.len() - 1].to_vec());
    damaged.push([good.as_slice(), b"\n"].concat());
    damaged.push(Vec::new());
    for bad in damaged {
        fs::write(&path, &bad).unwrap();
        let refused = KeptProfiles::read(dir.path());
        assert!(matches!(refused, Err(KeptProfilesError::Malformed)));
    }
}

/// With a digest that fits, it is the content that is refused.
#[test]
fn a_history_that_no_life_has_is_refused() {
    let (dir, files) = (tempdir().unwrap(), files());
    let kept = KeptProfiles::default();
    write(
        dir.path(),
        &after(&set(&files), kept, "sound@1", ProfileReason::FirstUse),
    );
    let path = dir.path().join(PROFILES_FILE);
    let good = fs::read_to_string(&path).unwrap();
    let (_, json) = good.split_once('\n').unwrap();
    let digest = parse_profile(&text("sound", 1, "0.5"))
        .unwrap()
        .digest()
        .to_string();
    for (from, to) in [
        ("FIRST_USE", "DEFECT"),
        ("FIRST_USE", "BEST"),
        ("\"draft\"", "\"retired\""),
        ("office-of-rules", "Jean Dupont"),
        ("min_coverage = 0.5", "min_coverage = 0.25"),
        ("sound@1\"", "sound@2\""),
        (digest.as_str(), &Digest::of(b"other").to_string()),
        ("\"revisions\"", "\"more\": 1, \"revisions\""),
    ] {
        let bad = json.replacen(from, to, 1);
        assert_ne!(bad, json, "{from}");
        let whole = format!("sosie-profiles 1 {}\n{bad}", Digest::of(bad.as_bytes()));
        fs::write(&path, whole).unwrap();
        let refused = KeptProfiles::read(dir.path());
        assert!(matches!(refused, Err(KeptProfilesError::Malformed)), "{to}");
    }
}

#[test]
fn a_name_is_its_newest_active_revision_once_one_of_it_was_activated() {
    let files = files();
    let (set, kept) = (set(&files), KeptProfiles::default());
    assert_eq!(found(&set, "tranquillity").unwrap(), "tranquillity@3");
    let kept = after(&set, kept, "tranquillity@2", ProfileReason::Evaluation);
    let (used, changed) = set.with_kept(&kept);
    assert!(changed.is_empty());
    assert_eq!(found(&used, "tranquillity").unwrap(), "tranquillity@2");
    // Drafts are named in full, and names that nobody activated a revision of are as before.
    assert_eq!(found(&used, "tranquillity@3").unwrap(), "tranquillity@3");
    assert_eq!(found(&used, "sound").unwrap(), "sound@1");
    // What is retired gives its name back to the one before it, and is still there.
    let kept = after(&set, kept, "tranquillity@2", ProfileReason::Defect);
    let (used, _) = set.with_kept(&kept);
    assert_eq!(found(&used, "tranquillity").unwrap(), "tranquillity@1");
    assert_eq!(found(&used, "tranquillity@2").unwrap(), "tranquillity@2");
    let kept = after(&set, kept, "tranquillity@1", ProfileReason::Discontinued);
    let (used, _) = set.with_kept(&kept);
    assert_eq!(found(&used, "tranquillity"), None);
    let states: Vec<_> = used.revisions().map(|it| it.state()).collect();
    let (draft, retired) = (ProfileState::Draft, ProfileState::Retired);
    assert_eq!(states, [draft, retired, retired, draft]);
}

#[test]
fn an_activated_revision_needs_no_file_any_more_and_a_changed_file_is_refused_by_name() {
    let files = files();
    let kept = after(
        &set(&files),
        KeptProfiles::default(),
        "sound@1",
        ProfileReason::FirstUse,
    );
    let (used, changed) = ProfileSet::shipped().with_kept(&kept);
    assert_eq!(found(&used, "sound").unwrap(), "sound@1");
    assert!(changed.is_empty());
    let path = files.path().join("sound-1.toml");
    fs::write(&path, text("sound", 1, "0.25")).unwrap();
    let (used, changed) = set(&files).with_kept(&kept);
    let told = format!(
        "profiles: `{}`: `sound@1` is active and never changes: other rules are another revision",
        path.display()
    );
    assert_eq!(changed[0].to_string(), told);
    assert_eq!(changed.len(), 1);
    // The rules that were activated are those that are applied.
    let sound = used.find(&ProfileRef::parse("sound").unwrap()).unwrap();
    assert_eq!(sound.min_coverage(), 0.5);
}
