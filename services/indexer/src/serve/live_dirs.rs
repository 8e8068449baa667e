//! Where the live index is, and the one that is to take its place.
//!
//! ```text
//! generations/.live/       the index that is followed with
//! generations/.live-next/  one that a reindex job makes
//! generations/.live-old/   the one before, while they change places
//! ```
//!
//! **Law.** A crash between the steps of the change leaves what [`LiveDirs::finish`] can finish: `.live-old` is only there
//! once `.live-next` is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sosie_index::disk;

/// The three directories. They lie beside the generations, since they share files with them.
#[derive(Clone, Debug)]
pub(super) struct LiveDirs {
    above: PathBuf,
    pub(super) live: PathBuf,
    pub(super) next: PathBuf,
    old: PathBuf,
}

impl LiveDirs {
    pub(super) fn of(generations_dir: &Path) -> Self {
        LiveDirs {
            above: generations_dir.to_owned(),
            live: generations_dir.join(".live"),
            next: generations_dir.join(".live-next"),
            old: generations_dir.join(".live-old"),
        }
    }

    /// Lets the next index take the place of the live one. Nobody may have either open.
    pub(super) fn switch(&self) -> io::Result<()> {
        if self.live.exists() {
            fs::rename(&self.live, &self.old)?;
        } else {
            fs::create_dir(&self.old)?;
        }
        self.sync()?;
        self.finish()
    }

    /// Finishes what a crash broke off.
    pub(super) fn finish(&self) -> io::Result<()> {
        if !self.old.exists() {
            return Ok(());
        }
        if self.next.exists() && !self.live.exists() {
            fs::rename(&self.next, &self.live)?;
            self.sync()?;
        }
        fs::remove_dir_all(&self.old)?;
        self.sync()
    }

    /// Removes the next index, if there is one.
    pub(super) fn remove_next(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => self.sync(),
        }
    }

    fn sync(&self) -> io::Result<()> {
        disk::sync_dir(&self.above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dirs(above: &Path, made: &[&str]) -> LiveDirs {
        for name in made {
            fs::create_dir(above.join(name)).unwrap();
            fs::write(above.join(name).join("was"), name).unwrap();
        }
        LiveDirs::of(above)
    }

    fn left(above: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(above).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path.join("was")).unwrap())
        });
        let mut all: Vec<_> = entries.collect();
        all.sort();
        all
    }

    #[test]
    fn the_next_index_takes_the_place_of_the_live_one_from_wherever_a_crash_left_it() {
        let switched = [(".live".to_owned(), ".live-next".to_owned())];
        for made in [&[".live", ".live-next"][..], &[".live-next"]] {
            let above = tempfile::tempdir().unwrap();
            dirs(above.path(), made).switch().unwrap();
            assert_eq!(left(above.path()), switched, "{made:?}");
        }
        let above = tempfile::tempdir().unwrap();
        dirs(above.path(), &[".live-old", ".live-next"])
            .finish()
            .unwrap();
        assert_eq!(left(above.path()), switched);
        let above = tempfile::tempdir().unwrap();
        dirs(above.path(), &[".live", ".live-old"])
            .finish()
            .unwrap();
        let live = (".live".to_owned(), ".live".to_owned());
        assert_eq!(left(above.path()), [live]);
    }

    #[test]
    fn without_a_change_of_places_nothing_is_finished_and_the_next_index_can_be_removed() {
        let above = tempfile::tempdir().unwrap();
        let dirs = dirs(above.path(), &[".live", ".live-next"]);
        dirs.finish().unwrap();
        assert_eq!(left(above.path()).len(), 2);
        dirs.remove_next().unwrap();
        dirs.remove_next().unwrap();
        assert_eq!(left(above.path()).len(), 1);
    }
}
