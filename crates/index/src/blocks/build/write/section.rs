//! A section of the file, written front to back beside the others.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use bytemuck::{Pod, cast_slice};

use crate::blocks::sections::{Section, Sections};

/// Bytes that are written at once.
const WRITE_BYTES: usize = 256 << 10;

/// Where the next numbers of a section go.
pub(super) struct SectionWriter(BufWriter<File>);

impl SectionWriter {
    /// Of a file that is there, as long as all sections together and filled with zeros.
    pub(super) fn open(path: &Path, sections: &Sections, section: Section) -> io::Result<Self> {
        let mut file = File::options().write(true).open(path)?;
        file.seek(SeekFrom::Start(sections.range(section).start as u64 * 8))?;
        Ok(SectionWriter(BufWriter::with_capacity(WRITE_BYTES, file)))
    }

    pub(super) fn write<T: Pod>(&mut self, numbers: &[T]) -> io::Result<()> {
        self.0.write_all(cast_slice(numbers))
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
