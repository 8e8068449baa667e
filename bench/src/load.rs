//! An open-loop load on the gRPC service: searches are sent when they are due, whether or not those before have
//! been answered.
//!
//! **Law.** A latency is measured from the instant at which a search was due, not from when it could be sent:
//! a service that stalls is charged with every search that had to wait for it (no coordinated omission).
//! What was sent late, not at all, or refused is counted and told.
//!
//! Start reading at [`run`], then `round.rs`, then `tally.rs`.

mod arrivals;
mod climb;
mod fleet;
mod phases;
mod question;
mod report;
mod round;
mod server;
mod tally;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::Runtime;

use arrivals::Pace;
use climb::{Climb, Limits};
use fleet::Fleet;
use question::Questions;
use report::Report;
use round::{Plan, Round};
use server::{Launch, Server};

/// What is asked of which service, and how fast.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A service that runs already.
    #[arg(long, default_value = "127.0.0.1:50051", conflicts_with = "serve")]
    addr: SocketAddr,
    /// Starts a service of its own, on this directory of generations.
    #[arg(long, value_name = "DIR")]
    serve: Option<PathBuf>,
    /// The program of the service that is started; by default the `sosie-query` beside this one.
    #[arg(long, value_name = "FILE", requires = "serve")]
    program: Option<PathBuf>,
    /// Has the service that is started tell the time of each phase of each call; that costs it some time too.
    #[arg(long, requires = "serve")]
    phases: bool,
    /// Connections that searches take in turn; several numbers are measured one after the other.
    #[arg(long, value_delimiter = ',', default_value = "1,64")]
    connections: Vec<NonZeroUsize>,
    /// Searches per second; with --find-max the first rate.
    #[arg(long, default_value_t = 500.0)]
    rate: f64,
    /// Looks for the highest rate that is answered as fast as it comes.
    #[arg(long)]
    find_max: bool,
    /// With --find-max: a rate with a 99th percentile above this many milliseconds is too high.
    #[arg(long, default_value_t = 50.0)]
    p99_max_ms: f64,
    /// How long is measured at each rate.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// How long searches are sent at each rate before that.
    #[arg(long, default_value_t = 3)]
    warmup: u32,
    /// How the times between searches are spread.
    #[arg(long, value_enum, default_value = "poisson")]
    pace: Pace,
    /// Distinct searches, a third each of the sets A, B and C; past them the first come again.
    #[arg(long, default_value = "30000")]
    questions: NonZeroUsize,
    /// The seed of the events that were indexed, of the searches and of the times between them.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leaves answers as bytes; else each is read into a message, as a client does, on the same machine.
    #[arg(long)]
    unread: bool,
    /// Writes the report as JSON.
    #[arg(long)]
    json: bool,
    /// Further arguments of the service that is started.
    #[arg(last = true, requires = "serve")]
    server_args: Vec<String>,
}

/// Measures, and writes the report to stdout.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    anyhow::ensure!(
        args.rate.is_finite() && args.rate > 0.0,
        "--rate must be above 0"
    );
    // One thread: the machine is the server's, as far as possible.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let server = args.serve.as_ref().map(|generations| {
        Server::start(&Launch {
            program: args.program.as_deref(),
            generations,
            with_phases: args.phases,
            further: &args.server_args,
        })
    });
    let server = server.transpose()?;
    let addr = server.as_ref().map_or(args.addr, Server::addr);
    runtime.block_on(fleet::until_serving(addr))?;
    let questions = Questions::make(args.seed, args.questions);
    let mut rounds = Vec::new();
    for connections in &args.connections {
        let fleet = Fleet::connect(addr, *connections, !args.unread);
        let fleet = runtime.block_on(fleet)?;
        runtime.block_on(fleet.check(&questions))?;
        let pid = server.as_ref().map(Server::pid);
        rounds.extend(measure(args, &runtime, (&fleet, &questions), pid)?);
    }
    let phases = server.map(Server::end).transpose()?.flatten();
    let report = Report::new(rounds, phases.as_deref())?;
    report.write(args.json)
}

/// The rounds that one fleet is measured in.
fn measure(
    args: &Args,
    runtime: &Runtime,
    (fleet, questions): (&Fleet, &Questions),
    server_pid: Option<u32>,
) -> anyhow::Result<Vec<Round>> {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let round = |rate| {
        let plan = Plan {
            rate,
            pace: args.pace,
            warmup: seconds(args.warmup),
            measured: seconds(args.seconds),
            seed: args.seed,
            server_pid,
        };
        let round = runtime.block_on(round::run(plan, fleet, questions))?;
        eprintln!("{round}");
        Ok(round)
    };
    if !args.find_max {
        return Ok(vec![round(args.rate)?]);
    }
    let limits = Limits {
        p99_max_ms: args.p99_max_ms,
    };
    Climb::from(args.rate).run(limits, round)
}
