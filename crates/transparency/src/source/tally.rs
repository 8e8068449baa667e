//! Counts what data sets show, one event at a time.

use std::collections::BTreeMap;

use sosie_similarity::{Axis, Code, Event};

use super::{Period, SourceFigures};

/// Figures of all data sets that the added events are of. Tallies of parts of an index merge into that of the whole,
/// whatever the parts and their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceTally {
    by_source: BTreeMap<Code, SourceFigures>,
}

impl SourceTally {
    /// Counts one event. The caller adds each event once, in its current revision.
    pub fn add(&mut self, event: &Event) {
        let source_id = &event.parts().source_id;
        // Looked up before inserted: the usual event is of a known source, and its code is not copied.
        if let Some(figures) = self.by_source.get_mut(source_id) {
            figures.merge(&figures_of(event));
        } else {
            self.by_source.insert(source_id.clone(), figures_of(event));
        }
    }

    /// Adds all that another tally counted.
    pub fn merge(&mut self, other: SourceTally) {
        for (source_id, figures) in other.by_source {
            self.by_source
                .entry(source_id)
                .and_modify(|own| own.merge(&figures))
                .or_insert(figures);
        }
    }

    /// The figures of one data set; those of none of its events if none was added.
    pub fn figures(&self, source_id: &Code) -> SourceFigures {
        self.by_source.get(source_id).cloned().unwrap_or_default()
    }

    /// The data sets counted, by id.
    pub fn sources(&self) -> impl Iterator<Item = (&Code, &SourceFigures)> {
        self.by_source.iter()
    }
}

/// Those of no events.
impl Default for SourceFigures {
    fn default() -> Self {
        SourceFigures {
            rows: 0,
            period: None,
            last_known_time: None,
            missing: [0; Axis::ALL.len()],
        }
    }
}

impl SourceFigures {
    fn merge(&mut self, other: &SourceFigures) {
        self.rows += other.rows;
        for (own, other) in self.missing.iter_mut().zip(other.missing) {
            *own += other;
        }
        self.last_known_time = self.last_known_time.max(other.last_known_time);
        self.period = match (self.period, other.period) {
            (Some(own), Some(other)) => Some(Period {
                first: own.first.min(other.first),
                end: own.end.max(other.end),
            }),
            (own, other) => own.or(other),
        };
    }
}

fn figures_of(event: &Event) -> SourceFigures {
    let (parts, values) = (event.parts(), event.values());
    SourceFigures {
        rows: 1,
        period: Some(Period {
            first: parts.times.start(),
            end: parts.times.end(),
        }),
        last_known_time: Some(parts.known_time),
        missing: Axis::ALL.map(|axis| u64::from(!values.has(axis))),
    }
}

#[cfg(test)]
mod tests {
    use sosie_synthetic::{Config, Generator};

    use super::*;

    #[test]
    fn a_tally_of_parts_is_that_of_the_whole() {
        let generator = Generator::new(7, Config::default());
        let (mut whole, mut parts) = (SourceTally::default(), SourceTally::default());
        for part in [400..600, 0..400] {
            let mut tally = SourceTally::default();
            for index in part {
                let event = generator.event(index);
                whole.add(&event);
                tally.add(&event);
            }
            parts.merge(tally);
        }
        assert_eq!(whole, parts);
        let rows: u64 = whole.sources().map(|(_, figures)| figures.rows()).sum();
        assert_eq!(rows, 600);
    }

    #[test]
    fn figures_are_those_of_a_plain_count() {
        let generator = Generator::new(8, Config::default());
        let events: Vec<_> = (0..3_000).map(|index| generator.event(index)).collect();
        let mut tally = SourceTally::default();
        events.iter().for_each(|event| tally.add(event));
        let source_id = &events[0].parts().source_id;
        let own: Vec<_> = events
            .iter()
            .filter(|event| event.parts().source_id == *source_id)
            .collect();
        let figures = tally.figures(source_id);
        assert_eq!(figures.rows(), own.len() as u64);
        for axis in Axis::ALL {
            let without = own.iter().filter(|event| !event.values().has(axis)).count();
            assert_eq!(
                figures.missing_share(axis),
                without as f64 / own.len() as f64
            );
        }
        let first = own.iter().map(|event| event.parts().times.start()).min();
        assert_eq!(figures.period().map(|period| period.first), first);
        let known = own.iter().map(|event| event.parts().known_time).max();
        assert_eq!(figures.last_known_time(), known);
    }

    #[test]
    fn figures_that_no_events_can_have_are_refused() {
        use super::super::InvalidFigures;
        let none = SourceFigures::new(0, None, None, [0; 8]);
        assert_eq!(none, Ok(SourceFigures::default()));
        let refused = SourceFigures::new(1, None, None, [0; 8]);
        assert_eq!(refused, Err(InvalidFigures::PeriodWithoutRows(1)));
    }
}
