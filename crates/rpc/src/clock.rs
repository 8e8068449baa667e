//! The clock of the process.

use std::time::{SystemTime, UNIX_EPOCH};

use sosie_similarity::Timestamp;

/// Now, in whole microseconds.
///
/// # Panics
/// With a clock that stands before 1970 or after the year 9999.
pub fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since_1970.expect("the clock stands after 1970").as_micros();
    let now = i64::try_from(micros).ok().map(Timestamp::from_micros);
    now.and_then(Result::ok)
        .expect("the clock stands before the year 10,000")
}
