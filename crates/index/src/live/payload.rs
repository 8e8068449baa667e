//! What a commit of the live index states: it is as durable as the documents, and never apart from them.

use serde::{Deserialize, Serialize};
use tantivy::Index;

use super::LiveError;
use crate::generation::{StoreId, StorePosition};

/// Where the index stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Payload {
    pub(super) store: StorePosition,
    /// The file of the base, in the directory of the index.
    pub(super) base: Option<String>,
    /// Whether segments hold records that were erased.
    pub(super) purge_due: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PayloadJson {
    store_id: String,
    position: u64,
    base: Option<String>,
    purge_due: bool,
}

impl Payload {
    /// That of the last commit of an index of `store`; an index without one is at the beginning.
    pub(super) fn of(index: &Index, store: StorePosition) -> Result<Self, LiveError> {
        let Some(json) = index.load_metas()?.payload else {
            return Ok(Payload {
                store: StorePosition {
                    position: 0,
                    ..store
                },
                base: None,
                purge_due: false,
            });
        };
        let stale = || LiveError::Stale("its commit states no position");
        let json: PayloadJson = serde_json::from_str(&json).map_err(|_| stale())?;
        let found = StorePosition {
            store_id: StoreId::parse(&json.store_id).map_err(|_| stale())?,
            position: json.position,
        };
        // A store that lost its last changes, as by a backup that was put back, is another one.
        if found.store_id != store.store_id || found.position > store.position {
            return Err(LiveError::Stale("of another store"));
        }
        Ok(Payload {
            store: found,
            base: json.base,
            purge_due: json.purge_due,
        })
    }

    pub(super) fn to_json(&self) -> String {
        let json = PayloadJson {
            store_id: self.store.store_id.to_string(),
            position: self.store.position,
            base: self.base.clone(),
            purge_due: self.purge_due,
        };
        serde_json::to_string(&json).expect("plain structs always serialise")
    }
}
