//! One profile as TOML text, both ways.

use std::fmt::Write as _;

use serde::Deserialize;
use sosie_similarity::{
    Axis, AxisRule, Code, CodePath, DecayShape, Invalid, Measure, MissingPolicy, Profile,
    ProfileId, Rule, SimilarityTable, shape_name,
};

use super::ProfileError;
use crate::serde_error::invalid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileToml {
    name: String,
    revision: u32,
    min_coverage: f64,
    axes: Vec<AxisToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisToml {
    axis: String,
    weight: f64,
    missing: MissingToml,
    measure: MeasureToml,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MissingToml {
    Zero,
    Renormalise,
    Neutral(f64),
}

// Each with a struct of its own: for the fields of a variant, toml's errors name no place.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MeasureToml {
    GeoDecay(GeoDecayToml),
    LogRatio(LogRatioToml),
    PathAffinity,
    ShareOverlap,
    CyclicSeason,
    FootprintOverlap(FootprintOverlapToml),
    Equal,
    Table(TableToml),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GeoDecayToml {
    h_km: f64,
    shape: ShapeToml,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogRatioToml {
    r: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FootprintOverlapToml {
    beta: f64,
    r: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableToml {
    codes: Vec<String>,
    rows: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ShapeToml {
    Exponential,
    Gaussian,
    Linear,
}

/// Parses and checks one profile.
///
/// # Errors
/// [`ProfileError::Syntax`] with the line, or [`ProfileError::Invalid`] with the field and its rule.
pub fn parse_profile(text: &str) -> Result<Profile, ProfileError> {
    let syntax = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        ProfileError::Syntax { line }
    };
    let deserializer = toml::Deserializer::parse(text).map_err(syntax)?;
    let shape: ProfileToml = serde_path_to_error::deserialize(deserializer)
        .map_err(|error| invalid(error.path(), error.inner().message()))?;
    Ok(profile(shape)?)
}

/// The text of a profile; [`parse_profile`] gives the profile again, to the last bit.
pub fn to_toml(profile: &Profile) -> String {
    let ProfileId { name, revision } = profile.id();
    let mut text = format!(
        "name = \"{name}\"\nrevision = {revision}\nmin_coverage = {:?}\n",
        profile.min_coverage()
    );
    for rule in profile.axes() {
        write!(
            text,
            "\n[[axes]]\naxis = \"{}\"\nweight = {:?}\nmissing = {}\nmeasure = {}\n",
            rule.axis,
            rule.weight,
            missing_text(rule.missing),
            measure_text(&rule.measure)
        )
        .expect("writing to a text can't fail");
    }
    text
}

fn profile(shape: ProfileToml) -> Result<Profile, Invalid> {
    let name = Code::new(&shape.name).map_err(|rule| Invalid::new("name", rule))?;
    let id = ProfileId {
        name,
        revision: shape.revision,
    };
    let axes =
        shape.axes.into_iter().enumerate().map(|(at, axis)| {
            axis_rule(axis).map_err(|invalid| invalid.under(&format!("axes[{at}]")))
        });
    Profile::new(id, axes.collect::<Result<_, _>>()?, shape.min_coverage)
}

fn axis_rule(shape: AxisToml) -> Result<AxisRule, Invalid> {
    let axis = Axis::from_name(&shape.axis);
    Ok(AxisRule {
        axis: axis.ok_or(Invalid::new("axis", Rule::Malformed))?,
        measure: measure(shape.measure).map_err(|invalid| invalid.under("measure"))?,
        weight: shape.weight,
        missing: match shape.missing {
            MissingToml::Zero => MissingPolicy::Zero,
            MissingToml::Renormalise => MissingPolicy::Renormalise,
            MissingToml::Neutral(similarity) => MissingPolicy::Neutral(similarity),
        },
    })
}

fn measure(shape: MeasureToml) -> Result<Measure, Invalid> {
    Ok(match shape {
        MeasureToml::GeoDecay(GeoDecayToml { h_km, shape }) => Measure::GeoDecay {
            h_km,
            shape: match shape {
                ShapeToml::Exponential => DecayShape::Exponential,
                ShapeToml::Gaussian => DecayShape::Gaussian,
                ShapeToml::Linear => DecayShape::Linear,
            },
        },
        MeasureToml::LogRatio(LogRatioToml { r }) => Measure::LogRatio { r },
        MeasureToml::PathAffinity => Measure::PathAffinity,
        MeasureToml::ShareOverlap => Measure::ShareOverlap,
        MeasureToml::CyclicSeason => Measure::CyclicSeason,
        MeasureToml::FootprintOverlap(FootprintOverlapToml { beta, r }) => {
            Measure::FootprintOverlap { beta, r }
        }
        MeasureToml::Equal => Measure::Equal,
        MeasureToml::Table(TableToml { codes, rows }) => {
            let table = table(&codes, rows).map_err(|invalid| invalid.under("table"))?;
            Measure::Table(table)
        }
    })
}

fn table(codes: &[String], rows: Vec<Vec<f64>>) -> Result<SimilarityTable, Invalid> {
    let path = |(at, code): (usize, &String)| {
        CodePath::new(code).map_err(|rule| Invalid::new(format!("codes[{at}]"), rule))
    };
    let codes: Result<_, _> = codes.iter().enumerate().map(path).collect();
    SimilarityTable::new(codes?, rows)
}

fn missing_text(missing: MissingPolicy) -> String {
    match missing {
        MissingPolicy::Zero => "\"zero\"".to_owned(),
        MissingPolicy::Renormalise => "\"renormalise\"".to_owned(),
        MissingPolicy::Neutral(similarity) => format!("{{ neutral = {similarity:?} }}"),
    }
}

/// `{:?}` of a number is the shortest text that parses to it, and TOML; codes need no escape.
fn measure_text(measure: &Measure) -> String {
    let name = measure.name();
    match measure {
        Measure::GeoDecay { h_km, shape } => {
            let shape = shape_name(*shape);
            format!("{{ {name} = {{ h_km = {h_km:?}, shape = \"{shape}\" }} }}")
        }
        Measure::LogRatio { r } => format!("{{ {name} = {{ r = {r:?} }} }}"),
        Measure::FootprintOverlap { beta, r } => {
            format!("{{ {name} = {{ beta = {beta:?}, r = {r:?} }} }}")
        }
        Measure::Table(table) => {
            let codes: Vec<_> = table.codes().iter().map(CodePath::as_str).collect();
            let rows = table.rows();
            format!("{{ {name} = {{ codes = {codes:?}, rows = {rows:?} }} }}")
        }
        Measure::PathAffinity | Measure::ShareOverlap | Measure::CyclicSeason | Measure::Equal => {
            format!("\"{name}\"")
        }
    }
}
