//! A question of similarity, as all commands take it that put one.

use clap::Args;
use sosie_proto::pb;

use super::{FilterArgs, ProbeArgs, RuleArgs, ZoneArgs};
use crate::failure::Failure;

/// What is compared, with which candidates, by which rules.
#[derive(Debug, Args)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    probe: ProbeArgs,
    #[command(flatten)]
    zone: ZoneArgs,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

impl QuestionArgs {
    /// The query that the flags ask for.
    ///
    /// # Errors
    /// [`Failure::Usage`] for what can't be asked.
    pub(crate) fn query(&self) -> Result<pb::SimilarityQuery, Failure> {
        let probe = self.probe.probe(self.zone)?;
        let filter = self.filter.filter(self.zone)?;
        self.rules.query(probe, filter, self.zone)
    }
}
