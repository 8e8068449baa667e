//! Removes old records from the audit log, as it was told to: whole segments, from the front.

use std::num::NonZeroU32;
use std::time::Duration;

use sosie_audit::{Log, Trimmed};
use sosie_similarity::Timestamp;

use crate::layers::Audit;

/// Time between two looks. A segment is of a day, so nothing stays much longer for it.
const LOOK_INTERVAL: Duration = Duration::from_secs(3_600);
const DAY_MICROS: i64 = 86_400_000_000;

/// Looks at once, and then every hour. Never done.
pub(crate) async fn retain(audit: Option<Audit>) {
    let kept = audit.and_then(|audit| Some((audit.log, audit.days?)));
    let Some((log, days)) = kept else {
        return std::future::pending().await;
    };
    let mut looks = tokio::time::interval(LOOK_INTERVAL);
    loop {
        looks.tick().await;
        let log = log.clone();
        // It waits for a disk. What ends meanwhile is the process.
        let _ = tokio::task::spawn_blocking(move || look(&log, days)).await;
    }
}

fn look(log: &Log, days: NonZeroU32) {
    match log.trim(before(crate::now(), days)) {
        Ok(Some(Trimmed {
            first_seq,
            last_seq,
            ..
        })) => {
            tracing::info!(
                first_seq,
                last_seq,
                "old records were removed from the audit log"
            );
        }
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, "old records were not removed from the audit log");
        }
    }
}

/// The instant so many days ago.
fn before(now: Timestamp, days: NonZeroU32) -> Timestamp {
    let kept = i64::from(days.get()).saturating_mul(DAY_MICROS);
    let micros = now.as_micros().saturating_sub(kept);
    Timestamp::from_micros(micros).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_back_and_end_with_the_calendar() {
        let now = Timestamp::from_micros(10 * DAY_MICROS + 5).expect("in 1970");
        let days = |n| NonZeroU32::new(n).expect("not 0");
        assert_eq!(before(now, days(3)).as_micros(), 7 * DAY_MICROS + 5);
        assert_eq!(before(now, days(u32::MAX)), Timestamp::MIN);
    }
}
