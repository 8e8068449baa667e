//! Which generations gave receipts: written down, so that the indexer keeps them for as long as it is told to.
//!
//! **Law.** A generation is pinned before it answers anything, once for each day on which it is in memory, so no answer
//! waits for a disk and none comes from a generation that may be removed unseen. The pins of one that nobody asked are
//! taken back when it leaves the memory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use sosie_index::{GenerationId, Pin, PinOwner, Pins};
use sosie_similarity::Timestamp;

use crate::engine::Engine;

/// Pins what is in memory.
pub(crate) struct ReceiptPins {
    pins: Pins,
    owner: PinOwner,
    generations_dir: PathBuf,
    held: Mutex<BTreeMap<GenerationId, Held>>,
    /// Held while the files of pins change, and before `held`: calls never wait for a disk.
    files: Mutex<()>,
    /// Whether the last try to pin failed: that is told once.
    is_failing: AtomicBool,
}

/// What is known of a generation that is in memory, or about to be.
#[derive(Default)]
struct Held {
    /// How often it is being opened.
    openings: usize,
    /// It is in memory as long as somebody has one of these.
    engines: Vec<Weak<dyn Engine>>,
    /// Its pins, the last one of today unless that failed.
    pins: Vec<Pin>,
    /// Whether a call took it, and so may have given a receipt: it is known as long as it is on the disk then.
    is_taken: bool,
}

impl Held {
    fn is_over(&self) -> bool {
        self.openings == 0 && self.engines.iter().all(|engine| engine.strong_count() == 0)
    }
}

impl ReceiptPins {
    /// In `dir`, made if it is not there, for the generations in another directory.
    pub(crate) fn open(dir: &Path, generations_dir: PathBuf) -> io::Result<ReceiptPins> {
        let pins = Pins::open(dir)?;
        pins.forget_gone(&generations_dir)?;
        Ok(ReceiptPins {
            pins,
            owner: PinOwner::new(std::process::id(), sosie_rpc::now()),
            generations_dir,
            held: Mutex::default(),
            files: Mutex::default(),
            is_failing: AtomicBool::default(),
        })
    }

    /// Pins a generation that is about to be opened. If that fails it is opened all the same, and pinned by a later look.
    pub(crate) fn begin(&self, generation: GenerationId) -> Opening<'_> {
        self.forget_gone();
        self.lock().entry(generation).or_default().openings += 1;
        self.pin(generation, sosie_rpc::now());
        Opening {
            pins: self,
            generation,
        }
    }

    /// A call took the generation.
    pub(crate) fn taken(&self, generation: GenerationId) {
        if let Some(held) = self.lock().get_mut(&generation) {
            held.is_taken = true;
        }
    }

    /// Pins for today what is in memory, and takes back the pins of what left it and gave no receipt.
    pub(crate) fn look(&self, now: Timestamp) {
        for generation in self.take_back() {
            self.pin(generation, now);
        }
    }

    /// Takes back the pins of what left the memory and gave no receipt; gives what is still there.
    fn take_back(&self) -> Vec<GenerationId> {
        let _files = self.lock_files();
        let (mut there, mut left) = (Vec::new(), Vec::new());
        self.lock().retain(|&generation, held| {
            if !held.is_over() {
                there.push(generation);
                return true;
            }
            if !held.is_taken {
                left.append(&mut held.pins);
            }
            // Not forgotten if it gave receipts: opened again in vain, its pins would be taken back.
            held.is_taken
        });
        for pin in left {
            if let Err(error) = self.pins.remove(&pin) {
                tracing::warn!(%error, "a pin was not taken back: its generation stays");
            }
        }
        there
    }

    /// Forgets what gave receipts and is on the disk no more.
    fn forget_gone(&self) {
        let is_past = |held: &Held| held.is_taken && held.is_over();
        let all = self.lock();
        let past = all.iter().filter(|(_, held)| is_past(held));
        let mut past: Vec<_> = past.map(|(id, _)| *id).collect();
        drop(all);
        past.retain(|id| !self.generations_dir.join(id.to_string()).is_dir());
        let mut all = self.lock();
        for id in past {
            if all.get(&id).is_some_and(is_past) {
                all.remove(&id);
            }
        }
    }

    /// Writes the pin of today if there is none.
    fn pin(&self, generation: GenerationId, now: Timestamp) {
        let _files = self.lock_files();
        let is_of_today = |held: &Held| held.pins.last().is_some_and(|last| last.is_of(now));
        if self.lock().get(&generation).is_some_and(is_of_today) {
            return;
        }
        let pin = Pin::new(now, generation, self.owner.clone());
        match self.pins.add(&pin, &self.generations_dir) {
            Ok(is_there) => {
                self.is_failing.store(false, Ordering::Relaxed);
                if !is_there {
                    tracing::debug!(%generation, "not pinned: it was removed before");
                }
                if let Some(held) = self.lock().get_mut(&generation) {
                    // Also of one that is gone: it is not tried again today.
                    held.pins.push(pin);
                }
            }
            Err(error) if !self.is_failing.swap(true, Ordering::Relaxed) => {
                tracing::error!(%error, %generation, "not pinned: what it answers may not be replayable for long");
            }
            // Told already.
            Err(_) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<GenerationId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_files(&self) -> MutexGuard<'_, ()> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A generation that is being opened; dropped without [`Opening::done`], it was not.
pub(crate) struct Opening<'a> {
    pins: &'a ReceiptPins,
    generation: GenerationId,
}

impl Opening<'_> {
    /// It is in memory as long as somebody has this.
    pub(crate) fn done(self, engine: &Arc<dyn Engine>) {
        if let Some(held) = self.pins.lock().get_mut(&self.generation) {
            held.engines.retain(|engine| engine.strong_count() > 0);
            held.engines.push(Arc::downgrade(engine));
        }
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        if let Some(held) = self.pins.lock().get_mut(&self.generation) {
            held.openings -= 1;
        }
    }
}
