//! A connection: made, asked which cluster it reached, and told of news.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Client};

use super::error::PostgresError;
use super::form::PostgresConfig;
use super::position::OutboxPosition;

/// Longest time for an answer to a short question.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// The channel that the trigger of the outbox notifies.
const CHANNEL: &str = "sosie_outbox";

/// What every session is set to: times are written in UTC, and numbers so that they are read back to the same; nothing
/// is written, whatever a view does.
const SETTINGS: &str = "set timezone = 'UTC'; set extra_float_digits = 1; set client_encoding = 'UTF8'; \
     set default_transaction_read_only = on";

/// Which cluster this is, and whether it can be written to.
const CLUSTER: &str =
    "select system_identifier::text, pg_is_in_recovery() from pg_control_system()";

/// A connection that was made.
pub(super) struct Session {
    pub(super) client: Client,
    /// The cluster that it reaches.
    pub(super) system_identifier: String,
    /// Told when the outbox has news, or when the connection ended.
    pub(super) news: Arc<Notify>,
    is_standby: bool,
    driver: JoinHandle<()>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Session {
    /// Connects.
    pub(super) async fn open(config: &PostgresConfig) -> Result<Session, PostgresError> {
        let made = config.connection.connect(config.tls.connector());
        let (client, mut connection) = in_time(made).await?;
        let news = Arc::new(Notify::new());
        let told = news.clone();
        // Ends with the client or with the connection; what failed is told to whoever asked.
        let driver = tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if matches!(message, AsyncMessage::Notification(_)) {
                    told.notify_one();
                }
            }
            told.notify_one();
        });
        // Before anything that can fail, so that the driver ends with it.
        let mut session = Session {
            client,
            system_identifier: String::new(),
            news,
            is_standby: false,
            driver,
        };
        in_time(session.client.batch_execute(SETTINGS)).await?;
        let cluster = in_time(session.client.query_one(CLUSTER, &[])).await?;
        session.system_identifier = cluster.try_get(0)?;
        session.is_standby = cluster.try_get(1)?;
        session.check_configured(config)?;
        Ok(session)
    }

    fn check_configured(&self, config: &PostgresConfig) -> Result<(), PostgresError> {
        match &config.system_identifier {
            Some(configured) if *configured != self.system_identifier => {
                Err(PostgresError::NotConfigured {
                    configured: configured.clone(),
                    found: self.system_identifier.clone(),
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the position of the store holds here; one of another cluster is void where this one is configured.
    pub(super) fn is_of_this_cluster(
        &self,
        config: &PostgresConfig,
        position: &OutboxPosition,
    ) -> Result<bool, PostgresError> {
        if position.system_identifier == self.system_identifier {
            return Ok(true);
        }
        match &config.system_identifier {
            // The session was not opened unless it is this one.
            Some(_) => Ok(false),
            None => Err(PostgresError::OtherCluster {
                stored: position.system_identifier.clone(),
                found: self.system_identifier.clone(),
            }),
        }
    }

    /// Asks to be told of news; a standby can't tell.
    pub(super) async fn listen(&self) -> Result<(), PostgresError> {
        if self.is_standby {
            return Ok(());
        }
        in_time(self.client.batch_execute(&format!("listen {CHANNEL}"))).await
    }
}

/// An answer to a short question, unless it takes too long: a server can hang without its connection ending.
pub(super) async fn in_time<T>(
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, PostgresError> {
    in_time_of(ANSWER_MAX, asked).await
}

/// An answer, unless it takes so long.
pub(super) async fn in_time_of<T>(
    answer_max: Duration,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, PostgresError> {
    match tokio::time::timeout(answer_max, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(PostgresError::Unanswered),
    }
}
