//! A file with a line for every phase of a call, written when the phase ends: its name, when it ended, and how
//! long it took, from its beginning to its end.
//!
//! For measurements: it grows by some hundred bytes a search for as long as the service runs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Writes the lines.
#[derive(Clone)]
pub struct PhaseLog {
    file: Arc<Mutex<BufWriter<File>>>,
}

/// When a span began.
struct Begun(Instant);

impl PhaseLog {
    /// Begins the file anew.
    ///
    /// # Errors
    /// What the system said.
    pub fn create(path: &Path) -> io::Result<PhaseLog> {
        let file = BufWriter::new(File::create(path)?);
        Ok(PhaseLog {
            file: Arc::new(Mutex::new(file)),
        })
    }

    /// What is a phase and not another span.
    pub fn filter() -> Targets {
        Targets::new().with_target("sosie::phase", LevelFilter::TRACE)
    }

    /// Writes what is kept back: lines are not written one by one, which would slow down what is measured.
    ///
    /// # Errors
    /// What the system said.
    pub fn flush(&self) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.flush()
    }

    fn write(&self, phase: &str, took_ns: u128) -> io::Result<()> {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let ended_us = since_1970.map_or(0, |time| time.as_micros());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(
            file,
            r#"{{"phase":"{phase}","ended_us":{ended_us},"took_ns":{took_ns}}}"#
        )
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for PhaseLog {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, spans: Context<'_, S>) {
        if let Some(span) = spans.span(id) {
            span.extensions_mut().insert(Begun(Instant::now()));
        }
    }

    fn on_close(&self, id: Id, spans: Context<'_, S>) {
        let Some(span) = spans.span(&id) else {
            return;
        };
        let extensions = span.extensions();
        if let Some(Begun(begun)) = extensions.get() {
            // A measurement that fails is no reason to fail a call.
            let _ = self.write(span.name(), begun.elapsed().as_nanos());
        }
    }
}
