//! The exact values of a row, for the few rows that are scored to the last bit.
//!
//! What the codes of a row tell to the last bit is taken from its block: every column of tantivy is another place in
//! memory, and waiting for it is most of what an exact score costs.

use sosie_similarity::{AxisValues, Calendar, CodePath, Footprint, Participants};

use crate::blocks::codes::exact_share;
use crate::blocks::layout::{BLOCK_ROWS, ByteColumn, WideColumn};
use crate::blocks::paths::Paths;
use crate::error::IndexError;
use crate::snapshot::Part;

/// A day that stands for any, where none is compared.
const ANY_DAY: u16 = 1;

/// The values of the row at `slot`. `footprint` is its geometry, where that matters; `days` says whether days of the
/// year do.
pub(crate) fn exact_values<'a>(
    part: &'a Part,
    slot: usize,
    footprint: Option<&'a Footprint>,
    days: bool,
) -> Result<AxisValues<'a>, IndexError> {
    let (blocks, columns) = (part.blocks(), part.columns());
    let document = blocks.documents()[slot];
    let (segment, doc) = columns.locate(document);
    let (block, lane) = (blocks.block(slot / BLOCK_ROWS), slot % BLOCK_ROWS);
    let presence = &blocks.groups[block.group()].key.presence;
    let code = |column| block.bytes(column)[lane];

    let best = blocks.participants.only(code(ByteColumn::Participants));
    let participants = match (presence.participants, best) {
        (Some(basis), Some(best)) => Participants::new(best as u64, None, None, basis).ok(),
        (Some(_), None) => segment.participants(doc),
        (None, _) => None,
    };
    let path = |column, paths: &'a Paths, read: &dyn Fn() -> Option<&'a CodePath>| match paths
        .only(block.wides(column)[lane])
    {
        Some(number) => Some(&paths.all()[number]),
        None => read(),
    };
    let shares = code(ByteColumn::Calendar);
    let month_and_weekday = blocks.calendars()[slot];
    let calendar = || {
        Some(Calendar {
            weekend_share: exact_share(shares >> 4).or_else(|| segment.weekend_share(doc))?,
            summer_share: exact_share(shares & 15).or_else(|| segment.summer_share(doc))?,
            day_of_year: if days {
                segment.day_of_year(doc)?
            } else {
                ANY_DAY
            },
            month: month_and_weekday >> 4,
            weekday: month_and_weekday & 15,
        })
    };
    let area = blocks.footprint.only(code(ByteColumn::Footprint));
    let duration = blocks.duration.only(code(ByteColumn::Duration));
    Ok(AxisValues {
        location: presence.location.then(|| segment.location(doc)).flatten(),
        participants,
        nature: path(WideColumn::Nature, &blocks.natures, &|| {
            columns.nature(document, &blocks.natures)
        }),
        sector: path(WideColumn::Sector, &blocks.sectors, &|| {
            columns.sector(document, &blocks.sectors)
        }),
        calendar: Some(calendar().ok_or(IndexError::Malformed("weekend_share"))?),
        footprint_area_m2: area.or_else(|| segment.footprint_area_m2.first(doc)),
        footprint,
        duration_s: duration.or_else(|| segment.duration_s.first(doc)),
    })
}
