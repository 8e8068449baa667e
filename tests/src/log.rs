//! What the services of this process log: kept in memory, for tests that read it.

use std::io::{self, Write};
use std::sync::{Mutex, Once, PoisonError};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static RECORDING: Once = Once::new();

/// Keeps every line from now on. Once for the whole process.
pub fn record_log() {
    RECORDING.call_once(|| {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(|| Recorder)
            .init();
    });
}

/// The lines after the first `skip`.
pub fn log_lines(skip: usize) -> Vec<String> {
    let bytes = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&bytes);
    text.lines().skip(skip).map(str::to_owned).collect()
}

struct Recorder;

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
