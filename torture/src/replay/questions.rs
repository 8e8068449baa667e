//! The questions, and their first answers.

use std::sync::Arc;

use anyhow::{Context, Result};
use prost::Message;
use sosie_proto::pb;
use sosie_similarity::{Digest, Event};
use sosie_tests::{Asker, Draw, pb_query, raw_call};
use tonic::transport::Channel;

use super::log::{Logged, content_of};

const FIND: &str = "/sosie.v1.SimilarEventsService/FindSimilarEvents";
/// Calls at a time.
const CALLERS: usize = 2;
/// Share of the questions of which the second page is asked for.
const SECOND_SHARE: f64 = 0.25;
/// Steps in which weights are drawn: a power of ten is not the same to the last bit on every machine, a step is.
const WEIGHT_STEP: f64 = 1e-6;

/// A request, and whether its second page is what is logged.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    request: pb::FindSimilarEventsRequest,
    is_second: bool,
}

/// The questions of a seed: drafts and stored probes, filters, times, weights, floors, three profiles. The first of more are the
/// questions of fewer.
pub(super) fn requests(seed: u64, count: usize, events: &[Event]) -> Vec<Asked> {
    let asker = Asker::new(events);
    let mut draw = Draw::new(seed);
    let asked = (0..count).map(|_| {
        let question = asker.question(&mut draw);
        let mut query = pb_query(&question.query);
        for weight in query.weight_overrides.iter_mut() {
            weight.weight = weight.weight.map(in_steps);
        }
        Asked {
            request: pb::FindSimilarEventsRequest {
                query: Some(query),
                page_size: Some(question.page.limit as i32),
                page_token: String::new(),
                include_footprints: draw.chance(0.5),
            },
            is_second: draw.chance(SECOND_SHARE),
        }
    });
    asked.collect()
}

fn in_steps(weight: f64) -> f64 {
    if weight == 0.0 {
        return 0.0;
    }
    ((weight / WEIGHT_STEP).round() * WEIGHT_STEP).max(WEIGHT_STEP)
}

/// What each question is answered, in their order.
///
/// # Errors
/// If one is refused.
pub(super) async fn ask(channel: &Channel, asked: &Arc<Vec<Asked>>) -> Result<Vec<Logged>> {
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (channel, asked) = (channel.clone(), asked.clone());
        callers.spawn(async move {
            let mut answers = Vec::new();
            for at in (caller..asked.len()).step_by(CALLERS) {
                let answer = first_answer(&channel, &asked[at]).await;
                answers.push((at, answer.with_context(|| format!("question {at}"))?));
            }
            anyhow::Ok(answers)
        });
    }
    let mut answers = Vec::new();
    while let Some(own) = callers.join_next().await {
        answers.extend(own??);
    }
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, logged)| logged).collect())
}

async fn first_answer(channel: &Channel, asked: &Asked) -> Result<Logged> {
    let first = logged(channel, asked.request.clone()).await?;
    if !asked.is_second || first.next_page_token.is_empty() {
        return Ok(first);
    }
    let second = pb::FindSimilarEventsRequest {
        page_token: first.next_page_token,
        ..first.request
    };
    logged(channel, second).await
}

async fn logged(channel: &Channel, request: pb::FindSimilarEventsRequest) -> Result<Logged> {
    let bytes = raw_call(channel, FIND, &request).await?;
    let answer = pb::FindSimilarEventsResponse::decode(&bytes[..])?;
    Ok(Logged {
        request,
        receipt: answer.receipt.clone().context("a receipt")?,
        bytes: Digest::of(&bytes),
        content: content_of(&answer),
        hits: answer.hits.len(),
        next_page_token: answer.next_page_token,
    })
}
