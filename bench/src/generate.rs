//! Synthetic events as NDJSON or Parquet.

mod parquet;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use sosie_index::record::to_record;
use sosie_similarity::Event;
use sosie_synthetic::{Config, Generator};

use parquet::ParquetWriter;

/// Events that a thread writes at once: about a megabyte.
const CHUNK: u64 = 4_096;
/// Chunks that a thread may be ahead of the file.
const AHEAD: usize = 4;
/// Time between two lines of progress.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// How many events, and where to.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Number of events.
    #[arg(long)]
    events: u64,
    /// The same seed gives the same events.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the file is.
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// The file to write; it is there once it is whole.
    #[arg(long)]
    out: PathBuf,
    /// Share of events that are editions of a recurring one.
    #[arg(long, default_value_t = Config::default().series_share)]
    series_share: f64,
    /// Share of events with a square as geometry.
    #[arg(long, default_value_t = Config::default().footprints_share)]
    footprints_share: f64,
    /// Threads that make events; the file is the same with any number.
    #[arg(long, default_value = "2")]
    threads: NonZeroUsize,
}

/// What a file of events is.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// An event a line.
    Ndjson,
    /// A row an event.
    Parquet,
}

/// Writes the file.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config {
        series_share: args.series_share,
        footprints_share: args.footprints_share,
    };
    let generator = Generator::new(args.seed, config);
    let unfinished = unfinished(&args.out);
    let cannot_write = || format!("{} can't be written", args.out.display());
    let mut file = BufWriter::new(File::create(&unfinished).with_context(cannot_write)?);
    let mut progress = Progress::new(args.events);
    match args.format {
        Format::Ndjson => write_events(&generator, (args.events, args.threads), lines, {
            |lines, written| {
                progress.tell(written);
                file.write_all(&lines)
            }
        })
        .and_then(|()| file.flush())
        .with_context(cannot_write)?,
        Format::Parquet => {
            let mut writer = ParquetWriter::new(file)?;
            write_events(&generator, (args.events, args.threads), events, {
                |events, written| {
                    progress.tell(written);
                    writer.write(events)
                }
            })
            .and_then(|()| writer.end())
            .with_context(cannot_write)?;
        }
    }
    fs::rename(&unfinished, &args.out).with_context(cannot_write)?;
    progress.end();
    Ok(())
}

/// The name beside `path` of a file that is still being written.
fn unfinished(path: &Path) -> PathBuf {
    let mut name: OsString = path.into();
    name.push(".unfinished");
    name.into()
}

/// Gives what `make` makes of events 0 to `events` to `write`, chunk by chunk in order, with the number of events
/// so far.
fn write_events<T: Send, E>(
    generator: &Generator,
    (events, threads): (u64, NonZeroUsize),
    make: fn(&Generator, Range<u64>) -> T,
    mut write: impl FnMut(T, u64) -> Result<(), E>,
) -> Result<(), E> {
    let chunks = events.div_ceil(CHUNK);
    let range = |chunk| chunk * CHUNK..events.min((chunk + 1) * CHUNK);
    thread::scope(|scope| {
        // Thread t makes the chunks t, t + threads, …, so taking turns gives them in order.
        let turns: Vec<Receiver<T>> = (0..threads.get())
            .map(|first| {
                let (done, taken) = sync_channel(AHEAD);
                let own = (first as u64..chunks).step_by(threads.get());
                let mut chunks = own.map(range).map(move |range| make(generator, range));
                // Until all are sent or nobody takes them any more.
                scope.spawn(move || chunks.all(|chunk| done.send(chunk).is_ok()));
                taken
            })
            .collect();
        for (chunk, turn) in (0..chunks).zip(turns.iter().cycle()) {
            let made = turn.recv().expect("a thread sends all of its chunks");
            write(made, range(chunk).end)?;
        }
        Ok(())
    })
}

fn events(generator: &Generator, range: Range<u64>) -> Vec<Event> {
    range.map(|index| generator.event(index)).collect()
}

fn lines(generator: &Generator, range: Range<u64>) -> Vec<u8> {
    let mut lines = Vec::new();
    for index in range {
        let event = generator.event(index);
        let record = to_record(&event);
        serde_json::to_writer(&mut lines, &record).expect("a record is JSON, and memory takes it");
        lines.push(b'\n');
    }
    lines
}

/// Tells on stderr how far the run is.
struct Progress {
    events: u64,
    start: Instant,
    told: Instant,
}

impl Progress {
    fn new(events: u64) -> Self {
        let start = Instant::now();
        Progress {
            events,
            start,
            told: start,
        }
    }

    fn tell(&mut self, written: u64) {
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            let a_second = written as f64 / self.start.elapsed().as_secs_f64();
            eprintln!(
                "{written} of {} events, {a_second:.0} a second",
                self.events
            );
        }
    }

    fn end(&self) {
        let seconds = self.start.elapsed().as_secs_f64();
        eprintln!("{} events in {seconds:.1} s", self.events);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sosie_index::record::{KnownTime, parse_event};
    use std::convert::Infallible;

    /// More than two chunks, and a part of one.
    const EVENTS: u64 = 2 * CHUNK + 77;

    fn written(generator: &Generator, threads: usize) -> Vec<u8> {
        let (mut all, mut last) = (Vec::new(), 0);
        let threads = NonZeroUsize::new(threads).unwrap();
        let ended = write_events(generator, (EVENTS, threads), lines, |lines, written| {
            all.extend_from_slice(&lines);
            last = written;
            Ok::<(), Infallible>(())
        });
        assert_eq!((ended, last), (Ok(()), EVENTS));
        all
    }

    #[test]
    fn every_line_is_its_event() {
        let config = Config {
            footprints_share: 0.01,
            ..Config::default()
        };
        let generator = Generator::new(5, config);
        let all = written(&generator, 2);
        let lines: Vec<_> = all.trim_ascii_end().split(|b| *b == b'\n').collect();
        assert_eq!(lines.len() as u64, EVENTS);
        for (index, line) in lines.into_iter().enumerate() {
            let event = parse_event(line, KnownTime::EndTime).unwrap();
            assert_eq!(event, generator.event(index as u64));
        }
    }

    #[test]
    fn the_file_is_the_same_with_any_number_of_threads() {
        let generator = Generator::new(5, Config::default());
        let one = written(&generator, 1);
        assert!(one == written(&generator, 3) && one == written(&generator, 8));
    }

    #[test]
    fn a_full_disk_ends_the_run() {
        let generator = Generator::new(5, Config::default());
        let threads = NonZeroUsize::new(2).unwrap();
        let ended = write_events(&generator, (100 * CHUNK, threads), lines, |_, written| {
            if written > CHUNK { Err("full") } else { Ok(()) }
        });
        assert_eq!(ended, Err("full"));
    }
}
