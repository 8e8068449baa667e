//! Where a row is and what ground it covers: columns of a point, or the geometry of a feature.

use sosie_similarity::{Footprint, Invalid, Location, Rule};

use super::cell::{Cell, Reading};
use super::error::{KeyError, KeyProblem};
use super::form::{GeometryForm, LocationForm, OnInvalid, WithinForm};
use super::number::{Number, number};
use crate::refusal::Refusal;
use crate::source::{Geometry, Place};

/// How the columns of a point are read.
#[derive(Debug)]
pub(super) struct Point {
    latitude: Cell,
    longitude: Cell,
    within: Option<WithinForm>,
    on_invalid: OnInvalid,
}

impl Point {
    pub(super) fn compile(key: &str, form: LocationForm) -> Result<Self, KeyError> {
        let at = |inner: &str| format!("{key}.{inner}");
        if form
            .within
            .is_some_and(|b| b.west > b.east || b.south > b.north)
        {
            return Err(KeyError::new(at("within"), KeyProblem::EmptyRange));
        }
        Ok(Point {
            latitude: Cell::compile(&at("latitude"), form.latitude)?,
            longitude: Cell::compile(&at("longitude"), form.longitude)?,
            within: form.within,
            on_invalid: form.on_invalid,
        })
    }

    pub(super) fn cells(&self) -> [&Cell; 2] {
        [&self.latitude, &self.longitude]
    }

    /// The location of a row; half a point is an invalid one.
    pub(super) fn read(&self, reading: &mut Reading<'_>) -> Result<Option<Location>, Refusal> {
        let location = self.location(reading);
        reading.optional(self.on_invalid, location)
    }

    fn location(&self, reading: &mut Reading<'_>) -> Result<Option<Location>, Refusal> {
        let latitude = number("location.latitude", reading, &self.latitude)?;
        let longitude = number("location.longitude", reading, &self.longitude)?;
        let location = match (latitude, longitude) {
            (None, None) => return Ok(None),
            (Some(latitude), Some(longitude)) => Location::new(latitude, longitude),
            (None, Some(_)) => Err(Invalid::new("latitude", Rule::Required)),
            (Some(_), None) => Err(Invalid::new("longitude", Rule::Required)),
        };
        let inside = location.and_then(|location| self.inside(location).map(|()| location));
        Ok(Some(inside.map_err(|invalid| invalid.under("location"))?))
    }

    fn inside(&self, location: Location) -> Result<(), Invalid> {
        let Some(WithinForm {
            west,
            south,
            east,
            north,
        }) = self.within
        else {
            return Ok(());
        };
        let check = |field, degrees: f64, min: f64, max: f64| {
            let out = Invalid::new(field, Rule::OutOfRange(min, max));
            if (min..=max).contains(&degrees) {
                Ok(())
            } else {
                Err(out)
            }
        };
        check("latitude", location.latitude_degrees(), south, north)?;
        check("longitude", location.longitude_degrees(), west, east)
    }
}

/// How the geometry of a feature is read.
#[derive(Debug)]
pub(super) struct Shape {
    width_m: Option<Number>,
    is_ignored: bool,
    on_invalid: OnInvalid,
}

impl Shape {
    pub(super) fn compile(key: &str, form: GeometryForm) -> Result<Self, KeyError> {
        if form
            .ignored
            .as_ref()
            .is_some_and(|reason| reason.trim().is_empty())
        {
            return Err(KeyError::new(
                format!("{key}.ignored"),
                KeyProblem::NoReason,
            ));
        }
        let width_m = form
            .width_m
            .map(|width| Number::compile(&format!("{key}.width_m"), width));
        Ok(Shape {
            width_m: width_m.transpose()?,
            is_ignored: form.ignored.is_some(),
            on_invalid: form.on_invalid,
        })
    }

    pub(super) fn cell(&self) -> Option<&Cell> {
        self.width_m.as_ref().map(Number::cell)
    }

    /// Location and footprint of a row.
    pub(super) fn read(
        &self,
        reading: &mut Reading<'_>,
    ) -> Result<(Option<Location>, Option<Footprint>), Refusal> {
        let Some(geometry) = reading.geometry().filter(|_| !self.is_ignored) else {
            return Ok((None, None));
        };
        let width_m = match &self.width_m {
            Some(width) => width.read("footprint.width_m", reading, |_| Ok(()))?,
            None => None,
        };
        let place = place(geometry, width_m).map(Some);
        Ok(reading
            .optional(self.on_invalid, place)?
            .unwrap_or_default())
    }
}

fn place(
    geometry: &Geometry,
    width_m: Option<f64>,
) -> Result<(Option<Location>, Option<Footprint>), Refusal> {
    // A width says nothing of a polygon: here it is a column that every row has.
    let width_m = width_m.filter(|_| matches!(geometry, Geometry::LineString { .. }));
    match geometry.clone().into_place(width_m)? {
        Place::Location(at) => {
            let location = Location::new(at.latitude, at.longitude);
            Ok((
                Some(location.map_err(|invalid| invalid.under("location"))?),
                None,
            ))
        }
        Place::Footprint(record) => {
            let footprint = record
                .footprint()
                .map_err(|invalid| invalid.under("footprint"))?;
            Ok((None, Some(footprint)))
        }
    }
}
