//! What must be true of the domain, seen from outside: laws over random input, examples by hand.
//!
//! A law says what holds for every input and knows nothing of how it is computed; an example has
//! its expected number in sight, with the arithmetic beside it.
//!
//! Start reading at [`examples::policies`], one comparison from start to end, then [`laws`].

mod examples;
mod fixtures;
mod laws;
mod strategies;
