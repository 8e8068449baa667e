//! Generations that are kept on disk and not loaded: opened for those who ask for an answer again.
//!
//! **Law.** One at a time is opened, and one is held: what replays cost in memory is bounded by one generation, of
//! which the files that the current one has too are shared with it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use sosie_index::{Current, OpenError, Snapshot, VerifiedGeneration};

use crate::engine::{Engine, EngineError, GenerationFacts};
use crate::pins::ReceiptPins;

/// How long a generation that was opened is held after it was last asked for.
const HELD: Duration = Duration::from_secs(60);

/// Opens what is kept.
pub(crate) struct Archive {
    dir: PathBuf,
    /// What is opened gives receipts again.
    pins: Option<Arc<ReceiptPins>>,
    /// The last generation that was loaded to be served.
    newest: Mutex<Weak<Snapshot>>,
    held: Mutex<Option<Held>>,
}

struct Held {
    engine: Arc<Snapshot>,
    asked: Instant,
}

/// Why a generation can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// It is not kept.
    Gone,
    /// Another one has its name.
    Differs,
    /// A file of it is missing, too many, or not what its manifest says.
    Damaged,
}

impl Archive {
    /// Of a directory of generations.
    pub(crate) fn new(dir: PathBuf, pins: Option<Arc<ReceiptPins>>) -> Archive {
        Archive {
            dir,
            pins,
            newest: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// Tells of the generation that is served now.
    pub(crate) fn note(&self, newest: &Arc<Snapshot>) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(newest);
    }

    /// Lets go of what nobody asked for lately.
    pub(crate) fn let_go(&self) {
        // Busy is asked for.
        if let Ok(mut held) = self.held.try_lock() {
            held.take_if(|held| held.asked.elapsed() > HELD);
        }
    }

    /// The generation of these facts, every byte of it checked. Blocks, for seconds where it is large.
    ///
    /// # Errors
    /// [`EngineError::Failed`], if the system failed and another try may go better.
    pub(crate) fn open(
        &self,
        facts: GenerationFacts,
    ) -> Result<Result<Arc<dyn Engine>, Absence>, EngineError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held
            .as_mut()
            .filter(|h| Engine::generation(&*h.engine) == facts)
        {
            held.asked = Instant::now();
            return Ok(Ok(held.engine.clone()));
        }
        // Given back first: two would be more than one.
        *held = None;
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest.upgrade();
        let current = Current {
            generation: facts.id,
            manifest_digest: facts.digest,
        };
        let files = newest.as_deref().map(Snapshot::verified);
        let opening = self.pins.as_ref().map(|pins| pins.begin(facts.id));
        let verified = match VerifiedGeneration::open_after(&self.dir, &current, files) {
            Ok(verified) => verified,
            Err(error) => return absence(error).map(Err),
        };
        let Ok(snapshot) = Snapshot::open_after(verified, newest.as_deref()) else {
            return Ok(Err(Absence::Damaged));
        };
        let snapshot = Arc::new(snapshot);
        *held = Some(Held {
            engine: snapshot.clone(),
            asked: Instant::now(),
        });
        let engine: Arc<dyn Engine> = snapshot;
        if let Some(opening) = opening {
            opening.done(&engine);
        }
        Ok(Ok(engine))
    }
}

/// What an error of opening says of the generation.
fn absence(error: OpenError) -> Result<Absence, EngineError> {
    match error {
        OpenError::NotFound { .. } => Ok(Absence::Gone),
        OpenError::ManifestMismatch { .. } => Ok(Absence::Differs),
        OpenError::FormatVersion { .. }
        | OpenError::ManifestInvalid { .. }
        | OpenError::FileMissing { .. }
        | OpenError::FileExtra { .. }
        | OpenError::FileMismatch { .. } => Ok(Absence::Damaged),
        OpenError::Directory { .. }
        | OpenError::CurrentUnreadable { .. }
        | OpenError::CurrentMalformed
        | OpenError::FileUnreadable { .. } => Err(EngineError::Failed(error.into())),
    }
}
