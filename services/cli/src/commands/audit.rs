//! `sosie audit`: whether an audit log is as it was written.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use sosie_audit::{Anchor, AnchorState, Check, Fault, PublicKey, Verified, key_beside, verify};

use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Side, grouped};

/// Look whether an audit log is as it was written
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Read a whole log, and tell changes, removals, swaps, copies and cuts of it, each with its place, up to 16
    ///
    /// Needs the public key only. A log that was set back as a whole, or written anew by who has the key, shows only against an
    /// anchor that was kept elsewhere: the one that an earlier check has told.
    #[command(
        after_long_help = "Example:\n  sosie audit verify audit --anchor 1042:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    Verify(VerifyArgs),
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The directory of the log
    dir: PathBuf,
    /// The public key [default: DIR.pub, beside DIR]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A record that is known from elsewhere, as an earlier check told it: its number and its hash
    #[arg(long, value_name = "SEQ:HASH")]
    anchor: Option<Anchor>,
}

#[derive(Serialize)]
struct VerifiedDocument {
    verified: VerifiedView,
}

#[derive(Serialize)]
struct VerifiedView {
    records: u64,
    /// The number of the first that is kept.
    first_seq: u64,
    /// The record that says that those before it were removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    removal_seq: Option<u64>,
    anchor: String,
    is_anchored: bool,
    unclean_opens: u64,
    tail_bytes: u64,
}

#[derive(Serialize)]
struct FaultsDocument {
    faults: Vec<FaultView>,
}

#[derive(Serialize)]
struct FaultView {
    kind: &'static str,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

/// Checks and shows.
///
/// # Errors
/// [`Failure::Usage`] for a key that can't be read, [`Failure::Local`] for a log with faults.
pub(crate) fn run(command: &AuditCommand, out: &mut Output) -> Result<(), Failure> {
    let AuditCommand::Verify(args) = command;
    let key = args.key.clone();
    let key = key.unwrap_or_else(|| key_beside(&args.dir).with_extension("pub"));
    let key = PublicKey::load(&key).map_err(|error| Failure::usage("--key", error))?;
    let check = Check {
        anchor: args.anchor,
        ..Check::WHOLE
    };
    match verify(&args.dir, &key, &check) {
        Ok(verified) => show(&verified, out),
        Err(faults) => {
            show_faults(&faults, out)?;
            let message = "the audit log is not as it was written";
            Err(Failure::Local(anyhow::Error::msg(message)))
        }
    }
}

fn show(verified: &Verified, out: &mut Output) -> Result<(), Failure> {
    let is_anchored = verified.anchor == AnchorState::Found;
    let anchor = verified.head.anchor().to_string();
    if out.is_json() {
        return out.document(&VerifiedDocument {
            verified: VerifiedView {
                records: verified.records,
                first_seq: verified.head.first.seq,
                removal_seq: verified.removal.map(|removal| removal.seq),
                anchor,
                is_anchored,
                unclean_opens: verified.unclean_opens,
                tail_bytes: verified.tail_bytes,
            },
        });
    }
    writeln!(out, "The audit log is as it was written.")?;
    let anchored = match verified.anchor {
        AnchorState::None => "none was given",
        AnchorState::Found => "found, as it was",
        AnchorState::Older => "older than what is kept",
    };
    Ok(table::pairs(
        out,
        [
            ("records", grouped(verified.records as i64)),
            ("begins at record", beginning(verified)),
            ("anchor", anchored.to_owned()),
            (
                "kills since it began",
                grouped(verified.unclean_opens as i64),
            ),
            ("anchor to keep", anchor),
        ],
    )?)
}

/// The first record that is kept, and why it is not the first that was written.
fn beginning(verified: &Verified) -> String {
    let first = grouped(verified.head.first.seq as i64);
    match verified.removal {
        Some(removal) => format!(
            "{first}: those before were removed by retention, record {} says so, of {}",
            grouped(removal.seq as i64),
            removal.time.to_utc().format("%Y-%m-%d")
        ),
        None => first,
    }
}

fn show_faults(faults: &[Fault], out: &mut Output) -> Result<(), Failure> {
    let views = faults.iter().map(|fault| FaultView {
        kind: fault.kind.name(),
        file: fault.place.file.clone(),
        line: fault.place.line,
        seq: fault.place.seq,
    });
    if out.is_json() {
        return out.document(&FaultsDocument {
            faults: views.collect(),
        });
    }
    let columns = [
        ("fault", Side::Left),
        ("file", Side::Left),
        ("line", Side::Right),
        ("record", Side::Right),
    ];
    let mut rows = table::table(&columns, 2);
    let shown = |number: Option<u64>| number.map_or_else(String::new, |n| grouped(n as i64));
    for view in views {
        let numbers = (shown(view.line), shown(view.seq));
        rows.add_row([view.kind.to_owned(), view.file, numbers.0, numbers.1]);
    }
    Ok(table::write(out, &rows)?)
}
