//! The tantivy schema: natures and sectors as facets, numbers as fast fields, ids, the stored record.

use std::path::Path;

use sosie_similarity::{
    AxisValues, Basis, Calendar, CodePath, Digest, Event, Location, Participants, State,
};
use tantivy::schema::{
    BytesOptions, FAST, Facet, FacetOptions, Field, INDEXED, IndexRecordOption, STORED, Schema,
    TextFieldIndexing, TextOptions,
};
use tantivy::{Index, IndexSettings, TantivyDocument, schema::NumericOptions};

use crate::record;

/// Bytes of records that are compressed together, and have to be decompressed for any one of them.
const RECORD_BLOCK_BYTES: usize = 2 << 10;

/// Handles of all fields; made once, with the schema.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// The place of the record in its run: of two records of one id the later wins.
    pub(crate) sequence: Field,
    pub(crate) event_id: Field,
    pub(crate) series_id: Field,
    pub(crate) source_id: Field,
    pub(crate) state: Field,
    pub(crate) nature: Field,
    pub(crate) sector: Field,
    pub(crate) start_time: Field,
    pub(crate) end_time: Field,
    pub(crate) known_time: Field,
    pub(crate) superseded_time: Field,
    pub(crate) latitude_degrees: Field,
    pub(crate) longitude_degrees: Field,
    pub(crate) participants_best: Field,
    pub(crate) participants_basis: Field,
    pub(crate) weekend_share: Field,
    pub(crate) summer_share: Field,
    pub(crate) day_of_year: Field,
    pub(crate) month: Field,
    pub(crate) weekday: Field,
    pub(crate) footprint_area_m2: Field,
    pub(crate) has_footprint: Field,
    pub(crate) duration_s: Field,
    pub(crate) record: Field,
}

impl Fields {
    pub(crate) fn new() -> Self {
        let mut schema = Schema::builder();
        // Without field norms, which weigh texts by their length: nothing here is ranked by that.
        let whole_text = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let id = TextOptions::default()
            .set_indexing_options(whole_text)
            .set_fast("raw");
        // Range queries go over columns; postings of numbers would never be read.
        let number: NumericOptions = FAST.into();
        let stored: BytesOptions = STORED.into();
        Fields {
            sequence: schema.add_u64_field("sequence", number.clone()),
            event_id: schema.add_text_field("event_id", id.clone()),
            series_id: schema.add_text_field("series_id", id.clone()),
            source_id: schema.add_text_field("source_id", id),
            state: schema.add_u64_field("state", FAST | INDEXED),
            nature: schema.add_facet_field("nature", FacetOptions::default()),
            sector: schema.add_facet_field("sector", FacetOptions::default()),
            start_time: schema.add_i64_field("start_time", number.clone()),
            end_time: schema.add_i64_field("end_time", number.clone()),
            known_time: schema.add_i64_field("known_time", number.clone()),
            superseded_time: schema.add_i64_field("superseded_time", number.clone()),
            latitude_degrees: schema.add_f64_field("latitude_degrees", number.clone()),
            longitude_degrees: schema.add_f64_field("longitude_degrees", number.clone()),
            participants_best: schema.add_u64_field("participants_best", number.clone()),
            participants_basis: schema.add_u64_field("participants_basis", number.clone()),
            weekend_share: schema.add_f64_field("weekend_share", number.clone()),
            summer_share: schema.add_f64_field("summer_share", number.clone()),
            day_of_year: schema.add_u64_field("day_of_year", number.clone()),
            month: schema.add_u64_field("month", number.clone()),
            weekday: schema.add_u64_field("weekday", number.clone()),
            footprint_area_m2: schema.add_f64_field("footprint_area_m2", number.clone()),
            has_footprint: schema.add_bool_field("has_footprint", number.clone()),
            duration_s: schema.add_f64_field("duration_s", number),
            record: schema.add_bytes_field("record", stored),
            schema: schema.build(),
        }
    }

    /// SHA-256 of the schema's JSON: two generations with one digest have the same columns.
    pub(crate) fn digest(&self) -> Digest {
        let json = serde_json::to_vec(&self.schema).expect("a schema is plain JSON");
        Digest::of(&json)
    }

    /// An empty index of this schema in `dir`.
    pub(crate) fn create_index(&self, dir: &Path) -> tantivy::Result<Index> {
        let settings = IndexSettings {
            docstore_blocksize: RECORD_BLOCK_BYTES,
            ..IndexSettings::default()
        };
        let index = Index::builder().schema(self.schema.clone());
        index.settings(settings).create_in_dir(dir)
    }

    /// The document of an event; `record` is its JSON.
    pub(crate) fn document(&self, event: &Event, record: &[u8]) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        let candidate = event.candidate();
        document.add_text(self.event_id, candidate.event_id.as_str());
        document.add_text(self.source_id, candidate.source_id.as_str());
        if let Some(series_id) = candidate.series_id {
            document.add_text(self.series_id, series_id.as_str());
        }
        document.add_u64(self.state, state_number(candidate.state));
        document.add_i64(self.start_time, candidate.start.as_micros());
        document.add_i64(self.end_time, candidate.end.as_micros());
        document.add_i64(self.known_time, candidate.known.as_micros());
        self.add_values(&mut document, &candidate.values);
        self.add_calendar(&mut document, event.calendar());
        document.add_bytes(self.record, record);
        document
    }

    fn add_values(&self, document: &mut TantivyDocument, values: &AxisValues) {
        if let Some(at) = values.location {
            document.add_f64(self.latitude_degrees, at.latitude_degrees());
            document.add_f64(self.longitude_degrees, at.longitude_degrees());
        }
        if let Some(count) = values.participants {
            document.add_u64(self.participants_best, count.best());
            document.add_u64(self.participants_basis, basis_number(count.basis()));
        }
        for (field, path) in [(self.nature, values.nature), (self.sector, values.sector)] {
            if let Some(path) = path {
                document.add_facet(field, facet(path));
            }
        }
        for (field, number) in [
            (self.footprint_area_m2, values.footprint_area_m2),
            (self.duration_s, values.duration_s),
        ] {
            if let Some(number) = number {
                document.add_f64(field, number);
            }
        }
        document.add_bool(self.has_footprint, values.footprint.is_some());
    }

    fn add_calendar(&self, document: &mut TantivyDocument, calendar: Calendar) {
        document.add_f64(self.weekend_share, calendar.weekend_share);
        document.add_f64(self.summer_share, calendar.summer_share);
        document.add_u64(self.day_of_year, calendar.day_of_year.into());
        document.add_u64(self.month, calendar.month.into());
        document.add_u64(self.weekday, calendar.weekday.into());
    }
}

/// A path as tantivy's facet: codes hold none of the bytes that facets escape.
pub(crate) fn facet(path: &CodePath) -> Facet {
    Facet::from_path(path.codes())
}

/// The JSON that the index stores of an event.
pub(crate) fn record_json(event: &Event) -> Vec<u8> {
    serde_json::to_vec(&record::to_record(event)).expect("a record is plain JSON")
}

/// Numbers on disk are given here by hand, so that reordering an enum changes no index.
pub(crate) fn state_number(state: State) -> u64 {
    match state {
        State::Planned => 1,
        State::Held => 2,
        State::Cancelled => 3,
        State::Postponed => 4,
    }
}

pub(crate) fn state_of(number: u64) -> Option<State> {
    State::ALL
        .into_iter()
        .find(|state| state_number(*state) == number)
}

pub(crate) fn basis_number(basis: Option<Basis>) -> u64 {
    match basis {
        None => 0,
        Some(Basis::Peak) => 1,
        Some(Basis::Daily) => 2,
        Some(Basis::Total) => 3,
    }
}

/// The basis of a number; `None` if it is no basis's.
pub(crate) fn basis_of(number: u64) -> Option<Option<Basis>> {
    let all = [
        None,
        Some(Basis::Peak),
        Some(Basis::Daily),
        Some(Basis::Total),
    ];
    all.into_iter().find(|basis| basis_number(*basis) == number)
}

/// The count of two columns; low and high are in the record only, since nothing ranks by them.
pub(crate) fn participants_of(best: u64, basis: u64) -> Option<Participants> {
    Participants::new(best, None, None, basis_of(basis)?).ok()
}

pub(crate) fn location_of(latitude: Option<f64>, longitude: Option<f64>) -> Option<Location> {
    Location::new(latitude?, longitude?).ok()
}
