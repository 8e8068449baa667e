//! The log of answers: what was asked, the receipt, and the digest of what was told. A line of JSON each.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use prost::Message;
use serde_json::{Value, json};
use sosie_proto::pb;
use sosie_similarity::{Digest, DigestStream};

/// An answer that was given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Logged {
    /// What was asked.
    pub(super) request: pb::FindSimilarEventsRequest,
    /// What pins the answer.
    pub(super) receipt: pb::Receipt,
    /// SHA-256 of the bytes of the answer.
    pub(super) bytes: Digest,
    /// SHA-256 of the answer without what pins it to these files.
    pub(super) content: Digest,
    /// Hits of the page.
    pub(super) hits: usize,
    /// Of the answer; it is not logged.
    pub(super) next_page_token: String,
}

/// SHA-256 of an answer without receipt, and with no more of its token than whether there is one: both name the files that it
/// came from.
pub(super) fn content_of(answer: &pb::FindSimilarEventsResponse) -> Digest {
    let mut answer = answer.clone();
    answer.receipt = None;
    if !answer.next_page_token.is_empty() {
        answer.next_page_token = "more".to_owned();
    }
    Digest::of(&answer.encode_to_vec())
}

/// One digest of all of them.
pub(super) fn digest_of_all(logged: &[Logged]) -> Digest {
    let mut all = DigestStream::default();
    logged
        .iter()
        .for_each(|it| all.bytes(it.content.as_bytes()));
    all.digest()
}

/// Writes all to a file.
///
/// # Errors
/// Those of the file system.
pub(super) fn write(path: &Path, logged: &[Logged]) -> Result<()> {
    let mut text = String::new();
    for it in logged {
        let line = json!({
            "request": hex(&it.request.encode_to_vec()),
            "receipt": hex(&it.receipt.encode_to_vec()),
            "sha256": it.bytes.to_string(),
            "content_sha256": it.content.to_string(),
            "hits": it.hits,
        });
        writeln!(text, "{line}")?;
    }
    Ok(fs::write(path, text)?)
}

/// Reads them back.
///
/// # Errors
/// If it is no such file.
pub(super) fn read(path: &Path) -> Result<Vec<Logged>> {
    let text = fs::read_to_string(path)?;
    text.lines().map(line).collect()
}

fn line(line: &str) -> Result<Logged> {
    let line: Value = serde_json::from_str(line)?;
    let text = |key: &str| line[key].as_str().context("a text");
    let digest = |key: &str| Digest::from_hex(text(key)?).context("a digest");
    Ok(Logged {
        request: pb::FindSimilarEventsRequest::decode(&unhex(text("request")?)?[..])?,
        receipt: pb::Receipt::decode(&unhex(text("receipt")?)?[..])?,
        bytes: digest("sha256")?,
        content: digest("content_sha256")?,
        hits: line["hits"].as_u64().context("a number")? as usize,
        next_page_token: String::new(),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    let byte = |at: usize| {
        let digits = text.get(at..at + 2).context("two digits")?;
        anyhow::Ok(u8::from_str_radix(digits, 16)?)
    };
    (0..text.len()).step_by(2).map(byte).collect()
}

/// What one build tells another: the digests of the answers, a line each.
pub(super) mod compare {
    use super::*;

    /// Writes them.
    ///
    /// # Errors
    /// Those of the file system.
    pub(in crate::replay) fn write(path: &Path, logged: &[Logged]) -> Result<()> {
        let lines = logged.iter().map(|it| format!("{}\n", it.content));
        Ok(fs::write(path, lines.collect::<String>())?)
    }

    /// The places of the answers that are others than those of the file, or that only one has.
    ///
    /// # Errors
    /// If the file can't be read.
    pub(in crate::replay) fn different(path: &Path, logged: &[Logged]) -> Result<Vec<usize>> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let theirs: Vec<_> = text.lines().collect();
        let own: Vec<_> = logged.iter().map(|it| it.content.to_string()).collect();
        let places = 0..theirs.len().max(own.len());
        let is_other = |at: &usize| theirs.get(*at).copied() != own.get(*at).map(String::as_str);
        Ok(places.filter(is_other).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged() -> Logged {
        Logged {
            request: pb::FindSimilarEventsRequest {
                page_size: Some(3),
                ..Default::default()
            },
            receipt: pb::Receipt {
                generation_id: "gen-000001".to_owned(),
                ..Default::default()
            },
            bytes: Digest::of(b"bytes"),
            content: Digest::of(b"content"),
            hits: 3,
            next_page_token: String::new(),
        }
    }

    #[test]
    fn a_log_reads_back_and_another_answer_is_found_by_its_place() {
        let dir = tempfile::tempdir().expect("a directory");
        let (path, digests) = (dir.path().join("log"), dir.path().join("digests"));
        let mut all = vec![logged(), logged(), logged()];
        write(&path, &all).expect("room");
        assert_eq!(read(&path).expect("a log"), all);
        compare::write(&digests, &all).expect("room");
        assert!(
            compare::different(&digests, &all)
                .expect("a file")
                .is_empty()
        );
        all[1].content = Digest::of(b"another");
        assert_eq!(compare::different(&digests, &all).expect("a file"), [1]);
        all.truncate(1);
        assert_eq!(compare::different(&digests, &all).expect("a file"), [1, 2]);
    }

    #[test]
    fn an_answer_is_the_same_whatever_files_it_came_from_and_another_if_a_bit_of_it_is() {
        let answer = |generation: &str, token: &str, score| pb::FindSimilarEventsResponse {
            hits: vec![pb::SimilarEvent {
                score,
                ..Default::default()
            }],
            next_page_token: token.to_owned(),
            receipt: Some(pb::Receipt {
                generation_id: generation.to_owned(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let one = content_of(&answer("a", "x", 0.5));
        assert_eq!(one, content_of(&answer("b", "y", 0.5)));
        assert_ne!(one, content_of(&answer("a", "", 0.5)));
        assert_ne!(one, content_of(&answer("a", "x", 0.5_f64.next_up())));
    }
}
