//! The audit log from outside: what is written is read, what was told durable stays, and what is changed shows.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod bytes;
mod killed;
mod lines;
mod made;
mod properties;
mod segments;
mod shared;
mod torn;
mod writing;
