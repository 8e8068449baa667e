//! What callers are told: looked at and counted.

use sosie_proto::pb::{self, WriteRefusal, write_result::Outcome};
use tonic::Status;
use tonic::metadata::KeyAndValueRef;

use super::scan::Scanner;

/// Answers so far.
#[derive(Debug)]
pub(super) struct Told<'a> {
    scanner: &'a Scanner,
    /// Answers and refusals of calls.
    pub(super) answers: usize,
    /// Bytes of them.
    pub(super) bytes: usize,
    /// Records that were refused, by whether it was for personal data or for their form.
    pub(super) refused: [usize; 2],
    /// What was found in them, and what should have been refused.
    pub(super) failures: Vec<String>,
}

impl<'a> Told<'a> {
    /// Nothing yet.
    pub(super) fn new(scanner: &'a Scanner) -> Told<'a> {
        Told {
            scanner,
            answers: 0,
            bytes: 0,
            refused: [0; 2],
            failures: Vec::new(),
        }
    }

    /// Looks at the answer of a call, message and refusal alike: bytes, text, and trailers.
    pub(super) fn look<T>(&mut self, of: &str, answer: &Result<T, Status>)
    where
        T: prost::Message + std::fmt::Debug,
    {
        self.answers += 1;
        match answer {
            Ok(message) => {
                self.look_at(of, &message.encode_to_vec());
                self.look_at(of, format!("{message:?}").as_bytes());
            }
            Err(status) => {
                self.look_at(of, format!("{status:?}").as_bytes());
                self.look_at(of, status.message().as_bytes());
                self.look_at(of, status.details());
                for pair in status.metadata().iter() {
                    match pair {
                        KeyAndValueRef::Ascii(_, value) => self.look_at(of, value.as_bytes()),
                        KeyAndValueRef::Binary(_, value) => {
                            self.look_at(of, &value.to_bytes().unwrap_or_default());
                        }
                    }
                }
            }
        }
    }

    fn look_at(&mut self, of: &str, bytes: &[u8]) {
        self.bytes += bytes.len();
        if let Some((form, _)) = self.scanner.find(bytes) {
            // The text itself would be one more place where it is.
            self.failures
                .push(format!("an answer of {of} has what was planted, {form:?}"));
        }
    }

    /// Looks at the results of records that are to be refused.
    pub(super) fn results(&mut self, of: &str, results: &[pb::WriteResult], expected: usize) {
        if results.len() != expected {
            let told = format!("{of}: {} results of {expected}", results.len());
            self.failures.push(told);
        }
        for result in results {
            match &result.outcome {
                Some(Outcome::Refused(refused)) => {
                    let is_form = refused.reason() != WriteRefusal::PersonalData;
                    self.refused[usize::from(is_form)] += 1;
                }
                other => self.failures.push(format!("{of}: not refused: {other:?}")),
            }
        }
    }
}
