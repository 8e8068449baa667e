//! Pins: which generations receipts name, day by day, so that these stay for a while.
//!
//! ```text
//! receipts/.lock                        held while pins are made, and while generations are removed
//! receipts/ERASED                       generations before the one that it names stay for no receipt
//! receipts/2026-11-26.gen-000012.OWNER  on that day, in UTC, this process gave receipts of it, or may yet
//! ```
//!
//! Pins are empty files: their names say all. **Law.** A generation that was there when it was pinned is not removed
//! before its days are over, but for a limit on their number and for an erasure: pins are made and generations removed
//! under one lock.

mod rule;

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use sosie_similarity::Timestamp;

use super::GenerationId;
use super::disk::{create_dir_synced, remove, sync_dir, write_synced};

pub use rule::{NamedUntil, ReceiptRule};

const LOCK_FILE: &str = ".lock";
/// How a day is written; it sorts as it passes.
const DAY_FORMAT: &str = "%Y-%m-%d";

/// A process that makes pins, told apart from all others of all times.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PinOwner(String);

impl PinOwner {
    /// The process of that number, begun at `start`.
    pub fn new(process_id: u32, start: Timestamp) -> Self {
        let start_us = start.as_micros();
        PinOwner(format!("{process_id:08x}-{start_us:016x}"))
    }

    fn parse(text: &str) -> Option<Self> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let is_one = text.len() == 25
            && text.bytes().enumerate().all(|(at, b)| match at {
                8 => b == b'-',
                _ => is_hex(b),
            });
        is_one.then(|| PinOwner(text.to_owned()))
    }
}

/// On this day a process gave receipts of a generation, or may yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    day: NaiveDate,
    generation: GenerationId,
    owner: PinOwner,
}

impl Pin {
    /// Of the day that `now` is of, in UTC.
    pub fn new(now: Timestamp, generation: GenerationId, owner: PinOwner) -> Self {
        Pin {
            day: day(now),
            generation,
            owner,
        }
    }

    /// Whether it is of the day that `now` is of.
    pub fn is_of(&self, now: Timestamp) -> bool {
        self.day == day(now)
    }

    /// Which generation it pins.
    pub fn generation(&self) -> GenerationId {
        self.generation
    }

    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.splitn(3, '.');
        let day = NaiveDate::parse_from_str(parts.next()?, DAY_FORMAT).ok()?;
        let generation = GenerationId::parse(parts.next()?).ok()?;
        let owner = PinOwner::parse(parts.next()?)?;
        let pin = Pin {
            day,
            generation,
            owner,
        };
        // Written back, so that no pin has a second name.
        (pin.to_string() == name).then_some(pin)
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pin {
            day,
            generation,
            owner: PinOwner(owner),
        } = self;
        write!(f, "{}.{generation}.{owner}", day.format(DAY_FORMAT))
    }
}

fn day(now: Timestamp) -> NaiveDate {
    now.to_utc().date_naive()
}

/// A directory of pins. Query services pin, the indexer reads.
#[derive(Clone, Debug)]
pub struct Pins {
    dir: PathBuf,
}

impl Pins {
    /// Of `dir`, made if it is not there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(dir: &Path) -> io::Result<Pins> {
        create_dir_synced(dir)?;
        lock_file(dir)?;
        Ok(Pins {
            dir: dir.to_owned(),
        })
    }

    /// Pins a generation of the directory `generations`; whether it is there to be pinned. Durable when this returns.
    ///
    /// # Errors
    /// Those of the file system; it may be pinned or not then.
    pub fn add(&self, pin: &Pin, generations: &Path) -> io::Result<bool> {
        let lock = lock_file(&self.dir)?;
        lock.lock()?;
        if !generations.join(pin.generation.to_string()).is_dir() {
            return Ok(false);
        }
        match write_synced(&self.dir.join(pin.to_string()), b"") {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            written => written?,
        }
        sync_dir(&self.dir)?;
        Ok(true)
    }

    /// Takes a pin back; one that is gone already is no error.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn remove(&self, pin: &Pin) -> io::Result<()> {
        remove(&self.dir.join(pin.to_string()))
    }

    /// Removes the pins of generations that are not in the directory `generations` any more.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn forget_gone(&self, generations: &Path) -> io::Result<()> {
        let lock = lock_file(&self.dir)?;
        lock.lock()?;
        for pin in read(&self.dir)? {
            if !generations.join(pin.generation.to_string()).is_dir() {
                self.remove(&pin)?;
            }
        }
        Ok(())
    }
}

fn lock_file(dir: &Path) -> io::Result<File> {
    let mut options = File::options();
    let options = options.create(true).truncate(false).write(true);
    options.open(dir.join(LOCK_FILE))
}

/// All pins; none if the directory is not there. What has another name is no pin.
fn read(dir: &Path) -> io::Result<Vec<Pin>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut pins = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        pins.extend(name.to_str().and_then(Pin::parse));
    }
    Ok(pins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_micros(days * 86_400_000_000 + 1).unwrap()
    }

    #[test]
    fn a_pin_has_one_name() {
        let owner = PinOwner::new(7, at(20_000));
        let pin = Pin::new(
            at(20_000),
            GenerationId::parse("gen-000012").unwrap(),
            owner,
        );
        let name = pin.to_string();
        assert_eq!(name, "2024-10-04.gen-000012.00000007-0006239b5a2c0001");
        assert_eq!(Pin::parse(&name), Some(pin));
        for other in [
            ".lock",
            "ERASED",
            "2024-10-04.gen-000012",
            "2024-10-4.gen-000012.00000007-0006239b5a2c0001",
            "2024-10-04.gen-12.00000007-0006239b5a2c0001",
            "2024-10-04.gen-000012.00000007-0006239B5A2C0001",
            "2024-10-04.gen-000012.00000007-0006239b5a2c0001.tmp",
        ] {
            assert_eq!(Pin::parse(other), None, "{other}");
        }
    }
}
