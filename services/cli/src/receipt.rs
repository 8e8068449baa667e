//! A receipt that was kept, alone or with the answer that it pins.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;
use sosie_proto::pb;

use crate::failure::Failure;
use crate::view::ReceiptView;

/// More than the longest answer that `sosie search --json` writes, 100,000 hits with their ground.
const ANSWER_BYTES_MAX: u64 = 1 << 30;
const FLAG: &str = "--receipt";

/// What a file holds.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The receipt.
    pub(crate) receipt: pb::Receipt,
    /// The whole answer, if that is what was kept.
    pub(crate) answer: Option<Value>,
}

/// Reads a receipt, or an answer with its receipt, as `--json` writes them; `-` is standard input.
///
/// # Errors
/// [`Failure::Usage`] on `--receipt`.
pub(crate) fn read(path: &Path) -> Result<Kept, Failure> {
    let bytes = bytes(path).map_err(|error| Failure::unreadable(FLAG, path, &error))?;
    let refused = |what: &str| Failure::usage(FLAG, format_args!("`{}` {what}", path.display()));
    if bytes.len() as u64 > ANSWER_BYTES_MAX {
        return Err(refused(&format!("is longer than {ANSWER_BYTES_MAX} bytes")));
    }
    let json: Value = serde_json::from_slice(&bytes)
        .map_err(|error| refused(&format!("is not JSON: {error}")))?;
    let (receipt, answer) = match json.get("receipt") {
        Some(receipt) => (receipt.clone(), Some(json)),
        None => (json, None),
    };
    let view: ReceiptView = serde_path_to_error::deserialize(receipt).map_err(|error| {
        refused(&format!(
            "is not a receipt, nor an answer with one: {error}"
        ))
    })?;
    Ok(Kept {
        receipt: view.message()?,
        answer,
    })
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One more than is allowed, so that what is too long is seen.
    let max = ANSWER_BYTES_MAX + 1;
    if path == Path::new("-") {
        io::stdin().lock().take(max).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(max).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
