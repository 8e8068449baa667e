//! How often each rule was met, by source: what the data-protection officer reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::rule::Rule;
use crate::verdict::Verdict;

/// The name under which findings are counted whose source was itself found to be personal data, or unknown.
pub const UNNAMED_SOURCE: &str = "?";

/// A line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CountRow {
    /// The rule.
    pub rule: Rule,
    /// The data set, or [`UNNAMED_SOURCE`].
    pub source_id: String,
    /// Records in which it was met.
    pub records: u64,
}

/// Records by rule and source. Serialised as its rows, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Vec<CountRow>", into = "Vec<CountRow>")]
pub struct Counts(BTreeMap<(Rule, String), u64>);

impl Counts {
    /// Counts the record of `source_id` once under every rule that its verdict names.
    pub fn add(&mut self, source_id: &str, verdict: &Verdict) {
        let findings = verdict.findings();
        // The name of a source is input like any other: one that was found wanting is not repeated.
        let is_named = !findings
            .iter()
            .any(|finding| finding.field == Field::SourceId);
        let source_id = if is_named { source_id } else { UNNAMED_SOURCE };
        let mut rules: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            *self.0.entry((rule, source_id.to_owned())).or_default() += 1;
        }
    }

    /// Counts a record of `source_id`, whose name the guard has passed, of which small counts are not stored.
    pub fn add_small(&mut self, source_id: &str) {
        let key = (Rule::SmallCount, source_id.to_owned());
        *self.0.entry(key).or_default() += 1;
    }

    /// Adds the counts of another: of a thread, or of a day.
    pub fn merge(&mut self, other: Counts) {
        for (key, records) in other.0 {
            *self.0.entry(key).or_default() += records;
        }
    }

    /// How often, by rule and then by source.
    pub fn rows(&self) -> impl Iterator<Item = CountRow> {
        self.0.iter().map(|((rule, source_id), records)| CountRow {
            rule: *rule,
            source_id: source_id.clone(),
            records: *records,
        })
    }
}

impl From<Vec<CountRow>> for Counts {
    fn from(rows: Vec<CountRow>) -> Self {
        let mut counts = Counts::default();
        for row in rows {
            *counts.0.entry((row.rule, row.source_id)).or_default() += row.records;
        }
        counts
    }
}

impl From<Counts> for Vec<CountRow> {
    fn from(counts: Counts) -> Self {
        counts.rows().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Finding;

    fn refused(field: Field, rule: Rule) -> Verdict {
        Verdict::Refused(vec![Finding { field, rule }; 2])
    }

    #[test]
    fn a_record_counts_once_a_rule_and_counts_add_up() {
        let mut counts = Counts::default();
        counts.add("a", &refused(Field::EventId, Rule::Phone));
        let mut more = counts.clone();
        more.add("b", &refused(Field::EventId, Rule::Email));
        more.add("b", &Verdict::Clean);
        counts.merge(more);
        let json = r#"[{"rule":"EMAIL","source_id":"b","records":1},{"rule":"PHONE","source_id":"a","records":2}]"#;
        assert_eq!(serde_json::to_string(&counts).unwrap(), json);
        assert_eq!(serde_json::from_str::<Counts>(json).unwrap(), counts);
    }

    #[test]
    fn a_source_whose_name_was_found_wanting_is_not_named() {
        let mut counts = Counts::default();
        counts.add("jean-dupont", &refused(Field::SourceId, Rule::PersonName));
        assert_eq!(counts.rows().next().unwrap().source_id, UNNAMED_SOURCE);
    }
}
