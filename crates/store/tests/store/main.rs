//! What the store promises, and what becomes of it when things go wrong.

mod concurrent;
mod damage;
mod erasure;
mod kill;
mod model;
mod no_space;
mod rules;
mod support;
