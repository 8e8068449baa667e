//! The rules of single declarations.

use std::collections::BTreeMap;

use super::form::InvalidDeclared;
use super::{Answer, DeclaredText};
use crate::registers::Register;

/// Most characters of an address or URL: what the Dutch register allows.
const ADDRESS_CHARS_MAX: usize = 500;

type Optional = Result<Option<String>, InvalidDeclared>;

/// Not blank, and within `max` characters.
pub(super) fn text(key: &str, value: Option<String>, max: usize) -> Optional {
    let Some(value) = value else { return Ok(None) };
    if value.trim().is_empty() {
        return Err(InvalidDeclared::Empty(key.to_owned()));
    }
    let found = value.chars().count();
    if found > max {
        let key = key.to_owned();
        return Err(InvalidDeclared::TooLong { key, found, max });
    }
    Ok(Some(value))
}

pub(super) fn texts(
    key: &str,
    value: DeclaredText,
    max: usize,
) -> Result<DeclaredText, InvalidDeclared> {
    Ok(DeclaredText {
        fr: text(&format!("{key}.fr"), value.fr, max)?,
        en: text(&format!("{key}.en"), value.en, max)?,
    })
}

/// One `@` between a name and a host, and no space: what a typing error breaks.
pub(super) fn email(key: &str, value: Option<String>) -> Optional {
    let value = text(key, value, ADDRESS_CHARS_MAX)?;
    let well_formed = |value: &String| {
        let halves = value.split_once('@');
        let whole = |half: &str| !half.is_empty() && !half.contains(['@', ' ', '\n', '\t']);
        halves.is_some_and(|(name, host)| whole(name) && whole(host))
    };
    match value {
        Some(value) if !well_formed(&value) => Err(InvalidDeclared::Email(key.to_owned())),
        other => Ok(other),
    }
}

pub(super) fn url(key: &str, value: Option<String>) -> Optional {
    match text(key, value, ADDRESS_CHARS_MAX)? {
        Some(value) if !is_https_url(&value) => Err(InvalidDeclared::Url(key.to_owned())),
        other => Ok(other),
    }
}

pub(super) fn month(key: &str, value: Option<String>) -> Optional {
    match value {
        Some(value) if !is_month(&value) => Err(InvalidDeclared::Month(key.to_owned())),
        other => Ok(other),
    }
}

/// What the Dutch register asks of a link, and no space in it.
pub(crate) fn is_https_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// `2026-01`.
pub(crate) fn is_month(text: &str) -> bool {
    text.len() == 7 && is_date(&format!("{text}-01"))
}

/// `2026-01-31`.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

/// Each answer is for a field that is asked, and allowed by the list of fields.
pub(super) fn check_answers(
    register: Register,
    answers: &BTreeMap<String, Answer>,
) -> Result<(), InvalidDeclared> {
    for (field, answer) in answers {
        let violation = register.field_list().check_answer(field, answer).err();
        if let Some(violation) = violation {
            return Err(InvalidDeclared::Register {
                register,
                field: field.clone(),
                violation,
            });
        }
        if !register.asks(field) {
            return Err(InvalidDeclared::NotAsked(register.key(field)));
        }
    }
    Ok(())
}
