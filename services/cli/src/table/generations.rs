//! Generations on the disk.

use std::io::{self, Write};

use comfy_table::{Cell, Color};
use sosie_index::GenerationSummary;

use super::{Side, grouped, table};
use crate::output::Output;
use crate::view::KeptGenerationView;

/// Writes a line for each, then what is wrong with damaged ones.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, generations: &[GenerationSummary]) -> io::Result<()> {
    if generations.is_empty() {
        return writeln!(out, "Nothing was published there yet.");
    }
    let mut table = table(
        &[
            ("generation", Side::Left),
            ("", Side::Left),
            ("created", Side::Left),
            ("events", Side::Right),
            ("size", Side::Right),
            ("sources", Side::Left),
        ],
        2,
    );
    for generation in generations {
        table.add_row(row(generation));
    }
    super::write(out, &table)?;
    for generation in generations {
        if let Err(error) = &generation.manifest {
            writeln!(out, "{error}")?;
        }
    }
    Ok(())
}

/// Writes a line for each generation that an indexer keeps.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_kept(out: &mut Output, kept: &[KeptGenerationView]) -> io::Result<()> {
    if kept.is_empty() {
        return writeln!(out, "Nothing was published there yet.");
    }
    let mut table = table(
        &[
            ("generation", Side::Left),
            ("", Side::Left),
            ("created", Side::Left),
            ("events", Side::Right),
            ("size", Side::Right),
            ("last chosen", Side::Left),
            ("for receipts until", Side::Left),
        ],
        2,
    );
    for generation in kept {
        table.add_row(kept_row(generation));
    }
    super::write(out, &table)
}

fn kept_row(kept: &KeptGenerationView) -> Vec<Cell> {
    let current = if kept.is_current { "current" } else { "" };
    let mut row = vec![
        Cell::new(&kept.generation_id),
        Cell::new(current).fg(Color::Green),
    ];
    match &kept.manifest {
        Some(manifest) => row.extend([
            Cell::new(&manifest.created_time),
            Cell::new(grouped(manifest.event_count)),
            Cell::new(size_text(manifest.size_bytes.cast_unsigned())),
        ]),
        None => row.extend([
            Cell::new("damaged").fg(Color::Red),
            Cell::new(""),
            Cell::new(""),
        ]),
    }
    row.push(Cell::new(
        kept.last_activation
            .as_ref()
            .map_or_else(String::new, |made| {
                format!("{} {}", made.activated_time, made.reason)
            }),
    ));
    let until = kept.kept_for_receipts_until_time.clone();
    row.push(Cell::new(until.unwrap_or_default()));
    row
}

fn row(generation: &GenerationSummary) -> Vec<Cell> {
    let current = if generation.is_current { "current" } else { "" };
    let mut row = vec![
        Cell::new(generation.generation),
        Cell::new(current).fg(Color::Green),
    ];
    match &generation.manifest {
        Ok(manifest) => {
            let created = manifest.created_time.to_utc();
            let sources = manifest.sources.iter();
            let sources: Vec<_> = sources.map(|it| it.source_id.to_string()).collect();
            row.extend([
                Cell::new(created.format("%Y-%m-%d %H:%M:%S UTC")),
                Cell::new(grouped(manifest.event_count.cast_signed())),
                Cell::new(size_text(manifest.size_bytes())),
                Cell::new(sources.join(", ")),
            ]);
        }
        Err(_) => row.push(Cell::new("damaged").fg(Color::Red)),
    }
    row
}

/// Bytes, in the unit that people read.
pub(crate) fn size_text(bytes: u64) -> String {
    let kib = bytes as f64 / 1_024.0;
    if kib < 1_024.0 {
        format!("{kib:.0} KiB")
    } else {
        format!("{:.1} MiB", kib / 1_024.0)
    }
}
