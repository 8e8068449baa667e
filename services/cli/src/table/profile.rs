//! The rules of similarity.

use std::io::{self, Write};

use comfy_table::Cell;
use sosie_proto::pb::{self, axis_definition::Measure, missing_policy::Kind};

use super::{Side, table};
use crate::output::{FAINT, HEADING, Output};
use crate::view::{ProfileChangeView, axis_name, profile_state_name, shape_name};

/// Writes one profile in full.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_one(out: &mut Output, profile: &pb::Profile) -> io::Result<()> {
    writeln!(out, "{HEADING}{}{HEADING:#}", id_text(profile))?;
    writeln!(out, "{FAINT}sha256 {}{FAINT:#}", profile.digest)?;
    let mut table = table(
        &[
            ("axis", Side::Left),
            ("weight", Side::Right),
            ("measure", Side::Left),
            ("where it is not known", Side::Left),
        ],
        2,
    );
    for axis in &profile.axes {
        let measure = axis.measure.as_ref().map_or(String::new(), measure_text);
        table.add_row([
            Cell::new(axis_name(axis.axis())),
            Cell::new(axis.weight),
            Cell::new(measure),
            Cell::new(missing_text(axis.missing_policy.as_ref())),
        ]);
    }
    super::write(out, &table)?;
    writeln!(out, "least coverage of a hit: {}", profile.min_coverage)?;
    if let Some(state) = profile_state_name(profile.state()) {
        writeln!(out, "state: {}", state.to_lowercase())?;
    }
    for change in profile.history.iter().map(ProfileChangeView::from) {
        let ProfileChangeView {
            changed_time,
            author,
            reason,
            to_state,
            ..
        } = change;
        let to_state = to_state.to_lowercase();
        writeln!(out, "  {to_state} since {changed_time}: {reason}, {author}")?;
    }
    Ok(())
}

/// Writes a line for each profile.
///
/// # Errors
/// What `out` fails with.
pub(crate) fn write_many(out: &mut Output, profiles: &[pb::Profile]) -> io::Result<()> {
    let columns = ["profile", "state", "sha256"].map(|title| (title, Side::Left));
    let mut table = table(&columns, 2);
    for profile in profiles {
        let state = profile_state_name(profile.state()).unwrap_or_default();
        table.add_row([
            Cell::new(id_text(profile)),
            Cell::new(state.to_lowercase()),
            Cell::new(&profile.digest),
        ]);
    }
    super::write(out, &table)
}

fn id_text(profile: &pb::Profile) -> String {
    format!("{}@{}", profile.name, profile.revision)
}

fn measure_text(measure: &Measure) -> String {
    match measure {
        Measure::GeoDecay(it) => {
            let shape = shape_name(it.shape()).to_lowercase();
            format!("geo_decay: half at {} km, {shape}", it.h_km)
        }
        Measure::LogRatio(it) => format!("log_ratio: half at {} times as much", it.r),
        Measure::PathAffinity(_) => "path_affinity: leading codes in common".to_owned(),
        Measure::ShareOverlap(_) => "share_overlap: closeness of two shares".to_owned(),
        Measure::CyclicSeason(_) => "cyclic_season: days round the year".to_owned(),
        Measure::FootprintOverlap(it) => format!(
            "footprint_overlap: {} of the ground in common, half at {} times the area",
            it.beta, it.r
        ),
        Measure::Equal(_) => "equal: 1 or 0".to_owned(),
        Measure::Table(it) => format!("table: over {} paths", it.codes.len()),
    }
}

fn missing_text(policy: Option<&pb::MissingPolicy>) -> String {
    match policy.and_then(|policy| policy.kind.as_ref()) {
        Some(Kind::Zero(_)) => "counts 0".to_owned(),
        Some(Kind::Neutral(neutral)) => format!("counts {}", neutral.similarity),
        Some(Kind::Renormalise(_)) => "left out of the sums".to_owned(),
        None => String::new(),
    }
}
