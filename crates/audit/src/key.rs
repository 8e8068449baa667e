//! The key that signs a log, and the public half that checks it.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::dir;
use crate::hex;

/// Most bytes of a key file: PKCS#8 of Ed25519 has 83, and 64 digits have one line.
const KEY_BYTES_MAX: u64 = 1 << 10;
/// Rights that the file of a private key must not give: any to others, writing to its group. That a group may read is
/// how secrets are mounted for a service that is not root.
const RIGHTS_REFUSED: u32 = 0o027;

/// Why a key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// Others may read or change the private key.
    #[error("{0} is open to others: its mode must be 0600, 0400 or 0440")]
    Exposed(PathBuf),
    /// The file holds no key of Ed25519 in PKCS#8, or no public key in hexadecimal digits.
    #[error("{0} holds no key")]
    Malformed(PathBuf),
    /// The system gave no random bytes.
    #[error("no random bytes")]
    Random,
}

/// A signature of Ed25519.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub(crate) [u8; 64]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::text(&self.0))
    }
}

/// The private key of one log. Who has it can write another log that passes; keep it out of the log's directory, and use
/// it for one log only.
pub struct Key {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Where the key of the log in `dir` is unless it is told elsewhere: beside it, with `.key` after its name.
pub fn key_beside(dir: &Path) -> PathBuf {
    let mut path = dir.as_os_str().to_owned();
    path.push(".key");
    path.into()
}

impl Key {
    /// Reads the key at `path` (PKCS#8, DER). If there is none, one is made, with mode 0600. If there is no public key
    /// beside it, with the extension `pub`, that is written: 64 hexadecimal digits and a line end. Both are durable when
    /// this returns.
    ///
    /// # Errors
    /// That the key can't be read or written, is open to others, or is no key.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        let io = |cause| KeyError::Io {
            path: path.to_owned(),
            cause,
        };
        if !path.try_exists().map_err(io)? {
            let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
            let pkcs8 = pkcs8.map_err(|_| KeyError::Random)?;
            write_new(path, pkcs8.as_ref(), 0o600).map_err(io)?;
        }
        let key = Key::load(path)?;
        let digits = format!("{}\n", key.public);
        write_new(&path.with_extension("pub"), digits.as_bytes(), 0o644).map_err(io)?;
        Ok(key)
    }

    /// Reads the key at `path`.
    ///
    /// # Errors
    /// As [`Key::load_or_create`], also that there is none.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let io = |cause| KeyError::Io {
            path: path.to_owned(),
            cause,
        };
        let file = File::open(path).map_err(io)?;
        let mode = file.metadata().map_err(io)?.permissions().mode();
        if mode & RIGHTS_REFUSED != 0 {
            return Err(KeyError::Exposed(path.to_owned()));
        }
        let mut pkcs8 = Vec::new();
        file.take(KEY_BYTES_MAX)
            .read_to_end(&mut pkcs8)
            .map_err(io)?;
        Key::from_pkcs8(&pkcs8).ok_or_else(|| KeyError::Malformed(path.to_owned()))
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).ok()?;
        let public = PublicKey(pair.public_key().as_ref().try_into().ok()?);
        Some(Key { pair, public })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Signature {
        let signature = self.pair.sign(message);
        let bytes = signature.as_ref().try_into();
        Signature(bytes.expect("a signature of Ed25519 has 64 bytes"))
    }
}

/// The public half of a [`Key`]; displayed as 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// From 64 lower-case hexadecimal digits.
    pub fn from_hex(digits: &str) -> Option<Self> {
        hex::parse(digits.as_bytes()).map(PublicKey)
    }

    /// Reads a file as [`Key::load_or_create`] writes it.
    ///
    /// # Errors
    /// That it is not readable, or no public key.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let read = dir::read_at_most(path, KEY_BYTES_MAX);
        let bytes = read.map_err(|cause| KeyError::Io {
            path: path.to_owned(),
            cause,
        })?;
        let digits = bytes.as_deref().and_then(|bytes| bytes.strip_suffix(b"\n"));
        let key = digits.and_then(hex::parse).map(PublicKey);
        key.ok_or_else(|| KeyError::Malformed(path.to_owned()))
    }

    pub(crate) fn has_signed(&self, message: &[u8], signature: &Signature) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        key.verify(message, &signature.0).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::text(&self.0))
    }
}

/// Writes a file unless there is one of that name; it gets the name only when its bytes are durable. Of two processes
/// that do this at once, one wins, and both go on with what it wrote.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    if path.try_exists()? {
        return Ok(());
    }
    let above = dir::above(path);
    dir::create_synced(above)?;
    let next = path.with_added_extension(format!("next-{}", std::process::id()));
    dir::remove(&next)?;
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&next)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    let linked = fs::hard_link(&next, path);
    dir::remove(&next)?;
    match linked {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
        Ok(()) | Err(_) => dir::sync(above),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_its_public_half_checks_what_it_signs() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/audit.key");
        let key = Key::load_or_create(&path).unwrap();
        let again = Key::load_or_create(&path).unwrap();
        assert_eq!(key.public(), again.public());
        let public = PublicKey::load(&dir.path().join("keys/audit.pub")).unwrap();
        assert_eq!(&public, key.public());
        assert_eq!(PublicKey::from_hex(&public.to_string()), Some(public));
        assert!(again.public().has_signed(b"x", &key.sign(b"x")));
        assert!(!again.public().has_signed(b"y", &key.sign(b"x")));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_may_read_or_that_is_none_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.key");
        assert!(matches!(Key::load(&path), Err(KeyError::Io { .. })));
        Key::load_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Key::load(&path), Err(KeyError::Exposed(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"no key").unwrap();
        assert!(matches!(Key::load(&path), Err(KeyError::Malformed(_))));
    }
}
