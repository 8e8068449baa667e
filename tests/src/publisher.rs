//! Publishing events that a test made, and reading them back.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use sosie_index::{
    Cancel, Current, GenerationStore, IndexBuilder, ListQuery, Snapshot, VerifiedGeneration,
};
use sosie_similarity::{Event, Filter, Page, State, Timestamp};

/// The one writer of a directory of generations.
pub struct Publisher {
    store: GenerationStore,
    dir: PathBuf,
}

impl Publisher {
    /// Opens `dir`, made if it is not there; keeps the last `keep` generations.
    pub fn open(dir: &Path, keep: usize) -> Publisher {
        let keep = NonZeroUsize::new(keep).expect("at least one is kept");
        let store = GenerationStore::open(dir, keep).expect("the directory is writable");
        Publisher {
            store,
            dir: dir.to_owned(),
        }
    }

    /// Makes a generation of these events the current one.
    pub fn publish(&mut self, events: &[Event]) -> Current {
        self.publish_parts(&[events])
    }

    /// As [`Publisher::publish`], each part as a segment of its own; no id is in two parts.
    pub fn publish_parts(&mut self, parts: &[&[Event]]) -> Current {
        let stage = self.store.stage().expect("a stage");
        let mut builder = IndexBuilder::create(stage.path()).expect("an empty index");
        for part in parts {
            for event in *part {
                builder.upsert(event).expect("room on the disk");
            }
            builder.cut().expect("room on the disk");
        }
        let built = builder.finish().expect("an index of the events");
        let parts = built.to_parts(Timestamp::from_micros(0).expect("1970 is a year"));
        let published = self.store.publish(stage, parts).expect("a publication");
        Current {
            generation: published.generation,
            manifest_digest: published.manifest_digest,
        }
    }

    /// The directory of generations.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

/// Verifies and opens the current generation of a directory.
pub fn open_current(dir: &Path) -> Snapshot {
    let current = Current::read(dir)
        .expect("a readable pointer")
        .expect("a publication");
    let verified = VerifiedGeneration::open(dir, &current).expect("an intact generation");
    Snapshot::open(verified).expect("an index of this version")
}

/// Every event of a generation, in every state.
pub fn all_events(snapshot: &Snapshot) -> Vec<Event> {
    let filter = Filter {
        states: State::ALL.into(),
        ..Filter::default()
    };
    let query = ListQuery {
        filter,
        as_of: None,
    };
    let all = Page {
        offset: 0,
        limit: usize::MAX,
    };
    let listed = snapshot.list(&query, all, &Cancel::default());
    listed.expect("a list of every event").events
}
