//! What became of an event: held, cancelled or postponed, with the closures of 2020 to 2022.

use chrono::NaiveDate;

use super::draw::Draw;

/// What became of an event that was announced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum State {
    Held,
    Cancelled,
    Postponed,
}

impl State {
    /// The name in a record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::Held => "HELD",
            State::Cancelled => "CANCELLED",
            State::Postponed => "POSTPONED",
        }
    }
}

/// A time when gatherings were limited.
struct Closure {
    /// First day, as year, month, day.
    from: (i32, u32, u32),
    /// Last day.
    to: (i32, u32, u32),
    /// Share of gatherings that had no leave to go on.
    stopped: f64,
    /// True if no kind had leave.
    total: bool,
    /// The most people one was allowed.
    heads_max: u64,
}

const CLOSURES: [Closure; 5] = [
    Closure {
        from: (2020, 3, 15),
        to: (2020, 5, 31),
        stopped: 0.97,
        total: true,
        heads_max: 100,
    },
    Closure {
        from: (2020, 6, 1),
        to: (2020, 10, 16),
        stopped: 0.5,
        total: false,
        heads_max: 5_000,
    },
    Closure {
        from: (2020, 10, 17),
        to: (2021, 5, 18),
        stopped: 0.9,
        total: false,
        heads_max: 1_000,
    },
    Closure {
        from: (2021, 5, 19),
        to: (2021, 8, 31),
        stopped: 0.35,
        total: false,
        heads_max: 5_000,
    },
    Closure {
        from: (2022, 1, 1),
        to: (2022, 2, 15),
        stopped: 0.25,
        total: false,
        heads_max: 5_000,
    },
];

fn closure_on(date: NaiveDate) -> Option<&'static Closure> {
    let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day);
    CLOSURES
        .iter()
        .find(|closure| day(closure.from) <= Some(date) && Some(date) <= day(closure.to))
}

/// What became of a gathering of `heads` on `date`, and how many came if it was held.
///
/// `kept` is the share of its kind that went on when others were stopped.
pub(crate) fn state_of(date: NaiveDate, heads: u64, kept: f64, draw: &mut Draw) -> (State, u64) {
    let (cancelled, postponed) = match closure_on(date) {
        None => (0.03, 0.02),
        Some(closure) => {
            // Without leave of its kind, what is far too large for the limit has no chance.
            let hopeless = heads > 4 * closure.heads_max && kept < 0.5;
            let kept = if closure.total { 0.0 } else { kept };
            let stopped = if hopeless {
                1.0
            } else {
                closure.stopped * (1.0 - kept)
            };
            (0.03 + 0.85 * stopped, 0.02 + 0.12 * stopped)
        }
    };
    let chance = draw.between([0.0, 1.0]);
    if chance < cancelled {
        (State::Cancelled, heads)
    } else if chance < cancelled + postponed {
        (State::Postponed, heads)
    } else if let Some(closure) = closure_on(date) {
        let allowed = closure.heads_max as f64 * draw.between([0.4, 1.0]);
        (State::Held, heads.min(allowed as u64))
    } else {
        (State::Held, heads)
    }
}
