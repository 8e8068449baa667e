//! Other systems on the same data: the same queries, whether their answers are the same, and how long they take.
//!
//! DuckDB, chDB and SQLite run in a Python process each (`bench/peers/`), tantivy's own custom scores in this one. Each
//! gets what is known of the events alone worked out beforehand, and one thread.
//!
//! **Law.** A figure is printed of the same answers only: a system that answers otherwise fails the run.
//!
//! Start reading at [`run`], then `agreement.rs`, then `bench/peers/peers.py`.

mod agreement;
mod custom_score;
mod export;
mod python;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;
use comfy_table::Table;
use serde::Deserialize;
use sosie_index::{Cancel, Path, Snapshot};
use sosie_similarity::{Page, Search};
use sosie_synthetic::{Config, Generator, QuerySet, SearchChoice, SyntheticQuery};

use crate::world;
use agreement::Agreement;

/// Hits that are asked for.
const LIMIT: usize = 10;
const PAGE: Page = Page {
    offset: 0,
    limit: LIMIT,
};
/// Queries of each set that wake Sosie up, far from those that are measured.
const WAKING_QUERIES: u64 = 20;
const FIRST_WAKING_QUERY: u64 = u64::MAX >> 8;

/// What the table has a row for: each set, and what is asked in practice together.
const ROWS: [(&str, &[QuerySet]); 6] = [
    ("a", &[QuerySet::A]),
    ("b", &[QuerySet::B]),
    ("c", &[QuerySet::C]),
    ("a-c", &[QuerySet::A, QuerySet::B, QuerySet::C]),
    ("d", &[QuerySet::D]),
    ("e", &[QuerySet::E]),
];

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Number of events.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Directory of the generation; made if it holds none.
    #[arg(long)]
    dir: PathBuf,
    /// Queries of each set, each run once; the others take seconds for one at 10 million events.
    #[arg(long, default_value_t = 5)]
    queries: u64,
    /// Which systems.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "duckdb,chdb,tantivy,sqlite"
    )]
    only: Vec<Peer>,
}

/// Another system.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Peer {
    /// From PyPI, in memory.
    #[value(name = "duckdb")]
    DuckDb,
    /// ClickHouse as a library, from PyPI, in memory.
    #[value(name = "chdb")]
    ChDb,
    /// `TopDocs::tweak_score` over all documents of the generation.
    Tantivy,
    /// Python's own, in memory.
    Sqlite,
}

/// One query, complete.
struct Question {
    query: SyntheticQuery,
    search: Search,
}

/// What one system answers to one question.
#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Answer {
    seconds: f64,
    /// Index of the event and its score, best first.
    hits: Vec<(u64, f64)>,
}

/// What one system answers to all.
#[derive(Deserialize)]
struct Answers {
    /// Its name and version.
    system: String,
    /// Events that it looks at for each.
    rows: u64,
    answers: Vec<Answer>,
}

/// Measures and prints.
pub(crate) fn run(args: &Args) -> Result<()> {
    world::make(&args.dir, args.events)?;
    let generator = Generator::new(world::SEED, Config::default());
    let questions = questions(&generator, args.queries)?;
    let ours = {
        let (snapshot, _) = world::open(&args.dir, args.events)?;
        wake(&snapshot, &generator)?;
        ask(&snapshot, &questions)?
    };
    let mut table = Table::new();
    table.set_header([
        "system",
        "rows",
        "set",
        "queries",
        "p50 ms",
        "Sosie p50",
        "ratio",
        "same ids and order",
        "scores apart by",
    ]);
    let in_python: Vec<Peer> = (args.only.iter().copied())
        .filter(|peer| *peer != Peer::Tantivy)
        .collect();
    let mut all = python::answers(&in_python, &generator, args.events, &questions)?;
    if args.only.contains(&Peer::Tantivy) {
        all.push(custom_score::answers(&args.dir, &questions)?);
    }
    for theirs in all {
        let agreements = agreement::of_all(&generator, &questions, &ours, &theirs)?;
        for row in ROWS {
            table.add_row(cells(row, &questions, (&ours, &theirs), &agreements));
        }
    }
    println!("\n{} events\n{table}", args.events);
    Ok(())
}

/// The first question is for waking up: its answers are compared, and its times are not counted.
fn questions(generator: &Generator, queries: u64) -> Result<Vec<Question>> {
    let mut questions = vec![question(generator, QuerySet::A, FIRST_WAKING_QUERY)?];
    for set in QuerySet::ALL {
        for index in 0..queries {
            questions.push(question(generator, set, index)?);
        }
    }
    Ok(questions)
}

fn question(generator: &Generator, set: QuerySet, index: u64) -> Result<Question> {
    let query = generator.query(set, index);
    let choice = SearchChoice {
        collapse_series: false,
        ..SearchChoice::default()
    };
    let search = query.search(choice)?;
    Ok(Question { query, search })
}

/// Other systems look at every row for any query, and are awake after one; ours at few, and is after some.
fn wake(snapshot: &Snapshot, generator: &Generator) -> Result<()> {
    for set in QuerySet::ALL {
        for index in 0..WAKING_QUERIES {
            let question = question(generator, set, FIRST_WAKING_QUERY + index)?;
            snapshot.rank(&question.search, PAGE, Path::Pruned, &Cancel::default())?;
        }
    }
    Ok(())
}

/// Sosie's own answers; the ids are read when all times were taken.
fn ask(snapshot: &Snapshot, questions: &[Question]) -> Result<Vec<Answer>> {
    let cancel = Cancel::default();
    let mut seconds = Vec::new();
    for question in questions {
        let started = Instant::now();
        snapshot.rank(&question.search, PAGE, Path::Pruned, &cancel)?;
        seconds.push(started.elapsed().as_secs_f64());
    }
    let answers = questions.iter().zip(seconds).map(|(question, seconds)| {
        let hits = snapshot.search(&question.search, PAGE, &cancel)?.hits;
        let hits = hits
            .iter()
            .map(|hit| anyhow::Ok((index_of(hit.event.id().as_str())?, hit.score.score)));
        Ok(Answer {
            seconds,
            hits: hits.collect::<Result<_>>()?,
        })
    });
    answers.collect()
}

/// The index of the event of that id.
fn index_of(event_id: &str) -> Result<u64> {
    let index = event_id.strip_prefix("syn-").map(str::parse);
    index
        .context("an id that is not the generator's")?
        .context("an id without a number")
}

/// The row of some sets.
fn cells(
    (name, sets): (&str, &[QuerySet]),
    questions: &[Question],
    (ours, theirs): (&[Answer], &Answers),
    agreements: &[Agreement],
) -> Vec<String> {
    // The first one was for waking up.
    let of_sets: Vec<usize> = (1..questions.len())
        .filter(|place| sets.contains(&questions[*place].query.set))
        .collect();
    let p50_ms = |answers: &[Answer]| {
        let mut seconds: Vec<f64> = of_sets
            .iter()
            .map(|place| answers[*place].seconds)
            .collect();
        seconds.sort_unstable_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).map_or(f64::NAN, |s| s * 1e3)
    };
    let agreed = || of_sets.iter().map(|place| agreements[*place]);
    let (theirs_ms, ours_ms) = (p50_ms(&theirs.answers), p50_ms(ours));
    vec![
        theirs.system.clone(),
        theirs.rows.to_string(),
        name.to_owned(),
        of_sets.len().to_string(),
        format!("{theirs_ms:.1}"),
        format!("{ours_ms:.2}"),
        format!("{:.0}", theirs_ms / ours_ms),
        agreed()
            .filter(|agreement| agreement.same_order)
            .count()
            .to_string(),
        format!(
            "{:.0e}",
            agreed().fold(0.0, |most: f64, agreement| most.max(agreement.apart))
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_and_tantivy_answer_as_sosie_does() {
        let dir = tempfile::tempdir().unwrap();
        let args = Args {
            events: 2_000,
            dir: dir.path().to_owned(),
            queries: 3,
            only: vec![Peer::Sqlite, Peer::Tantivy],
        };
        run(&args).unwrap();
    }
}
