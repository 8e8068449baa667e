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

#[cfg(test)]
mod tests {
    use super::*;
    use sosie_synthetic::{Config, QuerySet};

    /// All held events of the first 50, best first.
    fn ranked(generator: &Generator, question: &Question) -> Vec<(u64, f64)> {
        let scorer = question.search.scorer();
        let held = (0..50)
            .map(|index| (index, generator.event(index)))
            .filter(|(_, event)| question.search.admits(&event.candidate()));
        let mut hits: Vec<_> = held
            .map(|(index, event)| (index, scorer.score(&event.values()).unwrap().score))
            .collect();
        hits.sort_by(|a, b| b.1.total_cmp(&a.1));
        hits
    }

    fn agreement_with(change: impl FnOnce(&mut Vec<(u64, f64)>)) -> Result<Agreement> {
        let generator = Generator::new(1, Config::default());
        let question = super::super::question(&generator, QuerySet::B, 0).unwrap();
        let hits = ranked(&generator, &question);
        let answer = |hits: &[(u64, f64)]| Answer {
            seconds: 1.0,
            hits: hits.into(),
        };
        let ours = answer(&hits[..10]);
        let mut changed = hits;
        change(&mut changed);
        of(&generator, &question, &ours, &answer(&changed[..10]))
    }

    #[test]
    fn the_last_bits_of_a_score_may_differ_and_no_more() {
        let agreement = agreement_with(|hits| hits[3].1 += 1e-15).unwrap();
        assert!(agreement.same_order && agreement.apart > 0.0);
        assert!(agreement_with(|hits| hits[3].1 += 1e-9).is_err());
        assert!(agreement_with(|hits| hits[3].1 = f64::NAN).is_err());
    }

    #[test]
    fn an_event_that_could_not_hold_its_place_is_refused() {
        assert!(agreement_with(|hits| hits[9].0 = hits[10].0).is_err());
        assert!(agreement_with(|hits| hits[1] = hits[0]).is_err());
        let swapped = agreement_with(|hits| {
            let first = hits[0].0;
            hits[0].0 = hits[1].0;
            hits[1].0 = first;
        });
        assert!(swapped.is_err());
    }
}
