//! Numbers as sources write them: `800.0`, `1 200`, `12,5`.

use sosie_similarity::Rule;

use super::cell::{Cell, Reading};
use super::error::KeyError;
use super::form::{NumberForm, OnInvalid};
use crate::refusal::Refusal;

/// A number of a cell, times a factor to our unit.
#[derive(Debug)]
pub(super) struct Number {
    cell: Cell,
    scale: f64,
    on_invalid: OnInvalid,
}

impl Number {
    pub(super) fn compile(key: &str, form: NumberForm) -> Result<Self, KeyError> {
        let form = form.0;
        let scale = form.scale.unwrap_or(1.0);
        if !scale.is_finite() || scale <= 0.0 {
            return Err(KeyError::new(format!("{key}.scale"), Rule::NotPositive));
        }
        let cell = Cell::compile(&format!("{key}.column"), form.column)?;
        Ok(Number {
            cell,
            scale,
            on_invalid: form.on_invalid,
        })
    }

    pub(super) fn cell(&self) -> &Cell {
        &self.cell
    }

    /// The number if `check` lets it pass; else what the mapping says of an invalid one.
    pub(super) fn read(
        &self,
        field: &str,
        reading: &mut Reading<'_>,
        check: impl Fn(f64) -> Result<(), Rule>,
    ) -> Result<Option<f64>, Refusal> {
        let number = number(field, reading, &self.cell).and_then(|number| {
            let scaled = number.map(|number| number * self.scale);
            match scaled.map(check) {
                Some(Err(rule)) => Err(Refusal::new(field, rule)),
                Some(Ok(())) | None => Ok(scaled),
            }
        });
        reading.optional(self.on_invalid, number)
    }
}

/// The finite number of a cell; `None` if it is missing.
pub(super) fn number(
    field: &str,
    reading: &mut Reading<'_>,
    cell: &Cell,
) -> Result<Option<f64>, Refusal> {
    let Some(text) = reading.text(field, cell)? else {
        return Ok(None);
    };
    let number = parse(text, reading.decimal()).map_err(|rule| Refusal::new(field, rule))?;
    Ok(Some(number))
}

/// Digits with a sign, a fraction and an exponent. No `inf` or `nan`: they are errors in a table.
fn parse(text: &str, decimal: char) -> Result<f64, Rule> {
    // No-break spaces group digits in French tables.
    let plain: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let plain = if decimal == '.' {
        plain
    } else {
        swap_decimal(&plain, decimal)?
    };
    let is_number_sign =
        |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E');
    if !plain.bytes().all(is_number_sign) {
        return Err(Rule::Malformed);
    }
    let number: f64 = plain.parse().map_err(|_| Rule::Malformed)?;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(Rule::NotFinite)
    }
}

/// A point is no decimal sign here, and to guess that it groups digits could be wrong a thousandfold.
fn swap_decimal(text: &str, decimal: char) -> Result<String, Rule> {
    if text.contains('.') {
        Err(Rule::Malformed)
    } else {
        Ok(text.replace(decimal, "."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_words_refused() {
        assert_eq!(parse("800.0", '.'), Ok(800.0));
        assert_eq!(parse("-117.19", '.'), Ok(-117.19));
        assert_eq!(parse("5.4e-05", '.'), Ok(5.4e-5));
        assert_eq!(parse("1\u{202f}200", '.'), Ok(1200.0));
        assert_eq!(parse("12,5", ','), Ok(12.5));
        for text in ["12,5", "e", "inf", "NaN", "about 20", "", "1.2.3", "--1"] {
            assert_eq!(parse(text, '.'), Err(Rule::Malformed), "{text}");
        }
        assert_eq!(parse("1.200", ','), Err(Rule::Malformed));
    }
}
