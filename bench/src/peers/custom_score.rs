//! tantivy's own custom scores: all documents, from fast fields.
//!
//! Columns are opened and paths are read beforehand, once for all queries; what depends on a query alone is worked out once.

mod scoring;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use sosie_index::{Current, VerifiedGeneration};
use sosie_similarity::Search;
use tantivy::collector::TopDocs;
use tantivy::index::SegmentId;
use tantivy::query::AllQuery;
use tantivy::{DocAddress, DocId, Index, ReloadPolicy, Searcher, SegmentReader};

use super::export::{self, Asked, Prefixes};
use super::{Answer, Answers, LIMIT, Question, index_of};
use scoring::{Columns, Scoring};

/// The columns of all segments.
type Segments = HashMap<SegmentId, Arc<Columns>>;

/// Asks all questions of the generation in `dir`.
pub(super) fn answers(dir: &Path, questions: &[Question]) -> Result<Answers> {
    let current = Current::read(dir)?.context("no generation")?;
    let generation = VerifiedGeneration::open(dir, &current)?;
    let index = Index::open(generation.directory().clone())?;
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual);
    let searcher = reader.try_into()?.searcher();
    let segments = searcher.segment_readers().iter().map(|reader| {
        let columns = Columns::open(reader).context("opening the columns of a segment")?;
        anyhow::Ok((reader.segment_id(), Arc::new(columns)))
    });
    let segments = Arc::new(segments.collect::<Result<Segments>>()?);
    let asked = export::queries(questions, &mut Prefixes::default())?;
    let mut answers = Vec::new();
    for (question, asked) in questions.iter().zip(asked) {
        let answer = ask(&searcher, &segments, (&question.search, Arc::new(asked)))?;
        let (place, of) = (answers.len() + 1, questions.len());
        eprintln!(
            "tantivy: query {place} of {of} took {:.3} s",
            answer.seconds
        );
        answers.push(answer);
    }
    Ok(Answers {
        // Of "tantivy v0.27.0, index_format v7".
        system: tantivy::version_string().split(',').take(1).collect(),
        rows: searcher.num_docs(),
        answers,
    })
}

fn ask(
    searcher: &Searcher,
    segments: &Arc<Segments>,
    (search, asked): (&Search, Arc<Asked>),
) -> Result<Answer> {
    let segments = Arc::clone(segments);
    let (nature, sector) = {
        let probe = search.probe().values();
        (probe.nature.cloned(), probe.sector.cloned())
    };
    let started = Instant::now();
    let collector = TopDocs::with_limit(LIMIT).tweak_score(move |reader: &SegmentReader| {
        let columns = Arc::clone(&segments[&reader.segment_id()]);
        let scoring = Scoring::new(columns, Arc::clone(&asked), (&nature, &sector));
        move |doc: DocId, _: tantivy::Score| scoring.sort_key(doc)
    });
    let found = searcher.search(&AllQuery, &collector)?;
    let seconds = started.elapsed().as_secs_f64();
    let mut hits = Vec::new();
    for (sort_key, address) in found {
        if let Some((score, ..)) = sort_key {
            hits.push((index_of(&id_of(searcher, address)?)?, score));
        }
    }
    Ok(Answer { seconds, hits })
}

fn id_of(searcher: &Searcher, address: DocAddress) -> Result<String> {
    let fields = searcher.segment_reader(address.segment_ord).fast_fields();
    let ids = fields.str("event_id")?.context("no ids")?;
    let number = ids.ords().first(address.doc_id).context("no id")?;
    let mut id = String::new();
    ids.ord_to_str(number, &mut id)?;
    Ok(id)
}
