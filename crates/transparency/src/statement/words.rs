//! Lines in the making: phrases whose places are filled by figures and names.

use sosie_similarity::{AxisValue, Basis, Participants};

use super::{Line, Phrase};
use crate::language::Language;
use crate::number::{figure, raw_figure};
use crate::record::one_line;

/// What fills a place, with the exact numbers in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    text: String,
    figures: Vec<f64>,
}

/// A phrase with its places filled.
pub(super) fn line(phrase: Phrase, language: Language, places: &[Place]) -> Line {
    let Place { text, figures } = part(phrase, language, places);
    Line {
        phrase,
        text,
        figures,
    }
}

/// A phrase that fills a place of another one.
pub(super) fn part(phrase: Phrase, language: Language, places: &[Place]) -> Place {
    let texts: Vec<String> = places.iter().map(|place| place.text.clone()).collect();
    Place {
        text: phrase.fill(language, &texts),
        figures: places
            .iter()
            .flat_map(|place| place.figures.clone())
            .collect(),
    }
}

/// A value that a source or a request states, exact.
fn raw(value: f64) -> Place {
    Place {
        text: raw_figure(value),
        figures: vec![value],
    }
}

/// A number that was computed or chosen: exact, and rounded for people.
pub(super) fn number(value: f64, language: Language) -> Place {
    Place {
        text: figure(value, language),
        figures: vec![value],
    }
}

/// A name or a text, in one line.
pub(super) fn name(text: impl AsRef<str>) -> Place {
    Place {
        text: one_line(text.as_ref()),
        figures: Vec::new(),
    }
}

/// A raw value of a ledger.
pub(super) fn value(value: Option<&AxisValue>, language: Language) -> Place {
    let one = |phrase, n: f64| part(phrase, language, &[raw(n)]);
    match value {
        None => part(Phrase::Unknown, language, &[]),
        Some(AxisValue::Location(at)) => {
            let degrees = [at.latitude_degrees(), at.longitude_degrees()];
            let places = degrees.map(raw);
            part(Phrase::Position, language, &places)
        }
        Some(AxisValue::Participants(count)) => participants(*count, language),
        Some(AxisValue::Path(path)) => name(path.as_str()),
        Some(AxisValue::Share(share)) => one(Phrase::Share, *share),
        Some(AxisValue::DayOfYear(day)) => one(Phrase::DayOfYear, f64::from(*day)),
        Some(AxisValue::Footprint {
            area_m2,
            has_geometry: false,
        }) => one(Phrase::Area, *area_m2),
        Some(AxisValue::Footprint {
            area_m2,
            has_geometry: true,
        }) => one(Phrase::AreaWithOutline, *area_m2),
        Some(AxisValue::DurationS(seconds)) => one(Phrase::Duration, *seconds),
    }
}

/// Counts are below 2^53, so they are exact as `f64`.
fn participants(count: Participants, language: Language) -> Place {
    let counted = |phrase, n: u64| part(phrase, language, &[raw(n as f64)]);
    let basis = count.basis().map(|basis| match basis {
        Basis::Peak => Phrase::BasisPeak,
        Basis::Daily => Phrase::BasisDaily,
        Basis::Total => Phrase::BasisTotal,
    });
    let parts = [
        Some(counted(Phrase::Count, count.best())),
        count.low().map(|low| counted(Phrase::CountLow, low)),
        count.high().map(|high| counted(Phrase::CountHigh, high)),
        basis.map(|phrase| part(phrase, language, &[])),
    ];
    let mut whole = Place::default();
    for part in parts.into_iter().flatten() {
        whole.text += &part.text;
        whole.figures.extend(part.figures);
    }
    whole
}
