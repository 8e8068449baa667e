//! By which rules the records of a generation were admitted: the policy and the vocabularies of the personal-data guard.

use serde::{Deserialize, Serialize};
use sosie_similarity::{Digest, Invalid, Rule};

/// Most entries that a manifest has, the newest: a policy that changes every week for twenty years.
pub const GUARDS_MAX: usize = 1_000;

/// The rules by which records were admitted from some position of the store on, up to the next entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardEntry {
    /// Records after this position were admitted by them; 0 for a run over files.
    pub from_position: u64,
    /// The rules; `None` if there was no guard.
    pub rules: Option<GuardRules>,
}

/// What a guard went by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GuardRules {
    /// SHA-256 of the policy, 64 lower-case hexadecimal digits.
    pub policy_digest: String,
    /// The vocabularies, one of each list at most.
    pub vocabularies: Vec<VocabularyEntry>,
}

/// A vocabulary that a guard went by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyEntry {
    /// Which codes it is of: `nature`, `sector`, `source` or `outcome`.
    pub list: String,
    /// What it is called.
    pub name: String,
    /// Its version, as it says.
    pub version: String,
    /// SHA-256 of its canonical form, 64 lower-case hexadecimal digits.
    pub digest: String,
}

/// The history of `before`, with the rules in force for what comes after `position`. Without a guard then and now it is empty.
pub fn guards_after(
    before: &[GuardEntry],
    position: u64,
    rules: Option<GuardRules>,
) -> Vec<GuardEntry> {
    let mut guards = before.to_vec();
    let last = guards.last().and_then(|last| last.rules.as_ref());
    if last != rules.as_ref() {
        // What came after the same position under other rules is nothing.
        guards.retain(|entry| entry.from_position < position);
    }
    if guards.last().and_then(|last| last.rules.as_ref()) != rules.as_ref() {
        guards.push(GuardEntry {
            from_position: position,
            rules,
        });
    }
    let surplus = guards.len().saturating_sub(GUARDS_MAX);
    guards.split_off(surplus)
}

/// The form in a manifest.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuardJson {
    from_position: u64,
    rules: Option<GuardRules>,
}

impl GuardJson {
    pub(super) fn of(entry: &GuardEntry) -> Self {
        GuardJson {
            from_position: entry.from_position,
            rules: entry.rules.clone(),
        }
    }

    pub(super) fn entry(self) -> Result<GuardEntry, Invalid> {
        let rules = self.rules.iter();
        let vocabularies = rules.clone().flat_map(|rules| &rules.vocabularies);
        let digests = rules.map(|rules| &rules.policy_digest);
        let mut digests = digests.chain(vocabularies.map(|vocabulary| &vocabulary.digest));
        if digests.any(|digest| Digest::from_hex(digest).is_none()) {
            return Err(Invalid::new("rules", Rule::Malformed));
        }
        Ok(GuardEntry {
            from_position: self.from_position,
            rules: self.rules,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(policy: &str) -> Option<GuardRules> {
        Some(GuardRules {
            policy_digest: policy.to_owned(),
            vocabularies: Vec::new(),
        })
    }

    fn entry(from_position: u64, rules: Option<GuardRules>) -> GuardEntry {
        GuardEntry {
            from_position,
            rules,
        }
    }

    #[test]
    fn only_a_change_of_the_rules_begins_another_entry() {
        assert_eq!(guards_after(&[], 7, None), []);
        let first = guards_after(&[], 7, rules("a"));
        assert_eq!(first, [entry(7, rules("a"))]);
        assert_eq!(guards_after(&first, 9, rules("a")), first);
        let second = guards_after(&first, 9, rules("b"));
        assert_eq!(second, [entry(7, rules("a")), entry(9, rules("b"))]);
        let off = guards_after(&second, 12, None);
        assert_eq!(off[2], entry(12, None));
        // Nothing came under the second rules.
        let third = guards_after(&second, 9, rules("c"));
        assert_eq!(third, [entry(7, rules("a")), entry(9, rules("c"))]);
        assert_eq!(guards_after(&second, 9, rules("a")), first);
    }

    #[test]
    fn the_oldest_entries_go_first() {
        let mut guards = Vec::new();
        for position in 0..=GUARDS_MAX as u64 {
            guards = guards_after(&guards, position, rules(&position.to_string()));
        }
        assert_eq!(guards.len(), GUARDS_MAX);
        assert_eq!(guards[0].from_position, 1);
    }
}
