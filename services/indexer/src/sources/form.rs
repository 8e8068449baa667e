//! `[[source]]` as TOML states it.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use sosie_similarity::Code;

use super::{
    ConfiguredSource, FileFormat, FileSource, Reading, SourceKind, SourceProblem, SpoolSource,
};
use crate::declare::{DeclarationForm, Declarations};
use crate::job::MaxRejects;
use crate::serve::PostgresForm;

/// Bears the errors that real files have, and stops at a mapping that does not fit.
const MAX_REJECTS: MaxRejects = MaxRejects::Share(100_000);
/// Files are taken up within a second, and an idle directory costs nothing.
const POLL_INTERVAL_MS: u32 = 1_000;

/// The file, of which only the sources are read here.
#[derive(Deserialize)]
pub(super) struct SourcesForm {
    #[serde(default)]
    pub(super) source: Vec<SourceForm>,
}

/// A source; a kind is a variant.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum SourceForm {
    Files(FilesForm),
    Spool(SpoolForm),
    Postgres(PostgresForm),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FilesForm {
    pub(super) name: String,
    pub(super) url: PathBuf,
    pub(super) format: FormatForm,
    pub(super) mapping: Option<PathBuf>,
    pub(super) declares: Option<Vec<DeclarationForm>>,
    pub(super) max_rejects: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpoolForm {
    pub(super) name: String,
    pub(super) directory: PathBuf,
    pub(super) poll_interval_ms: Option<u32>,
    pub(super) format: FormatForm,
    pub(super) mapping: Option<PathBuf>,
    pub(super) declares: Option<Vec<DeclarationForm>>,
    pub(super) max_rejects: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FormatForm {
    Ndjson,
    Geojson,
    Parquet,
    Mapped,
}

impl SourceForm {
    pub(super) fn name(&self) -> &str {
        match self {
            SourceForm::Files(form) => &form.name,
            SourceForm::Spool(form) => &form.name,
            SourceForm::Postgres(form) => &form.name,
        }
    }

    /// Checks it, on its own.
    pub(super) fn source(self) -> Result<ConfiguredSource, SourceProblem> {
        let name = Code::new(self.name()).map_err(SourceProblem::Name)?;
        let kind = match self {
            SourceForm::Files(form) => SourceKind::Files(form.source()?),
            SourceForm::Spool(form) => SourceKind::Spool(form.source()?),
            SourceForm::Postgres(form) => {
                form.check_keys()?;
                SourceKind::Postgres(Box::new(form))
            }
        };
        Ok(ConfiguredSource { name, kind })
    }
}

impl FilesForm {
    fn source(self) -> Result<FileSource, SourceProblem> {
        Ok(FileSource {
            url: self.url,
            reading: Reading {
                format: self.format.with(self.mapping)?,
                declarations: declarations(self.format, self.declares)?,
                max_rejects: max_rejects(self.max_rejects)?,
            },
        })
    }
}

impl SpoolForm {
    fn source(self) -> Result<SpoolSource, SourceProblem> {
        let poll_interval_ms = self.poll_interval_ms.unwrap_or(POLL_INTERVAL_MS);
        if poll_interval_ms == 0 {
            return Err(SourceProblem::PollInterval);
        }
        Ok(SpoolSource {
            directory: self.directory,
            poll_interval: Duration::from_millis(poll_interval_ms.into()),
            reading: Reading {
                format: self.format.with(self.mapping)?,
                declarations: declarations(self.format, self.declares)?,
                max_rejects: max_rejects(self.max_rejects)?,
            },
        })
    }
}

impl FormatForm {
    fn with(self, mapping: Option<PathBuf>) -> Result<FileFormat, SourceProblem> {
        let format = match (self, mapping) {
            (FormatForm::Mapped, Some(mapping)) => return Ok(FileFormat::Mapped { mapping }),
            (FormatForm::Mapped, None) => return Err(SourceProblem::NoMapping),
            (_, Some(_)) => return Err(SourceProblem::Mapping),
            (FormatForm::Ndjson, None) => FileFormat::Ndjson,
            (FormatForm::Geojson, None) => FileFormat::GeoJson,
            (FormatForm::Parquet, None) => FileFormat::Parquet,
        };
        Ok(format)
    }
}

fn declarations(
    format: FormatForm,
    declares: Option<Vec<DeclarationForm>>,
) -> Result<Declarations, SourceProblem> {
    let mut declarations = Declarations::default();
    if matches!(format, FormatForm::Mapped) && declares.is_some() {
        return Err(SourceProblem::Declares);
    }
    for (at, form) in declares.into_iter().flatten().enumerate() {
        let declaration = form.declaration();
        declarations.add(declaration.map_err(|rule| SourceProblem::SourceId { at, rule })?)?;
    }
    Ok(declarations)
}

fn max_rejects(text: Option<String>) -> Result<MaxRejects, SourceProblem> {
    Ok(text.map_or(Ok(MAX_REJECTS), |text| text.parse())?)
}
