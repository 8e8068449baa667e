//! The pruned search against the plain scan of the same blocks, side by side in one run.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use comfy_table::Table;
use sosie_index::{Cancel, Path, Ranked, Snapshot};
use sosie_similarity::{Counts, MissingPolicy, Page, Search};
use sosie_synthetic::{AbsentAxes, Config, Generator, QuerySet, SearchChoice, Selection};

use crate::world;

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Number of events.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Directory of the generation; made if it holds none.
    #[arg(long)]
    dir: PathBuf,
    /// Queries of each set, each run once.
    #[arg(long, default_value_t = 200)]
    queries: u64,
    /// Whether axes absent from the probe, filters, policies and k = 100 are measured too.
    #[arg(long)]
    all: bool,
    /// Whether the scan is left out: no ratios, and nothing to compare with.
    #[arg(long)]
    without_scan: bool,
}

/// Queries that one way answers before the other has its turn.
const TURN_QUERIES: usize = 25;

/// One row of the table.
#[derive(Clone, Copy)]
struct Case {
    set: QuerySet,
    k: usize,
    absent: AbsentAxes,
    selection: Selection,
    missing: MissingPolicy,
    collapse: bool,
}

/// Measures and prints.
pub(crate) fn run(args: &Args) -> Result<()> {
    let made = world::make(&args.dir, args.events)?;
    if let Some(made) = made {
        let share = 100.0 * made.structure.as_secs_f64() / made.index.as_secs_f64();
        println!(
            "made in {:.1?}, the search structure in {:.1?} more: {share:.0} %",
            made.index, made.structure
        );
    }
    let generator = Generator::new(world::SEED, Config::default());
    let (snapshot, opened) = world::open(&args.dir, args.events)?;
    let first = search_of(&generator, &CASE, u64::MAX >> 8)?;
    let started = Instant::now();
    timed(&snapshot, &first, 10, Path::Pruned)?;
    println!(
        "opened in {opened:.2?}, first answer {:.2?} later; {:.1} B per event",
        started.elapsed(),
        snapshot.search_bytes() as f64 / args.events as f64
    );
    let mut table = Table::new();
    table.set_header([
        "set", "k", "absent", "filter", "missing", "p50 ms", "p95", "p99", "max", "scan p50",
        "p95", "p99", "ratio", "worst", "blocks", "%", "rows",
    ]);
    for case in cases(args.all) {
        let figures = measure(args, &snapshot, &generator, &case)?;
        table.add_row(figures.cells(&case));
        eprintln!("set {} done", case.set.name());
    }
    println!("\n{table}");
    Ok(())
}

const CASE: Case = Case {
    set: QuerySet::A,
    k: 10,
    absent: AbsentAxes::None,
    selection: Selection::All,
    missing: MissingPolicy::Zero,
    collapse: false,
};

fn cases(all: bool) -> Vec<Case> {
    let mut cases: Vec<Case> = QuerySet::ALL.map(|set| Case { set, ..CASE }).into();
    if !all {
        return cases;
    }
    for set in QuerySet::ALL {
        let case = Case { set, ..CASE };
        cases.push(Case {
            missing: MissingPolicy::Renormalise,
            ..case
        });
        cases.push(Case {
            collapse: true,
            ..case
        });
        cases.push(Case { k: 100, ..case });
        cases.extend(Selection::ALL[1..].iter().map(|selection| Case {
            selection: *selection,
            ..case
        }));
        cases.extend(AbsentAxes::ALL[1..].iter().map(|absent| Case {
            absent: *absent,
            ..case
        }));
    }
    cases
}

struct Figures {
    pruned: Vec<Duration>,
    scan: Vec<Duration>,
    worst: f64,
    blocks: usize,
    all_blocks: usize,
    rows: usize,
}

fn measure(
    args: &Args,
    snapshot: &Snapshot,
    generator: &Generator,
    case: &Case,
) -> Result<Figures> {
    let mut figures = Figures {
        pruned: Vec::new(),
        scan: Vec::new(),
        worst: 0.0,
        blocks: 0,
        all_blocks: 0,
        rows: 0,
    };
    // In turns: each way meets the caches as its own queries leave them, and the machine in the same mood.
    for first in (0..args.queries).step_by(TURN_QUERIES) {
        let turn = first..args.queries.min(first + TURN_QUERIES as u64);
        let searches = turn.map(|index| search_of(generator, case, index));
        let searches = searches.collect::<Result<Vec<_>>>()?;
        let mut answers = Vec::new();
        for search in &searches {
            let (pruned, hits, counts) = timed(snapshot, search, case.k, Path::Pruned)?;
            figures.add(pruned, counts);
            answers.push((pruned, hits, counts));
        }
        for (search, (pruned, hits, counts)) in searches.iter().zip(answers) {
            if args.without_scan {
                break;
            }
            let (scan, expected, counted) = timed(snapshot, search, case.k, Path::Scan)?;
            if hits != expected || counts.candidates != counted.candidates {
                bail!(
                    "a query of set {} from {first} on differs from the scan",
                    case.set.name()
                );
            }
            let ratio = pruned.as_secs_f64() / scan.as_secs_f64();
            if ratio > figures.worst {
                let ratio = ratio.min(ratio_again(snapshot, search, case.k)?);
                figures.worst = figures.worst.max(ratio);
            }
            figures.scan.push(scan);
        }
    }
    figures.pruned.sort_unstable();
    figures.scan.sort_unstable();
    Ok(figures)
}

/// What a search takes of its scan when both are asked once more: a query that lost its processor for a while is not
/// dear.
fn ratio_again(snapshot: &Snapshot, search: &Search, k: usize) -> Result<f64> {
    let (scan, ..) = timed(snapshot, search, k, Path::Scan)?;
    let (pruned, ..) = timed(snapshot, search, k, Path::Pruned)?;
    Ok(pruned.as_secs_f64() / scan.as_secs_f64())
}

fn search_of(generator: &Generator, case: &Case, index: u64) -> Result<Search> {
    let choice = SearchChoice {
        missing: case.missing,
        absent: case.absent,
        filter: case.selection.filter(),
        collapse_series: case.collapse,
        ..SearchChoice::default()
    };
    Ok(generator.query(case.set, index).search(choice)?)
}

fn timed(
    snapshot: &Snapshot,
    search: &Search,
    k: usize,
    path: Path,
) -> Result<(Duration, Vec<Ranked>, Counts)> {
    let page = Page {
        offset: 0,
        limit: k,
    };
    let started = Instant::now();
    let (hits, counts) = snapshot.rank(search, page, path, &Cancel::default())?;
    Ok((started.elapsed(), hits, counts))
}

impl Figures {
    fn add(&mut self, pruned: Duration, counts: Counts) {
        self.pruned.push(pruned);
        self.blocks += counts.blocks_scored;
        self.all_blocks += counts.blocks_scored + counts.blocks_skipped;
        self.rows += counts.rows_scored;
    }

    fn cells(&self, case: &Case) -> Vec<String> {
        let at = |times: &[Duration], share: f64| {
            let place = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
            times
                .get(place)
                .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
        };
        let queries = self.pruned.len();
        let (p50, scan) = (at(&self.pruned, 0.5), at(&self.scan, 0.5));
        let missing = case.missing.name();
        let collapsed = if case.collapse { " collapsed" } else { "" };
        vec![
            format!("{}{collapsed}", case.set.name()),
            case.k.to_string(),
            case.absent.name().to_owned(),
            case.selection.name().to_owned(),
            missing.to_owned(),
            format!("{p50:.2}"),
            format!("{:.2}", at(&self.pruned, 0.95)),
            format!("{:.2}", at(&self.pruned, 0.99)),
            format!("{:.2}", at(&self.pruned, 1.0)),
            format!("{scan:.2}"),
            format!("{:.2}", at(&self.scan, 0.95)),
            format!("{:.2}", at(&self.scan, 0.99)),
            format!("{:.1}", scan / p50),
            format!("{:.2}", self.worst),
            (self.blocks / queries).to_string(),
            format!("{:.1}", 100.0 * self.blocks as f64 / self.all_blocks as f64),
            (self.rows / queries).to_string(),
        ]
    }
}
