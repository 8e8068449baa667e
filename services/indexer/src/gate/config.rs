//! What a gate is made from: files, read once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sosie_guard::{
    Guard, InvalidPolicy, InvalidVocabulary, OnUnknownCode, Policy, SameList, Vocabularies,
    Vocabulary,
};

use super::Gate;
use crate::quarantine::Quarantine;

/// What the personal-data guard goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardConfig {
    /// The policy.
    pub policy: PathBuf,
    /// Vocabularies: at most one of each list.
    pub vocabularies: Vec<PathBuf>,
    /// The directory of records that wait, made if the policy asks for it. Without one, those that would wait are refused.
    pub quarantine: Option<PathBuf>,
}

impl GuardConfig {
    /// As flags tell it: no guard without a policy.
    pub fn told(
        policy: Option<PathBuf>,
        vocabularies: Vec<PathBuf>,
        quarantine: Option<PathBuf>,
    ) -> Option<Self> {
        Some(GuardConfig {
            policy: policy?,
            vocabularies,
            quarantine,
        })
    }

    /// Reads them.
    ///
    /// # Errors
    /// [`GateError`], naming the file.
    pub fn read(&self) -> Result<Gate, GateError> {
        let text = read(&self.policy)?;
        let policy = Policy::parse(&text).map_err(|source| GateError::Policy {
            path: self.policy.clone(),
            source: source.into(),
        })?;
        let is_asked_for = policy.on_unknown_code() == OnUnknownCode::Quarantine;
        // What waits by an earlier policy still does.
        let dir = self.quarantine.as_ref();
        let dir = dir.filter(|dir| is_asked_for || dir.exists());
        let quarantine = dir.map(|dir| {
            Quarantine::open(dir).map_err(|source| GateError::Quarantine {
                path: dir.clone(),
                source,
            })
        });
        let read = self.vocabularies.iter().map(|path| vocabulary(path));
        let all = read.collect::<Result<Vec<_>, _>>()?;
        let vocabularies = Vocabularies::new(all).map_err(GateError::SameList)?;
        Ok(Gate::new(
            Guard::new(policy, vocabularies),
            quarantine.transpose()?,
        ))
    }
}

/// Why there is no gate.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// A file can't be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The policy is none.
    #[error("{}: {source}", path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<InvalidPolicy>,
    },
    /// A vocabulary is none.
    #[error("{}: {source}", path.display())]
    Vocabulary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<InvalidVocabulary>,
    },
    /// Two vocabularies of one list.
    #[error("two vocabularies of {}s", .0.0.name())]
    SameList(SameList),
    /// The directory of the quarantine can't be opened.
    #[error("{}: {source}", path.display())]
    Quarantine {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn vocabulary(path: &Path) -> Result<Vocabulary, GateError> {
    Vocabulary::parse(&read(path)?).map_err(|source| GateError::Vocabulary {
        path: path.to_owned(),
        source: source.into(),
    })
}

fn read(path: &Path) -> Result<String, GateError> {
    fs::read_to_string(path).map_err(|source| GateError::Read {
        path: path.to_owned(),
        source,
    })
}
