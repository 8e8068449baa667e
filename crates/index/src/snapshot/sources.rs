//! What the stored events of each data set show: one pass over what is known now.

use std::collections::BTreeMap;

use sosie_similarity::{Axis, Code, Filter, Presence, State, Timestamp};

use super::{Part, Snapshot};
use crate::blocks::layout::BLOCK_ROWS;
use crate::cancel::Cancel;
use crate::error::SearchError;

/// What the events of a data set show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSummary {
    /// Events, in every state.
    pub events: u64,
    /// Start of the event that starts first.
    pub first_start: Timestamp,
    /// End of the event that ends last.
    pub last_end: Timestamp,
    /// When the last of its records became known.
    pub last_known: Timestamp,
    /// Events without a value, in the order of [`Axis::ALL`].
    pub missing: [u64; Axis::ALL.len()],
}

impl Snapshot {
    /// The data sets that events are of, each with what they show.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn sources(&self, cancel: &Cancel) -> Result<BTreeMap<Code, SourceSummary>, SearchError> {
        let mut summaries = BTreeMap::new();
        for part in &self.parts {
            part.summarise(&mut summaries, cancel)?;
        }
        Ok(summaries)
    }
}

impl Part {
    fn summarise(
        &self,
        summaries: &mut BTreeMap<Code, SourceSummary>,
        cancel: &Cancel,
    ) -> Result<(), SearchError> {
        let every = Filter {
            states: State::ALL.into_iter().collect(),
            ..Filter::default()
        };
        let rows = self.rows(&every, None, cancel)?;
        let blocks = self.blocks();
        self.for_each_row(&rows, cancel, |slot| {
            let Some(source) = self.source(slot)? else {
                return Ok(());
            };
            let times = self.columns().times(blocks.documents()[slot])?;
            let group = blocks.block(slot / BLOCK_ROWS).group();
            let missing = missing(blocks.groups[group].key.presence);
            let source = &blocks.sources[source];
            if let Some(summary) = summaries.get_mut(source) {
                summary.add(&times, missing);
            } else {
                summaries.insert(source.clone(), SourceSummary::of(&times, missing));
            }
            Ok(())
        })
    }
}

impl SourceSummary {
    fn of(times: &crate::columns::Times, missing: [bool; Axis::ALL.len()]) -> Self {
        SourceSummary {
            events: 1,
            first_start: times.start,
            last_end: times.end,
            last_known: times.known,
            missing: missing.map(u64::from),
        }
    }

    fn add(&mut self, times: &crate::columns::Times, missing: [bool; Axis::ALL.len()]) {
        self.events += 1;
        self.first_start = self.first_start.min(times.start);
        self.last_end = self.last_end.max(times.end);
        self.last_known = self.last_known.max(times.known);
        for (count, is_missing) in self.missing.iter_mut().zip(missing) {
            *count += u64::from(is_missing);
        }
    }
}

/// Which axes have no value, in the order of [`Axis::ALL`].
fn missing(presence: Presence) -> [bool; Axis::ALL.len()] {
    Axis::ALL.map(|axis| !match axis {
        Axis::Location => presence.location,
        Axis::Participants => presence.participants.is_some(),
        Axis::Nature => presence.nature,
        Axis::Sector => presence.sector,
        Axis::DayKind | Axis::Season => presence.calendar,
        Axis::Footprint => presence.footprint,
        Axis::Duration => presence.duration,
    })
}
