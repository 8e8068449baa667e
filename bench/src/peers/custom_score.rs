//! tantivy's own custom scores: all documents, from fast fields, by the canonical scorer.
//!
//! Columns are opened and paths are read beforehand, once for all queries.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use sosie_index::{Current, VerifiedGeneration};
use sosie_similarity::{
    AxisValues, Basis, Calendar, CodePath, Location, Participants, Score, Scorer,
};
use tantivy::collector::TopDocs;
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::query::AllQuery;
use tantivy::{DocId, Index, ReloadPolicy, Searcher, SegmentReader};

use super::{Answer, Answers, LIMIT, Question, index_of};

/// The number of the state of events that were held, and those of the bases, as the index has them.
const HELD: u64 = 2;
const BASES: [Option<Basis>; 4] = [
    None,
    Some(Basis::Peak),
    Some(Basis::Daily),
    Some(Basis::Total),
];

/// What hits are ordered by: score, coverage, start. Ties of all three go to the lower document.
type SortKey = (f64, f64, i64);

/// The columns of all segments.
type Segments = HashMap<SegmentId, Arc<Columns>>;

/// What of a segment is read for every document.
struct Columns {
    state: Column<u64>,
    start_us: Column<i64>,
    latitude: Column<f64>,
    longitude: Column<f64>,
    participants: Column<u64>,
    basis: Column<u64>,
    natures: Paths,
    sectors: Paths,
    weekend_share: Column<f64>,
    summer_share: Column<f64>,
    area_m2: Column<f64>,
    duration_s: Column<f64>,
}

/// The paths of a segment by their numbers, and the numbers by document.
struct Paths {
    all: Vec<CodePath>,
    numbers: Column<u64>,
}

/// Asks all questions of the generation in `dir`.
pub(super) fn answers(dir: &Path, questions: &'static [Question]) -> Result<Answers> {
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
    let answers = (1..).zip(questions).map(|(place, question)| {
        let answer = ask(&searcher, &segments, question)?;
        eprintln!(
            "tantivy: query {place} of {} took {:.3} s",
            questions.len(),
            answer.seconds
        );
        anyhow::Ok(answer)
    });
    Ok(Answers {
        // Of "tantivy v0.27.0, index_format v7".
        system: tantivy::version_string().split(',').take(1).collect(),
        rows: searcher.num_docs(),
        answers: answers.collect::<Result<_>>()?,
    })
}

fn ask(
    searcher: &Searcher,
    segments: &Arc<Segments>,
    question: &'static Question,
) -> Result<Answer> {
    let segments = Arc::clone(segments);
    let sort_keys = move |reader: &SegmentReader| {
        let columns = Arc::clone(&segments[&reader.segment_id()]);
        let scorer = question.search.scorer();
        move |doc: DocId, _: tantivy::Score| columns.sort_key(doc, &scorer)
    };
    let collector = TopDocs::with_limit(LIMIT).tweak_score(sort_keys);
    let started = Instant::now();
    let found = searcher.search(&AllQuery, &collector)?;
    let seconds = started.elapsed().as_secs_f64();
    let mut hits = Vec::new();
    for (sort_key, address) in found {
        let fields = searcher.segment_reader(address.segment_ord).fast_fields();
        let ids = fields.str("event_id")?.context("no ids")?;
        let number = ids.ords().first(address.doc_id).context("no id")?;
        let mut id = String::new();
        ids.ord_to_str(number, &mut id)?;
        if let Some((score, ..)) = sort_key {
            hits.push((index_of(&id)?, score));
        }
    }
    Ok(Answer { seconds, hits })
}

impl Columns {
    fn open(reader: &SegmentReader) -> Result<Self> {
        let fields = reader.fast_fields();
        Ok(Columns {
            state: fields.u64("state")?,
            start_us: fields.i64("start_time")?,
            latitude: fields.f64("latitude_degrees")?,
            longitude: fields.f64("longitude_degrees")?,
            participants: fields.u64("participants_best")?,
            basis: fields.u64("participants_basis")?,
            natures: Paths::open(fields.str("nature")?)?,
            sectors: Paths::open(fields.str("sector")?)?,
            weekend_share: fields.f64("weekend_share")?,
            summer_share: fields.f64("summer_share")?,
            area_m2: fields.f64("footprint_area_m2")?,
            duration_s: fields.f64("duration_s")?,
        })
    }

    /// `None`, which is below all others, for what is no hit.
    fn sort_key(&self, doc: DocId, scorer: &Scorer) -> Option<SortKey> {
        if self.state.first(doc) != Some(HELD) {
            return None;
        }
        let Score { score, coverage } = scorer.score(&self.values(doc)).ok()?;
        Some((score, coverage, self.start_us.first(doc)?))
    }

    fn values(&self, doc: DocId) -> AxisValues<'_> {
        AxisValues {
            location: self.location(doc),
            participants: self.participants(doc),
            nature: self.natures.of(doc),
            sector: self.sectors.of(doc),
            calendar: self.calendar(doc),
            footprint_area_m2: self.area_m2.first(doc),
            footprint: None,
            duration_s: self.duration_s.first(doc),
        }
    }

    fn location(&self, doc: DocId) -> Option<Location> {
        Location::new(self.latitude.first(doc)?, self.longitude.first(doc)?).ok()
    }

    fn participants(&self, doc: DocId) -> Option<Participants> {
        let basis = *BASES.get(self.basis.first(doc)? as usize)?;
        Participants::new(self.participants.first(doc)?, None, None, basis).ok()
    }

    /// The shares only: no query set compares the rest, and reading it would cost.
    fn calendar(&self, doc: DocId) -> Option<Calendar> {
        Some(Calendar {
            weekend_share: self.weekend_share.first(doc)?,
            summer_share: self.summer_share.first(doc)?,
            day_of_year: 1,
            month: 1,
            weekday: 1,
        })
    }
}

impl Paths {
    fn open(column: Option<StrColumn>) -> Result<Self> {
        let column = column.context("a segment without paths")?;
        let mut all = Vec::new();
        let mut terms = column.dictionary().stream()?;
        while terms.advance() {
            // Facets join their codes by a zero byte.
            let path = std::str::from_utf8(terms.key())?.replace('\0', "/");
            all.push(
                CodePath::new(&path)
                    .ok()
                    .context("a path of another form")?,
            );
        }
        Ok(Paths {
            all,
            numbers: column.ords().clone(),
        })
    }

    fn of(&self, doc: DocId) -> Option<&CodePath> {
        self.all.get(self.numbers.first(doc)? as usize)
    }
}
