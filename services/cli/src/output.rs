//! Where answers are written: one stream, for people or for programs.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::Style;
use clap::ValueEnum;
use serde::Serialize;

use crate::failure::Failure;

/// Columns where there is no terminal to ask.
const WIDTH_DEFAULT: u16 = 100;
/// Narrower than this, tables are let run over the edge rather than be cut to pieces.
const WIDTH_MIN: u16 = 80;

/// A heading between the parts of an answer.
pub(crate) const HEADING: Style = Style::new().bold();
/// What is less important than the rest.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Settles it for every stream of the process.
    pub(crate) fn apply(self) {
        match self {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
    }
}

/// Standard output. What is written to it loses its colours where they are not wanted.
pub(crate) struct Output {
    out: AutoStream<io::Stdout>,
    json: bool,
    width: u16,
}

impl Output {
    /// Writes JSON if `json`, else text for people.
    pub(crate) fn new(json: bool) -> Output {
        Output {
            out: anstream::stdout(),
            json,
            width: width(),
        }
    }

    /// Whether programs read this.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Columns that a table may take.
    pub(crate) fn width(&self) -> u16 {
        self.width
    }

    /// Writes one JSON document, indented.
    ///
    /// # Errors
    /// [`Failure::OutputClosed`], or what the stream fails with.
    pub(crate) fn document<T: Serialize>(&mut self, document: &T) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.out, document)?;
        writeln!(self.out)?;
        Ok(self.out.flush()?)
    }

    /// Writes a heading with an empty line above it.
    ///
    /// # Errors
    /// What the stream fails with.
    pub(crate) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{HEADING}{text}{HEADING:#}")
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// COLUMNS if it is set, as by `watch` and in tests, else that of the terminal.
fn width() -> u16 {
    let told = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let width = told.or_else(|| comfy_table::Table::new().width());
    width.unwrap_or(WIDTH_DEFAULT).max(WIDTH_MIN)
}
