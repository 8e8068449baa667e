//! The hits of a search, a line each.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color};
use sosie_proto::pb;

use super::bars::{Bars, MARKS};
use super::{Side, grouped, number, remark, shortened, table};
use crate::output::Output;
use crate::when;

/// What fits on a line.
struct Layout {
    gap: u16,
    bars: Bars,
    date: &'static str,
    shows_participants: bool,
    paths: Paths,
}

/// Room for the nature and the sector, and what all sectors begin with.
struct Paths {
    nature_max: usize,
    sector_max: usize,
    city: String,
}

impl Layout {
    fn of(width: u16, hits: &[pb::SimilarEvent]) -> Layout {
        let (gap, bars) = match width {
            ..92 => (1, Bars::Tight),
            92..132 => (2, Bars::Standing),
            132.. => (2, Bars::Lying),
        };
        let (date, date_width) = if width < 116 {
            ("%Y-%m-%d", 10)
        } else {
            ("%a %Y-%m-%d", 14)
        };
        let shows_participants = width >= 104;
        let people = if shows_participants { 6 + gap } else { 0 };
        let ids = hits
            .iter()
            .filter_map(|hit| Some(hit.event.as_ref()?.event_id.len()));
        // Rank, score and coverage take 2, 5 and 5; a gap after each of the seven before the last.
        let taken = 12 + ids.max().unwrap_or(0) + date_width + bars.width() + people + 7 * gap;
        Layout {
            gap: gap as u16,
            bars,
            date,
            shows_participants,
            paths: Paths::of(usize::from(width).saturating_sub(taken), hits),
        }
    }
}

impl Paths {
    fn of(width: usize, hits: &[pb::SimilarEvent]) -> Paths {
        let events = || hits.iter().filter_map(|hit| hit.event.as_ref());
        let sectors: Vec<&str> = events()
            .filter_map(|event| event.sector.as_deref())
            .collect();
        let city = common_code(&sectors);
        let sector_len = sectors.iter().map(|sector| sector.len() - city.len()).max();
        let natures = events().filter_map(|event| event.nature.as_ref());
        let nature_len = natures.map(String::len).max().unwrap_or(0);
        // A sector may take half of the room, and the nature what is left of it.
        let sector_max = sector_len
            .unwrap_or(0)
            .min((width / 2).max(width.saturating_sub(nature_len)));
        Paths {
            nature_max: width.saturating_sub(sector_max).max(PATH_MIN),
            sector_max: sector_max.max(PATH_MIN),
            city,
        }
    }
}

/// Less says nothing.
const PATH_MIN: usize = 10;

/// The first code that all paths share, with its `/`; empty if there is none, or nothing after it.
fn common_code(paths: &[&str]) -> String {
    let first = paths
        .first()
        .and_then(|path| path.split_inclusive('/').next());
    let shared = first.filter(|code| {
        paths
            .iter()
            .all(|path| path.len() > code.len() && path.starts_with(code))
    });
    shared
        .filter(|code| code.ends_with('/'))
        .unwrap_or_default()
        .to_owned()
}

/// Writes the hits, and what their columns mean.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write(out: &mut Output, hits: &[pb::SimilarEvent]) -> io::Result<()> {
    let Some(first) = hits.first() else {
        return writeln!(out, "Nothing resembles it under these conditions.");
    };
    let layout = Layout::of(out.width(), hits);
    let heading = layout.bars.heading(&first.ledger);
    let sector = match layout.paths.city.as_str() {
        "" => "sector".to_owned(),
        city => format!("in {city}"),
    };
    let mut columns = vec![
        ("#", Side::Right),
        ("event", Side::Left),
        ("score", Side::Right),
        ("cover", Side::Right),
        ("date", Side::Left),
        (heading.as_str(), Side::Left),
        ("nature", Side::Left),
        (sector.as_str(), Side::Left),
    ];
    if layout.shows_participants {
        columns.insert(5, ("people", Side::Right));
    }
    let mut table = table(&columns, layout.gap);
    for hit in hits {
        table.add_row(row(hit, &layout));
    }
    super::write(out, &table)?;
    remark(out, &format!("{}.", layout.bars.legend(&first.ledger)))?;
    remark(out, MARKS)
}

fn row(hit: &pb::SimilarEvent, layout: &Layout) -> Vec<Cell> {
    let unknown = pb::Event::default();
    let event = hit.event.as_ref().unwrap_or(&unknown);
    let paths = &layout.paths;
    let known = |text: Option<String>| text.map_or_else(|| super::faint("·"), Cell::new);
    let nature = event.nature.as_deref();
    let sector = event
        .sector
        .as_deref()
        .map(|path| &path[paths.city.len()..]);
    let start = event.start_time.as_ref();
    let mut row = vec![
        super::faint(&hit.rank.to_string()),
        Cell::new(&event.event_id),
        Cell::new(format!("{:.3}", hit.score)).add_attribute(Attribute::Bold),
        Cell::new(number::percent(hit.coverage)),
        Cell::new(when::shown(start, &event.time_zone, layout.date)),
        Cell::new(layout.bars.bars(&hit.ledger)).fg(Color::DarkCyan),
        known(nature.map(|path| shortened(path, paths.nature_max))),
        known(sector.map(|path| shortened(path, paths.sector_max))),
    ];
    if layout.shows_participants {
        let people = event.participants.as_ref().map(|it| grouped(it.best()));
        row.insert(5, known(people));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sectors_lose_the_code_that_all_of_them_share() {
        assert_eq!(
            common_code(&["marseille/13008", "marseille/13001/opera"]),
            "marseille/"
        );
        for paths in [
            &["marseille/13008", "aix/centre"][..],
            &["marseille", "marseille/13001"],
            &[],
        ] {
            assert_eq!(common_code(paths), "", "{paths:?}");
        }
    }
}
