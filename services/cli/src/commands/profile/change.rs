//! `sosie profile activate` and `retire`: the life of a revision.

use clap::{Args, ValueEnum};
use sosie_proto::pb;

use crate::args::{EndpointArgs, IndexerArgs};
use crate::client::Client;
use crate::failure::Failure;

/// Make a draft active: its rules never change again, and its name means it
///
/// Only for callers with the role `author`. The revision is one that the indexer has (`sosie-indexer serve --profiles DIR`).
/// Earlier revisions stay active until they are retired; the name alone means the newest active one.
#[derive(Debug, Args)]
#[command(after_long_help = ACTIVATE_EXAMPLES)]
pub(crate) struct ActivateArgs {
    /// Name and revision: `tranquillity@2`
    profile: String,
    /// Why; it is kept and told
    #[arg(long, value_enum)]
    reason: ActivateReason,
    /// The digest that was reviewed, as `sosie profile check` tells it; a draft that was edited since is refused
    #[arg(
        long,
        value_name = "SHA256",
        default_value = "",
        hide_default_value = true
    )]
    digest: String,
    #[command(flatten)]
    indexer: IndexerArgs,
}

const ACTIVATE_EXAMPLES: &str = "\
Example:
  sosie profile activate tranquillity@2 --reason evaluation --token-file office.token";

/// Retire an active revision, for good: its name alone does not mean it any more
///
/// Only for callers with the role `author`. Requests that name it in full are answered as before, so that answers can be given
/// again.
#[derive(Debug, Args)]
#[command(after_long_help = RETIRE_EXAMPLES)]
pub(crate) struct RetireArgs {
    /// Name and revision: `tranquillity@1`
    profile: String,
    /// Why; it is kept and told
    #[arg(long, value_enum)]
    reason: RetireReason,
    #[command(flatten)]
    indexer: IndexerArgs,
}

const RETIRE_EXAMPLES: &str = "\
Example:
  sosie profile retire tranquillity@1 --reason superseded --token-file office.token";

/// Why a revision becomes active.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ActivateReason {
    /// It is the first revision in use
    FirstUse,
    /// The organisation weighs or compares differently on purpose
    PolicyChange,
    /// The earlier revision was wrong
    Correction,
    /// An evaluation showed it to be better
    Evaluation,
    /// A law or a ruling asks for it
    LegalRequirement,
}

/// Why a revision is retired.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RetireReason {
    /// Another revision takes its place
    Superseded,
    /// It was found to be wrong
    Defect,
    /// The rules are no longer in use
    Discontinued,
}

/// Activates; the revision after it.
///
/// # Errors
/// What the call fails with.
pub(super) async fn activate(
    args: &ActivateArgs,
    endpoint: &EndpointArgs,
) -> Result<Option<pb::Profile>, Failure> {
    use pb::ProfileChangeReason as Reason;
    let reason = match args.reason {
        ActivateReason::FirstUse => Reason::FirstUse,
        ActivateReason::PolicyChange => Reason::PolicyChange,
        ActivateReason::Correction => Reason::Correction,
        ActivateReason::Evaluation => Reason::Evaluation,
        ActivateReason::LegalRequirement => Reason::LegalRequirement,
    };
    let request = pb::ActivateProfileRequest {
        profile: args.profile.clone(),
        reason: reason.into(),
        profile_digest: args.digest.clone(),
    };
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let response = client.profile_admin().activate_profile(request).await?;
    Ok(response.into_inner().profile)
}

/// Retires; the revision after it.
///
/// # Errors
/// What the call fails with.
pub(super) async fn retire(
    args: &RetireArgs,
    endpoint: &EndpointArgs,
) -> Result<Option<pb::Profile>, Failure> {
    use pb::ProfileChangeReason as Reason;
    let reason = match args.reason {
        RetireReason::Superseded => Reason::Superseded,
        RetireReason::Defect => Reason::Defect,
        RetireReason::Discontinued => Reason::Discontinued,
    };
    let request = pb::RetireProfileRequest {
        profile: args.profile.clone(),
        reason: reason.into(),
    };
    let client = Client::connect(&args.indexer.endpoint(endpoint)).await?;
    let response = client.profile_admin().retire_profile(request).await?;
    Ok(response.into_inner().profile)
}
