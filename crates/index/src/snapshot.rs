//! One verified generation, loaded: answers searches from blocks and columns, exact and in the order of SPEC.
//!
//! **Law.** Every answer equals that of [`sosie_similarity::reference`] over the same events, to the last bit:
//! both call the same scorer, the same filter and the same order.

mod answers;
mod counts;

pub use answers::Ranked;
use sosie_similarity::{Event, Facet, FacetCounts, Filter, Footprint, Timestamp};
use tantivy::schema::Value;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, TantivyDocument};

use crate::blocks::Blocks;
use crate::columns::{Columns, Document};
use crate::error::IndexError;
use crate::generation::{GenerationId, Manifest, VerifiedGeneration};
use crate::record::{self, KnownTime};
use crate::schema::Fields;

/// What a facet count asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetQuery {
    /// Conditions.
    pub filter: Filter,
    /// Nothing that ended or became known later counts.
    pub as_of: Timestamp,
    /// What to count by.
    pub facets: Vec<Facet>,
}

/// Counts under a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetAnswer {
    /// Events that pass.
    pub candidates: usize,
    /// One per facet asked for, in that order.
    pub counts: Vec<FacetCounts>,
}

/// Which events to list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// Conditions.
    pub filter: Filter,
    /// `None` lists future and planned events too.
    pub as_of: Option<Timestamp>,
}

/// A page of events, start ↓, then id ↑.
#[derive(Clone, Debug, PartialEq)]
pub struct ListAnswer {
    /// The events of the page.
    pub events: Vec<Event>,
    /// Whether the list goes on.
    pub has_more: bool,
}

/// A generation in memory; immutable, shared by all searches that began on it.
pub struct Snapshot {
    generation: VerifiedGeneration,
    fields: Fields,
    searcher: Searcher,
    blocks: Blocks,
    columns: Columns,
}

impl Snapshot {
    /// Takes a verified generation apart.
    ///
    /// # Errors
    /// [`IndexError`], if the verified bytes are no index of this version.
    pub fn open(mut generation: VerifiedGeneration) -> Result<Self, IndexError> {
        let fields = Fields::new();
        if generation.manifest().schema_digest != fields.digest() {
            return Err(IndexError::Malformed("schema"));
        }
        let blocks = Blocks::open(generation.take_blocks())?;
        let index = Index::open(generation.directory().clone())?;
        let searcher = searcher_of(&index)?;
        let columns = Columns::open(&searcher, &blocks.natures, &blocks.sectors)?;
        let counted = [blocks.rows as u64, searcher.num_docs()];
        if counted
            .iter()
            .any(|events| *events != generation.manifest().event_count)
        {
            return Err(IndexError::Malformed("event_count"));
        }
        Ok(Snapshot {
            generation,
            fields,
            searcher,
            blocks,
            columns,
        })
    }

    /// Which generation.
    pub fn generation(&self) -> GenerationId {
        self.generation.manifest().generation
    }

    /// What its manifest says.
    pub fn manifest(&self) -> &Manifest {
        self.generation.manifest()
    }

    /// SHA-256 of the manifest: pins every byte of the generation.
    pub fn manifest_digest(&self) -> sosie_similarity::Digest {
        self.generation.manifest_digest()
    }

    /// Bytes of the search structure in memory.
    pub fn search_bytes(&self) -> usize {
        self.blocks.bytes()
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The whole record of a document.
    pub(crate) fn event_of(&self, document: Document) -> Result<Event, IndexError> {
        let address = self.columns.address(document);
        let document: TantivyDocument = self.searcher.doc(address)?;
        let record = document
            .get_first(self.fields.record)
            .and_then(|value| value.as_bytes());
        let record = record.ok_or(IndexError::Malformed("record"))?;
        // Stored records state their known time, so what is passed for an absent one is never used.
        Ok(record::parse_event(record, KnownTime::EndTime)?)
    }

    /// The geometry of a document.
    pub(crate) fn footprint_of(&self, document: Document) -> Result<Option<Footprint>, IndexError> {
        Ok(self.event_of(document)?.parts().stated.footprint.clone())
    }
}

/// Opens the index once: the default policy would watch its directory from a thread of its own, which takes
/// lock files there long after the caller is done. Blocks of records are small and asked for at random: keeping
/// decompressed ones costs more than it saves.
pub(crate) fn searcher_of(index: &Index) -> tantivy::Result<Searcher> {
    let reader: IndexReader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(0)
        .try_into()?;
    Ok(reader.searcher())
}
