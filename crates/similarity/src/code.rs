//! Names of things: event and series ids, codes, and paths of codes. Opaque, closed forms, no free text.

use std::fmt;

use crate::invalid::Rule;
use crate::limits::{CODE_BYTES_MAX, ID_BYTES_MAX, PATH_CODES_MAX};

/// The id of an event: 1–64 of `[A-Za-z0-9._:-]`, stable, opaque, unique. Ordered bytewise.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(Box<str>);

/// The id that editions of one recurring event share; the same form as [`EventId`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesId(Box<str>);

impl EventId {
    /// Checks the form.
    pub fn new(text: &str) -> Result<Self, Rule> {
        check_id(text).map(|()| EventId(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SeriesId {
    /// Checks the form.
    pub fn new(text: &str) -> Result<Self, Rule> {
        check_id(text).map(|()| SeriesId(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A code: `[a-z0-9][a-z0-9-]{0,31}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(Box<str>);

impl Code {
    /// Checks the form.
    pub fn new(text: &str) -> Result<Self, Rule> {
        check_code(text).map(|()| Code(text.into()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A path of 1–6 codes, general to particular: `sport/football/professional`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodePath(Box<str>);

impl CodePath {
    /// Checks the form, every code and the number of codes.
    pub fn new(text: &str) -> Result<Self, Rule> {
        if text.is_empty() {
            return Err(Rule::Malformed);
        }
        for (depth, code) in text.split('/').enumerate() {
            if depth == PATH_CODES_MAX {
                return Err(Rule::TooMany(PATH_CODES_MAX));
            }
            check_code(code)?;
        }
        Ok(CodePath(text.into()))
    }

    /// The path as text, codes joined by `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The codes, general to particular.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Number of codes, 1–6.
    pub fn depth(&self) -> usize {
        1 + self.0.bytes().filter(|byte| *byte == b'/').count()
    }

    /// Number of leading codes that both paths share.
    pub fn common_depth(&self, other: &CodePath) -> usize {
        let (a, b) = (self.0.as_bytes(), other.0.as_bytes());
        let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let ends_at = |path: &[u8]| path.get(same).is_none_or(|byte| *byte == b'/');
        // Whole codes only: a code that both merely begin alike is not shared.
        let last = usize::from(same > 0 && ends_at(a) && ends_at(b));
        last + a[..same].iter().filter(|byte| **byte == b'/').count()
    }

    /// Whether `prefix` is this path or an ancestor of it; whole codes only.
    pub fn starts_with(&self, prefix: &CodePath) -> bool {
        self.0
            .strip_prefix(&*prefix.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The first `depth` codes as text; the whole path if it is shorter.
    pub fn prefix(&self, depth: usize) -> &str {
        match self.0.match_indices('/').nth(depth.saturating_sub(1)) {
            Some((end, _)) => &self.0[..end],
            None => &self.0,
        }
    }
}

macro_rules! display_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
display_as_text!(EventId, SeriesId, Code, CodePath);

fn check_id(text: &str) -> Result<(), Rule> {
    if text.len() > ID_BYTES_MAX {
        return Err(Rule::TooLong(ID_BYTES_MAX));
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
    if text.is_empty() || !text.bytes().all(allowed) {
        Err(Rule::Malformed)
    } else {
        Ok(())
    }
}

fn check_code(text: &str) -> Result<(), Rule> {
    if text.len() > CODE_BYTES_MAX {
        return Err(Rule::TooLong(CODE_BYTES_MAX));
    }
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let well_formed = !text.is_empty() && !text.starts_with('-') && text.bytes().all(allowed);
    if well_formed {
        Ok(())
    } else {
        Err(Rule::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_to_six_codes() {
        assert_eq!(CodePath::new("a/b/c/d/e/f").unwrap().depth(), 6);
        assert_eq!(CodePath::new("a/b/c/d/e/f/g"), Err(Rule::TooMany(6)));
        assert_eq!(CodePath::new(""), Err(Rule::Malformed));
        assert_eq!(CodePath::new("a//b"), Err(Rule::Malformed));
        assert_eq!(CodePath::new("a/B"), Err(Rule::Malformed));
    }

    #[test]
    fn a_prefix_matches_whole_codes_only() {
        let path = CodePath::new("sport/football/professional").unwrap();
        let is_under = |prefix: &str| path.starts_with(&CodePath::new(prefix).unwrap());
        assert!(is_under("sport") && is_under("sport/football") && is_under(path.as_str()));
        assert!(!is_under("spor") && !is_under("sport/foot"));
        assert!(!CodePath::new("sport").unwrap().starts_with(&path));
        assert_eq!(
            (path.prefix(1), path.prefix(2), path.prefix(9)),
            ("sport", "sport/football", path.as_str())
        );
    }

    #[test]
    fn ids_and_codes_are_tested_at_their_limit_and_one_past_it() {
        assert!(EventId::new(&"x".repeat(64)).is_ok());
        assert_eq!(EventId::new(&"x".repeat(65)), Err(Rule::TooLong(64)));
        assert_eq!(EventId::new("é"), Err(Rule::Malformed));
        assert!(Code::new(&"x".repeat(32)).is_ok());
        assert_eq!(Code::new(&"x".repeat(33)), Err(Rule::TooLong(32)));
        assert_eq!(Code::new("-x"), Err(Rule::Malformed));
    }
}
