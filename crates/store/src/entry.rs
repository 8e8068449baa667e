//! What the store holds of an event, and the bytes of it.

use std::fmt;

use sosie_similarity::{EventId, Timestamp};

use crate::change::DeleteReason;

/// The number of a change among all changes of a store: 1, 2, 3… without a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position(u64);

impl Position {
    /// Before the first change.
    pub const START: Position = Position(0);

    /// From its number.
    pub fn new(number: u64) -> Self {
        Position(number)
    }

    /// Its number.
    pub fn get(self) -> u64 {
        self.0
    }

    pub(crate) fn next(self) -> Self {
        Position(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A change as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its position.
    pub position: Position,
    /// The event that changed.
    pub event_id: EventId,
    /// The revision of the event that it made.
    pub revision: u64,
    /// The position of the revision before, which this one supersedes at its known time.
    pub previous: Option<Position>,
    /// When this revision became known: for the first one as stated, else the time of ingest; for every later one the
    /// time of ingest, and at least a microsecond after the one before.
    pub known_time: Timestamp,
    /// What it says.
    pub content: Content,
}

/// What a revision says.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// The event's record, JSON, with its known time.
    Record(Vec<u8>),
    /// A record that was erased since.
    Erased,
    /// The event is no more.
    Tombstone(DeleteReason),
}

/// Records are not for logs.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Record(record) => write!(f, "Record({} bytes)", record.len()),
            Content::Erased => f.write_str("Erased"),
            Content::Tombstone(reason) => write!(f, "Tombstone({})", reason.name()),
        }
    }
}

/// A revision of an event, with the end of the time in which it was what is known of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The change that made it.
    pub entry: LogEntry,
    /// The known time of the next revision; none for the head. The revision is known in
    /// `[known_time, superseded_time)`.
    pub superseded_time: Option<Timestamp>,
}

/// The newest revision of an event, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its revision.
    pub revision: u64,
    /// Its position.
    pub position: Position,
    /// Its known time.
    pub known_time: Timestamp,
    /// Whether the event is there.
    pub kind: HeadKind,
    /// A bit per axis without a value, in the order of [`Axis::ALL`](sosie_similarity::Axis::ALL); none for a deleted event.
    pub(crate) missing: u8,
}

/// Whether an event is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadKind {
    /// It is.
    Live,
    /// It was deleted.
    Deleted(DeleteReason),
}

const RECORD: u8 = 1;
const ERASED: u8 = 2;

/// Numbers on disk are given by hand, so that reordering an enum changes no store.
pub(crate) fn reason_number(reason: DeleteReason) -> u8 {
    match reason {
        DeleteReason::Withdrawn => 17,
        DeleteReason::Duplicate => 18,
        DeleteReason::Test => 19,
        DeleteReason::PersonalData => 20,
    }
}

pub(crate) fn reason_of(number: u8) -> Option<DeleteReason> {
    DeleteReason::ALL
        .into_iter()
        .find(|reason| reason_number(*reason) == number)
}

/// `kind, revision, previous, known time, length of the id, id, record`; integers little-endian. Its position is its key.
pub(crate) fn encode(entry: &LogEntry) -> Vec<u8> {
    let (kind, record): (u8, &[u8]) = match &entry.content {
        Content::Record(record) => (RECORD, record),
        Content::Erased => (ERASED, &[]),
        Content::Tombstone(reason) => (reason_number(*reason), &[]),
    };
    let id = entry.event_id.as_str();
    let mut bytes = Vec::with_capacity(26 + id.len() + record.len());
    bytes.push(kind);
    bytes.extend(entry.revision.to_le_bytes());
    bytes.extend(entry.previous.unwrap_or_default().get().to_le_bytes());
    bytes.extend(entry.known_time.as_micros().to_le_bytes());
    bytes.push(id.len() as u8);
    bytes.extend(id.as_bytes());
    bytes.extend(record);
    bytes
}

/// None for bytes that [`encode`] does not write.
pub(crate) fn decode(position: Position, bytes: &[u8]) -> Option<LogEntry> {
    let (&kind, rest) = bytes.split_first()?;
    let (revision, rest) = rest.split_first_chunk()?;
    let (previous, rest) = rest.split_first_chunk()?;
    let (known_time, rest) = rest.split_first_chunk()?;
    let (&id_len, rest) = rest.split_first()?;
    let (id, record) = rest.split_at_checked(id_len.into())?;
    let content = match kind {
        RECORD => Content::Record(record.to_vec()),
        ERASED => Content::Erased,
        reason => Content::Tombstone(reason_of(reason)?),
    };
    let previous = Position(u64::from_le_bytes(*previous));
    Some(LogEntry {
        position,
        event_id: EventId::new(std::str::from_utf8(id).ok()?).ok()?,
        revision: u64::from_le_bytes(*revision),
        // Chains go back in the log, so that walking one ends whatever the bytes say.
        previous: match previous {
            Position::START => None,
            earlier if earlier < position => Some(earlier),
            _ => return None,
        },
        known_time: Timestamp::from_micros(i64::from_le_bytes(*known_time)).ok()?,
        content,
    })
}
