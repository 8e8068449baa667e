//! What the operator decides: a file, checked once.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::Deserialize;
use sosie_similarity::limits::OUTCOME_FEWER_THAN_MAX;
use sosie_similarity::{Code, Digest};

use crate::id_form::{IdForm, InvalidIdForm};
use crate::rule::{Rule, Rules};
use crate::small_counts::{CoarseOutcomes, SmallCounts};

/// What becomes of a record with a code outside its vocabulary. Personal data is refused, whatever the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknownCode {
    /// It does not enter.
    #[default]
    Refuse,
    /// It waits until somebody has looked at it.
    Quarantine,
}

/// The rules of the house.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    on_unknown_code: OnUnknownCode,
    small_counts: SmallCounts,
    sources: BTreeMap<Box<str>, Source>,
    digest: Digest,
}

/// What is declared of one data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Source {
    pub(crate) event_id: Vec<IdForm>,
    pub(crate) series_id: Vec<IdForm>,
    pub(crate) exempt: Rules,
}

/// Why a policy is refused.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum InvalidPolicy {
    /// Not TOML, an unknown key or a value of another kind.
    #[error("not a policy: {0}")]
    Toml(#[from] toml::de::Error),
    /// The name of a source is no code.
    #[error("the name of a source is not a code")]
    SourceName,
    /// A `k` that no record could tell.
    #[error("`small_counts.k` is above {OUTCOME_FEWER_THAN_MAX}")]
    K,
    /// What is to be coarsened is no code.
    #[error("`small_counts.outcomes[{0}]` is not a code")]
    OutcomeCode(usize),
    /// Facets are counted elsewhere.
    #[error("`small_counts.facets` is a setting of sosie-query: `smallest_count`")]
    Facets,
    /// A form of ids.
    #[error("`sources.{source_id}.{field}[{at}]` {error}")]
    IdForm {
        /// Which source.
        source_id: String,
        /// `event_id` or `series_id`.
        field: &'static str,
        /// Which of its forms, from 0.
        at: usize,
        /// What is wrong with it.
        error: InvalidIdForm,
    },
    /// An exemption that does not say why.
    #[error("`sources.{source_id}.exempt[{at}].reason` is empty")]
    NoReason {
        /// Which source.
        source_id: String,
        /// Which of its exemptions, from 0.
        at: usize,
    },
    /// An exemption from a rule that has none.
    #[error("`sources.{source_id}.exempt[{at}].rule`: there is no exemption from {rule}")]
    NotExempt {
        /// Which source.
        source_id: String,
        /// Which of its exemptions, from 0.
        at: usize,
        /// The rule.
        rule: Rule,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    on_unknown_code: OnUnknownCode,
    #[serde(default)]
    small_counts: SmallCountsForm,
    #[serde(default)]
    sources: BTreeMap<String, SourceForm>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SmallCountsForm {
    k: Option<NonZeroU32>,
    outcomes: OutcomesForm,
    tells_zero: bool,
    facets: bool,
}

/// All of them or none, or their codes.
#[derive(Deserialize)]
#[serde(untagged)]
enum OutcomesForm {
    Whether(bool),
    Listed(Vec<String>),
}

impl Default for OutcomesForm {
    fn default() -> Self {
        OutcomesForm::Whether(false)
    }
}

impl SmallCountsForm {
    fn checked(self) -> Result<SmallCounts, InvalidPolicy> {
        if self.facets {
            return Err(InvalidPolicy::Facets);
        }
        let k = self.k.unwrap_or(SmallCounts::default().k);
        if k.get() > OUTCOME_FEWER_THAN_MAX {
            return Err(InvalidPolicy::K);
        }
        let code = |(at, text): (usize, String)| {
            Code::new(&text).map_err(|_| InvalidPolicy::OutcomeCode(at))
        };
        let outcomes = match self.outcomes {
            OutcomesForm::Whether(false) => CoarseOutcomes::None,
            OutcomesForm::Whether(true) => CoarseOutcomes::All,
            OutcomesForm::Listed(codes) => {
                let codes = codes.into_iter().enumerate().map(code);
                CoarseOutcomes::Listed(codes.collect::<Result<_, _>>()?)
            }
        };
        Ok(SmallCounts {
            k,
            outcomes,
            tells_zero: self.tells_zero,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceForm {
    #[serde(default)]
    event_id: Vec<String>,
    #[serde(default)]
    series_id: Vec<String>,
    #[serde(default)]
    exempt: Vec<ExemptForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExemptForm {
    rule: Rule,
    reason: String,
}

impl Default for Policy {
    /// That of an empty file: the strictest, but that small counts are told.
    fn default() -> Self {
        Policy {
            on_unknown_code: OnUnknownCode::default(),
            small_counts: SmallCounts::default(),
            sources: BTreeMap::new(),
            digest: Digest::of(b""),
        }
    }
}

impl Policy {
    /// Reads a file; every key may be left out.
    ///
    /// | key | |
    /// |---|---|
    /// | `on_unknown_code` | what becomes of a record with a code outside its vocabulary: `"refuse"`, if not said, or `"quarantine"` |
    /// | `[small_counts]` `k` | counts below it are small; 5 if not said |
    /// | … `outcomes` | of which outcomes small counts are stored as "fewer than k": `true`, `false` if not said, or a list of codes |
    /// | … `tells_zero` | whether a count of 0 is stored as it is; `false` if not said |
    /// | `[sources.ID]` `event_id`, `series_id` | forms of its ids, as [`IdForm::parse`] reads them; an id that is of none is refused (`ID_FORM`). Without any, ids are free and every detector looks at them |
    /// | `[[sources.ID.exempt]]` `rule`, `reason` | a rule that does not hold for the source, and why: the reason is for whoever reads the file |
    ///
    /// # Errors
    /// What is wrong, by key.
    pub fn parse(text: &str) -> Result<Self, InvalidPolicy> {
        let form: Form = toml::from_str(text)?;
        let sources = form.sources.into_iter().map(|(id, source)| {
            Code::new(&id).map_err(|_| InvalidPolicy::SourceName)?;
            let source = Source::new(&id, source)?;
            Ok((id.into_boxed_str(), source))
        });
        Ok(Policy {
            on_unknown_code: form.on_unknown_code,
            small_counts: form.small_counts.checked()?,
            sources: sources.collect::<Result<_, InvalidPolicy>>()?,
            digest: Digest::of(text.as_bytes()),
        })
    }

    /// What becomes of a record with a code outside its vocabulary.
    pub fn on_unknown_code(&self) -> OnUnknownCode {
        self.on_unknown_code
    }

    /// Which counts are not stored.
    pub fn small_counts(&self) -> &SmallCounts {
        &self.small_counts
    }

    /// SHA-256 of the file, for the report.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    pub(crate) fn source(&self, source_id: &str) -> Option<&Source> {
        self.sources.get(source_id)
    }
}

impl Source {
    fn new(source_id: &str, form: SourceForm) -> Result<Self, InvalidPolicy> {
        let forms = |field: &'static str, texts: Vec<String>| {
            let parsed = texts.iter().enumerate().map(|(at, text)| {
                IdForm::parse(text).map_err(|error| InvalidPolicy::IdForm {
                    source_id: source_id.to_owned(),
                    field,
                    at,
                    error,
                })
            });
            parsed.collect::<Result<Vec<_>, _>>()
        };
        let exempt = form.exempt.into_iter().enumerate();
        let exempt = exempt.map(|(at, exempt)| rule(source_id, at, exempt));
        Ok(Source {
            event_id: forms("event_id", form.event_id)?,
            series_id: forms("series_id", form.series_id)?,
            exempt: exempt.collect::<Result<_, _>>()?,
        })
    }
}

fn rule(source_id: &str, at: usize, exempt: ExemptForm) -> Result<Rule, InvalidPolicy> {
    let source_id = source_id.to_owned();
    let rule = exempt.rule;
    if exempt.reason.trim().is_empty() {
        return Err(InvalidPolicy::NoReason { source_id, at });
    }
    // Vocabularies and forms are changed where they are written down, not passed over.
    if !rule.is_personal() || rule == Rule::IdForm {
        return Err(InvalidPolicy::NotExempt {
            source_id,
            at,
            rule,
        });
    }
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        on_unknown_code = "quarantine"
        [small_counts]
        k = 10
        outcomes = ["incidents", "injured"]
        [sources.san-diego-permits]
        event_id = ["sd-{digits:1..7}"]
        series_id = ["{digest:10}"]
        [[sources.san-diego-permits.exempt]]
        rule = "POSTAL_ADDRESS"
        reason = "sectors are streets"
    "#;

    #[test]
    fn a_policy_says_what_its_file_says() {
        let policy = Policy::parse(POLICY).unwrap();
        assert_eq!(policy.on_unknown_code(), OnUnknownCode::Quarantine);
        let small = policy.small_counts();
        assert_eq!((small.k.get(), small.tells_zero), (10, false));
        let codes = ["incidents", "injured"].map(|code| Code::new(code).unwrap());
        assert_eq!(small.outcomes, CoarseOutcomes::Listed(codes.into()));
        let source = policy.source("san-diego-permits").unwrap();
        assert!(source.exempt.contains(Rule::PostalAddress));
        assert_eq!(source.event_id.len(), 1);
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(Policy::parse("").unwrap(), Policy::default());
        assert_eq!(Policy::default().small_counts().k.get(), 5);
    }

    #[test]
    fn unknown_keys_missing_reasons_and_bad_forms_are_refused() {
        let with = |from: &str, to: &str| Policy::parse(&POLICY.replace(from, to)).unwrap_err();
        assert!(matches!(with("k = 10", "key = 10"), InvalidPolicy::Toml(_)));
        assert!(matches!(with("k = 10", "k = 0"), InvalidPolicy::Toml(_)));
        assert_eq!(with("k = 10", "k = 1001"), InvalidPolicy::K);
        assert_eq!(
            with("\"injured\"", "\"Injured\""),
            InvalidPolicy::OutcomeCode(1)
        );
        assert_eq!(
            with("k = 10", "k = 10\nfacets = true"),
            InvalidPolicy::Facets
        );
        assert!(matches!(
            with("{digest:10}", "{digest}"),
            InvalidPolicy::IdForm { at: 0, .. }
        ));
        assert!(matches!(
            with("sectors are streets", " "),
            InvalidPolicy::NoReason { .. }
        ));
        assert!(matches!(
            with("POSTAL_ADDRESS", "ID_FORM"),
            InvalidPolicy::NotExempt { .. }
        ));
        assert!(matches!(
            with("POSTAL_ADDRESS", "STREETS"),
            InvalidPolicy::Toml(_)
        ));
    }
}
