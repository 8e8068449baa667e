//! TLS towards a server, whose certificate is always checked.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What connections are encrypted with, if the URL's `sslmode` and the server want it.
#[derive(Clone)]
pub(super) struct Tls(MakeRustlsConnect);

/// Why no certificate of a server could be checked.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of certificates can't be read.
    #[error("{}: could not be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It holds no certificate, or something that is none.
    #[error("{}: is not a PEM file of certificates", path.display())]
    NoCertificates {
        /// Which.
        path: PathBuf,
    },
    /// The library refuses its own defaults.
    #[error("TLS: {0}")]
    Library(#[from] rustls::Error),
}

impl Tls {
    /// Trusts the certificates of a PEM file, or without one those that the system trusts.
    pub(super) fn new(ca_file: Option<&Path>) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        match ca_file {
            Some(path) => {
                let refused = || TlsError::NoCertificates {
                    path: path.to_owned(),
                };
                for certificate in certificates(path)? {
                    roots.add(certificate).map_err(|_| refused())?;
                }
                if roots.is_empty() {
                    return Err(refused());
                }
            }
            None => {
                // None at all is found when a connection needs one: many need none.
                let found = rustls_native_certs::load_native_certs();
                roots.add_parsable_certificates(found.certs);
            }
        }
        // Named, since the process has no default: several crates of it bring one.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Tls(MakeRustlsConnect::new(config)))
    }

    /// As the client library takes it.
    pub(super) fn connector(&self) -> MakeRustlsConnect {
        self.0.clone()
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    found.map_err(|error| {
        let path = path.to_owned();
        if let pem::Error::Io(source) = error {
            TlsError::Read { path, source }
        } else {
            TlsError::NoCertificates { path }
        }
    })
}
