//! The canonical form of a search, for its digest.

use super::{Probe, Search};
use crate::axis::AxisValues;
use crate::digest::{Digest, Digester};
use crate::footprint::{Footprint, FootprintShape};

impl Search {
    /// SHA-256 of the canonical form: what was applied, defaults included, so that a request that spells
    /// a default out has the digest of one that leaves it away. Page size and token are not part of it.
    pub fn digest(&self) -> Digest {
        let mut digester = Digester::new("search/1");
        digester.text(&self.profile.digest().to_string());
        digester.list(self.weights.iter(), |digester, weight| {
            digester.number(*weight);
        });
        digester
            .number(self.min_coverage)
            .integer(self.as_of.as_micros());
        digester
            .integer(self.exclude_probe_series.into())
            .integer(self.collapse_series.into());
        self.filter.feed(&mut digester);
        match &self.probe {
            Probe::Stored(event) => {
                digester.text("stored").text(event.id().as_str());
            }
            Probe::Draft(draft) => {
                digester.text("draft");
                feed_values(&mut digester, &draft.values());
            }
        }
        digester.finish()
    }
}

fn feed_values(digester: &mut Digester, values: &AxisValues) {
    digester.optional(values.location, |digester, at| {
        digester
            .number(at.latitude_degrees())
            .number(at.longitude_degrees());
    });
    digester.optional(values.participants, |digester, count| {
        for count in [Some(count.best()), count.low(), count.high()] {
            digester.optional(count, |digester, count| {
                digester.integer(count as i64);
            });
        }
        digester.optional(count.basis(), |digester, basis| {
            digester.text(basis.name());
        });
    });
    for path in [values.nature, values.sector] {
        digester.optional(path, |digester, path| {
            digester.text(path.as_str());
        });
    }
    digester.optional(values.calendar, |digester, calendar| {
        digester
            .number(calendar.weekend_share)
            .number(calendar.summer_share);
        digester.integer(calendar.day_of_year.into());
    });
    for number in [values.footprint_area_m2, values.duration_s] {
        digester.optional(number, |digester, number| {
            digester.number(number);
        });
    }
    digester.optional(values.footprint, feed_footprint);
}

fn feed_footprint(digester: &mut Digester, footprint: &Footprint) {
    let lines: Vec<&geo::LineString<f64>> = match footprint.shape() {
        FootprintShape::Route { line, width_m } => {
            digester.text("route").number(*width_m);
            vec![line]
        }
        FootprintShape::Area(polygons) => {
            digester.text("area");
            digester.list(polygons.0.iter(), |digester, polygon| {
                digester.integer(polygon.interiors().len() as i64);
            });
            polygons
                .iter()
                .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
                .collect()
        }
    };
    digester.list(lines.into_iter(), |digester, line| {
        digester.list(line.0.iter(), |digester, point| {
            digester.number(point.x).number(point.y);
        });
    });
}
