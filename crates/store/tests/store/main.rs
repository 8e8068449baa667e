//! What the store promises, and what becomes of it when things go wrong.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod concurrent;
mod damage;
mod erasure;
mod held;
mod kill;
mod model;
mod no_space;
mod rules;
mod support;
