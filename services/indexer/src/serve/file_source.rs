//! A file that a reindex job imports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sosie_similarity::Digest;

use super::jobs::{ImportBatch, ImportError, Importer, JobSource, Sources};
use crate::gate::Gate;
use crate::import::{FileBatch, FirstReading, ImportFile, ReadError};
use crate::rejects::Rejects;
use crate::sources::{ConfiguredSource, FileSource, SourceKind};

/// A file, and where its refused records are told.
struct FileJobSource {
    source: FileSource,
    rejects: PathBuf,
    gate: Option<Arc<Gate>>,
}

/// The file changed between its first reading and its import.
#[derive(Debug, thiserror::Error)]
#[error("{}: was changed while it was read", .0.display())]
struct Changed(PathBuf);

/// Adds the files that jobs can import. What is refused of the file `NAME`, by `gate` too, is told in `rejects-NAME.ndjson` of
/// `dir`.
pub fn add_file_sources(
    sources: &mut Sources,
    configured: &[ConfiguredSource],
    dir: &Path,
    gate: Option<&Arc<Gate>>,
) {
    for ConfiguredSource { name, kind } in configured {
        let SourceKind::Files(source) = kind else {
            continue;
        };
        let source = FileJobSource {
            source: source.clone(),
            rejects: dir.join(format!("rejects-{name}.ndjson")),
            gate: gate.cloned(),
        };
        sources.insert(name.clone(), Arc::new(source));
    }
}

impl JobSource for FileJobSource {
    fn import(&self, into: &mut Importer) -> Result<(), ImportError> {
        let stop = into.stop().clone();
        let is_given_up = move || stop.is_set();
        let FileSource { url, reading } = &self.source;
        let file = ImportFile::new((reading, self.gate.as_ref()), url, &is_given_up)?;
        let found = self.first_reading(&file, &is_given_up)?;
        let FirstReading {
            sha256,
            read,
            refused,
        } = found;
        if !reading.max_rejects.allows(refused, read) {
            return Err(ImportError::TooManyRefused { refused, read });
        }
        let done = into.position().and_then(decode);
        // Another file by now is another import.
        let done = done.filter(|(before, _)| *before == sha256);
        into.expect(read);
        let imported = file.batches(done.map_or(0, |(_, done)| done), |batch| {
            let FileBatch {
                writes,
                refused,
                done,
            } = batch;
            let batch = ImportBatch {
                writes,
                refused,
                position: encode(sha256, done),
            };
            into.write(batch).map(drop)
        })?;
        if imported == sha256 {
            Ok(())
        } else {
            Err(ImportError::Unreadable(Box::new(Changed(url.clone()))))
        }
    }
}

impl FileJobSource {
    fn first_reading(
        &self,
        file: &ImportFile,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<FirstReading, ImportError> {
        let mut rejects = Rejects::new(self.rejects.clone());
        let found = file.first_reading(&mut rejects, is_given_up)?;
        let told = rejects.finish().map_err(ReadError::from)?;
        if let Some(path) = told {
            let refused = found.refused;
            tracing::warn!(refused, rejects = %path.display(), "a file has records that are refused");
        }
        Ok(found)
    }
}

impl From<ReadError> for ImportError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::GivenUp => ImportError::Stopped,
            error @ (ReadError::Input(_) | ReadError::Rejects(_)) => {
                ImportError::Unreadable(Box::new(error))
            }
        }
    }
}

/// The file, by its SHA-256, and how many of its records are done, little-endian.
fn encode(sha256: Digest, done: u64) -> Vec<u8> {
    [sha256.as_bytes().as_slice(), &done.to_le_bytes()].concat()
}

fn decode(position: &[u8]) -> Option<(Digest, u64)> {
    let (sha256, done) = position.split_first_chunk::<32>()?;
    let done = done.try_into().ok()?;
    Some((Digest::from_bytes(*sha256), u64::from_le_bytes(done)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_was_written_and_no_other_is() {
        let sha256 = Digest::of(b"a file");
        let position = encode(sha256, 7_000);
        assert_eq!(decode(&position), Some((sha256, 7_000)));
        assert_eq!(decode(&position[1..]), None);
        assert_eq!(decode(b""), None);
    }
}
