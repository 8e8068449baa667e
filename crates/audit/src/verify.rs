//! Checks a log from outside, with the public key only.

use std::num::NonZeroUsize;
use std::path::Path;

use sosie_similarity::Timestamp;

use crate::dir::{self, Listing};
use crate::fault::{Fault, FaultKind, Faults, Place};
use crate::head::{Anchor, Head, HeadError, Position};
use crate::key::PublicKey;
use crate::record::Trimmed;
use crate::scan::Scan;

/// How often a check begins anew because segments were removed by retention meanwhile.
const ATTEMPTS_MAX: usize = 3;

/// How a log is checked.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// A record that is known from elsewhere, such as from an older head. Only with one shows a log that was set back
    /// whole, or written anew by who has the key.
    pub anchor: Option<Anchor>,
    /// Checks only what came after a place that was checked before, such as the end of an older head. It is an anchor too.
    pub since: Option<Position>,
    /// Faults after which reading stops. After one only, a record further down is told as removed.
    pub faults_max: NonZeroUsize,
}

impl Check {
    /// All that is kept, without an anchor, and up to 16 faults.
    pub const WHOLE: Check = Check {
        anchor: None,
        since: None,
        faults_max: NonZeroUsize::new(16).expect("16 is not 0"),
    };
}

/// A log without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How far it goes: what to keep elsewhere as the next anchor.
    pub head: Head,
    /// Records that were read.
    pub records: u64,
    /// How often among them a process found that the one before had not closed the log.
    pub unclean_opens: u64,
    /// Bytes past the head, of a commit that was not made: a process was killed, or is writing. They are not in the log.
    pub tail_bytes: u64,
    /// Line ends among these bytes.
    pub tail_lines: u64,
    /// What became of the anchor.
    pub anchor: AnchorState,
    /// Why it begins after its first record. `None` if it does not, or if the record of that was not read, being before
    /// [`Check::since`].
    pub removal: Option<Removal>,
}

/// The record that says that the beginning of the log was removed, by the rule of retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Its number.
    pub seq: u64,
    /// When that was.
    pub time: Timestamp,
    /// What was removed last.
    pub trimmed: Trimmed,
}

/// What became of the anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnchorState {
    /// There was none.
    None,
    /// The log has the record, as it was.
    Found,
    /// The record is not among those that were read: it is older than what retention kept, or than [`Check::since`].
    Older,
}

/// Reads the log in `dir`, a line at a time, and tells what does not fit. It may be written to meanwhile.
///
/// # Errors
/// The faults, in the order of reading, at least one and at most [`Check::faults_max`].
pub fn verify(dir: &Path, key: &PublicKey, check: &Check) -> Result<Verified, Vec<Fault>> {
    let mut attempt = attempt_to_verify(dir, key, check);
    for _ in 1..ATTEMPTS_MAX {
        if !attempt.is_outdated {
            break;
        }
        attempt = attempt_to_verify(dir, key, check);
    }
    attempt.result
}

struct Attempt {
    result: Result<Verified, Vec<Fault>>,
    /// Segments were removed by retention meanwhile.
    is_outdated: bool,
}

fn attempt_to_verify(dir: &Path, key: &PublicKey, check: &Check) -> Attempt {
    let mut faults = Faults::new(check.faults_max.get());
    let head = Head::of(dir, key);
    if let Err(error) = &head {
        faults.push(head_fault(error), Place::head());
    }
    let head = head.ok();
    let listing = dir::list(dir).unwrap_or_else(|_| {
        faults.push(FaultKind::Unreadable, Place::file("."));
        Listing::default()
    });
    let mut scan = Scan::new(dir, key, head.as_ref(), faults);
    scan.expect(check.anchor);
    walk(&mut scan, &listing, head.as_ref(), check.since.as_ref());
    let replaced = head.as_ref().filter(|head| head.was_replaced(dir));
    let now = replaced.and_then(|_| Head::of(dir, key).ok());
    if now.is_some() {
        scan.forget_tail();
    }
    if let Some(head) = &head {
        check_known(&mut scan, head, check);
        check_beginning(&mut scan, head, check);
    }
    check_names(&mut scan.faults, &listing, head.as_ref());
    let was_trimmed = |head: &Head| now.is_some_and(|now| now.first != head.first);
    Attempt {
        is_outdated: !scan.faults.is_empty() && head.as_ref().is_some_and(was_trimmed),
        result: conclude(scan, check),
    }
}

fn head_fault(error: &HeadError) -> FaultKind {
    match error {
        HeadError::Io(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            FaultKind::HeadMismatch
        }
        HeadError::Io(_) | HeadError::Malformed | HeadError::Version(_) => FaultKind::Unreadable,
        HeadError::Signature => FaultKind::BadSignature,
    }
}

/// Reads the segments from the first that is kept, or from `since`, to the last.
fn walk(scan: &mut Scan<'_>, listing: &Listing, head: Option<&Head>, since: Option<&Position>) {
    let in_log = head.map(|head| head.first.segment..=head.last.segment);
    let in_log = in_log.or_else(|| Some(*listing.segments.first()?..=*listing.segments.last()?));
    let Some(in_log) = in_log else { return };
    let mut from = start(*in_log.start());
    if let Some(since) = since.filter(|since| since.segment >= *in_log.start()) {
        scan.start_after(since);
        from = *since;
    } else if let Some(head) = head {
        scan.start_after(&before_first(head));
    }
    for segment in from.segment..=*in_log.end() {
        if scan.faults.is_full() {
            return;
        }
        if listing.segments.contains(&segment) {
            let from = if segment == from.segment {
                from
            } else {
                start(segment)
            };
            scan.segment(&from, segment == *in_log.end());
        } else if !scan.is_past_head() {
            scan.missing(segment);
        }
    }
    scan.finish();
    for &segment in listing.segments.range(in_log.end().saturating_add(1)..) {
        scan.past_last(&start(segment));
    }
}

fn start(segment: u32) -> Position {
    Position {
        segment,
        ..before_first(&Head::new(Timestamp::MIN))
    }
}

/// The place before the first record that is kept.
fn before_first(head: &Head) -> Position {
    Position {
        segment: head.first.segment,
        line: 0,
        bytes: 0,
        seq: head.first.seq - 1,
        hash: head.first.prev,
    }
}

/// What is known from elsewhere must not be newer than the log, nor another end of it.
fn check_known(scan: &mut Scan<'_>, head: &Head, check: &Check) {
    let since = check.since.map(|since| Anchor {
        seq: since.seq,
        hash: since.hash,
    });
    for known in [check.anchor, since].into_iter().flatten() {
        let is_newer = known.seq > head.last.seq;
        if is_newer && scan.tail.bytes > 0 {
            scan.faults.push(FaultKind::HeadMismatch, Place::head());
        } else if is_newer {
            scan.faults.push(FaultKind::Cut, Place::head());
        } else if known.seq == head.last.seq && known.hash != head.last.hash {
            scan.faults.push(FaultKind::AnchorMismatch, Place::head());
        }
    }
}

/// A log that begins later than it was begun has a record that says so, and where it begins.
fn check_beginning(scan: &mut Scan<'_>, head: &Head, check: &Check) {
    let is_told = scan.trail.trimmed.is_some_and(|(_, _, trimmed)| {
        trimmed.last_seq + 1 == head.first.seq && trimmed.last_hash == head.first.prev
    });
    let is_whole = check.since.is_none() && scan.faults.is_empty();
    if is_whole && head.first.seq > 1 && !is_told {
        scan.faults.push(FaultKind::HeadMismatch, Place::head());
    }
}

fn check_names(faults: &mut Faults, listing: &Listing, head: Option<&Head>) {
    for name in &listing.foreign {
        let name: String = name.chars().take(255).collect();
        faults.push(FaultKind::ForeignFile, Place::file(&name));
    }
    let first = head.map_or(0, |head| head.first.segment);
    for &segment in listing.segments.range(..first) {
        faults.push(FaultKind::ForeignFile, Place::segment(segment));
    }
}

fn conclude(scan: Scan<'_>, check: &Check) -> Result<Verified, Vec<Fault>> {
    match scan.head {
        Some(head) if scan.faults.is_empty() => Ok(Verified {
            head: head.clone(),
            records: scan.trail.records,
            unclean_opens: scan.trail.unclean_opens,
            tail_bytes: scan.tail.bytes,
            tail_lines: scan.tail.lines,
            anchor: anchor_state(head, check),
            removal: scan
                .trail
                .trimmed
                .map(|(seq, time, trimmed)| Removal { seq, time, trimmed }),
        }),
        Some(_) | None => Err(scan.faults.into_vec()),
    }
}

fn anchor_state(head: &Head, check: &Check) -> AnchorState {
    // Reading begins after the record that `since` names.
    let is_unread = |anchor: Anchor| {
        anchor.seq < head.first.seq || check.since.is_some_and(|since| anchor.seq <= since.seq)
    };
    match check.anchor {
        None => AnchorState::None,
        Some(anchor) if is_unread(anchor) => AnchorState::Older,
        Some(_) => AnchorState::Found,
    }
}

#[cfg(test)]
mod tests;
