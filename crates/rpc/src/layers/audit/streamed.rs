//! What a stream came to, for the audit log: its handler counts, and what is counted is recorded when the stream ends.

use std::sync::{Arc, Mutex, PoisonError};

use sosie_audit::{Code, Count, Durability, Entry, Log, Outcome, Reason, Receipt};
use sosie_proto::{ReceiptsDigest, pb};
use tokio::sync::oneshot;
use tonic::Status;

use super::{ended, receipt};

/// What a stream has come to so far. It is told when this is dropped, however the stream ends.
pub struct StreamTally {
    end: StreamEnd,
    told: Option<oneshot::Sender<StreamEnd>>,
}

/// What a stream came to.
#[derive(Default)]
struct StreamEnd {
    /// The first receipt, and the digest over all.
    receipts: Option<(pb::Receipt, ReceiptsDigest)>,
    count: Counted,
    /// How it ended, if it did not end well.
    refusal: Option<Outcome>,
}

#[derive(Default)]
struct Counted {
    accepted: u64,
    refused: u64,
}

impl StreamTally {
    /// One that is told to who has the other half: it goes into the extensions of the response.
    pub fn new() -> (StreamTally, Streamed) {
        let (told, end) = oneshot::channel();
        let tally = StreamTally {
            end: StreamEnd::default(),
            told: Some(told),
        };
        (tally, Streamed(Arc::new(Mutex::new(Some(end)))))
    }

    /// An answer with a receipt was given.
    pub fn answered(&mut self, receipt: &pb::Receipt) {
        let start = || (receipt.clone(), ReceiptsDigest::default());
        let (_, digest) = self.end.receipts.get_or_insert_with(start);
        digest.add(receipt);
        self.end.count.accepted += 1;
    }

    /// So many entries were taken, and so many refused.
    pub fn count(&mut self, accepted: u64, refused: u64) {
        self.end.count.accepted += accepted;
        self.end.count.refused += refused;
    }

    /// The stream ends with this.
    pub fn refused(&mut self, status: &Status) {
        self.end.refusal = Some(ended(status));
    }

    /// The client left before the end, if the stream was not refused before.
    pub fn left(&mut self) {
        let reason = Reason::new("CANCELLED").ok();
        let code = Code::Cancelled;
        let left = reason.map(|reason| Outcome::Refused { code, reason });
        self.end.refusal = self.end.refusal.take().or(left);
    }
}

impl Drop for StreamTally {
    fn drop(&mut self) {
        if let Some(told) = self.told.take() {
            // Without an audit log nobody waits for it.
            let _ = told.send(std::mem::take(&mut self.end));
        }
    }
}

/// In the extensions of a response: the stream is counted, and tells when it ends.
#[derive(Clone)]
pub struct Streamed(Arc<Mutex<Option<oneshot::Receiver<StreamEnd>>>>);

impl Streamed {
    /// Records the entry with what the stream came to, when it has ended.
    pub(super) async fn record(self, log: Log, mut entry: Entry) {
        let end = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(end) = end else { return };
        // Gone with its process, it ends with nothing told.
        let Ok(end) = end.await else { return };
        if let Some((first, digest)) = &end.receipts {
            // All are of one generation; what else they pin is in the digest.
            entry.receipt = receipt(first).map(|receipt| Receipt {
                profile: None,
                as_of: None,
                ..receipt
            });
            entry.receipts = Some(digest.digest());
        }
        if let Some(refusal) = end.refusal {
            entry.outcome = refusal;
        }
        let Counted { accepted, refused } = end.count;
        entry.count = Some(Count { accepted, refused });
        log.append(entry, Durability::Buffered, |appended| {
            if let Err(error) = appended {
                tracing::error!(%error, "the end of a stream is not in the audit log");
            }
        });
    }
}
