//! Lists and facets: every row that passes is looked at.

use std::collections::BTreeMap;

use sosie_similarity::{Facet, FacetCounts, Filter, Page, Timestamp};

use super::merge::start_and_id;
use super::{FacetAnswer, FacetQuery, ListAnswer, ListQuery, Part, Snapshot};
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
        let mut answer = FacetAnswer {
            candidates: 0,
            counts: vec![FacetCounts::default(); query.facets.len()],
        };
        for part in &self.parts {
            let rows = part.rows(&query.filter, Some(query.as_of), cancel)?;
            answer.candidates += rows.candidates;
            for (facet, counts) in query.facets.iter().zip(&mut answer.counts) {
                part.count(*facet, (&rows, cancel), counts)?;
            }
        }
        Ok(answer)
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
        let end = page.offset.saturating_add(page.limit);
        let mut listed: Vec<(usize, usize)> = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let rows = part.rows(&query.filter, query.as_of, cancel)?;
            let slots = part.first_rows(&rows, end.saturating_add(1), cancel)?;
            let slots = slots.into_iter().map(|slot| (at, slot));
            listed = self.merged(listed, slots.collect())?;
        }
        let has_more = listed.len() > end;
        let on_page = listed.into_iter().take(end).skip(page.offset);
        let events = on_page.map(|(at, slot)| {
            let part = &self.parts[at];
            part.event_of(part.blocks().documents()[slot])
        });
        Ok(ListAnswer {
            events: events.collect::<Result<_, _>>()?,
            has_more,
        })
    }

    /// Two sorted lists of slots of parts as one.
    fn merged(
        &self,
        one: Vec<(usize, usize)>,
        other: Vec<(usize, usize)>,
    ) -> Result<Vec<(usize, usize)>, IndexError> {
        let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
        let mut merged = Vec::new();
        while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
            let order = start_and_id((&self.parts[a.0], a.1), (&self.parts[b.0], b.1))?;
            merged.extend(if order.is_lt() {
                one.next()
            } else {
                other.next()
            });
        }
        merged.extend(one.chain(other));
        Ok(merged)
    }
}

impl Part {
    /// The rows that pass.
    pub(super) fn rows(
        &self,
        filter: &Filter,
        as_of: Option<Timestamp>,
        cancel: &Cancel,
    ) -> Result<RowFilter, SearchError> {
        let left_out = excluded(self, filter, None)?;
        RowFilter::new(self, filter, as_of, left_out, cancel)
    }

    /// Counts numbers first, and names only what was found.
    fn count(
        &self,
        facet: Facet,
        (rows, cancel): (&RowFilter, &Cancel),
        counts: &mut FacetCounts,
    ) -> Result<(), SearchError> {
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
        for (number, rows) in by_number.into_iter().filter(|(_, rows)| *rows > 0) {
            self.name(facet, (number, rows), counts);
        }
        Ok(())
    }

    fn name(&self, facet: Facet, found: (Option<usize>, u64), counts: &mut FacetCounts) {
        let (number, rows) = found;
        let blocks = self.blocks();
        match facet {
            Facet::Nature(depth) => {
                let path = number.map(|number| &blocks.natures.all()[number]);
                counts.add_path(path, depth, rows);
            }
            Facet::Sector(depth) => {
                let path = number.map(|number| &blocks.sectors.all()[number]);
                counts.add_path(path, depth, rows);
            }
            Facet::Month => counts.add_key(number.map(|month| format!("{month:02}")), rows),
            Facet::Weekday => counts.add_key(number.map(|day| day.to_string()), rows),
            Facet::Source => {
                let source = number.map(|number| blocks.sources[number].as_str().to_owned());
                counts.add_key(source, rows);
            }
        }
    }

    /// The first so many slots of rows, start ↓, id ↑.
    fn first_rows(
        &self,
        rows: &RowFilter,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<usize>, SearchError> {
        let mut ranked: Vec<(u32, u32)> = Vec::new();
        self.for_each_row(rows, cancel, |slot| {
            ranked.push((self.blocks().ties()[slot], slot as u32));
            Ok(())
        })?;
        if ranked.len() > limit {
            ranked.select_nth_unstable(limit);
            ranked.truncate(limit);
        }
        ranked.sort_unstable();
        Ok(ranked.into_iter().map(|(_, slot)| slot as usize).collect())
    }

    pub(super) fn for_each_row(
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

    pub(super) fn source(&self, slot: usize) -> Result<Option<usize>, IndexError> {
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
