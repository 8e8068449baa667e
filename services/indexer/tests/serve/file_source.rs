//! Files that jobs import: each record once, whatever stops the import.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use sosie_indexer::read_sources;
use sosie_indexer::serve::{ImportError, Importer, JobId, Sources, Stop, add_file_sources};
use sosie_indexer::{Gate, GuardConfig};
use sosie_similarity::Code;
use sosie_store::{Options, Position, Store};
use tempfile::TempDir;

use crate::spool::{line, lines};

/// A store, and a source `city` that is a file of these lines.
struct Bench {
    dir: TempDir,
    store: Arc<Store>,
    sources: Sources,
}

impl Bench {
    fn new(text: &str, max_rejects: &str) -> Bench {
        Bench::with_guard(text, max_rejects, None)
    }

    fn with_guard(text: &str, max_rejects: &str, gate: Option<&Arc<Gate>>) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("city.ndjson");
        fs::write(&file, text).unwrap();
        let config = format!(
            "[[source]]\nname = \"city\"\nkind = \"files\"\nformat = \"ndjson\"\nurl = {file:?}\nmax_rejects = \"{max_rejects}\"\n"
        );
        let configured = read_sources(Path::new("i.toml"), &config).unwrap();
        let mut sources = Sources::default();
        add_file_sources(&mut sources, &configured, dir.path(), gate);
        let options = Options {
            cache_bytes: 16 << 20,
            verify: false,
        };
        let store = Store::open(&dir.path().join("store"), options).unwrap();
        Bench {
            dir,
            store: Arc::new(store),
            sources,
        }
    }

    fn importer(&self, job: JobId, stop: Stop) -> Importer {
        Importer::into_store(self.store.clone(), (&city(), job), stop).unwrap()
    }

    fn import(&self, into: &mut Importer) -> Result<(), ImportError> {
        self.sources[&city()].import(into)
    }

    fn changes(&self) -> usize {
        let view = self.store.view().unwrap();
        view.changes(Position::START).unwrap().count()
    }

    fn rejects(&self) -> String {
        let path = self.dir.path().join("rejects-city.ndjson");
        fs::read_to_string(path).unwrap_or_default()
    }
}

fn city() -> Code {
    Code::new("city").unwrap()
}

/// What the guard keeps out counts among what is refused: one more than is borne, and nothing is written.
#[test]
fn what_the_guard_keeps_out_of_a_file_is_told_and_counts_among_the_refused() {
    let rules = tempfile::NamedTempFile::new().unwrap();
    let guard = GuardConfig {
        policy: rules.path().to_owned(),
        vocabularies: vec![],
    };
    let gate = Arc::new(guard.read().unwrap());
    let text = lines(0..3).replace("\"e-2\"", "\"jean.dupont.gmail.com\"");
    assert!(text.contains("dupont"));
    let bench = Bench::with_guard(&text, "1", Some(&gate));
    let mut importer = bench.importer(JobId::random(), Stop::default());
    bench.import(&mut importer).unwrap();
    assert_eq!(
        (importer.counts().accepted, importer.counts().refused),
        (2, 1)
    );
    assert!(bench.rejects().contains("EMAIL"), "{}", bench.rejects());
    let counted: u64 = gate.report().iter().map(|row| row.records).max().unwrap();
    assert_eq!(counted, 1, "once, though the file is read twice");
    let strict = Bench::with_guard(&text, "0", Some(&gate));
    let mut importer = strict.importer(JobId::random(), Stop::default());
    let refused = strict.import(&mut importer).unwrap_err();
    assert!(matches!(refused, ImportError::TooManyRefused { .. }));
    assert_eq!(strict.changes(), 0);
}

/// A record of a file waits once, though the file is read twice; of a file that is kept out for its refused records none does.
#[test]
fn what_a_vocabulary_lacks_of_a_file_waits_if_the_file_is_imported() {
    let dir = tempfile::tempdir().unwrap();
    let policy = dir.path().join("guard.toml");
    fs::write(&policy, "on_unknown_code = \"quarantine\"").unwrap();
    let vocabulary = dir.path().join("nature.toml");
    let sport = "list = \"nature\"\nname = \"n\"\nversion = \"1\"\ndescendants = true\ncodes = [\"sport\"]\n";
    fs::write(&vocabulary, sport).unwrap();
    let guard = GuardConfig {
        policy,
        vocabularies: vec![vocabulary],
    };
    let gate = Arc::new(guard.read().unwrap());
    let known = line("e-1", "sport/football");
    let text = known + &line("e-2", "novelty/drones");
    let waiting = |bench: &Bench| bench.store.view().unwrap().held_count().unwrap();
    let strict = Bench::with_guard(&text, "0", Some(&gate));
    let mut importer = strict.importer(JobId::random(), Stop::default());
    strict.import(&mut importer).unwrap_err();
    assert_eq!((strict.changes(), waiting(&strict)), (0, 0));
    let bench = Bench::with_guard(&text, "1", Some(&gate));
    let mut importer = bench.importer(JobId::random(), Stop::default());
    bench.import(&mut importer).unwrap();
    let counts = importer.counts();
    assert_eq!((counts.accepted, counts.refused), (1, 1));
    assert_eq!((bench.changes(), waiting(&bench)), (1, 1));
    assert!(
        bench.rejects().contains("QUARANTINED"),
        "{}",
        bench.rejects()
    );
}

#[test]
fn a_file_is_imported_once_and_another_job_finds_it_unchanged() {
    let bench = Bench::new(&lines(0..2_500), "0");
    for (accepted, unchanged) in [(2_500, 0), (0, 2_500)] {
        let mut importer = bench.importer(JobId::random(), Stop::default());
        bench.import(&mut importer).unwrap();
        let counts = importer.counts();
        assert_eq!((counts.accepted, counts.unchanged), (accepted, unchanged));
    }
    assert_eq!(bench.changes(), 2_500);
    assert_eq!(bench.rejects(), "");
}

#[test]
fn an_import_that_was_stopped_goes_on_where_it_was() {
    const RECORDS: usize = 20_000;
    let bench = Bench::new(&lines(0..RECORDS), "0");
    let (job, stop) = (JobId::random(), Stop::default());
    let mut importer = bench.importer(job, stop.clone());
    let stopped = thread::scope(|scope| {
        scope.spawn(|| {
            while bench.changes() == 0 {
                thread::yield_now();
            }
            stop.end();
        });
        bench.import(&mut importer)
    });
    assert!(matches!(stopped, Err(ImportError::Stopped)), "{stopped:?}");
    let before = bench.changes();
    assert!(0 < before && before < RECORDS, "{before}");
    let mut importer = bench.importer(job, Stop::default());
    bench.import(&mut importer).unwrap();
    assert_eq!(bench.changes(), RECORDS);
    // Not looked at again: what is written twice would be unchanged.
    assert_eq!(importer.counts().unchanged, 0);
}

#[test]
fn past_the_limit_of_refused_records_nothing_is_written_and_they_are_told() {
    let bad = line("SECRET x", "sport/football");
    let bench = Bench::new(&(lines(0..10) + &bad), "0");
    let mut importer = bench.importer(JobId::random(), Stop::default());
    let error = bench.import(&mut importer).unwrap_err();
    assert_eq!(error.to_string(), "1 of 11 records were refused");
    assert_eq!(bench.changes(), 0);
    let rejects = bench.rejects();
    assert!(
        rejects.contains(r#""position":11,"field":"event_id""#),
        "{rejects}"
    );
    assert!(!rejects.contains("SECRET"), "{rejects}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let bench = Bench::new("", "0");
    let file = bench.dir.path().join("city.ndjson");
    fs::remove_file(&file).unwrap();
    let mut importer = bench.importer(JobId::random(), Stop::default());
    let error = bench.import(&mut importer).unwrap_err();
    let told = format!("{}: could not be opened: ", file.display());
    assert!(error.to_string().starts_with(&told), "{error}");
}
