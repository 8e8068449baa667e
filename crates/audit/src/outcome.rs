//! How a call ended: the code and the reason that its caller was told.

use crate::name::Reason;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Ok,
    /// It was refused or failed.
    Refused {
        /// The status code.
        code: Code,
        /// The reason, by its stable name.
        reason: Reason,
    },
}

impl Outcome {
    /// `OK`, or code and reason with a `/` between.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "OK" {
            return Some(Outcome::Ok);
        }
        let (code, reason) = text.split_once('/')?;
        Some(Outcome::Refused {
            code: Code::from_name(code)?,
            reason: Reason::new(reason).ok()?,
        })
    }

    pub(crate) fn push(&self, out: &mut Vec<u8>) {
        match self {
            Outcome::Ok => out.extend_from_slice(b"OK"),
            Outcome::Refused { code, reason } => {
                out.extend_from_slice(code.name().as_bytes());
                out.push(b'/');
                out.extend_from_slice(reason.as_str().as_bytes());
            }
        }
    }
}

/// The canonical codes of calls that did not succeed, as in `google.rpc.Code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "google.rpc.Code documents them")]
pub enum Code {
    Cancelled,
    Unknown,
    InvalidArgument,
    DeadlineExceeded,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    OutOfRange,
    Unimplemented,
    Internal,
    Unavailable,
    DataLoss,
    Unauthenticated,
}

impl Code {
    /// All codes, in the order of their numbers, from 1 up.
    pub const ALL: [Code; 16] = [
        Code::Cancelled,
        Code::Unknown,
        Code::InvalidArgument,
        Code::DeadlineExceeded,
        Code::NotFound,
        Code::AlreadyExists,
        Code::PermissionDenied,
        Code::ResourceExhausted,
        Code::FailedPrecondition,
        Code::Aborted,
        Code::OutOfRange,
        Code::Unimplemented,
        Code::Internal,
        Code::Unavailable,
        Code::DataLoss,
        Code::Unauthenticated,
    ];

    /// The code of a number; `None` for 0, which is OK, and for numbers past 16.
    pub fn from_number(number: i32) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Code::ALL.get(index).copied()
    }

    /// Its name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            Code::Cancelled => "CANCELLED",
            Code::Unknown => "UNKNOWN",
            Code::InvalidArgument => "INVALID_ARGUMENT",
            Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Code::NotFound => "NOT_FOUND",
            Code::AlreadyExists => "ALREADY_EXISTS",
            Code::PermissionDenied => "PERMISSION_DENIED",
            Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Code::FailedPrecondition => "FAILED_PRECONDITION",
            Code::Aborted => "ABORTED",
            Code::OutOfRange => "OUT_OF_RANGE",
            Code::Unimplemented => "UNIMPLEMENTED",
            Code::Internal => "INTERNAL",
            Code::Unavailable => "UNAVAILABLE",
            Code::DataLoss => "DATA_LOSS",
            Code::Unauthenticated => "UNAUTHENTICATED",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Code::ALL.into_iter().find(|code| code.name() == name)
    }
}
