//! The columns of one segment.

use sosie_similarity::{Calendar, EventId, Location, Participants, State, Timestamp};
use tantivy::columnar::{Column, StrColumn};
use tantivy::fastfield::FastFieldReaders;
use tantivy::{DocId, SegmentReader};

use crate::error::IndexError;
use crate::schema::{location_of, participants_of, state_of};

/// A numeric column; a segment in which no document has a value has no column.
pub(crate) struct Numbers<T>(Option<Column<T>>);

impl<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static> Numbers<T> {
    pub(crate) fn first(&self, doc: DocId) -> Option<T> {
        self.0.as_ref()?.first(doc)
    }
}

/// A text column: each document has the number of its text among the segment's texts, which are sorted.
pub(crate) struct Texts(Option<StrColumn>);

impl Texts {
    /// The number of a document's text.
    pub(crate) fn number(&self, doc: DocId) -> Option<usize> {
        let number = self.0.as_ref()?.ords().first(doc)?;
        usize::try_from(number).ok()
    }

    /// Number of texts.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |column| column.num_terms())
    }

    /// Calls `take` with every text in turn: numbers 0, 1, 2….
    pub(crate) fn for_each(&self, mut take: impl FnMut(usize, &str)) -> Result<(), IndexError> {
        let Some(column) = &self.0 else {
            return Ok(());
        };
        let mut terms = column.dictionary().stream()?;
        let mut number = 0;
        while terms.advance() {
            let text = std::str::from_utf8(terms.key());
            take(number, text.map_err(|_| IndexError::Malformed("text"))?);
            number += 1;
        }
        Ok(())
    }

    /// The column itself, if any document has a text.
    pub(crate) fn column(&self) -> Option<&StrColumn> {
        self.0.as_ref()
    }

    /// The text of a document. Unpacks a block of the dictionary: for a few rows only.
    pub(crate) fn text(&self, doc: DocId) -> Option<String> {
        let number = self.number(doc)?;
        let mut text = String::new();
        let found = self.0.as_ref()?.ord_to_str(number as u64, &mut text);
        found.ok()?.then_some(text)
    }
}

/// All columns of a segment, opened.
pub(crate) struct SegmentColumns {
    pub(crate) event_id: Texts,
    pub(crate) series_id: Texts,
    pub(crate) source_id: Texts,
    pub(crate) nature: Texts,
    pub(crate) sector: Texts,
    state: Numbers<u64>,
    start_time: Numbers<i64>,
    end_time: Numbers<i64>,
    known_time: Numbers<i64>,
    superseded_time: Numbers<i64>,
    latitude: Numbers<f64>,
    longitude: Numbers<f64>,
    participants_best: Numbers<u64>,
    participants_basis: Numbers<u64>,
    weekend_share: Numbers<f64>,
    summer_share: Numbers<f64>,
    day_of_year: Numbers<u64>,
    month: Numbers<u64>,
    weekday: Numbers<u64>,
    pub(crate) footprint_area_m2: Numbers<f64>,
    has_footprint: Numbers<bool>,
    pub(crate) duration_s: Numbers<f64>,
}

/// Start, end and known time, and from when on something else was known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Times {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) known: Timestamp,
    pub(crate) superseded: Option<Timestamp>,
}

impl Times {
    /// Whether an event of these times may be a candidate; without `as_of`, one that is yet to be held too.
    pub(crate) fn admits(&self, as_of: Option<Timestamp>) -> bool {
        match as_of {
            Some(as_of) => self.end <= as_of && self.is_known_at(as_of),
            None => self.superseded.is_none(),
        }
    }

    /// Whether it was what was known at an instant.
    pub(crate) fn is_known_at(&self, as_of: Timestamp) -> bool {
        self.known <= as_of && self.superseded.is_none_or(|from| as_of < from)
    }
}

impl SegmentColumns {
    pub(crate) fn open(reader: &SegmentReader) -> Result<Self, IndexError> {
        let fields: &FastFieldReaders = reader.fast_fields();
        Ok(SegmentColumns {
            event_id: Texts(fields.str("event_id")?),
            series_id: Texts(fields.str("series_id")?),
            source_id: Texts(fields.str("source_id")?),
            nature: Texts(fields.str("nature")?),
            sector: Texts(fields.str("sector")?),
            state: Numbers(fields.column_opt("state")?),
            start_time: Numbers(fields.column_opt("start_time")?),
            end_time: Numbers(fields.column_opt("end_time")?),
            known_time: Numbers(fields.column_opt("known_time")?),
            superseded_time: Numbers(fields.column_opt("superseded_time")?),
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

    pub(crate) fn event_id(&self, doc: DocId) -> Result<EventId, IndexError> {
        let text = self.event_id.text(doc);
        text.and_then(|text| EventId::new(&text).ok())
            .ok_or(IndexError::Malformed("event_id"))
    }

    pub(crate) fn state(&self, doc: DocId) -> Result<State, IndexError> {
        (self.state.first(doc).and_then(state_of)).ok_or(IndexError::Malformed("state"))
    }

    pub(crate) fn times(&self, doc: DocId) -> Result<Times, IndexError> {
        let instant = |column: &Numbers<i64>, name| {
            let malformed = IndexError::Malformed(name);
            let micros = column.first(doc).ok_or(malformed)?;
            Timestamp::from_micros(micros).map_err(|_| IndexError::Malformed(name))
        };
        Ok(Times {
            start: instant(&self.start_time, "start_time")?,
            end: instant(&self.end_time, "end_time")?,
            known: instant(&self.known_time, "known_time")?,
            superseded: self.superseded(doc)?,
        })
    }

    /// From when on something else was known in the place of a document.
    pub(crate) fn superseded(&self, doc: DocId) -> Result<Option<Timestamp>, IndexError> {
        let micros = self.superseded_time.first(doc);
        let instant = micros.map(Timestamp::from_micros).transpose();
        instant.map_err(|_| IndexError::Malformed("superseded_time"))
    }

    pub(crate) fn location(&self, doc: DocId) -> Option<Location> {
        location_of(self.latitude.first(doc), self.longitude.first(doc))
    }

    pub(crate) fn participants(&self, doc: DocId) -> Option<Participants> {
        participants_of(
            self.participants_best.first(doc)?,
            self.participants_basis.first(doc)?,
        )
    }

    pub(crate) fn has_footprint(&self, doc: DocId) -> bool {
        self.has_footprint.first(doc).unwrap_or(false)
    }

    pub(crate) fn weekend_share(&self, doc: DocId) -> Option<f64> {
        self.weekend_share.first(doc)
    }

    pub(crate) fn summer_share(&self, doc: DocId) -> Option<f64> {
        self.summer_share.first(doc)
    }

    pub(crate) fn day_of_year(&self, doc: DocId) -> Option<u16> {
        u16::try_from(self.day_of_year.first(doc)?).ok()
    }

    pub(crate) fn calendar(&self, doc: DocId) -> Result<Calendar, IndexError> {
        let calendar = || {
            Some(Calendar {
                weekend_share: self.weekend_share(doc)?,
                summer_share: self.summer_share(doc)?,
                day_of_year: self.day_of_year(doc)?,
                month: u8::try_from(self.month.first(doc)?).ok()?,
                weekday: u8::try_from(self.weekday.first(doc)?).ok()?,
            })
        };
        calendar().ok_or(IndexError::Malformed("weekend_share"))
    }
}
