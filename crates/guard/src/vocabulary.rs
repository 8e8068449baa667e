//! Closed lists of codes: versioned files that say which natures, sectors, sources and outcomes there are.

use std::collections::BTreeSet;

use serde::Deserialize;
use sosie_similarity::{CodePath, Digest, Digester};

/// Which codes a vocabulary is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Paths of `nature`.
    Nature,
    /// Paths of `sector`.
    Sector,
    /// `source_id`.
    Source,
    /// Codes of `outcomes`.
    Outcome,
}

impl List {
    /// The name of the list, as the file has it.
    pub fn name(self) -> &'static str {
        match self {
            List::Nature => "nature",
            List::Sector => "sector",
            List::Source => "source",
            List::Outcome => "outcome",
        }
    }

    /// Whether its entries may be paths of several codes.
    fn has_paths(self) -> bool {
        matches!(self, List::Nature | List::Sector)
    }
}

/// A vocabulary: who is in it is what its file lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    list: List,
    name: String,
    version: String,
    descendants: bool,
    paths: BTreeSet<Box<str>>,
    digest: Digest,
}

/// Why the file of a vocabulary is refused. Codes are told by their place: what is wrong may be a name.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum InvalidVocabulary {
    /// Not TOML, an unknown key or a missing one.
    #[error("not a vocabulary: {0}")]
    Toml(#[from] toml::de::Error),
    /// `name` or `version` is empty.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// An entry is no code, or no path in a list that has paths.
    #[error("`codes[{0}]` is not of the documented form")]
    Malformed(usize),
    /// An entry is there twice.
    #[error("`codes[{0}]` is given twice")]
    Duplicate(usize),
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    list: List,
    name: String,
    version: String,
    #[serde(default)]
    descendants: bool,
    codes: Vec<String>,
}

impl Vocabulary {
    /// Reads a file.
    ///
    /// | key | |
    /// |---|---|
    /// | `list` | `"nature"`, `"sector"`, `"source"` or `"outcome"` |
    /// | `name` | what it is called |
    /// | `version` | which edition it is, any text |
    /// | `descendants` | whether what lies under a listed path is in it too; `false` if not said |
    /// | `codes` | codes; of natures and sectors, paths. Every one is listed, ancestors too |
    ///
    /// # Errors
    /// What is wrong, by key.
    pub fn parse(text: &str) -> Result<Self, InvalidVocabulary> {
        let form: Form = toml::from_str(text)?;
        for (key, value) in [("name", &form.name), ("version", &form.version)] {
            if value.is_empty() {
                return Err(InvalidVocabulary::Empty(key));
            }
        }
        let mut paths = BTreeSet::new();
        for (at, text) in form.codes.iter().enumerate() {
            let path = CodePath::new(text).map_err(|_| InvalidVocabulary::Malformed(at))?;
            if path.depth() > 1 && !form.list.has_paths() {
                return Err(InvalidVocabulary::Malformed(at));
            }
            if !paths.insert(text.as_str().into()) {
                return Err(InvalidVocabulary::Duplicate(at));
            }
        }
        Ok(Vocabulary {
            digest: digest(&form, &paths),
            list: form.list,
            name: form.name,
            version: form.version,
            descendants: form.descendants,
            paths,
        })
    }

    /// Which codes it is of.
    pub fn list(&self) -> List {
        self.list
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which edition it is.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// SHA-256 of all that it says, whatever the order and layout of its file.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether a code or path is listed, or, where it says so, lies under one that is.
    pub fn contains(&self, path: &str) -> bool {
        let ancestors = path.match_indices('/').map(|(end, _)| &path[..end]);
        self.paths.contains(path)
            || self.descendants && ancestors.into_iter().any(|path| self.paths.contains(path))
    }

    /// How many codes of `path`, from the first on, make a path that it has; 0 if none.
    pub(crate) fn known_depth(&self, path: &str) -> usize {
        let ends = path
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([path.len()]);
        let known = ends
            .enumerate()
            .filter(|(_, end)| self.contains(&path[..*end]));
        known.map(|(level, _)| level + 1).last().unwrap_or_default()
    }
}

fn digest(form: &Form, paths: &BTreeSet<Box<str>>) -> Digest {
    let mut digester = Digester::new("guard-vocabulary/1");
    digester.text(form.list.name());
    digester.text(&form.name).text(&form.version);
    digester.integer(i64::from(form.descendants));
    digester.list(paths.iter(), |digester, path| {
        digester.text(path);
    });
    digester.finish()
}

/// At most one vocabulary of each list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabularies {
    nature: Option<Vocabulary>,
    sector: Option<Vocabulary>,
    source: Option<Vocabulary>,
    outcome: Option<Vocabulary>,
}

/// Two vocabularies of one list: none of them could be the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two vocabularies of `{}`", .0.name())]
pub struct SameList(pub List);

impl Vocabularies {
    /// Puts them together.
    ///
    /// # Errors
    /// The list that has two.
    pub fn new(all: impl IntoIterator<Item = Vocabulary>) -> Result<Self, SameList> {
        let mut vocabularies = Vocabularies::default();
        for vocabulary in all {
            let list = vocabulary.list;
            let place = match list {
                List::Nature => &mut vocabularies.nature,
                List::Sector => &mut vocabularies.sector,
                List::Source => &mut vocabularies.source,
                List::Outcome => &mut vocabularies.outcome,
            };
            if place.replace(vocabulary).is_some() {
                return Err(SameList(list));
            }
        }
        Ok(vocabularies)
    }

    /// The one of `list`, if there is one.
    pub fn of(&self, list: List) -> Option<&Vocabulary> {
        match list {
            List::Nature => self.nature.as_ref(),
            List::Sector => self.sector.as_ref(),
            List::Source => self.source.as_ref(),
            List::Outcome => self.outcome.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATURE: &str = r#"
        list = "nature"
        name = "Natures of the city"
        version = "2026-01"
        codes = ["sport", "sport/football", "culture"]
    "#;

    #[test]
    fn a_path_is_in_it_if_listed_and_by_flag_if_under_one() {
        let closed = Vocabulary::parse(NATURE).unwrap();
        assert!(closed.contains("sport/football"));
        assert!(!closed.contains("culture/jazz"));
        let open = NATURE.replace("codes", "descendants = true\ncodes");
        let open = Vocabulary::parse(&open).unwrap();
        assert!(open.contains("culture/jazz"));
        assert!(!open.contains("cult/jazz"));
        assert_ne!(open.digest(), closed.digest());
    }

    #[test]
    fn the_digest_is_of_what_it_says_and_not_of_how() {
        let other = NATURE.replace(
            r#""sport", "sport/football", "culture""#,
            r#""culture", "sport/football", "sport","#,
        );
        let [a, b] = [NATURE, &other].map(|text| Vocabulary::parse(text).unwrap().digest());
        assert_eq!(a, b);
    }

    #[test]
    fn unknown_keys_bad_codes_and_repeats_are_refused() {
        let with = |from: &str, to: &str| Vocabulary::parse(&NATURE.replace(from, to));
        assert!(matches!(
            with("version", "edition"),
            Err(InvalidVocabulary::Toml(_))
        ));
        assert_eq!(
            with("\"culture\"", "\"Culture\""),
            Err(InvalidVocabulary::Malformed(2))
        );
        assert_eq!(
            with("\"culture\"", "\"sport\""),
            Err(InvalidVocabulary::Duplicate(2))
        );
        assert_eq!(
            with("\"nature\"", "\"outcome\""),
            Err(InvalidVocabulary::Malformed(1))
        );
    }

    #[test]
    fn a_list_has_one_vocabulary() {
        let nature = Vocabulary::parse(NATURE).unwrap();
        let two = Vocabularies::new([nature.clone(), nature]);
        assert_eq!(two, Err(SameList(List::Nature)));
    }
}
