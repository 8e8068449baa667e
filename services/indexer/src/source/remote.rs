//! Files of object stores and web servers, fetched into nameless files: they are read twice, from any place, and what is
//! read is the same bytes.
//!
//! Blocking: to be called from a thread that may wait.

use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientConfigKey, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use tokio_stream::StreamExt;
use url::{Position, Url};

/// Most bytes of a file that is fetched: as of a Parquet file.
const FETCH_BYTES_MAX: u64 = super::PARQUET_BYTES_MAX;
/// Longest time without a byte.
const STALL_MAX: Duration = Duration::from_secs(60);
/// Longest time that one request may take in all: a stall ends it earlier.
const REQUEST_MAX: &str = "1 day";
/// How often a request is made anew after a failure that may pass, from where it was.
const RETRIES_MAX: usize = 3;
/// Longest time of a request after which it is not made anew: long, for large files are cut late.
const RETRY_MAX: Duration = Duration::from_secs(24 * 3600);

/// Why a file could not be fetched. Never what the server sent.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no such object, or no such bucket.
    #[error("is not there")]
    Missing,
    /// The server refuses these credentials, or wants some.
    #[error("access is denied")]
    Denied,
    /// More bytes than the limit.
    #[error("has more than {FETCH_BYTES_MAX} bytes")]
    TooLarge,
    /// It ended early.
    #[error("ended after {found} of {stated} bytes")]
    Cut {
        /// Bytes that came.
        found: u64,
        /// Bytes that were announced.
        stated: u64,
    },
    /// Nothing came for a long time.
    #[error("no byte came for {} s", STALL_MAX.as_secs())]
    Stalled,
    /// The work was given up.
    #[error("was not fetched to its end, for the work was given up")]
    GivenUp,
    /// The connection failed, or the server did.
    #[error("could not be fetched: {0}")]
    Failed(String),
    /// What came could not be kept.
    #[error("could not be kept: {0}")]
    Kept(#[from] io::Error),
}

impl From<object_store::Error> for FetchError {
    fn from(error: object_store::Error) -> Self {
        if let object_store::Error::NotFound { .. } = error {
            return FetchError::Missing;
        }
        let is_denied = matches!(
            error,
            object_store::Error::PermissionDenied { .. }
                | object_store::Error::Unauthenticated { .. }
        );
        if is_denied {
            FetchError::Denied
        } else {
            FetchError::Failed(cause(&error))
        }
    }
}

/// How an error of the client begins whose end is what a server sent.
const SERVER_SAID: &str = "Server returned ";
const STATUS: &str = "non-2xx status code: ";

/// The innermost cause: what the system or the protocol says.
fn cause(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let told = innermost.to_string();
    match told.strip_prefix(SERVER_SAID) {
        None => told,
        Some(said) => {
            let status = said
                .strip_prefix(STATUS)
                .and_then(|said| said.split(':').next());
            format!("the server answered {}", status.unwrap_or("with an error"))
        }
    }
}

/// Fetches a file. Parts that come are written at once: what is held in memory is one of them.
pub(super) fn fetch(url: &Url, is_given_up: &dyn Fn() -> bool) -> Result<File, FetchError> {
    let (store, path) = store(url)?;
    blocking(async {
        let found = unstalled(store.get(&path)).await??;
        let stated = found.meta.size;
        if stated > FETCH_BYTES_MAX {
            return Err(FetchError::TooLarge);
        }
        let (mut file, mut bytes) = (tempfile::tempfile()?, 0);
        let mut parts = found.into_stream();
        while let Some(part) = unstalled(parts.next()).await? {
            let part = part?;
            bytes += part.len() as u64;
            file.write_all(&part)?;
            if is_given_up() {
                return Err(FetchError::GivenUp);
            }
        }
        if bytes == stated {
            Ok(file)
        } else {
            Err(FetchError::Cut {
                found: bytes,
                stated,
            })
        }
    })
}

/// Looks whether a file is there.
pub(super) fn probe(url: &Url) -> Result<(), FetchError> {
    let (store, path) = store(url)?;
    blocking(async {
        unstalled(store.head(&path)).await??;
        Ok(())
    })
}

fn blocking<T>(work: impl Future<Output = Result<T, FetchError>>) -> Result<T, FetchError> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(work)
}

async fn unstalled<T>(work: impl Future<Output = T>) -> Result<T, FetchError> {
    let ended = tokio::time::timeout(STALL_MAX, work).await;
    ended.map_err(|_| FetchError::Stalled)
}

/// The store of a URL, with the credentials of the environment, and the object in it.
fn store(url: &Url) -> Result<(Box<dyn ObjectStore>, Path), FetchError> {
    // Told once; another time it is there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let path = Path::from_url_path(url.path()).map_err(object_store::Error::from)?;
    let retry = RetryConfig {
        max_retries: RETRIES_MAX,
        retry_timeout: RETRY_MAX,
        ..RetryConfig::default()
    };
    if url.scheme().starts_with("s3") {
        let timeout = AmazonS3ConfigKey::Client(ClientConfigKey::Timeout);
        let store = AmazonS3Builder::from_env()
            .with_url(url.as_str())
            .with_config(timeout, REQUEST_MAX)
            .with_retry(retry);
        return Ok((Box::new(store.build()?), path));
    }
    let options = ClientOptions::new()
        .with_allow_http(true)
        .with_config(ClientConfigKey::Timeout, REQUEST_MAX);
    let store = HttpBuilder::new()
        .with_url(&url[..Position::BeforePath])
        .with_client_options(options)
        .with_retry(retry);
    Ok((Box::new(store.build()?), path))
}
