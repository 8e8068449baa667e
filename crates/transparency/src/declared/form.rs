//! The configuration file as TOML has it, and what makes it valid.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::check::{check_answers, email, month, text, texts, url};
use super::evaluation::{self, Evaluation};
use super::{Answer, Declared, DeclaredText, Phase};
use crate::registers::{Register, Violation};

/// Why declarations are refused, by key. Only the reader of TOML shows the line that it does not understand.
#[derive(Debug, thiserror::Error)]
pub enum InvalidDeclared {
    /// Not TOML of the documented form: a key that is unknown or of another type.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// An empty text.
    #[error("`{0}` is empty")]
    Empty(String),
    /// A text with too many characters.
    #[error("`{key}` has {found} characters, more than {max}")]
    TooLong {
        /// Which key.
        key: String,
        /// Characters found.
        found: usize,
        /// Characters allowed.
        max: usize,
    },
    /// No address of the form `name@host`.
    #[error("`{0}` is not an e-mail address")]
    Email(String),
    /// No URL that begins with `https://`.
    #[error("`{0}` is not a URL that begins with https://")]
    Url(String),
    /// No month of the form `2026-01`.
    #[error("`{0}` is not a year and month such as 2026-01")]
    Month(String),
    /// No revision of a profile, or one that was told before.
    #[error("`{0}` is no revision of a profile such as tranquillity@1, or is evaluated twice")]
    EvaluationProfile(String),
    /// No time of RFC 3339.
    #[error("`{0}` is not a time such as 2026-01-31T12:00:00Z")]
    Time(String),
    /// A figure whose name is not lower_snake, or that is told twice.
    #[error("`{0}` is told twice or is no lower_snake name")]
    FigureName(String),
    /// A number that is not finite.
    #[error("`{0}` is not a finite number")]
    NotFinite(String),
    /// An interval that does not hold its own figure.
    #[error("`{0}` does not hold its figure")]
    Interval(String),
    /// A field that Sosie fills from what it runs on, or that another key states.
    #[error("`{0}` is filled from the running state or from another key")]
    NotAsked(String),
    /// An answer that the register's list of fields does not allow.
    #[error("`registers.{register}.{field}`: {violation}")]
    Register {
        /// Which register.
        register: Register,
        /// Which field.
        field: String,
        /// What its list of fields says.
        violation: Violation,
    },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Form {
    algorithm: AlgorithmForm,
    owner: OwnerForm,
    contact: ContactForm,
    code: CodeForm,
    legal: LegalForm,
    evaluation: Vec<Evaluation>,
    registers: RegistersForm,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AlgorithmForm {
    name: Option<String>,
    purpose: DeclaredText,
    phase: Option<Phase>,
    in_use_since: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OwnerForm {
    organisation: Option<String>,
    department: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ContactForm {
    email: Option<String>,
    website: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CodeForm {
    url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LegalForm {
    basis: DeclaredText,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RegistersForm {
    etalab: BTreeMap<String, Answer>,
    atrs: BTreeMap<String, Answer>,
    dutch: BTreeMap<String, Answer>,
}

/// Most characters of a name or organisation: the shortest that a register allows.
const NAME_CHARS_MAX: usize = 100;
/// Most characters of a department: a line.
const DEPARTMENT_CHARS_MAX: usize = 200;
/// Most characters of a text: what the Dutch register allows.
const TEXT_CHARS_MAX: usize = 2_500;

pub(super) fn read(toml: &str) -> Result<Declared, InvalidDeclared> {
    let Form {
        algorithm,
        owner,
        contact,
        code,
        legal,
        evaluation,
        registers,
    } = toml::from_str(toml)?;
    evaluation::check(&evaluation)?;
    Ok(Declared {
        name: text("algorithm.name", algorithm.name, NAME_CHARS_MAX)?,
        purpose: texts("algorithm.purpose", algorithm.purpose, TEXT_CHARS_MAX)?,
        phase: algorithm.phase,
        in_use_since: month("algorithm.in_use_since", algorithm.in_use_since)?,
        organisation: text("owner.organisation", owner.organisation, NAME_CHARS_MAX)?,
        department: text("owner.department", owner.department, DEPARTMENT_CHARS_MAX)?,
        email: email("contact.email", contact.email)?,
        website: url("contact.website", contact.website)?,
        code_url: url("code.url", code.url)?,
        legal_basis: texts("legal.basis", legal.basis, TEXT_CHARS_MAX)?,
        evaluations: evaluation,
        registers: answers(registers)?,
    })
}

fn answers(
    form: RegistersForm,
) -> Result<BTreeMap<Register, BTreeMap<String, Answer>>, InvalidDeclared> {
    let by_register = [
        (Register::Etalab, form.etalab),
        (Register::Atrs, form.atrs),
        (Register::Dutch, form.dutch),
    ];
    for (register, answers) in &by_register {
        check_answers(*register, answers)?;
    }
    let stated = by_register
        .into_iter()
        .filter(|(_, answers)| !answers.is_empty());
    Ok(stated.collect())
}
