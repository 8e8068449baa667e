//! The score of a document from its fast fields: the measures of the query sets, written for speed.

use std::f64::consts::LN_2;
use std::sync::Arc;

use anyhow::{Context, Result};
use sosie_similarity::{CodePath, EARTH_RADIUS_KM};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::super::export::Asked;

/// The number of the state of events that were held, as the index has it.
const HELD: u64 = 2;

/// What hits are ordered by: score, coverage, start. Ties of all three go to the lower document.
pub(super) type SortKey = (f64, f64, i64);

/// What of a segment is read for every document.
pub(super) struct Columns {
    state: Column<u64>,
    start_us: Column<i64>,
    latitude: Column<f64>,
    longitude: Column<f64>,
    participants: Column<u64>,
    basis: Column<u64>,
    natures: Paths,
    sectors: Paths,
    weekend_share: Column<f64>,
    summer_share: Column<f64>,
    area_m2: Column<f64>,
    duration_s: Column<f64>,
}

/// The paths of a segment by their numbers, and the numbers by document.
struct Paths {
    all: Vec<CodePath>,
    numbers: Column<u64>,
}

/// One query on one segment.
pub(super) struct Scoring {
    columns: Arc<Columns>,
    asked: Arc<Asked>,
    /// Of the sum of all weights.
    shares: [f64; 8],
    /// Halvings by an angle, and by the logarithm of a ratio of participants, areas and durations, times −ln 2.
    decays: [f64; 4],
    /// By the number of a path.
    nature_affinities: Vec<f64>,
    sector_affinities: Vec<f64>,
}

impl Columns {
    pub(super) fn open(reader: &SegmentReader) -> Result<Self> {
        let fields = reader.fast_fields();
        Ok(Columns {
            state: fields.u64("state")?,
            start_us: fields.i64("start_time")?,
            latitude: fields.f64("latitude_degrees")?,
            longitude: fields.f64("longitude_degrees")?,
            participants: fields.u64("participants_best")?,
            basis: fields.u64("participants_basis")?,
            natures: Paths::open(fields.str("nature")?)?,
            sectors: Paths::open(fields.str("sector")?)?,
            weekend_share: fields.f64("weekend_share")?,
            summer_share: fields.f64("summer_share")?,
            area_m2: fields.f64("footprint_area_m2")?,
            duration_s: fields.f64("duration_s")?,
        })
    }
}

impl Paths {
    fn open(column: Option<StrColumn>) -> Result<Self> {
        let column = column.context("a segment without paths")?;
        let mut all = Vec::new();
        let mut terms = column.dictionary().stream()?;
        while terms.advance() {
            // Facets join their codes by a zero byte.
            let path = std::str::from_utf8(terms.key())?.replace('\0', "/");
            all.push(
                CodePath::new(&path)
                    .ok()
                    .context("a path of another form")?,
            );
        }
        Ok(Paths {
            all,
            numbers: column.ords().clone(),
        })
    }

    /// 2c/(m+n) of `probe` with each path.
    fn affinities(&self, probe: Option<&CodePath>) -> Vec<f64> {
        let affinity = |path: &CodePath| {
            probe.map_or(0.0, |probe| {
                let codes = path.depth() + probe.depth();
                (2 * path.common_depth(probe)) as f64 / codes as f64
            })
        };
        self.all.iter().map(affinity).collect()
    }
}

impl Scoring {
    /// `paths` are the nature and the sector of the probe.
    pub(super) fn new(
        columns: Arc<Columns>,
        asked: Arc<Asked>,
        paths: (&Option<CodePath>, &Option<CodePath>),
    ) -> Self {
        let all: f64 = asked.weights.iter().sum();
        let [participants, area, duration] = asked.ratios.map(|ratio| -LN_2 / ratio.ln());
        let angle = -LN_2 * 2.0 * EARTH_RADIUS_KM / asked.h_km;
        Scoring {
            shares: asked.weights.map(|weight| weight / all),
            decays: [angle, participants, area, duration],
            nature_affinities: columns.natures.affinities(paths.0.as_ref()),
            sector_affinities: columns.sectors.affinities(paths.1.as_ref()),
            columns,
            asked,
        }
    }

    /// `None`, which is below all others, for what is no hit.
    pub(super) fn sort_key(&self, doc: DocId) -> Option<SortKey> {
        let (columns, probe) = (&*self.columns, &self.asked.probe);
        if columns.state.first(doc) != Some(HELD) {
            return None;
        }
        let [_, participants, area, duration] = self.decays;
        let log = |size: f64| size.ln_1p();
        let similarities = [
            self.geo_decay(doc),
            self.count(doc)
                .map(|count| (participants * (log(count) - probe.log_participants).abs()).exp()),
            affinity(&columns.natures, &self.nature_affinities, doc),
            affinity(&columns.sectors, &self.sector_affinities, doc),
            (columns.weekend_share.first(doc))
                .map(|share| 1.0 - (share - probe.weekend_share).abs()),
            (columns.summer_share.first(doc)).map(|share| 1.0 - (share - probe.summer_share).abs()),
            (columns.area_m2.first(doc)).map(|m2| (area * (log(m2) - probe.log_area).abs()).exp()),
            (columns.duration_s.first(doc))
                .map(|s| (duration * (log(s) - probe.log_duration).abs()).exp()),
        ];
        let (mut score, mut coverage) = (0.0, 0.0);
        for (share, similarity) in self.shares.iter().zip(similarities) {
            if let Some(similarity) = similarity {
                score += share * similarity;
                coverage += share;
            }
        }
        Some((score, coverage, columns.start_us.first(doc)?))
    }

    fn geo_decay(&self, doc: DocId) -> Option<f64> {
        let probe = &self.asked.probe;
        let latitude = self.columns.latitude.first(doc)?.to_radians();
        let longitude = self.columns.longitude.first(doc)?.to_radians();
        let north = ((latitude - probe.latitude) / 2.0).sin();
        let east = ((longitude - probe.longitude) / 2.0).sin();
        let haversine = north * north + latitude.cos() * probe.cos_latitude * (east * east);
        Some((self.decays[0] * haversine.sqrt().asin()).exp())
    }

    /// The participants, if they are counted as the probe's are; an unspecified basis, 0, matches any.
    fn count(&self, doc: DocId) -> Option<f64> {
        let count = self.columns.participants.first(doc)?;
        let of_probe = u64::from(self.asked.probe.basis);
        let basis = if of_probe == 0 {
            0
        } else {
            self.columns.basis.first(doc)?
        };
        (basis == 0 || basis == of_probe).then_some(count as f64)
    }
}

fn affinity(paths: &Paths, affinities: &[f64], doc: DocId) -> Option<f64> {
    affinities.get(paths.numbers.first(doc)? as usize).copied()
}
