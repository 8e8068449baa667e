#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "any other error fails the test"
)]
use std::fs;

use sosie_indexer::{
    Input, NoProgress, PARQUET_FOOTER_BYTES_MAX, ParquetProblem, ReindexError, SourceError, reindex,
};

use crate::bench::{Bench, assert_counts};
use crate::tables::{Table, Values, texts};

/// A text that no error may repeat.
const CANARY: &str = "jean.dupont";

/// A file with a value of every encoding that the writer uses, in two row groups.
fn sound() -> Vec<u8> {
    let ids: Vec<_> = (0..6).map(|at| format!("{CANARY}-{at}")).collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let table = Table::of_events(&ids)
        .with(
            "optional double footprint_area_m2",
            Values::Double(vec![Some(1.5), None, Some(2.5), None, None, Some(9.0)]),
        )
        .with(
            "optional binary nature (STRING)",
            texts(["a", "b", "a", "b", "c", "c"]),
        );
    table.of_groups(4).bytes()
}

/// The problem of a file, `None` if it is read.
fn problem(bench: &Bench, bytes: &[u8]) -> Option<ParquetProblem> {
    let file = bench.write("damaged.parquet", bytes);
    let mut job = bench.job(vec![Input::Parquet(file)]);
    job.max_rejects = "0".parse().unwrap();
    let error = reindex(job, &mut NoProgress).err()?;
    let told = error.to_string();
    assert!(
        !told.contains(CANARY) && !bench.rejects().contains(CANARY),
        "{told}"
    );
    match error {
        ReindexError::Source(SourceError::Parquet { source, .. }) => {
            assert!(told.contains("damaged.parquet: "), "{told}");
            Some(source)
        }
        ReindexError::TooManyRejects { .. } | ReindexError::NoEvent { .. } => None,
        other => panic!("{other}"),
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_no_parquet_file() {
    let (bench, bytes) = (Bench::new(), sound());
    assert_eq!(problem(&bench, &bytes), None);
    for length in (0..bytes.len())
        .step_by(7)
        .chain([1, 3, 4, 8, 11, 12, bytes.len() - 1])
    {
        let problem = problem(&bench, &bytes[..length]);
        assert_eq!(problem, Some(ParquetProblem::NotParquet), "{length} bytes");
    }
    for other in ["", "PAR1", "event_id,state\n", "{\"event_id\":\"a\"}\n"] {
        assert_eq!(
            problem(&bench, other.as_bytes()),
            Some(ParquetProblem::NotParquet)
        );
    }
}

#[test]
fn a_wrong_byte_anywhere_is_an_error_or_another_value_and_never_a_panic() {
    let (bench, bytes) = (Bench::new(), sound());
    let mut damaged = 0;
    // A sample: each is a whole run.
    let places = (0..bytes.len()).step_by(149);
    for (at, wrong) in places.clone().zip([0x00, 0x7f, 0xff].into_iter().cycle()) {
        let mut bytes = bytes.clone();
        bytes[at] = wrong;
        damaged += usize::from(problem(&bench, &bytes).is_some());
    }
    // Not each one can be told: a byte of a value makes another value. But some are, or nothing was looked at.
    assert!(damaged > 0, "none of {}", places.len());
}

#[test]
fn a_zeroed_page_ends_the_run_and_nothing_is_published() {
    let bench = Bench::new();
    let mut bytes = sound();
    let at = bytes
        .windows(5)
        .rposition(|bytes| bytes == b"-4\x0d\x00\x00");
    let at = at.expect("the ids of the second row group, each after its length");
    bytes[at + 2..at + 6].fill(0xff);
    assert_eq!(
        problem(&bench, &bytes),
        Some(ParquetProblem::Damaged { row: 4 })
    );
    assert!(!bench.is_published());
    let names = fs::read_dir(bench.generations()).unwrap();
    assert!(names.flatten().all(|entry| entry.file_name() == ".lock"));
}

#[test]
fn what_a_file_claims_of_its_size_is_not_believed() {
    let (bench, bytes) = (Bench::new(), sound());
    let length_at = bytes.len() - 8;
    let claims = |length: u32| [&bytes[..length_at], &length.to_le_bytes(), b"PAR1"].concat();
    assert_eq!(
        problem(&bench, &claims(u32::MAX)),
        Some(ParquetProblem::NotParquet)
    );
    let of_file = |footer_bytes: u64| {
        let path = bench.path("claims.parquet");
        let file = fs::File::create(&path).unwrap();
        file.set_len(footer_bytes + 4).unwrap();
        let end = [&(footer_bytes as u32).to_le_bytes()[..], b"PAR1"].concat();
        let mut whole = fs::OpenOptions::new().append(true).open(&path).unwrap();
        std::io::Write::write_all(&mut whole, &end).unwrap();
        match bench.run(vec![Input::Parquet(path)]).unwrap_err() {
            ReindexError::Source(SourceError::Parquet { source, .. }) => source,
            other => panic!("{other}"),
        }
    };
    assert_eq!(
        of_file(PARQUET_FOOTER_BYTES_MAX),
        ParquetProblem::NotParquet
    );
    assert_eq!(
        of_file(PARQUET_FOOTER_BYTES_MAX + 1),
        ParquetProblem::FooterTooLong
    );
}

#[test]
fn a_file_without_rows_has_no_event() {
    let bench = Bench::new();
    let bytes = Table::of_events(&[]).bytes();
    let error = bench.run(vec![Input::Parquet(bench.write("none.parquet", bytes))]);
    assert!(
        matches!(error, Err(ReindexError::NoEvent { .. })),
        "{error:?}"
    );
    let one = Table::of_events(&["a"]).bytes();
    let summary = bench.run(vec![Input::Parquet(bench.write("one.parquet", one))]);
    assert_counts(&summary.unwrap(), 1, 1, 0);
}
