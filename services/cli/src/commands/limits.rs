//! `sosie limits`: what a service accepts.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sosie_proto::pb;

use crate::args::EndpointArgs;
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, grouped};
use crate::view;

#[derive(Serialize)]
struct LimitsDocument {
    limits: BTreeMap<&'static str, Value>,
}

/// Asks and shows.
///
/// # Errors
/// What the call fails with.
pub(crate) async fn run(endpoint: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let client = Client::connect(endpoint).await?;
    let response = client
        .similar_events()
        .get_limits(pb::GetLimitsRequest {})
        .await?;
    let limits = view::limits(&response.into_inner().limits.unwrap_or_default());
    if out.is_json() {
        let limits = BTreeMap::from(limits);
        return out.document(&LimitsDocument { limits });
    }
    let lines = limits.map(|(name, limit)| (name, shown(&limit)));
    Ok(table::pairs(out, lines)?)
}

fn shown(limit: &Value) -> String {
    match (limit.as_i64(), limit.as_f64()) {
        (Some(whole), _) => grouped(whole),
        (None, Some(number)) if number.fract() == 0.0 => grouped(number as i64),
        (None, _) => limit.to_string(),
    }
}
