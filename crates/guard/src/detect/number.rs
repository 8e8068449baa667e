//! Runs of digits as candidates for numbers of persons.
//!
//! A number is written in one run or in groups, and how it is grouped says what it is: `06 12 34 56 78` is a telephone number,
//! `611810-0` is a permit and its row. A candidate is any row of neighbouring groups; each detector says which groupings it
//! knows. Those whose check digits are wrong in 96 of 97 cases take any.
//!
//! **What nobody can tell.** Of the data that Sosie is tried on, ids have up to 8 digits in a run (`mad-11768199`,
//! `oa-22683319`), or 9 with zeros before them, or 4 to 6 digits and a row number of up to 4 after them. A run of 9 digits is a telephone number of four countries
//! and a tax number of three. So the line is drawn at 9: from there on a run is refused, as the number that it can be, or as
//! `LONG_NUMBER`. It is not if it is
//! - padded with two zeros or more: a counter (`000123456`). No number of a person begins so;
//! - the event's own day, and a counter after it (`20240613001`);
//! - ten digits of which the first is 1, alone, unless the last is the check digit of an NHS number, as that of one in eleven is:
//!   seconds since 1970, or a digest that happens to have no letter. No national plan numbers telephones so;
//! - within ten or twenty hex digits, letters among them: what mappings make of titles (`{ digest = … }`).
//!
//! Eight digits are a date of birth if they read as a day that is not the event's; three in 3,762 ids of eight digits
//! do by chance. Numbers of eight digits without a sign (`+`, `tel`) are not taken for telephones: whoever can't accept that
//! declares the form of the source's ids.

use super::{birth, device, national, phone};
use crate::detect::bank;
use crate::lexicon::Class;
use crate::rule::{Rule, Rules};
use crate::text::segment::Segment;

/// Digits of the longest number of a person that is known: a payment card with all its 19.
const DIGITS_MAX: usize = 19;
/// From here on a run may number a person.
const LONG_DIGITS_MIN: usize = 9;
/// Digits that follow a word for telephone and are one for it.
const PHONE_WORD_DIGITS_MIN: usize = 6;

/// Digits of each group.
pub(super) type Sizes<'n> = &'n [u8];

/// What detectors know of the record that a text is of.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    /// First and last day of the event, since 1970-01-01.
    pub(crate) days: Option<(i64, i64)>,
    /// The form of the text is declared: its length is explained.
    pub(crate) is_declared: bool,
    /// The text is read backwards.
    pub(crate) is_reversed: bool,
}

impl Context {
    /// Whether `day` is within `slack` days of the event.
    pub(super) fn is_own(&self, day: i64, slack: i64) -> bool {
        let near = |(first, last)| (first - slack..=last + slack).contains(&day);
        self.days.is_some_and(near)
    }

    /// Whether `day` is more than `slack` days before the event, or its days are not known.
    pub(super) fn is_before(&self, day: i64, slack: i64) -> bool {
        self.days.is_none_or(|(first, _)| day < first - slack)
    }
}

/// Groups of digits, taken together.
#[derive(Clone, Debug)]
pub(super) struct Number {
    digits: [u8; DIGITS_MAX],
    length: usize,
    sizes: [u8; DIGITS_MAX],
    groups: usize,
    is_whole: bool,
    is_parted: bool,
}

impl Number {
    const EMPTY: Number = Number {
        digits: [0; DIGITS_MAX],
        length: 0,
        sizes: [0; DIGITS_MAX],
        groups: 0,
        is_whole: true,
        is_parted: true,
    };

    /// One group of digits from 0 to 9.
    pub(super) fn one(digits: &[u8]) -> Number {
        let mut number = Number::EMPTY;
        number.digits[..digits.len()].copy_from_slice(digits);
        number.length = digits.len();
        number.sizes[0] = digits.len() as u8;
        number.groups = 1;
        number
    }

    /// `false` if it would be too long.
    fn push(&mut self, group: &[u8]) -> bool {
        if self.length + group.len() > DIGITS_MAX {
            return false;
        }
        for byte in group {
            self.digits[self.length] = byte - b'0';
            self.length += 1;
        }
        self.sizes[self.groups] = group.len() as u8;
        self.groups += 1;
        true
    }

    /// Each from 0 to 9.
    pub(super) fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    pub(super) fn sizes(&self) -> Sizes<'_> {
        &self.sizes[..self.groups]
    }

    /// Whether no group stands before or after it.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether no letter is glued to its first or last group.
    fn is_parted(&self) -> bool {
        self.is_parted
    }

    /// In one run, or in groups all alike of which the last may be shorter.
    pub(super) fn is_even(&self) -> bool {
        let (last, others) = match self.sizes() {
            [others @ .., last] => (*last, others),
            [] => return false,
        };
        let first = others.first().copied().unwrap_or(last);
        let uniform = first <= 5 && others.iter().all(|size| *size == first);
        match self.groups {
            1 => true,
            2 => uniform && last == first,
            _ => uniform && last <= first,
        }
    }

    /// The digits from `from` to before `to` as a number; 0 past the end.
    pub(super) fn value(&self, from: usize, to: usize) -> i64 {
        let digits = self.digits().get(from..to).unwrap_or_default();
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + i64::from(*digit))
    }

    /// A group as a number.
    pub(super) fn group(&self, at: usize) -> i64 {
        let from: usize = self.sizes()[..at]
            .iter()
            .map(|size| usize::from(*size))
            .sum();
        self.value(from, from + usize::from(self.sizes()[at]))
    }

    fn is_padded(&self) -> bool {
        // Ten digits at most: of more, two zeros are how an international number is dialled, and three a year of birth.
        self.groups == 1 && self.length <= 10 && self.digits().starts_with(&[0, 0])
    }

    fn is_clock_or_digest(&self) -> bool {
        self.sizes() == [10] && self.digits[0] == 1
    }
}

/// All digits of a text without its signs, as a number.
pub(super) fn value_of(digits: &[u8]) -> i64 {
    digits
        .iter()
        .fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0'))
}

/// What the digits of a text are.
pub(super) fn scan(text: &[u8], segments: &[Segment], context: &Context) -> Rules {
    let mut rules = Rules::NONE;
    let mut from = 0;
    while from < segments.len() {
        let count = segments[from..]
            .iter()
            .take_while(|next| next.is_digits())
            .count();
        if count > 0 {
            let glued_after = segments.get(from + count).is_some_and(|after| after.glued);
            span(
                text,
                (&segments[from..from + count], glued_after),
                context,
                &mut rules,
            );
        }
        from += count.max(1);
    }
    rules
}

/// A run of groups, with every row of them.
fn span(
    text: &[u8],
    (groups, glued_after): (&[Segment], bool),
    context: &Context,
    rules: &mut Rules,
) {
    for first in 0..groups.len() {
        let mut number = Number::EMPTY;
        let has_plus = text[..groups[first].start].ends_with(b"+");
        for (last, group) in groups.iter().enumerate().skip(first) {
            if !number.push(group.of(text)) {
                // A single run that is longer than any number of a person still is one too many.
                rules.add_if(first == last && !context.is_declared, Rule::LongNumber);
                break;
            }
            let is_last = last + 1 == groups.len();
            number.is_parted = !(groups[first].glued || is_last && glued_after);
            number.is_whole = number.is_parted && first == 0 && is_last;
            if number.length > 5 {
                rules.join(classify(&number, has_plus, context));
            }
        }
    }
}

fn classify(number: &Number, has_plus: bool, context: &Context) -> Rules {
    let mut rules = Rules::NONE;
    if birth::begins_with_own_day(number, context) {
        return rules;
    }
    rules.add_if(birth::is_birth(number, context), Rule::DateOfBirth);
    if context.is_reversed {
        // Single runs are found forwards, and so are even groups.
        rules.add_if(
            phone::is_international(number, has_plus) && has_plus,
            Rule::Phone,
        );
        if number.groups > 2 && number.length >= LONG_DIGITS_MIN && number.is_parted() {
            rules.join(national::scan(number));
        }
        return rules;
    }
    if phone::is_international(number, has_plus) {
        rules.add(Rule::Phone);
    } else if !number.is_padded() && number.length >= LONG_DIGITS_MIN {
        if number.is_parted() || number.groups == 1 {
            rules.join(national::scan(number));
        }
        rules.join(bank::scan_digits(number));
        rules.add_if(device::is_imei(number), Rule::Imei);
        rules.add_if(phone::is_national(number), Rule::Phone);
        let long = number.is_even() && !number.is_clock_or_digest() && !context.is_declared;
        rules.add_if(long && rules.is_empty(), Rule::LongNumber);
    }
    rules
}

/// Digits after a word for telephone or for a document, and digits that are words themselves.
pub(super) fn scan_words(segments: &[Segment]) -> Rules {
    let mut rules = Rules::NONE;
    for (at, segment) in segments
        .iter()
        .enumerate()
        .filter(|(_, s)| s.word.is_known())
    {
        let rest = &segments[at + 1..];
        let digits: usize = rest
            .iter()
            .take_while(|next| next.is_digits())
            .map(Segment::len)
            .sum();
        let is_phone = segment.word.is(Class::PhoneWord) && digits >= PHONE_WORD_DIGITS_MIN;
        rules.add_if(is_phone, Rule::Phone);
        let is_document = segment.word.is(Class::DocumentWord) && has_document(rest);
        rules.add_if(is_document, Rule::Passport);
    }
    rules.add_if(spelled(segments) > PHONE_WORD_DIGITS_MIN, Rule::Phone);
    rules
}

/// Whether the next runs are of the length of a document's number, with enough digits.
fn has_document(rest: &[Segment]) -> bool {
    let token = rest.iter().take(5);
    let digits: usize = token
        .filter(|next| next.is_digits())
        .map(Segment::len)
        .sum();
    digits >= 5
}

/// The longest row of digits that are written as words.
fn spelled(segments: &[Segment]) -> usize {
    let rows = segments.split(|segment| !segment.word.is(Class::Digit));
    rows.map(<[Segment]>::len).max().unwrap_or_default()
}
