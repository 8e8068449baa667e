//! Counts of participants: whole numbers, sometimes fractional, swapped or without a best one.

use sosie_similarity::limits::PARTICIPANTS_MAX;
use sosie_similarity::{Basis, Invalid, Participants, Rule};

use super::cell::{Cell, Reading};
use super::choice::{Choice, Chosen, Names};
use super::error::{KeyError, KeyProblem};
use super::form::{BestFromForm, LowHighForm, OnInvalid, ParticipantsForm};
use super::number::number;
use crate::refusal::{Correction, Refusal};

const FIELD: &str = "participants";

const BASES: Names<Basis> = Names {
    read: |name| sosie_index::record::parse_basis(name).ok(),
    all: "PEAK, DAILY, TOTAL",
};

/// How the participants of a row are read.
#[derive(Debug)]
pub(super) struct Counts {
    best: Option<Cell>,
    low: Option<Cell>,
    high: Option<Cell>,
    low_high: LowHighForm,
    best_from: BestFromForm,
    basis: Option<Choice<Basis>>,
    on_invalid: OnInvalid,
}

impl Counts {
    pub(super) fn compile(key: &str, form: ParticipantsForm) -> Result<Self, KeyError> {
        let at = |inner: &str| format!("{key}.{inner}");
        let cell = |inner: &str, cell: Option<_>| {
            cell.map(|cell| Cell::compile(&at(inner), cell)).transpose()
        };
        let can_be_midpoint = form.low.is_some() && form.high.is_some();
        if form.best_from == BestFromForm::Midpoint && !can_be_midpoint {
            return Err(KeyError::new(
                at("best_from"),
                KeyProblem::Needs("`low` and `high`"),
            ));
        }
        if form.best_from == BestFromForm::Best && form.best.is_none() {
            return Err(KeyError::new(
                key,
                KeyProblem::Needs("`best`, or to make it of low and high"),
            ));
        }
        let basis = form
            .basis
            .map(|choice| Choice::compile(&at("basis"), choice, &BASES));
        Ok(Counts {
            best: cell("best", form.best)?,
            low: cell("low", form.low)?,
            high: cell("high", form.high)?,
            low_high: form.low_high,
            best_from: form.best_from,
            basis: basis.transpose()?,
            on_invalid: form.on_invalid,
        })
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        let counts = self.best.iter().chain(&self.low).chain(&self.high);
        counts.chain(self.basis.iter().flat_map(Choice::cells))
    }

    /// The participants of a row.
    pub(super) fn read(&self, reading: &mut Reading<'_>) -> Result<Option<Participants>, Refusal> {
        let participants = self.participants(reading);
        reading.optional(self.on_invalid, participants)
    }

    fn participants(&self, reading: &mut Reading<'_>) -> Result<Option<Participants>, Refusal> {
        let best = count("participants.best", reading, self.best.as_ref())?;
        let low = count("participants.low", reading, self.low.as_ref())?;
        let high = count("participants.high", reading, self.high.as_ref())?;
        let (low, high) = self.ordered(low, high, reading);
        let Some(best) = self.best(best, low, high, reading) else {
            return Ok(None);
        };
        let basis = self.basis(reading)?;
        let participants = Participants::new(best, low, high, basis);
        Ok(Some(
            participants.map_err(|invalid: Invalid| invalid.under(FIELD))?,
        ))
    }

    fn ordered(
        &self,
        low: Option<u64>,
        high: Option<u64>,
        reading: &mut Reading<'_>,
    ) -> (Option<u64>, Option<u64>) {
        let is_swapped = low.zip(high).is_some_and(|(low, high)| low > high);
        if is_swapped && self.low_high == LowHighForm::Sort {
            reading.correct(FIELD, Correction::Sorted);
            (high, low)
        } else {
            (low, high)
        }
    }

    fn best(
        &self,
        best: Option<u64>,
        low: Option<u64>,
        high: Option<u64>,
        reading: &mut Reading<'_>,
    ) -> Option<u64> {
        if best.is_some() || (low.is_none() && high.is_none()) {
            return best;
        }
        match (self.best_from, low.zip(high)) {
            (BestFromForm::Midpoint, Some((low, high))) => {
                reading.correct("participants.best", Correction::Midpoint);
                Some((low + high).div_ceil(2))
            }
            (BestFromForm::Midpoint, None) | (BestFromForm::Best, _) => {
                reading.correct(FIELD, Correction::NoBest);
                None
            }
        }
    }

    fn basis(&self, reading: &mut Reading<'_>) -> Result<Option<Basis>, Refusal> {
        let field = "participants.basis";
        let Some(choice) = &self.basis else {
            return Ok(None);
        };
        Ok(match choice.choose(field, reading)? {
            Chosen::Listed(basis) => Some(basis),
            Chosen::Default(basis) => {
                reading.correct(field, Correction::Defaulted);
                Some(basis)
            }
            Chosen::Missing => None,
        })
    }
}

/// A whole count. Sources have means of two counts, such as 22.5: rounded, a half upwards.
fn count(
    field: &'static str,
    reading: &mut Reading<'_>,
    cell: Option<&Cell>,
) -> Result<Option<u64>, Refusal> {
    let Some(cell) = cell else {
        return Ok(None);
    };
    let Some(number) = number(field, reading, cell)? else {
        return Ok(None);
    };
    if !(0.0..=PARTICIPANTS_MAX as f64).contains(&number) {
        return Err(Refusal::new(
            field,
            Rule::OutOfRange(0.0, PARTICIPANTS_MAX as f64),
        ));
    }
    if number.fract() != 0.0 {
        reading.correct(field, Correction::Rounded);
    }
    Ok(Some((number + 0.5).floor() as u64))
}
