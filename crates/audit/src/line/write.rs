//! From a record to its line.

use chrono::SecondsFormat;
use sosie_similarity::{Digest, Timestamp};

use super::object::Object;
use super::{FORMAT_VERSION, HASH_KEY, LINE_END, SIGNATURE_KEY};
use crate::hex;
use crate::key::Signature;
use crate::record::{Act, After, Body, Cause, Entry, Mark, Pinned, Receipt, Record, Reindex};

/// A record without what is computed from it.
pub(crate) struct Draft<'a> {
    pub(crate) seq: u64,
    pub(crate) time: Timestamp,
    pub(crate) content: Content<'a>,
    pub(crate) prev: Digest,
}

/// A [`Body`] that is borrowed.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Entry(&'a Entry),
    Mark(&'a Mark),
}

impl<'a> From<&'a Record> for Draft<'a> {
    fn from(record: &'a Record) -> Self {
        Draft {
            seq: record.seq,
            time: record.time,
            content: match &record.body {
                Body::Entry(entry) => Content::Entry(entry),
                Body::Mark(mark) => Content::Mark(mark),
            },
            prev: record.prev,
        }
    }
}

/// Appends the line of a record, with its end, and gives its hash. `sign` gives the signature of a checkpoint, from the
/// bytes that it is over.
pub(crate) fn write(
    out: &mut Vec<u8>,
    draft: &Draft<'_>,
    sign: impl FnOnce(&[u8]) -> Option<Signature>,
) -> Digest {
    let start = out.len();
    write_fields(out, draft);
    if let Content::Mark(Mark::Checkpoint(_)) = draft.content
        && let Some(Signature(signature)) = sign(&out[start..])
    {
        out.extend_from_slice(SIGNATURE_KEY);
        hex::push(out, &signature);
        out.push(b'"');
    }
    let hash = Digest::of(&out[start..]);
    out.extend_from_slice(HASH_KEY);
    hex::push(out, hash.as_bytes());
    out.extend_from_slice(LINE_END);
    out.push(b'\n');
    hash
}

/// All fields before signature and hash; the object stays open.
fn write_fields(out: &mut Vec<u8>, draft: &Draft<'_>) {
    let mut line = Object::open(out);
    line.number("seq", draft.seq);
    line.text("time", &time_text(draft.time));
    match draft.content {
        Content::Entry(entry) => write_entry(&mut line, entry),
        Content::Mark(mark) => write_mark(&mut line, mark),
    }
    line.digest("prev", &draft.prev);
}

fn write_entry(line: &mut Object<'_>, entry: &Entry) {
    line.text("kind", entry.act.kind().name());
    match &entry.act {
        Act::Call(call) | Act::StreamEnded(call) => line.text("call", call.as_str()),
        Act::ReindexEnded(reindex) => write_reindex(line, reindex),
        Act::ProfileActivated(pinned, _)
        | Act::ProfileRetired(pinned, _)
        | Act::GenerationPublished(pinned)
        | Act::GenerationActivated(pinned) => write_pinned(line, "target", pinned),
    };
    if let Act::ProfileActivated(_, Some(reason)) | Act::ProfileRetired(_, Some(reason)) =
        &entry.act
    {
        line.text("reason", reason.as_str());
    }
    line.text("who", entry.who.as_str());
    if let Some(what) = &entry.what {
        line.digest("what", what);
    }
    if let Some(receipt) = &entry.receipt {
        line.object("receipt", |object| write_receipt(object, receipt));
    }
    if let Some(receipts) = &entry.receipts {
        line.digest("receipts", receipts);
    }
    line.quoted("outcome", |out| entry.outcome.push(out));
    if let Some(count) = entry.count {
        line.object("count", |object| {
            object.number("accepted", count.accepted);
            object.number("refused", count.refused);
        });
    }
}

fn write_reindex<'o, 'a>(line: &'o mut Object<'a>, reindex: &Reindex) -> &'o mut Object<'a> {
    line.text("job", reindex.job.as_str());
    if let Some(generation) = &reindex.generation {
        line.text("generation", generation.as_str());
    }
    line
}

fn write_receipt(object: &mut Object<'_>, receipt: &Receipt) {
    write_pinned(object, "generation", &receipt.generation);
    if let Some(profile) = &receipt.profile {
        write_pinned(object, "profile", profile);
    }
    if let Some(as_of) = receipt.as_of {
        object.text("as_of", &time_text(as_of));
    }
}

fn write_pinned<'o, 'a>(
    object: &'o mut Object<'a>,
    key: &str,
    pinned: &Pinned,
) -> &'o mut Object<'a> {
    object.object(key, |object| {
        object.text("name", pinned.name.as_str());
        object.digest("digest", &pinned.digest);
    })
}

fn write_mark(line: &mut Object<'_>, mark: &Mark) {
    line.text("kind", mark.kind().name());
    match *mark {
        Mark::Segment { segment } => {
            line.number("format", FORMAT_VERSION.into());
            line.number("segment", segment.into());
        }
        Mark::Opened {
            after,
            buffered_ms_max,
        } => {
            write_after(line, after);
            line.number("buffered_ms_max", buffered_ms_max);
        }
        Mark::Checkpoint(cause) => drop(line.text("cause", cause.name())),
        Mark::Trimmed(trimmed) => {
            line.number("first_seq", trimmed.first_seq);
            line.number("last_seq", trimmed.last_seq);
            line.digest("last_hash", &trimmed.last_hash);
        }
    }
}

fn write_after(line: &mut Object<'_>, after: After) {
    line.text("after", after.name());
    if let After::Unclean {
        torn_bytes,
        torn_lines,
    } = after
    {
        line.number("torn_bytes", torn_bytes);
        line.number("torn_lines", torn_lines);
    }
}

impl After {
    pub(super) fn name(self) -> &'static str {
        match self {
            After::New => "NEW",
            After::Closed => "CLOSED",
            After::Unclean { .. } => "UNCLEAN",
        }
    }
}

impl Cause {
    pub(super) fn name(self) -> &'static str {
        match self {
            Cause::Period => "PERIOD",
            Cause::Seal => "SEAL",
            Cause::Close => "CLOSE",
        }
    }
}

/// RFC 3339 in UTC, with six digits of a second.
pub(crate) fn time_text(time: Timestamp) -> String {
    time.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true)
}
