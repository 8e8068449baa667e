//! The events and queries in the form in which other systems take them.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use indicatif::ProgressIterator;
use serde::Serialize;
use sosie_similarity::{AxisValues, Basis, CodePath, State};
use sosie_synthetic::Generator;

use super::{LIMIT, Question};

/// A size that is not told: as far from every other as numbers go, so that its similarity is 0.
const UNTOLD: f64 = 1e300;

/// An event, or the probe of a query: everything that depends on it alone, worked out. Instants in microseconds.
#[derive(Serialize)]
pub(super) struct Row {
    id: u64,
    start_us: i64,
    /// In radians.
    pub(super) latitude: f64,
    /// In radians.
    pub(super) longitude: f64,
    pub(super) cos_latitude: f64,
    /// ln(count + 1).
    pub(super) log_participants: f64,
    /// 0 is unspecified.
    pub(super) basis: u8,
    nature_1: u32,
    nature_2: u32,
    nature_3: u32,
    nature_depth: usize,
    sector_1: u32,
    sector_2: u32,
    sector_depth: usize,
    pub(super) weekend_share: f64,
    pub(super) summer_share: f64,
    /// ln(m² + 1).
    pub(super) log_area: f64,
    /// ln(s + 1).
    pub(super) log_duration: f64,
}

/// A query, with what its profile says.
#[derive(Serialize)]
pub(super) struct Asked {
    pub(super) probe: Row,
    /// In the order of SPEC.
    pub(super) weights: [f64; 8],
    pub(super) h_km: f64,
    /// `r` of participants, footprint and duration.
    pub(super) ratios: [f64; 3],
    limit: usize,
}

/// Numbers of prefixes of paths, from 1 on; 0 is none.
#[derive(Default)]
pub(super) struct Prefixes(HashMap<String, u32>);

/// Writes as CSV the events that were held, which no query asks to leave out.
pub(super) fn events(
    generator: &Generator,
    events: u64,
    path: &Path,
    prefixes: &mut Prefixes,
) -> Result<()> {
    let mut file = csv::Writer::from_path(path).context("writing the events")?;
    for index in (0..events).progress_count(events) {
        let event = generator.event(index);
        if event.parts().state == State::Held {
            let start_us = event.candidate().start.as_micros();
            file.serialize(row((index, start_us), &event.values(), prefixes)?)?;
        }
    }
    file.flush().context("writing the events")
}

/// The queries, in their order.
pub(super) fn queries(questions: &[Question], prefixes: &mut Prefixes) -> Result<Vec<Asked>> {
    let asked = questions.iter().map(|Question { query, search }| {
        Ok(Asked {
            probe: row((0, 0), &search.probe().values(), prefixes)?,
            weights: query.kernels.weights,
            h_km: query.kernels.h_km,
            ratios: query.kernels.ratios,
            limit: LIMIT,
        })
    });
    asked.collect()
}

fn row((id, start_us): (u64, i64), values: &AxisValues, prefixes: &mut Prefixes) -> Result<Row> {
    const LACKS: &str = "a synthetic event has all but its sizes";
    let at = values.location.context(LACKS)?;
    let calendar = values.calendar.context(LACKS)?;
    let (nature, sector) = (values.nature.context(LACKS)?, values.sector.context(LACKS)?);
    let [nature_1, nature_2, nature_3] = prefixes.numbers(nature)?;
    let [sector_1, sector_2] = prefixes.numbers(sector)?;
    let count = values.participants;
    Ok(Row {
        id,
        start_us,
        latitude: at.latitude_degrees().to_radians(),
        longitude: at.longitude_degrees().to_radians(),
        cos_latitude: at.latitude_degrees().to_radians().cos(),
        log_participants: log(count.map(|count| count.best() as f64)),
        basis: count.map_or(0, |count| basis_number(count.basis())),
        nature_1,
        nature_2,
        nature_3,
        nature_depth: nature.depth(),
        sector_1,
        sector_2,
        sector_depth: sector.depth(),
        weekend_share: calendar.weekend_share,
        summer_share: calendar.summer_share,
        log_area: log(values.footprint_area_m2),
        log_duration: log(values.duration_s),
    })
}

fn log(size: Option<f64>) -> f64 {
    size.map_or(UNTOLD, f64::ln_1p)
}

fn basis_number(basis: Option<Basis>) -> u8 {
    match basis {
        None => 0,
        Some(Basis::Peak) => 1,
        Some(Basis::Daily) => 2,
        Some(Basis::Total) => 3,
    }
}

impl Prefixes {
    /// The number of each prefix of `path`, shortest first.
    fn numbers<const DEPTH: usize>(&mut self, path: &CodePath) -> Result<[u32; DEPTH]> {
        ensure!(path.depth() <= DEPTH, "a path of more than {DEPTH} codes");
        let mut numbers = [0; DEPTH];
        for (depth, number) in (1..=path.depth()).zip(&mut numbers) {
            *number = self.number(path.prefix(depth));
        }
        Ok(numbers)
    }

    fn number(&mut self, prefix: &str) -> u32 {
        if let Some(number) = self.0.get(prefix) {
            return *number;
        }
        let number = self.0.len() as u32 + 1;
        self.0.insert(prefix.to_owned(), number);
        number
    }
}
