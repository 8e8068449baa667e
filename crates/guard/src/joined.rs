//! What several fields say together: `jean.dupont` and `gmail.com`, `0612` and `345678`.
//!
//! Two ids side by side have neighbours that mean nothing: the digits that end one and begin the other are no number. So
//! digits are joined only where one side has nothing else; words, plates and documents are looked for over every seam.

use std::borrow::Cow;

use crate::detect::person::is_pair;
use crate::detect::{Context, Detector, Sight};
use crate::field::Field;
use crate::lexicon::Coding;
use crate::rule::{Rule, Rules};

/// Signs of the longest piece that a plate leaves on one side of a seam at least.
const PIECE_SIGNS_MAX: usize = 6;

/// A text that nobody listed.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) sight: Sight,
    /// It is of a form that its source declares: what fits into it was said.
    pub(crate) is_declared: bool,
}

/// What of a record is free.
#[derive(Debug, Default)]
pub(crate) struct Free<'a> {
    pub(crate) event_id: Option<Part<'a>>,
    pub(crate) series_id: Option<Part<'a>>,
    pub(crate) nature: Option<Part<'a>>,
    pub(crate) sector: Option<Part<'a>>,
}

/// What the fields say, and which of them. Each was looked at alone, and nothing was found.
pub(crate) fn scan(free: &Free<'_>, detector: &mut Detector, context: &Context) -> (Field, Rules) {
    if let (Some(event_id), Some(series_id)) = (&free.event_id, &free.series_id)
        && !(event_id.is_declared && series_id.is_declared)
    {
        let rules = ids(&event_id.text, &series_id.text, detector, context);
        if !rules.is_empty() {
            return (Field::Ids, rules);
        }
    }
    let all = [&free.event_id, &free.series_id, &free.nature, &free.sector];
    let parts = all.into_iter().flatten().filter(|part| !part.is_declared);
    let parts: Vec<&Part<'_>> = parts.collect();
    if parts.len() < 2 {
        return (Field::Joined, Rules::NONE);
    }
    let mut rules = names(&parts);
    let texts: Vec<&str> = parts.iter().map(|part| &*part.text).collect();
    let shapes = || parts.iter().map(|part| part.sight.shape);
    if shapes().any(|shape| shape.has_words) || shapes().any(|shape| shape.signs <= PIECE_SIGNS_MAX)
    {
        rules.join(detector.scan_joined(&texts, " ", context));
    }
    rules.join(numbers(&texts, detector, context));
    (Field::Joined, rules)
}

/// Two ids: all that one text could be, cut in two.
fn ids(event_id: &str, series_id: &str, detector: &mut Detector, context: &Context) -> Rules {
    let mut rules = Rules::NONE;
    for (first, second) in [(event_id, series_id), (series_id, event_id)] {
        rules.join(detector.scan_cut([first, second], context));
        if [first, second].into_iter().any(is_clock_or_digest) {
            continue;
        }
        if is_number(second) && ends_in_digit(first)
            || is_number(first) && begins_with_digit(second)
        {
            for seam in ["", " "] {
                rules.join(detector.scan_numbers(&[first, second].join(seam), context));
            }
        }
    }
    rules
}

/// A given name in one field and a surname in another, of which one says nothing else.
fn names(parts: &[&Part<'_>]) -> Rules {
    let mut rules = Rules::NONE;
    for (at, first) in parts.iter().map(|part| part.sight).enumerate() {
        let others = parts.iter().map(|part| part.sight).enumerate();
        for (_, second) in others.filter(|(other, _)| *other != at) {
            if first.is_one_word || second.is_one_word {
                let is_name = |coding| is_pair(first.last, second.first, coding);
                rules.add_if(Coding::ALL.into_iter().any(is_name), Rule::PersonName);
            }
        }
    }
    rules
}

/// Fields and codes of digits only that follow each other.
fn numbers(texts: &[&str], detector: &mut Detector, context: &Context) -> Rules {
    let codes = || texts.iter().flat_map(|text| text.split('/'));
    let mut rules = Rules::NONE;
    // Nearly all records end here.
    if codes().filter(|code| is_number(code)).count() < 2 {
        return rules;
    }
    let codes: Vec<&str> = codes().collect();
    let rows = codes.split(|code| !is_number(code));
    for row in rows.filter(|row| row.len() > 1) {
        for seam in ["", " "] {
            rules.join(detector.scan_numbers(&row.join(seam), context));
        }
    }
    rules
}

/// Digits, and signs between them.
fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && !text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Ten digits of which the first is 1: what is no number alone is none with what is beside it.
fn is_clock_or_digest(text: &str) -> bool {
    text.len() == 10 && text.starts_with('1') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn ends_in_digit(text: &str) -> bool {
    text.bytes()
        .next_back()
        .is_some_and(|byte| byte.is_ascii_digit())
}

fn begins_with_digit(text: &str) -> bool {
    text.bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit())
}
