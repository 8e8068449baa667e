//! A file as lines of bounded length, in bounded memory.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};

use crate::line::LINE_BYTES_MAX;

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 16;

/// The lines of a file, one after the other.
pub(crate) struct Lines {
    reader: BufReader<File>,
    line: Vec<u8>,
    offset: u64,
}

/// What comes next in a file.
pub(crate) enum Next<'a> {
    /// A line, without its end.
    Line(&'a [u8]),
    /// A line longer than any of the log.
    TooLong,
    /// Bytes before the end of the file that end no line.
    Torn,
    /// The end of the file.
    End,
}

impl Lines {
    /// Begins at a byte of the file.
    pub(crate) fn from(mut file: File, offset: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(offset))?;
        Ok(Lines {
            reader: BufReader::with_capacity(CHUNK_BYTES, file),
            line: Vec::new(),
            offset,
        })
    }

    pub(crate) fn next(&mut self) -> io::Result<Next<'_>> {
        self.line.clear();
        // With its end, a line of the greatest length has one byte more.
        let bytes_max = LINE_BYTES_MAX as u64 + 1;
        let read = (&mut self.reader)
            .take(bytes_max)
            .read_until(b'\n', &mut self.line)?;
        self.offset += read as u64;
        if read == 0 {
            return Ok(Next::End);
        }
        if let Some(b'\n') = self.line.last() {
            self.line.pop();
            return Ok(Next::Line(&self.line));
        }
        if read as u64 == bytes_max && self.skip_line()? {
            return Ok(Next::TooLong);
        }
        Ok(Next::Torn)
    }

    /// Bytes of the file up to where reading has come.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Goes on after the next line end; tells whether there was one.
    fn skip_line(&mut self) -> io::Result<bool> {
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let skipped = end.map_or(chunk.len(), |end| end + 1);
            self.reader.consume(skipped);
            self.offset += skipped as u64;
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}
