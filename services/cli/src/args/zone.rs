//! The time zone of local times on the command line.

use chrono_tz::Tz;
use clap::Args;

/// The time zone of local times on the command line.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ZoneArgs {
    /// Time zone of the local times that are given here, such as Europe/Paris
    #[arg(long, env = "SOSIE_TIME_ZONE", value_name = "IANA", value_parser = zone)]
    pub(crate) time_zone: Option<Tz>,
}

fn zone(text: &str) -> Result<Tz, String> {
    text.parse()
        .map_err(|_| "write an IANA name, such as Europe/Paris".to_owned())
}
