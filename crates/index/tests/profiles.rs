//! Profiles as TOML: the shipped one to the letter, every measure both ways, refusals by file and field.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use sosie_index::{PROFILE_BYTES_MAX, ProfileSet, parse_profile, to_toml};
use sosie_similarity::{
    Axis, AxisRule, Code, CodePath, DecayShape, Measure, MissingPolicy, Profile, ProfileId,
    ProfileRef, SimilarityTable,
};
use tempfile::tempdir;

const SHIPPED: &str = include_str!("../profiles/tranquillity-1.toml");

/// A change of it is a change of every receipt: an answer of old could no longer be checked. If this
/// fails, add a revision instead.
const TRANQUILLITY_1_DIGEST: &str =
    "67e81d9384009b2087a106a73967e9effb9b223eccc4794a312f784df87c3899";

fn find(set: &ProfileSet, reference: &str) -> Option<String> {
    let reference = ProfileRef::parse(reference).unwrap();
    set.find(&reference).map(|profile| profile.id().to_string())
}

fn id(name: &str, revision: u32) -> ProfileId {
    let name = Code::new(name).unwrap();
    ProfileId { name, revision }
}

/// SPEC section 3, the table of axes.
fn measures() -> [(Axis, Measure); 8] {
    let log_ratio = |r| Measure::LogRatio { r };
    let shape = DecayShape::Exponential;
    [
        (Axis::Location, Measure::GeoDecay { h_km: 2.0, shape }),
        (Axis::Participants, log_ratio(3.0)),
        (Axis::Nature, Measure::PathAffinity),
        (Axis::Sector, Measure::PathAffinity),
        (Axis::DayKind, Measure::ShareOverlap),
        (Axis::Season, Measure::ShareOverlap),
        (Axis::Footprint, log_ratio(3.0)),
        (Axis::Duration, log_ratio(2.0)),
    ]
}

fn rules(measures: impl IntoIterator<Item = (Axis, Measure)>) -> Vec<AxisRule> {
    let rule = |(axis, measure)| AxisRule {
        axis,
        measure,
        weight: 1.0,
        missing: MissingPolicy::Zero,
    };
    measures.into_iter().map(rule).collect()
}

#[test]
fn the_shipped_profile_is_the_table_of_the_specification() {
    let expected = Profile::new(id("tranquillity", 1), rules(measures()), 0.0).unwrap();
    assert_eq!(parse_profile(SHIPPED).unwrap(), expected);
    let set = ProfileSet::shipped();
    let all: Vec<_> = set.iter().map(|profile| profile.as_ref().clone()).collect();
    assert_eq!(all, [expected]);
}

#[test]
fn the_digest_of_tranquillity_1_never_changes() {
    let digest = parse_profile(SHIPPED).unwrap().digest();
    assert_eq!(digest.to_string(), TRANQUILLITY_1_DIGEST);
}

#[test]
fn comments_aside_the_shipped_text_is_what_we_write() {
    let without_comments = |text: &str| -> String {
        let lines = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim_end());
        let kept = lines.skip_while(|line| line.is_empty());
        kept.map(|line| format!("{line}\n")).collect()
    };
    let written = to_toml(&parse_profile(SHIPPED).unwrap());
    assert_eq!(without_comments(SHIPPED), written);
}

#[test]
fn a_name_is_its_newest_revision() {
    let dir = tempdir().unwrap();
    for (name, revision) in [("tranquillity", 2), ("tranquillity", 10), ("sound", 1)] {
        let profile = Profile::new(id(name, revision), rules(measures()), 0.5).unwrap();
        let file = dir.path().join(format!("{name}-{revision}.toml"));
        fs::write(file, to_toml(&profile)).unwrap();
    }
    fs::write(dir.path().join("README.md"), "not a profile").unwrap();
    fs::create_dir(dir.path().join("inner.toml")).unwrap();
    let set = ProfileSet::shipped().with_dir(dir.path()).unwrap();
    let ids: Vec<_> = set.iter().map(|profile| profile.id().to_string()).collect();
    let expected = [
        "sound@1",
        "tranquillity@1",
        "tranquillity@2",
        "tranquillity@10",
    ];
    assert_eq!(ids, expected);
    assert_eq!(
        find(&set, "tranquillity").as_deref(),
        Some("tranquillity@10")
    );
    assert_eq!(
        find(&set, "tranquillity@2").as_deref(),
        Some("tranquillity@2")
    );
    assert_eq!(find(&set, "tranquillity@3"), None);
    assert_eq!(find(&set, "sound").as_deref(), Some("sound@1"));
    assert_eq!(find(&set, "soun"), None);
}

/// What the directory says that holds `text` as `x.toml`, without the path of the directory.
fn refused(text: &str) -> String {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("x.toml"), text).unwrap();
    let error = ProfileSet::shipped().with_dir(dir.path()).unwrap_err();
    let prefix = format!("profiles: `{}/", dir.path().display());
    error.to_string().strip_prefix(&prefix).unwrap().to_owned()
}

/// The shipped text as revision 2 with `from` replaced once is refused as `expected`.
fn check(from: &str, to: &str, expected: &str) {
    let text = SHIPPED.replace("revision = 1", "revision = 2");
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    assert_eq!(refused(&text), format!("x.toml`: {expected}"), "{to}");
}

#[test]
fn a_text_of_another_form_is_refused_by_file_and_field_without_its_values() {
    let unknown = |from, to, field| check(from, to, &format!("`{field}` is not a known field"));
    unknown("min_coverage = 0.0", "minimum = 0.0", "minimum");
    unknown("weight = 1.0", "wait = 1.0", "axes[0].wait");
    unknown("h_km = 2.0", "h_m = 2.0", "axes[0].measure.geo_decay.h_m");
    let required = |from, field| check(from, "", &format!("`{field}` is required"));
    required("min_coverage = 0.0", "min_coverage");
    required("weight = 1.0", "axes[0].weight");
    let malformed = |from, to, field| {
        check(
            from,
            to,
            &format!("`{field}` is not of the documented form"),
        );
    };
    malformed("weight = 1.0", "weight = \"secret\"", "axes[0].weight");
    malformed("\"location\"", "\"secret\"", "axes[0].axis");
    malformed("\"zero\"", "\"secret\"", "axes[0].missing");
    malformed(
        "\"exponential\"",
        "\"secret\"",
        "axes[0].measure.geo_decay.shape",
    );
    malformed("\"path_affinity\"", "\"secret\"", "axes[2].measure");
    malformed("\"tranquillity\"", "\"Secret\"", "name");
    malformed("revision = 2", "revision = -1", "revision");
    let table = "{ table = { codes = [\"A\"], rows = [[1]] } }";
    malformed("\"path_affinity\"", table, "axes[2].measure.table.codes[0]");
    check("[[axes]]", "[[axes", "line 7 is not valid TOML");
}

#[test]
fn a_value_out_of_its_rule_is_refused_by_file_and_field() {
    check(
        "min_coverage = 0.0",
        "min_coverage = 2",
        "`min_coverage` is not in [0, 1]",
    );
    check(
        "min_coverage = 0.0",
        "min_coverage = nan",
        "`min_coverage` is not a finite number",
    );
    let weight = "`axes[0].weight` is not in [0.000000001, 1000000000]";
    check("weight = 1.0", "weight = -1", weight);
    check(
        "\"location\"",
        "\"nature\"",
        "`axes[0].measure` is not a measure of this axis",
    );
    check("\"nature\"", "\"sector\"", "`axes[3].axis` is given twice");
    check(
        "\"zero\"",
        "{ neutral = 1.0 }",
        "`axes[0].missing` is not strictly between 0 and 1",
    );
    check("h_km = 2.0", "h_km = 0", "`axes[0].h_km` is not above 0");
    check(
        "r = 3.0",
        "r = 1.0",
        "`axes[1].r` is not strictly between 1 and 1000000000",
    );
    check("revision = 2", "revision = 0", "`revision` is not above 0");
    check(
        "\"path_affinity\"",
        "{ table = { codes = [\"a\", \"b\"], rows = [[1, 0.5], [0.4, 1]] } }",
        "`axes[2].measure.table.rows[0][1]` is not a symmetric table with a unit diagonal",
    );
}

#[test]
fn the_same_profile_twice_is_refused() {
    assert_eq!(
        refused(SHIPPED),
        "x.toml`: tranquillity@1 is already defined"
    );
}

#[test]
fn a_file_that_is_no_text_or_too_long_is_refused_by_name() {
    let dir = tempdir().unwrap();
    let told = |bytes: &[u8]| {
        fs::write(dir.path().join("x.toml"), bytes).unwrap();
        let error = ProfileSet::shipped().with_dir(dir.path()).unwrap_err();
        error.to_string()
    };
    assert!(told(b"\xff").contains("x.toml`: could not be read"));
    let too_long = vec![b'#'; PROFILE_BYTES_MAX as usize + 1];
    assert!(told(&too_long).contains("x.toml`: is longer than"));
    // One byte less is read, and found to be no profile.
    assert!(told(&too_long[1..]).contains("x.toml`: `name` is required"));
    let absent = ProfileSet::shipped().with_dir(&dir.path().join("absent"));
    assert!(
        absent
            .unwrap_err()
            .to_string()
            .contains("absent`: could not be read")
    );
}

fn table() -> impl Strategy<Value = Measure> {
    (1usize..6, vec(0.0..=1.0f64, 36)).prop_map(|(size, entries)| {
        let codes = (0..size).map(|i| CodePath::new(&format!("c{i}/x-{i}")).unwrap());
        let entry = |i: usize, j: usize| match i == j {
            true => 1.0,
            false => entries[i.min(j) * 6 + i.max(j)],
        };
        let rows = (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect());
        Measure::Table(SimilarityTable::new(codes.collect(), rows.collect()).unwrap())
    })
}

fn shape() -> impl Strategy<Value = DecayShape> {
    prop_oneof![
        Just(DecayShape::Exponential),
        Just(DecayShape::Gaussian),
        Just(DecayShape::Linear)
    ]
}

fn measure(axis: Axis) -> BoxedStrategy<Measure> {
    let r = || 1.000_001..1e9f64;
    let log_ratio = || r().prop_map(|r| Measure::LogRatio { r });
    let equal = Just(Measure::Equal);
    match axis {
        Axis::Location => {
            let decay = (1e-300..20_016.0f64, shape());
            prop_oneof![
                equal,
                decay.prop_map(|(h_km, shape)| Measure::GeoDecay { h_km, shape })
            ]
            .boxed()
        }
        Axis::Participants | Axis::Duration => prop_oneof![equal, log_ratio()].boxed(),
        Axis::Nature | Axis::Sector => {
            prop_oneof![equal, Just(Measure::PathAffinity), table()].boxed()
        }
        Axis::DayKind => prop_oneof![equal, Just(Measure::ShareOverlap)].boxed(),
        Axis::Season => {
            let both = [Measure::ShareOverlap, Measure::CyclicSeason];
            prop_oneof![equal, prop::sample::select(both.to_vec())].boxed()
        }
        Axis::Footprint => {
            let overlap = (0.0..=1.0f64, r());
            prop_oneof![
                equal,
                log_ratio(),
                overlap.prop_map(|(beta, r)| Measure::FootprintOverlap { beta, r })
            ]
            .boxed()
        }
    }
}

fn missing() -> impl Strategy<Value = MissingPolicy> {
    prop_oneof![
        Just(MissingPolicy::Zero),
        Just(MissingPolicy::Renormalise),
        (1e-300..1.0f64).prop_map(MissingPolicy::Neutral)
    ]
}

fn rule(axis: Axis) -> impl Strategy<Value = AxisRule> {
    let weight = prop_oneof![Just(0.0), Just(1e9), 1e-9..1.0f64, 1.0..1e9f64];
    (measure(axis), weight, missing()).prop_map(move |(measure, weight, missing)| AxisRule {
        axis,
        measure,
        weight,
        missing,
    })
}

fn name() -> impl Strategy<Value = String> {
    vec(prop::sample::select(b"a0z9-".to_vec()), 0..32).prop_map(|rest| {
        let rest = String::from_utf8(rest).expect("ASCII");
        format!("x{rest}")
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    let axes = Vec::from(Axis::ALL.map(|axis| rule(axis).boxed())).prop_shuffle();
    (name(), 1u32.., axes, 0.0..=1.0f64)
        .prop_filter_map("no weight", |(name, revision, axes, floor)| {
            Profile::new(id(&name, revision), axes, floor).ok()
        })
}

proptest! {
    /// If this breaks, a profile that is shown can't be loaded, or is another one.
    #[test]
    fn the_text_of_a_profile_is_the_profile(profile in profile()) {
        let text = to_toml(&profile);
        let parsed = parse_profile(&text).unwrap();
        prop_assert_eq!(parsed.digest(), profile.digest());
        prop_assert_eq!(&parsed, &profile);
        prop_assert_eq!(to_toml(&parsed), text);
    }
}
