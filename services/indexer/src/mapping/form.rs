//! A mapping as TOML states it, before any check but the shape. Unknown keys are refused.

mod column;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::declare::DeclarationForm;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MappingForm {
    pub(super) format: FormatForm,
    pub(super) delimiter: Option<char>,
    pub(super) decimal: Option<char>,
    pub(super) null_markers: Option<Vec<String>>,
    pub(super) source: DeclarationForm,
    pub(super) fields: FieldsForm,
    #[serde(default)]
    pub(super) flags: BTreeMap<String, FlagsForm>,
    #[serde(default)]
    pub(super) ignored: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FormatForm {
    Csv,
    Geojson,
    Parquet,
    Postgres,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldsForm {
    pub(super) event_id: IdForm,
    pub(super) series_id: Option<IdForm>,
    pub(super) state: ChoiceForm,
    pub(super) time_zone: ChoiceForm,
    pub(super) times: TimesForm,
    pub(super) nature: Option<PathForm>,
    pub(super) sector: Option<PathForm>,
    pub(super) location: Option<LocationForm>,
    pub(super) participants: Option<ParticipantsForm>,
    pub(super) footprint_area_m2: Option<NumberForm>,
    pub(super) active_duration_s: Option<NumberForm>,
    pub(super) geometry: Option<GeometryForm>,
    #[serde(default)]
    pub(super) outcomes: BTreeMap<String, NumberForm>,
    pub(super) known_time: Option<KnownTimeForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlagsForm {
    pub(super) separator: Option<String>,
    /// Flag to the field that it says is wrong.
    pub(super) refuse: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OnInvalid {
    #[default]
    Refuse,
    Missing,
}

/// A column, whole or a part of it: `"name"`, or a table.
#[derive(Clone, Debug)]
pub(super) struct CellForm(pub(super) CellTable);

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CellTable {
    pub(super) name: String,
    pub(super) split: Option<String>,
    pub(super) part: Option<PartForm>,
    #[serde(default)]
    pub(super) null: Vec<String>,
}

/// Which part of a split cell: from 1, from −1 backwards, or `"only"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PartForm {
    At(i64),
    Only,
}

/// `"column"`, or exactly one of `column`, `template` and `digest`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdTable {
    pub(super) column: Option<CellForm>,
    pub(super) template: Option<String>,
    pub(super) digest: Option<Vec<String>>,
}

#[derive(Debug)]
pub(super) struct IdForm(pub(super) IdTable);

/// A value of a closed set: a constant, or a column read through a table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChoiceTable {
    pub(super) constant: Option<String>,
    pub(super) column: Option<CellForm>,
    pub(super) map: Option<BTreeMap<String, String>>,
    pub(super) default: Option<String>,
}

#[derive(Debug)]
pub(super) struct ChoiceForm(pub(super) ChoiceTable);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimesForm {
    pub(super) start: CellForm,
    pub(super) end: Option<CellForm>,
    pub(super) formats: Vec<String>,
    pub(super) precision: Option<ChoiceForm>,
    pub(super) years: Option<(i32, i32)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PathForm {
    pub(super) path: Option<CellForm>,
    #[serde(default)]
    pub(super) levels: Vec<LevelForm>,
    pub(super) map: Option<MapForm>,
    #[serde(default)]
    pub(super) on_invalid: OnInvalid,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelForm {
    pub(super) constant: Option<String>,
    pub(super) column: Option<CellForm>,
    pub(super) property: Option<String>,
    #[serde(default)]
    pub(super) rename: BTreeMap<String, String>,
    pub(super) only: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapForm {
    pub(super) file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LocationForm {
    pub(super) latitude: CellForm,
    pub(super) longitude: CellForm,
    pub(super) within: Option<WithinForm>,
    #[serde(default)]
    pub(super) on_invalid: OnInvalid,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithinForm {
    pub(super) west: f64,
    pub(super) south: f64,
    pub(super) east: f64,
    pub(super) north: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParticipantsForm {
    pub(super) best: Option<CellForm>,
    pub(super) low: Option<CellForm>,
    pub(super) high: Option<CellForm>,
    #[serde(default)]
    pub(super) low_high: LowHighForm,
    #[serde(default)]
    pub(super) best_from: BestFromForm,
    pub(super) basis: Option<ChoiceForm>,
    #[serde(default)]
    pub(super) on_invalid: OnInvalid,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LowHighForm {
    #[default]
    AsGiven,
    Sort,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BestFromForm {
    #[default]
    Best,
    Midpoint,
}

#[derive(Debug)]
pub(super) struct NumberForm(pub(super) NumberTable);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberTable {
    pub(super) column: CellForm,
    pub(super) scale: Option<f64>,
    #[serde(default)]
    pub(super) on_invalid: OnInvalid,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GeometryForm {
    /// Why the geometry is not used.
    pub(super) ignored: Option<String>,
    pub(super) width_m: Option<NumberForm>,
    #[serde(default)]
    pub(super) on_invalid: OnInvalid,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownTimeForm {
    pub(super) column: CellForm,
    pub(super) formats: Vec<String>,
    #[serde(default)]
    pub(super) on_invalid: OnInvalid,
}
