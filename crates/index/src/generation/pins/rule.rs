//! Which pinned generations stay, how long, and how many.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate, NaiveTime};
use sosie_similarity::Timestamp;

use super::{lock_file, read};
use crate::generation::GenerationId;
use crate::generation::disk::{self, create_dir_synced, read_at_most, remove};

const ERASED_FILE: &str = "ERASED";
/// Most bytes of `ERASED`, which holds the name of a generation.
const ERASED_BYTES_MAX: u64 = 64;

/// Longest wait for who pins, which takes two writes to a disk; a process that was stopped in it must not stop publishing.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);
const LOCK_POLL: Duration = Duration::from_millis(5);

/// How generations stay that receipts name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRule {
    /// The directory of pins: that of the query services.
    pub dir: PathBuf,
    /// For how many days after the last receipt a generation stays.
    pub days: u32,
    /// How many generations stay for their receipts at most, besides those that stay anyway: the newest.
    pub generations_max: u32,
}

/// Generations, each with the end of the time for which it is to stay for its receipts.
pub type NamedUntil = BTreeMap<GenerationId, Timestamp>;

impl ReceiptRule {
    /// The generations that receipts name whose days are not over.
    ///
    /// # Errors
    /// Those of the file system; [`io::ErrorKind::InvalidData`] if it can't be told what was erased.
    pub fn named(&self, now: Timestamp) -> io::Result<NamedUntil> {
        let first = self.first()?;
        let mut named = NamedUntil::new();
        for pin in read(&self.dir)? {
            let until = self.until(pin.day);
            if until > now && Some(pin.generation) >= first {
                let last = named.entry(pin.generation).or_insert(until);
                *last = until.max(*last);
            }
        }
        Ok(named)
    }

    /// From now on generations before `first` stay for no receipt: something was erased after they were made. What an
    /// earlier erasure said of later ones stays so.
    pub(in crate::generation) fn erased_before(&self, first: GenerationId) -> io::Result<()> {
        create_dir_synced(&self.dir)?;
        if self.first()? >= Some(first) {
            return Ok(());
        }
        disk::replace(&self.dir, ERASED_FILE, format!("{first}\n").as_bytes())
    }

    /// Of generations that would be removed, which receipts keep, and which they would but for the limit. Nothing is
    /// pinned as long as what is returned lives; `None` if somebody pins for long.
    pub(in crate::generation) fn begin(
        &self,
        old: &[GenerationId],
        now: Timestamp,
    ) -> io::Result<Option<Judged>> {
        create_dir_synced(&self.dir)?;
        let lock = lock_file(&self.dir)?;
        if !lock_within(&lock, LOCK_PATIENCE)? {
            return Ok(None);
        }
        let named = self.named(now)?;
        let (named, unnamed): (Vec<_>, Vec<_>) = old.iter().partition(|id| named.contains_key(id));
        let too_many = named.len().saturating_sub(self.generations_max as usize);
        Ok(Some(Judged {
            unnamed,
            past_max: named[..too_many].to_vec(),
            _lock: lock,
        }))
    }

    /// Removes pins that keep nothing: of generations that are gone, of days that are over, and those of a process that
    /// has a later one of the same generation.
    pub(in crate::generation) fn tidy(&self, generations: &Path, now: Timestamp) -> io::Result<()> {
        let mut pins = read(&self.dir)?;
        // The latest first.
        pins.sort_by(|a, b| b.cmp(a));
        let mut seen = BTreeSet::new();
        for pin in &pins {
            let is_gone = !generations.join(pin.generation.to_string()).is_dir();
            let is_over = self.until(pin.day) <= now;
            if !seen.insert((pin.generation, &pin.owner)) || is_gone || is_over {
                remove(&self.dir.join(pin.to_string()))?;
            }
        }
        Ok(())
    }

    /// The first generation that receipts can keep, if that is not any.
    fn first(&self) -> io::Result<Option<GenerationId>> {
        let bytes = match read_at_most(&self.dir.join(ERASED_FILE), ERASED_BYTES_MAX) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes?,
        };
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let named = text.as_deref().and_then(|text| text.strip_suffix('\n'));
        let first = named.and_then(|name| GenerationId::parse(name).ok());
        let malformed = || io::Error::from(io::ErrorKind::InvalidData);
        first.map(Some).ok_or_else(malformed)
    }

    /// Until when a receipt of that day keeps its generation.
    fn until(&self, day: NaiveDate) -> Timestamp {
        let over = day.checked_add_days(Days::new(u64::from(self.days) + 1));
        let over = over.map(|day| day.and_time(NaiveTime::MIN).and_utc());
        let over = over.and_then(|over| Timestamp::from_utc(over).ok());
        over.unwrap_or(Timestamp::MAX)
    }
}

/// Takes the lock, if it is free in time.
fn lock_within(lock: &File, at_most: Duration) -> io::Result<bool> {
    let begun = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(fs::TryLockError::WouldBlock) if begun.elapsed() < at_most => {
                std::thread::sleep(LOCK_POLL);
            }
            Err(fs::TryLockError::WouldBlock) => return Ok(false),
            Err(fs::TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// What is to become of generations that would be removed, oldest first, under the lock.
pub(in crate::generation) struct Judged {
    /// Those that no receipt names.
    pub(in crate::generation) unnamed: Vec<GenerationId>,
    /// Those that receipts name, past the limit.
    pub(in crate::generation) past_max: Vec<GenerationId>,
    _lock: File,
}

#[cfg(test)]
mod tests {
    use super::super::{Pin, PinOwner, Pins};
    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_micros(days * 86_400_000_000 + 1).unwrap()
    }

    #[test]
    fn a_generation_stays_through_its_days_and_no_longer() {
        let dir = tempfile::tempdir().unwrap();
        let generations = tempfile::tempdir().unwrap();
        fs::create_dir(generations.path().join("gen-000001")).unwrap();
        let rule = ReceiptRule {
            dir: dir.path().to_owned(),
            days: 2,
            generations_max: 9,
        };
        let pins = Pins::open(dir.path()).unwrap();
        let id = GenerationId::parse("gen-000001").unwrap();
        let pin = Pin::new(at(100), id, PinOwner::new(1, at(100)));
        assert!(pins.add(&pin, generations.path()).unwrap());
        assert_eq!(rule.named(at(102)).unwrap().len(), 1);
        assert_eq!(rule.named(at(103)).unwrap().len(), 0);
        // What is not there can't be pinned.
        let lost = GenerationId::parse("gen-000002").unwrap();
        let lost = Pin::new(at(100), lost, PinOwner::new(1, at(100)));
        assert!(!pins.add(&lost, generations.path()).unwrap());
    }

    #[test]
    fn an_erasure_ends_the_stay_of_earlier_generations_and_no_later_word_brings_them_back() {
        let dir = tempfile::tempdir().unwrap();
        let generations = tempfile::tempdir().unwrap();
        let rule = ReceiptRule {
            dir: dir.path().to_owned(),
            days: 2,
            generations_max: 9,
        };
        let pins = Pins::open(dir.path()).unwrap();
        let ids = [1, 2, 3, 4].map(|number| GenerationId::parse(&format!("gen-{number:06}")));
        let ids = ids.map(Result::unwrap);
        for id in ids {
            fs::create_dir(generations.path().join(id.to_string())).unwrap();
            let pin = Pin::new(at(100), id, PinOwner::new(1, at(100)));
            assert!(pins.add(&pin, generations.path()).unwrap());
        }
        let named = || Vec::from_iter(rule.named(at(101)).unwrap().into_keys());
        assert_eq!(named(), ids);
        rule.erased_before(ids[2]).unwrap();
        assert_eq!(named(), ids[2..]);
        rule.erased_before(ids[1]).unwrap();
        assert_eq!(named(), ids[2..]);
        rule.erased_before(ids[3]).unwrap();
        assert_eq!(named(), ids[3..]);
        // What was erased is not guessed.
        fs::write(dir.path().join(ERASED_FILE), "gen-1\n").unwrap();
        assert!(rule.named(at(101)).is_err());
        assert!(rule.erased_before(ids[3]).is_err());
    }

    #[test]
    fn pins_that_keep_nothing_are_removed_and_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let generations = tempfile::tempdir().unwrap();
        let rule = ReceiptRule {
            dir: dir.path().to_owned(),
            days: 30,
            generations_max: 9,
        };
        let pins = Pins::open(dir.path()).unwrap();
        let add = |day: i64, number: u64, process: u32| {
            let id = GenerationId::parse(&format!("gen-{number:06}")).unwrap();
            fs::create_dir_all(generations.path().join(id.to_string())).unwrap();
            let pin = Pin::new(at(day), id, PinOwner::new(process, at(0)));
            assert!(pins.add(&pin, generations.path()).unwrap());
            pin
        };
        let (earlier, later, of_another) = (add(99, 1, 1), add(100, 1, 1), add(98, 1, 2));
        let (over, gone) = (add(60, 2, 1), add(100, 3, 1));
        fs::remove_dir(generations.path().join("gen-000003")).unwrap();
        rule.tidy(generations.path(), at(100)).unwrap();
        let mut left = read(dir.path()).unwrap();
        left.sort();
        assert_eq!(left, [of_another, later]);
        for pin in [earlier, over, gone] {
            assert!(!dir.path().join(pin.to_string()).exists());
        }
    }
}
