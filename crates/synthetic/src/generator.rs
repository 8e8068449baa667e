//! Events by index.

use std::collections::BTreeMap;

use sosie_similarity::{Code, Event, EventId, EventParts, SeriesId, State, Timestamp};

use crate::draw::{Draw, Purpose, Streams};
use crate::nature::Natures;
use crate::places::Places;
use crate::sample::{Sample, World};
use crate::series::{Edition, SeriesPlan};

/// Data sets, `attr-000` to `attr-999`: each event is of one by pure chance, for filters that nothing predicts.
const SOURCES: u64 = 1_000;
/// Share of events with exactly the values of an earlier one.
const COPIES_SHARE: f64 = 0.01;
/// Share of events that were held.
const HELD_SHARE: f64 = 0.97;

/// What can be chosen. Shares below 0 count as 0, above 1 as 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// Share of events that are editions of a recurring one; sizes fall off from 200 editions to 2.
    pub series_share: f64,
    /// Share of events with a small square as geometry; at most the 85 % that tell their area.
    pub footprints_share: f64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            series_share: 0.3,
            footprints_share: 0.0,
        }
    }
}

/// All events of a seed.
pub struct Generator {
    pub(crate) streams: Streams,
    pub(crate) world: World,
    plan: SeriesPlan,
    sources: Vec<Code>,
    footprints_share: f64,
}

/// Where the values of an event come from.
enum Origin {
    Once,
    Edition(Edition),
    /// The index of an earlier event.
    Copy(u64),
}

/// An event but for its id.
struct Outline {
    source: u64,
    state: State,
    origin: Origin,
}

impl Generator {
    /// Makes the country; takes some 12 ms and 5 MB, whatever the number of events.
    pub fn new(seed: u64, config: Config) -> Self {
        let streams = Streams::new(seed);
        let source = |number| Code::new(&format!("attr-{number:03}")).expect("a well-formed code");
        Generator {
            streams,
            world: World {
                places: Places::new(&streams),
                natures: Natures::new(&streams),
            },
            plan: SeriesPlan::new(config.series_share),
            sources: (0..SOURCES).map(source).collect(),
            footprints_share: config.footprints_share,
        }
    }

    /// The event of that index, the same whenever it is asked for.
    ///
    /// Ids are `syn-` and the index; known from the end on; over ten years from 2015 on, all before [`horizon`].
    pub fn event(&self, index: u64) -> Event {
        let mut draw = self.streams.draw(Purpose::Event, index);
        let outline = self.outline(index, &mut draw);
        let series_id = match outline.origin {
            Origin::Edition(edition) => Some(series_id(edition)),
            Origin::Once | Origin::Copy(_) => None,
        };
        let sample = self.values(outline.origin, draw);
        let times = sample.times();
        let parts = EventParts {
            event_id: EventId::new(&format!("syn-{index:09}")).expect("a well-formed id"),
            series_id,
            state: outline.state,
            times,
            stated: sample.stated(&self.world),
            outcomes: BTreeMap::new(),
            outcomes_fewer_than: BTreeMap::new(),
            known_time: times.end(),
            source_id: self.sources[outline.source as usize].clone(),
        };
        Event::new(parts).expect("areas are at least 1 m²")
    }

    /// The values of the event of that index, those included that its source doesn't tell.
    pub(crate) fn sample(&self, index: u64) -> Sample {
        let mut draw = self.streams.draw(Purpose::Event, index);
        let outline = self.outline(index, &mut draw);
        self.values(outline.origin, draw)
    }

    fn outline(&self, index: u64, draw: &mut Draw) -> Outline {
        let source = draw.below(SOURCES);
        let state = state(draw);
        // Copies of series members would be hidden with them, so only others are, the more often for it.
        let is_copy = draw.chance(COPIES_SHARE / self.plan.share_outside());
        let origin = match self.plan.edition(index) {
            Some(edition) => Origin::Edition(edition),
            None if is_copy && index > 0 => Origin::Copy(draw.below(index)),
            None => Origin::Once,
        };
        Outline {
            source,
            state,
            origin,
        }
    }

    /// `draw` is the event's own, after its outline.
    fn values(&self, origin: Origin, mut draw: Draw) -> Sample {
        let (world, footprints) = (&self.world, self.footprints_share);
        match origin {
            Origin::Once => Sample::once(world, footprints, &mut draw),
            Origin::Edition(edition) => {
                let mut series = self.streams.draw(Purpose::Series, edition.series);
                Sample::edition(world, edition, footprints, (&mut series, &mut draw))
            }
            // One in a hundred is a copy again: that ends soon, and at 0 at the latest.
            Origin::Copy(earlier) => self.sample(earlier),
        }
    }
}

/// The first instant of 2026: every event of every generator has ended and is known.
pub fn horizon() -> Timestamp {
    Timestamp::from_parts(1_767_225_600, 0).expect("a year of this century")
}

fn state(draw: &mut Draw) -> State {
    if draw.chance(HELD_SHARE) {
        return State::Held;
    }
    let others = [State::Planned, State::Cancelled, State::Postponed];
    others[draw.below(3) as usize]
}

fn series_id(edition: Edition) -> SeriesId {
    SeriesId::new(&format!("series-{:09}", edition.series)).expect("a well-formed id")
}
