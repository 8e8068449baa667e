//! How a database is configured, and what is checked of it before it is asked for anything.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use sosie_similarity::limits::INGEST_RECORDS_MAX;
use sosie_similarity::{Code, Rule};

use super::name::TableName;
use super::tls::{Tls, TlsError};
use crate::job::MaxRejects;
use crate::mapping::{Format, Mapping, MappingError};

/// Between two looks at the outbox, unless it is told of news.
const POLL_INTERVAL_MS: u64 = 500;
const POLL_INTERVAL_MS_MAX: u64 = 60_000;
/// What a load bears, as that of files does: the errors of real tables, and not a mapping that does not fit.
const MAX_REJECTS: &str = "10%";
/// Time for a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time after which a server that answers nothing is given up.
const UNANSWERED_MAX: Duration = Duration::from_secs(30);

/// A database as the configuration file states it. Unknown keys are refused.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostgresForm {
    /// Names the source; the store keeps its position under it. The form of a code.
    pub name: String,
    /// Where it is: `postgresql://user@host/database?sslmode=require`. Never logged.
    pub url: Option<String>,
    /// The environment variable that holds the URL, for one with a password.
    pub url_env: Option<String>,
    /// A PEM file of the certificates that the server's is checked with, instead of the system's.
    pub tls_ca_file: Option<PathBuf>,
    /// The table or view that is loaded whole.
    pub table: Option<String>,
    /// How its columns become events; without, they are named as the fields of an event.
    pub mapping: Option<PathBuf>,
    /// The table that tells changes.
    pub outbox: Option<String>,
    /// The cluster that is read, where it is another than the one of the position in the store.
    pub system_identifier: Option<String>,
    /// Longest time in ms between two looks at the outbox: 500 if absent.
    pub poll_interval_ms: Option<u64>,
    /// Rows that are written together: 1000, the most, if absent.
    pub batch_rows: Option<NonZeroUsize>,
    /// Refused rows past which a full load fails: a number or a share, 10% if absent.
    pub max_rejects: Option<String>,
}

/// A database that is configured rightly, as far as can be seen without it.
#[derive(Clone)]
pub struct PostgresConfig {
    pub(super) name: String,
    pub(super) connection: tokio_postgres::Config,
    pub(super) tls: Tls,
    pub(super) table: Option<TableName>,
    pub(super) mapping: Option<Arc<Mapping>>,
    pub(super) outbox: Option<TableName>,
    pub(super) system_identifier: Option<String>,
    pub(super) poll_interval: Duration,
    pub(super) batch_rows: usize,
    pub(super) max_rejects: MaxRejects,
}

/// URLs have passwords.
impl fmt::Debug for PostgresConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresConfig({})", self.name)
    }
}

/// Why a database can't be read as it is configured. Never repeats the URL.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPostgres {
    /// Its name is no code.
    #[error("`name` {0}")]
    Name(Rule),
    /// Neither `url` nor `url_env`, or both.
    #[error("needs exactly one of `url` and `url_env`")]
    Url,
    /// The variable that `url_env` names is not set.
    #[error("`url_env` names {0}, which is not set")]
    NotSet(String),
    /// Not a URL of PostgreSQL, or one with a parameter that is not known.
    #[error("the URL is none of PostgreSQL that can be used here")]
    UrlMalformed,
    /// `table` or `outbox`.
    #[error("`{key}` {source}")]
    TableName {
        /// Which.
        key: &'static str,
        /// Why.
        source: super::name::InvalidTableName,
    },
    /// Nothing to read.
    #[error("needs `table`, `outbox` or both")]
    NothingToRead,
    /// A mapping of a table that is not there.
    #[error("`mapping` needs `table`")]
    MappingAlone,
    /// The mapping can't be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A mapping of files.
    #[error("`mapping` names one whose `format` is not \"postgres\"")]
    MappingFormat,
    /// Out of its range.
    #[error("`{key}` {rule}")]
    OutOfRange {
        /// Which.
        key: &'static str,
        /// The range.
        rule: Rule,
    },
    /// Not a number of records, nor a share.
    #[error("`max_rejects` is not {0}")]
    MaxRejects(#[from] crate::job::InvalidMaxRejects),
    /// The certificates can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Where a URL has its password.
impl fmt::Debug for PostgresForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresForm({})", self.name)
    }
}

/// What the keys say by themselves.
struct Keys {
    name: Code,
    table: Option<TableName>,
    outbox: Option<TableName>,
    poll_interval: Duration,
    batch_rows: usize,
    max_rejects: MaxRejects,
}

impl PostgresForm {
    /// Checks the keys, and nothing that they name.
    ///
    /// # Errors
    /// The first key that can't be used.
    pub fn check_keys(&self) -> Result<(), InvalidPostgres> {
        self.keys().map(drop)
    }

    /// Checks it, and reads the variable and the files that it names.
    ///
    /// # Errors
    /// The first key that can't be used.
    pub fn check(&self) -> Result<PostgresConfig, InvalidPostgres> {
        let Keys {
            name,
            table,
            outbox,
            poll_interval,
            batch_rows,
            max_rejects,
        } = self.keys()?;
        Ok(PostgresConfig {
            name: name.to_string(),
            connection: connection(self.url.as_deref(), self.url_env.as_deref())?,
            tls: Tls::new(self.tls_ca_file.as_deref())?,
            table,
            mapping: self.mapping.as_deref().map(mapping).transpose()?,
            outbox,
            system_identifier: self.system_identifier.clone(),
            poll_interval,
            batch_rows,
            max_rejects,
        })
    }

    fn keys(&self) -> Result<Keys, InvalidPostgres> {
        let name = Code::new(&self.name).map_err(InvalidPostgres::Name)?;
        if self.url.is_some() == self.url_env.is_some() {
            return Err(InvalidPostgres::Url);
        }
        let table = table_name("table", self.table.as_deref())?;
        let outbox = table_name("outbox", self.outbox.as_deref())?;
        if table.is_none() && outbox.is_none() {
            return Err(InvalidPostgres::NothingToRead);
        }
        if table.is_none() && self.mapping.is_some() {
            return Err(InvalidPostgres::MappingAlone);
        }
        let poll_interval_ms = self.poll_interval_ms.unwrap_or(POLL_INTERVAL_MS);
        in_range("poll_interval_ms", poll_interval_ms, POLL_INTERVAL_MS_MAX)?;
        let batch_rows = self
            .batch_rows
            .map_or(INGEST_RECORDS_MAX, NonZeroUsize::get);
        in_range("batch_rows", batch_rows as u64, INGEST_RECORDS_MAX as u64)?;
        Ok(Keys {
            name,
            table,
            outbox,
            poll_interval: Duration::from_millis(poll_interval_ms),
            batch_rows,
            max_rejects: self.max_rejects.as_deref().unwrap_or(MAX_REJECTS).parse()?,
        })
    }
}

fn mapping(path: &Path) -> Result<Arc<Mapping>, InvalidPostgres> {
    let mapping = Mapping::load(path)?;
    if mapping.format() == Format::Postgres {
        Ok(Arc::new(mapping))
    } else {
        Err(InvalidPostgres::MappingFormat)
    }
}

fn connection(
    url: Option<&str>,
    url_env: Option<&str>,
) -> Result<tokio_postgres::Config, InvalidPostgres> {
    let url = match (url, url_env) {
        (Some(url), None) => url.to_owned(),
        (None, Some(name)) => {
            std::env::var(name).map_err(|_| InvalidPostgres::NotSet(name.to_owned()))?
        }
        (None, None) | (Some(_), Some(_)) => return Err(InvalidPostgres::Url),
    };
    // What the parser says of it could hold a part of the password.
    let parsed = url.parse::<tokio_postgres::Config>();
    let mut connection = parsed.map_err(|_| InvalidPostgres::UrlMalformed)?;
    connection.application_name("sosie-indexer");
    connection.tcp_user_timeout(UNANSWERED_MAX);
    if connection.get_connect_timeout().is_none() {
        connection.connect_timeout(CONNECT_TIMEOUT);
    }
    Ok(connection)
}

fn table_name(key: &'static str, name: Option<&str>) -> Result<Option<TableName>, InvalidPostgres> {
    let parsed = name.map(str::parse).transpose();
    parsed.map_err(|source| InvalidPostgres::TableName { key, source })
}

fn in_range(key: &'static str, value: u64, max: u64) -> Result<(), InvalidPostgres> {
    if (1..=max).contains(&value) {
        return Ok(());
    }
    let rule = Rule::OutOfRange(1.0, max as f64);
    Err(InvalidPostgres::OutOfRange { key, rule })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "hunter2";

    fn form(toml: &str) -> PostgresForm {
        toml::from_str(toml).unwrap()
    }

    fn refused(toml: &str) -> String {
        form(toml).check().unwrap_err().to_string()
    }

    #[test]
    fn a_database_is_checked_before_it_is_asked_for_anything() {
        let url = r#"url = "postgresql://me@localhost/city""#;
        let of = |rest: &str| refused(&format!("name = \"city\"\n{url}\n{rest}"));
        assert_eq!(of(""), "needs `table`, `outbox` or both");
        assert_eq!(
            of("url_env = \"X\"\noutbox = \"o\""),
            "needs exactly one of `url` and `url_env`"
        );
        assert_eq!(
            of("outbox = \"o\"\nmapping = \"m.toml\""),
            "`mapping` needs `table`"
        );
        assert!(of("outbox = \"a.b.c\"").starts_with("`outbox` is not `table`"));
        assert!(of("outbox = \"o\"\nbatch_rows = 1001").starts_with("`batch_rows`"));
        assert!(of("outbox = \"o\"\npoll_interval_ms = 0").starts_with("`poll_interval_ms`"));
        assert!(of("outbox = \"o\"\nmax_rejects = \"some\"").starts_with("`max_rejects`"));
        assert!(of("outbox = \"o\"\ntls_ca_file = \"/none\"").starts_with("/none"));
        assert!(toml::from_str::<PostgresForm>("name = \"a\"\nother = 1").is_err());
    }

    #[test]
    fn nothing_that_is_told_of_it_has_the_password() {
        let secrets = [
            format!("postgresql://me:{SECRET}@localhost/city?sslmode={SECRET}"),
            format!("postgresql://me:pass {SECRET}"),
            format!("host=localhost {SECRET}=x"),
        ];
        for url in secrets {
            let toml = format!("name = \"city\"\nurl = \"{url}\"\noutbox = \"o\"");
            let told = refused(&toml);
            assert!(!told.contains(SECRET), "{told}");
        }
        let url = format!("postgresql://me:{SECRET}@localhost/city");
        let config = form(&format!("name = \"city\"\nurl = \"{url}\"\noutbox = \"o\"")).check();
        assert!(!format!("{:?}", config.unwrap()).contains(SECRET));
    }
}
