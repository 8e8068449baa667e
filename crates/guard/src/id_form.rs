//! The form that a source declares for its ids: `sd-{digits:1..7}`.
//!
//! An id that is not of the form is refused: then nothing else can hide in it. Of one that is, the fixed text says what the
//! operator wrote, and only the free parts are looked at: seven digits can't be a telephone number, and eight can be a date of
//! birth, declared or not.

use std::ops::RangeInclusive;

use sosie_similarity::limits::ID_BYTES_MAX;

/// Digits in one part that are too few for any number of a person: the shortest is a day with its year.
const HARMLESS_DIGITS_MAX: usize = 7;
/// What stands for a part that is not looked at: no word, no group of a plate, no number.
const FIXED: &str = "fixedpart";

/// What a free part may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signs {
    Digits,
    Lower,
    Upper,
    /// Letters of either case and digits.
    Alnum,
    /// Hex digits in lower case, made by a digest: not looked at.
    Digest,
    /// 36 signs, not looked at.
    Uuid,
}

impl Signs {
    fn allow(self, byte: u8) -> bool {
        match self {
            Signs::Digits => byte.is_ascii_digit(),
            Signs::Lower => byte.is_ascii_lowercase(),
            Signs::Upper => byte.is_ascii_uppercase(),
            Signs::Alnum => byte.is_ascii_alphanumeric(),
            Signs::Digest => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            Signs::Uuid => byte.is_ascii_hexdigit() || byte == b'-',
        }
    }

    fn is_trusted(self) -> bool {
        matches!(self, Signs::Digest | Signs::Uuid)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Fixed(Box<str>),
    Free(Signs, RangeInclusive<usize>),
}

/// A declared form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdForm {
    parts: Vec<Part>,
    is_harmless: bool,
}

/// Why a form is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdForm {
    /// A brace that is not closed, or closed without being opened.
    #[error("has a brace without its other one")]
    Brace,
    /// A part that is none of those that there are.
    #[error("has a part that is not `digits`, `lower`, `upper`, `alnum`, `digest` or `uuid`")]
    Part,
    /// Not `N` or `N..M` with 1 ≤ N ≤ M ≤ 64.
    #[error("has a length that is not `N` or `N..M`, from 1 to {ID_BYTES_MAX}")]
    Length,
    /// Fixed text that no id can have, or no free part.
    #[error("is not the form of an id")]
    NotAnId,
}

impl IdForm {
    /// Reads fixed text with parts in braces: `{digits:5}`, `{digits:1..7}`, and so `lower`, `upper`, `alnum`; `{digest:20}`, hex digits
    /// that a digest made, and `{uuid}`, which nobody can read and which are trusted.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidIdForm> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((fixed, opened)) = rest.split_once('{') {
            let (part, after) = opened.split_once('}').ok_or(InvalidIdForm::Brace)?;
            push_fixed(&mut parts, fixed)?;
            parts.push(free(part)?);
            rest = after;
        }
        push_fixed(&mut parts, rest)?;
        if !parts.iter().any(|part| matches!(part, Part::Free(..))) {
            return Err(InvalidIdForm::NotAnId);
        }
        let is_harmless = is_harmless(&parts);
        Ok(IdForm { parts, is_harmless })
    }

    /// Whether nothing of a person fits into its free parts.
    pub(crate) fn is_harmless(&self) -> bool {
        self.is_harmless
    }

    /// `None` if `id` is not of this form; else the id with what is not looked at covered.
    pub(crate) fn free_text(&self, id: &str) -> Option<String> {
        let mut lengths = Vec::with_capacity(self.parts.len());
        fits(&self.parts, id.as_bytes(), &mut lengths).then(|| self.cover(id, &lengths))
    }

    fn cover(&self, id: &str, lengths: &[usize]) -> String {
        let mut covered = String::with_capacity(id.len() + FIXED.len());
        let mut rest = id;
        for (part, length) in self.parts.iter().zip(lengths) {
            let (own, after) = rest.split_at(*length);
            rest = after;
            match part {
                Part::Free(signs, _) if !signs.is_trusted() => covered.push_str(own),
                Part::Free(..) => covered.push_str(FIXED),
                Part::Fixed(text) => cover_fixed(text, &mut covered),
            }
        }
        covered
    }
}

/// Signs stay, since they part what is around them; every run of letters and digits becomes one word that says nothing.
fn cover_fixed(text: &str, covered: &mut String) {
    let mut in_run = false;
    for sign in text.chars() {
        let alnum = sign.is_ascii_alphanumeric();
        match (alnum, in_run) {
            (true, false) => covered.push_str(FIXED),
            (true, true) => {}
            (false, _) => covered.push(sign),
        }
        in_run = alnum;
    }
}

/// Whether the parts can share `id`; their lengths, longest first.
fn fits(parts: &[Part], id: &[u8], lengths: &mut Vec<usize>) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return id.is_empty();
    };
    let (least, most) = match part {
        Part::Fixed(text) if id.starts_with(text.as_bytes()) => (text.len(), text.len()),
        Part::Fixed(_) => return false,
        Part::Free(signs, length) => {
            let run = id.iter().take_while(|byte| signs.allow(**byte)).count();
            (*length.start(), run.min(*length.end()))
        }
    };
    (least..=most).rev().any(|length| {
        lengths.push(length);
        let fitting = fits(rest, &id[length..], lengths);
        if !fitting {
            lengths.pop();
        }
        fitting
    })
}

fn push_fixed(parts: &mut Vec<Part>, text: &str) -> Result<(), InvalidIdForm> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    if text.contains('}') {
        return Err(InvalidIdForm::Brace);
    }
    if !text.bytes().all(allowed) {
        return Err(InvalidIdForm::NotAnId);
    }
    if !text.is_empty() {
        parts.push(Part::Fixed(text.into()));
    }
    Ok(())
}

fn free(part: &str) -> Result<Part, InvalidIdForm> {
    if part == "uuid" {
        return Ok(Part::Free(Signs::Uuid, 36..=36));
    }
    let (name, length) = part.split_once(':').ok_or(InvalidIdForm::Part)?;
    let signs = match name {
        "digits" => Signs::Digits,
        "lower" => Signs::Lower,
        "upper" => Signs::Upper,
        "alnum" => Signs::Alnum,
        "digest" => Signs::Digest,
        _ => return Err(InvalidIdForm::Part),
    };
    let (least, most) = length.split_once("..").unwrap_or((length, length));
    let number = |text: &str| text.parse::<usize>().map_err(|_| InvalidIdForm::Length);
    let (least, most) = (number(least)?, number(most)?);
    if least == 0 || least > most || most > ID_BYTES_MAX {
        return Err(InvalidIdForm::Length);
    }
    Ok(Part::Free(signs, least..=most))
}

/// One run of few digits is; several could be the groups of one number, and letters could be anything.
fn is_harmless(parts: &[Part]) -> bool {
    let mut free = parts.iter().filter_map(|part| match part {
        Part::Free(signs, length) if !signs.is_trusted() => Some((*signs, *length.end())),
        Part::Free(..) | Part::Fixed(_) => None,
    });
    let harmless = |(signs, most)| signs == Signs::Digits && most <= HARMLESS_DIGITS_MAX;
    free.next().is_none_or(harmless) && free.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(form: &str, id: &str) -> Option<String> {
        IdForm::parse(form).unwrap().free_text(id)
    }

    #[test]
    fn an_id_of_the_form_is_covered_but_for_its_free_parts() {
        let cases = [
            ("sd-{digits:1..7}", "sd-47552", Some("fixedpart-47552")),
            ("sd-{digits:1..7}", "sd-12345678", None),
            ("sd-{digits:1..7}", "sd-", None),
            ("{digest:10}", "1952190415", Some("fixedpart")),
            (
                "sea-{upper:1..2}{digits:2}{upper:2}{digits:3}",
                "sea-S14JA006",
                Some("fixedpart-S14JA006"),
            ),
            ("a{digits:1..3}{digits:2}", "a123", Some("fixedpart123")),
            (
                "e.{uuid}",
                "e.123e4567-e89b-12d3-a456-426614174000",
                Some("fixedpart.fixedpart"),
            ),
        ];
        for (form, id, text) in cases {
            assert_eq!(covered(form, id).as_deref(), text, "{form} {id}");
        }
    }

    #[test]
    fn a_form_is_harmless_if_one_run_of_seven_digits_is_all_that_is_free() {
        let harmless = |form| IdForm::parse(form).unwrap().is_harmless();
        assert!(harmless("sd-{digits:1..7}"));
        assert!(harmless("{digest:20}"));
        assert!(!harmless("mad-{digits:8}"));
        assert!(!harmless("x{digits:2}-{digits:2}"));
        assert!(!harmless("x-{lower:3}"));
    }

    #[test]
    fn what_is_no_form_is_refused_by_name() {
        for (form, error) in [
            ("sd-{digits:7", InvalidIdForm::Brace),
            ("sd-}", InvalidIdForm::Brace),
            ("sd-{number:7}", InvalidIdForm::Part),
            ("sd-{digits}", InvalidIdForm::Part),
            ("sd-{digits:0}", InvalidIdForm::Length),
            ("sd-{digits:7..5}", InvalidIdForm::Length),
            ("sd-{digits:65}", InvalidIdForm::Length),
            ("é{digits:5}", InvalidIdForm::NotAnId),
            ("always-the-same", InvalidIdForm::NotAnId),
        ] {
            assert_eq!(IdForm::parse(form), Err(error), "{form}");
        }
    }
}
