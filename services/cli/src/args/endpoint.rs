//! Where the query service is, and as whom it is called.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;

/// The endpoint of `sosie demo` and `sosie-query`, unless they are told another.
pub(crate) const ENDPOINT_DEFAULT: &str = "http://127.0.0.1:50051";

/// Where the query service is.
#[derive(Clone, Debug, Args)]
pub(crate) struct EndpointArgs {
    /// The query service
    #[arg(long, global = true, env = "SOSIE_ENDPOINT", value_name = "URL")]
    #[arg(default_value = ENDPOINT_DEFAULT, value_parser = endpoint)]
    pub(crate) endpoint: String,
    /// Seconds to wait for an answer
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) timeout: u64,
    /// A file with the token that services with a file of callers know you by; or SOSIE_TOKEN has the token
    #[arg(long, global = true, env = "SOSIE_TOKEN_FILE", value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// What has the token if no file is named. It is no flag: what is said on a command line everybody on the machine can read.
const TOKEN_VARIABLE: &str = "SOSIE_TOKEN";
/// Most bytes of a file with a token.
const TOKEN_BYTES_MAX: usize = 4_096;

impl EndpointArgs {
    /// The token to send, if there is one; what it is is never told.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a file that can't be read, or has no token.
    pub(crate) fn token(&self) -> Result<Option<String>, Failure> {
        let (flag, text) = match &self.token_file {
            Some(file) => {
                let flag = "--token-file";
                let text = fs::read_to_string(file);
                let text = text.map_err(|error| Failure::unreadable(flag, file, &error))?;
                (flag, text)
            }
            None => match std::env::var(TOKEN_VARIABLE) {
                Ok(text) if !text.is_empty() => (TOKEN_VARIABLE, text),
                Ok(_) | Err(_) => return Ok(None),
            },
        };
        let token = text.trim();
        let is_token = |token: &str| token.bytes().all(|byte| byte.is_ascii_graphic());
        if token.is_empty() || token.len() > TOKEN_BYTES_MAX || !is_token(token) {
            let rule = "holds no token: letters, digits and signs, and nothing else";
            return Err(Failure::usage(flag, rule));
        }
        Ok(Some(token.to_owned()))
    }
}

/// An http URL; `host:port` is taken for one.
pub(super) fn endpoint(text: &str) -> Result<String, String> {
    let url = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    match tonic::transport::Uri::try_from(url.as_str()) {
        Ok(uri) if uri.scheme_str() == Some("http") && uri.host().is_some() => Ok(url),
        Ok(uri) if uri.scheme_str() == Some("https") => {
            Err("TLS ends in a proxy in front of the service: write http://host:port".to_owned())
        }
        Ok(_) | Err(_) => Err("write http://host:port".to_owned()),
    }
}
