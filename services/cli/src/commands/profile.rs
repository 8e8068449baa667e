//! `sosie profile`: the published rules of similarity, and their life.

mod change;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use sosie_index::{PROFILE_BYTES_MAX, parse_profile};
use sosie_proto::{pb, to_pb};

use crate::args::{EndpointArgs, LanguageArgs};
use crate::client::Client;
use crate::failure::Failure;
use crate::output::Output;
use crate::table;
use crate::view::{ProfileDiffView, ProfileView};

/// The published rules of similarity.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// List every revision of every profile of the service, and where each stands in its life
    List,
    /// Show a profile: axes, weights, measures, what a missing value counts
    #[command(
        after_long_help = "Examples:\n  sosie profile show\n  sosie profile show tranquillity@1 --json"
    )]
    Show {
        /// `tranquillity@1` is that revision, `tranquillity` the newest one, or the newest active one once any was activated
        #[arg(default_value = "tranquillity")]
        name: String,
    },
    Diff(DiffArgs),
    Activate(change::ActivateArgs),
    Retire(change::RetireArgs),
    /// Check a profile's TOML file on this machine, and show it with the digest that it would have
    #[command(after_long_help = "Example:\n  sosie profile check profiles/tranquillity-2.toml")]
    Check {
        /// The file
        file: PathBuf,
    },
}

/// Tell what differs between two profiles, and what that does to the hits of some events
///
/// First the rules that differ, then for each --event the hits under one profile against those under the other:
/// their rank-biased overlap (1 if they are equal or one begins the other, 0 for nothing in common; the first ranks count most), which entered
/// the list and which left it.
#[derive(Debug, Args)]
#[command(after_long_help = DIFF_EXAMPLES)]
pub(crate) struct DiffArgs {
    /// The profile before: `tranquillity@1`
    before: String,
    /// The profile after: `tranquillity@2`
    after: String,
    /// A stored event whose hits are compared (repeat, 20 at most)
    #[arg(long = "event", value_name = "ID")]
    events: Vec<String>,
    /// How many hits of each list are compared, 1 to 100 [default: 10]
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    depth: Option<i32>,
    #[command(flatten)]
    language: LanguageArgs,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  sosie profile diff tranquillity@1 tranquillity@2
  sosie profile diff tranquillity@1 tranquillity@2 --event mrs-001273 --event mrs-000042 --depth 20
  sosie profile diff tranquillity@1 tranquillity --language fr --json";

#[derive(Serialize)]
struct ProfileDocument {
    profile: Option<ProfileView>,
}

#[derive(Serialize)]
struct ProfilesDocument {
    profiles: Vec<ProfileView>,
}

/// Asks, or checks, and shows.
///
/// # Errors
/// [`Failure::Usage`] for a file that is no profile, else what the call fails with.
pub(crate) async fn run(
    command: &ProfileCommand,
    endpoint: &EndpointArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    match command {
        ProfileCommand::List => {
            let client = Client::connect(endpoint).await?;
            let request = pb::ListProfilesRequest {};
            let response = client.profiles().list_profiles(request).await?;
            show_all(out, &response.into_inner().profiles)
        }
        ProfileCommand::Show { name } => {
            let client = Client::connect(endpoint).await?;
            let request = pb::GetProfileRequest {
                profile: name.clone(),
            };
            let response = client.profiles().get_profile(request).await?;
            show(out, response.into_inner().profile.as_ref())
        }
        ProfileCommand::Diff(args) => diff(args, endpoint, out).await,
        ProfileCommand::Activate(args) => {
            show(out, change::activate(args, endpoint).await?.as_ref())
        }
        ProfileCommand::Retire(args) => show(out, change::retire(args, endpoint).await?.as_ref()),
        ProfileCommand::Check { file } => show(out, Some(&check(file)?)),
    }
}

async fn diff(args: &DiffArgs, endpoint: &EndpointArgs, out: &mut Output) -> Result<(), Failure> {
    let probe = |id: &String| pb::Probe {
        kind: Some(pb::probe::Kind::EventId(id.clone())),
    };
    let query = |id| pb::SimilarityQuery {
        probe: Some(probe(id)),
        ..Default::default()
    };
    let request = pb::DiffProfilesRequest {
        before: args.before.clone(),
        after: args.after.clone(),
        queries: args.events.iter().map(query).collect(),
        depth: args.depth,
        language: args.language.language().into(),
    };
    let client = Client::connect(endpoint).await?;
    let response = client.transparency().diff_profiles(request).await?;
    let response = response.into_inner();
    if out.is_json() {
        return out.document(&ProfileDiffView::from(&response));
    }
    writeln!(out, "{}", response.document.trim_end_matches('\n'))?;
    if !args.events.is_empty() {
        out.heading("What it does to the hits")?;
        table::changes::write(out, &args.events, &response.list_changes)?;
    }
    Ok(table::receipt::write(out, response.receipt.as_ref(), None)?)
}

fn check(file: &Path) -> Result<pb::Profile, Failure> {
    let size = fs::metadata(file).map(|metadata| metadata.len());
    let text = match size {
        Ok(size) if size > PROFILE_BYTES_MAX => {
            let rule = format!("is longer than {PROFILE_BYTES_MAX} bytes");
            return Err(Failure::usage(file.display(), rule));
        }
        Ok(_) | Err(_) => fs::read_to_string(file),
    };
    let text = text.map_err(|error| Failure::unreadable("FILE", file, &error))?;
    let profile = parse_profile(&text).map_err(|error| Failure::usage(file.display(), error))?;
    Ok(to_pb::profile(&profile))
}

fn show(out: &mut Output, profile: Option<&pb::Profile>) -> Result<(), Failure> {
    if out.is_json() {
        let profile = profile.map(ProfileView::from);
        return out.document(&ProfileDocument { profile });
    }
    match profile {
        Some(profile) => Ok(table::profile::write_one(out, profile)?),
        None => Ok(()),
    }
}

fn show_all(out: &mut Output, profiles: &[pb::Profile]) -> Result<(), Failure> {
    if out.is_json() {
        let profiles = profiles.iter().map(ProfileView::from).collect();
        return out.document(&ProfilesDocument { profiles });
    }
    Ok(table::profile::write_many(out, profiles)?)
}
