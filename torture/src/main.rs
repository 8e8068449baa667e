//! `cargo xtask torture` runs this in release.

#![allow(clippy::print_stdout, reason = "figures are what this program is for")]

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};
use sosie_torture::{Options, Part};

/// Breaks things while Sosie works, and looks whether it keeps its promises.
#[derive(Parser)]
#[command(name = "sosie-torture")]
struct Args {
    /// What is tortured.
    #[arg(value_enum, default_value = "all")]
    part: Chosen,
    /// How many times something is broken [default: as often as was promised, by part].
    #[arg(long)]
    cases: Option<usize>,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A directory for the large index of switches, freshness and recovery: made once, and kept.
    #[arg(long, default_value = "target/torture")]
    dir: PathBuf,
    /// Events of the large index.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Where replay writes the digest of every answer, receipts left out, for another build to compare.
    #[arg(long)]
    log: Option<PathBuf>,
    /// A log of another build, which the answers of replay are to equal.
    #[arg(long)]
    against: Option<PathBuf>,
}

/// One part, or all.
#[derive(Clone, Copy)]
enum Chosen {
    All,
    One(Part),
}

impl ValueEnum for Chosen {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Chosen; Part::ALL.len() + 1] = {
            let mut all = [Chosen::All; Part::ALL.len() + 1];
            let mut at = 0;
            while at < Part::ALL.len() {
                all[at] = Chosen::One(Part::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        match self {
            Chosen::All => Some(clap::builder::PossibleValue::new("all").help("Every part")),
            Chosen::One(part) => part.to_possible_value(),
        }
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let parts = match args.part {
        Chosen::All => Part::ALL.to_vec(),
        Chosen::One(part) => vec![part],
    };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut failures = 0;
    for part in parts {
        let options = Options {
            cases: args.cases.unwrap_or_else(|| part.cases()),
            seed: args.seed,
            dir: args.dir.clone(),
            events: args.events,
            log: args.log.clone(),
            against: args.against.clone(),
        };
        let report = runtime.block_on(part.run(&options))?;
        println!("{report}");
        failures += report.failures.len();
    }
    ensure!(failures == 0, "{failures} promises were not kept");
    Ok(())
}
