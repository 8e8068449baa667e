//! Why a database could not be read. Never a value of a row, nor the URL.

use tokio_postgres::error::SqlState;

use crate::job::MaxRejects;
use crate::mapping::{ColumnError, ColumnLabel};
use crate::serve::jobs::ImportError;

/// Why a database could not be read on. Everything is tried again: whoever mends it need not restart the indexer.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The server can't be reached, or the connection ended.
    #[error("connection: {0}")]
    Connection(ConnectionProblem),
    /// The server refused.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The server has answered nothing for long.
    #[error("the server did not answer in time")]
    Unanswered,
    /// What the server answers is not what was asked for; a table was changed meanwhile, or is none of ours.
    #[error("the answer of the server is not what was asked for")]
    Answer,
    /// The position in the store is of another cluster, whose transactions had other numbers.
    #[error(
        "the position is of the cluster {stored}, and this is {found}: load anew from it by \
         `system_identifier = \"{found}\"`"
    )]
    OtherCluster {
        /// That of the position.
        stored: String,
        /// That of the server.
        found: String,
    },
    /// The server is none of the cluster that is configured.
    #[error("`system_identifier` names the cluster {configured}, and this is {found}")]
    NotConfigured {
        /// The one that is configured.
        configured: String,
        /// That of the server.
        found: String,
    },
    /// The cluster has not begun transactions that were read of it already: it was restored to an earlier time, or a
    /// standby took over that lacked them.
    #[error(
        "the server lacks transactions that were read already: it was set back to an earlier time"
    )]
    SetBack,
    /// The outbox has rows of transactions that the cluster has not begun: it was restored from another one, or `xid`
    /// was stated by hand.
    #[error("the outbox has rows of transactions that this cluster has not begun: empty it")]
    ForeignRows,
    /// The position in the store can't be read.
    #[error("the position in the store is damaged")]
    PositionDamaged,
    /// A load was asked for, and no table is configured.
    #[error("there is no `table` to load")]
    NoTable,
    /// The table has other columns than an event or the mapping.
    #[error("table: {0}")]
    Table(#[from] TableProblem),
    /// More rows of a load were refused than are allowed. What was read before is in the store.
    #[error("{refused} of {read} rows were refused, more than the limit of {limit}")]
    TooManyRejects {
        /// Rows refused.
        refused: u64,
        /// Rows read.
        read: u64,
        /// The limit.
        limit: MaxRejects,
    },
    /// The position can't be read from the store.
    #[error(transparent)]
    Store(#[from] sosie_store::StoreError),
    /// The store can't be written.
    #[error(transparent)]
    Submit(#[from] sosie_store::SubmitError),
    /// The job that loads ended.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Work on another thread did not end.
    #[error("the work panicked or was cancelled")]
    Task(#[from] tokio::task::JoinError),
}

impl From<PostgresError> for ImportError {
    fn from(error: PostgresError) -> Self {
        match error {
            PostgresError::Import(error) => error,
            PostgresError::TooManyRejects { refused, read, .. } => {
                ImportError::TooManyRefused { refused, read }
            }
            error @ (PostgresError::Connection(_)
            | PostgresError::Server(_)
            | PostgresError::Unanswered
            | PostgresError::Answer
            | PostgresError::OtherCluster { .. }
            | PostgresError::NotConfigured { .. }
            | PostgresError::SetBack
            | PostgresError::ForeignRows
            | PostgresError::PositionDamaged
            | PostgresError::NoTable
            | PostgresError::Table(_)
            | PostgresError::Store(_)
            | PostgresError::Submit(_)
            | PostgresError::Task(_)) => ImportError::Unreadable(Box::new(error)),
        }
    }
}

/// What is wrong with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionProblem {
    /// No server answers there, or its name is not known.
    #[error("no server can be reached")]
    Unreachable,
    /// It ended.
    #[error("it ended")]
    Closed,
    /// TLS was required and the server has none, or its certificate is not trusted.
    #[error(
        "TLS failed: the server has none, or a certificate that is not trusted; see `sslmode` and `tls_ca_file`"
    )]
    Tls,
    /// The server wants a password that the URL lacks, or a method that is not known.
    #[error("the server wants another authentication than the URL gives")]
    Authentication,
}

/// What a server refused with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// SQLSTATE.
    pub code: String,
    /// What it said, for the classes whose words hold no value of a row.
    pub message: Option<String>,
}

impl std::error::Error for ServerError {}

impl std::fmt::Display for ServerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the server refused with SQLSTATE {}", self.code)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

/// Classes of SQLSTATE that are about the connection, the user, names and the state of the server: connection
/// exceptions, authorization, catalog, rights and names, resources, intervention of operators.
const TOLD_CLASSES: [&str; 6] = ["08", "28", "3D", "42", "53", "57"];

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(db) = error.as_db_error() {
            let code = db.code().code();
            let is_told = TOLD_CLASSES.iter().any(|class| code.starts_with(class))
                // Their words repeat a literal or a value.
                && !matches!(*db.code(), SqlState::INVALID_TEXT_REPRESENTATION | SqlState::SYNTAX_ERROR);
            return PostgresError::Server(ServerError {
                code: code.to_owned(),
                message: is_told.then(|| db.message().to_owned()),
            });
        }
        // The library tells its kinds by their words alone; those of its causes are not repeated.
        let told = error.to_string();
        if error.is_closed() {
            PostgresError::Connection(ConnectionProblem::Closed)
        } else if told.starts_with("error performing TLS") {
            PostgresError::Connection(ConnectionProblem::Tls)
        } else if told.starts_with("authentication") || told.starts_with("invalid configuration") {
            PostgresError::Connection(ConnectionProblem::Authentication)
        } else if told.starts_with("error connecting") || told.starts_with("timeout") {
            PostgresError::Connection(ConnectionProblem::Unreachable)
        } else if told.starts_with("error communicating") {
            PostgresError::Connection(ConnectionProblem::Closed)
        } else {
            PostgresError::Answer
        }
    }
}

/// What is wrong with the columns of a table.
#[derive(Debug, thiserror::Error)]
pub enum TableProblem {
    /// A column that is no field of an event.
    #[error("{0} is no field of an event")]
    UnknownColumn(ColumnLabel),
    /// A field that every event needs has no column.
    #[error("column `{0}`, which every event needs, is not there")]
    MissingColumn(&'static str),
    /// A field has a column of its own, and one of its group.
    #[error("{0} is there twice, by itself and in its group")]
    Twice(ColumnLabel),
    /// A column of another type than its field.
    #[error("{column} has to be {needed}")]
    Type {
        /// The column.
        column: ColumnLabel,
        /// What it has to be.
        needed: &'static str,
    },
    /// The columns are not those of the mapping.
    #[error(transparent)]
    Mapping(#[from] ColumnError),
}
