//! Logs for the tests, the same in each run.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use sosie_audit::{
    Act, Call, Check, Clock, Code, Count, Entry, Fault, FaultKind, Filter, Key, Name, OpenError,
    Options, Outcome, Pinned, Position, PublicKey, Reader, Reason, Receipt, Record, Reindex,
    Verified, Who, Writer, verify,
};
use sosie_similarity::{Digest, Timestamp};
use tempfile::TempDir;

/// How long the lock of a log that was closed may last.
const PATIENCE: Duration = Duration::from_secs(10);
/// 2026-01-01T00:00:00Z.
const START_US: i64 = 1_767_225_600_000_000;

/// A clock that goes on by a millisecond with each look.
pub(crate) fn clock() -> Clock {
    let micros = AtomicI64::new(START_US);
    Arc::new(move || Timestamp::from_micros(micros.fetch_add(1_000, Ordering::Relaxed)).unwrap())
}

/// A time so long after the clock's first.
pub(crate) fn time(after: Duration) -> Timestamp {
    Timestamp::from_micros(START_US + after.as_micros() as i64).unwrap()
}

pub(crate) const OPTIONS: Options = Options {
    segment_bytes_max: 40_000,
    segment_age_max: Duration::from_secs(3_600),
    checkpoint_records: 50,
    checkpoint_age_max: Duration::from_secs(60),
    buffered_age_max: Duration::from_millis(100),
    buffered_records_max: NonZeroUsize::new(1_000).unwrap(),
    queue_records_max: NonZeroUsize::new(10_000).unwrap(),
};

/// A directory with a key, and one for a log beside it.
pub(crate) struct Place {
    root: PathBuf,
    // Held, so that it is removed with this.
    _dir: Option<TempDir>,
}

impl Place {
    pub(crate) fn new() -> Self {
        // In memory where that is possible: a test of bytes need not wait for a disk.
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let dir = dir.unwrap();
        Place {
            root: dir.path().to_owned(),
            _dir: Some(dir),
        }
    }

    pub(crate) fn at(root: &Path) -> Self {
        Place {
            root: root.to_owned(),
            _dir: None,
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    pub(crate) fn key(&self) -> Key {
        Key::load_or_create(&self.root.join("audit.key")).unwrap()
    }

    pub(crate) fn public(&self) -> PublicKey {
        self.key().public().clone()
    }

    /// Tried again where the log is in use: a child that another test begins to start has all open files, and with them
    /// the lock of a log that was closed, until it is a program of its own.
    pub(crate) fn open(&self) -> Result<Writer, OpenError> {
        let begun = Instant::now();
        loop {
            match Writer::open(&self.log(), self.key(), OPTIONS, clock()) {
                Err(OpenError::InUse(_)) if begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                opened => return opened,
            }
        }
    }

    pub(crate) fn writer(&self) -> Writer {
        self.open().unwrap()
    }

    pub(crate) fn verify(&self) -> Result<Verified, Vec<Fault>> {
        verify(&self.log(), &self.public(), &Check::WHOLE)
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        let reader = Reader::open(&self.log(), &self.public(), Filter::default());
        reader.unwrap().map(Result::unwrap).collect()
    }
}

/// The entry of a number; all fields and forms come up.
pub(crate) fn entry(number: u64) -> Entry {
    let digest = Digest::of(&number.to_le_bytes());
    let pinned = |name: &str| Pinned {
        name: Name::new(name).unwrap(),
        digest,
    };
    let call = |method: &str| Act::Call(Call::new(&format!("sosie.v1.{method}")).unwrap());
    let act = match number % 7 {
        0 => Act::GenerationPublished(pinned(&format!("gen-{number:06}"))),
        1 => Act::GenerationActivated(pinned("gen-000001")),
        2 if number.is_multiple_of(2) => Act::ProfileActivated(pinned("tranquillity@1"), None),
        2 => Act::ReindexEnded(Reindex {
            job: Name::new("job-0123456789abcdef").unwrap(),
            generation: (number.is_multiple_of(3)).then(|| Name::new("gen-000009").unwrap()),
        }),
        4 if number.is_multiple_of(2) => {
            Act::StreamEnded(Call::new("sosie.v1.IngestService/IngestEvents").unwrap())
        }
        3 => call("IngestService/DeleteEvents"),
        _ => call("SimilarEventsService/FindSimilarEvents"),
    };
    let receipt = || Receipt {
        generation: pinned("gen-000007"),
        profile: (number.is_multiple_of(3)).then(|| pinned("tranquillity@2")),
        as_of: (number.is_multiple_of(2)).then(|| time(Duration::from_secs(number))),
    };
    let refused = || Outcome::Refused {
        code: Code::ALL[number as usize % 16],
        reason: Reason::new("INVALID_REQUEST").unwrap(),
    };
    Entry {
        act,
        who: Who::new(&format!("spiffe://city/{}", number % 5)).unwrap(),
        what: (number % 4 != 1).then_some(digest),
        receipt: (number.is_multiple_of(5)).then(receipt),
        receipts: (number.is_multiple_of(10)).then_some(digest),
        outcome: if number.is_multiple_of(6) {
            refused()
        } else {
            Outcome::Ok
        },
        count: (number % 9 == 3).then_some(Count {
            accepted: number,
            refused: 0,
        }),
    }
}

/// A log of 1,000 records in several segments that was closed, and its directory as it was left.
pub(crate) struct Made {
    pub(crate) place: Place,
    pub(crate) public: PublicKey,
    /// The lines of each segment, with their ends.
    pub(crate) segments: Vec<Vec<Vec<u8>>>,
    /// Each HEAD that it had.
    pub(crate) heads: Vec<Vec<u8>>,
}

pub(crate) const RECORDS: u64 = 1_000;

impl Made {
    pub(crate) fn new() -> Self {
        let place = Place::new();
        let mut writer = place.writer();
        let mut heads = Vec::new();
        let mut number = 0;
        // The records that the log makes of itself count too; the last is that of closing.
        while writer.head().last.seq < RECORDS - 1 {
            let batch: Vec<Entry> = (0..number % 4 + 1).map(|i| entry(number + i)).collect();
            let room = (RECORDS - 1 - writer.head().last.seq) as usize;
            // A commit can have three lines of the log's own.
            let batch = &batch[..batch.len().min(room.saturating_sub(3).max(1))];
            number += writer.append(batch).unwrap().count() as u64;
            heads.push(fs::read(place.log().join("HEAD")).unwrap());
        }
        let head = writer.close().unwrap();
        assert_eq!(head.last.seq, RECORDS, "the batches are cut to that number");
        heads.push(fs::read(place.log().join("HEAD")).unwrap());
        let segments = (1..=head.last.segment).map(|segment| {
            let bytes = fs::read(segment_path(&place.log(), segment)).unwrap();
            bytes
                .split_inclusive(|&b| b == b'\n')
                .map(<[u8]>::to_vec)
                .collect()
        });
        let segments: Vec<_> = segments.collect();
        assert!(segments.len() >= 6);
        Made {
            public: place.public(),
            place,
            segments,
            heads,
        }
    }

    pub(crate) fn path(&self, segment: u32) -> PathBuf {
        segment_path(&self.place.log(), segment)
    }

    /// Writes a segment, of some lines.
    pub(crate) fn write(&self, segment: u32, lines: &[Vec<u8>]) {
        // Removed first: some file systems wait for the disk when a file is cut and written again.
        drop(fs::remove_file(self.path(segment)));
        fs::write(self.path(segment), lines.concat()).unwrap();
    }

    /// Writes segments from the first of some records to the last as they were.
    pub(crate) fn restore(&self, segments: &[u32]) {
        for &segment in segments {
            self.write(segment, &self.segments[segment as usize - 1]);
        }
    }

    /// The place of each line, as segment and index, from 0.
    pub(crate) fn lines(&self) -> Vec<(u32, usize)> {
        let of = |(i, lines): (usize, &Vec<Vec<u8>>)| {
            (0..lines.len())
                .map(move |line| (i as u32 + 1, line))
                .collect::<Vec<_>>()
        };
        self.segments.iter().enumerate().flat_map(of).collect()
    }

    pub(crate) fn line(&self, (segment, line): (u32, usize)) -> &Vec<u8> {
        &self.segments[segment as usize - 1][line]
    }

    /// The place before each record, in order.
    pub(crate) fn positions(&self) -> Vec<Position> {
        let mut all = Vec::new();
        let mut position = Position {
            segment: 1,
            line: 0,
            bytes: 0,
            seq: 0,
            hash: Digest::from_bytes([0; 32]),
        };
        for (segment, lines) in self.segments.iter().enumerate() {
            position.segment = segment as u32 + 1;
            (position.line, position.bytes) = (0, 0);
            for line in lines {
                all.push(position);
                position.line += 1;
                position.bytes += line.len() as u64;
                position.seq += 1;
                position.hash = hash_of(line);
            }
        }
        all
    }

    /// The first fault, of those that a check of all finds.
    pub(crate) fn fault(&self) -> Fault {
        let faults = self.place.verify().expect_err("a fault must show");
        faults[0].clone()
    }

    /// Asserts that the first fault is of this kind, in this line.
    pub(crate) fn assert_fault(&self, kind: FaultKind, (segment, line): (u32, usize)) {
        let fault = self.fault();
        let found = (fault.kind, fault.place.file.as_str(), fault.place.line);
        let file = format!("audit-{segment:06}.log");
        assert_eq!(found, (kind, file.as_str(), Some(line as u64 + 1)));
    }
}

pub(crate) fn segment_path(log: &Path, segment: u32) -> PathBuf {
    log.join(format!("audit-{segment:06}.log"))
}

/// The hash that a line ends with.
pub(crate) fn hash_of(line: &[u8]) -> Digest {
    let text = std::str::from_utf8(line).unwrap();
    let digits = text.trim_end().strip_suffix("\"}").unwrap();
    Digest::from_hex(&digits[digits.len() - 64..]).unwrap()
}
