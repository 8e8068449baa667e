//! A draft event as a file states it, and as it is sent.

use std::fs;
use std::path::Path;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sosie_index::record::object::{self, Object};
use sosie_index::record::{GeometryRecord, LocationRecord, ParticipantsRecord};
use sosie_proto::pb::{self, draft_event::When};

use crate::failure::Failure;
use crate::{geometry, when};

/// A draft: the axis values of the event JSON under the same names, and `dates`. Nothing is required.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRecord {
    /// Codes joined by `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nature: Option<String>,
    /// Codes joined by `/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sector: Option<String>,
    /// Degrees.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) location: Option<LocationRecord>,
    /// RFC 3339, or local in `time_zone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_time: Option<String>,
    /// As `start_time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_time: Option<String>,
    /// IANA name; required with times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    /// EXACT or DAY; absent: EXACT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_precision: Option<String>,
    /// Instead of times: local days.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) dates: Option<DatesRecord>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) active_duration_s: Option<f64>,
    /// Counts.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) participants: Option<ParticipantsRecord>,
    /// m².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) footprint_area_m2: Option<f64>,
    /// GeoJSON.
    #[serde(
        default,
        deserialize_with = "object::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) footprint: Option<GeometryRecord>,
}

/// Local days, `2026-07-11`, both ends included.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatesRecord {
    /// The first day.
    pub(crate) first_date: String,
    /// The last; absent: the first alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_date: Option<String>,
}

/// Reads a draft file.
///
/// # Errors
/// [`Failure::Usage`]: on the field at fault, or on `--draft` for a file that is no JSON object.
pub(crate) fn read(path: &Path) -> Result<DraftRecord, Failure> {
    let text =
        fs::read_to_string(path).map_err(|error| Failure::unreadable("--draft", path, &error))?;
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    let Object(draft) = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = match error.path().to_string() {
            field if field == "." => "--draft".to_owned(),
            field => format!("--draft: {field}"),
        };
        Failure::usage(field, error.into_inner())
    })?;
    deserializer
        .end()
        .map_err(|error| Failure::usage("--draft", error))?;
    Ok(draft)
}

impl DraftRecord {
    /// The message; what needs no knowledge of the form to be sent is left for the service to check.
    ///
    /// # Errors
    /// [`Failure::Usage`] on the field at fault.
    pub(crate) fn message(self) -> Result<pb::DraftEvent, Failure> {
        let when = self.when()?;
        let participants = self.participants.map(participants).transpose()?;
        let footprint = self
            .footprint
            .map(|record| geometry::message("footprint", record));
        Ok(pb::DraftEvent {
            location: self.location.map(|at| pb::Location {
                latitude_degrees: Some(at.latitude),
                longitude_degrees: Some(at.longitude),
            }),
            participants,
            nature: self.nature,
            sector: self.sector,
            when,
            active_duration_s: self.active_duration_s,
            footprint_area_m2: self.footprint_area_m2,
            footprint: footprint.transpose()?,
        })
    }

    fn when(&self) -> Result<Option<When>, Failure> {
        match (&self.start_time, &self.dates) {
            (Some(_), Some(_)) => Err(Failure::usage("dates", "can't be given with `start_time`")),
            (Some(start), None) => Ok(Some(When::Times(self.times(start)?))),
            (None, dates) => {
                self.check_no_times()?;
                let dates = dates.as_ref().map(DatesRecord::message).transpose()?;
                Ok(dates.map(When::Dates))
            }
        }
    }

    /// What goes with a start and can't be sent without one is refused, not left out.
    fn check_no_times(&self) -> Result<(), Failure> {
        let stated = [
            ("end_time", self.end_time.is_some()),
            ("time_zone", self.time_zone.is_some()),
            ("time_precision", self.time_precision.is_some()),
        ];
        match stated.into_iter().find(|(_, is_stated)| *is_stated) {
            Some((field, _)) => Err(Failure::usage(field, "needs a `start_time`")),
            None => Ok(()),
        }
    }

    fn times(&self, start: &str) -> Result<pb::EventTimes, Failure> {
        let zone_name = self.time_zone.as_deref().ok_or_else(|| {
            Failure::usage("time_zone", "is required with times, such as Europe/Paris")
        })?;
        let zone: Tz = zone_name
            .parse()
            .map_err(|_| Failure::usage("time_zone", "is not an IANA time zone"))?;
        let end = self.end_time.as_deref();
        Ok(pb::EventTimes {
            start_time: Some(when::instant("start_time", start, Some(zone))?),
            end_time: end
                .map(|end| when::instant("end_time", end, Some(zone)))
                .transpose()?,
            time_zone: zone_name.to_owned(),
            time_precision: self.time_precision()?.into(),
        })
    }

    fn time_precision(&self) -> Result<pb::TimePrecision, Failure> {
        match self.time_precision.as_deref() {
            None => Ok(pb::TimePrecision::Unspecified),
            Some("EXACT") => Ok(pb::TimePrecision::Exact),
            Some("DAY") => Ok(pb::TimePrecision::Day),
            Some(_) => Err(Failure::usage("time_precision", "is not EXACT or DAY")),
        }
    }
}

impl DatesRecord {
    fn message(&self) -> Result<pb::DateSpan, Failure> {
        let last = self.last_date.as_deref();
        Ok(pb::DateSpan {
            first_date: Some(when::date("dates.first_date", &self.first_date)?),
            last_date: last
                .map(|last| when::date("dates.last_date", last))
                .transpose()?,
        })
    }
}

fn participants(record: ParticipantsRecord) -> Result<pb::Participants, Failure> {
    let count = |field: &str, count: u64| {
        i64::try_from(count).map_err(|_| Failure::usage(field, "is too large"))
    };
    let basis = match record.basis.as_deref() {
        None => pb::ParticipantsBasis::Unspecified,
        Some("PEAK") => pb::ParticipantsBasis::Peak,
        Some("DAILY") => pb::ParticipantsBasis::Daily,
        Some("TOTAL") => pb::ParticipantsBasis::Total,
        Some(_) => {
            let rule = "is not PEAK, DAILY or TOTAL";
            return Err(Failure::usage("participants.basis", rule));
        }
    };
    let optional = |field, value: Option<u64>| value.map(|value| count(field, value)).transpose();
    Ok(pb::Participants {
        best: Some(count("participants.best", record.best)?),
        low: optional("participants.low", record.low)?,
        high: optional("participants.high", record.high)?,
        basis: basis.into(),
    })
}
