//! The few texts of a record: short names from small alphabets, so that no sentence and no record fits in.

use std::fmt;

/// Most characters of a name.
pub const NAME_CHARS_MAX: usize = 128;

/// A text is no name of its kind. What it says is not told: it may be what must not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// It is empty or longer than [`NAME_CHARS_MAX`].
    #[error("a name has 1 to {NAME_CHARS_MAX} characters")]
    Length,
    /// It has a character that names of its kind don't have.
    #[error("a character is not of the alphabet of such names")]
    Character,
    /// It has not the form of its kind.
    #[error("not of the form `package.Service/Method`")]
    Form,
}

/// Who called, as the identity of a service: `[A-Za-z0-9._:@/-]`, 1 to 128 characters, or `anonymous`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Who(Box<str>);

impl Who {
    /// From its text.
    ///
    /// # Errors
    /// [`InvalidName::Length`] or [`InvalidName::Character`].
    pub fn new(text: &str) -> Result<Self, InvalidName> {
        let allowed = |b| matches!(b, b'.' | b'_' | b':' | b'@' | b'/' | b'-');
        checked(text, |b| b.is_ascii_alphanumeric() || allowed(b)).map(Who)
    }

    /// Whoever did not say.
    pub fn anonymous() -> Self {
        Who("anonymous".into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The method that was called: `sosie.v1.IngestService/DeleteEvents`, at most 128 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call(Box<str>);

impl Call {
    /// From service and method, with a `/` between; `[A-Za-z0-9._]` each.
    ///
    /// # Errors
    /// Any [`InvalidName`].
    pub fn new(text: &str) -> Result<Self, InvalidName> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'/');
        let text = checked(text, allowed)?;
        match text.split_once('/') {
            Some((service, method))
                if !service.is_empty() && !method.is_empty() && !method.contains('/') =>
            {
                Ok(Call(text))
            }
            Some(_) | None => Err(InvalidName::Form),
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a generation, `gen-000001`, or of a profile, `tranquillity@1`: `[A-Za-z0-9._@-]`, 1 to 128 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// From its text.
    ///
    /// # Errors
    /// [`InvalidName::Length`] or [`InvalidName::Character`].
    pub fn new(text: &str) -> Result<Self, InvalidName> {
        let allowed = |b| matches!(b, b'.' | b'_' | b'@' | b'-');
        checked(text, |b| b.is_ascii_alphanumeric() || allowed(b)).map(Name)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a call was refused, such as `INVALID_REQUEST`, or a state changed, such as `EVALUATION`: `[A-Z0-9_]`, 1 to 128 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason(Box<str>);

impl Reason {
    /// From its text.
    ///
    /// # Errors
    /// [`InvalidName::Length`] or [`InvalidName::Character`].
    pub fn new(text: &str) -> Result<Self, InvalidName> {
        let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
        checked(text, allowed).map(Reason)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn checked(text: &str, allowed: impl Fn(u8) -> bool) -> Result<Box<str>, InvalidName> {
    if !(1..=NAME_CHARS_MAX).contains(&text.len()) {
        return Err(InvalidName::Length);
    }
    if !text.bytes().all(allowed) {
        return Err(InvalidName::Character);
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_services_fit_and_sentences_do_not() {
        for good in ["anonymous", "spiffe://city.example/ingest", "ci@build_1"] {
            assert!(Who::new(good).is_ok(), "{good}");
        }
        for bad in ["Jean Dupont", "é", "a\"b", "a\\b", "a\n", "a\0"] {
            assert_eq!(Who::new(bad), Err(InvalidName::Character), "{bad}");
        }
        assert!(Who::new(&"x".repeat(128)).is_ok());
        for bad in [String::new(), "x".repeat(129)] {
            assert_eq!(Who::new(&bad), Err(InvalidName::Length));
        }
    }

    #[test]
    fn a_call_has_a_service_and_a_method() {
        assert!(Call::new("sosie.v1.IngestService/DeleteEvents").is_ok());
        for bad in ["a", "/a", "a/", "a/b/c", "/"] {
            assert_eq!(Call::new(bad), Err(InvalidName::Form), "{bad}");
        }
    }
}
