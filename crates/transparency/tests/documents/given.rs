//! The facts that the tests start from.

use std::sync::LazyLock;

use sosie_similarity::{
    Axis, AxisRule, Code, DecayShape, Digest, Event, Measure, MissingPolicy, Profile, ProfileId,
    ProfileState, Timestamp,
};
use sosie_synthetic::{Config, Generator};
use sosie_transparency::{
    AlgorithmRecord, Declared, Facts, GenerationFacts, Limit, Period, SourceDeclaration,
    SourceFacts, SourceFigures,
};

pub(crate) const EXAMPLE: &str = include_str!("../../../../deploy/declaration.toml");

pub(crate) fn time(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000).unwrap()
}

pub(crate) fn profile_id(revision: u32) -> ProfileId {
    ProfileId {
        name: Code::new("tranquillity").unwrap(),
        revision,
    }
}

/// The rules of `tranquillity@1`.
pub(crate) fn rules() -> Vec<AxisRule> {
    let rule = |axis| AxisRule {
        axis,
        measure: match axis {
            Axis::Location => Measure::GeoDecay {
                h_km: 2.0,
                shape: DecayShape::Exponential,
            },
            Axis::Participants | Axis::Footprint => Measure::LogRatio { r: 3.0 },
            Axis::Duration => Measure::LogRatio { r: 2.0 },
            Axis::Nature | Axis::Sector => Measure::PathAffinity,
            Axis::DayKind | Axis::Season => Measure::ShareOverlap,
        },
        weight: 1.0,
        missing: MissingPolicy::Zero,
    };
    Axis::ALL.map(rule).into()
}

pub(crate) fn profile() -> Profile {
    Profile::new(profile_id(1), rules(), 0.0).unwrap()
}

/// Made once: many tests start from them.
static SOURCES: LazyLock<Vec<SourceFacts>> = LazyLock::new(make_sources);

/// Two data sets, one of which declares only half of what it should.
pub(crate) fn sources() -> Vec<SourceFacts> {
    SOURCES.clone()
}

fn make_sources() -> Vec<SourceFacts> {
    let generator = Generator::new(1, Config::default());
    let events: Vec<Event> = (0..4_000).map(|index| generator.event(index)).collect();
    let ids = ["attr-001", "attr-002"].map(|id| Code::new(id).unwrap());
    let facts = ids.map(|source_id| {
        let is_first = source_id.as_str() == "attr-001";
        let when = |text: &str| {
            if is_first {
                text.to_owned()
            } else {
                String::new()
            }
        };
        SourceFacts {
            figures: figures(&events, &source_id),
            declaration: SourceDeclaration {
                name: format!("Set {source_id}"),
                owner: "City of Sosieville".to_owned(),
                licence: when("Open | free"),
                collection_method: when("Declared by organisers"),
                source_id,
            },
            refused_rows: is_first.then_some(3),
        }
    });
    facts.into()
}

/// Those of one data set, counted.
fn figures(events: &[Event], source_id: &Code) -> SourceFigures {
    let own = events
        .iter()
        .filter(|event| event.parts().source_id == *source_id);
    let own: Vec<&Event> = own.collect();
    let times = own.iter().map(|event| event.parts().times);
    let period = Period {
        first: times.clone().map(|times| times.start()).min().unwrap(),
        end: times.map(|times| times.end()).max().unwrap(),
    };
    let known = own.iter().map(|event| event.parts().known_time).max();
    let missing = |axis| own.iter().filter(|event| !event.values().has(axis)).count() as u64;
    SourceFigures::new(
        own.len() as u64,
        Some(period),
        known,
        Axis::ALL.map(missing),
    )
    .unwrap()
}

pub(crate) fn generation(sources: &[SourceFacts]) -> GenerationFacts {
    GenerationFacts {
        id: "gen-000007".to_owned(),
        digest: Digest::of(b"manifest"),
        content_digest: Digest::of(b"content"),
        event_count: sources.iter().map(|source| source.figures.rows()).sum(),
        created_time: time(1_760_000_000),
        guards: Vec::new(),
    }
}

pub(crate) fn facts<'a>(profile: &'a Profile, declared: &str) -> Facts<'a> {
    let sources = sources();
    Facts {
        declared: Declared::from_toml(declared).unwrap(),
        profile,
        profile_state: ProfileState::Active,
        profile_history: &[],
        generation: generation(&sources),
        sources,
        engine_version: "0.1.0".to_owned(),
        limits: Limit::of_the_domain(),
    }
}

pub(crate) fn record(declared: &str) -> AlgorithmRecord {
    AlgorithmRecord::new(facts(&profile(), declared)).unwrap()
}
