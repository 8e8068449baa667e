//! The file of refused rows of a source: where each was and which rule it broke, never what it said.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::refusal::Refusal;
use crate::rejects::write_line;

/// Bytes past which a file is put aside and a new one begun: some hundred thousand rows.
const FILE_BYTES_MAX: u64 = 32 << 20;

/// Adds refused rows to `rejects-NAME.ndjson`; what is past its limit is kept once, as `rejects-NAME.old.ndjson`.
#[derive(Debug)]
pub(super) struct RejectsLog {
    path: PathBuf,
    aside: PathBuf,
    input: String,
}

impl RejectsLog {
    /// Of a source, in a directory.
    pub(super) fn new(dir: &Path, source: &str) -> Self {
        RejectsLog {
            path: dir.join(format!("rejects-{source}.ndjson")),
            aside: dir.join(format!("rejects-{source}.old.ndjson")),
            input: source.to_owned(),
        }
    }

    /// Adds rows, each with its number. A file that can't be written keeps nothing from being read: the rows
    /// themselves stay where they were.
    pub(super) fn add(&self, refused: &[(u64, Refusal)]) {
        if refused.is_empty() {
            return;
        }
        if let Err(error) = self.try_add(refused) {
            tracing::error!(%error, path = %self.path.display(), "refused rows could not be told");
        }
    }

    fn try_add(&self, refused: &[(u64, Refusal)]) -> io::Result<()> {
        let mut file = BufWriter::new(self.file()?);
        for (position, refusal) in refused {
            write_line(&mut file, &self.input, *position, refusal)?;
        }
        file.into_inner()?.sync_data()
    }

    fn file(&self) -> io::Result<File> {
        if self
            .path
            .metadata()
            .is_ok_and(|file| file.len() > FILE_BYTES_MAX)
        {
            std::fs::rename(&self.path, &self.aside)?;
        }
        if let Some(dir) = self.path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)
    }
}
