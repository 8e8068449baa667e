//! Nature and sector: paths out of columns, constants and sector maps, level by level.

use std::collections::BTreeSet;

use sosie_similarity::limits::PATH_CODES_MAX;
use sosie_similarity::{Code, CodePath, Location};

use super::cell::{Cell, Reading};
use super::code::{Lookup, cut, normalise};
use super::error::{KeyError, KeyProblem};
use super::form::{LevelForm, OnInvalid, PathForm};
use super::sector_map::{Polygon, SectorMap};
use crate::refusal::{Correction, Refusal};

/// How a path is made.
#[derive(Debug)]
pub(super) struct Levels {
    whole: Option<Cell>,
    levels: Vec<Level>,
    map: Option<SectorMap>,
    on_invalid: OnInvalid,
}

#[derive(Debug)]
struct Level {
    from: From,
    rename: Lookup<CodePath>,
    only: Option<BTreeSet<String>>,
}

#[derive(Debug)]
enum From {
    Constant(Code),
    Column(Cell),
    Property(String),
}

impl Levels {
    /// `map` is the sector map that the form names, read by the caller.
    pub(super) fn compile(
        key: &str,
        form: PathForm,
        map: Option<SectorMap>,
    ) -> Result<Self, KeyError> {
        if form.path.is_some() != form.levels.is_empty() {
            return Err(KeyError::new(key, KeyProblem::OneOf("`path`, `levels`")));
        }
        if form.levels.len() > PATH_CODES_MAX {
            return Err(KeyError::new(
                format!("{key}.levels"),
                KeyProblem::TooManyLevels,
            ));
        }
        let level =
            |(at, level)| Level::compile(&format!("{key}.levels[{at}]"), level, map.as_ref());
        let levels = form
            .levels
            .into_iter()
            .enumerate()
            .map(level)
            .collect::<Result<_, _>>()?;
        let whole = form
            .path
            .map(|cell| Cell::compile(&format!("{key}.path"), cell))
            .transpose()?;
        Ok(Levels {
            whole,
            levels,
            map,
            on_invalid: form.on_invalid,
        })
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        let columns = self.levels.iter().filter_map(|level| match &level.from {
            From::Column(cell) => Some(cell),
            From::Constant(_) | From::Property(_) => None,
        });
        self.whole.iter().chain(columns)
    }

    /// The path of a row at `location`.
    pub(super) fn read(
        &self,
        field: &str,
        location: Option<Location>,
        reading: &mut Reading<'_>,
    ) -> Result<Option<CodePath>, Refusal> {
        let text = match &self.whole {
            Some(cell) => reading
                .text(field, cell)
                .map(|text| text.map(str::to_owned)),
            None => self.join(field, location, reading),
        };
        let path = text.and_then(|text| {
            let path = text.map(|text| CodePath::new(&text)).transpose();
            path.map_err(|rule| Refusal::new(field, rule))
        });
        reading.optional(self.on_invalid, path)
    }

    /// Levels up to the first that is missing; `None` if only constants are there.
    fn join(
        &self,
        field: &str,
        location: Option<Location>,
        reading: &mut Reading<'_>,
    ) -> Result<Option<String>, Refusal> {
        let polygon = self.polygon(field, location, reading);
        let (mut path, mut says_something, mut ended) = (Vec::new(), false, false);
        for level in &self.levels {
            match level.code(field, polygon, reading)? {
                None => ended = true,
                // What is under a missing level would count as if it were one level higher.
                Some(_) if ended => {
                    if !matches!(level.from, From::Constant(_)) {
                        reading.correct(field, Correction::NoParent);
                    }
                    break;
                }
                Some(code) => {
                    says_something |= !matches!(level.from, From::Constant(_));
                    path.push(code);
                }
            }
        }
        Ok(says_something.then(|| path.join("/")))
    }

    fn polygon(
        &self,
        field: &str,
        location: Option<Location>,
        reading: &mut Reading<'_>,
    ) -> Option<&Polygon> {
        let (map, location) = self.map.as_ref().zip(location)?;
        let polygon = map.polygon_at(location);
        if polygon.is_none() {
            reading.correct(field, Correction::OutsideMap);
        }
        polygon
    }

    /// Its sector map, for the record of what was read.
    pub(super) fn map(&self) -> Option<&SectorMap> {
        self.map.as_ref()
    }
}

impl Level {
    fn compile(key: &str, form: LevelForm, map: Option<&SectorMap>) -> Result<Self, KeyError> {
        let at = |inner: &str| format!("{key}.{inner}");
        let from = match (form.constant, form.column, form.property) {
            (Some(code), None, None) => From::Constant(
                Code::new(&code).map_err(|rule| KeyError::new(at("constant"), rule))?,
            ),
            (None, Some(cell), None) => From::Column(Cell::compile(&at("column"), cell)?),
            (None, None, Some(property)) => {
                let map = map.ok_or(KeyError::new(at("property"), KeyProblem::Needs("a `map`")))?;
                if !map.has_property(&property) {
                    return Err(KeyError::new(at("property"), KeyProblem::NoSuchProperty));
                }
                From::Property(property)
            }
            (_, _, _) => {
                let problem = KeyProblem::OneOf("`constant`, `column`, `property`");
                return Err(KeyError::new(key, problem));
            }
        };
        let read = |path: &str| CodePath::new(path).map_err(KeyProblem::Rule);
        let rename = Lookup::new(&at("rename"), form.rename, read)?;
        let only = form
            .only
            .map(|codes| closed(&at("only"), codes))
            .transpose()?;
        Ok(Level { from, rename, only })
    }

    /// The code of a level, several if it is renamed to a path; `None` if it is missing.
    fn code(
        &self,
        field: &str,
        polygon: Option<&Polygon>,
        reading: &mut Reading<'_>,
    ) -> Result<Option<String>, Refusal> {
        let text = match &self.from {
            From::Constant(code) => return Ok(Some(code.to_string())),
            From::Column(cell) => reading.text(field, cell)?,
            From::Property(name) => polygon.and_then(|polygon| polygon.property(name)),
        };
        let Some(text) = text else {
            return Ok(None);
        };
        let normal = normalise(text);
        let code = match self.rename.find(&normal) {
            Some(path) => path.as_str(),
            None => cut(&normal),
        };
        let correction = if code.is_empty() {
            Some(Correction::NoCode)
        } else if self.only.as_ref().is_some_and(|only| !only.contains(code)) {
            Some(Correction::Unlisted)
        } else {
            None
        };
        if let Some(correction) = correction {
            reading.correct(field, correction);
            return Ok(None);
        }
        if self.rename.find(&normal).is_none() && code.len() < normal.len() {
            reading.correct(field, Correction::CodeCut);
        }
        Ok(Some(code.to_owned()))
    }
}

/// A closed vocabulary: codes, or the paths that `rename` can make.
fn closed(key: &str, codes: Vec<String>) -> Result<BTreeSet<String>, KeyError> {
    for (at, code) in codes.iter().enumerate() {
        CodePath::new(code).map_err(|rule| KeyError::new(format!("{key}[{at}]"), rule))?;
    }
    Ok(codes.into_iter().collect())
}
