//! From a line to its record.

use chrono::DateTime;
use serde::Deserialize;
use sosie_similarity::{Digest, Timestamp};

use super::write::{Draft, write};
use super::{FORMAT_VERSION, HASH_KEY, HASH_TAIL_BYTES, LINE_BYTES_MAX, LINE_END, SIGNATURE_BYTES};
use crate::hex;
use crate::key::Signature;
use crate::name::{Call, Name, Reason, Who};
use crate::outcome::Outcome;
use crate::record::{
    Act, After, Body, Cause, Count, Entry, Kind, Mark, Pinned, Receipt, Record, Reindex, Trimmed,
};

/// Why a line is none of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It is longer than [`LINE_BYTES_MAX`].
    #[error("longer than {LINE_BYTES_MAX} bytes")]
    TooLong,
    /// It does not end as a line of the log does, with its hash.
    #[error("no line of an audit log")]
    Malformed,
    /// It has another hash than it says.
    #[error("not the bytes that its hash is of")]
    Hash,
    /// Its hash is right, and it is not in the form that its record is written in.
    #[error("no record in canonical form")]
    NotCanonical,
    /// It is of a version that this program does not read.
    #[error("of version {0}, this program reads version {FORMAT_VERSION}")]
    Version(u32),
}

/// Reads a line, without its end. The chain and the signature are not looked at.
pub(crate) fn read(line: &[u8]) -> Result<Record, LineError> {
    let hash = hash_of(line)?;
    let fields: Fields<'_> = serde_json::from_slice(line).map_err(|_| LineError::NotCanonical)?;
    if let Some(version) = fields.format.filter(|&version| version != FORMAT_VERSION) {
        return Err(LineError::Version(version));
    }
    let record = fields.record(hash).ok_or(LineError::NotCanonical)?;
    let mut written = Vec::with_capacity(line.len() + 1);
    write(&mut written, &Draft::from(&record), |_| record.signature);
    // Fields that are too many, in another order or in another form show here.
    let is_canonical = written.strip_suffix(b"\n") == Some(line);
    is_canonical
        .then_some(record)
        .ok_or(LineError::NotCanonical)
}

/// The hash that a line ends with, if it is that of the line.
fn hash_of(line: &[u8]) -> Result<Digest, LineError> {
    if line.len() > LINE_BYTES_MAX {
        return Err(LineError::TooLong);
    }
    let split = line.len().checked_sub(HASH_TAIL_BYTES);
    let (fields, tail) = line.split_at(split.ok_or(LineError::Malformed)?);
    let digits = tail.strip_prefix(HASH_KEY);
    let digits = digits.and_then(|tail| tail.strip_suffix(LINE_END));
    let hash = digits
        .and_then(hex::parse::<32>)
        .ok_or(LineError::Malformed)?;
    let hash = Digest::from_bytes(hash);
    if hash != Digest::of(fields) {
        return Err(LineError::Hash);
    }
    Ok(hash)
}

/// What the signature of a checkpoint is over; the line must be one that [`read`] took.
pub(crate) fn signed_part(line: &[u8]) -> &[u8] {
    &line[..line.len().saturating_sub(HASH_TAIL_BYTES + SIGNATURE_BYTES)]
}

pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    Timestamp::from_utc(time.to_utc()).ok()
}

/// All fields that a line may have. Which of them its kind has is told by writing it back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    seq: u64,
    time: &'a str,
    kind: &'a str,
    call: Option<&'a str>,
    job: Option<&'a str>,
    generation: Option<&'a str>,
    #[serde(borrow)]
    target: Option<PinnedFields<'a>>,
    reason: Option<&'a str>,
    who: Option<&'a str>,
    what: Option<&'a str>,
    #[serde(borrow)]
    receipt: Option<ReceiptFields<'a>>,
    receipts: Option<&'a str>,
    outcome: Option<&'a str>,
    count: Option<CountFields>,
    format: Option<u32>,
    segment: Option<u32>,
    after: Option<&'a str>,
    torn_bytes: Option<u64>,
    torn_lines: Option<u64>,
    buffered_ms_max: Option<u64>,
    cause: Option<&'a str>,
    first_seq: Option<u64>,
    last_seq: Option<u64>,
    last_hash: Option<&'a str>,
    prev: &'a str,
    signature: Option<&'a str>,
    #[serde(rename = "hash")]
    _hash: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PinnedFields<'a> {
    name: &'a str,
    digest: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptFields<'a> {
    #[serde(borrow)]
    generation: PinnedFields<'a>,
    #[serde(borrow)]
    profile: Option<PinnedFields<'a>>,
    as_of: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountFields {
    accepted: u64,
    refused: u64,
}

impl Fields<'_> {
    fn record(&self, hash: Digest) -> Option<Record> {
        let kind = Kind::from_name(self.kind)?;
        let body = match kind {
            Kind::Call
            | Kind::StreamEnded
            | Kind::ProfileActivated
            | Kind::ProfileRetired
            | Kind::GenerationPublished
            | Kind::GenerationActivated
            | Kind::ReindexEnded => Body::Entry(self.entry(kind)?),
            Kind::Segment | Kind::Opened | Kind::Checkpoint | Kind::Trimmed => {
                Body::Mark(self.mark(kind)?)
            }
        };
        let signature = match (kind, self.signature) {
            (Kind::Checkpoint, Some(digits)) => Some(Signature(hex::parse(digits.as_bytes())?)),
            (Kind::Checkpoint, None) => return None,
            _ => None,
        };
        Some(Record {
            seq: self.seq,
            time: instant(self.time)?,
            body,
            prev: Digest::from_hex(self.prev)?,
            signature,
            hash,
        })
    }

    fn entry(&self, kind: Kind) -> Option<Entry> {
        let target = || self.target.as_ref().and_then(PinnedFields::pinned);
        let call = || Call::new(self.call?).ok();
        let reason = || optional(self.reason, |text| Reason::new(text).ok());
        let act = match kind {
            Kind::ProfileActivated => Act::ProfileActivated(target()?, reason()?),
            Kind::ProfileRetired => Act::ProfileRetired(target()?, reason()?),
            Kind::GenerationPublished => Act::GenerationPublished(target()?),
            Kind::GenerationActivated => Act::GenerationActivated(target()?),
            Kind::ReindexEnded => Act::ReindexEnded(self.reindex()?),
            Kind::StreamEnded => Act::StreamEnded(call()?),
            Kind::Call | Kind::Segment | Kind::Opened | Kind::Checkpoint | Kind::Trimmed => {
                Act::Call(call()?)
            }
        };
        let count = self.count.as_ref();
        Some(Entry {
            act,
            who: Who::new(self.who?).ok()?,
            what: optional(self.what, Digest::from_hex)?,
            receipt: optional(self.receipt.as_ref(), ReceiptFields::receipt)?,
            receipts: optional(self.receipts, Digest::from_hex)?,
            outcome: Outcome::parse(self.outcome?)?,
            count: count.map(|&CountFields { accepted, refused }| Count { accepted, refused }),
        })
    }

    fn reindex(&self) -> Option<Reindex> {
        Some(Reindex {
            job: Name::new(self.job?).ok()?,
            generation: optional(self.generation, |name| Name::new(name).ok())?,
        })
    }

    fn mark(&self, kind: Kind) -> Option<Mark> {
        match kind {
            Kind::Segment => Some(Mark::Segment {
                segment: self.segment?,
            }),
            Kind::Opened => Some(Mark::Opened {
                after: self.after()?,
                buffered_ms_max: self.buffered_ms_max?,
            }),
            Kind::Trimmed => Some(Mark::Trimmed(Trimmed {
                first_seq: self.first_seq?,
                last_seq: self.last_seq?,
                last_hash: Digest::from_hex(self.last_hash?)?,
            })),
            Kind::Checkpoint
            | Kind::Call
            | Kind::StreamEnded
            | Kind::ProfileActivated
            | Kind::ProfileRetired
            | Kind::GenerationPublished
            | Kind::GenerationActivated
            | Kind::ReindexEnded => {
                let causes = [Cause::Period, Cause::Seal, Cause::Close];
                let named = |cause: &Cause| Some(cause.name()) == self.cause;
                causes.into_iter().find(named).map(Mark::Checkpoint)
            }
        }
    }

    fn after(&self) -> Option<After> {
        let unclean = After::Unclean {
            torn_bytes: self.torn_bytes.unwrap_or_default(),
            torn_lines: self.torn_lines.unwrap_or_default(),
        };
        let all = [After::New, After::Closed, unclean];
        all.into_iter()
            .find(|after| Some(after.name()) == self.after)
    }
}

impl PinnedFields<'_> {
    fn pinned(&self) -> Option<Pinned> {
        Some(Pinned {
            name: Name::new(self.name).ok()?,
            digest: Digest::from_hex(self.digest)?,
        })
    }
}

impl ReceiptFields<'_> {
    fn receipt(&self) -> Option<Receipt> {
        Some(Receipt {
            generation: self.generation.pinned()?,
            profile: optional(self.profile.as_ref(), PinnedFields::pinned)?,
            as_of: optional(self.as_of, instant)?,
        })
    }
}

/// `None` only for a value that is there and can't be read.
fn optional<T, U>(value: Option<T>, read: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    match value {
        Some(value) => read(value).map(Some),
        None => Some(None),
    }
}
