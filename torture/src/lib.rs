//! Breaks things while Sosie works, and looks whether it keeps its promises: `cargo xtask torture`.
//!
//! **Law.** Every part prints its seed, its cases and its failures, and what it breaks are the programs that are shipped.
//!
//! Each part is a module with one `run`: what is to be tortured further gets a module, a variant of [`Part`], and some of
//! its cases in `tests/small.rs`, which CI runs. Start reading at [`Part`], then `kills.rs`, then `model.rs`.

mod canaries;
mod corruption;
mod figures;
mod freshness;
mod kills;
mod model;
mod recovery;
mod replay;
mod report;
mod site;
mod space;
mod switches;
mod world;
mod writers;

use std::path::PathBuf;

use anyhow::Result;

pub use report::Report;

/// Whether a small file system can be mounted here: by root, and not in every container.
pub fn can_mount() -> bool {
    space::can_mount()
}

/// What is tortured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// `kill -9` of the indexer at random and chosen moments.
    Kills,
    /// Disks that are full and files that can't be written, on a small file system.
    Space,
    /// Generations with a byte changed, a file cut, lost, stale or added; cases are places in each large file.
    Corruption,
    /// Generation after generation at 500 searches a second.
    Switches,
    /// From acknowledged to found, at 2,000 events a second; cases are seconds.
    Freshness,
    /// From `kill -9` to ready again.
    Recovery,
    /// Answers that are logged and asked for again: the same bytes, whatever the segments and threads.
    Replay,
    /// Records with personal data by every way in, and what both processes write and answer; cases are records.
    Canaries,
}

/// How much of it.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many times something is broken.
    pub cases: usize,
    /// Where chance begins.
    pub seed: u64,
    /// A directory for the index that switches, freshness and recovery work on: made once, and kept.
    pub dir: PathBuf,
    /// Events of that index.
    pub events: u64,
    /// Where replay writes the digests of its answers, for another build to compare.
    pub log: Option<PathBuf>,
    /// Digests that another build wrote, which those of replay are to equal.
    pub against: Option<PathBuf>,
}

impl Part {
    /// All parts, in the order in which they are run.
    pub const ALL: [Part; 8] = [
        Part::Kills,
        Part::Space,
        Part::Corruption,
        Part::Switches,
        Part::Freshness,
        Part::Recovery,
        Part::Replay,
        Part::Canaries,
    ];

    /// The cases of a whole run.
    pub fn cases(self) -> usize {
        match self {
            Part::Kills => 500,
            Part::Space | Part::Recovery => 100,
            Part::Corruption => 2_000,
            Part::Switches => 200,
            Part::Freshness => 60,
            Part::Replay => 10_000,
            Part::Canaries => 100_000,
        }
    }

    /// Tortures.
    ///
    /// # Errors
    /// If it can't go on. What breaks a promise is in the report.
    pub async fn run(self, options: &Options) -> Result<Report> {
        match self {
            Part::Kills => kills::run(options).await,
            Part::Space => space::run(options).await,
            Part::Corruption => corruption::run(options).await,
            Part::Switches => switches::run(options).await,
            Part::Freshness => freshness::run(options).await,
            Part::Recovery => recovery::run(options).await,
            Part::Replay => replay::run(options).await,
            Part::Canaries => canaries::run(options).await,
        }
    }
}
