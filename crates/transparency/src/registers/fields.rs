//! A written list of fields, and what it says of answers.

use std::collections::BTreeSet;

use super::form::{Field, Form, ListForm, Standard};
use super::{Entry, MappedField};
use crate::declared::{Answer, Link, is_date, is_https_url, is_month};

/// The fields of a standard, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldList {
    standard: Standard,
    fields: Vec<Field>,
}

/// Why a text is no list of fields.
#[derive(Debug, thiserror::Error)]
pub enum InvalidFieldList {
    /// Not TOML of the documented form.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// An id that is not lower_snake.
    #[error("`{0}` is not a lower_snake id")]
    Id(String),
    /// Two fields of one id.
    #[error("`{0}` is listed twice")]
    Twice(String),
}

/// What a list of fields says against an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The standard has no such field.
    #[error("is not a field of the standard")]
    Unknown,
    /// The field is told twice.
    #[error("is told twice")]
    Twice,
    /// A field of the standard that is not told, not even as missing.
    #[error("is left out")]
    LeftOut,
    /// A required field that nobody stated.
    #[error("is required and can be stated at `{configure_at}`")]
    RequiredMissing {
        /// The key where it can be.
        configure_at: String,
    },
    /// The register gives it out itself.
    #[error("is given out by the register")]
    Assigned,
    /// The value is of another form.
    #[error("is not of the form {0:?}")]
    Form(Form),
    /// A blank text or an empty list.
    #[error("is empty")]
    Empty,
    /// Too many characters.
    #[error("has {found} characters, more than {max}")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        max: usize,
    },
    /// Too many items.
    #[error("has {found} items, more than {max}")]
    TooMany {
        /// Items found.
        found: usize,
        /// Items allowed.
        max: usize,
    },
    /// Not in the closed list of values.
    #[error("is not one of {0:?}")]
    NotAllowed(Vec<String>),
}

impl FieldList {
    /// Reads a list from TOML.
    ///
    /// # Errors
    /// [`InvalidFieldList`].
    pub fn new(toml: &str) -> Result<Self, InvalidFieldList> {
        let form: ListForm = toml::from_str(toml)?;
        let mut ids = BTreeSet::new();
        for field in &form.field {
            let lower_snake = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
            if field.id.is_empty() || !field.id.bytes().all(lower_snake) {
                return Err(InvalidFieldList::Id(field.id.clone()));
            }
            if !ids.insert(&field.id) {
                return Err(InvalidFieldList::Twice(field.id.clone()));
            }
        }
        Ok(FieldList {
            standard: form.standard,
            fields: form.field,
        })
    }

    /// A list that is part of this crate.
    pub(super) fn written(toml: &str) -> Self {
        FieldList::new(toml).expect("the tests read every list of this crate")
    }

    /// The standard that it is of.
    pub fn standard(&self) -> &Standard {
        &self.standard
    }

    /// The fields, in the order of the standard.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of that id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Checks one answer.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn check_answer(&self, id: &str, answer: &Answer) -> Result<(), Violation> {
        let field = self.field(id).ok_or(Violation::Unknown)?;
        if field.assigned_by_register {
            return Err(Violation::Assigned);
        }
        match (field.form, answer) {
            (Form::List, Answer::Texts(items)) => {
                check_count(field, items.len())?;
                items.iter().try_for_each(|item| check_text(field, item))
            }
            // An empty list of links reads as one of texts.
            (Form::Links, Answer::Texts(items)) if items.is_empty() => Err(Violation::Empty),
            (Form::Links, Answer::Links(items)) => {
                check_count(field, items.len())?;
                items.iter().try_for_each(|item| check_link(field, item))
            }
            (Form::Text | Form::Url | Form::Month | Form::Date, Answer::Text(text)) => {
                check_text(field, text)
            }
            (form, _) => Err(Violation::Form(form)),
        }
    }

    /// All that is against a filled record: fields that the standard lacks, that are told twice or not at all,
    /// required ones that are missing, and answers that break a rule.
    pub fn validate(&self, mapped: &[MappedField]) -> Vec<(String, Violation)> {
        let told: Vec<&str> = mapped.iter().map(|field| field.id.as_str()).collect();
        let mut found = Vec::new();
        for (at, field) in mapped.iter().enumerate() {
            if told[..at].contains(&field.id.as_str()) {
                found.push((field.id.clone(), Violation::Twice));
            }
            if let Err(violation) = self.check_entry(field) {
                found.push((field.id.clone(), violation));
            }
        }
        let left_out = |field: &&Field| !told.contains(&field.id.as_str());
        let left_out = self.fields.iter().filter(left_out);
        found.extend(left_out.map(|field| (field.id.clone(), Violation::LeftOut)));
        found
    }

    fn check_entry(&self, mapped: &MappedField) -> Result<(), Violation> {
        let field = self.field(&mapped.id).ok_or(Violation::Unknown)?;
        match &mapped.entry {
            Entry::Value(answer) => self.check_answer(&mapped.id, answer),
            Entry::Missing { configure_at } if field.required => Err(Violation::RequiredMissing {
                configure_at: configure_at.clone(),
            }),
            Entry::AssignedByRegister if !field.assigned_by_register => Err(Violation::LeftOut),
            Entry::Missing { .. } | Entry::AssignedByRegister => Ok(()),
        }
    }
}

fn check_count(field: &Field, found: usize) -> Result<(), Violation> {
    match field.items_max {
        _ if found == 0 => Err(Violation::Empty),
        Some(max) if found > max => Err(Violation::TooMany { found, max }),
        Some(_) | None => Ok(()),
    }
}

fn check_text(field: &Field, text: &str) -> Result<(), Violation> {
    check_length(text, field.length_max)?;
    let of_form = match field.form {
        Form::Url => is_https_url(text),
        Form::Month => is_month(text),
        Form::Date => is_date(text),
        Form::Text | Form::List | Form::Links => true,
    };
    if !of_form {
        return Err(Violation::Form(field.form));
    }
    let closed = !field.allowed.is_empty();
    if closed && !field.allowed.iter().any(|allowed| allowed == text) {
        return Err(Violation::NotAllowed(field.allowed.clone()));
    }
    Ok(())
}

fn check_link(field: &Field, item: &Link) -> Result<(), Violation> {
    check_length(&item.title, field.title_length_max)?;
    match &item.link {
        Some(link) if !is_https_url(link) => Err(Violation::Form(Form::Url)),
        Some(link) => check_length(link, field.length_max),
        None if field.link_optional => Ok(()),
        None => Err(Violation::Empty),
    }
}

fn check_length(text: &str, max: Option<usize>) -> Result<(), Violation> {
    let found = text.chars().count();
    match max {
        _ if text.trim().is_empty() => Err(Violation::Empty),
        Some(max) if found > max => Err(Violation::TooLong { found, max }),
        Some(_) | None => Ok(()),
    }
}
