//! Writes JSON objects whose texts need no escapes, with the keys in the order of the calls.

use sosie_similarity::Digest;

use crate::hex;

/// An object that is being written. It ends where it is closed; the line itself is never closed here.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Object {
            out,
            is_empty: true,
        }
    }

    pub(crate) fn close(self) {
        self.out.push(b'}');
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(crate) fn number(&mut self, key: &str, value: u64) -> &mut Self {
        let digits = value.to_string();
        self.key(key).extend_from_slice(digits.as_bytes());
        self
    }

    /// A text of characters that need no escape.
    pub(crate) fn text(&mut self, key: &str, text: &str) -> &mut Self {
        self.quoted(key, |out| out.extend_from_slice(text.as_bytes()))
    }

    pub(crate) fn digest(&mut self, key: &str, digest: &Digest) -> &mut Self {
        self.quoted(key, |out| hex::push(out, digest.as_bytes()))
    }

    pub(crate) fn quoted(&mut self, key: &str, push: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        let out = self.key(key);
        out.push(b'"');
        push(out);
        out.push(b'"');
        self
    }

    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        let mut object = Object::open(self.key(key));
        fill(&mut object);
        object.close();
        self
    }
}
