//! Threads that make events of chunks of records and add them to the index.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;

use sosie_index::{IndexBuilder, IndexError};
use sosie_similarity::{Code, Event};

use crate::gate::{Gate, admit};
use crate::publish::RecordCount;
use crate::refusal::Refusal;
use crate::source::{Chunk, Record};
use crate::summary::Tally;

/// Chunks that wait for each worker: reading goes on while all are busy, and little is held.
const AHEAD: usize = 2;

/// A chunk and its place.
struct Job<'a> {
    number: u64,
    /// Records of the run before it.
    before: u64,
    chunk: Chunk<'a>,
}

/// What became of the records of a chunk.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    pub(crate) sources: HashMap<Code, RecordCount>,
    /// The position of each refused record, and why.
    pub(crate) refusals: Vec<(u64, Refusal)>,
}

/// Workers under way, and outcomes in the order of chunks.
pub(crate) struct Workers<'a> {
    jobs: Option<SyncSender<Job<'a>>>,
    outcomes: Receiver<(u64, Result<Outcome, IndexError>)>,
    sent: u64,
    taken: u64,
    /// Those that came before their turn.
    early: BTreeMap<u64, Result<Outcome, IndexError>>,
}

impl<'a> Workers<'a> {
    /// Starts as many as the index takes.
    pub(crate) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        builder: &'scope IndexBuilder,
        gate: Option<&'scope Gate>,
    ) -> Self
    where
        'a: 'scope,
    {
        let (jobs, taken) = sync_channel(AHEAD * builder.threads());
        let (done, outcomes) = channel();
        let taken = Arc::new(Mutex::new(taken));
        for _ in 0..builder.threads() {
            let (taken, done) = (taken.clone(), done.clone());
            scope.spawn(move || work(&taken, &done, (builder, gate)));
        }
        Workers {
            jobs: Some(jobs),
            outcomes,
            sent: 0,
            taken: 0,
            early: BTreeMap::new(),
        }
    }

    /// Gives them a chunk, once one of them has room for it.
    pub(crate) fn send(&mut self, chunk: Chunk<'a>, before: u64) {
        let jobs = self.jobs.as_ref().expect("nothing is sent after the end");
        let number = self.sent;
        let job = Job {
            number,
            before,
            chunk,
        };
        jobs.send(job)
            .expect("workers take jobs until there are none");
        self.sent += 1;
    }

    /// No chunk follows.
    pub(crate) fn end(&mut self) {
        self.jobs = None;
    }

    /// The outcome of the next chunk: `None` before the end, if it is not there yet; after the end, if all are taken.
    pub(crate) fn next(&mut self) -> Option<Result<Outcome, IndexError>> {
        while self.taken < self.sent {
            if let Some(outcome) = self.early.remove(&self.taken) {
                self.taken += 1;
                return Some(outcome);
            }
            let (number, outcome) = if self.jobs.is_some() {
                self.outcomes.try_recv().ok()?
            } else {
                self.outcomes.recv().expect("each chunk has its outcome")
            };
            self.early.insert(number, outcome);
        }
        None
    }
}

/// Works until there are no jobs, or nobody asks for their outcomes.
fn work(
    jobs: &Mutex<Receiver<Job>>,
    done: &Sender<(u64, Result<Outcome, IndexError>)>,
    (builder, gate): (&IndexBuilder, Option<&Gate>),
) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        let (number, outcome) = (job.number, outcome(job, (builder, gate)));
        if done.send((number, outcome)).is_err() {
            return;
        }
    }
}

fn outcome(
    job: Job,
    (builder, gate): (&IndexBuilder, Option<&Gate>),
) -> Result<Outcome, IndexError> {
    let mut outcome = Outcome::default();
    let mut events = Vec::with_capacity(job.chunk.len());
    let mut sequence = job.before;
    job.chunk.for_each(|mut record| {
        record.event = record.event.and_then(|event| Ok(admit(gate, event)?));
        events.extend(outcome.count(record).map(|event| (sequence, event)));
        sequence += 1;
    });
    builder.add(events)?;
    Ok(outcome)
}

impl Outcome {
    /// Counts a record; gives its event, if it has one.
    fn count(&mut self, record: Record) -> Option<Event> {
        let Record {
            position,
            source_id,
            event,
            corrections,
        } = record;
        self.tally.read += 1;
        if let Some(source_id) = source_id {
            let count = self.sources.entry(source_id).or_default();
            count.indexed += u64::from(event.is_ok());
            count.refused += u64::from(event.is_err());
        }
        match event {
            Ok(event) => {
                self.tally.indexed += 1;
                for (field, correction) in corrections {
                    self.tally.corrections.count(&field, &correction.code(), 1);
                }
                Some(event)
            }
            Err(refusal) => {
                self.tally.refused += 1;
                let code = refusal.reason.code();
                self.tally.refusals.count(&refusal.field, code, 1);
                self.refusals.push((position, refusal));
                None
            }
        }
    }
}
