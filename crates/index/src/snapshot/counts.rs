//! Lists and facets: every row that passes is looked at.

use std::collections::BTreeMap;

use sosie_similarity::{Facet, FacetCounts, Page};

use super::{FacetAnswer, FacetQuery, ListAnswer, ListQuery, Snapshot};
use crate::blocks::layout::{BLOCK_ROWS, WideColumn};
use crate::blocks::paths::Paths;
use crate::cancel::Cancel;
use crate::error::{IndexError, SearchError};
use crate::row_filter::{RowFilter, excluded};

impl Snapshot {
    /// Counts candidates by facets.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn count_facets(
        &self,
        query: &FacetQuery,
        cancel: &Cancel,
    ) -> Result<FacetAnswer, SearchError> {
        let left_out = excluded(self, &query.filter, None)?;
        let rows = RowFilter::new(self, &query.filter, Some(query.as_of), left_out, cancel)?;
        let counts = query
            .facets
            .iter()
            .map(|facet| self.count(*facet, &rows, cancel));
        Ok(FacetAnswer {
            candidates: rows.candidates,
            counts: counts.collect::<Result<_, _>>()?,
        })
    }

    /// Counts numbers first, and names only what was found.
    fn count(
        &self,
        facet: Facet,
        rows: &RowFilter,
        cancel: &Cancel,
    ) -> Result<FacetCounts, SearchError> {
        let blocks = self.blocks();
        let mut by_number: BTreeMap<Option<usize>, u64> = BTreeMap::new();
        let mut last = (None, 0);
        self.for_each_row(rows, cancel, |slot| {
            let number = match facet {
                Facet::Nature(_) => self.path(slot, WideColumn::Nature)?,
                Facet::Sector(_) => self.path(slot, WideColumn::Sector)?,
                Facet::Month => Some(usize::from(blocks.calendars()[slot] >> 4)),
                Facet::Weekday => Some(usize::from(blocks.calendars()[slot] & 15)),
                Facet::Source => self.source(slot)?,
            };
            // Neighbours are alike, so most rows only lengthen a run.
            if last.0 == number {
                last.1 += 1;
            } else {
                *by_number.entry(last.0).or_default() += last.1;
                last = (number, 1);
            }
            Ok(())
        })?;
        *by_number.entry(last.0).or_default() += last.1;
        let mut counts = FacetCounts::default();
        for (number, rows) in by_number.into_iter().filter(|(_, rows)| *rows > 0) {
            match facet {
                Facet::Nature(depth) => {
                    counts.add_path(
                        number.map(|number| &blocks.natures.all()[number]),
                        depth,
                        rows,
                    );
                }
                Facet::Sector(depth) => {
                    counts.add_path(
                        number.map(|number| &blocks.sectors.all()[number]),
                        depth,
                        rows,
                    );
                }
                Facet::Month => counts.add_key(number.map(|month| format!("{month:02}")), rows),
                Facet::Weekday => counts.add_key(number.map(|day| day.to_string()), rows),
                Facet::Source => {
                    let source = number.map(|number| blocks.sources[number].as_str().to_owned());
                    counts.add_key(source, rows);
                }
            }
        }
        Ok(counts)
    }

    /// A page of the events that pass a filter.
    ///
    /// # Errors
    /// As [`Snapshot::search`].
    pub fn list(
        &self,
        query: &ListQuery,
        page: Page,
        cancel: &Cancel,
    ) -> Result<ListAnswer, SearchError> {
        let left_out = excluded(self, &query.filter, None)?;
        let rows = RowFilter::new(self, &query.filter, query.as_of, left_out, cancel)?;
        let mut ranked: Vec<(u32, u32)> = Vec::new();
        self.for_each_row(&rows, cancel, |slot| {
            ranked.push((self.blocks().ties()[slot], slot as u32));
            Ok(())
        })?;
        let end = page.offset.saturating_add(page.limit);
        let has_more = ranked.len() > end;
        if has_more {
            ranked.select_nth_unstable(end);
            ranked.truncate(end);
        }
        ranked.sort_unstable();
        let on_page = ranked.into_iter().skip(page.offset);
        let events = on_page.map(|(_, slot)| self.event_at(slot as usize));
        Ok(ListAnswer {
            events: events.collect::<Result<_, _>>()?,
            has_more,
        })
    }

    fn for_each_row(
        &self,
        rows: &RowFilter,
        cancel: &Cancel,
        mut take: impl FnMut(usize) -> Result<(), IndexError>,
    ) -> Result<(), SearchError> {
        for at in 0..self.blocks().block_count() {
            cancel.check()?;
            let block = self.blocks().block(at);
            let mut word = rows.word(at, block.group(), block.live()) & block.live();
            while word != 0 {
                let slot = at * BLOCK_ROWS + word.trailing_zeros() as usize;
                word &= word - 1;
                if !rows.excludes(self.blocks().documents()[slot]) {
                    take(slot)?;
                }
            }
        }
        Ok(())
    }

    /// The number of a row's path; of a class that several paths share, by its exact value.
    fn path(&self, slot: usize, column: WideColumn) -> Result<Option<usize>, IndexError> {
        let blocks = self.blocks();
        let class = blocks.block(slot / BLOCK_ROWS).wides(column)[slot % BLOCK_ROWS];
        let paths: &Paths = match column {
            WideColumn::Sector => &blocks.sectors,
            WideColumn::Nature | WideColumn::X | WideColumn::Y | WideColumn::Z => &blocks.natures,
        };
        if class == 0 || paths.only(class).is_some() {
            return Ok(paths.only(class));
        }
        let (columns, document) = (self.columns(), blocks.documents()[slot]);
        let exact = match column {
            WideColumn::Sector => columns.sector(document, paths),
            WideColumn::Nature | WideColumn::X | WideColumn::Y | WideColumn::Z => {
                columns.nature(document, paths)
            }
        };
        Ok(exact.and_then(|path| paths.find(path)))
    }

    fn source(&self, slot: usize) -> Result<Option<usize>, IndexError> {
        let blocks = self.blocks();
        let number = blocks.source_numbers()[slot];
        if number < u16::MAX {
            return Ok(Some(usize::from(number)));
        }
        let event = self.event_of(blocks.documents()[slot])?;
        let source_id = &event.parts().source_id;
        Ok(blocks.sources.iter().position(|source| source == source_id))
    }
}
