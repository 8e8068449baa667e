//! What the documents say, against what they are made from.
//!
//! Start reading at [`statement`], then [`registers`].

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod change;
mod declared;
mod given;
mod profiles;
mod record;
mod registers;
mod statement;
