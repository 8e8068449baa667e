//! What callers ask the store to write, and what it answers.

use sosie_index::record;
use sosie_similarity::{Digest, Digester, Event, EventId, Timestamp};

use crate::entry::Position;
use crate::held::{HELD_MAX, Hold};

/// Writes of one caller, applied together and in order; a later one sees what the earlier ones did.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The writes. One that is refused keeps no other from being made.
    pub writes: Vec<Write>,
    /// How far a pulling source has been read with this batch: it moves with the writes or not at all.
    pub source_position: Option<SourcePosition>,
}

/// How far a source that is pulled has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePosition {
    /// Names the source.
    pub source: String,
    /// The source's own words for it.
    pub position: Vec<u8>,
}

/// One write.
#[derive(Clone, Debug)]
pub struct Write {
    /// What becomes of which event.
    pub change: Change,
    /// The revision that the caller has seen last, 0 for none. If the head is another, the write is refused, unless it
    /// says what the head says already: a call that is made twice is answered twice.
    pub if_revision: Option<u64>,
}

/// What becomes of an event.
#[derive(Clone, Debug)]
pub enum Change {
    /// It is as stated.
    Put(Put),
    /// It is no more.
    Delete {
        /// Its id.
        event_id: EventId,
        /// Why. An erasure is one of what waits, too, be there an event or not.
        reason: DeleteReason,
    },
    /// A record waits until somebody has decided on it. The revision of the write counts for nothing.
    Hold(Hold),
    /// A record that waited is written, if it waits still, and waits no more.
    Release {
        /// Its id.
        id: String,
        /// What is written.
        put: Put,
    },
    /// A record that waited is removed.
    Drop {
        /// The event that it is about.
        event_id: EventId,
        /// Its id.
        id: String,
    },
}

impl Change {
    /// The event that it is about.
    pub fn event_id(&self) -> &EventId {
        match self {
            Change::Put(put) | Change::Release { put, .. } => put.event.id(),
            Change::Delete { event_id, .. } | Change::Drop { event_id, .. } => event_id,
            Change::Hold(hold) => &hold.event_id,
        }
    }
}

/// An event as its source states it. Made by the caller, so that its digest costs the one writer nothing.
#[derive(Clone, Debug)]
pub struct Put {
    pub(crate) event: Box<Event>,
    pub(crate) stated_known_time: Option<Timestamp>,
    pub(crate) digest: Digest,
}

impl Put {
    /// An event, and the known time if its source states one. The known time that `event` itself has counts for
    /// nothing: the store finds it.
    pub fn new(event: Event, stated_known_time: Option<Timestamp>) -> Self {
        let json = record::to_json(&event, None);
        let mut digester = Digester::new("put/1");
        digester
            .text(std::str::from_utf8(&json).expect("JSON is UTF-8"))
            .optional(stated_known_time, |digester, at| {
                digester.integer(at.as_micros());
            });
        Put {
            event: Box::new(event),
            stated_known_time,
            digest: digester.finish(),
        }
    }

    /// The known time, if its source states one.
    pub fn stated_known_time(&self) -> Option<Timestamp> {
        self.stated_known_time
    }

    /// What is to be written in its place, or why nothing is; its digest is of what is written.
    ///
    /// # Errors
    /// What `admit` fails with.
    pub fn admitted<E>(self, admit: impl FnOnce(Event) -> Result<Event, E>) -> Result<Put, E> {
        let event = admit(*self.event)?;
        Ok(Put::new(event, self.stated_known_time))
    }
}

/// Why an event was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeleteReason {
    /// Its source withdrew it.
    Withdrawn,
    /// It is another event, told twice.
    Duplicate,
    /// It was a trial.
    Test,
    /// It holds what it must not hold: the records of all its revisions go, for good.
    PersonalData,
}

impl DeleteReason {
    /// All reasons.
    pub const ALL: [DeleteReason; 4] = [
        DeleteReason::Withdrawn,
        DeleteReason::Duplicate,
        DeleteReason::Test,
        DeleteReason::PersonalData,
    ];

    /// The stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            DeleteReason::Withdrawn => "WITHDRAWN",
            DeleteReason::Duplicate => "DUPLICATE",
            DeleteReason::Test => "TEST",
            DeleteReason::PersonalData => "PERSONAL_DATA",
        }
    }
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the head of its event now.
    Accepted {
        /// Its revision.
        revision: u64,
        /// Its position in the log.
        position: Position,
    },
    /// The head says the same already; nothing was written.
    Unchanged {
        /// The revision of the head.
        revision: u64,
    },
    /// The record waits.
    Held,
    /// The record waits no more, and was not written.
    Dropped,
    /// It was not made.
    Refused(Refusal),
}

/// Why a write was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The head has another revision than the caller has seen.
    #[error("the newest revision is {found}")]
    RevisionMismatch {
        /// The revision of the head, 0 if there is none.
        found: u64,
    },
    /// There never was an event of this id to delete.
    #[error("no such event")]
    NotFound,
    /// As many records wait as may.
    #[error("{HELD_MAX} records wait already")]
    HeldFull,
    /// No record of this id waits.
    #[error("no such record waits")]
    NotHeld,
}
