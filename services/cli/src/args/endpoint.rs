//! Where the query service is.

use clap::Args;

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
