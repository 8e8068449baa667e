//! Questions of similarity.

use sosie_similarity::{Axis, Invalid, ProfileRef, Query, Resolved, Rule, Search};

use super::{At, choice, each, filter, probe, required, time};
use crate::pb;

/// The profile of a request that names none.
pub const DEFAULT_PROFILE: &str = "tranquillity";

/// A question as it is asked: names not looked up, defaults not applied.
///
/// # Errors
/// On the field that breaks a rule, from the query. What depends on the profile, the sums of weights and
/// the axes of the probe, is left to [`resolve`].
pub fn similarity_query(query: pb::SimilarityQuery) -> Result<Query, Invalid> {
    let pb::SimilarityQuery {
        probe,
        profile,
        weight_overrides,
        min_coverage,
        filter,
        as_of,
        exclude_probe_series,
        collapse_series,
    } = query;
    let probe = required(probe).at("probe")?;
    Ok(Query {
        probe: probe::probe(probe).at("probe")?,
        profile: profile_named(&profile).at("profile")?,
        weight_overrides: each(weight_overrides, weight_override).at("weight_overrides")?,
        min_coverage,
        filter: filter::filter(filter).at("filter")?,
        as_of: time::as_of(as_of)?,
        exclude_probe_series,
        collapse_series: collapse_series.unwrap_or(true),
    })
}

/// [`Query::resolve`], its errors told as those of the `query` of a request.
///
/// # Errors
/// On `query.weight_overrides[i].…`, `query.weight_overrides`, `query.min_coverage` or `query.probe`.
pub fn resolve(query: Query, found: Resolved) -> Result<Search, Invalid> {
    query.resolve(found).at("query")
}

/// A profile by `name` or `name@revision`; empty is [`DEFAULT_PROFILE`].
pub(super) fn profile_named(text: &str) -> Result<ProfileRef, Rule> {
    ProfileRef::parse(if text.is_empty() {
        DEFAULT_PROFILE
    } else {
        text
    })
}

/// The weight is required, so that an axis is never switched off by mistake.
fn weight_override(weight: pb::AxisWeight) -> Result<(Axis, f64), Invalid> {
    let pb::AxisWeight { axis, weight } = weight;
    Ok((
        choice::axis(axis).at("axis")?,
        required(weight).at("weight")?,
    ))
}

#[cfg(test)]
mod tests;
