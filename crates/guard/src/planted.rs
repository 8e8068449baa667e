//! Made-up personal data in records, from a seed: what the guard has to refuse.
//!
//! Nobody's: names are put together by chance from lists, numbers are drawn and their check digits computed here, by other
//! code than the detectors'. Every record is of a [`Kind`], a language and a [`Disguise`]; the rest of it is as clean as can be.
//!
//! **Law.** [`Planter::record`] is a pure function of seed and index.
//!
//! Start reading at [`Planter`].

mod disguise;
mod draw;
mod kind;
mod numbers;
mod place;
mod value;

use crate::field::Fields;
pub use disguise::Disguise;
use draw::Draw;
pub use kind::Kind;

/// The languages of the lists: French, English, Spanish, Italian, German, Portuguese, Dutch, Polish, Arabic in Latin letters,
/// Turkish.
pub const LANGUAGES: [&str; 10] = ["fr", "en", "es", "it", "de", "pt", "nl", "pl", "ar", "tr"];

/// All records of a seed.
#[derive(Clone, Copy, Debug)]
pub struct Planter {
    seed: u64,
}

/// A record with personal data of nobody in one of its free fields, or over two of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlantedRecord {
    /// The id of the event.
    pub event_id: String,
    /// The id of its series.
    pub series_id: Option<String>,
    /// Codes joined by `/`.
    pub nature: Option<String>,
    /// Codes joined by `/`.
    pub sector: Option<String>,
    /// The data set.
    pub source_id: String,
    /// Codes and counts.
    pub outcomes: Vec<(String, f64)>,
    /// The best count of participants.
    pub participants: Option<u64>,
    /// What is planted.
    pub kind: Kind,
    /// The place of its language in [`LANGUAGES`].
    pub language: usize,
    /// How it is written.
    pub disguise: Disguise,
}

impl Planter {
    /// The records of `seed`.
    pub fn new(seed: u64) -> Self {
        Planter { seed }
    }

    /// The record of that index: kinds come in turn, so that any row of them has all; languages and disguises by chance.
    pub fn record(&self, index: u64) -> PlantedRecord {
        let mut draw = Draw::new(self.seed, index);
        let kind = Kind::ALL[index as usize % Kind::ALL.len()];
        let language = draw.below(LANGUAGES.len());
        let disguise = disguise::of_kind(kind, &mut draw);
        let value = value::value(kind, language, disguise, &mut draw);
        let mut record = PlantedRecord {
            event_id: format!("ev-{}", 1_000 + draw.below(9_000)),
            nature: Some("market/farmers".to_owned()),
            sector: Some("marseille/13008".to_owned()),
            source_id: "city-permits".to_owned(),
            kind,
            language,
            disguise,
            ..PlantedRecord::default()
        };
        place::plant(&mut record, &value, &mut draw);
        record
    }
}

impl PlantedRecord {
    /// What the guard looks at; the event was in the spring of 2024.
    pub fn fields(&self) -> Fields<'_> {
        let outcomes = self.outcomes.iter();
        Fields {
            event_id: &self.event_id,
            series_id: self.series_id.as_deref(),
            nature: self.nature.as_deref(),
            sector: self.sector.as_deref(),
            source_id: &self.source_id,
            outcomes: outcomes
                .map(|(code, count)| (code.as_str(), *count))
                .collect(),
            participants: self.participants,
            days: Some((19_860, 19_861)),
            ..Fields::default()
        }
    }
}
