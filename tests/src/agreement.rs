//! Whether two answers are the same, to the last bit; and if not, where.

use sosie_proto::{pb, to_pb};
use sosie_similarity::{Answer, AxisStatus, Hit, LedgerLine};

/// How far the contributions of a ledger may be from the score.
const LEDGER_SLACK: f64 = 1e-12;

/// The first difference between the answer that is right and the one found.
pub fn difference(expected: &Answer, found: &Answer) -> Option<String> {
    let ids = |answer: &Answer| -> Vec<String> {
        answer
            .hits
            .iter()
            .map(|hit| hit.event.id().to_string())
            .collect()
    };
    if ids(expected) != ids(found) {
        return Some(format!(
            "ids: {:?} expected, {:?} found",
            ids(expected),
            ids(found)
        ));
    }
    if expected.has_more != found.has_more {
        return Some(format!("has_more: {} found", found.has_more));
    }
    if expected.counts.candidates != found.counts.candidates {
        let (of, other) = (expected.counts.candidates, found.counts.candidates);
        return Some(format!("candidates: {of} expected, {other} found"));
    }
    let pairs = expected.hits.iter().zip(&found.hits);
    pairs
        .filter(|(a, b)| a != b || bits(a) != bits(b))
        .map(|(a, b)| {
            format!(
                "hit {}: {:?} expected, {:?} found",
                a.event.id(),
                told(a),
                told(b)
            )
        })
        .next()
}

/// What differs between equal hits is in here, or in the event itself.
fn told(hit: &Hit) -> (usize, sosie_similarity::Score, usize, &[LedgerLine]) {
    (hit.rank, hit.score, hit.series_member_count, &hit.ledger)
}

/// Every number of a hit, bit by bit: `==` takes −0 for 0.
fn bits(hit: &Hit) -> Vec<u64> {
    let lines = hit.ledger.iter().flat_map(numbers);
    let numbers = [hit.score.score, hit.score.coverage]
        .into_iter()
        .chain(lines);
    numbers.map(f64::to_bits).collect()
}

fn numbers(line: &LedgerLine) -> [f64; 5] {
    let absent = f64::NEG_INFINITY;
    [
        line.distance.unwrap_or(absent),
        line.similarity.unwrap_or(absent),
        line.declared_weight,
        line.effective_weight,
        line.contribution,
    ]
}

/// Whether the contributions of each hit add up to its score.
pub fn ledgers_add_up(hits: &[Hit]) -> bool {
    hits.iter().all(|hit| {
        let sum: f64 = hit.ledger.iter().map(|line| line.contribution).sum();
        (sum - hit.score.score).abs() <= LEDGER_SLACK
    })
}

/// The first difference between the hits that are right and those of a message.
pub fn disagreement(expected: &[Hit], found: &[pb::SimilarEvent]) -> Option<String> {
    let expected_ids: Vec<_> = expected.iter().map(|hit| hit.event.id().as_str()).collect();
    let id_of = |hit: &pb::SimilarEvent| hit.event.as_ref().map(|event| event.event_id.clone());
    let found_ids: Vec<_> = found
        .iter()
        .map(|hit| id_of(hit).unwrap_or_default())
        .collect();
    if expected_ids != found_ids {
        return Some(format!(
            "ids: {expected_ids:?} expected, {found_ids:?} found"
        ));
    }
    let pairs = expected.iter().zip(found);
    pairs
        .filter(|(hit, told)| !is_told(hit, told))
        .map(|(hit, told)| format!("hit {}: {hit:?} expected, {told:?} found", hit.event.id()))
        .next()
}

/// Whether a message tells this hit: its numbers, bit by bit, and its event.
fn is_told(hit: &Hit, told: &pb::SimilarEvent) -> bool {
    let lines = hit.ledger.len() == told.ledger.len()
        && hit
            .ledger
            .iter()
            .zip(&told.ledger)
            .all(|(line, told)| is_line_told(line, told));
    let sum: f64 = told.ledger.iter().map(|line| line.contribution).sum();
    lines
        && (sum - told.score).abs() <= LEDGER_SLACK
        && told.rank == hit.rank as i64
        && told.score.to_bits() == hit.score.score.to_bits()
        && told.coverage.to_bits() == hit.score.coverage.to_bits()
        && told.series_member_count == hit.series_member_count as i64
        && told.event.as_ref() == Some(&to_pb::event(&hit.event, false))
}

fn is_line_told(line: &LedgerLine, told: &pb::AxisComparison) -> bool {
    let status = match line.status {
        AxisStatus::Compared => pb::ComparisonStatus::Compared,
        AxisStatus::ProbeMissing => pb::ComparisonStatus::ProbeMissing,
        AxisStatus::CandidateMissing => pb::ComparisonStatus::CandidateMissing,
        AxisStatus::NotComparable => pb::ComparisonStatus::NotComparable,
    };
    let absent = f64::NEG_INFINITY;
    let told_numbers = [
        told.distance.unwrap_or(absent),
        told.similarity.unwrap_or(absent),
        told.declared_weight,
        told.effective_weight,
        told.contribution,
    ];
    told.axis == i32::from(to_pb::axis(line.axis))
        && told.status == i32::from(status)
        && told.probe_value.is_some() == line.probe.is_some()
        && told.candidate_value.is_some() == line.candidate.is_some()
        && told_numbers.map(f64::to_bits) == numbers(line).map(f64::to_bits)
}

#[cfg(test)]
mod tests {
    use sosie_similarity::{Timestamp, reference};

    use super::*;
    use crate::{Asker, Draw, all_hits, synthetic_events};

    fn answer() -> Answer {
        let events = synthetic_events(1, 200);
        let (asker, mut draw) = (Asker::new(&events), Draw::new(1));
        let mut answers = std::iter::repeat_with(|| {
            let search = asker.search(asker.question(&mut draw).query, Timestamp::MAX);
            reference::search(&events, &search, all_hits())
        });
        answers.find(|answer| answer.hits.len() > 5).unwrap()
    }

    /// A change of the answer, and whether both comparisons see it.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Answer)) {
        let expected = answer();
        let mut found = expected.clone();
        change(&mut found);
        assert!(difference(&expected, &found).is_some());
        let told: Vec<_> = found
            .hits
            .iter()
            .map(|hit| to_pb::hit(hit, false))
            .collect();
        assert!(disagreement(&expected.hits, &told).is_some());
    }

    #[test]
    fn the_last_bit_of_any_number_is_seen() {
        let next = |number: &mut f64| *number = number.next_up();
        check(|answer| next(&mut answer.hits[2].score.score));
        check(|answer| next(&mut answer.hits[2].score.coverage));
        check(|answer| next(&mut answer.hits[2].ledger[0].contribution));
        check(|answer| next(&mut answer.hits[2].ledger[0].declared_weight));
        check(|answer| answer.hits[2].series_member_count += 1);
        check(|answer| answer.hits.swap(2, 3));
        check(|answer| drop(answer.hits.pop()));
    }

    #[test]
    fn an_answer_agrees_with_itself() {
        let answer = answer();
        let told: Vec<_> = answer
            .hits
            .iter()
            .map(|hit| to_pb::hit(hit, false))
            .collect();
        assert_eq!(difference(&answer, &answer), None);
        assert_eq!(disagreement(&answer.hits, &told), None);
        assert!(ledgers_add_up(&answer.hits));
    }
}
