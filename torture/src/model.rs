//! What a caller knows: every write that was acknowledged, and those that are on their way.
//!
//! **Law.** After a crash the store holds every acknowledged write, and of those on their way the first so many messages,
//! each whole or not at all.

use std::collections::{BTreeMap, VecDeque};

use sosie_proto::from_pb;
use sosie_proto::pb;
use sosie_similarity::Event;
use sosie_store::{Content, DeleteReason, Revision};

/// What a revision of an event says: all else of an event follows from its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// So many take part.
    Put(i64),
    /// It is no more.
    Deleted(DeleteReason),
}

/// A write of one event.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    /// Its id.
    pub(crate) event_id: String,
    /// What is said.
    pub(crate) said: Said,
}

/// What a write is to be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// It makes this revision.
    Accepted(i64),
    /// It says what this revision says.
    Unchanged(i64),
    /// There is no such event to delete.
    Unknown,
}

/// The events of one caller.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    /// Of each event what its revisions say, the first one first.
    pub(crate) events: BTreeMap<String, Vec<Said>>,
    /// Messages that were sent and not answered, the first one first.
    pub(crate) pending: VecDeque<Vec<Op>>,
}

/// What became of the messages on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    /// Written, and not told to be.
    pub(crate) written: usize,
    /// Not written.
    pub(crate) lost: usize,
}

impl Model {
    /// Takes a write up; what it is to be answered with.
    pub(crate) fn take(&mut self, op: &Op) -> Expected {
        let known = self.events.get(&op.event_id);
        let last = known.and_then(|revisions| revisions.last());
        let count = known.map_or(0, Vec::len) as i64;
        let same = match (op.said, last) {
            (Said::Deleted(_), None) => return Expected::Unknown,
            (Said::Deleted(reason), Some(Said::Deleted(before))) => {
                reason != DeleteReason::PersonalData || *before == DeleteReason::PersonalData
            }
            (said, last) => Some(&said) == last,
        };
        if same {
            return Expected::Unchanged(count);
        }
        let revisions = self.events.entry(op.event_id.clone()).or_default();
        revisions.push(op.said);
        Expected::Accepted(count + 1)
    }

    /// The first message on its way is answered: what its writes are to be answered with.
    pub(crate) fn answered(&mut self) -> Vec<Expected> {
        let ops = self.pending.pop_front().unwrap_or_default();
        ops.iter().map(|op| self.take(op)).collect()
    }

    /// Finds out what became of the messages on their way from what the store holds of this caller's events, and
    /// takes it over.
    ///
    /// # Errors
    /// What the store holds and must not, or does not hold and must.
    pub(crate) fn settle(
        &mut self,
        stored: &BTreeMap<String, Vec<Revision>>,
    ) -> Result<Settled, String> {
        let sent = self.pending.len();
        let mut first_difference = None;
        for written in 0..=sent {
            match self.difference(stored) {
                None => {
                    let lost = self.pending.len();
                    self.pending.clear();
                    return Ok(Settled { written, lost });
                }
                Some(difference) => first_difference.get_or_insert(difference),
            };
            self.answered();
        }
        Err(first_difference.unwrap_or_default())
    }

    /// The first event of which something else is stored than is known.
    pub(crate) fn difference(&self, stored: &BTreeMap<String, Vec<Revision>>) -> Option<String> {
        if let Some(phantom) = stored.keys().find(|id| !self.events.contains_key(*id)) {
            return Some(format!("{phantom}: a phantom"));
        }
        self.events.iter().find_map(|(event_id, known)| {
            let none = Vec::new();
            let found = stored.get(event_id).unwrap_or(&none);
            revisions_differ(event_id, known, found)
        })
    }

    /// Every event that is there now, as it was last put.
    pub(crate) fn live(&self) -> impl Iterator<Item = (&str, i64)> {
        self.events
            .iter()
            .filter_map(|(event_id, known)| match known.last() {
                Some(Said::Put(participants)) => Some((event_id.as_str(), *participants)),
                Some(Said::Deleted(_)) | None => None,
            })
    }
}

fn revisions_differ(event_id: &str, known: &[Said], found: &[Revision]) -> Option<String> {
    if known.len() != found.len() {
        let (known, found) = (known.len(), found.len());
        return Some(format!(
            "{event_id}: {known} revisions are known, {found} are stored"
        ));
    }
    let is_erasure = |said: &Said| *said == Said::Deleted(DeleteReason::PersonalData);
    let erased_before = known.iter().rposition(is_erasure).unwrap_or(0);
    for (at, (said, revision)) in known.iter().zip(found).enumerate() {
        let entry = &revision.entry;
        let agrees = match (said, &entry.content) {
            (Said::Put(_), Content::Erased) => at < erased_before,
            (Said::Put(participants), Content::Record(record)) => {
                let expected = event(event_id, *participants).with_known_time(entry.known_time);
                let record_now = sosie_index::record::to_json(&expected, Some(entry.known_time));
                at >= erased_before && record_now == *record
            }
            (Said::Deleted(reason), Content::Tombstone(found)) => reason == found,
            (Said::Put(_), Content::Tombstone(_)) | (Said::Deleted(_), _) => false,
        };
        if !agrees || entry.revision != at as u64 + 1 {
            return Some(format!(
                "{event_id}: revision {} says something else",
                at + 1
            ));
        }
    }
    None
}

/// An event that is put: all of it follows from its id and this number.
pub(crate) fn input(event_id: &str, participants: i64) -> pb::EventInput {
    let at = |seconds| prost_types::Timestamp { seconds, nanos: 0 };
    let number = event_id
        .bytes()
        .fold(7_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 5_000);
    let start = 1_500_000_000 + number * 40_000;
    let natures = ["culture/concert", "sport/football", "market/food"];
    pb::EventInput {
        event_id: event_id.to_owned(),
        series_id: (number % 3 == 0).then(|| format!("s-{}", number % 40)),
        state: pb::EventState::Held.into(),
        nature: Some(natures[number as usize % natures.len()].to_owned()),
        start_time: Some(at(start)),
        end_time: Some(at(start + 7_200)),
        time_zone: "Europe/Paris".to_owned(),
        time_precision: pb::TimePrecision::Exact.into(),
        participants: Some(pb::Participants {
            best: Some(participants),
            ..Default::default()
        }),
        known_time: Some(at(start + 86_400)),
        source_id: "torture".to_owned(),
        ..Default::default()
    }
}

/// The event of [`input`], as every reader of it has it.
pub(crate) fn event(event_id: &str, participants: i64) -> Event {
    let record = pb::IngestRecord {
        event: Some(input(event_id, participants)),
        if_revision: None,
    };
    let put = from_pb::ingest_record(record).expect("a valid event");
    put.event
}
