//! What a part tells: its seed, its cases, its failures, and figures.

use std::fmt;

use comfy_table::{Table, presets::ASCII_MARKDOWN};

/// Failures that are told in full; the rest are counted.
const FAILURES_TOLD: usize = 20;

/// What a part found.
#[derive(Debug)]
pub struct Report {
    /// Its name.
    pub part: &'static str,
    /// Where its chance began.
    pub seed: u64,
    /// How many times something was broken.
    pub cases: usize,
    /// Promises that were not kept, each with its case.
    pub failures: Vec<String>,
    /// Figures, each with what it is of.
    pub figures: Vec<(String, String)>,
}

impl Report {
    /// Nothing yet.
    pub fn new(part: &'static str, seed: u64) -> Report {
        Report {
            part,
            seed,
            cases: 0,
            failures: Vec::new(),
            figures: Vec::new(),
        }
    }

    /// Begins a case out of so many, and tells every twentieth part of them: a run takes up to an hour.
    pub fn case(&mut self, of: usize) {
        if of >= 20 && self.cases.is_multiple_of(of / 20) {
            let (part, done, failures) = (self.part, self.cases, self.failures.len());
            eprintln!("{part}: {done} of {of}, failures: {failures}");
        }
        self.cases += 1;
    }

    /// Adds a figure.
    pub fn figure(&mut self, of: impl Into<String>, figure: impl fmt::Display) {
        self.figures.push((of.into(), figure.to_string()));
    }

    /// Adds a failure, told at once too: a run of an hour is not waited for.
    pub fn failure(&mut self, failure: String) {
        eprintln!("{}: FAILURE: {failure}", self.part);
        self.failures.push(failure);
    }

    /// As [`Report::expect`], of a promise of time or memory: those are made of programs that are optimised, on a machine that does
    /// little else, and a debug build is told its figures only.
    pub fn expect_in_release(&mut self, kept: bool, failure: impl FnOnce() -> String) {
        if !cfg!(debug_assertions) {
            self.expect(kept, failure);
        }
    }

    /// Adds a failure unless a promise was kept.
    pub fn expect(&mut self, kept: bool, failure: impl FnOnce() -> String) {
        if !kept {
            self.failure(failure());
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(ASCII_MARKDOWN);
        table.set_header([self.part, ""]);
        table.add_row(["seed", &self.seed.to_string()]);
        table.add_row(["cases", &self.cases.to_string()]);
        table.add_row(["failures", &self.failures.len().to_string()]);
        for (of, figure) in &self.figures {
            table.add_row([of, figure]);
        }
        writeln!(f, "{table}")?;
        for failure in self.failures.iter().take(FAILURES_TOLD) {
            writeln!(f, "failure: {failure}")?;
        }
        Ok(())
    }
}
