//! A file of records that may span lines: bounds what is read for one, and tells on which line it is.

use std::collections::VecDeque;
use std::io::{self, Read};

use sosie_similarity::limits::RECORD_BYTES_MAX;

/// A reader that knows where its lines begin.
///
/// The csv crate counts lines too, but it takes the line feed of a CRLF and blank lines for a part of
/// the record after them, and so names a line too early.
pub(super) struct NumberedLines<R> {
    reader: R,
    bytes: u64,
    record_bytes: usize,
    /// Offsets of carriage returns and line feeds that no record was asked about yet.
    breaks: VecDeque<(u64, u8)>,
    /// Line feeds before those.
    lines: u64,
}

impl<R: Read> NumberedLines<R> {
    pub(super) fn new(reader: R) -> Self {
        NumberedLines {
            reader,
            bytes: 0,
            record_bytes: 0,
            breaks: VecDeque::new(),
            lines: 0,
        }
    }

    /// A record was read whole that begins at `offset` or after the line breaks there: its line,
    /// from 1. Offsets must not descend.
    pub(super) fn end_record(&mut self, offset: u64) -> u64 {
        self.record_bytes = 0;
        let mut begin = offset;
        while let Some(&(at, sign)) = self.breaks.front().filter(|(at, _)| *at <= begin) {
            self.breaks.pop_front();
            self.lines += u64::from(sign == b'\n');
            begin = begin.max(at + 1);
        }
        self.lines + 1
    }

    /// Whether more was read for one record than a record may have.
    pub(super) fn is_record_too_long(&self) -> bool {
        self.record_bytes > RECORD_BYTES_MAX
    }

    /// The line of the last record asked about, or of what follows it.
    pub(super) fn line(&self) -> u64 {
        self.lines + 1
    }
}

impl<R: Read> Read for NumberedLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_record_too_long() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.reader.read(buffer)?;
        for (at, sign) in buffer[..read].iter().enumerate() {
            if matches!(sign, b'\r' | b'\n') {
                self.breaks.push_back((self.bytes + at as u64, *sign));
            }
        }
        self.bytes += read as u64;
        self.record_bytes += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the records of a text, by the offsets that the csv crate gives them.
    fn lines(text: &str) -> Vec<u64> {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true);
        let mut reader = builder.from_reader(NumberedLines::new(text.as_bytes()));
        let (mut cells, mut found) = (csv::ByteRecord::new(), Vec::new());
        while reader.read_byte_record(&mut cells).unwrap() {
            let offset = cells.position().unwrap().byte();
            found.push(reader.get_mut().end_record(offset));
        }
        found
    }

    #[test]
    fn a_record_is_on_its_first_line_whatever_ends_the_lines() {
        let text = "a,b\n1,2\n\n\n3,4\n\"x\n\ny\",5\n6,7";
        assert_eq!(lines(text), [1, 2, 5, 6, 9]);
        assert_eq!(lines(&text.replace('\n', "\r\n")), [1, 2, 5, 6, 9]);
        assert_eq!(lines(&format!("\u{feff}{text}\n\n")), [1, 2, 5, 6, 9]);
        assert_eq!(lines("\n\na\nb"), [3, 4]);
    }
}
