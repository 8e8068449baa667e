//! What a run tells: a table for people, JSON for programs.

use std::fmt::Write as _;
use std::io::Write as _;

use serde::Serialize;

use super::phases::{Phase, phases};
use super::round::{Latency, Round};

/// Every round, with its phases if the service has told them.
#[derive(Serialize)]
pub(super) struct Report {
    rounds: Vec<ReportedRound>,
}

#[derive(Serialize)]
struct ReportedRound {
    #[serde(flatten)]
    round: Round,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phases: Vec<Phase>,
}

impl Report {
    /// Adds the phases of each round from the phase log.
    ///
    /// # Errors
    /// The log can't be read.
    pub(super) fn new(rounds: Vec<Round>, phase_log: Option<&str>) -> anyhow::Result<Report> {
        let reported = rounds.into_iter().map(|round| {
            let window_us = round.from_us..round.to_us;
            let phases = phase_log.map_or(Ok(vec![]), |log| phases(log, window_us))?;
            Ok(ReportedRound { round, phases })
        });
        Ok(Report {
            rounds: reported.collect::<anyhow::Result<_>>()?,
        })
    }

    /// Writes it to stdout.
    ///
    /// # Errors
    /// Stdout is closed.
    pub(super) fn write(&self, as_json: bool) -> anyhow::Result<()> {
        let text = if as_json {
            serde_json::to_string_pretty(self)? + "\n"
        } else {
            self.tables()
        };
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(())
    }

    fn tables(&self) -> String {
        let mut text = String::from(
            " conns  offered/s  achieved/s    p50 ms    p90 ms    p99 ms  p99.9 ms    max ms    late  \
             unsent  server µs  failed\n",
        );
        for ReportedRound { round, .. } in &self.rounds {
            text += &row(round);
        }
        for ReportedRound { round, phases } in &self.rounds {
            if !phases.is_empty() {
                text += &breakdown(round, phases);
            }
        }
        text
    }
}

fn row(round: &Round) -> String {
    let Latency {
        p50,
        p90,
        p99,
        p999,
        max,
    } = round.latency_ms;
    let cpu_us = round.server_cpu_us;
    let cpu_us = cpu_us.map_or_else(|| "-".to_owned(), |us| format!("{us:.0}"));
    let failed = round.failed.iter();
    let failed: Vec<_> = failed.map(|(code, n)| format!("{n} {code}")).collect();
    format!(
        "{:6} {:10.0} {:11.0} {p50:9.2} {p90:9.2} {p99:9.2} {p999:9.2} {max:9.2} {:7} {:7} {cpu_us:>10}  {}\n",
        round.connections,
        round.offered_per_s,
        round.achieved_per_s,
        round.late,
        round.unsent,
        if failed.is_empty() {
            "0".to_owned()
        } else {
            failed.join(", ")
        },
    )
}

fn breakdown(round: &Round, phases: &[Phase]) -> String {
    let mut text = format!(
        "\nwhere the time went: {} connections, {:.0}/s\n phase        count    mean µs     p99 µs\n",
        round.connections, round.offered_per_s
    );
    for phase in phases {
        let Phase {
            name,
            count,
            mean_us,
            p99_us,
        } = phase;
        // Writing to a string can't fail.
        let _ = writeln!(text, " {name:8} {count:9} {mean_us:10.1} {p99_us:10.1}");
    }
    text
}
