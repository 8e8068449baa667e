//! The structure of most segments: built in the background, so that new events don't wait for it.
//!
//! Segments of a base are never merged, since its rows are documents of them. What comes after it is a *delta*,
//! whose structure is built anew at every publication. When the delta has grown, both are *folded* into
//! the next base.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use sosie_similarity::CodePath;
use tantivy::SegmentMeta;
use tantivy::index::SegmentId;
use tantivy::merge_policy::{LogMergePolicy, MergePolicy};

use super::{LiveError, LiveIndex};
use crate::blocks::build::{BuiltBlocks, build};
use crate::blocks::{Blocks, BuiltOver};
use crate::error::IndexError;
use crate::external_sort::SORT_MEMORY_BYTES;
use crate::segments::{IdRanks, Segments};

/// A delta of fewer documents is never folded: building its structure takes some hundredths of a second.
const FOLD_DOCS_MIN: u64 = 20_000;
/// A delta is folded when the base is less than so many times as large.
const FOLD_RATIO: u64 = 8;
/// A base of more segments is built anew over fewer: each folding adds one.
const BASE_SEGMENTS_MAX: usize = 32;
/// So many segments of about the same size become one.
const SEGMENTS_PER_MERGE: usize = 8;
/// Segments up to this size count as of one size: commits of a second.
const SMALL_SEGMENT_DOCS: u32 = 2_000;
/// How files of bases begin and end.
const FILE_PREFIX: &str = "base-";

/// A structure, and what it is built over.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) file: String,
    pub(super) segments: BTreeSet<SegmentId>,
    pub(super) rows: u64,
    /// Natures and sectors in it.
    pub(super) paths: [Vec<CodePath>; 2],
}

impl Base {
    /// Reads what `file` says of itself.
    pub(super) fn open(dir: &Path, file: &str) -> Result<Self, LiveError> {
        let stale = |_: IndexError| LiveError::Stale("its search structure is not readable");
        let BuiltOver {
            segments,
            rows,
            paths,
        } = Blocks::built_over(&dir.join(file)).map_err(stale)?;
        Ok(Base {
            file: file.to_owned(),
            segments: segments.into_iter().map(|segment| segment.id).collect(),
            rows,
            paths,
        })
    }
}

/// A base that is being built.
pub(super) struct Folding {
    pub(super) file: String,
    pub(super) segments: BTreeSet<SegmentId>,
    thread: JoinHandle<Result<Base, IndexError>>,
}

impl Folding {
    /// Waits until nothing is written any more, and takes no notice of it.
    pub(super) fn give_up(self) {
        drop(self.thread.join());
    }
}

impl LiveIndex {
    /// The base of all segments, built at once: there is none yet.
    pub(super) fn first_base(&self) -> Result<Base, IndexError> {
        let all = Segments::of(&self.index)?;
        build_base(
            &all,
            &self.dir,
            &file_name(&self.dir, self.store().position),
        )
    }

    /// Keeps segments few: a few small ones become one, and a delta that is due to be folded becomes one first.
    pub(super) fn tidy(&mut self) -> Result<(), LiveError> {
        if self.committed.purge_due {
            return self.purge();
        }
        if self.folding.is_none()
            && self
                .base
                .as_ref()
                .is_some_and(|base| base.segments.len() > BASE_SEGMENTS_MAX)
        {
            return self.compact();
        }
        let metas = self.index.searchable_segment_metas()?;
        let in_base = |id: SegmentId| {
            let base = self.base.iter().map(|base| &base.segments);
            let folding = self.folding.iter().map(|folding| &folding.segments);
            base.chain(folding).any(|segments| segments.contains(&id))
        };
        let delta: Vec<_> = metas
            .into_iter()
            .filter(|meta| !in_base(meta.id()))
            .collect();
        let docs = delta.iter().map(|meta| u64::from(meta.num_docs())).sum();
        let merges = if self.is_fold_due(docs) {
            vec![delta.iter().map(SegmentMeta::id).collect()]
        } else {
            to_merge(&delta)
        };
        for segments in merges
            .into_iter()
            .filter(|segments: &Vec<_>| segments.len() > 1)
        {
            self.writer.merge(&segments).wait()?;
        }
        Ok(())
    }

    /// Makes one of all segments that hold a minor part, and lets the base be built anew: once in so many foldings.
    fn compact(&mut self) -> Result<(), LiveError> {
        let metas = self.index.searchable_segment_metas()?;
        let docs: u64 = metas.iter().map(|meta| u64::from(meta.max_doc())).sum();
        self.rewrite(|meta| u64::from(meta.max_doc()) * 2 <= docs)
    }

    /// Rewrites every segment with deleted documents, whose records would lie there until it is merged by chance.
    fn purge(&mut self) -> Result<(), LiveError> {
        if let Some(folding) = self.folding.take() {
            // Over segments that go now.
            folding.give_up();
        }
        self.rewrite(SegmentMeta::has_deletes)?;
        self.committed.purge_due = false;
        Ok(())
    }

    /// Makes one of some segments, without their deleted documents, and lets the base be built anew.
    fn rewrite(&mut self, of: impl Fn(&SegmentMeta) -> bool) -> Result<(), LiveError> {
        let metas = self.index.searchable_segment_metas()?;
        let segments = metas.iter().filter(|meta| of(meta));
        let segments: Vec<_> = segments.map(SegmentMeta::id).collect();
        if !segments.is_empty() {
            self.writer.merge(&segments).wait()?;
        }
        self.base = None;
        Ok(())
    }

    /// Starts to build the next base, if the delta has grown.
    pub(super) fn fold_if_due(&mut self) -> Result<(), LiveError> {
        if self.base.is_none() || !self.is_fold_due(self.delta()?.document_count()) {
            return Ok(());
        }
        let all = Segments::of(&self.index)?;
        let (dir, file) = (
            self.dir.clone(),
            file_name(&self.dir, self.store().position),
        );
        let (segments, name) = (all.ids().collect(), file.clone());
        let thread = std::thread::Builder::new().name("fold".to_owned());
        self.folding = Some(Folding {
            file,
            segments,
            thread: thread.spawn(move || build_base(&all, &dir, &name))?,
        });
        Ok(())
    }

    fn is_fold_due(&self, delta_docs: u64) -> bool {
        let base = self.base.as_ref().filter(|_| self.folding.is_none());
        base.is_some_and(|base| delta_docs >= FOLD_DOCS_MIN.max(base.rows / FOLD_RATIO))
    }

    /// Takes up a base that is built by now.
    pub(super) fn take_up_base(&mut self) -> Result<(), LiveError> {
        let Some(folding) = self.folding.take_if(|folding| folding.thread.is_finished()) else {
            return Ok(());
        };
        let built = folding.thread.join();
        self.base = Some(built.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(())
    }
}

fn build_base(segments: &Segments, dir: &Path, file: &str) -> Result<Base, IndexError> {
    let path = dir.join(file);
    let built = build_structure(segments, &path)?;
    fs::File::open(&path)?.sync_all()?;
    Ok(Base {
        file: file.to_owned(),
        segments: segments.ids().collect(),
        rows: built.events,
        paths: [built.natures, built.sectors],
    })
}

/// Writes the structure of some segments.
pub(super) fn build_structure(segments: &Segments, path: &Path) -> Result<BuiltBlocks, IndexError> {
    build(segments, IdRanks::of(segments)?, path, SORT_MEMORY_BYTES)
}

/// A name that no base has yet: one that is built anew at the same position is another.
fn file_name(dir: &Path, position: u64) -> String {
    let names = (0..).map(|number| format!("{FILE_PREFIX}{position:06}-{number}.blocks"));
    let mut free = names.skip_while(|name| dir.join(name).exists());
    free.next().expect("one of endless names is free")
}

/// Removes the bases but those `kept`, that no commit names, and what a crash left of one.
pub(super) fn remove_others<'a>(
    dir: &Path,
    kept: impl IntoIterator<Item = &'a str>,
) -> io::Result<()> {
    let kept: BTreeSet<_> = kept.into_iter().collect();
    let mut others: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(FILE_PREFIX) && !kept.contains(name.as_str()) {
            others.push(entry.path());
        }
    }
    others.into_iter().try_for_each(fs::remove_file)
}

/// Which segments to merge, so that their number stays a logarithm of their documents.
pub(super) fn to_merge(segments: &[SegmentMeta]) -> Vec<Vec<SegmentId>> {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(SEGMENTS_PER_MERGE);
    policy.set_min_layer_size(SMALL_SEGMENT_DOCS);
    let candidates = policy.compute_merge_candidates(segments);
    candidates
        .into_iter()
        .map(|candidate| candidate.0)
        .collect()
}
