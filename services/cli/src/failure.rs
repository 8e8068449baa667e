//! Why a command failed: what is printed, and the code the process ends with.
//!
//! **Law.** Exit codes are a promise to scripts: [`EXIT_CODES`] is the whole of it, and [`Failure::exit_code`]
//! the only place that picks one.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use sosie_proto::error::{Described, describe, reason_name};
use sosie_proto::pb::ErrorReason;
use tonic::{Code, Status};

/// The codes that `sosie` ends with, as its help tells them.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed: the service, the connection or the disk
  2  refused: wrong flags, or a request that breaks a rule (INVALID_ARGUMENT)
  3  not found: no event or profile of that name
  4  unavailable: no service there, none ready, or overloaded; a retry is safe
  5  not the same: what a receipt pins is gone or differs, or a kept answer is not the one given again";

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Something that the caller can mend, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Violation {
    /// A flag, a field of a file, or the path of a field of the request.
    pub(crate) field: String,
    /// What is wrong with it.
    pub(crate) description: String,
    /// The rule that it breaks, UPPER_SNAKE; empty where only people are told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) reason: String,
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A flag or a local file is at fault; nothing was sent.
    Usage(Violation),
    /// The service said no.
    Refused(Box<Described>),
    /// No service answered at the endpoint.
    Unreachable {
        /// Where it was looked for.
        endpoint: String,
        /// What the system said.
        cause: String,
    },
    /// Services answered, but are not ready; their names.
    NotServing(Vec<String>),
    /// An answer can't be given again: what stands against it.
    NotReplayable(Vec<&'static str>),
    /// An answer that was kept is not the one that its receipt pins.
    AnswerDiffers,
    /// Work on this machine failed.
    Local(anyhow::Error),
    /// Whoever read the output has gone: `sosie … | head` is no error.
    OutputClosed,
}

/// What the error block says, for programs.
#[derive(Serialize)]
struct ErrorView {
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    message: String,
    violations: Vec<Violation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u128>,
}

#[derive(Serialize)]
struct ErrorDocument {
    error: ErrorView,
}

impl Failure {
    /// What is wrong with a flag or a field, in words that follow its name.
    pub(crate) fn usage(field: impl Display, description: impl Display) -> Failure {
        Failure::Usage(Violation {
            field: field.to_string(),
            description: description.to_string(),
            reason: String::new(),
        })
    }

    /// A file that `flag` names can't be read.
    pub(crate) fn unreadable(flag: &str, path: &Path, error: &io::Error) -> Failure {
        Failure::usage(
            flag,
            format_args!("`{}` could not be read: {error}", path.display()),
        )
    }

    /// The code that the process ends with, see [`EXIT_CODES`].
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::OutputClosed => 0,
            Failure::Local(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Unreachable { .. } | Failure::NotServing(_) => 4,
            Failure::NotReplayable(_) | Failure::AnswerDiffers => 5,
            Failure::Refused(described)
                if described.reason == Some(ErrorReason::ReceiptNotReplayable) =>
            {
                5
            }
            Failure::Refused(described) => match described.code {
                Code::InvalidArgument => 2,
                Code::NotFound => 3,
                Code::Unavailable | Code::ResourceExhausted => 4,
                Code::Ok
                | Code::Cancelled
                | Code::Unknown
                | Code::DeadlineExceeded
                | Code::AlreadyExists
                | Code::PermissionDenied
                | Code::FailedPrecondition
                | Code::Aborted
                | Code::OutOfRange
                | Code::Unimplemented
                | Code::Internal
                | Code::DataLoss
                | Code::Unauthenticated => 1,
            },
        }
    }

    /// Writes the error block: for people, or one line of JSON.
    ///
    /// # Errors
    /// What `out` fails with.
    pub(crate) fn write(&self, json: bool, out: &mut dyn Write) -> io::Result<()> {
        if let Failure::OutputClosed = self {
            return Ok(());
        }
        let error = self.view();
        if json {
            serde_json::to_writer(&mut *out, &ErrorDocument { error })?;
            return writeln!(out);
        }
        let reason = error.reason.map_or(String::new(), |it| format!(" ({it})"));
        let headline = self.headline().unwrap_or(&error.message);
        writeln!(out, "{ERROR}error:{ERROR:#} {headline}{reason}")?;
        for violation in &error.violations {
            writeln!(out, "  {}: {}", violation.field, violation.description)?;
        }
        if let Some(after) = error.retry_after_ms {
            writeln!(out, "  try again in {after} ms")?;
        }
        match self.hint() {
            Some(hint) => writeln!(out, "\n{hint}"),
            None => Ok(()),
        }
    }

    fn view(&self) -> ErrorView {
        let (message, violations) = match self {
            Failure::Usage(violation) => ("wrong usage".into(), vec![violation.clone()]),
            Failure::Refused(described) => (refusal(described), violations(described)),
            Failure::Unreachable { endpoint, cause } => {
                let message = format!("no query service answers at {endpoint}: {cause}");
                (message, Vec::new())
            }
            Failure::NotServing(names) => {
                (format!("not serving: {}", names.join(", ")), Vec::new())
            }
            Failure::NotReplayable(obstacles) => {
                let message = format!("can't be given again: {}", obstacles.join(", "));
                (message, Vec::new())
            }
            Failure::AnswerDiffers => {
                let message = "the answer that was kept is not the one that its receipt pins";
                (message.into(), Vec::new())
            }
            Failure::Local(error) => (format!("{error:#}"), Vec::new()),
            Failure::OutputClosed => ("the output was closed".into(), Vec::new()),
        };
        let described = match self {
            Failure::Refused(described) => Some(described),
            Failure::Usage(_)
            | Failure::Unreachable { .. }
            | Failure::NotServing(_)
            | Failure::NotReplayable(_)
            | Failure::AnswerDiffers
            | Failure::Local(_)
            | Failure::OutputClosed => None,
        };
        ErrorView {
            exit_code: self.exit_code(),
            reason: described.and_then(|it| it.reason).map(reason_name),
            message,
            violations,
            retry_after_ms: described.and_then(|it| Some(it.retry_after?.as_millis())),
        }
    }

    /// In place of a message that says the same as the violations under it.
    fn headline(&self) -> Option<&'static str> {
        match self {
            Failure::Refused(described) if !described.violations.is_empty() => {
                match self.exit_code() {
                    2 => Some("the service refused the request"),
                    3 => Some("not found"),
                    _ => None,
                }
            }
            Failure::Usage(_)
            | Failure::Refused(_)
            | Failure::Unreachable { .. }
            | Failure::NotServing(_)
            | Failure::NotReplayable(_)
            | Failure::AnswerDiffers
            | Failure::Local(_)
            | Failure::OutputClosed => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        matches!(self, Failure::Unreachable { .. }).then_some(
            "Start a service with `sosie demo` or `sosie-query serve`, or name another with --endpoint.",
        )
    }
}

/// The message of the service, or the code where it has none.
fn refusal(described: &Described) -> String {
    if described.message.is_empty() {
        format!("the service answered {:?}", described.code)
    } else {
        described.message.clone()
    }
}

fn violations(described: &Described) -> Vec<Violation> {
    let violation = |it: &sosie_proto::pb::FieldViolation| Violation {
        field: it.field.clone(),
        description: it.description.clone(),
        reason: it.reason.clone(),
    };
    described.violations.iter().map(violation).collect()
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Failure::Refused(Box::new(describe(&status)))
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::Local(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::OutputClosed
        } else {
            Failure::Local(error.into())
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}
