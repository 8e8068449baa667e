//! Random questions about known events, built so that most of them have hits.

use std::sync::Arc;

use chrono::Days;
use sosie_index::ProfileSet;
use sosie_similarity::{
    Axis, Draft, DraftTimes, Event, Location, Page, Participants, Probe, ProbeRef, ProfileRef,
    Query, Resolved, Search, StatedValues, Timestamp,
};

use crate::draw::Draw;
use crate::filters::filter_around;
use crate::running::profiles_dir;

/// The whole list on one page.
pub fn all_hits() -> Page {
    Page {
        offset: 0,
        limit: usize::MAX,
    }
}

/// A question and the part of its list that is asked for.
#[derive(Clone, Debug)]
pub struct Question {
    /// As it is asked.
    pub query: Query,
    /// Which part.
    pub page: Page,
}

/// Makes questions about events, and searches of them.
pub struct Asker<'a> {
    events: &'a [Event],
    profiles: ProfileSet,
}

impl<'a> Asker<'a> {
    /// Asks about `events`, of which there is at least one, by the profiles that [`Running`](crate::Running)
    /// servers know.
    pub fn new(events: &'a [Event]) -> Asker<'a> {
        let profiles = ProfileSet::shipped().with_dir(&profiles_dir());
        Asker {
            events,
            profiles: profiles.expect("the profiles of the tests are valid"),
        }
    }

    /// A question that is valid: its probe has a value on an axis with a weight.
    pub fn question(&self, draw: &mut Draw) -> Question {
        loop {
            let question = self.any_question(draw);
            if self
                .resolve(question.query.clone(), Timestamp::MAX)
                .is_some()
            {
                return question;
            }
        }
    }

    /// The search of a valid question, with `now` where it leaves out `as_of`.
    pub fn search(&self, query: Query, now: Timestamp) -> Search {
        self.resolve(query, now).expect("a valid question")
    }

    fn resolve(&self, query: Query, now: Timestamp) -> Option<Search> {
        let profile = self.profiles.find(&query.profile).expect("a known profile");
        let probe = match &query.probe {
            ProbeRef::Draft(draft) => Probe::Draft(draft.clone()),
            ProbeRef::Stored(id) => {
                let stored = self.events.iter().find(|event| event.id() == id);
                Probe::Stored(Box::new(stored.expect("a stored event").clone()))
            }
        };
        let found = Resolved {
            profile: Arc::clone(profile),
            probe,
            now,
        };
        query.resolve(found).ok()
    }

    fn any_question(&self, draw: &mut Draw) -> Question {
        let subject = draw.one(self.events);
        let anchor = if draw.chance(0.5) {
            subject
        } else {
            draw.one(self.events)
        };
        let profile = match draw.below(10) {
            0 | 1 => "varied@1",
            2 => "table",
            _ => "tranquillity",
        };
        let query = Query {
            probe: self.probe(subject, draw),
            profile: ProfileRef::parse(profile).expect("a name"),
            weight_overrides: weights(draw),
            min_coverage: draw.maybe(0.4, floor),
            filter: filter_around(anchor, self.events, draw),
            as_of: draw.maybe(0.4, |draw| self.as_of(anchor, draw)),
            exclude_probe_series: draw.chance(0.5),
            collapse_series: draw.chance(0.5),
        };
        let offset = if draw.chance(0.2) { draw.below(300) } else { 0 };
        Question {
            query,
            page: Page {
                offset,
                limit: 1 + draw.below(40),
            },
        }
    }

    fn probe(&self, subject: &Event, draw: &mut Draw) -> ProbeRef {
        if draw.chance(0.5) {
            return ProbeRef::Stored(subject.id().clone());
        }
        let other = draw.one(self.events);
        ProbeRef::Draft(Box::new(draft(subject, other, draw)))
    }

    /// Often the very instant at which an event begins to count, or the one before.
    fn as_of(&self, anchor: &Event, draw: &mut Draw) -> Timestamp {
        let event = if draw.chance(0.7) {
            anchor
        } else {
            draw.one(self.events)
        };
        let parts = event.parts();
        let counts_from = parts.times.end().max(parts.known_time).as_micros();
        let later = *draw.one(&[-1, 0, 1, 86_400_000_000, 31_536_000_000_000]);
        Timestamp::from_micros(counts_from + later).expect("a near year")
    }
}

/// Fractions of the eight axes are often met exactly.
fn floor(draw: &mut Draw) -> f64 {
    if draw.chance(0.5) {
        draw.below(9) as f64 / 8.0
    } else {
        draw.unit()
    }
}

fn weights(draw: &mut Draw) -> Vec<(Axis, f64)> {
    let share = *draw.one(&[0.0, 0.15, 0.5, 1.0]);
    let axes = draw.subset(&Axis::ALL, share);
    axes.into_iter().map(|axis| (axis, weight(draw))).collect()
}

fn weight(draw: &mut Draw) -> f64 {
    match draw.below(20) {
        0..=3 => 0.0,
        4 => 1e-9,
        5 => 1e9,
        6..=9 => (1 + draw.below(5)) as f64,
        _ => 10f64.powf(draw.between(-3.0, 3.0)),
    }
}

/// Like `subject` in some of its values, like `other` in a few, and a little off in others.
fn draft(subject: &Event, other: &Event, draw: &mut Draw) -> Draft {
    let (own, others) = (subject.values(), other.values());
    let mut keep = |share| draw.chance(share);
    let (own_nature, own_sector) = (keep(0.7), keep(0.7));
    let stated = StatedValues {
        nature: if own_nature {
            own.nature
        } else {
            others.nature
        }
        .cloned(),
        sector: if own_sector {
            own.sector
        } else {
            others.sector
        }
        .cloned(),
        location: own.location.filter(|_| keep(0.8)).map(|at| near(at, draw)),
        participants: own
            .participants
            .filter(|_| draw.chance(0.8))
            .map(|of| about(of, draw)),
        footprint_area_m2: own.footprint_area_m2.filter(|_| draw.chance(0.6)),
        footprint: own.footprint.filter(|_| draw.chance(0.7)).cloned(),
        active_duration_s: own.duration_s.filter(|_| draw.chance(0.3)),
    };
    let times = draw.maybe(0.8, |draw| draft_times(subject, draw));
    Draft::new(stated, times).expect("values of valid events")
}

fn near(at: Location, draw: &mut Draw) -> Location {
    if draw.chance(0.3) {
        return at;
    }
    let mut off =
        |degrees: f64, limit: f64| (degrees + draw.between(-0.05, 0.05)).clamp(-limit, limit);
    let latitude = off(at.latitude_degrees(), 90.0);
    let longitude = off(at.longitude_degrees(), 180.0);
    Location::new(latitude, longitude).expect("clamped")
}

fn about(of: Participants, draw: &mut Draw) -> Participants {
    let best = (of.best() as f64 * draw.between(0.3, 3.0)) as u64;
    let basis = if draw.chance(0.7) { of.basis() } else { None };
    Participants::new(best.min(1_000_000_000), None, None, basis).expect("within the limit")
}

fn draft_times(subject: &Event, draw: &mut Draw) -> DraftTimes {
    let times = subject.parts().times;
    let (first, last) = times.dates();
    match draw.below(4) {
        0 | 1 => DraftTimes::Span(times),
        2 => DraftTimes::Dates {
            first,
            last: last + Days::new(draw.below(3) as u64),
        },
        _ => DraftTimes::StartDate(first),
    }
}
