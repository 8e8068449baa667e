//! How a process tells what it does, and how it is told to end.

use std::io::{self, IsTerminal};

use anyhow::Context;
use clap::ValueEnum;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::phase_log::PhaseLog;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// An object per line, for programs.
    Json,
    /// A line for people.
    Text,
}

/// Logs to stderr, and phases to their file if there is one.
///
/// # Errors
/// `RUST_LOG` can't be read.
pub fn log_to_stderr(format: LogFormat, phase_log: Option<PhaseLog>) -> anyhow::Result<()> {
    let filter = EnvFilter::builder()
        .with_default_directive(tracing::Level::INFO.into())
        .from_env()
        .context("reading RUST_LOG")?;
    let lines = tracing_subscriber::fmt::layer::<Registry>()
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    let lines = match format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Text => lines.boxed(),
    };
    let mut layers = vec![lines.with_filter(filter).boxed()];
    layers.extend(phase_log.map(|log| log.with_filter(PhaseLog::filter()).boxed()));
    tracing_subscriber::registry().with(layers).init();
    // A panic is a line like any other, so that what reads the log finds it. Only where it was: what it says may
    // have something of a request in it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref();
        tracing::error!(place, "panicked");
    }));
    Ok(())
}

/// Done at SIGTERM or SIGINT, which are listened for from now on.
///
/// # Errors
/// What the system said.
pub fn told_to_end() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// An error and its causes, without those that the text already ends with.
pub fn told_once(error: &anyhow::Error) -> String {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.ends_with(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("listening failed: {source}")]
    struct Told {
        source: io::Error,
    }

    #[test]
    fn a_cause_is_told_once() {
        let error = || Told {
            source: io::Error::other("taken"),
        };
        let told = told_once(&anyhow::Error::new(error()));
        assert_eq!(told, "listening failed: taken");
        let told = told_once(&anyhow::Error::new(error()).context("starting"));
        assert_eq!(told, "starting: listening failed: taken");
    }
}
