//! What one line of the log says.

use sosie_similarity::{Digest, Timestamp};

use crate::key::Signature;
use crate::name::{Call, Name, Reason, Who};
use crate::outcome::Outcome;

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its number, 1, 2, 3… without a gap.
    pub seq: u64,
    /// When, by the clock of the service: the order is that of `seq`, whatever the clock did.
    pub time: Timestamp,
    /// What is recorded.
    pub body: Body,
    /// The hash of the record before it; zeros for the first.
    pub prev: Digest,
    /// Of a checkpoint: the signature of all before it in the line, and so of all before it in the log.
    pub signature: Option<Signature>,
    /// SHA-256 of the line without this.
    pub hash: Digest,
}

/// What a record is of.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all records are entries, and they are read one at a time"
)]
pub enum Body {
    /// Something that was done with the service.
    Entry(Entry),
    /// Something that the log says of itself.
    Mark(Mark),
}

/// Something that was done with the service: who did what, upon which state, and how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What was done.
    pub act: Act,
    /// By whom.
    pub who: Who,
    /// SHA-256 of the request, if there was one.
    pub what: Option<Digest>,
    /// What the answer was made from, if it was an answer; of a stream of answers, what all have in common.
    pub receipt: Option<Receipt>,
    /// Of a stream of answers: SHA-256 over the receipts, each as a message of protobuf with its length as 8 bytes, big-endian,
    /// before it, in the order of the answers.
    pub receipts: Option<Digest>,
    /// How it ended.
    pub outcome: Outcome,
    /// How many records it was about.
    pub count: Option<Count>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A method was called.
    Call(Call),
    /// A stream of records that this method took has ended. That it began is in the log as a call.
    StreamEnded(Call),
    /// A revision of a profile became active, and why; or is found to be active when a process starts, with no reason.
    ProfileActivated(Pinned, Option<Reason>),
    /// A revision of a profile was retired; why, if that was told.
    ProfileRetired(Pinned, Option<Reason>),
    /// A generation was published, and is served from now on.
    GenerationPublished(Pinned),
    /// A generation became the one that is served without being published now: it was chosen, or found at the start, or a
    /// query service has taken it up.
    GenerationActivated(Pinned),
    /// A reindex job has ended. After a kill one can be told twice.
    ReindexEnded(Reindex),
}

/// A reindex job.
#[derive(Clone, Debug, PartialEq)]
pub struct Reindex {
    /// Its name.
    pub job: Name,
    /// The first generation of the new index, if there is one.
    pub generation: Option<Name>,
}

/// A generation or a profile, and exactly which.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinned {
    /// Its name.
    pub name: Name,
    /// SHA-256 of its canonical form.
    pub digest: Digest,
}

/// What an answer was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// The generation that answered.
    pub generation: Pinned,
    /// The profile applied, if one was.
    pub profile: Option<Pinned>,
    /// The `as_of` applied, if one was.
    pub as_of: Option<Timestamp>,
}

/// Records of a call, in number only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Those that were taken.
    pub accepted: u64,
    /// Those that were refused.
    pub refused: u64,
}

/// Something that the log says of itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// The first line of each segment, and nowhere else.
    Segment {
        /// The number of the segment, as in the name of its file.
        segment: u32,
    },
    /// A process has opened the log.
    Opened {
        /// What it found.
        after: After,
        /// For how long buffered entries of this process may be in memory only, in milliseconds: what a kill can lose.
        buffered_ms_max: u64,
    },
    /// A signature of the log up to here.
    Checkpoint(Cause),
    /// Segments were removed from the front, by the rule of retention.
    Trimmed(Trimmed),
}

/// How the log was found when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// There was none.
    New,
    /// It was closed.
    Closed,
    /// It was not closed: buffered entries may be lost. Nothing that was told to be durable is.
    Unclean {
        /// Bytes past HEAD, of records that nobody was told to be durable; they were removed.
        torn_bytes: u64,
        /// Line ends among them. A kill leaves those of one commit at most.
        torn_lines: u64,
    },
}

/// Why there is a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was time, by records or by age.
    Period,
    /// The segment ends here.
    Seal,
    /// The log was closed.
    Close,
}

/// What was removed from the front of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trimmed {
    /// The first record removed.
    pub first_seq: u64,
    /// The last record removed.
    pub last_seq: u64,
    /// The hash of the last record removed: `prev` of the first that is kept.
    pub last_hash: Digest,
}

/// The kinds of records, to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A method was called.
    Call,
    /// A stream of records has ended.
    StreamEnded,
    /// A revision of a profile became active, or is found to be so.
    ProfileActivated,
    /// A revision of a profile was retired.
    ProfileRetired,
    /// A generation was published.
    GenerationPublished,
    /// A generation became the one that is served.
    GenerationActivated,
    /// A reindex job has ended.
    ReindexEnded,
    /// A segment begins.
    Segment,
    /// The log was opened.
    Opened,
    /// A signature of the log up to there; the last one before a clean end has the cause [`Cause::Close`].
    Checkpoint,
    /// Segments were removed from the front.
    Trimmed,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 11] = [
        Kind::Call,
        Kind::StreamEnded,
        Kind::ProfileActivated,
        Kind::ProfileRetired,
        Kind::GenerationPublished,
        Kind::GenerationActivated,
        Kind::ReindexEnded,
        Kind::Segment,
        Kind::Opened,
        Kind::Checkpoint,
        Kind::Trimmed,
    ];

    /// Its name, UPPER_SNAKE, as in the lines.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Call => "CALL",
            Kind::StreamEnded => "STREAM_ENDED",
            Kind::ProfileActivated => "PROFILE_ACTIVATED",
            Kind::ProfileRetired => "PROFILE_RETIRED",
            Kind::GenerationPublished => "GENERATION_PUBLISHED",
            Kind::GenerationActivated => "GENERATION_ACTIVATED",
            Kind::ReindexEnded => "REINDEX_ENDED",
            Kind::Segment => "SEGMENT",
            Kind::Opened => "OPENED",
            Kind::Checkpoint => "CHECKPOINT",
            Kind::Trimmed => "TRIMMED",
        }
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Record {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match &self.body {
            Body::Entry(entry) => entry.act.kind(),
            Body::Mark(mark) => mark.kind(),
        }
    }

    /// Who did it; `None` if the log says it of itself.
    pub fn who(&self) -> Option<&Who> {
        match &self.body {
            Body::Entry(entry) => Some(&entry.who),
            Body::Mark(_) => None,
        }
    }
}

impl Entry {
    /// That this was done by `who` and went well: the other fields are empty.
    pub fn new(act: Act, who: Who) -> Self {
        Entry {
            act,
            who,
            what: None,
            receipt: None,
            receipts: None,
            outcome: Outcome::Ok,
            count: None,
        }
    }
}

impl Act {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Act::Call(_) => Kind::Call,
            Act::StreamEnded(_) => Kind::StreamEnded,
            Act::ProfileActivated(..) => Kind::ProfileActivated,
            Act::ProfileRetired(..) => Kind::ProfileRetired,
            Act::GenerationPublished(_) => Kind::GenerationPublished,
            Act::GenerationActivated(_) => Kind::GenerationActivated,
            Act::ReindexEnded(_) => Kind::ReindexEnded,
        }
    }
}

impl Mark {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Mark::Segment { .. } => Kind::Segment,
            Mark::Opened { .. } => Kind::Opened,
            Mark::Checkpoint(_) => Kind::Checkpoint,
            Mark::Trimmed(_) => Kind::Trimmed,
        }
    }
}
