//! Whether two systems gave the same answer.
//!
//! Logarithms and exponentials differ between libraries in their last bits, so events whose true scores tie, or nearly do, may
//! change places, at the cut too. What counts is that every place is held by an event that could hold it.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};
use sosie_synthetic::Generator;

use super::{Answer, Answers, Question};

/// Scores as near as this count as equal.
const TOLERANCE: f64 = 1e-12;

/// How two answers that are the same are still not quite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Agreement {
    /// Whether the events are the same ones, in the same order: what ties did not change.
    pub(super) same_order: bool,
    /// The most that two scores of one place differ by.
    pub(super) apart: f64,
}

/// Compares all answers of a system with ours.
pub(super) fn of_all(
    generator: &Generator,
    questions: &[Question],
    ours: &[Answer],
    theirs: &Answers,
) -> Result<Vec<Agreement>> {
    ensure!(
        theirs.answers.len() == questions.len(),
        "{} left questions unanswered",
        theirs.system
    );
    let pairs = ours.iter().zip(&theirs.answers);
    let agreements = questions
        .iter()
        .zip(pairs)
        .map(|(question, (ours, theirs_one))| {
            let query = &question.query;
            of(generator, question, ours, theirs_one).map_err(|difference| {
                difference.context(format!(
                    "{} differs on query {} of set {}",
                    theirs.system,
                    query.index,
                    query.set.name()
                ))
            })
        });
    agreements.collect()
}

/// Compares place by place.
fn of(
    generator: &Generator,
    question: &Question,
    ours: &Answer,
    theirs: &Answer,
) -> Result<Agreement> {
    let events: BTreeSet<u64> = theirs.hits.iter().map(|(event, _)| *event).collect();
    ensure!(
        theirs.hits.len() == ours.hits.len() && events.len() == ours.hits.len(),
        "{} hits of {} events, not {}",
        theirs.hits.len(),
        events.len(),
        ours.hits.len()
    );
    let mut agreement = Agreement {
        same_order: true,
        apart: 0.0,
    };
    for (place, (ours, theirs)) in (1..).zip(ours.hits.iter().zip(&theirs.hits)) {
        let apart = (ours.1 - theirs.1).abs();
        // Written so that NaN is not near either.
        let near = apart <= TOLERANCE;
        ensure!(
            near,
            "place {place} has the score {}, not {}",
            theirs.1,
            ours.1
        );
        agreement.apart = agreement.apart.max(apart);
        if ours.0 != theirs.0 {
            agreement.same_order = false;
            ensure_tie(generator, question, theirs.0, ours.1)?;
        }
    }
    Ok(agreement)
}

/// Refuses an event that is no hit, or has not that score by our own scorer.
fn ensure_tie(generator: &Generator, question: &Question, event: u64, score: f64) -> Result<()> {
    let found = generator.event(event);
    let search = &question.search;
    let scored = search.scorer().score(&found.values());
    match scored {
        Ok(scored) if search.admits(&found.candidate()) => {
            let near = (scored.score - score).abs() <= TOLERANCE;
            ensure!(
                near,
                "event {event} has the score {}, not {score}",
                scored.score
            );
            Ok(())
        }
        Ok(_) | Err(_) => bail!("event {event} is no hit"),
    }
}
