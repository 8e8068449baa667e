//! The columns of one segment.

use sosie_similarity::{Calendar, EventId};
use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fastfield::FastFieldReaders;

use super::dictionary::Dictionary;
use crate::error::IndexError;

/// A numeric column; a segment in which no document has a value has no column.
pub(super) struct Numbers<T>(Option<Column<T>>);

impl<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static> Numbers<T> {
    pub(super) fn first(&self, doc: DocId) -> Option<T> {
        self.0.as_ref()?.first(doc)
    }
}

/// A text column with its own dictionary read once, in order: a look-up of each document's text would
/// unpack a block of the dictionary every time.
pub(super) struct Texts {
    column: Option<Column<u64>>,
    texts: Vec<String>,
    /// By the segment's number, the number in the [`Dictionary`] of all segments, once it is known.
    numbers: Vec<Option<u32>>,
}

impl Texts {
    fn open(column: Option<StrColumn>) -> Result<Self, IndexError> {
        let Some(column) = column else {
            return Ok(Texts {
                column: None,
                texts: Vec::new(),
                numbers: Vec::new(),
            });
        };
        let mut texts = Vec::with_capacity(column.num_terms());
        let mut terms = column.dictionary().stream()?;
        while terms.advance() {
            let text =
                std::str::from_utf8(terms.key()).map_err(|_| IndexError::Malformed("text"))?;
            texts.push(text.to_owned());
        }
        let numbers = vec![None; texts.len()];
        Ok(Texts {
            column: Some(column.ords().clone()),
            texts,
            numbers,
        })
    }

    fn place(&self, doc: DocId) -> Option<usize> {
        self.column
            .as_ref()?
            .first(doc)
            .map(|number| number as usize)
    }

    /// The text of a document.
    pub(super) fn text(&self, doc: DocId) -> Option<&str> {
        self.place(doc)
            .and_then(|place| self.texts.get(place))
            .map(String::as_str)
    }

    /// The number of a document's text in `dictionary`, which gets only what a document uses: a text of
    /// deleted documents is not part of the vocabulary.
    pub(super) fn number<T>(
        &mut self,
        doc: DocId,
        dictionary: &mut Dictionary<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<u32>, IndexError> {
        let Some(place) = self.place(doc) else {
            return Ok(None);
        };
        let malformed = IndexError::Malformed("text");
        let (Some(text), Some(number)) = (self.texts.get(place), self.numbers.get_mut(place))
        else {
            return Err(malformed);
        };
        if number.is_none() {
            *number = Some(dictionary.number(text, parse).ok_or(malformed)?);
        }
        Ok(*number)
    }
}

pub(super) struct SegmentColumns {
    pub(super) event_id: Texts,
    pub(super) series_id: Texts,
    pub(super) source_id: Texts,
    pub(super) nature: Texts,
    pub(super) sector: Texts,
    pub(super) state: Numbers<u64>,
    pub(super) start_time: Numbers<i64>,
    pub(super) end_time: Numbers<i64>,
    pub(super) known_time: Numbers<i64>,
    pub(super) latitude: Numbers<f64>,
    pub(super) longitude: Numbers<f64>,
    pub(super) participants_best: Numbers<u64>,
    pub(super) participants_basis: Numbers<u64>,
    pub(super) weekend_share: Numbers<f64>,
    pub(super) summer_share: Numbers<f64>,
    pub(super) day_of_year: Numbers<u64>,
    pub(super) month: Numbers<u64>,
    pub(super) weekday: Numbers<u64>,
    pub(super) footprint_area_m2: Numbers<f64>,
    pub(super) has_footprint: Numbers<bool>,
    pub(super) duration_s: Numbers<f64>,
}

impl SegmentColumns {
    pub(super) fn open(fields: &FastFieldReaders) -> Result<Self, IndexError> {
        Ok(SegmentColumns {
            event_id: Texts::open(fields.str("event_id")?)?,
            series_id: Texts::open(fields.str("series_id")?)?,
            source_id: Texts::open(fields.str("source_id")?)?,
            nature: Texts::open(fields.str("nature")?)?,
            sector: Texts::open(fields.str("sector")?)?,
            state: Numbers(fields.column_opt("state")?),
            start_time: Numbers(fields.column_opt("start_time")?),
            end_time: Numbers(fields.column_opt("end_time")?),
            known_time: Numbers(fields.column_opt("known_time")?),
            latitude: Numbers(fields.column_opt("latitude_degrees")?),
            longitude: Numbers(fields.column_opt("longitude_degrees")?),
            participants_best: Numbers(fields.column_opt("participants_best")?),
            participants_basis: Numbers(fields.column_opt("participants_basis")?),
            weekend_share: Numbers(fields.column_opt("weekend_share")?),
            summer_share: Numbers(fields.column_opt("summer_share")?),
            day_of_year: Numbers(fields.column_opt("day_of_year")?),
            month: Numbers(fields.column_opt("month")?),
            weekday: Numbers(fields.column_opt("weekday")?),
            footprint_area_m2: Numbers(fields.column_opt("footprint_area_m2")?),
            has_footprint: Numbers(fields.column_opt("has_footprint")?),
            duration_s: Numbers(fields.column_opt("duration_s")?),
        })
    }

    /// The id of a document.
    pub(super) fn event_id(&self, doc: DocId) -> Option<EventId> {
        self.event_id
            .text(doc)
            .and_then(|text| EventId::new(text).ok())
    }

    /// The calendar of a document.
    pub(super) fn calendar(&self, doc: DocId) -> Option<Calendar> {
        Some(Calendar {
            weekend_share: self.weekend_share.first(doc)?,
            summer_share: self.summer_share.first(doc)?,
            day_of_year: u16::try_from(self.day_of_year.first(doc)?).ok()?,
            month: u8::try_from(self.month.first(doc)?).ok()?,
            weekday: u8::try_from(self.weekday.first(doc)?).ok()?,
        })
    }
}
