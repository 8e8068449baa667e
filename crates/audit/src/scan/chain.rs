//! How each record follows from those before it, and what it means if it does not.

use sosie_similarity::Digest;

use crate::record::Record;

/// The chain as far as it was read.
#[derive(Debug)]
pub(crate) struct Chain {
    /// The highest number so far; `None` before the first record of a log whose beginning is not known.
    high: Option<u64>,
    /// The hash of that record.
    hash: Digest,
    /// Records after `high` that may be missing without a further fault, since what was there was told already.
    slack: u64,
    /// Lines since `high` that could not be read.
    unread: u64,
    /// Numbers that were passed over, and the index of the fault that told it.
    gaps: Vec<Gap>,
}

#[derive(Debug)]
struct Gap {
    seqs: std::ops::Range<u64>,
    fault: usize,
}

/// How a record follows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// As it should.
    Next,
    /// By number, but the record before it was another when this one was written.
    Changed,
    /// There are records missing before it, from this number on.
    Gap(u64),
    /// It is one of those that were missing, by the fault of this index.
    Late(usize),
    /// It was there before.
    Again,
}

/// Gaps that are kept to tell a removed record from one further down.
const GAPS_MAX: usize = 64;

impl Chain {
    /// Goes on after the record `seq` with this hash.
    pub(crate) fn after(seq: u64, hash: Digest) -> Self {
        Chain {
            high: Some(seq),
            hash,
            slack: 0,
            unread: 0,
            gaps: Vec::new(),
        }
    }

    /// Begins with whatever record comes.
    pub(crate) fn unknown() -> Self {
        Chain {
            high: None,
            ..Chain::after(0, Digest::from_bytes([0; 32]))
        }
    }

    /// The number of the record that should come next, if that is known.
    pub(crate) fn expected(&self) -> Option<u64> {
        Some(self.high? + 1 + self.unread)
    }

    /// A line could not be read: what stood there is not known.
    pub(crate) fn skip_line(&mut self) {
        self.unread += 1;
        // Twice, since a line end that was changed makes one line of two.
        self.slack = self.slack.saturating_add(2);
    }

    /// Some records are missing, and that was told.
    pub(crate) fn skip_any(&mut self) {
        self.slack = u64::MAX;
    }

    /// Takes the next record. `fault` is the index that the fault gets if this makes one.
    pub(crate) fn take(&mut self, record: &Record, fault: usize) -> Link {
        let Some(high) = self.high else {
            self.adopt(record);
            return Link::Next;
        };
        if record.seq <= high {
            let filled = self.gaps.iter().find(|gap| gap.seqs.contains(&record.seq));
            return filled.map_or(Link::Again, |gap| Link::Late(gap.fault));
        }
        let missing = record.seq - high - 1;
        let link = if missing == 0 && record.prev != self.hash {
            Link::Changed
        } else if missing <= self.slack {
            Link::Next
        } else {
            if self.gaps.len() < GAPS_MAX {
                let seqs = high + 1..record.seq;
                self.gaps.push(Gap { seqs, fault });
            }
            Link::Gap(high + 1)
        };
        self.adopt(record);
        link
    }

    fn adopt(&mut self, record: &Record) {
        self.high = Some(record.seq);
        self.hash = record.hash;
        self.slack = 0;
        self.unread = 0;
    }
}
