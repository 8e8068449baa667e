//! Codes out of what sources write: `Run / Walk` is `run-walk`, `Théâtre` is `theatre`.

use std::collections::BTreeMap;

use deunicode::deunicode;
use sosie_similarity::limits::CODE_BYTES_MAX;

use super::error::{KeyError, KeyProblem};

/// ASCII without accents, lower case, every run of other signs one `-`, none at the ends. Not cut.
pub(crate) fn normalise(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for sign in deunicode(text).chars() {
        if sign.is_ascii_alphanumeric() {
            code.push(sign.to_ascii_lowercase());
        } else if !code.is_empty() && !code.ends_with('-') {
            code.push('-');
        }
    }
    code.truncate(code.trim_end_matches('-').len());
    code
}

/// The normal form cut to the longest that a code can be, between words if one ends in its second half.
pub(crate) fn cut(code: &str) -> &str {
    if code.len() <= CODE_BYTES_MAX {
        return code;
    }
    // One sign more: a word that ends exactly at the limit is whole.
    let head = &code[..=CODE_BYTES_MAX];
    let end = head
        .rfind('-')
        .filter(|end| *end > CODE_BYTES_MAX / 2)
        .unwrap_or(CODE_BYTES_MAX);
    code[..end].trim_end_matches('-')
}

/// A table whose keys are found whatever their case, accents and punctuation.
#[derive(Debug)]
pub(super) struct Lookup<T>(BTreeMap<String, T>);

impl<T> Lookup<T> {
    /// Reads each value of `table`; errors name `key` and the entry.
    pub(super) fn new(
        key: &str,
        table: BTreeMap<String, String>,
        read: impl Fn(&str) -> Result<T, KeyProblem>,
    ) -> Result<Self, KeyError> {
        let mut entries = BTreeMap::new();
        for (from, to) in table {
            let at = format!("{key}.{from:?}");
            let value = read(&to).map_err(|problem| KeyError::new(&at, problem))?;
            if entries.insert(normalise(&from), value).is_some() {
                return Err(KeyError::new(at, KeyProblem::SameEntry));
            }
        }
        Ok(Lookup(entries))
    }

    /// By a normal form.
    pub(super) fn find(&self, normal: &str) -> Option<&T> {
        self.0.get(normal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sources_write_becomes_a_code() {
        let cases = [
            ("Run / Walk", "run-walk"),
            ("  Théâtre  ", "theatre"),
            ("Hôtel-de-Ville (4e)", "hotel-de-ville-4e"),
            ("Łódź – Œuvre straße", "lodz-oeuvre-strasse"),
            ("1ciudad21distritos", "1ciudad21distritos"),
            ("???", ""),
        ];
        for (text, code) in cases {
            assert_eq!(normalise(text), code, "{text}");
        }
    }

    #[test]
    fn a_long_code_is_cut_between_words() {
        let whole = "musiques-amplifiees-et-nouvelles";
        assert_eq!((whole.len(), cut(whole)), (32, whole));
        assert_eq!(cut("musiques-amplifiees-et-nouvelles-x"), whole);
        assert_eq!(
            cut("musiques-amplifiees-ou-electroniques"),
            "musiques-amplifiees-ou"
        );
        assert_eq!(cut(&"x".repeat(40)), "x".repeat(32));
        assert_eq!(cut(&format!("a-{}", "x".repeat(40))).len(), 32);
    }
}
