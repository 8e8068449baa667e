//! Searches of every kind: all measures, policies and conditions, in combinations that no user would think of.
//!
//! Not for measuring: for comparing two ways of searching, which must agree on all of them.

use std::sync::Arc;

use sosie_similarity::{
    Axis, AxisRule, BoundingBox, Circle, ClosedRange, Code, CodePath, DecayShape, Filter, Measure,
    MissingPolicy, Page, Probe, ProbeRef, Profile, ProfileId, ProfileRef, Query, Resolved, Search,
    SimilarityTable, State, TimeInterval, Timestamp,
};

use crate::choice::AbsentAxes;
use crate::draw::{Draw, Purpose};
use crate::generator::{Generator, horizon};
use crate::query::QuerySet;

/// µs of a day.
const DAY_MICROS: i64 = 86_400_000_000;
/// Tries at a search that is valid: most are.
const TRIES: u64 = 64;

impl Generator {
    /// The search of that index among the first `events` events, and the page of it to look at. Probes are
    /// drafts or stored events, with or without some values.
    ///
    /// # Panics
    /// If `events` is 0.
    pub fn any_search(&self, index: u64, events: u64) -> (Search, Page) {
        let found = (0..TRIES).find_map(|attempt| {
            let mut draw = self.streams.draw(Purpose::Any, index * TRIES + attempt);
            let search = self.search_of(&mut draw, events)?;
            Some((search, page(&mut draw)))
        });
        found.expect("one of so many draws is valid")
    }

    fn search_of(&self, draw: &mut Draw, events: u64) -> Option<Search> {
        let profile = Arc::new(profile(self, draw)?);
        let probe = if draw.chance(0.4) {
            Probe::Stored(Box::new(self.event(draw.below(events))))
        } else {
            let set = QuerySet::ALL[draw.below(5) as usize];
            let absent = AbsentAxes::ALL[draw.below(6) as usize];
            let query = self.query(set, draw.below(1 << 20));
            Probe::Draft(Box::new(query.draft(absent)))
        };
        let query = Query {
            probe: match &probe {
                Probe::Draft(draft) => ProbeRef::Draft(draft.clone()),
                Probe::Stored(event) => ProbeRef::Stored(event.id().clone()),
            },
            profile: ProfileRef {
                name: profile.id().name.clone(),
                revision: None,
            },
            weight_overrides: Vec::new(),
            min_coverage: draw.chance(0.3).then(|| draw.unit()),
            filter: self.filter(draw, events),
            as_of: Some(self.as_of(draw)),
            exclude_probe_series: draw.chance(0.3),
            collapse_series: draw.chance(0.5),
        };
        let now = horizon();
        query
            .resolve(Resolved {
                profile,
                probe,
                now,
            })
            .ok()
    }

    /// Mostly the end of all, else some time in between.
    fn as_of(&self, draw: &mut Draw) -> Timestamp {
        let days = if draw.chance(0.7) {
            0
        } else {
            draw.below(3_700)
        };
        let micros = horizon().as_micros() - days as i64 * DAY_MICROS - draw.below(1_000) as i64;
        Timestamp::from_micros(micros).expect("within the decade")
    }

    /// Few conditions at a time, so that something passes.
    fn filter(&self, draw: &mut Draw, events: u64) -> Filter {
        let mut filter = Filter::default();
        for _ in 0..[0, 0, 1, 1, 2, 3][draw.below(6) as usize] {
            self.add_condition(draw, events, &mut filter);
        }
        filter
    }

    fn add_condition(&self, draw: &mut Draw, events: u64, filter: &mut Filter) {
        let like = self.event(draw.below(events));
        let values = like.values();
        let degrees = draw.log_between(0.01, 5.0);
        let around = values
            .location
            .map(|at| (at.latitude_degrees(), at.longitude_degrees()));
        let prefix = |path: &CodePath, depth| CodePath::new(path.prefix(depth)).expect("a prefix");
        match draw.below(12) {
            0 => filter
                .nature_prefixes
                .extend(values.nature.map(|path| prefix(path, 1))),
            1 => filter
                .nature_prefixes
                .extend(values.nature.map(|path| prefix(path, 2))),
            2 => filter
                .sector_prefixes
                .extend(values.sector.map(|path| prefix(path, 1))),
            3 => {
                filter.states = State::ALL
                    .into_iter()
                    .filter(|_| draw.chance(0.5))
                    .collect()
            }
            4 => {
                let start = like.parts().times.start().as_micros();
                let at = |micros| Timestamp::from_micros(micros).ok();
                let length = draw.below(400) as i64 * DAY_MICROS + 1;
                let ends =
                    [at(start), at(start + length)].map(|end| end.filter(|_| draw.chance(0.8)));
                filter.time = TimeInterval::new(ends[0], ends[1]).ok();
            }
            5 => filter.participants = range(draw, values.participants.map(|n| n.best() as f64)),
            6 => filter.footprint_area_m2 = range(draw, values.footprint_area_m2),
            7 => filter.duration_s = range(draw, values.duration_s),
            8 => {
                let corners = around.map(|(south, west)| {
                    let (north, east) = ((south + degrees).min(90.0), (west + degrees).min(180.0));
                    BoundingBox::new((south, west), (north, east))
                });
                filter.bounding_box = corners.and_then(Result::ok);
            }
            9 => {
                let circle = values.location.map(|at| Circle::new(at, degrees * 100.0));
                filter.radius = circle.and_then(Result::ok);
            }
            10 => {
                let first = draw.below(1_000);
                let codes = (0..1 + draw.below(200)).map(|next| (first + next) % 1_000);
                let code = |number| Code::new(&format!("attr-{number:03}")).expect("a code");
                filter.source_ids = codes.map(code).collect();
            }
            _ => filter.require_axes = Axis::ALL.into_iter().filter(|_| draw.chance(0.2)).collect(),
        }
    }
}

fn range(draw: &mut Draw, value: Option<f64>) -> Option<ClosedRange> {
    let value = value?;
    let ends = [value, value * draw.log_between(1.0, 30.0)];
    let [min, max] = ends.map(|end| Some(end).filter(|_| draw.chance(0.8)));
    ClosedRange::new(min, max).ok()
}

/// From the first page to deep into the list.
fn page(draw: &mut Draw) -> Page {
    let offset = match draw.below(10) {
        0 => draw.below(3_000),
        1..=3 => draw.below(50),
        _ => 0,
    };
    let limit = [1, 10, 10, 10, 100, 1_000][draw.below(6) as usize];
    let offset = offset as usize;
    Page { offset, limit }
}

fn profile(generator: &Generator, draw: &mut Draw) -> Option<Profile> {
    let rules = Axis::ALL.map(|axis| AxisRule {
        axis,
        measure: measure(generator, draw, axis),
        weight: match draw.below(8) {
            0 => 0.0,
            1 => draw.log_between(1e-6, 1e6),
            2 | 3 => draw.between(0.1, 10.0),
            _ => 1.0,
        },
        missing: match draw.below(6) {
            0 => MissingPolicy::Neutral(draw.between(0.01, 0.99)),
            1 | 2 => MissingPolicy::Renormalise,
            _ => MissingPolicy::Zero,
        },
    });
    let id = ProfileId {
        name: Code::new("any").expect("a code"),
        revision: 1,
    };
    Profile::new(id, rules.into(), 0.0).ok()
}

fn measure(generator: &Generator, draw: &mut Draw, axis: Axis) -> Measure {
    if draw.chance(0.1) {
        return Measure::Equal;
    }
    let r = 1.0 + draw.log_between(1e-3, 1e3);
    match axis {
        Axis::Location => Measure::GeoDecay {
            h_km: draw.log_between(0.01, 3_000.0),
            shape: [
                DecayShape::Exponential,
                DecayShape::Gaussian,
                DecayShape::Linear,
            ][draw.below(3) as usize],
        },
        Axis::Participants | Axis::Duration => Measure::LogRatio { r },
        Axis::Footprint if draw.chance(0.5) => Measure::FootprintOverlap {
            beta: draw.unit(),
            r,
        },
        Axis::Footprint => Measure::LogRatio { r },
        Axis::Nature | Axis::Sector if draw.chance(0.2) => {
            Measure::Table(table(generator, draw, axis))
        }
        Axis::Nature | Axis::Sector => Measure::PathAffinity,
        Axis::Season if draw.chance(0.4) => Measure::CyclicSeason,
        Axis::DayKind | Axis::Season => Measure::ShareOverlap,
    }
}

/// Between the first codes of some events.
fn table(generator: &Generator, draw: &mut Draw, axis: Axis) -> SimilarityTable {
    let events = (0..20).map(|_| generator.event(draw.below(10_000)));
    let codes = events.filter_map(|event| {
        let values = event.values();
        let path = if axis == Axis::Nature {
            values.nature
        } else {
            values.sector
        };
        path.map(|path| CodePath::new(path.prefix(1)).expect("a prefix"))
    });
    let mut codes: Vec<CodePath> = codes.collect();
    codes.sort();
    codes.dedup();
    let mut rows: Vec<Vec<f64>> = vec![vec![1.0; codes.len()]; codes.len()];
    let pairs = (0..codes.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    for (i, j) in pairs {
        let similarity = draw.unit();
        rows[i][j] = similarity;
        rows[j][i] = similarity;
    }
    SimilarityTable::new(codes, rows).expect("symmetric, of distinct codes")
}
