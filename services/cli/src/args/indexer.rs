//! Where the indexer is.

use clap::Args;

use super::endpoint::{EndpointArgs, endpoint};

/// The endpoint of `sosie-indexer serve`, unless it is told another.
const INDEXER_DEFAULT: &str = "http://127.0.0.1:50052";

/// Where the indexer is.
#[derive(Clone, Debug, Args)]
pub(crate) struct IndexerArgs {
    /// The indexer
    #[arg(long, env = "SOSIE_INDEXER", value_name = "URL")]
    #[arg(default_value = INDEXER_DEFAULT, value_parser = endpoint)]
    indexer: String,
}

impl IndexerArgs {
    /// The way there; all else as for the query service.
    pub(crate) fn endpoint(&self, query: &EndpointArgs) -> EndpointArgs {
        EndpointArgs {
            endpoint: self.indexer.clone(),
            timeout: query.timeout,
            token_file: query.token_file.clone(),
        }
    }
}
