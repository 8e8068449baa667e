//! What is done to a file of a generation, and undone.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sosie_index::Current;
use sosie_tests::Draw;

/// Files up to this many bytes are small: every byte of them is changed.
const SMALL_BYTES: usize = 4 << 10;
/// Lengths that every file is cut to: none, those of a footer of tantivy and around, and all but one.
const CUTS: [usize; 6] = [0, 1, 4, 7, 8, 9];

/// What is done.
#[derive(Clone, Debug)]
pub(super) enum Damage {
    /// The byte at this place of a file gets other bits.
    Byte(String, usize, u8),
    /// So many bytes are left of it.
    Cut(String, usize),
    /// It has a byte more.
    Longer(String),
    /// It is not there.
    Lost(String),
    /// It is that of the generation before.
    Stale(String, Vec<u8>),
    /// A file that nobody named is there.
    Extra,
}

impl Damage {
    /// Whether a process that serves the first of two generations would read it in the second: the bytes of a file that both
    /// have are in its memory, and were checked.
    pub(super) fn is_read(&self, [before, shelf]: &[Shelf; 2]) -> bool {
        match self {
            Damage::Byte(name, ..) => before.files.get(name) != shelf.files.get(name),
            // Sizes and names are compared all the same.
            Damage::Cut(..)
            | Damage::Longer(_)
            | Damage::Lost(_)
            | Damage::Stale(..)
            | Damage::Extra => true,
        }
    }
}

/// All damages of a generation.
pub(super) struct Damages {
    pub(super) all: Vec<Damage>,
    pub(super) small_files: usize,
    pub(super) bytes: usize,
}

impl Damages {
    /// Of each file of the newer one, with `spread` places in each that is large.
    pub(super) fn of([before, shelf]: &[Shelf; 2], spread: usize, draw: &mut Draw) -> Damages {
        let mut damages = Damages {
            all: vec![Damage::Extra],
            small_files: 0,
            bytes: 0,
        };
        for (name, bytes) in &shelf.files {
            let is_small = bytes.len() <= SMALL_BYTES.min(2 * spread);
            damages.small_files += usize::from(is_small);
            let places = if is_small { bytes.len() } else { spread };
            damages.bytes += places;
            for place in 0..places {
                let offset = place * bytes.len() / places;
                let bits = 1 << draw.below(8);
                damages.all.push(Damage::Byte(name.clone(), offset, bits));
            }
            let cuts = CUTS.into_iter().chain([bytes.len() / 2, bytes.len() - 1]);
            let cuts = cuts.filter(|length| *length < bytes.len());
            damages
                .all
                .extend(cuts.map(|length| Damage::Cut(name.clone(), length)));
            damages.all.push(Damage::Longer(name.clone()));
            damages.all.push(Damage::Lost(name.clone()));
            let stale = before.files.get(name).filter(|stale| *stale != bytes);
            let stale = stale.map(|stale| Damage::Stale(name.clone(), stale.clone()));
            damages.all.extend(stale);
        }
        damages
    }
}

/// A generation that is kept in memory: its files by name.
pub(super) struct Shelf {
    pub(super) current: Current,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Shelf {
    /// Reads one that was published.
    pub(super) fn take(generations: &Path, current: Current) -> Result<Shelf> {
        let dir = generations.join(current.generation.to_string());
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            files.insert(name, fs::read(entry.path())?);
        }
        Ok(Shelf { current, files })
    }

    /// Writes it into a directory of generations.
    pub(super) fn put(&self, generations: &Path) -> Result<()> {
        fs::create_dir(self.path(generations, ""))?;
        for (name, bytes) in &self.files {
            fs::write(self.path(generations, name), bytes)?;
        }
        Ok(())
    }

    /// Damages it where it was written; the name of the file that is to be told.
    pub(super) fn damage(&self, generations: &Path, damage: &Damage) -> Result<String> {
        let path = |name: &str| self.path(generations, name);
        let name = match damage {
            Damage::Byte(name, offset, bits) => {
                let byte = self.bytes(name)?[*offset] ^ bits;
                let file = fs::File::options().write(true).open(path(name))?;
                file.write_all_at(&[byte], *offset as u64)?;
                name
            }
            Damage::Cut(name, length) => {
                fs::write(path(name), &self.bytes(name)?[..*length])?;
                name
            }
            Damage::Longer(name) => {
                fs::write(path(name), [self.bytes(name)?, b"x"].concat())?;
                name
            }
            Damage::Lost(name) => {
                fs::remove_file(path(name))?;
                name
            }
            Damage::Stale(name, bytes) => {
                fs::write(path(name), bytes)?;
                name
            }
            Damage::Extra => {
                fs::write(path(STOWAWAY), b"x")?;
                STOWAWAY
            }
        };
        Ok(name.to_owned())
    }

    /// Undoes that.
    pub(super) fn mend(&self, generations: &Path, damage: &Damage) -> Result<()> {
        match damage {
            Damage::Byte(name, ..)
            | Damage::Cut(name, _)
            | Damage::Longer(name)
            | Damage::Lost(name)
            | Damage::Stale(name, _) => {
                fs::write(self.path(generations, name), self.bytes(name)?)?;
            }
            Damage::Extra => fs::remove_file(self.path(generations, STOWAWAY))?,
        }
        Ok(())
    }

    fn bytes(&self, name: &str) -> Result<&[u8]> {
        let bytes = self.files.get(name).context("a file of it")?;
        Ok(bytes)
    }

    fn path(&self, generations: &Path, name: &str) -> PathBuf {
        generations
            .join(self.current.generation.to_string())
            .join(name)
    }
}

/// A file that nobody named.
const STOWAWAY: &str = "stowaway.idx";

/// Makes a generation the current one, as the indexer does: written beside, then renamed.
pub(super) fn point_to(generations: &Path, current: &Current) -> Result<()> {
    let line = format!("{} {}\n", current.generation, current.manifest_digest);
    let next = generations.join(".next-CURRENT");
    fs::write(&next, line)?;
    fs::rename(next, generations.join("CURRENT"))?;
    Ok(())
}
