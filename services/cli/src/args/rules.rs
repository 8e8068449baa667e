//! By which rules events are compared.

use clap::Args;
use prost_types::Timestamp;
use sosie_proto::pb;

use super::text;
use super::zone::ZoneArgs;
use crate::failure::Failure;
use crate::when;

/// By which rules events are compared.
#[derive(Debug, Args)]
#[command(next_help_heading = "How they are compared")]
pub(crate) struct RuleArgs {
    /// Profile: `tranquillity` is its newest revision, `tranquillity@1` that one
    #[arg(long, value_name = "NAME", default_value = "tranquillity")]
    profile: String,
    /// Weight of an axis in place of the profile's: location=2; 0 switches it off (repeat)
    #[arg(long, value_name = "AXIS=WEIGHT", value_parser = text::weight)]
    weight: Vec<pb::AxisWeight>,
    /// Least share of the weight that must be compared, 0 to 1
    #[arg(long, value_name = "SHARE")]
    min_coverage: Option<f64>,
    /// Leave out every event of the series of --event
    #[arg(long)]
    exclude_probe_series: bool,
    /// Show every member of a series, not the best alone
    #[arg(long)]
    no_collapse: bool,
    #[command(flatten)]
    as_of: AsOfArgs,
}

/// What was known when.
#[derive(Debug, Args)]
pub(crate) struct AsOfArgs {
    /// Only what had ended and was known by then [default: now]
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl AsOfArgs {
    /// The instant, if one is given.
    ///
    /// # Errors
    /// [`Failure::Usage`] on `--as-of`.
    pub(crate) fn as_of(&self, zone: ZoneArgs) -> Result<Option<Timestamp>, Failure> {
        let text = self.as_of.as_deref();
        text.map(|text| when::instant("--as-of", text, zone.time_zone))
            .transpose()
    }
}

impl RuleArgs {
    /// The whole question.
    ///
    /// # Errors
    /// [`Failure::Usage`] on the flag at fault.
    pub(crate) fn query(
        &self,
        probe: pb::Probe,
        filter: pb::Filter,
        zone: ZoneArgs,
    ) -> Result<pb::SimilarityQuery, Failure> {
        Ok(pb::SimilarityQuery {
            probe: Some(probe),
            profile: self.profile.clone(),
            weight_overrides: self.weight.clone(),
            min_coverage: self.min_coverage,
            filter: Some(filter),
            as_of: self.as_of.as_of(zone)?,
            exclude_probe_series: self.exclude_probe_series,
            collapse_series: self.no_collapse.then_some(false),
        })
    }
}
