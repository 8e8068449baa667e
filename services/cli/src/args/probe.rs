//! The event that past events are compared with: flags, a draft file or a stored event.

use std::path::PathBuf;

use clap::Args;
use sosie_index::record::{LocationRecord, ParticipantsRecord};
use sosie_proto::pb::{self, probe::Kind};

use super::text::BasisArg;
use super::zone::ZoneArgs;
use crate::draft::{self, DatesRecord, DraftRecord};
use crate::failure::Failure;
use crate::{geometry, when};

/// The event that past events are compared with.
#[derive(Debug, Args)]
#[command(next_help_heading = "The event to compare with")]
pub(crate) struct ProbeArgs {
    /// A stored event, which is never its own hit
    #[arg(long, value_name = "ID", conflicts_with_all = ["draft", "DraftFlags"])]
    event: Option<String>,
    /// A JSON file with the fields of an event record and `dates`; flags replace its fields
    #[arg(long, value_name = "FILE")]
    draft: Option<PathBuf>,
    #[command(flatten)]
    flags: DraftFlags,
}

/// A draft, value by value; what is left out is not compared.
#[derive(Debug, Args)]
#[command(next_help_heading = "The event to compare with")]
struct DraftFlags {
    /// Nature, general to particular: culture/concert/open-air
    #[arg(long, value_name = "PATH")]
    nature: Option<String>,
    /// Sector: marseille/13008/la-plage
    #[arg(long, value_name = "PATH")]
    sector: Option<String>,
    /// Latitude in degrees
    #[arg(
        long,
        value_name = "DEGREES",
        requires = "lon",
        allow_negative_numbers = true
    )]
    lat: Option<f64>,
    /// Longitude in degrees
    #[arg(
        long,
        value_name = "DEGREES",
        requires = "lat",
        allow_negative_numbers = true
    )]
    lon: Option<f64>,
    /// How many people are expected
    #[arg(long, value_name = "COUNT")]
    participants: Option<u64>,
    /// What that number counts
    #[arg(long, value_enum, ignore_case = true, requires = "participants")]
    basis: Option<BasisArg>,
    /// Ground to be taken, in square metres
    #[arg(long, value_name = "M2")]
    area_m2: Option<f64>,
    /// When it starts: 2026-07-11T20:00 (with --time-zone), or with an offset
    #[arg(long, value_name = "TIME")]
    start: Option<String>,
    /// When it ends
    #[arg(long, value_name = "TIME", requires = "start")]
    end: Option<String>,
    /// The day, if no more is known: 2026-07-11
    #[arg(long, value_name = "DATE", conflicts_with = "start")]
    date: Option<String>,
    /// The last day, of several
    #[arg(long, value_name = "DATE", requires = "date")]
    last_date: Option<String>,
    /// Opening time: 6h, 90m, 2d; derived from start and end if left out
    #[arg(long, value_name = "TIME", value_parser = when::duration_s)]
    duration: Option<f64>,
    /// Opening time in seconds
    #[arg(long, value_name = "SECONDS", conflicts_with = "duration")]
    duration_s: Option<f64>,
    /// The ground as GeoJSON: Polygon, MultiPolygon or LineString
    #[arg(long, value_name = "FILE")]
    footprint: Option<PathBuf>,
    /// Full width in metres of a LineString
    #[arg(long, value_name = "METRES", requires = "footprint")]
    route_width_m: Option<f64>,
}

impl ProbeArgs {
    /// The probe.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is none, or on the flag or the field of the file at fault.
    pub(crate) fn probe(&self, zone: ZoneArgs) -> Result<pb::Probe, Failure> {
        if let Some(id) = &self.event {
            return Ok(pb::Probe {
                kind: Some(Kind::EventId(id.clone())),
            });
        }
        let mut record = match &self.draft {
            Some(path) => draft::read(path)?,
            None => DraftRecord::default(),
        };
        self.flags.put_into(&mut record, zone)?;
        if record == DraftRecord::default() {
            return Err(Failure::usage(
                "--event, --draft or flags such as --nature",
                "say what to compare with",
            ));
        }
        Ok(pb::Probe {
            kind: Some(Kind::Draft(record.message()?)),
        })
    }
}

impl DraftFlags {
    fn put_into(&self, record: &mut DraftRecord, zone: ZoneArgs) -> Result<(), Failure> {
        replace(&mut record.nature, self.nature.clone());
        replace(&mut record.sector, self.sector.clone());
        let location = self.lat.zip(self.lon);
        replace(
            &mut record.location,
            location.map(|(latitude, longitude)| LocationRecord {
                latitude,
                longitude,
            }),
        );
        replace(&mut record.participants, self.participants());
        replace(&mut record.footprint_area_m2, self.area_m2);
        replace(
            &mut record.active_duration_s,
            self.duration.or(self.duration_s),
        );
        if let Some(path) = &self.footprint {
            let footprint = geometry::read_footprint("--footprint", path, self.route_width_m)?;
            record.footprint = Some(footprint);
        }
        self.put_when_into(record, zone);
        Ok(())
    }

    fn participants(&self) -> Option<ParticipantsRecord> {
        Some(ParticipantsRecord {
            best: self.participants?,
            low: None,
            high: None,
            basis: self.basis.map(|basis| basis.name().to_owned()),
        })
    }

    /// Times replace the dates of a file and dates its times: it can't be both.
    fn put_when_into(&self, record: &mut DraftRecord, zone: ZoneArgs) {
        let zone = zone.time_zone.map(|zone| zone.name().to_owned());
        if let Some(start) = &self.start {
            record.start_time = Some(start.clone());
            record.end_time.clone_from(&self.end);
            record.time_precision = None;
            record.dates = None;
            replace(&mut record.time_zone, zone);
        }
        if let Some(first) = &self.date {
            record.start_time = None;
            record.end_time = None;
            record.time_zone = None;
            record.time_precision = None;
            record.dates = Some(DatesRecord {
                first_date: first.clone(),
                last_date: self.last_date.clone(),
            });
        }
    }
}

fn replace<T>(field: &mut Option<T>, flag: Option<T>) {
    if flag.is_some() {
        *field = flag;
    }
}
