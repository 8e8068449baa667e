//! Profiles that differ from `tranquillity@1` in one place.

use sosie_similarity::{
    AxisRule, DecayShape, Measure, MissingPolicy, Profile, ProfileId, SimilarityTable,
};

use super::{Named, Setting};
use crate::fixtures::{self, code, path};

fn table(other: f64) -> Measure {
    let rows = vec![vec![1.0, other], vec![other, 1.0]];
    Measure::Table(SimilarityTable::new(vec![path("a"), path("b")], rows).expect("symmetric"))
}

/// The first is `tranquillity@1`.
pub(crate) fn profiles() -> Vec<Named<Profile>> {
    let of =
        |rules, floor| Profile::new(fixtures::profile_id(), rules, floor).expect("a valid profile");
    let named = |name: &str, revision| {
        let id = ProfileId {
            name: code(name),
            revision,
        };
        Profile::new(id, fixtures::rules(MissingPolicy::Zero), 0.0).expect("a valid profile")
    };
    let mut swapped = fixtures::rules(MissingPolicy::Zero);
    swapped.swap(0, 1);
    let mut profiles = vec![
        ("first".to_owned(), fixtures::tranquillity()),
        ("name".to_owned(), named("other", 1)),
        ("revision".to_owned(), named("tranquillity", 2)),
        (
            "floor".to_owned(),
            of(fixtures::rules(MissingPolicy::Zero), 0.5),
        ),
        ("order".to_owned(), of(swapped, 0.0)),
    ];
    for (at, (name, set)) in rule_settings().into_iter().enumerate() {
        let mut rules = fixtures::rules(MissingPolicy::Zero);
        set(&mut rules);
        profiles.push((format!("{at} {name}"), of(rules, 0.0)));
    }
    profiles
}

fn rule_settings() -> Vec<Setting<Vec<AxisRule>>> {
    vec![
        ("weight", |rules| rules[2].weight = 2.0),
        ("weight of another", |rules| rules[3].weight = 2.0),
        ("neutral", |rules| {
            rules[2].missing = MissingPolicy::Neutral(0.5)
        }),
        ("other neutral", |rules| {
            rules[2].missing = MissingPolicy::Neutral(0.25)
        }),
        ("renormalise", |rules| {
            rules[2].missing = MissingPolicy::Renormalise
        }),
        ("equal", |rules| rules[2].measure = Measure::Equal),
        ("table", |rules| rules[2].measure = table(0.5)),
        ("other table", |rules| rules[2].measure = table(0.25)),
        ("r", |rules| rules[1].measure = Measure::LogRatio { r: 2.0 }),
        ("cyclic", |rules| rules[5].measure = Measure::CyclicSeason),
        ("h", |rules| {
            rules[0].measure = geo_decay(3.0, DecayShape::Exponential)
        }),
        ("gaussian", |rules| {
            rules[0].measure = geo_decay(2.0, DecayShape::Gaussian)
        }),
        ("linear", |rules| {
            rules[0].measure = geo_decay(2.0, DecayShape::Linear)
        }),
        ("overlap", |rules| {
            rules[6].measure = Measure::FootprintOverlap { beta: 0.5, r: 3.0 }
        }),
        ("other beta", |rules| {
            rules[6].measure = Measure::FootprintOverlap { beta: 0.25, r: 3.0 }
        }),
        ("r of overlap", |rules| {
            rules[6].measure = Measure::FootprintOverlap { beta: 0.5, r: 2.0 }
        }),
    ]
}

fn geo_decay(h_km: f64, shape: DecayShape) -> Measure {
    Measure::GeoDecay { h_km, shape }
}
