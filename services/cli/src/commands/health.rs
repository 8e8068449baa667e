//! `sosie health`: whether the services are ready.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::args::EndpointArgs;
use crate::client::{Client, SERVICES};
use crate::failure::Failure;
use crate::output::Output;
use crate::table;

const SERVING: &str = "SERVING";

#[derive(Serialize)]
struct HealthDocument {
    services: BTreeMap<&'static str, &'static str>,
}

/// Asks and shows.
///
/// # Errors
/// [`Failure::NotServing`] after what was told was shown, if a service is not ready; else what the calls fail
/// with.
pub(crate) async fn run(endpoint: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let client = Client::connect(endpoint).await?;
    let mut services = BTreeMap::new();
    for service in SERVICES {
        services.insert(service, client.health(service).await?);
    }
    let waiting = services.iter().filter(|(_, status)| **status != SERVING);
    let waiting: Vec<String> = waiting.map(|(service, _)| (*service).to_owned()).collect();
    if out.is_json() {
        out.document(&HealthDocument { services })?;
    } else {
        let lines = services
            .iter()
            .map(|(service, status)| (*service, (*status).to_owned()));
        table::pairs(out, lines)?;
    }
    if waiting.is_empty() {
        Ok(())
    } else {
        Err(Failure::NotServing(waiting))
    }
}
