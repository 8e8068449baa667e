//! A snapshot.

use std::io;

use comfy_table::Cell;

use super::generations::size_text;
use super::{Side, grouped, table};
use crate::output::Output;
use crate::view::SnapshotView;

/// Writes a line for each thing that it says of itself.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, snapshot: &SnapshotView) -> io::Result<()> {
    let generation = match snapshot.generation_id.as_str() {
        "" => "none was published yet",
        generation => generation,
    };
    let mut table = table(&[("snapshot", Side::Left), ("", Side::Left)], 2);
    for (name, value) in [
        ("name", snapshot.snapshot_id.clone()),
        ("digest", snapshot.digest.clone()),
        ("made", snapshot.created_time.clone()),
        ("events", grouped(snapshot.event_count.cast_signed())),
        ("position", snapshot.position.to_string()),
        ("generation", generation.to_owned()),
        ("size", size_text(snapshot.size_bytes)),
    ] {
        table.add_row([Cell::new(name), Cell::new(value)]);
    }
    super::write(out, &table)
}
