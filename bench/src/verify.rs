//! The pruned search against the scan, over searches of every kind.

use std::path::PathBuf;

use anyhow::{Result, bail};
use indicatif::ProgressIterator;
use sosie_index::{Cancel, Path};
use sosie_synthetic::{Config, Generator};

use crate::world;

/// What is compared.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Number of events.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// Directory of the generation; made if it holds none.
    #[arg(long)]
    dir: PathBuf,
    /// Searches.
    #[arg(long, default_value_t = 20_000)]
    queries: u64,
    /// First search.
    #[arg(long, default_value_t = 0)]
    from: u64,
}

/// Compares documents, order and scores to the last bit.
pub(crate) fn run(args: &Args) -> Result<()> {
    world::make(&args.dir, args.events)?;
    let (snapshot, _) = world::open(&args.dir, args.events)?;
    let generator = Generator::new(world::SEED, Config::default());
    let (mut hits, mut empty) = (0, 0);
    for index in (args.from..args.from + args.queries).progress_count(args.queries) {
        let (search, page) = generator.any_search(index, args.events);
        let cancel = Cancel::default();
        let (found, counts) = snapshot.rank(&search, page, Path::Pruned, &cancel)?;
        let (expected, counted) = snapshot.rank(&search, page, Path::Scan, &cancel)?;
        if found != expected || counts.candidates != counted.candidates {
            bail!("search {index} differs from the scan");
        }
        hits += found.len();
        empty += usize::from(found.is_empty());
    }
    println!(
        "{} searches agree: {hits} hits, {empty} pages without any",
        args.queries
    );
    Ok(())
}
