//! What data sets declare of themselves: name, owner, licence, how the data came about.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sosie_index::KnownTimeRule;
use sosie_similarity::{Code, Rule};

/// A data set as its declaration describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The code that its events carry.
    pub source_id: Code,
    /// For people.
    pub name: String,
    /// Who answers for the data.
    pub owner: String,
    /// Under which licence it is used.
    pub licence: String,
    /// How the data came about.
    pub collection_method: String,
    /// What `known_time` is where a record does not say.
    pub known_time: KnownTimeRule,
}

/// A declaration as TOML states it: `[source]` of a mapping, `[[source]]` of a sources file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclarationForm {
    source_id: String,
    name: String,
    owner: String,
    licence: String,
    collection_method: String,
    known_time: KnownTimeForm,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KnownTimeForm {
    Ingest,
    EndTime,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourcesForm {
    #[serde(default)]
    source: Vec<DeclarationForm>,
}

impl DeclarationForm {
    /// Checks the id.
    pub(crate) fn declaration(self) -> Result<Declaration, Rule> {
        Ok(Declaration {
            source_id: Code::new(&self.source_id)?,
            name: self.name,
            owner: self.owner,
            licence: self.licence,
            collection_method: self.collection_method,
            known_time: match self.known_time {
                KnownTimeForm::Ingest => KnownTimeRule::Ingest,
                KnownTimeForm::EndTime => KnownTimeRule::EndTime,
            },
        })
    }
}

/// The data sets that a run knows, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declarations {
    by_id: BTreeMap<Code, Declaration>,
    file: Option<PathBuf>,
}

impl Declarations {
    /// Reads a sources file: `[[source]]` tables.
    ///
    /// # Errors
    /// [`DeclareError`], naming the file.
    pub fn read(path: &Path) -> Result<Self, DeclareError> {
        let text = std::fs::read_to_string(path).map_err(|source| DeclareError::Read {
            path: path.to_owned(),
            source,
        })?;
        let form: SourcesForm = toml::from_str(&text).map_err(|source| DeclareError::Toml {
            path: path.to_owned(),
            source,
        })?;
        let mut declarations = Declarations {
            file: Some(path.to_owned()),
            ..Declarations::default()
        };
        for (at, source) in form.source.into_iter().enumerate() {
            let declaration = source
                .declaration()
                .map_err(|rule| DeclareError::SourceId {
                    path: path.to_owned(),
                    at,
                    rule,
                })?;
            if declarations.find(&declaration.source_id).is_some() {
                return Err(DeclareError::Twice(declaration.source_id));
            }
            declarations.add(declaration)?;
        }
        Ok(declarations)
    }

    /// Adds one; the same declaration may come again, as when one mapping reads two files.
    ///
    /// # Errors
    /// [`DeclareError::Twice`] if the id is declared differently already.
    pub fn add(&mut self, declaration: Declaration) -> Result<(), DeclareError> {
        let earlier = self.by_id.get(&declaration.source_id);
        if earlier.is_some_and(|earlier| *earlier != declaration) {
            return Err(DeclareError::Twice(declaration.source_id));
        }
        self.by_id
            .insert(declaration.source_id.clone(), declaration);
        Ok(())
    }

    /// The declaration of a data set.
    pub fn find(&self, source_id: &Code) -> Option<&Declaration> {
        self.by_id.get(source_id)
    }

    /// The sources file that they were read from.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}

/// Why declarations are not used.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The file can't be read.
    #[error("{}: could not be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not TOML of the documented form; the source names the key.
    #[error("{}: {source}", path.display())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// An id that is no code.
    #[error("{}: `source[{at}].source_id` {rule}", path.display())]
    SourceId {
        /// Which.
        path: PathBuf,
        /// The place of the table in the file, from 0.
        at: usize,
        /// The rule that it breaks.
        rule: Rule,
    },
    /// Two declarations of one id.
    #[error("source `{0}` is declared twice")]
    Twice(Code),
}
