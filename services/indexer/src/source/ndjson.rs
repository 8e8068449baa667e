//! NDJSON: one event a line, blank lines skipped.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use sosie_index::record::{EventRecord, parse_record};
use sosie_similarity::Rule;
use sosie_similarity::limits::RECORD_BYTES_MAX;

use super::chunk::{CHUNK_RECORDS, Chunk, Chunks};
use super::meter::Metered;
use super::{BOM, Context, Record, SourceError, checked};
use crate::refusal::{Reason, Refusal};

/// Bytes from which on a chunk takes no more lines: bounds what is held of long ones.
const CHUNK_BYTES: usize = RECORD_BYTES_MAX;
/// Bytes that are read at once: few system calls, and long runs for the digest.
const READ_BYTES: usize = 256 << 10;

/// The lines of a file.
pub(super) fn chunks<'a>(path: &Path, reader: Metered, context: Context<'a>) -> Chunks<'a> {
    let path = path.to_owned();
    let mut reader = LineReader {
        reader: BufReader::with_capacity(READ_BYTES, reader),
        line: 0,
    };
    // Told after the lines before it.
    let mut failed = None;
    Box::new(std::iter::from_fn(move || {
        let mut lines = Lines {
            context,
            text: Vec::new(),
            lines: Vec::with_capacity(CHUNK_RECORDS),
        };
        if failed.is_none() {
            failed = reader.fill(&mut lines).err();
        }
        if !lines.lines.is_empty() {
            return Some(Ok(Chunk::Lines(lines)));
        }
        let path = path.clone();
        failed
            .take()
            .map(|source| Err(SourceError::Read { path, source }))
    }))
}

/// Lines that are not blank.
pub(crate) struct Lines<'a> {
    context: Context<'a>,
    text: Vec<u8>,
    /// The number of each line, from 1, and where in the text it is, or why it can't be held.
    lines: Vec<(u64, Result<Range<usize>, Refusal>)>,
}

impl<'a> Lines<'a> {
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The record of each line.
    pub(super) fn records(self) -> impl Iterator<Item = Record> + use<'a> {
        let Lines {
            context,
            text,
            lines,
        } = self;
        lines.into_iter().map(move |(number, line)| {
            checked(line.and_then(|range| parse(&text[range])), number, context)
        })
    }
}

fn parse(line: &[u8]) -> Result<EventRecord<'_>, Refusal> {
    let text = std::str::from_utf8(line).map_err(|_| Refusal::new("", Reason::NotUtf8))?;
    Ok(parse_record(text)?)
}

/// Reads lines, of which too long ones are never held whole.
struct LineReader<R> {
    reader: BufReader<R>,
    line: u64,
}

impl<R: Read> LineReader<R> {
    /// Reads on until the chunk is full or the file ends.
    fn fill(&mut self, lines: &mut Lines) -> io::Result<()> {
        while lines.lines.len() < CHUNK_RECORDS && lines.text.len() < CHUNK_BYTES {
            let before = lines.text.len();
            let Some(line) = self.next_line(&mut lines.text)? else {
                break;
            };
            self.line += 1;
            let is_blank = |range: &Range<usize>| lines.text[range.clone()].trim_ascii().is_empty();
            if line.as_ref().is_ok_and(is_blank) {
                lines.text.truncate(before);
            } else {
                lines.lines.push((self.line, line));
            }
        }
        Ok(())
    }

    /// Reads a line to the end of `text`.
    fn next_line(
        &mut self,
        text: &mut Vec<u8>,
    ) -> io::Result<Option<Result<Range<usize>, Refusal>>> {
        let mut first = text.len();
        // The limit, and room for the line feed and for one byte that shows that it is too long.
        let limit = RECORD_BYTES_MAX as u64 + 2;
        let read = self.reader.by_ref().take(limit).read_until(b'\n', text)?;
        if read == 0 {
            return Ok(None);
        }
        let is_whole = text.last() == Some(&b'\n');
        let end = text.len() - usize::from(is_whole);
        if end - first > RECORD_BYTES_MAX {
            text.truncate(first);
            if !is_whole {
                self.reader.skip_until(b'\n')?;
            }
            return Ok(Some(Err(Refusal::new("", Rule::TooLong(RECORD_BYTES_MAX)))));
        }
        if self.line == 0 && text[first..].starts_with(BOM) {
            first += BOM.len();
        }
        Ok(Some(Ok(first..end)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::Declarations;
    use sosie_similarity::Timestamp;

    fn lengths(text: &[u8]) -> Vec<(u64, Option<usize>)> {
        let mut reader = LineReader {
            reader: BufReader::new(text),
            line: 0,
        };
        let mut found = Vec::new();
        loop {
            let mut lines = Lines {
                context: Context {
                    declarations: &Declarations::default(),
                    ingest_time: Timestamp::MIN,
                },
                text: Vec::new(),
                lines: Vec::new(),
            };
            reader.fill(&mut lines).unwrap();
            if lines.lines.is_empty() {
                return found;
            }
            let lengths = lines.lines.into_iter();
            found.extend(lengths.map(|(line, range)| (line, range.ok().map(|range| range.len()))));
        }
    }

    #[test]
    fn a_line_is_held_up_to_the_limit_and_reading_goes_on_after_a_longer_one() {
        let of = |length: usize| [vec![b'x'; length], b"\nyes\n".to_vec()].concat();
        let max = RECORD_BYTES_MAX;
        assert_eq!(lengths(&of(max)), [(1, Some(max)), (2, Some(3))]);
        for past in [1, 2, 3, 100_000] {
            assert_eq!(
                lengths(&of(max + past)),
                [(1, None), (2, Some(3))],
                "{past}"
            );
        }
    }

    #[test]
    fn blank_lines_are_counted_and_skipped() {
        assert_eq!(
            lengths(b"\xef\xbb\xbfab\n\n \r\ncd"),
            [(1, Some(2)), (4, Some(2))]
        );
        assert_eq!(lengths(b""), []);
    }
}
