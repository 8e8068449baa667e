//! The record in the fields of public registers of algorithms.
//!
//! A field is filled from the running state, from a common declaration, or it is asked: then only the organisation can
//! state it, under `registers.<register>.<field>`. What nobody stated is told as missing, with that key.

mod atrs;
mod dutch;
mod etalab;
mod fields;
mod fitted;
mod form;

use std::fmt;
use std::sync::LazyLock;

use serde::Serialize;

use crate::declared::{Answer, Declared};
use crate::record::{AlgorithmRecord, RecordParts};

pub use fields::{FieldList, InvalidFieldList, Violation};
pub use form::{Evidence, Field, Form, Standard};

/// A register of algorithms whose fields Sosie can fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// The French inventory, as Etalab describes it.
    Etalab,
    /// The UK Algorithmic Transparency Recording Standard.
    Atrs,
    /// The Dutch register, publication standard 1.0.
    Dutch,
}

/// Where the value of a field comes from that is not asked.
pub(crate) enum Rule {
    /// From what runs; where it is absent, the text says where it would come from.
    State(fn(&RecordParts) -> Option<Answer>, &'static str),
    /// From a declaration that several registers share, under that key.
    Common(fn(&Declared) -> Option<Answer>, &'static str),
}

/// One field of a register, filled or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MappedField {
    /// The id of the field list.
    pub id: String,
    /// The label of the field list.
    pub label: String,
    /// Whether the standard requires it.
    pub required: bool,
    /// Its value, or why there is none.
    pub entry: Entry,
}

/// The value of a field, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// What is stated.
    Value(Answer),
    /// Nobody stated it.
    Missing {
        /// The key where it can be.
        configure_at: String,
    },
    /// The register gives it out itself.
    AssignedByRegister,
}

/// The record as one register wants it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegisterRecord {
    register: Register,
    standard_name: String,
    standard_version: String,
    language: String,
    fields: Vec<MappedField>,
}

static ETALAB: LazyLock<FieldList> =
    LazyLock::new(|| FieldList::written(include_str!("../data/etalab.toml")));
static ATRS: LazyLock<FieldList> =
    LazyLock::new(|| FieldList::written(include_str!("../data/atrs.toml")));
static DUTCH: LazyLock<FieldList> =
    LazyLock::new(|| FieldList::written(include_str!("../data/dutch.toml")));

impl Register {
    /// All registers.
    pub const ALL: [Register; 3] = [Register::Etalab, Register::Atrs, Register::Dutch];

    /// The stable name, lower_snake.
    pub fn name(self) -> &'static str {
        match self {
            Register::Etalab => "etalab",
            Register::Atrs => "atrs",
            Register::Dutch => "dutch",
        }
    }

    /// The fields that its standard lists.
    pub fn field_list(self) -> &'static FieldList {
        match self {
            Register::Etalab => &ETALAB,
            Register::Atrs => &ATRS,
            Register::Dutch => &DUTCH,
        }
    }

    /// Whether only the organisation can fill that field.
    pub fn asks(self, field: &str) -> bool {
        self.rule(field).is_none()
    }

    pub(crate) fn key(self, field: &str) -> String {
        format!("registers.{self}.{field}")
    }

    fn rules(self) -> &'static [(&'static str, Rule)] {
        match self {
            Register::Etalab => etalab::RULES,
            Register::Atrs => atrs::RULES,
            Register::Dutch => dutch::RULES,
        }
    }

    fn rule(self, field: &str) -> Option<&'static Rule> {
        let found = self.rules().iter().find(|(id, _)| *id == field);
        found.map(|(_, rule)| rule)
    }

    fn entry(self, field: &Field, record: &AlgorithmRecord) -> Entry {
        if field.assigned_by_register {
            return Entry::AssignedByRegister;
        }
        let declared = record.declared();
        let (answer, key) = match self.rule(&field.id) {
            Some(Rule::State(state, origin)) => (state(record.parts()), (*origin).to_owned()),
            Some(Rule::Common(common, key)) => (common(declared), (*key).to_owned()),
            None => (
                declared.answer(self, &field.id).cloned(),
                self.key(&field.id),
            ),
        };
        answer.map_or(Entry::Missing { configure_at: key }, Entry::Value)
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl RegisterRecord {
    /// Fills every field of the register, in the order of its list.
    pub fn new(register: Register, record: &AlgorithmRecord) -> Self {
        let list = register.field_list();
        let fields = list.fields().iter().map(|field| MappedField {
            id: field.id.clone(),
            label: field.label.clone(),
            required: field.required,
            entry: register.entry(field, record),
        });
        let standard = list.standard();
        RegisterRecord {
            register,
            standard_name: standard.name.clone(),
            standard_version: standard.version.clone(),
            language: standard.language.clone(),
            fields: fields.collect(),
        }
    }

    /// Which register.
    pub fn register(&self) -> Register {
        self.register
    }

    /// The fields, in the order of the standard.
    pub fn fields(&self) -> &[MappedField] {
        &self.fields
    }

    /// The fields that nobody stated, with the keys where they can be.
    pub fn missing(&self) -> impl Iterator<Item = (&MappedField, &str)> {
        self.fields.iter().filter_map(|field| match &field.entry {
            Entry::Missing { configure_at } => Some((field, configure_at.as_str())),
            Entry::Value(_) | Entry::AssignedByRegister => None,
        })
    }

    /// What the field list says against it, by field: empty if the register can take it.
    pub fn violations(&self) -> Vec<(String, Violation)> {
        self.register.field_list().validate(&self.fields)
    }

    /// As JSON, keys in a stable order.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts and lists are JSON")
    }
}

fn text(value: impl Into<String>) -> Option<Answer> {
    Some(Answer::Text(value.into()))
}

fn optional(value: Option<&str>) -> Option<Answer> {
    value.and_then(text)
}

/// A list, or nothing if it is empty.
fn texts(values: impl Iterator<Item = String>) -> Option<Answer> {
    let values: Vec<String> = values.collect();
    (!values.is_empty()).then_some(Answer::Texts(values))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A misspelt rule would fill nothing, without a sound.
    #[test]
    fn every_rule_fills_one_field_of_the_list_that_the_register_does_not_give_out() {
        for register in Register::ALL {
            let mut ids = BTreeSet::new();
            for (id, _) in register.rules() {
                let field = register.field_list().field(id);
                assert!(
                    field.is_some_and(|field| !field.assigned_by_register),
                    "{register} {id}"
                );
                assert!(ids.insert(id), "{register} {id}");
            }
        }
    }
}
