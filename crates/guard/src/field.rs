//! The fields of a record that are still free, and their names.

use std::fmt;

use sosie_similarity::Event;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// What of a record can carry something that it should not: ids, codes and numbers. A view: whoever reads a record fills it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields<'a> {
    /// The id of the event.
    pub event_id: &'a str,
    /// The id of its series.
    pub series_id: Option<&'a str>,
    /// Codes joined by `/`.
    pub nature: Option<&'a str>,
    /// Codes joined by `/`.
    pub sector: Option<&'a str>,
    /// The data set.
    pub source_id: &'a str,
    /// Codes and counts, in the order of the record.
    pub outcomes: Vec<(&'a str, f64)>,
    /// Codes of outcomes of which only "fewer than" is told, in the order of the record.
    pub outcomes_fewer_than: Vec<&'a str>,
    /// The best count of participants.
    pub participants: Option<u64>,
    /// The lowest count.
    pub participants_low: Option<u64>,
    /// The highest count.
    pub participants_high: Option<u64>,
    /// m².
    pub footprint_area_m2: Option<f64>,
    /// Seconds.
    pub active_duration_s: Option<f64>,
    /// First and last day of the event, counted from 1970-01-01 (UTC): a date near them is the event's own. Without them every
    /// date is taken for that of a person.
    pub days: Option<(i64, i64)>,
}

impl<'a> Fields<'a> {
    /// Those of an event.
    pub fn of(event: &'a Event) -> Self {
        let parts = event.parts();
        let stated = &parts.stated;
        let day = |micros: i64| micros.div_euclid(DAY_MICROS);
        let outcomes = parts.outcomes.iter();
        Fields {
            event_id: parts.event_id.as_str(),
            series_id: parts.series_id.as_ref().map(|id| id.as_str()),
            nature: stated.nature.as_ref().map(|path| path.as_str()),
            sector: stated.sector.as_ref().map(|path| path.as_str()),
            source_id: parts.source_id.as_str(),
            outcomes: outcomes
                .map(|(code, count)| (code.as_str(), *count))
                .collect(),
            outcomes_fewer_than: (parts.outcomes_fewer_than.keys())
                .map(|code| code.as_str())
                .collect(),
            participants: stated.participants.map(|count| count.best()),
            participants_low: stated.participants.and_then(|count| count.low()),
            participants_high: stated.participants.and_then(|count| count.high()),
            footprint_area_m2: stated.footprint_area_m2,
            active_duration_s: stated.active_duration_s,
            days: Some((
                day(parts.times.start().as_micros()),
                day(parts.times.end().as_micros()),
            )),
        }
    }
}

/// Where something was found. Its text is the field's path, as errors of records name it; no key of a record is in it, since keys
/// are input too: outcomes are told by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `event_id`.
    EventId,
    /// `series_id`.
    SeriesId,
    /// `nature[1]`, or `nature` for what only the whole path says.
    Nature(Option<u8>),
    /// `sector[1]`, or `sector`.
    Sector(Option<u8>),
    /// `source_id`.
    SourceId,
    /// `outcomes[2]`: the code of the third.
    OutcomeCode(u8),
    /// `outcomes[2].count`.
    OutcomeCount(u8),
    /// `outcomes_fewer_than[2]`: the code of the third.
    FewerThanCode(u8),
    /// `outcomes`: what only all codes together say.
    Outcomes,
    /// `participants.best`.
    Participants,
    /// `participants.low`.
    ParticipantsLow,
    /// `participants.high`.
    ParticipantsHigh,
    /// `footprint_area_m2`.
    FootprintArea,
    /// `active_duration_s`.
    ActiveDuration,
    /// `event_id+series_id`: what only both say.
    Ids,
    /// `event_id+series_id+nature+sector`: what only several of them say.
    Joined,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = |f: &mut fmt::Formatter<'_>, name: &str, level: &Option<u8>| match level {
            Some(level) => write!(f, "{name}[{level}]"),
            None => f.write_str(name),
        };
        match self {
            Field::EventId => f.write_str("event_id"),
            Field::SeriesId => f.write_str("series_id"),
            Field::Nature(level) => path(f, "nature", level),
            Field::Sector(level) => path(f, "sector", level),
            Field::SourceId => f.write_str("source_id"),
            Field::OutcomeCode(at) => write!(f, "outcomes[{at}]"),
            Field::OutcomeCount(at) => write!(f, "outcomes[{at}].count"),
            Field::FewerThanCode(at) => write!(f, "outcomes_fewer_than[{at}]"),
            Field::Outcomes => f.write_str("outcomes"),
            Field::Participants => f.write_str("participants.best"),
            Field::ParticipantsLow => f.write_str("participants.low"),
            Field::ParticipantsHigh => f.write_str("participants.high"),
            Field::FootprintArea => f.write_str("footprint_area_m2"),
            Field::ActiveDuration => f.write_str("active_duration_s"),
            Field::Ids => f.write_str("event_id+series_id"),
            Field::Joined => f.write_str("event_id+series_id+nature+sector"),
        }
    }
}
