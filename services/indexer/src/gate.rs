//! The gate: what the personal-data guard lets into the store of record and into the index, what has to wait until somebody has
//! looked at it, and what was counted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sosie_guard::{
    CountRow, Counts, Fields, Finding, Guard, InvalidPolicy, InvalidVocabulary, List, Policy,
    SameList, Verdict, Vocabularies, Vocabulary,
};
use sosie_index::{GuardRules, VocabularyEntry};
use sosie_similarity::{Event, Timestamp};
use sosie_store::{Change, HeldFinding, Hold, Write};

/// A guard, and how often each of its rules was met.
#[derive(Debug)]
pub struct Gate {
    guard: Guard,
    counts: Mutex<Counts>,
}

/// What the personal-data guard goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardConfig {
    /// The policy.
    pub policy: PathBuf,
    /// Vocabularies: at most one of each list.
    pub vocabularies: Vec<PathBuf>,
}

impl GuardConfig {
    /// Reads them.
    ///
    /// # Errors
    /// [`GateError`].
    pub fn read(&self) -> Result<Gate, GateError> {
        Gate::read(&self.policy, &self.vocabularies)
    }

    /// As flags tell it: no guard without a policy.
    pub fn told(policy: Option<PathBuf>, vocabularies: Vec<PathBuf>) -> Option<Self> {
        Some(GuardConfig {
            policy: policy?,
            vocabularies,
        })
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
}

/// An event that does not enter.
#[derive(Debug)]
pub(crate) struct KeptOut {
    /// Why: what was found first.
    pub(crate) finding: Finding,
    /// Whether personal data was found, first or later.
    pub(crate) is_personal: bool,
    /// What may wait of it until somebody has looked at it: by policy, and only if no personal data was found.
    pub(crate) waiting: Option<Box<Waiting>>,
}

/// An event that may wait.
#[derive(Debug)]
pub(crate) struct Waiting {
    event: Event,
    findings: Vec<HeldFinding>,
}

impl Waiting {
    /// Has it wait, with the known time and the revision that its record states.
    pub(crate) fn write(&self, stated: (Option<Timestamp>, Option<u64>)) -> Write {
        Write {
            change: Change::Hold(Hold::new(&self.event, stated, &self.findings)),
            if_revision: None,
        }
    }
}

impl Gate {
    /// Reads a policy and vocabularies.
    ///
    /// # Errors
    /// [`GateError`], naming the file.
    pub fn read(policy: &Path, vocabularies: &[PathBuf]) -> Result<Gate, GateError> {
        let text = read(policy)?;
        let parsed = Policy::parse(&text).map_err(|source| GateError::Policy {
            path: policy.to_owned(),
            source: source.into(),
        })?;
        let read = vocabularies.iter().map(|path| vocabulary(path));
        let all = read.collect::<Result<Vec<_>, _>>()?;
        let vocabularies = Vocabularies::new(all).map_err(GateError::SameList)?;
        Ok(Gate {
            guard: Guard::new(parsed, vocabularies),
            counts: Mutex::default(),
        })
    }

    /// The event as it may be stored, or what keeps it out. Either is counted if it is to be.
    fn admit(&self, event: Event, is_counted: bool) -> Result<Event, KeptOut> {
        let fields = Fields::of(&event);
        let verdict = self.guard.check(&fields);
        let small_counts = self.guard.policy().small_counts();
        let is_coarsened = verdict.is_clean() && small_counts.is_changing(&event);
        if is_counted && (is_coarsened || !verdict.is_clean()) {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.add(fields.source_id, &verdict);
            if is_coarsened {
                counts.add_small(fields.source_id);
            }
        }
        match verdict.findings().first() {
            Some(&finding) => Err(KeptOut {
                finding,
                is_personal: verdict
                    .findings()
                    .iter()
                    .any(|found| found.rule.is_personal()),
                waiting: self.waiting(event, &verdict).map(Box::new),
            }),
            None if is_coarsened => Ok(small_counts.coarsen(event)),
            None => Ok(event),
        }
    }

    fn waiting(&self, event: Event, verdict: &Verdict) -> Option<Waiting> {
        let Verdict::Quarantined(findings) = verdict else {
            return None;
        };
        let findings = findings.iter().map(|finding| HeldFinding {
            field: finding.field.to_string(),
            rule: finding.rule.name().to_owned(),
        });
        Some(Waiting {
            findings: findings.collect(),
            event: self.guard.policy().small_counts().coarsen(event),
        })
    }

    /// SHA-256 of the policy, as 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        self.guard.policy().digest().to_string()
    }

    /// What it goes by, for the manifests of generations.
    pub fn rules(&self) -> GuardRules {
        let lists = [List::Nature, List::Sector, List::Source, List::Outcome];
        let vocabularies = lists
            .into_iter()
            .filter_map(|list| self.guard.vocabularies().of(list));
        let vocabularies = vocabularies.map(|vocabulary| VocabularyEntry {
            list: vocabulary.list().name().to_owned(),
            name: vocabulary.name().to_owned(),
            version: vocabulary.version().to_owned(),
            digest: vocabulary.digest().to_string(),
        });
        GuardRules {
            policy_digest: self.digest(),
            vocabularies: vocabularies.collect(),
        }
    }

    /// How often each rule was met, by source, since the process was started.
    pub fn report(&self) -> Vec<CountRow> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.rows().collect()
    }
}

/// The event as it may be stored, or what keeps it out; without a gate every event enters as it is. What is kept out and what is
/// coarsened is counted.
pub(crate) fn admit(gate: Option<&Gate>, event: Event) -> Result<Event, KeptOut> {
    match gate {
        Some(gate) => gate.admit(event, true),
        None => Ok(event),
    }
}

/// As [`admit`], of an event that was counted at an earlier reading.
pub(crate) fn admit_again(gate: Option<&Gate>, event: Event) -> Result<Event, KeptOut> {
    match gate {
        Some(gate) => gate.admit(event, false),
        None => Ok(event),
    }
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
