//! A generation of the live index with a byte changed, a file cut, lost, added, or of another generation.
//!
//! **Law.** Whatever is wrong with it is found before anything is served from it, and told by the names of the generation and
//! the file; the generation before goes on answering.

mod damage;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use sosie_index::{Current, VerifiedGeneration};
use sosie_proto::pb;
use sosie_tests::{Clients, Draw, IndexerProcess, Running, log_lines, record_log, until_async};
use tempfile::TempDir;

use crate::Options;
use crate::report::Report;
use crate::site::Site;
use crate::writers::{Tallies, Writer};
use damage::{Damage, Damages, Shelf};

/// Calls that make the generation that is damaged.
const CALLS: usize = 40;
/// Threads that damage, each in a directory of its own.
const THREADS: usize = 2;
/// One in so many damages is also shown to a query service.
const PER_SERVED: usize = 100;

/// Damages each file in as many places as there are cases.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("corruption", options.seed);
    let mut draw = Draw::new(options.seed);
    let site = TempDir::new()?;
    let shelves = published(site.path(), options.seed).await?;
    let damages = Damages::of(&shelves, options.cases, &mut draw);
    report.cases = damages.all.len();
    report.figure("files of the generation", shelves[1].files.len());
    report.figure("of which every byte is changed", damages.small_files);
    report.figure("bytes changed", damages.bytes);
    let share = damages.all.len().div_ceil(THREADS);
    let (all, shelves_ref) = (&damages.all, &shelves);
    let found = thread::scope(|scope| {
        let threads: Vec<_> = all
            .chunks(share)
            .map(|share| scope.spawn(move || refuse_all(shelves_ref, share)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join())
            .collect::<Vec<_>>()
    });
    for failures in found {
        let failures = failures.map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        failures
            .into_iter()
            .for_each(|failure| report.failure(failure));
    }
    let shown = all.iter().step_by(PER_SERVED);
    let shown: Vec<_> = shown.filter(|damage| damage.is_read(&shelves)).collect();
    report.figure("shown to a query service that runs", shown.len());
    serve_all(&shelves, &shown, &mut report).await?;
    Ok(report)
}

/// Two generations of a live index, one after the other: with corrections, deletions and a delta.
async fn published(dir: &Path, seed: u64) -> Result<[Shelf; 2]> {
    let mut site = Site::new(dir);
    let mut indexer = IndexerProcess::start(dir);
    let mut client = indexer.ingest().await;
    let mut writer = Writer::new("w0", seed);
    let mut taken = Vec::new();
    for _ in 0..3 {
        for _ in 0..CALLS {
            let called = writer.call_once(&mut client, &Tallies::default()).await;
            called.map_err(|stopped| anyhow::anyhow!("{stopped:?}"))?;
        }
        let position = site.probe(&mut client).await?;
        site.until_published(position).await;
        let current = Current::read(&site.generations())?.context("just published")?;
        taken.push(Shelf::take(&site.generations(), current)?);
    }
    indexer.kill();
    let newest = taken.pop().context("three were taken")?;
    Ok([taken.pop().context("three were taken")?, newest])
}

/// The damages that are not refused by name.
fn refuse_all(shelves: &[Shelf; 2], damages: &[Damage]) -> Result<Vec<String>> {
    let dir = TempDir::new()?;
    shelves[1].put(dir.path())?;
    let (current, mut failures) = (shelves[1].current, Vec::new());
    for damage in damages {
        let named = shelves[1].damage(dir.path(), damage)?;
        let opened = catch_unwind(AssertUnwindSafe(|| {
            VerifiedGeneration::open(dir.path(), &current).err()
        }));
        let told = match opened {
            Err(_) => Some("a panic".to_owned()),
            Ok(None) => Some("it is served".to_owned()),
            Ok(Some(error)) => {
                let told = error.to_string();
                let generation = current.generation.to_string();
                let is_named = told.contains(&named) && told.contains(&generation);
                (!is_named).then_some(told)
            }
        };
        failures.extend(told.map(|told| format!("{damage:?} of {named}: {told}")));
        shelves[1].mend(dir.path(), damage)?;
    }
    if VerifiedGeneration::open(dir.path(), &current).is_err() {
        failures.push("mended, it is still refused".to_owned());
    }
    Ok(failures)
}

/// Shows damages to a query service that serves the generation before.
async fn serve_all(shelves: &[Shelf; 2], damages: &[&Damage], report: &mut Report) -> Result<()> {
    record_log();
    let dir = TempDir::new()?;
    let [old, new] = shelves;
    old.put(dir.path())?;
    new.put(dir.path())?;
    damage::point_to(dir.path(), &old.current)?;
    let server = Running::start(dir.path()).await;
    let clients = server.clients().await;
    let before = answer(&clients).await?;
    for damage in damages {
        let named = new.damage(dir.path(), damage)?;
        let logged = log_lines(0).len();
        damage::point_to(dir.path(), &new.current)?;
        until_logged(logged, "generation refused").await;
        let lines = log_lines(logged);
        report.expect(lines.iter().any(|line| line.contains(&named)), || {
            format!("{damage:?}: {named} is not named in the log: {lines:?}")
        });
        report.expect(!lines.iter().any(|line| line.contains("panicked")), || {
            format!("{damage:?} of {named}: a panic")
        });
        let now = answer(&clients).await?;
        report.expect(now == before, || {
            format!("{damage:?} of {named}: another answer")
        });
        new.mend(dir.path(), damage)?;
        let logged = log_lines(0).len();
        damage::point_to(dir.path(), &old.current)?;
        until_logged(logged, "generation served").await;
    }
    damage::point_to(dir.path(), &new.current)?;
    let name = new.current.generation.to_string();
    until_async("the generation that was mended", async || {
        (answer(&clients).await.ok()?.0 == name).then_some(())
    })
    .await;
    drop(clients);
    server.stop().await;
    Ok(())
}

async fn until_logged(after: usize, what: &str) {
    until_async(what, async || {
        let lines = log_lines(after);
        lines.iter().any(|line| line.contains(what)).then_some(())
    })
    .await;
}

/// The generation that answers, and what it says.
async fn answer(clients: &Clients) -> Result<(String, Vec<pb::Event>)> {
    let listed = clients
        .events
        .clone()
        .list_events(pb::ListEventsRequest::default())
        .await?;
    let listed = listed.into_inner();
    let receipt = listed.receipt.context("a receipt")?;
    Ok((receipt.generation_id, listed.events))
}
