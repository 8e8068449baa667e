//! The file of refused records: where each was and which rule it broke, never what it said.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::refusal::Refusal;

/// One line of the file.
#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    position: u64,
    field: &'a str,
    rule: &'a str,
    message: String,
}

/// Writes refused records as NDJSON; the file is made with the first of them.
pub(crate) struct Rejects {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Rejects {
    /// To be written to `path`, over what is there.
    pub(crate) fn new(path: PathBuf) -> Self {
        Rejects { path, file: None }
    }

    /// Adds a record: its input, its 1-based line or feature number, and why.
    pub(crate) fn add(&mut self, input: &str, position: u64, refusal: &Refusal) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            empty => {
                if let Some(parent) = self.path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                empty.insert(BufWriter::new(File::create(&self.path)?))
            }
        };
        write_line(file, input, position, refusal)
    }

    /// Writes what is held back; the path if there is a file.
    pub(crate) fn finish(&mut self) -> io::Result<Option<&Path>> {
        match &mut self.file {
            Some(file) => file.flush().map(|()| Some(self.path.as_path())),
            None => Ok(None),
        }
    }
}

/// Writes one line.
pub(crate) fn write_line(
    file: &mut impl Write,
    input: &str,
    position: u64,
    refusal: &Refusal,
) -> io::Result<()> {
    let line = Line {
        input,
        position,
        field: &refusal.field,
        rule: refusal.reason.code(),
        message: refusal.to_string(),
    };
    serde_json::to_writer(&mut *file, &line)?;
    file.write_all(b"\n")
}
