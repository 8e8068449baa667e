//! Which stored events are considered.

use std::path::PathBuf;

use clap::Args;
use sosie_proto::pb;

use super::text::{self, StateArg};
use super::zone::ZoneArgs;
use crate::failure::Failure;
use crate::{geometry, when};

/// Which stored events are considered: all conditions hold together, of a repeated one any will do.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which past events")]
pub(crate) struct FilterArgs {
    /// Nature begins with this path, in whole codes (repeat for OR)
    #[arg(long, value_name = "PATH")]
    nature_prefix: Vec<String>,
    /// Sector begins with this path (repeat for OR)
    #[arg(long, value_name = "PATH")]
    sector_prefix: Vec<String>,
    /// State (repeat for OR) [default: held]
    #[arg(long, value_enum, ignore_case = true)]
    state: Vec<StateArg>,
    /// Goes on after this time: 2024-01-01 (with --time-zone), or RFC 3339
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Starts before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// At least so many participants
    #[arg(long, value_name = "COUNT")]
    participants_min: Option<i64>,
    /// At most so many participants
    #[arg(long, value_name = "COUNT")]
    participants_max: Option<i64>,
    /// At least so many square metres
    #[arg(long, value_name = "M2")]
    area_min: Option<f64>,
    /// At most so many square metres
    #[arg(long, value_name = "M2")]
    area_max: Option<f64>,
    /// Lasts at least: 90m, 6h, seconds
    #[arg(long, value_name = "TIME", value_parser = when::duration_s)]
    duration_min: Option<f64>,
    /// Lasts at most
    #[arg(long, value_name = "TIME", value_parser = when::duration_s)]
    duration_max: Option<f64>,
    /// In this box of degrees; it may cross the antimeridian
    #[arg(long, value_name = "SOUTH,WEST,NORTH,EAST", value_parser = text::bounding_box)]
    #[arg(allow_hyphen_values = true)]
    bbox: Option<pb::BoundingBox>,
    /// Within so many kilometres of a place: 43.264,5.373,2
    #[arg(long, value_name = "LAT,LON,KM", value_parser = text::circle)]
    #[arg(allow_hyphen_values = true)]
    radius: Option<pb::Circle>,
    /// In the polygon of a GeoJSON file
    #[arg(long, value_name = "FILE")]
    polygon: Option<PathBuf>,
    /// From this data set (repeat for OR)
    #[arg(long, value_name = "CODE")]
    source: Vec<String>,
    /// Not this event (repeat)
    #[arg(long, value_name = "ID")]
    exclude_event: Vec<String>,
    /// No event of this series (repeat)
    #[arg(long, value_name = "ID")]
    exclude_series: Vec<String>,
    /// Only events with a value on this axis (repeat for AND)
    #[arg(long, value_name = "AXIS", value_parser = text::axis)]
    require_axis: Vec<pb::Axis>,
}

impl FilterArgs {
    /// The filter.
    ///
    /// # Errors
    /// [`Failure::Usage`] on the flag at fault.
    pub(crate) fn filter(&self, zone: ZoneArgs) -> Result<pb::Filter, Failure> {
        let polygon = self.polygon.as_deref();
        let states = self.state.iter().copied().map(pb::EventState::from);
        Ok(pb::Filter {
            nature_prefixes: self.nature_prefix.clone(),
            sector_prefixes: self.sector_prefix.clone(),
            states: states.map(i32::from).collect(),
            time: self.time(zone)?,
            participants: self.participants(),
            footprint_area_m2: range(self.area_min, self.area_max),
            duration_s: range(self.duration_min, self.duration_max),
            bounding_box: self.bbox,
            radius: self.radius,
            polygon: polygon
                .map(|path| geometry::read_polygon("--polygon", path))
                .transpose()?,
            source_ids: self.source.clone(),
            excluded_event_ids: self.exclude_event.clone(),
            excluded_series_ids: self.exclude_series.clone(),
            require_axes: self.require_axis.iter().map(|&axis| axis.into()).collect(),
        })
    }

    fn time(&self, zone: ZoneArgs) -> Result<Option<pb::TimeInterval>, Failure> {
        let instant = |flag: &str, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| when::instant(flag, text, zone.time_zone))
                .transpose()
        };
        let (from, until) = (
            instant("--from", &self.from)?,
            instant("--until", &self.until)?,
        );
        let is_given = from.is_some() || until.is_some();
        Ok(is_given.then_some(pb::TimeInterval {
            start_time: from,
            end_time: until,
        }))
    }

    fn participants(&self) -> Option<pb::IntRange> {
        let (min, max) = (self.participants_min, self.participants_max);
        (min.is_some() || max.is_some()).then_some(pb::IntRange { min, max })
    }
}

fn range(min: Option<f64>, max: Option<f64>) -> Option<pb::DoubleRange> {
    (min.is_some() || max.is_some()).then_some(pb::DoubleRange { min, max })
}
