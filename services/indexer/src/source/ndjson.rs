//! NDJSON: one event a line, blank lines skipped.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use sosie_index::record::{EventRecord, parse_record};
use sosie_similarity::Rule;
use sosie_similarity::limits::RECORD_BYTES_MAX;

use super::meter::Metered;
use super::{BOM, Context, Record, SourceError, checked};
use crate::refusal::{Reason, Refusal};

/// The records of a file.
pub(super) fn records<'a>(
    path: &Path,
    reader: Metered,
    context: Context<'a>,
) -> impl Iterator<Item = Result<Record, SourceError>> + use<'a> {
    let mut lines = Lines {
        path: path.to_owned(),
        reader: BufReader::new(reader),
        line: 0,
    };
    std::iter::from_fn(move || {
        let line = lines.next_filled()?;
        Some(line.map(|line| {
            let record = line.as_deref().map_err(Clone::clone).and_then(parse);
            checked(record, lines.line, context)
        }))
    })
}

fn parse(line: &[u8]) -> Result<EventRecord<'_>, Refusal> {
    let text = std::str::from_utf8(line).map_err(|_| Refusal::new("", Reason::NotUtf8))?;
    Ok(parse_record(text)?)
}

/// Lines of a file, of which too long ones are never held whole.
struct Lines<R> {
    path: PathBuf,
    reader: BufReader<R>,
    line: u64,
}

/// A line, or why it can't be held.
type Line = Result<Vec<u8>, Refusal>;

impl<R: Read> Lines<R> {
    /// The next line that is not blank; `None` at the end.
    fn next_filled(&mut self) -> Option<Result<Line, SourceError>> {
        loop {
            let line = match self.next_line() {
                Ok(line) => line?,
                Err(source) => {
                    return Some(Err(SourceError::Read {
                        path: self.path.clone(),
                        source,
                    }));
                }
            };
            self.line += 1;
            let is_blank = |line: &Vec<u8>| line.iter().all(u8::is_ascii_whitespace);
            if !line.as_ref().is_ok_and(is_blank) {
                return Some(Ok(line));
            }
        }
    }

    fn next_line(&mut self) -> std::io::Result<Option<Line>> {
        let mut line = Vec::new();
        // The limit, and room for the line feed and for one byte that shows that it is too long.
        let limit = RECORD_BYTES_MAX as u64 + 2;
        self.reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let is_whole = line.pop_if(|last| *last == b'\n').is_some();
        if line.len() > RECORD_BYTES_MAX {
            if !is_whole {
                self.skip_line()?;
            }
            return Ok(Some(Err(Refusal::new("", Rule::TooLong(RECORD_BYTES_MAX)))));
        }
        if self.line == 0 && line.starts_with(BOM) {
            line.drain(..BOM.len());
        }
        Ok(Some(Ok(line)))
    }

    fn skip_line(&mut self) -> std::io::Result<()> {
        self.reader.skip_until(b'\n').map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &[u8]) -> Vec<(u64, Option<usize>)> {
        let reader = BufReader::new(text);
        let mut lines = Lines {
            path: PathBuf::new(),
            reader,
            line: 0,
        };
        let mut found = Vec::new();
        while let Some(line) = lines.next_filled() {
            found.push((lines.line, line.unwrap().ok().map(|line| line.len())));
        }
        found
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
