//! What is wrong with a command line or its configuration file.

use std::io;
use std::path::{Path, PathBuf};

/// Why a process is not configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The command line is wrong, or asks for help.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The configuration file is wrong.
    #[error("{}: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        problem: FileProblem,
    },
}

impl ConfigError {
    /// The error of a file.
    pub fn file(path: &Path, problem: FileProblem) -> Self {
        ConfigError::File {
            path: path.to_owned(),
            problem,
        }
    }
}

/// What is wrong with a configuration file. Never a line of it: it may have a password in it.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    /// It can't be read.
    #[error("could not be read: {0}")]
    Read(io::Error),
    /// More bytes than the limit.
    #[error("has more than {0} bytes")]
    TooLong(usize),
    /// It is not TOML, or a table of it has not the documented form.
    #[error("line {line}: {message}")]
    Toml {
        /// From 1.
        line: usize,
        /// What is not right there.
        message: String,
    },
    /// A key that is none.
    #[error("unknown key `{0}`")]
    UnknownKey(String),
    /// A value of a kind that no setting has.
    #[error("`{0}` has to be a text, a whole number, true or false")]
    Type(String),
    /// A value that its setting does not take.
    #[error("`{key}`: {message}")]
    Value {
        /// Which.
        key: String,
        /// Why not.
        message: String,
    },
}

impl FileProblem {
    /// What is wrong with the TOML of `text`.
    pub fn toml(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        FileProblem::Toml {
            line: before.matches('\n').count() + 1,
            message: error.message().to_owned(),
        }
    }

    /// What a flag says of a value.
    pub(super) fn value(key: &str, error: &clap::Error) -> Self {
        let told = error.to_string();
        let first = told.lines().next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first);
        FileProblem::Value {
            key: key.to_owned(),
            message: message.to_owned(),
        }
    }
}
