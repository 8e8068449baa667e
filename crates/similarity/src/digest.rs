//! Canonical digests: SHA-256 over length-prefixed fields, so that no two inputs share their bytes.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest; displayed as 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// From its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Digest(bytes)
    }

    /// From 64 lower-case hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let lower_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != 64 || !digits.iter().all(lower_hex) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Digest(bytes))
    }

    /// Of some bytes as they are.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The digest of bytes that come piece by piece.
#[derive(Clone, Default)]
pub struct DigestStream(Sha256);

impl DigestStream {
    /// Some more bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// That of all bytes so far.
    pub fn digest(&self) -> Digest {
        Digest(self.0.clone().finalize().into())
    }
}

/// Feeds fields to a digest in a fixed order.
pub struct Digester(Sha256);

impl Digester {
    /// Starts with the name of what is digested and of the form's version, such as `profile/1`.
    pub fn new(kind: &str) -> Self {
        let mut digester = Digester(Sha256::new());
        digester.text(kind);
        digester
    }

    /// A text: its length as 8 bytes, big-endian, then its bytes.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.integer(text.len() as i64);
        self.0.update(text.as_bytes());
        self
    }

    /// An integer as 8 bytes, big-endian.
    pub fn integer(&mut self, value: i64) -> &mut Self {
        self.0.update(value.to_be_bytes());
        self
    }

    /// A finite number as the 8 bytes of its IEEE 754 form; −0 counts as 0.
    pub fn number(&mut self, value: f64) -> &mut Self {
        self.0.update((value + 0.0).to_bits().to_be_bytes());
        self
    }

    /// 1 and the value, or 0.
    pub fn optional<T>(&mut self, value: Option<T>, feed: impl FnOnce(&mut Self, T)) -> &mut Self {
        self.integer(i64::from(value.is_some()));
        if let Some(value) = value {
            feed(self, value);
        }
        self
    }

    /// The number of items, then each.
    pub fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        feed: impl Fn(&mut Self, T),
    ) -> &mut Self {
        self.integer(items.len() as i64);
        items.for_each(|item| feed(self, item));
        self
    }

    /// The digest of everything fed.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
