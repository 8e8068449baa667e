//! PostgreSQL as a source, with a server of the test's own: `postgres` and `initdb` on the PATH, of Debian's
//! packages, in `target/postgres` (`cargo xtask postgres`), or where `SOSIE_POSTGRES_BIN` says. Without any the tests
//! say so and pass.

#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails there, fixture or not"
)]

mod cluster;
mod fixture;
mod loading;
mod order;
mod refusals;
mod storm;
mod tls;
