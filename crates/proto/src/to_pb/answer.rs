//! Pages of hits and of events, with what pins and what cost them.

use sosie_similarity::{Answer, Counts, Digest, Event, Hit, OutcomeSummary, Quantiles, summarise};

use super::{event, instant, ledger_line};
use crate::pb;
use crate::{PageToken, Receipt};

/// A page of hits and what goes with it.
#[derive(Clone, Copy, Debug)]
pub struct FindAnswer<'a> {
    /// The page.
    pub answer: &'a Answer,
    /// Where the list goes on; `None` if this is its last page.
    pub next: Option<&'a PageToken>,
    /// What pins it.
    pub receipt: &'a Receipt,
    /// Whether hits carry their geometry.
    pub include_footprints: bool,
}

/// The answer of `FindSimilarEvents`, summaries of outcomes included.
pub fn find_response(found: FindAnswer) -> pb::FindSimilarEventsResponse {
    let Answer {
        hits,
        has_more: _,
        counts,
    } = found.answer;
    let told = hits
        .iter()
        .map(|hit| self::hit(hit, found.include_footprints));
    pb::FindSimilarEventsResponse {
        hits: told.collect(),
        next_page_token: token(found.next),
        receipt: Some(receipt(found.receipt)),
        counts: Some(search_counts(*counts)),
        outcome_summaries: outcome_summaries(hits),
    }
}

/// The answer of `ListEvents`; `next` is `None` on the last page. Geometries are told where
/// `include_footprints` asks for them.
pub fn list_response(
    events: &[Event],
    next: Option<&PageToken>,
    receipt: &Receipt,
    include_footprints: bool,
) -> pb::ListEventsResponse {
    let told = events
        .iter()
        .map(|event| self::event(event, include_footprints));
    pb::ListEventsResponse {
        events: told.collect(),
        next_page_token: token(next),
        receipt: Some(self::receipt(receipt)),
    }
}

/// A hit with its ledger.
pub fn hit(hit: &Hit, include_footprint: bool) -> pb::SimilarEvent {
    let Hit {
        event: found,
        rank,
        score,
        series_member_count,
        ledger,
    } = hit;
    pb::SimilarEvent {
        event: Some(event(found, include_footprint)),
        rank: *rank as i64,
        score: score.score,
        coverage: score.coverage,
        series_member_count: *series_member_count as i64,
        ledger: ledger.iter().map(ledger_line).collect(),
    }
}

/// What an answer cost.
pub fn search_counts(counts: Counts) -> pb::SearchCounts {
    let Counts {
        candidates,
        rows_scored,
        blocks_scored,
        blocks_skipped,
    } = counts;
    pb::SearchCounts {
        candidates: candidates as i64,
        rows_scored: rows_scored as i64,
        blocks_scored: blocks_scored as i64,
        blocks_skipped: blocks_skipped as i64,
    }
}

/// What the hits of a page needed, by outcome code, bytewise.
pub fn outcome_summaries(hits: &[Hit]) -> Vec<pb::OutcomeSummary> {
    let summaries = summarise(hits).into_iter().map(|(code, summary)| {
        let OutcomeSummary {
            hit_count,
            fewer_than_count,
            at_least,
            at_most,
        } = summary;
        let Quantiles {
            min,
            p25,
            median,
            p75,
            max,
        } = at_most;
        pb::OutcomeSummary {
            code: code.to_string(),
            hit_count: hit_count as i64,
            min,
            p25,
            median,
            p75,
            max,
            fewer_than_hit_count: fewer_than_count as i64,
            // Where all counts are exact, an answer has the bytes that it always had.
            at_least: (fewer_than_count > 0).then(|| quantiles(at_least)),
        }
    });
    summaries.collect()
}

fn quantiles(told: Quantiles) -> pb::OutcomeQuantiles {
    let Quantiles {
        min,
        p25,
        median,
        p75,
        max,
    } = told;
    pb::OutcomeQuantiles {
        min,
        p25,
        median,
        p75,
        max,
    }
}

/// What pins an answer.
pub fn receipt(receipt: &Receipt) -> pb::Receipt {
    let Receipt {
        generation_id,
        generation_digest,
        profile,
        vocabularies,
        engine_version,
        request_digest,
        as_of,
    } = receipt;
    let [nature_digest, sector_digest] = match vocabularies {
        Some(digests) => digests.each_ref().map(hex),
        None => [String::new(), String::new()],
    };
    let (profile, profile_digest) = match profile {
        Some((id, digest)) => (id.to_string(), hex(digest)),
        None => (String::new(), String::new()),
    };
    pb::Receipt {
        generation_id: generation_id.clone(),
        generation_digest: hex(generation_digest),
        profile,
        profile_digest,
        engine_version: engine_version.clone(),
        request_digest: hex(request_digest),
        as_of: as_of.map(instant),
        nature_digest,
        sector_digest,
    }
}

/// As `Display` writes it, without 32 calls of the formatter for each of the three digests of a receipt.
fn hex(digest: &Digest) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let nibbles = digest
        .as_bytes()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = nibbles.map(|nibble| char::from(DIGITS[usize::from(nibble)]));
    digits.collect()
}

fn token(next: Option<&PageToken>) -> String {
    next.map(PageToken::encode).unwrap_or_default()
}

#[cfg(test)]
mod tests;
