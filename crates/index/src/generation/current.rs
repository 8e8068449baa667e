//! `CURRENT`: which generation is served, and the digest that its manifest must have.

use std::io;
use std::path::Path;

use sosie_similarity::Digest;

use super::disk::{self, read_at_most};
use super::verified::read_manifest;
use super::{CURRENT_FILE, GenerationId, OpenError};

/// Most bytes of `CURRENT`: its line is 76 bytes long for the first million generations.
const CURRENT_BYTES_MAX: u64 = 256;

/// The generation that is served, as its writer named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// Which generation.
    pub generation: GenerationId,
    /// SHA-256 of the bytes of its MANIFEST.json.
    pub manifest_digest: Digest,
}

impl Current {
    /// Reads the pointer in the directory of generations `dir`; `None` if nothing was ever published
    /// there, or if the directory is not there.
    ///
    /// # Errors
    /// [`OpenError::CurrentUnreadable`] or [`OpenError::CurrentMalformed`].
    pub fn read(dir: &Path) -> Result<Option<Current>, OpenError> {
        let bytes = match read_at_most(&dir.join(CURRENT_FILE), CURRENT_BYTES_MAX) {
            Ok(bytes) => bytes.ok_or(OpenError::CurrentMalformed)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(OpenError::CurrentUnreadable { source }),
        };
        parse(&bytes).map(Some).ok_or(OpenError::CurrentMalformed)
    }

    /// The pointer that names a generation which is kept in `dir`, be it the one that is served or another.
    ///
    /// # Errors
    /// That the generation is not there, or that its manifest can't be used.
    pub fn of(dir: &Path, generation: GenerationId) -> Result<Current, OpenError> {
        let path = dir.join(generation.to_string());
        let (_, manifest_digest) = read_manifest(&path, generation, None)?;
        Ok(Current {
            generation,
            manifest_digest,
        })
    }

    /// Makes this the pointer in `dir`: at every instant the old line or the new one is there, whole. For a directory
    /// that nobody serves or writes to; [`GenerationStore`](super::GenerationStore) does it for all others.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn replace(&self, dir: &Path) -> io::Result<()> {
        let line = format!("{} {}\n", self.generation, self.manifest_digest);
        disk::replace(dir, CURRENT_FILE, line.as_bytes())
    }
}

fn parse(bytes: &[u8]) -> Option<Current> {
    let line = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let (generation, digest) = line.split_once(' ')?;
    Some(Current {
        generation: GenerationId::parse(generation).ok()?,
        manifest_digest: Digest::from_hex(digest)?,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_pointer_is_read_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Current::read(dir.path()).unwrap(), None);
        assert_eq!(Current::read(&dir.path().join("absent")).unwrap(), None);
        for number in [1, 2] {
            let current = Current {
                generation: GenerationId(number),
                manifest_digest: Digest::of(b"x"),
            };
            // Left by a writer that was killed.
            fs::write(dir.path().join(".next-CURRENT"), "gen-0").unwrap();
            current.replace(dir.path()).unwrap();
            assert_eq!(Current::read(dir.path()).unwrap(), Some(current));
        }
        let names = fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(names, 1);
    }

    #[test]
    fn another_form_is_refused() {
        let digest = Digest::of(b"x");
        let good = format!("gen-000001 {digest}\n");
        assert!(parse(good.as_bytes()).is_some());
        for bad in [
            String::new(),
            "\n".to_owned(),
            format!("gen-000001 {digest}"),
            format!("gen-000001  {digest}\n"),
            format!("gen-000001 {digest}\n\n"),
            format!("gen-000001 {}\n", digest.to_string().to_uppercase()),
            format!("../gen-000001 {digest}\n"),
        ] {
            assert!(parse(bad.as_bytes()).is_none(), "{bad:?}");
        }
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(CURRENT_FILE), good.repeat(9)).unwrap();
        let refused = Current::read(dir.path());
        assert!(matches!(refused, Err(OpenError::CurrentMalformed)));
    }
}
