//! How little would have to change for a list to be another.

use sosie_proto::{from_pb, pb, request_digest, to_pb};
use sosie_similarity::sensitivity::{
    HitSensitivity, Proof, Ranking, RankingParts, Row, Smallest, Stability, Terms,
};
use sosie_similarity::{Answer, Axis, Page, Query, Search};

use super::super::{Call, search_receipt};
use crate::engine::{Engine, EngineError};
use crate::status::CallError;

/// Rows that a ranking is made of: what is known needs no search, and each costs its record.
const ROWS: usize = 100;

/// `MeasureSensitivity`.
pub(crate) fn measure_sensitivity(
    call: &Call,
    request: pb::MeasureSensitivityRequest,
) -> Result<pb::MeasureSensitivityResponse, CallError> {
    let asked = from_pb::sensitivity(request)?;
    let engine = call.engine()?;
    let collapse_series = asked.query.collapse_series;
    let told = call.search(&*engine, asked.query.clone(), call.clock)?;
    // Members of a series that are behind its best may come before it at other weights.
    let query = Query {
        collapse_series: false,
        ..asked.query
    };
    let search = call.search(&*engine, query, call.clock)?;
    let listed = Listed {
        call,
        engine: &*engine,
        declared: &search,
    };
    let digest = request_digest::sensitivity(&told, asked.size, asked.share);
    let receipt = to_pb::receipt(&search_receipt(&*engine, &told, digest));
    let answer = listed.first(&search)?;
    if answer.hits.is_empty() {
        return Ok(pb::MeasureSensitivityResponse {
            receipt: Some(receipt),
            ..Default::default()
        });
    }
    let ranking = Ranking::new(RankingParts {
        terms: Terms::of(&search.scorer()),
        rows: listed.rows(&answer),
        size: asked.size,
        collapse_series,
        has_more: answer.has_more,
    });
    let ranking = ranking.map_err(|error| CallError::Record(error.into()))?;
    let stability = ranking.stability(asked.share);
    let stability = stability.map_err(|rule| CallError::Record(rule.to_string().into()))?;
    Ok(pb::MeasureSensitivityResponse {
        hits: listed.hits(ranking)?,
        stability: Some(stability_told(stability)),
        receipt: Some(receipt),
    })
}

/// A list, and the way to what it would be at other weights.
struct Listed<'a> {
    call: &'a Call,
    engine: &'a dyn Engine,
    declared: &'a Search,
}

impl Listed<'_> {
    /// The first rows of a search.
    fn first(&self, search: &Search) -> Result<Answer, EngineError> {
        let page = Page {
            offset: 0,
            limit: ROWS,
        };
        self.engine.search(search, page, &self.call.cancel)
    }

    /// What the declared weights have to do with them: a weight of 0 has no line in a ledger.
    fn rows(&self, answer: &Answer) -> Vec<Row> {
        let scorer = self.declared.scorer();
        let hits = answer.hits.iter();
        hits.map(|hit| Row::of(&hit.event, &scorer.ledger(&hit.event.values())))
            .collect()
    }

    /// What it takes to move each hit; where candidates that were not looked at may come in, they are searched for.
    fn hits(&self, mut ranking: Ranking) -> Result<Vec<pb::HitSensitivity>, CallError> {
        let mut hits = ranking.sensitivity();
        for (at, hit) in hits.iter_mut().enumerate() {
            if hit.leaving.proof == Proof::Proven {
                continue;
            }
            hit.leaving = ranking.confirm_leaving(at, |axis: Axis, weight| {
                let search = self.declared.reweighted(axis, weight)?;
                Ok::<_, CallError>(self.rows(&self.first(&search)?))
            })?;
        }
        Ok(hits.iter().map(hit_told).collect())
    }
}

fn hit_told(hit: &HitSensitivity) -> pb::HitSensitivity {
    let swap = |swap: &Option<sosie_similarity::sensitivity::Swap>| {
        let smallest = swap.as_ref().and_then(|swap| swap.smallest());
        smallest.map(change_told)
    };
    let proof = match hit.leaving.proof {
        Proof::Rows => pb::LeavingProof::Rows,
        Proof::Searched => pb::LeavingProof::Searched,
        Proof::Proven => pb::LeavingProof::Proven,
    };
    pb::HitSensitivity {
        event_id: hit.event_id.as_str().to_owned(),
        swap_with_previous: swap(&hit.previous),
        swap_with_next: swap(&hit.next),
        leaves: hit.leaving.smallest().map(change_told),
        leaving_proof: proof.into(),
    }
}

fn change_told(change: Smallest) -> pb::WeightChange {
    let reach = change.reach;
    let (changed, just_short) = reach.flip.map_or((reach.last, reach.last), |flip| {
        (flip.weight, flip.just_short)
    });
    pb::WeightChange {
        axis: to_pb::axis(reach.axis).into(),
        declared_weight: reach.declared,
        changed_weight: changed,
        just_short_weight: just_short,
        relative_change: change.relative_change,
        is_surely_smallest: change.is_sure,
    }
}

fn stability_told(stability: Stability) -> pb::ListStability {
    let Stability {
        order_holds_up_to,
        membership_holds_up_to,
        unseen_stay_out_up_to,
        sure_pairs,
    } = stability;
    pb::ListStability {
        order_holds_up_to,
        membership_holds_up_to,
        unseen_stay_out_up_to,
        sure_pairs,
    }
}
