//! Reindex jobs.

use std::io::{self, Write};

use comfy_table::{Cell, Color};

use super::{Side, grouped, table};
use crate::output::Output;
use crate::view::JobView;

/// Writes a line for each.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_list(out: &mut Output, jobs: &[JobView]) -> io::Result<()> {
    if jobs.is_empty() {
        return writeln!(out, "No job was started there yet.");
    }
    let mut table = table(
        &[
            ("job", Side::Left),
            ("state", Side::Left),
            ("phase", Side::Left),
            ("started", Side::Left),
            ("ended", Side::Left),
            ("generation or failure", Side::Left),
        ],
        2,
    );
    for job in jobs {
        table.add_row([
            Cell::new(&job.job_id),
            state(job),
            Cell::new(job.phase),
            Cell::new(&job.start_time),
            Cell::new(job.end_time.as_deref().unwrap_or_default()),
            Cell::new(outcome(job)),
        ]);
    }
    super::write(out, &table)
}

/// Writes a job, and what became of the records of its sources.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, job: &JobView) -> io::Result<()> {
    write_list(out, std::slice::from_ref(job))?;
    if job.state == "RUNNING" {
        writeln!(out, "{}", progress(job))?;
    }
    if job.sources.is_empty() {
        return Ok(());
    }
    let mut table = table(
        &[
            ("source", Side::Left),
            ("", Side::Left),
            ("read", Side::Right),
            ("accepted", Side::Right),
            ("unchanged", Side::Right),
            ("refused", Side::Right),
        ],
        2,
    );
    for source in &job.sources {
        table.add_row([
            Cell::new(&source.name),
            Cell::new(if source.is_imported { "imported" } else { "" }),
            Cell::new(grouped(source.read_count)),
            Cell::new(grouped(source.accepted_count)),
            Cell::new(grouped(source.unchanged_count)),
            Cell::new(grouped(source.refused_count)),
        ]);
    }
    super::write(out, &table)
}

/// How far a job is, in one line.
pub(crate) fn progress(job: &JobView) -> String {
    let phase = job.phase.to_lowercase();
    let done = grouped(job.done_count);
    match job.total_count {
        Some(total) if total > 0 => {
            let percent = job.done_count.saturating_mul(100) / total;
            format!(
                "{} {phase}: {done} of {}, {percent} %",
                job.job_id,
                grouped(total)
            )
        }
        Some(_) | None => format!("{} {phase}: {done}", job.job_id),
    }
}

fn state(job: &JobView) -> Cell {
    let cell = Cell::new(job.state);
    match job.state {
        "SUCCEEDED" => cell.fg(Color::Green),
        "FAILED" => cell.fg(Color::Red),
        _ => cell,
    }
}

fn outcome(job: &JobView) -> String {
    match &job.failure {
        Some(failure) => format!("{} {}", failure.reason, failure.subject)
            .trim_end()
            .to_owned(),
        None => job.generation_id.clone(),
    }
}
