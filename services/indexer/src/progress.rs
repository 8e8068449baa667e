//! How a run tells how far it is.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a run is, over all inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Records read.
    pub records: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// What a run does once everything is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// What is in memory of the index goes to the disk.
    Writing,
    /// Records are looked for that later ones of their id replace.
    FindingReplaced,
    /// The search structure is built.
    BuildingStructure,
    /// Files are made durable and digested, and the generation gets its name.
    Publishing,
}

impl Phase {
    /// For people.
    pub fn text(self) -> &'static str {
        match self {
            Phase::Writing => "writing the index",
            Phase::FindingReplaced => "looking for replaced records",
            Phase::BuildingStructure => "building the search structure",
            Phase::Publishing => "publishing",
        }
    }
}

/// Is told how far a run is. It must not fail, and should be quick.
pub trait Progress {
    /// Reading begins; `total_bytes` are all inputs together.
    fn begin(&mut self, total_bytes: u64);
    /// Reading goes on; called every thousand records or so.
    fn advance(&mut self, seen: Seen);
    /// All is read, and something else begins; called once for each phase.
    fn begin_phase(&mut self, phase: Phase);
    /// The run ended, well or not.
    fn end(&mut self);
}

/// What suits the standard error: a bar on a terminal, lines elsewhere, nothing where programs read.
pub fn progress(for_programs: bool) -> Box<dyn Progress> {
    if for_programs {
        Box::new(NoProgress)
    } else if std::io::stderr().is_terminal() {
        Box::new(BarProgress::new())
    } else {
        Box::new(LineProgress::new(anstream::stderr()))
    }
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&mut self, _total_bytes: u64) {}
    fn advance(&mut self, _seen: Seen) {}
    fn begin_phase(&mut self, _phase: Phase) {}
    fn end(&mut self) {}
}

/// A bar on the standard error, for a terminal.
#[derive(Debug)]
pub struct BarProgress {
    bar: ProgressBar,
    began: Instant,
}

impl BarProgress {
    /// A bar that is not drawn yet.
    pub fn new() -> Self {
        BarProgress {
            bar: ProgressBar::hidden(),
            began: Instant::now(),
        }
    }
}

impl Default for BarProgress {
    fn default() -> Self {
        BarProgress::new()
    }
}

impl Progress for BarProgress {
    fn begin(&mut self, total_bytes: u64) {
        self.began = Instant::now();
        self.bar = ProgressBar::with_draw_target(Some(total_bytes), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("reading {bar:32} {bytes}/{total_bytes}  {msg}");
        if let Ok(style) = style {
            self.bar.set_style(style);
        }
    }

    fn advance(&mut self, seen: Seen) {
        self.bar.set_position(seen.bytes);
        self.bar
            .set_message(records_text(seen, self.began.elapsed()));
    }

    fn begin_phase(&mut self, phase: Phase) {
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
            self.bar.set_style(style);
        }
        self.bar.set_message(phase.text());
        self.bar.enable_steady_tick(TICK_PERIOD);
    }

    fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How often a bar shows that a phase goes on.
const TICK_PERIOD: Duration = Duration::from_millis(200);
/// How often a line is written.
const LINE_PERIOD: Duration = Duration::from_secs(5);

/// A line every five seconds, for logs.
pub struct LineProgress<W> {
    writer: W,
    began: Instant,
    last_line: Instant,
}

impl<W: Write> LineProgress<W> {
    /// Lines to `writer`; what can't be written is lost.
    pub fn new(writer: W) -> Self {
        let now = Instant::now();
        LineProgress {
            writer,
            began: now,
            last_line: now,
        }
    }

    fn line(&mut self, text: &str) {
        // Progress that nobody can read is no reason to end a run.
        let _ = writeln!(self.writer, "{text}");
    }
}

impl<W: Write> Progress for LineProgress<W> {
    fn begin(&mut self, total_bytes: u64) {
        self.began = Instant::now();
        self.last_line = self.began;
        self.line(&format!("reading {total_bytes} bytes"));
    }

    fn advance(&mut self, seen: Seen) {
        if self.last_line.elapsed() >= LINE_PERIOD {
            self.last_line = Instant::now();
            let records = records_text(seen, self.began.elapsed());
            self.line(&format!("{records}, {} bytes", seen.bytes));
        }
    }

    fn begin_phase(&mut self, phase: Phase) {
        let elapsed_s = self.began.elapsed().as_secs_f64();
        self.line(&format!("{} after {elapsed_s:.1} s", phase.text()));
    }

    fn end(&mut self) {}
}

fn records_text(seen: Seen, elapsed: Duration) -> String {
    let per_s = seen.records as f64 / elapsed.as_secs_f64().max(1e-3);
    format!("{} records, {per_s:.0}/s", seen.records)
}
