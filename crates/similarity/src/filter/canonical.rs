//! The canonical form of a filter, for the digest of a search.

use std::collections::BTreeSet;

use super::Filter;
use crate::code::{Code, CodePath, EventId, SeriesId};
use crate::digest::Digester;
use crate::event::State;

impl Filter {
    /// Feeds the canonical form: the order of lists and their repetitions don't matter.
    pub fn feed(&self, digester: &mut Digester) {
        for prefixes in [&self.nature_prefixes, &self.sector_prefixes] {
            let sorted: BTreeSet<_> = prefixes.iter().map(CodePath::as_str).collect();
            feed_texts(digester, sorted.into_iter());
        }
        let mut states = self.states.clone();
        if states.is_empty() {
            states.insert(State::Held);
        }
        feed_texts(digester, states.iter().map(|state| state.name()));
        digester.optional(self.time, |digester, time| {
            for end in [time.start, time.end] {
                digester.optional(end, |digester, end| {
                    digester.integer(end.as_micros());
                });
            }
        });
        for range in [self.participants, self.footprint_area_m2, self.duration_s] {
            digester.optional(range, |digester, range| {
                for end in [range.min, range.max] {
                    digester.optional(end, |digester, end| {
                        digester.number(end);
                    });
                }
            });
        }
        self.feed_regions(digester);
        feed_texts(digester, self.source_ids.iter().map(Code::as_str));
        feed_texts(
            digester,
            self.excluded_event_ids.iter().map(EventId::as_str),
        );
        feed_texts(
            digester,
            self.excluded_series_ids.iter().map(SeriesId::as_str),
        );
        feed_texts(digester, self.require_axes.iter().map(|axis| axis.name()));
    }

    fn feed_regions(&self, digester: &mut Digester) {
        digester.optional(self.bounding_box, |digester, within| {
            digester.list(within.degrees().into_iter(), |digester, degrees| {
                digester.number(degrees);
            });
        });
        digester.optional(self.radius, |digester, within| {
            digester.number(within.center().latitude_degrees());
            digester
                .number(within.center().longitude_degrees())
                .number(within.radius_km());
        });
        digester.optional(self.polygon.as_ref(), |digester, within| {
            let polygon = within.polygon();
            let rings: Vec<_> = std::iter::once(polygon.exterior())
                .chain(polygon.interiors())
                .collect();
            digester.list(rings.into_iter(), |digester, ring| {
                digester.list(ring.0.iter(), |digester, point| {
                    digester.number(point.x).number(point.y);
                });
            });
        });
    }
}

fn feed_texts<'a>(digester: &mut Digester, texts: impl ExactSizeIterator<Item = &'a str>) {
    digester.list(texts, |digester, text| {
        digester.text(text);
    });
}
