//! What became of writes.

use sosie_similarity::Invalid;

use crate::error::violation_of;
use crate::pb::{self, write_result::Outcome};

/// On disk, as this revision and at this position.
pub fn accepted(revision: u64, position: u64) -> Outcome {
    Outcome::Accepted(pb::AcceptedWrite {
        revision: int64(revision),
        position: int64(position),
    })
}

/// The newest revision, this one, says the same already.
pub fn unchanged(revision: u64) -> Outcome {
    Outcome::Unchanged(pb::UnchangedWrite {
        revision: int64(revision),
    })
}

/// The record keeps all rules, and nothing was written.
pub fn valid() -> Outcome {
    Outcome::Valid(pb::ValidWrite {})
}

/// The record breaks a rule; `invalid` has its path from the request.
pub fn invalid_record(invalid: &Invalid) -> Outcome {
    Outcome::Refused(pb::RefusedWrite {
        reason: pb::WriteRefusal::InvalidRecord.into(),
        field_violations: vec![violation_of(invalid)],
        found_revision: None,
    })
}

/// The guard keeps the record out, and `reason` says what becomes of it: by which rule, and for which field. No value is told.
pub fn guarded_record(reason: pb::WriteRefusal, field: &str, rule: &str) -> Outcome {
    Outcome::Refused(pb::RefusedWrite {
        reason: reason.into(),
        field_violations: vec![pb::FieldViolation {
            field: field.to_owned(),
            description: "is what the personal-data guard keeps out".to_owned(),
            reason: rule.to_owned(),
        }],
        found_revision: None,
    })
}

/// The newest revision is this one, 0 for none, and not the one that the caller has seen.
pub fn revision_mismatch(found: u64) -> Outcome {
    Outcome::Refused(pb::RefusedWrite {
        reason: pb::WriteRefusal::RevisionMismatch.into(),
        field_violations: vec![],
        found_revision: Some(int64(found)),
    })
}

/// There never was an event of this id to delete.
pub fn unknown_event() -> Outcome {
    Outcome::Refused(pb::RefusedWrite {
        reason: pb::WriteRefusal::UnknownEvent.into(),
        field_violations: vec![],
        found_revision: None,
    })
}

/// Results of consecutive writes, the first of which is the one of `first`.
pub fn write_results(
    first: i64,
    outcomes: impl IntoIterator<Item = Outcome>,
) -> Vec<pb::WriteResult> {
    let indexed = (first..).zip(outcomes);
    indexed
        .map(|(index, outcome)| pb::WriteResult {
            index,
            outcome: Some(outcome),
        })
        .collect()
}

/// A store that counts past 2^63 is not seen in this world.
fn int64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use sosie_similarity::Rule;

    use super::*;

    #[test]
    fn a_result_has_its_place_among_all_that_were_sent() {
        let results = write_results(500, [accepted(1, 7), unchanged(3), valid()]);
        let places: Vec<_> = results.iter().map(|result| result.index).collect();
        assert_eq!(places, [500, 501, 502]);
        let accepted = pb::AcceptedWrite {
            revision: 1,
            position: 7,
        };
        assert_eq!(results[0].outcome, Some(Outcome::Accepted(accepted)));
    }

    #[test]
    fn a_refusal_has_what_its_reason_promises_and_nothing_else() {
        let told = |outcome| match outcome {
            Outcome::Refused(refused) => refused,
            Outcome::Accepted(_) | Outcome::Unchanged(_) | Outcome::Valid(_) => {
                panic!("expected a refusal")
            }
        };
        let invalid = told(invalid_record(&Invalid::new(
            "records[3].event",
            Rule::Required,
        )));
        assert_eq!(invalid.reason(), pb::WriteRefusal::InvalidRecord);
        assert_eq!(invalid.field_violations[0].field, "records[3].event");
        assert_eq!(invalid.field_violations[0].reason, "REQUIRED");
        assert_eq!(invalid.found_revision, None);
        let mismatch = told(revision_mismatch(0));
        assert_eq!(mismatch.found_revision, Some(0));
        assert!(mismatch.field_violations.is_empty());
        assert_eq!(told(unknown_event()).found_revision, None);
    }
}
