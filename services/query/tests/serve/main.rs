//! The query service over real gRPC, on generations that are built and published in a directory of the test.

#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails there, fixture or not"
)]

mod answers;
mod audit;
mod fixture;
mod gone;
mod health;
mod lifecycle;
mod load;
mod paging;
mod process;
mod receipts;
mod refusals;
mod replay;
mod shutdown;
mod stub;
mod swaps;
mod transparency;
