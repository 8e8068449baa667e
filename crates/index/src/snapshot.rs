//! One verified generation, loaded: answers searches from blocks and columns, exact and in the order of SPEC.
//!
//! It has one [`Part`] per search structure: a generation of a run has one, one of the live index a second, small
//! one of what came after the first was built. Parts answer by themselves, and their answers are merged.
//!
//! **Law.** Every answer equals that of [`sosie_similarity::reference`] over the same events, to the last bit:
//! both call the same scorer, the same filter and the same order.

mod answers;
mod counts;
mod merge;
mod part;
mod records;
mod revisions;
mod sources;

use std::sync::Arc;

pub use answers::Ranked;
use sosie_similarity::{Event, Facet, FacetCounts, Filter, Timestamp};
pub use sources::SourceSummary;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher};

use crate::blocks::{BLOCKS_FILE, Covered, STRUCTURE_FILES};
use crate::error::IndexError;
use crate::generation::{GenerationId, Manifest, Memory, VerifiedGeneration};
use crate::schema::Fields;
pub(crate) use part::Part;

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
    /// `None` lists what is known now, future and planned events too.
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
    /// In the order of [`STRUCTURE_FILES`].
    parts: Vec<Part>,
}

impl Snapshot {
    /// Takes a verified generation apart.
    ///
    /// # Errors
    /// [`IndexError`], if the verified bytes are no index of this version.
    pub fn open(generation: VerifiedGeneration) -> Result<Self, IndexError> {
        Self::open_after(generation, None)
    }

    /// As [`Snapshot::open`]. What `before` has made of files that are the same is shared with it.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub fn open_after(
        generation: VerifiedGeneration,
        before: Option<&Snapshot>,
    ) -> Result<Self, IndexError> {
        if generation.manifest().schema_digest != Fields::new().digest() {
            return Err(IndexError::Malformed("schema"));
        }
        if generation.structure(BLOCKS_FILE).is_none() {
            return Err(IndexError::Malformed(BLOCKS_FILE));
        }
        let searcher = searcher_of(&Index::open(generation.directory().clone())?)?;
        let structures = STRUCTURE_FILES
            .iter()
            .filter_map(|file| generation.structure(file));
        let parts = structures.map(|words| {
            let same = before.and_then(|before| before.same_part(words, generation.manifest()));
            Part::open(&searcher, words.clone(), same)
        });
        let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
        let rows: u64 = parts.iter().map(Part::row_count).sum();
        let counted = [rows, searcher.num_docs()];
        let stated = generation.manifest().document_count;
        if counted.iter().any(|documents| *documents != stated) {
            return Err(IndexError::Malformed("document_count"));
        }
        Ok(Snapshot { generation, parts })
    }

    /// The part of the very structure in `words`, if another generation has the columns that it is built over unchanged.
    fn same_part(&self, words: &Arc<Memory<u64>>, other: &Manifest) -> Option<&Part> {
        let part = self
            .parts
            .iter()
            .find(|part| Arc::ptr_eq(part.blocks().words(), words))?;
        let is_same = |covered: &Covered| {
            let file = covered.columns_file();
            self.manifest().file(&file) == other.file(&file)
        };
        part.blocks().segments.iter().all(is_same).then_some(part)
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

    /// The files that it was made from: the next generation shares those that are the same.
    pub fn verified(&self) -> &VerifiedGeneration {
        &self.generation
    }

    /// The one part of the generation of a run.
    #[cfg(test)]
    pub(crate) fn part(&self) -> &Part {
        &self.parts[0]
    }

    /// Bytes of the search structures in memory.
    pub fn search_bytes(&self) -> usize {
        self.parts.iter().map(|part| part.blocks().bytes()).sum()
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
