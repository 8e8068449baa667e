//! Disks that are full and files that can't be written, on a small file system in memory, while callers write and others
//! search.
//!
//! While trouble lasts calls may fail. None may be acknowledged that is not written, searches are answered all the
//! time, and when the trouble is over everything goes on by itself: nobody starts anything again.

mod trouble;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sosie_proto::pb;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_tests::{Draw, IndexerProcess, PATIENCE, Running};
use tonic::transport::Channel;

use crate::Options;
use crate::figures::{Times, ms};
use crate::report::Report;
use crate::site::Site;
use crate::writers::{Stopped, Tallies, Writer};
use trouble::{SmallDisk, Trouble};

/// Callers at a time.
const WRITERS: usize = 3;
/// Cases after which a new file system is begun, so that what is there does not fill it by itself.
const CASES_PER_DISK: usize = 10;
/// Time between two tries of a caller that was refused.
const AGAIN: Duration = Duration::from_millis(50);
/// How long trouble lasts.
const TROUBLE_MS: std::ops::Range<u64> = 300..1_800;

/// An indexer on its small disk, and a query service that answers from it.
struct Town {
    indexer: IndexerProcess,
    query: Running,
    site: Site,
    writers: Vec<Writer>,
    /// Last: unmounted when the others are gone.
    disk: SmallDisk,
}

#[derive(Default)]
struct Counts {
    searches: u64,
    refused: u64,
    /// By kind of trouble, in the order of [`Trouble::ALL`]: one that stops nothing shows.
    refused_by_kind: [u64; Trouble::ALL.len()],
    writes: u64,
    resumed: Times,
    published: Times,
}

/// Whether [`run`] can.
pub(crate) fn can_mount() -> bool {
    SmallDisk::mount().is_ok()
}

/// Makes trouble so many times.
///
/// # Errors
/// If it can't go on, as where no file system can be mounted. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("space", options.seed);
    let mut draw = Draw::new(options.seed);
    let mut counts = Counts::default();
    let mut town: Option<Town> = None;
    let possible = Trouble::possible();
    if possible.len() < Trouble::ALL.len() {
        report.figure("not tried", "errors of a disk: no strace is here");
    }
    for case in 0..options.cases {
        if case % CASES_PER_DISK == 0 || town.is_none() {
            if let Some(old) = town.take() {
                old.query.stop().await;
            }
            town = Some(Town::found(options.seed + case as u64).await?);
        }
        let here = town.as_mut().context("founded before")?;
        let trouble = possible[case % possible.len()];
        let lasts =
            TROUBLE_MS.start + draw.below((TROUBLE_MS.end - TROUBLE_MS.start) as usize) as u64;
        report.case(options.cases);
        let held = here.trouble(trouble, Duration::from_millis(lasts), &mut counts);
        if let Err(error) = held.await {
            let log = here.indexer.log();
            let log = &log[log.len().saturating_sub(3_000)..];
            report.failure(format!("case {case}, {trouble:?}: {error:#}\n{log}"));
            town = None;
        }
    }
    counts.tell(&mut report);
    // Of others some calls may all go well: the store reads and opens little.
    for trouble in [Trouble::Full, Trouble::WriteErrors, Trouble::SyncErrors] {
        let is_tried = possible.iter().take(options.cases).any(|it| *it == trouble);
        report.expect(
            !is_tried || counts.refused_by_kind[trouble as usize] > 0,
            || format!("{trouble:?} stopped no call: nothing was tried"),
        );
    }
    Ok(report)
}

impl Town {
    async fn found(seed: u64) -> Result<Town> {
        let disk = SmallDisk::mount()?;
        let mut site = Site::new(disk.path());
        let mut indexer = IndexerProcess::start_as(&mut trouble::indexer(), disk.path());
        let position = site.probe(&mut indexer.ingest().await).await?;
        site.until_published(position).await;
        let query = Running::start(&site.generations()).await;
        let writer = |number: usize| Writer::new(&format!("w{number}"), seed + 7 * number as u64);
        Ok(Town {
            indexer,
            query,
            site,
            writers: (0..WRITERS).map(writer).collect(),
            disk,
        })
    }

    async fn trouble(
        &mut self,
        trouble: Trouble,
        lasts: Duration,
        counts: &mut Counts,
    ) -> Result<()> {
        let channel = self.indexer.connect().await;
        let over = Arc::new(AtomicBool::new(false));
        let searching = tokio::spawn(search(self.query.clients().await, over.clone()));
        let tallies = Tallies::default();
        let refused = Arc::new(AtomicU64::new(0));
        let mut calling = tokio::task::JoinSet::new();
        for mut writer in std::mem::take(&mut self.writers) {
            let client = IngestServiceClient::new(channel.clone());
            let (tallies, refused, over) = (tallies.clone(), refused.clone(), over.clone());
            calling.spawn(async move {
                let wrong = insist(&mut writer, client, &tallies, (&refused, &over)).await;
                (writer, wrong)
            });
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = trouble.begin(&self.disk, self.indexer.pid())?;
        tokio::time::sleep(lasts).await;
        begun.end()?;
        let ended = Instant::now();
        let mut client = IngestServiceClient::new(channel);
        let position = self.until_taken(&mut client).await?;
        counts.resumed.add(ended.elapsed());
        over.store(true, Ordering::Relaxed);
        let mut wrong = None;
        while let Some(called) = calling.join_next().await {
            let (writer, said) = called?;
            self.writers.push(writer);
            wrong = wrong.or(said);
        }
        anyhow::ensure!(wrong.is_none(), "{}", wrong.unwrap_or_default());
        let last = self.site.probe(&mut client).await?;
        self.site.until_published(last.max(position)).await;
        counts.published.add(ended.elapsed());
        counts.searches += searching.await??;
        let refused = refused.load(Ordering::Relaxed);
        counts.refused += refused;
        counts.refused_by_kind[trouble as usize] += refused;
        counts.writes += tallies.writes.load(Ordering::Relaxed);
        self.site.check(&mut self.writers)?;
        Ok(())
    }

    /// Waits until a write is taken; its position.
    async fn until_taken(&mut self, client: &mut IngestServiceClient<Channel>) -> Result<u64> {
        let begun = Instant::now();
        loop {
            match self.site.probe(client).await {
                Ok(position) => return Ok(position),
                Err(error) if begun.elapsed() > PATIENCE => {
                    return Err(error.context("nothing is taken though the trouble is over"));
                }
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
        }
    }
}

/// Writes until it is over, and sends again what was refused; what was wrong, if anything was.
async fn insist(
    writer: &mut Writer,
    mut client: IngestServiceClient<Channel>,
    tallies: &Tallies,
    (refused, over): (&AtomicU64, &AtomicBool),
) -> Option<String> {
    while !over.load(Ordering::Relaxed) || !writer.model.pending.is_empty() {
        let called = if writer.model.pending.is_empty() {
            writer.call_once(&mut client, tallies).await
        } else {
            writer.call_again(&mut client, tallies).await
        };
        match called {
            Ok(()) => {}
            Err(Stopped::Wrong(what)) => return Some(what),
            Err(Stopped::CutOff(status)) if status.code() == tonic::Code::Unavailable => {
                refused.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(AGAIN).await;
            }
            Err(Stopped::CutOff(status)) => return Some(format!("refused as {status:?}")),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    None
}

/// Searches until it is over; how often it was answered.
async fn search(clients: sosie_tests::Clients, over: Arc<AtomicBool>) -> Result<u64> {
    let mut answered = 0;
    while !over.load(Ordering::Relaxed) {
        let draft = pb::DraftEvent {
            nature: Some("sport".to_owned()),
            ..Default::default()
        };
        let kind = Some(pb::probe::Kind::Draft(draft));
        let query = pb::SimilarityQuery {
            probe: Some(pb::Probe { kind }),
            ..Default::default()
        };
        let request = pb::FindSimilarEventsRequest {
            query: Some(query),
            ..Default::default()
        };
        let mut client = clients.similar_events.clone();
        let found = client.find_similar_events(request).await;
        found.context("a search failed")?;
        answered += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(answered)
}

impl Counts {
    fn tell(&self, report: &mut Report) {
        report.figure("searches answered meanwhile", self.searches);
        report.figure("calls refused as UNAVAILABLE", self.refused);
        let by_kind = Trouble::ALL.iter().zip(self.refused_by_kind);
        let by_kind: Vec<String> = by_kind
            .map(|(trouble, refused)| format!("{trouble:?} {refused}"))
            .collect();
        report.figure("of them, by kind of trouble", by_kind.join(", "));
        report.figure("writes acknowledged", self.writes);
        for (of, times) in [
            (
                "end of trouble to first acknowledgement, p50, p99, most",
                &self.resumed,
            ),
            (
                "end of trouble to all of it served, p50, p99, most",
                &self.published,
            ),
        ] {
            let [p50, p99, max] = [0.5, 0.99, 1.0].map(|quantile| times.quantile(quantile));
            report.figure(of, format!("{}, {}, {}", ms(p50), ms(p99), ms(max)));
        }
    }
}
