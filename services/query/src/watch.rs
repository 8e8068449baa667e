//! Picks up every generation that is published: verifies, loads, swaps; and the states of profiles, as they are changed.
//!
//! **Law.** A generation that fails a check is never served, and the one that serves goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sosie_index::{Current, IndexError, OpenError, Snapshot, VerifiedGeneration};
use sosie_rpc::Audit;
use tokio::time::MissedTickBehavior;

use crate::acts;
use crate::archive::Archive;
use crate::engine::{Engine, GenerationFacts};
use crate::pins::ReceiptPins;
use crate::profiles::Profiles;
use crate::serving::Serving;

/// Looks at the pointer to the current generation again and again.
pub(crate) struct Watcher {
    dir: PathBuf,
    serving: Arc<Serving>,
    archive: Arc<Archive>,
    pins: Option<Arc<ReceiptPins>>,
    audit: Option<Audit>,
    profiles: Arc<Profiles>,
    /// The last generation that was dealt with, for good or bad.
    settled: Option<Current>,
    /// The last generation that was loaded: the next one shares its files.
    last: Option<Arc<Snapshot>>,
    /// The last complaint: the same one is not logged at every look.
    complaint: Option<String>,
    /// As that, about the states of profiles.
    profiles_complaint: Option<String>,
}

/// Why a generation is not served.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("generation {}: {source}", current.generation)]
    Load {
        current: Current,
        source: IndexError,
    },
}

impl Watcher {
    /// Watches `dir`, which need not be there yet.
    pub(crate) fn new(
        dir: PathBuf,
        serving: Arc<Serving>,
        archive: Arc<Archive>,
        pins: Option<Arc<ReceiptPins>>,
        profiles: Arc<Profiles>,
    ) -> Self {
        Watcher {
            dir,
            serving,
            archive,
            pins,
            audit: None,
            profiles,
            settled: None,
            last: None,
            complaint: None,
            profiles_complaint: None,
        }
    }

    /// Has it recorded which generation is served.
    pub(crate) fn recording(self, audit: Option<Audit>) -> Self {
        Watcher { audit, ..self }
    }

    /// Looks at once, then every `interval`; ends when dropped.
    pub(crate) async fn run(mut self, interval: Duration) {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // Reading, hashing and loading take seconds, and dropping an old generation takes time too.
            let looked = tokio::task::spawn_blocking(move || {
                // A panic is logged by the hook of the process; it ends this look and not the watch.
                let looked = catch_unwind(AssertUnwindSafe(|| self.look()));
                if looked.is_err() {
                    tracing::error!("opening a generation panicked; the one loaded stays");
                }
                self
            });
            match looked.await {
                Ok(watcher) => self = watcher,
                // The runtime is shutting down: nothing else cancels a look.
                Err(_) => return,
            }
        }
    }

    fn look(&mut self) {
        self.serving.let_go();
        self.archive.let_go();
        if let Some(pins) = &self.pins {
            pins.look(sosie_rpc::now());
        }
        self.look_at_profiles();
        match self.take_up() {
            Ok(()) => self.complaint = None,
            Err(refusal) => {
                let complaint = refusal.to_string();
                if self.complaint.as_ref() != Some(&complaint) {
                    tracing::error!(error = %complaint, "generation refused; the one loaded stays");
                }
                self.complaint = Some(complaint);
            }
        }
    }

    fn look_at_profiles(&mut self) {
        let refused = self.profiles.take_up(&self.dir, false).err();
        let complaint = refused.map(|refused| refused.to_string());
        if let Some(error) = &complaint
            && self.profiles_complaint.as_ref() != Some(error)
        {
            tracing::error!(%error, "states of profiles refused; those taken up stay");
        }
        self.profiles_complaint = complaint;
    }

    /// Serves what `CURRENT` names, unless that was settled before.
    fn take_up(&mut self) -> Result<(), Refusal> {
        let Some(current) = Current::read(&self.dir)? else {
            return Ok(());
        };
        if self.settled == Some(current) {
            // A refusal stands, and is not new.
            return Ok(());
        }
        // Settled before it is opened: one that panics is not opened again and again.
        self.settled = Some(current);
        let served = self.serve(current);
        if served.as_ref().is_err_and(may_pass) {
            self.settled = None;
        }
        served
    }

    fn serve(&mut self, current: Current) -> Result<(), Refusal> {
        let begun = Instant::now();
        let facts = GenerationFacts {
            id: current.generation,
            digest: current.manifest_digest,
        };
        // A step back to a generation that is still in memory costs nothing.
        let engine = match self.serving.loaded(facts) {
            Some(engine) => engine,
            None => {
                let opening = self.pins.as_ref().map(|pins| pins.begin(facts.id));
                let last = self.last.as_deref();
                let held = last.map(Snapshot::verified);
                let verified = VerifiedGeneration::open_after(&self.dir, &current, held)?;
                let opened = Snapshot::open_after(verified, last);
                let opened = opened.map_err(|source| Refusal::Load { current, source })?;
                let opened = self.last.insert(Arc::new(opened)).clone();
                self.archive.note(&opened);
                let engine: Arc<dyn Engine> = opened;
                if let Some(opening) = opening {
                    opening.done(&engine);
                }
                engine
            }
        };
        self.serving.swap(engine);
        acts::generation_taken_up(self.audit.as_ref(), facts);
        let load_ms = begun.elapsed().as_millis() as u64;
        tracing::info!(generation = %current.generation, load_ms, "generation served");
        Ok(())
    }
}

/// Whether the next look may go better although `CURRENT` is the same: the system failed, not a check.
fn may_pass(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Load { .. } => false,
        Refusal::Open(error) => match error {
            OpenError::Directory { .. }
            | OpenError::CurrentUnreadable { .. }
            | OpenError::FileUnreadable { .. } => true,
            OpenError::CurrentMalformed
            | OpenError::NotFound { .. }
            | OpenError::ManifestMismatch { .. }
            | OpenError::FormatVersion { .. }
            | OpenError::ManifestInvalid { .. }
            | OpenError::FileMissing { .. }
            | OpenError::FileExtra { .. }
            | OpenError::FileMismatch { .. } => false,
        },
    }
}
