//! A record as one line of JSON, in exactly one form.
//!
//! ```text
//! {"seq":7,"time":"…","kind":"CALL",…,"prev":"…","hash":"…"}
//! {"seq":8,"time":"…","kind":"CHECKPOINT","cause":"SEAL","prev":"…","signature":"…","hash":"…"}
//! ```
//!
//! `signature` is over all bytes before `,"signature":`, `hash` over all before `,"hash":`; `prev` is the `hash` of the
//! line before. **Law.** A line that is read is, byte for byte, the one that its record is written as: no byte is free.

mod object;
mod parse;
mod write;

pub(crate) use object::Object;
pub use parse::LineError;
pub(crate) use parse::{instant, read, signed_part};
pub(crate) use write::{Content, Draft, time_text, write};

/// Version of the lines and of `HEAD`; another is refused by name.
pub const FORMAT_VERSION: u32 = 1;

/// Most bytes of a line, without its end. Every field of an entry at its longest makes less than 1,600.
pub const LINE_BYTES_MAX: usize = 4_096;

const HASH_KEY: &[u8] = b",\"hash\":\"";
const SIGNATURE_KEY: &[u8] = b",\"signature\":\"";
const LINE_END: &[u8] = b"\"}";
/// Bytes of a line from [`HASH_KEY`] on.
const HASH_TAIL_BYTES: usize = HASH_KEY.len() + 64 + LINE_END.len();
/// Bytes of a signature with its key and the quote after it.
const SIGNATURE_BYTES: usize = SIGNATURE_KEY.len() + 128 + 1;
