//! Files and directories that survive a power cut, and names that can't leave their directory.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use sosie_similarity::Digest;

/// Bytes hashed at once: large enough that the system calls don't count.
const CHUNK_BYTES: usize = 1 << 18;
/// Longest file name that common file systems take.
const NAME_BYTES_MAX: usize = 255;

/// Whether `name` is the name of a file right inside its directory: `[A-Za-z0-9._-]`, no `.` or `..`.
pub fn is_plain_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let fits = !name.is_empty() && name.len() <= NAME_BYTES_MAX;
    fits && name.bytes().all(plain) && name != "." && name != ".."
}

/// Makes renames, creations and removals inside `dir` durable; the parent of a plain name is where the process is.
///
/// # Errors
/// Those of the file system.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    let is_here = dir.as_os_str().is_empty();
    File::open(if is_here { Path::new(".") } else { dir })?.sync_all()
}

/// Makes a directory and those above it that are not there, all durable.
pub(super) fn create_dir_synced(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    let above = match dir.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        Some(_) | None => Path::new("."),
    };
    create_dir_synced(above)?;
    fs::create_dir(dir)?;
    sync_dir(above)
}

/// Writes a new file and makes its bytes durable; not yet its name, see [`sync_dir`].
///
/// # Errors
/// Those of the file system, also if there is a file of that name.
pub fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// How the names of files begin that are about to take the place of another.
pub(super) const NEXT_PREFIX: &str = ".next-";

/// Makes `bytes` the file `name` of `dir`: at every instant the old file or the new one is there, whole.
pub(crate) fn replace(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let next = dir.join(format!("{NEXT_PREFIX}{name}"));
    // Left by a crash.
    remove(&next)?;
    write_synced(&next, bytes)?;
    fs::rename(&next, dir.join(name))?;
    sync_dir(dir)
}

/// Makes the bytes of a file durable; gives their number and SHA-256.
pub(crate) fn sync_and_hash(path: &Path) -> io::Result<(u64, Digest)> {
    let file = File::open(path)?;
    file.sync_all()?;
    let mut reader = BufReader::with_capacity(CHUNK_BYTES, file);
    let mut hasher = Sha256::new();
    let size_bytes = io::copy(&mut reader, &mut HashWriter(&mut hasher))?;
    Ok((size_bytes, Digest::from_bytes(hasher.finalize().into())))
}

/// The bytes of a file if they are at most `max`, else `None`.
pub(crate) fn read_at_most(path: &Path, max: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let size_bytes = file.metadata()?.len();
    if size_bytes > max {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size_bytes).unwrap_or_default());
    // One byte past the limit, so that a file that grows meanwhile is seen.
    file.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= max).then_some(bytes))
}

/// Removes a file, or a directory with all that is in it; one that is gone already is no error.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_stays_in_its_directory() {
        for plain in ["meta.json", ".managed.json", "a1b2.12.del", "x..y", "X_-"] {
            assert!(is_plain_name(plain), "{plain}");
        }
        for other in [
            "", ".", "..", "../x", "a/b", "/etc", "a\\b", "a b", "a\0", "é",
        ] {
            assert!(!is_plain_name(other), "{other}");
        }
        assert!(is_plain_name(&"x".repeat(255)) && !is_plain_name(&"x".repeat(256)));
    }

    #[test]
    fn hashing_in_chunks_is_hashing_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        for size in [0, 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 1] {
            let bytes: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
            remove(&path).unwrap();
            write_synced(&path, &bytes).unwrap();
            let found = sync_and_hash(&path).unwrap();
            assert_eq!(found, (size as u64, Digest::of(&bytes)));
        }
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        write_synced(&path, b"12345").unwrap();
        assert_eq!(
            read_at_most(&path, 5).unwrap().as_deref(),
            Some(&b"12345"[..])
        );
        assert_eq!(read_at_most(&path, 4).unwrap(), None);
    }
}
