//! What is not personal data and has to pass: the events of the generators, and the rows of real files.
//!
//! The files are not part of the project: where `../shared/data` is not there, the tests that read them say so and end.

use std::path::{Path, PathBuf};
use std::time::Instant;

use sosie_guard::{Counts, Fields, Guard, Policy, Verdict, Vocabularies};
use sosie_synthetic::{Config, Generator};

mod real;

/// One in a thousand may be refused wrongly.
const WRONG_SHARE_MAX: f64 = 0.001;

fn strict() -> Guard {
    Guard::new(Policy::default(), Vocabularies::default())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn a_hundred_thousand_events_of_the_generator_pass() {
    let generator = Generator::new(7, Config::default());
    let events: Vec<_> = (0..100_000).map(|index| generator.event(index)).collect();
    let guard = strict();
    let mut counts = Counts::default();
    let start = Instant::now();
    for event in &events {
        counts.add("synthetic", &guard.check(&Fields::of(event)));
    }
    let micros = start.elapsed().as_micros() as f64 / events.len() as f64;
    eprintln!("synthetic: {micros:.2} µs a record");
    assert_eq!(counts.rows().collect::<Vec<_>>(), []);
}

/// With no forms declared: what the detectors alone make of the ids that today's mappings make.
#[test]
fn rows_of_real_files_pass_without_declared_forms() {
    let guard = strict();
    let (mut read, mut wrong) = (0, 0);
    for file in real::FILES {
        let Some(rows) = file.rows(&root()) else {
            return;
        };
        let mut counts = Counts::default();
        let mut refused = 0;
        let start = Instant::now();
        for row in &rows {
            let verdict = guard.check(&row.fields());
            if !verdict.is_clean() {
                refused += 1;
                if std::env::var_os("SOSIE_SHOW_WRONG").is_some() {
                    eprintln!("{:?} {:?}", row, verdict);
                }
            }
            counts.add(file.name, &verdict);
        }
        let micros = start.elapsed().as_micros() as f64 / rows.len() as f64;
        let rules: Vec<_> = counts.rows().map(|row| (row.rule, row.records)).collect();
        eprintln!(
            "{}: {refused} of {} wrong {rules:?}, {micros:.2} µs a record",
            file.name,
            rows.len()
        );
        read += rows.len();
        wrong += refused;
    }
    eprintln!("all real files: {wrong} of {read} wrong");
    assert!(
        (wrong as f64) <= read as f64 * WRONG_SHARE_MAX,
        "{wrong} of {read}"
    );
}

/// With their forms declared, as `tests/real/policy.toml` does.
#[test]
fn rows_of_real_files_pass_with_declared_forms() {
    let policy = Policy::parse(include_str!("real/policy.toml")).unwrap();
    let guard = Guard::new(policy, Vocabularies::default());
    let (mut read, mut refused) = (0, 0);
    for file in real::FILES {
        let Some(rows) = file.rows(&root()) else {
            return;
        };
        let wrong: Vec<_> = rows
            .iter()
            .filter(|row| !guard.check(&row.fields()).is_clean())
            .collect();
        let verdicts: Vec<Verdict> = wrong
            .iter()
            .take(5)
            .map(|row| guard.check(&row.fields()))
            .collect();
        eprintln!(
            "{}: {} of {} wrong with forms {verdicts:?}",
            file.name,
            wrong.len(),
            rows.len()
        );
        read += rows.len();
        refused += wrong.len();
    }
    assert!(
        (refused as f64) <= read as f64 * WRONG_SHARE_MAX,
        "{refused} of {read}"
    );
}
