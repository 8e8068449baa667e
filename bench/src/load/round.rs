//! One rate, for a while.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tonic::{Code, Status};

use super::arrivals::{Pace, arrivals};
use super::fleet::Fleet;
use super::question::Questions;
use super::server::cpu_s;
use super::tally::{Sent, Tally};

/// Searches in flight; more are not sent, so that a service that has stopped does not take our memory.
const IN_FLIGHT_MAX: usize = 20_000;
/// The longest wait for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// What a round is to be.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    /// Searches per second.
    pub(super) rate: f64,
    /// How they are spread.
    pub(super) pace: Pace,
    /// Sent before anything counts.
    pub(super) warmup: Duration,
    /// What counts.
    pub(super) measured: Duration,
    /// Of the times between searches.
    pub(super) seed: u64,
    /// The process of the service, if it is ours.
    pub(super) server_pid: Option<u32>,
}

/// What a round was.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Round {
    /// Connections that searches took in turn.
    pub(super) connections: usize,
    /// Searches that were due, per second.
    pub(super) offered_per_s: f64,
    /// Answers, per second.
    pub(super) achieved_per_s: f64,
    /// From due to answered, of those that were answered.
    pub(super) latency_ms: Latency,
    /// Searches that were sent more than a millisecond late, by our own fault.
    pub(super) late: u64,
    /// Searches that were not sent, as too many were in flight.
    pub(super) unsent: u64,
    /// Searches that failed, by gRPC code.
    pub(super) failed: BTreeMap<String, u64>,
    /// Processor time of the service per answer, if the service is ours.
    pub(super) server_cpu_us: Option<f64>,
    /// The window that counts: from here, in microseconds since 1970,
    pub(super) from_us: u64,
    /// to here.
    pub(super) to_us: u64,
}

/// Percentiles.
#[derive(Clone, Copy, Debug, Serialize)]
#[allow(missing_docs, reason = "percentiles by their usual names")]
pub(super) struct Latency {
    pub(super) p50: f64,
    pub(super) p90: f64,
    pub(super) p99: f64,
    pub(super) p999: f64,
    pub(super) max: f64,
}

/// Sends and counts.
pub(super) async fn run(plan: Plan, fleet: &Fleet, questions: &Questions) -> anyhow::Result<Round> {
    let (begin, begin_us) = (Instant::now(), since_1970_us());
    let window = begin + plan.warmup..begin + plan.warmup + plan.measured;
    let tally = Arc::new(Mutex::new(Tally::new(window.clone())));
    let cpu_s = tokio::spawn(async move {
        let pid = plan.server_pid?;
        tokio::time::sleep_until(window.start.into()).await;
        let before = cpu_s(pid)?;
        tokio::time::sleep_until(window.end.into()).await;
        Some(cpu_s(pid)? - before)
    });
    let (told, due) = unbounded_channel();
    let ticking = thread::spawn(move || tick(plan, begin, &told));
    send_all(due, (fleet, questions), &tally).await;
    ticking
        .join()
        .ok()
        .context("the clock of arrivals failed")?;
    let (cpu_s, tally) = (cpu_s.await?, locked(&tally));
    Ok(Round {
        connections: fleet.len(),
        server_cpu_us: cpu_s.map(|cpu_s| cpu_s * 1e6 / tally.answered as f64),
        ..Round::new(plan, begin_us, &tally)
    })
}

/// Tells each arrival when it is due. A thread that sleeps wakes within some 60 µs, a timer of the runtime within
/// a millisecond or two.
fn tick(plan: Plan, begin: Instant, told: &UnboundedSender<Instant>) {
    let end = plan.warmup + plan.measured;
    for offset in arrivals(plan.pace, plan.rate, plan.seed).take_while(|offset| *offset < end) {
        let due = begin + offset;
        let early = due.saturating_duration_since(Instant::now());
        if !early.is_zero() {
            thread::sleep(early);
        }
        if told.send(due).is_err() {
            return;
        }
    }
}

/// Sends each search when it is told, and returns when all have ended.
async fn send_all(
    mut told: UnboundedReceiver<Instant>,
    (fleet, questions): (&Fleet, &Questions),
    tally: &Arc<Mutex<Tally>>,
) {
    let mut in_flight = JoinSet::new();
    let mut at = 0;
    while let Some(due) = told.recv().await {
        while in_flight.try_join_next().is_some() {}
        if in_flight.len() >= IN_FLIGHT_MAX {
            locked(tally).unsent(due);
            continue;
        }
        let (call, tally) = (fleet.find(at, questions.get(at)), tally.clone());
        in_flight.spawn(async move {
            let sent = Instant::now();
            let code = code_of(tokio::time::timeout(ANSWER_MAX, call).await);
            let answered = Instant::now();
            locked(&tally).sent(&Sent {
                due,
                sent,
                answered,
                code,
            });
        });
        at += 1;
    }
    while in_flight.join_next().await.is_some() {}
}

fn code_of<T, E>(answer: Result<Result<T, Status>, E>) -> Code {
    match answer {
        Ok(Ok(_)) => Code::Ok,
        Ok(Err(status)) => status.code(),
        Err(_) => Code::DeadlineExceeded,
    }
}

fn locked(tally: &Mutex<Tally>) -> MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

fn since_1970_us() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |time| time.as_micros() as u64)
}

impl Round {
    fn new(plan: Plan, begin_us: u64, tally: &Tally) -> Round {
        let measured_s = plan.measured.as_secs_f64();
        let from_us = begin_us + plan.warmup.as_micros() as u64;
        let latency_ms = |quantile| tally.latency_us.value_at_quantile(quantile) as f64 / 1e3;
        Round {
            connections: 0,
            offered_per_s: tally.due as f64 / measured_s,
            achieved_per_s: tally.answered as f64 / measured_s,
            latency_ms: Latency {
                p50: latency_ms(0.5),
                p90: latency_ms(0.9),
                p99: latency_ms(0.99),
                p999: latency_ms(0.999),
                max: tally.latency_us.max() as f64 / 1e3,
            },
            late: tally.late,
            unsent: tally.unsent,
            failed: tally.failed.clone(),
            server_cpu_us: None,
            from_us,
            to_us: from_us + plan.measured.as_micros() as u64,
        }
    }

    /// Searches that were due and have no answer.
    pub(super) fn lost(&self) -> u64 {
        self.unsent + self.failed.values().sum::<u64>()
    }

    /// Searches that were due.
    pub(super) fn due(&self) -> f64 {
        self.offered_per_s * (self.to_us - self.from_us) as f64 / 1e6
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Round {
            connections,
            offered_per_s,
            achieved_per_s,
            latency_ms,
            ..
        } = self;
        write!(
            f,
            "{connections} connections: {achieved_per_s:.0} of {offered_per_s:.0} a second, \
             p99 {:.1} ms, {} lost",
            latency_ms.p99,
            self.lost()
        )
    }
}
