//! A list with what its ledgers say, checked once.

use std::collections::HashMap;

use super::line::Line;
use super::row::Row;
use super::terms::Terms;
use super::watch::Entry;
use crate::code::{EventId, SeriesId};
use crate::limits::{SENSITIVITY_ROWS_MAX, SENSITIVITY_SIZE_MAX};
use crate::score::Score;

/// What a ranking is made of; [`Ranking::new`] checks it.
#[derive(Clone, Debug, PartialEq)]
pub struct RankingParts {
    /// What the list was ranked on.
    pub terms: Terms,
    /// The first rows of the true list before series collapse, best first: at least the hits asked about, better
    /// some hundreds more, since what is known needs no search.
    pub rows: Vec<Row>,
    /// How many hits are asked about, 1 to [`SENSITIVITY_SIZE_MAX`].
    pub size: usize,
    /// Whether a series gives its best member only.
    pub collapse_series: bool,
    /// Whether the true list goes on after the rows.
    pub has_more: bool,
}

/// Why a ranking was refused. Rows are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRanking {
    /// Nothing to ask about.
    #[error("there is no row")]
    Empty,
    /// Too long a list, or none.
    #[error("`size` must be in 1..={SENSITIVITY_SIZE_MAX}, got {0}")]
    Size(usize),
    /// Too many rows.
    #[error("there must be at most {SENSITIVITY_ROWS_MAX} rows, got {0}")]
    Rows(usize),
    /// Not one line per axis in play, in profile order.
    #[error("row {row} is not of these axes")]
    Axes {
        /// Which.
        row: usize,
    },
    /// A similarity outside of [0, 1], or none where there was a comparison.
    #[error("row {row} counts what no axis can")]
    Counted {
        /// Which.
        row: usize,
    },
    /// Nothing was compared, or coverage is below the floor.
    #[error("row {row} is no hit")]
    NoHit {
        /// Which.
        row: usize,
    },
    /// It does not rank after the row before it.
    #[error("row {row} is out of order")]
    Order {
        /// Which.
        row: usize,
    },
}

/// The first hits of a list, and rows that may come among them.
#[derive(Clone, Debug)]
pub struct Ranking {
    pub(super) terms: Terms,
    /// In the order of the list as far as they were given, then as searches found them.
    pub(super) entries: Vec<Entry>,
    pub(super) size: usize,
    /// Places of the hits asked about, of each series the best, best first.
    pub(super) list: Vec<usize>,
    /// Place of the hit after the last.
    pub(super) next: Option<usize>,
    /// What no unknown candidate scores more than under the declared weights; `None` if there are none.
    pub(super) unseen_score: Option<f64>,
    collapse_series: bool,
    places: HashMap<EventId, usize>,
    groups: HashMap<SeriesId, usize>,
}

impl Ranking {
    /// Checks that the rows are hits on these terms, and in order.
    ///
    /// # Errors
    /// The first thing that is wrong with them.
    pub fn new(parts: RankingParts) -> Result<Self, InvalidRanking> {
        if !(1..=SENSITIVITY_SIZE_MAX).contains(&parts.size) {
            return Err(InvalidRanking::Size(parts.size));
        }
        if parts.rows.len() > SENSITIVITY_ROWS_MAX {
            return Err(InvalidRanking::Rows(parts.rows.len()));
        }
        let worst = check_rows(&parts)?;
        let mut ranking = Ranking {
            terms: parts.terms,
            entries: Vec::with_capacity(parts.rows.len()),
            size: parts.size,
            list: Vec::new(),
            next: None,
            unseen_score: parts.has_more.then_some(worst.score),
            collapse_series: parts.collapse_series,
            places: HashMap::new(),
            groups: HashMap::new(),
        };
        ranking.add(parts.rows);
        ranking.choose_list();
        Ok(ranking)
    }

    /// What the list was ranked on.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The hits asked about, best first; fewer than asked for if there are no more.
    pub fn hits(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.list.iter().map(|place| &self.entries[*place].row)
    }

    /// The hit after the last, if it is among the rows.
    pub fn next(&self) -> Option<&Row> {
        self.next.map(|place| &self.entries[place].row)
    }

    pub(super) fn knows(&self, event_id: &EventId) -> bool {
        self.places.contains_key(event_id)
    }

    /// Takes in the rows that are not known yet; whether there were any.
    pub(super) fn add(&mut self, rows: Vec<Row>) -> bool {
        let before = self.entries.len();
        for row in rows {
            if self.knows(&row.event_id) {
                continue;
            }
            let place = self.entries.len();
            let group = match &row.series_id {
                Some(series) if self.collapse_series => {
                    *self.groups.entry(series.clone()).or_insert(place)
                }
                Some(_) | None => place,
            };
            self.places.insert(row.event_id.clone(), place);
            self.entries.push(Entry { row, group });
        }
        self.entries.len() > before
    }

    /// An entry leads its group if it opened it: the rows come best first.
    fn choose_list(&mut self) {
        let places = self.entries.iter().enumerate();
        let mut leaders = places.filter(|(place, entry)| entry.group == *place);
        let mut places = leaders.by_ref().map(|(place, _)| place);
        self.list = places.by_ref().take(self.size).collect();
        self.next = places.next();
    }
}

/// The score of the last row.
fn check_rows(parts: &RankingParts) -> Result<Score, InvalidRanking> {
    let line = Line::any(&parts.terms);
    let mut last: Option<(&Row, Score)> = None;
    for (at, row) in parts.rows.iter().enumerate() {
        check_lines(&parts.terms, row, at)?;
        let score = line.score(row, line.declared());
        let score = score.map_err(|_| InvalidRanking::NoHit { row: at })?;
        if last.is_some_and(|(before, above)| before.key(above) >= row.key(score)) {
            return Err(InvalidRanking::Order { row: at });
        }
        last = Some((row, score));
    }
    last.map(|(_, score)| score).ok_or(InvalidRanking::Empty)
}

fn check_lines(terms: &Terms, row: &Row, at: usize) -> Result<(), InvalidRanking> {
    if !row.is_of(terms) {
        return Err(InvalidRanking::Axes { row: at });
    }
    let is_valid = row.lines.iter().all(|line| match line.counted {
        Some(similarity) => (0.0..=1.0).contains(&similarity),
        None => !line.is_compared,
    });
    if is_valid {
        Ok(())
    } else {
        Err(InvalidRanking::Counted { row: at })
    }
}
