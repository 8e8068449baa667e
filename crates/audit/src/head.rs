//! `HEAD`: how far the log goes, signed. What it does not cover is not in the log.

use std::path::Path;
use std::str::FromStr;
use std::{fmt, io};

use serde::Deserialize;
use sosie_similarity::{Digest, Timestamp};

use crate::dir;
use crate::hex;
use crate::key::{Key, PublicKey, Signature};
use crate::line::{self, FORMAT_VERSION, Object};

/// Most bytes of a head: all its numbers at their longest make less than 700.
const HEAD_BYTES_MAX: u64 = 1_024;
const SIGNATURE_KEY: &[u8] = b",\"signature\":\"";
const SIGNATURE_TAIL_BYTES: usize = SIGNATURE_KEY.len() + 128 + 3;

/// How far a log goes, as its key signed it. Kept elsewhere, it is the anchor that shows a log which was set back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whether a process has it open, or had and was killed.
    pub state: HeadState,
    /// When it was signed, by the clock of the service.
    pub time: Timestamp,
    /// Where the log begins, now that old segments may have been removed.
    pub first: Origin,
    /// Where it ends.
    pub last: Position,
}

/// Whether a log was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadState {
    /// A process has it open, or had and was killed: there may be bytes past the end.
    Open,
    /// It was closed: there is nothing past the end.
    Closed,
}

/// Where a log begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The first segment that is kept.
    pub segment: u32,
    /// The number of its first record.
    pub seq: u64,
    /// The hash of the record before that; zeros if there never was one.
    pub prev: Digest,
}

/// A place right after a record; of a log without records, the place before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The segment.
    pub segment: u32,
    /// Lines of the segment up to here.
    pub line: u64,
    /// Bytes of the segment up to here.
    pub bytes: u64,
    /// The number of the record; 0 if there is none.
    pub seq: u64,
    /// Its hash; zeros if there is none.
    pub hash: Digest,
}

/// A record that is known from elsewhere: the log must have it, as it was. Displayed and parsed as `seq:hash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

/// Why a head can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// It is not there, or not readable.
    #[error("HEAD: {0}")]
    Io(#[from] io::Error),
    /// It is not in the form that heads are written in.
    #[error("HEAD is malformed")]
    Malformed,
    /// The key has not signed it.
    #[error("HEAD is not signed by this key")]
    Signature,
    /// It is of a version that this program does not read.
    #[error("HEAD is of version {0}, this program reads version {FORMAT_VERSION}")]
    Version(u32),
}

impl Head {
    /// Reads the head of the log in `dir`, and checks its signature.
    ///
    /// # Errors
    /// Any [`HeadError`].
    pub fn of(dir: &Path, key: &PublicKey) -> Result<Self, HeadError> {
        Head::read(&dir.join(dir::HEAD_FILE), key)
    }

    /// Reads a head from a file, such as a copy that was kept elsewhere, and checks its signature.
    ///
    /// # Errors
    /// Any [`HeadError`].
    pub fn read(path: &Path, key: &PublicKey) -> Result<Self, HeadError> {
        let bytes = dir::read_at_most(path, HEAD_BYTES_MAX)?;
        Head::parse(&bytes.ok_or(HeadError::Malformed)?, key)
    }

    /// Whether `dir` has another head by now; whether that is signed is not looked at.
    pub(crate) fn was_replaced(&self, dir: &Path) -> bool {
        let now = dir::read_at_most(&dir.join(dir::HEAD_FILE), HEAD_BYTES_MAX);
        let mut fields = Vec::new();
        self.write_fields(&mut fields);
        now.is_ok_and(|now| now.is_some_and(|now| !now.starts_with(&fields)))
    }

    /// The record that it ends with, to look for in a later state of the log.
    pub fn anchor(&self) -> Anchor {
        Anchor {
            seq: self.last.seq,
            hash: self.last.hash,
        }
    }

    /// Of a log without records.
    pub(crate) fn new(time: Timestamp) -> Self {
        let zeros = Digest::from_bytes([0; 32]);
        Head {
            state: HeadState::Open,
            time,
            first: Origin {
                segment: 1,
                seq: 1,
                prev: zeros,
            },
            last: Position {
                segment: 1,
                line: 0,
                bytes: 0,
                seq: 0,
                hash: zeros,
            },
        }
    }

    pub(crate) fn signed(&self, key: &Key) -> Vec<u8> {
        self.line(|fields| key.sign(fields))
    }

    fn line(&self, sign: impl FnOnce(&[u8]) -> Signature) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_fields(&mut out);
        let Signature(signature) = sign(&out);
        out.extend_from_slice(SIGNATURE_KEY);
        hex::push(&mut out, &signature);
        out.extend_from_slice(b"\"}\n");
        out
    }

    fn write_fields(&self, out: &mut Vec<u8>) {
        let mut head = Object::open(out);
        head.number("format", FORMAT_VERSION.into());
        head.text("state", self.state.name());
        head.text("time", &line::time_text(self.time));
        head.object("first", |first| {
            first.number("segment", self.first.segment.into());
            first.number("seq", self.first.seq);
            first.digest("prev", &self.first.prev);
        });
        head.object("last", |last| {
            last.number("segment", self.last.segment.into());
            last.number("line", self.last.line);
            last.number("bytes", self.last.bytes);
            last.number("seq", self.last.seq);
            last.digest("hash", &self.last.hash);
        });
    }

    fn parse(bytes: &[u8], key: &PublicKey) -> Result<Self, HeadError> {
        let fields: Fields<'_> = serde_json::from_slice(bytes).map_err(|_| HeadError::Malformed)?;
        if fields.format != FORMAT_VERSION {
            return Err(HeadError::Version(fields.format));
        }
        let signature = hex::parse(fields.signature.as_bytes()).map(Signature);
        let signature = signature.ok_or(HeadError::Malformed)?;
        let head = fields.head().ok_or(HeadError::Malformed)?;
        // As with lines: written back, so that no byte is free.
        if head.line(|_| signature) != bytes {
            return Err(HeadError::Malformed);
        }
        let signed = &bytes[..bytes.len() - SIGNATURE_TAIL_BYTES];
        let is_signed = key.has_signed(signed, &signature);
        is_signed.then_some(head).ok_or(HeadError::Signature)
    }
}

impl HeadState {
    fn name(self) -> &'static str {
        match self {
            HeadState::Open => "OPEN",
            HeadState::Closed => "CLOSED",
        }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// A text is no anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the form `seq:hash`, with 64 lower-case hexadecimal digits")]
pub struct InvalidAnchor;

impl FromStr for Anchor {
    type Err = InvalidAnchor;

    fn from_str(text: &str) -> Result<Self, InvalidAnchor> {
        let (seq, hash) = text.split_once(':').ok_or(InvalidAnchor)?;
        Ok(Anchor {
            seq: seq.parse().map_err(|_| InvalidAnchor)?,
            hash: Digest::from_hex(hash).ok_or(InvalidAnchor)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    format: u32,
    state: &'a str,
    time: &'a str,
    #[serde(borrow)]
    first: OriginFields<'a>,
    #[serde(borrow)]
    last: PositionFields<'a>,
    signature: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OriginFields<'a> {
    segment: u32,
    seq: u64,
    prev: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PositionFields<'a> {
    segment: u32,
    line: u64,
    bytes: u64,
    seq: u64,
    hash: &'a str,
}

impl Fields<'_> {
    fn head(&self) -> Option<Head> {
        let states = [HeadState::Open, HeadState::Closed];
        if self.first.segment == 0 || self.first.seq == 0 {
            return None;
        }
        Some(Head {
            state: states
                .into_iter()
                .find(|state| state.name() == self.state)?,
            time: line::instant(self.time)?,
            first: Origin {
                segment: self.first.segment,
                seq: self.first.seq,
                prev: Digest::from_hex(self.first.prev)?,
            },
            last: Position {
                segment: self.last.segment,
                line: self.last.line,
                bytes: self.last.bytes,
                seq: self.last.seq,
                hash: Digest::from_hex(self.last.hash)?,
            },
        })
    }
}
