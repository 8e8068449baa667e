//! Small texts that flags take, for clap.

use sosie_proto::pb;
use sosie_similarity::Axis;

/// An axis by its name, `day_kind` or `day-kind`.
pub(super) fn axis(text: &str) -> Result<pb::Axis, String> {
    let axis = Axis::from_name(&text.replace('-', "_")).ok_or_else(|| {
        let names: Vec<&str> = Axis::ALL.iter().map(|axis| axis.name()).collect();
        format!("write one of {}", names.join(", "))
    })?;
    Ok(sosie_proto::to_pb::axis(axis))
}

/// `location=2`.
pub(super) fn weight(text: &str) -> Result<pb::AxisWeight, String> {
    let (name, number) = text
        .split_once('=')
        .ok_or("write axis=weight, such as location=2")?;
    let weight = number
        .parse()
        .map_err(|_| "the weight is not a number".to_owned())?;
    Ok(pb::AxisWeight {
        axis: axis(name)?.into(),
        weight: Some(weight),
    })
}

/// `43.2,5.3,43.4,5.5`: south, west, north, east.
pub(super) fn bounding_box(text: &str) -> Result<pb::BoundingBox, String> {
    let [south, west, north, east] =
        numbers(text).ok_or("write south,west,north,east in degrees")?;
    Ok(pb::BoundingBox {
        south_degrees: Some(south),
        west_degrees: Some(west),
        north_degrees: Some(north),
        east_degrees: Some(east),
    })
}

/// `43.26,5.37,2.5`: latitude, longitude, kilometres.
pub(super) fn circle(text: &str) -> Result<pb::Circle, String> {
    let [latitude, longitude, radius_km] =
        numbers(text).ok_or("write latitude,longitude,kilometres")?;
    Ok(pb::Circle {
        center: Some(pb::Location {
            latitude_degrees: Some(latitude),
            longitude_degrees: Some(longitude),
        }),
        radius_km: Some(radius_km),
    })
}

fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    numbers.ok()?.try_into().ok()
}

/// What happened to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum StateArg {
    /// Announced or authorised.
    Planned,
    /// It took place.
    Held,
    /// Called off.
    Cancelled,
    /// Put off.
    Postponed,
}

impl From<StateArg> for pb::EventState {
    fn from(state: StateArg) -> Self {
        match state {
            StateArg::Planned => pb::EventState::Planned,
            StateArg::Held => pb::EventState::Held,
            StateArg::Cancelled => pb::EventState::Cancelled,
            StateArg::Postponed => pb::EventState::Postponed,
        }
    }
}

/// What a count of participants counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum BasisArg {
    /// The most people at one time.
    Peak,
    /// People per day.
    Daily,
    /// People over the whole event.
    Total,
}

impl BasisArg {
    /// As event records write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            BasisArg::Peak => "PEAK",
            BasisArg::Daily => "DAILY",
            BasisArg::Total => "TOTAL",
        }
    }
}
