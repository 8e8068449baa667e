//! The lines of a file as messages: checked here, so that what can't be sent is told apart.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use prost::Message;
use sosie_index::record::{self, KnownTime};
use sosie_proto::{pb, to_pb};
use sosie_similarity::limits::{INGEST_BYTES_MAX, INGEST_RECORDS_MAX, RECORD_BYTES_MAX};
use sosie_similarity::{Invalid, Rule, Timestamp};
use tokio::sync::mpsc;

use super::refused;
use crate::failure::Failure;

/// Records of a message, unless they are large.
const RECORDS: usize = 500;
const _: () = assert!(RECORDS <= INGEST_RECORDS_MAX);
/// Bytes of a message past which no record is added; the largest record is far from the difference to the limit.
const BYTES: usize = INGEST_BYTES_MAX / 2;

/// A file that is open.
pub(super) struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
}

/// Opens a file.
pub(super) fn open(path: &Path) -> Result<Lines, Failure> {
    let file = File::open(path).map_err(|error| Failure::unreadable("FILE", path, &error))?;
    Ok(Lines {
        path: path.to_owned(),
        reader: BufReader::new(file),
    })
}

/// Sends every record until the file or the stream ends; gives what was refused before it was sent.
pub(super) fn send(
    mut lines: Lines,
    validate_only: bool,
    requests: &mpsc::Sender<pb::IngestEventsRequest>,
) -> Result<Vec<pb::RefusedWrite>, Failure> {
    let mut message = pb::IngestEventsRequest {
        records: Vec::new(),
        validate_only,
    };
    let (mut bytes, mut all_refused) = (0, Vec::new());
    while let Some(line) = lines.next()? {
        match line.and_then(|line| event(&line)) {
            Ok(event) => {
                bytes += event.encoded_len();
                message.records.push(pb::IngestRecord {
                    event: Some(event),
                    if_revision: None,
                });
            }
            Err(invalid) => all_refused.push(refused(&invalid)),
        }
        if message.records.len() == RECORDS || bytes >= BYTES {
            bytes = 0;
            let records = std::mem::take(&mut message.records);
            let full = pb::IngestEventsRequest {
                records,
                validate_only,
            };
            if requests.blocking_send(full).is_err() {
                // Why the stream ended is told by its answers.
                return Ok(all_refused);
            }
        }
    }
    if !message.records.is_empty() {
        let _ = requests.blocking_send(message);
    }
    Ok(all_refused)
}

impl Lines {
    /// The next line that is not blank, or why it can't be a record.
    fn next(&mut self) -> Result<Option<Result<Vec<u8>, Invalid>>, Failure> {
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut self.reader).take(RECORD_BYTES_MAX as u64 + 1);
            let read = bounded.read_until(b'\n', &mut line);
            let read = read.map_err(|error| Failure::unreadable("FILE", &self.path, &error))?;
            if read == 0 {
                return Ok(None);
            }
            if read > RECORD_BYTES_MAX && line.last() != Some(&b'\n') {
                let rest = self.reader.skip_until(b'\n');
                rest.map_err(|error| Failure::unreadable("FILE", &self.path, &error))?;
                let too_long = Invalid::new("", Rule::TooLong(RECORD_BYTES_MAX));
                return Ok(Some(Err(too_long)));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Ok(line)));
            }
        }
    }
}

fn event(line: &[u8]) -> Result<pb::EventInput, Invalid> {
    let json = std::str::from_utf8(line).map_err(|_| Invalid::new("", Rule::Malformed))?;
    let record = record::parse_record(json)?;
    let is_known = record.known_time.is_some();
    // Only what the file states is sent; this stands in for what it does not.
    let event = record::event(record, KnownTime::EndTime)?;
    let known_time: Option<Timestamp> = is_known.then_some(event.parts().known_time);
    Ok(to_pb::event_input(&event, known_time))
}
