//! Whether the parts of a case are of one and the same search.

use sosie_similarity::{Axis, AxisStatus, Digest, LedgerLine};

use super::Case;

/// What a ledger promises: its contributions miss the score by no more (SPEC section 3).
const SUM_TOLERANCE: f64 = 1e-12;

/// Why no statement is made. Each variant is a mix-up of the caller: nothing a citizen could mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStatement {
    /// The receipt is of another profile than the search.
    #[error("the receipt is of profile {receipt}, the search of {search}")]
    ReceiptOfOtherProfile {
        /// The digest in the receipt.
        receipt: Digest,
        /// The digest of the profile of the search.
        search: Digest,
    },
    /// The receipt is of another time than the search.
    #[error("receipt and search are as of different times")]
    ReceiptOfOtherTime,
    /// A ledger without a line for each axis that has a weight, in profile order.
    #[error("the ledger has other axes than the search, from line {0} on")]
    OtherAxes(usize),
    /// A line with another measure or weight than the search.
    #[error("line `{0}` of the ledger has another measure or weight than the search")]
    OtherRule(Axis),
    /// A line whose status does not fit its numbers.
    #[error("line `{0}` of the ledger is compared without a distance, or not compared with one")]
    OtherStatus(Axis),
    /// A score that is not the sum of its contributions.
    #[error("the contributions do not add up to the score")]
    Sum,
}

pub(super) fn check(case: &Case) -> Result<(), InvalidStatement> {
    let (receipt, search) = (case.receipt, case.search);
    let profile = search.profile();
    if receipt.profile_digest != profile.digest() || receipt.profile != *profile.id() {
        return Err(InvalidStatement::ReceiptOfOtherProfile {
            receipt: receipt.profile_digest,
            search: profile.digest(),
        });
    }
    if receipt.as_of != search.as_of() {
        return Err(InvalidStatement::ReceiptOfOtherTime);
    }
    check_rules(case)?;
    case.explanation.ledger.iter().try_for_each(check_line)?;
    let sum: f64 = case
        .explanation
        .ledger
        .iter()
        .map(|line| line.contribution)
        .sum();
    match case.explanation.score {
        // A sum that is no number is caught too: it is not within the tolerance.
        Some(score) if (sum - score.score).abs() <= SUM_TOLERANCE => Ok(()),
        Some(_) => Err(InvalidStatement::Sum),
        None => Ok(()),
    }
}

/// The ledger has a line for each axis with a weight above 0, with its measure and weight.
fn check_rules(case: &Case) -> Result<(), InvalidStatement> {
    let ledger = &case.explanation.ledger;
    let rules = case
        .search
        .profile()
        .axes()
        .iter()
        .zip(case.search.weights());
    let rules: Vec<_> = rules.filter(|(_, weight)| **weight > 0.0).collect();
    let same = |at: &usize| {
        ledger.get(*at).map(|line| line.axis) == rules.get(*at).map(|(rule, _)| rule.axis)
    };
    let longest = ledger.len().max(rules.len());
    if let Some(at) = (0..longest).find(|at| !same(at)) {
        return Err(InvalidStatement::OtherAxes(at));
    }
    for (line, (rule, weight)) in ledger.iter().zip(rules) {
        if line.measure != rule.measure.name() || line.declared_weight != *weight {
            return Err(InvalidStatement::OtherRule(line.axis));
        }
    }
    Ok(())
}

fn check_line(line: &LedgerLine) -> Result<(), InvalidStatement> {
    let compared = line.status == AxisStatus::Compared;
    let measured = line.distance.is_some() && line.unit.is_some() && line.similarity.is_some();
    let numbers = [
        Some(line.contribution),
        Some(line.effective_weight),
        line.distance,
        line.similarity,
    ];
    let finite = numbers.into_iter().flatten().all(f64::is_finite);
    if finite && compared == measured {
        Ok(())
    } else {
        Err(InvalidStatement::OtherStatus(line.axis))
    }
}
