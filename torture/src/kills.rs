//! `kill -9` of the indexer while callers write, correct and delete, and while it commits, merges, publishes and makes its
//! index anew.
//!
//! After each kill it is started again, takes a write, and publishes; then all that callers know is compared with the
//! store and with the generation that is served. A kill keeps what the system had been given: what an `fsync` that is
//! missing would cost in a power cut is not seen by it.

mod jobs;
mod moment;
mod remains;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::{Context, Result};
use sosie_tests::{Draw, IndexerProcess, until_async};
use tempfile::TempDir;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::Options;
use crate::figures::{Times, ms};
use crate::report::Report;
use crate::site::Site;
use crate::writers::{Stopped, Tallies, Writer};
use jobs::Jobs;
use moment::{Moment, Target};
use remains::{Remains, remains};

/// Callers at a time.
const WRITERS: usize = 4;
/// Kills after which a new directory is begun.
const KILLS_PER_DIR: usize = 20;

/// The directory that is worked on, and who works there.
struct Town {
    dir: TempDir,
    site: Site,
    writers: Vec<Writer>,
    indexer: IndexerProcess,
}

/// What the kills for one target have shown.
#[derive(Debug, Default)]
struct Hits {
    kills: usize,
    signs: usize,
    remains: BTreeMap<Remains, usize>,
}

/// All that is counted.
#[derive(Debug, Default)]
struct Counts {
    hits: BTreeMap<Target, Hits>,
    written_untold: usize,
    not_written: usize,
    answered: u64,
    ready: Times,
    jobs: Jobs,
}

/// Kills so many times.
///
/// # Errors
/// If it can't go on. What breaks a promise is in the report.
pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("kills", options.seed);
    let mut draw = Draw::new(options.seed);
    let mut counts = Counts::default();
    let mut town = None;
    for case in 0..options.cases {
        if case % KILLS_PER_DIR == 0 {
            town = Some(Town::found(options.seed + case as u64).await?);
        }
        let target = Target::ALL[case % Target::ALL.len()];
        let moment = Moment::draw(target, &mut draw);
        let here = town.as_mut().context("founded before")?;
        report.case(options.cases);
        if let Err(error) = here.kill(moment, &mut counts).await {
            let log = here.indexer.log();
            report.failure(format!("case {case}, {moment:?}: {error:#}\n{log}"));
            town = Some(Town::found(options.seed + case as u64).await?);
        }
    }
    counts.tell(&mut report);
    Ok(report)
}

impl Town {
    /// A new directory with an indexer that has published once.
    async fn found(seed: u64) -> Result<Town> {
        let dir = TempDir::new()?;
        let mut site = Site::new(dir.path());
        let mut indexer = IndexerProcess::start(dir.path());
        let position = site.probe(&mut indexer.ingest().await).await?;
        site.until_published(position).await;
        let writer = |number: usize| Writer::new(&format!("w{number}"), seed + 7 * number as u64);
        Ok(Town {
            dir,
            site,
            writers: (0..WRITERS).map(writer).collect(),
            indexer,
        })
    }

    /// Writes, kills, starts again, and compares.
    async fn kill(&mut self, moment: Moment, counts: &mut Counts) -> Result<()> {
        let seen = if moment.target == Target::Start {
            self.kill_at_start(moment).await?
        } else {
            self.kill_at_work(moment, counts).await?
        };
        let left = remains(self.dir.path())?;
        let unanswered = self.writers.iter().any(|w| !w.model.pending.is_empty());
        let hits = counts.hits.entry(moment.target).or_default();
        hits.kills += 1;
        hits.signs += usize::from(seen);
        let left: BTreeSet<_> = left
            .into_iter()
            .chain(unanswered.then_some(Remains::Unanswered))
            .collect();
        for remains in left {
            *hits.remains.entry(remains).or_default() += 1;
        }
        let started = Instant::now();
        self.indexer = IndexerProcess::start(self.dir.path());
        let position = self.until_ready(started, &mut counts.ready).await?;
        counts.jobs.look(self.indexer.connect().await).await?;
        self.site.until_published(position).await;
        for settled in self.site.check(&mut self.writers)? {
            counts.written_untold += settled.written;
            counts.not_written += settled.lost;
        }
        Ok(())
    }

    /// Has callers write, and kills; whether the sign was seen.
    async fn kill_at_work(&mut self, moment: Moment, counts: &mut Counts) -> Result<bool> {
        let channel = self.indexer.connect().await;
        counts.jobs.start(channel.clone()).await?;
        let (dir, pid) = (self.dir.path().to_owned(), self.indexer.pid());
        let tallies = Tallies::default();
        let answered = tallies.answered.clone();
        let killing = tokio::task::spawn_blocking(move || {
            let seen = moment.wait(&dir, || answered.load(Ordering::Relaxed));
            kill(pid)?;
            seen
        });
        let mut calling = tokio::task::JoinSet::new();
        for mut writer in std::mem::take(&mut self.writers) {
            let client =
                sosie_proto::pb::ingest_service_client::IngestServiceClient::new(channel.clone());
            let tallies = tallies.clone();
            calling.spawn(async move {
                let stopped = writer.run(client, &tallies).await;
                (writer, stopped)
            });
        }
        let mut wrong = None;
        while let Some(stopped) = calling.join_next().await {
            let (writer, stopped) = stopped?;
            self.writers.push(writer);
            if let Stopped::Wrong(what) = stopped {
                wrong.get_or_insert(what);
            }
        }
        let seen = killing.await??;
        self.indexer.kill();
        counts.answered += tallies.writes.load(Ordering::Relaxed);
        anyhow::ensure!(
            wrong.is_none(),
            "a wrong answer: {}",
            wrong.unwrap_or_default()
        );
        Ok(seen)
    }

    /// Kills it while it starts.
    async fn kill_at_start(&mut self, moment: Moment) -> Result<bool> {
        self.indexer.kill();
        self.indexer = IndexerProcess::start(self.dir.path());
        let pid = self.indexer.pid();
        let dir = self.dir.path().to_owned();
        let waiting = tokio::task::spawn_blocking(move || {
            let seen = moment.wait(&dir, || 0);
            kill(pid)?;
            seen
        });
        let seen = waiting.await??;
        self.indexer.kill();
        Ok(seen)
    }

    /// Waits until it says that it serves and has acknowledged a write; the position of that.
    async fn until_ready(&mut self, started: Instant, ready: &mut Times) -> Result<u64> {
        let channel = self.indexer.connect().await;
        serving(channel.clone()).await;
        let mut client = sosie_proto::pb::ingest_service_client::IngestServiceClient::new(channel);
        let position = self.site.probe(&mut client).await?;
        ready.add(started.elapsed());
        Ok(position)
    }
}

/// Waits until the health service says SERVING: the port is open some moments before.
pub(crate) async fn serving(channel: tonic::transport::Channel) {
    until_async("SERVING", async || {
        let mut health = HealthClient::new(channel.clone());
        let told = health.check(HealthCheckRequest::default()).await.ok()?;
        (told.into_inner().status() == ServingStatus::Serving).then_some(())
    })
    .await;
}

/// Ends a process at once. One that has ended by itself is a failure: nothing else may end it.
fn kill(pid: u32) -> Result<()> {
    let pid = i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let pid = pid.context("a process has a number")?;
    rustix::process::kill_process(pid, rustix::process::Signal::KILL)
        .context("the indexer had ended by itself")
}

impl Counts {
    fn tell(&self, report: &mut Report) {
        report.figure("writes acknowledged", self.answered);
        report.figure("reindex jobs that ended well, of", self.jobs.told());
        report.figure(
            "messages cut off: written, and not",
            format!("{}, {}", self.written_untold, self.not_written),
        );
        let [p50, p99, max] = [0.5, 0.99, 1.0].map(|quantile| self.ready.quantile(quantile));
        report.figure(
            "start to first acknowledgement, p50, p99, most",
            format!("{}, {}, {}", ms(p50), ms(p99), ms(max)),
        );
        for (target, hits) in &self.hits {
            let of = format!("{target:?}: {} kills, {} signs", hits.kills, hits.signs);
            let left = hits.remains.iter();
            let left = left.map(|(remains, times)| format!("{remains:?} {times}"));
            report.figure(of, left.collect::<Vec<_>>().join(", "));
        }
    }
}
