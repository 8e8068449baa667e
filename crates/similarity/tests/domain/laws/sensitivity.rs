//! **Law.** What a ranking says of changed weights is what the real scorer and the plain search find there.

mod cases;
mod leaving;
mod stability;
mod swaps;
