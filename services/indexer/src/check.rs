//! What a service would do with its settings, found out without changing anything.

use std::path::Path;

use serde::Serialize;
use sosie_index::{KeptProfiles, ProfileSet, ReceiptRule, list_generations};
use sosie_rpc::{Callers, Setting};
use sosie_similarity::Timestamp;
use sosie_store::{OpenError, Store};

use crate::gate::GuardConfig;
use crate::serve::ServeConfig;
use crate::source::{Context, InputError, Location, Prepared, probe};
use crate::sources::{ConfiguredSource, FileFormat, Reading, SourceKind};

/// What was found, in the order of a start.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Whether nothing is in the way of a start.
    pub is_ok: bool,
    /// Every setting, and where it comes from.
    pub settings: Vec<SettingLine>,
    /// What the service would meet.
    pub findings: Vec<Finding>,
}

/// A setting that is in effect.
#[derive(Clone, Debug, Serialize)]
pub struct SettingLine {
    /// Its key in a configuration file.
    pub key: String,
    /// As it was written; none if it has no value.
    pub value: Option<String>,
    /// `flag`, `environment`, `file` or `default`.
    pub origin: &'static str,
}

/// What was found of one thing.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// `store`, `generations`, `receipts`, `guard`, `callers`, `profiles`, or `source NAME`.
    pub subject: String,
    /// Whether it is in nobody's way.
    pub is_ok: bool,
    /// What it is, or what is wrong with it.
    pub told: String,
}

impl Finding {
    fn new(subject: impl Into<String>, told: Result<String, String>) -> Self {
        Finding {
            subject: subject.into(),
            is_ok: told.is_ok(),
            told: told.unwrap_or_else(|told| told),
        }
    }
}

/// Looks at the store, the generations and the sources that a service is told of; no file is made or changed, and of
/// files no record is read.
pub fn check(
    config: &ServeConfig,
    sources: &[ConfiguredSource],
    settings: &[Setting],
) -> CheckReport {
    let mut findings = vec![
        Finding::new("store", store(&config.store_dir)),
        Finding::new("generations", generations(&config.generations_dir)),
    ];
    let receipts = config.receipts.as_ref();
    findings.extend(receipts.map(|rule| Finding::new("receipts", self::receipts(rule))));
    findings.extend(config.guard.as_ref().map(guard));
    findings.extend(config.callers.as_deref().map(callers));
    findings.extend(config.profiles_dir.as_deref().map(|dir| {
        let told = profiles(dir, &config.generations_dir);
        Finding::new("profiles", told)
    }));
    findings.extend(sources.iter().map(|configured| {
        let subject = format!("source {}", configured.name);
        Finding::new(subject, source(&configured.kind))
    }));
    let settings = settings.iter().map(|setting| SettingLine {
        key: setting.key.clone(),
        value: setting.value.clone(),
        origin: setting.origin.name(),
    });
    CheckReport {
        is_ok: findings.iter().all(|finding| finding.is_ok),
        settings: settings.collect(),
        findings,
    }
}

fn store(dir: &Path) -> Result<String, String> {
    match Store::peek(dir) {
        Ok(None) => to_be_made(dir),
        Ok(Some(summary)) => Ok(format!(
            "position {}, {} events, {} deleted",
            summary.position, summary.event_count, summary.deleted_count
        )),
        // A service that runs is checked too, before it is started anew.
        Err(error @ (OpenError::InUse(_) | OpenError::NotClosed(_))) => Ok(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn generations(dir: &Path) -> Result<String, String> {
    if !dir.exists() {
        return to_be_made(dir);
    }
    let found = list_generations(dir).map_err(|error| error.to_string())?;
    let Some(current) = found.iter().find(|found| found.is_current) else {
        return Ok("none is published".to_owned());
    };
    let manifest = current.manifest.as_ref();
    let manifest =
        manifest.map_err(|error| format!("{} is damaged: {error}", current.generation))?;
    let made_from = manifest.store.map_or("files".to_owned(), |store| {
        format!("position {} of a store", store.position)
    });
    Ok(format!(
        "{} is served: {} events, of {made_from}",
        current.generation, manifest.event_count
    ))
}

/// How many generations receipts name, and how many can stay for that.
fn receipts(rule: &ReceiptRule) -> Result<String, String> {
    if !rule.dir.exists() {
        return to_be_made(&rule.dir);
    }
    let named = rule.named(sosie_rpc::now());
    let named = named.map_err(|error| format!("{}: {error}", rule.dir.display()))?;
    Ok(format!(
        "{} generations are named by receipts of the last {} days; {} stay for that at most",
        named.len(),
        rule.days,
        rule.generations_max
    ))
}

fn guard(config: &GuardConfig) -> Finding {
    let read = config.read().map_err(|error| error.to_string());
    Finding::new(
        "guard",
        read.map(|gate| format!("policy {} is read", gate.digest())),
    )
}

fn callers(file: &Path) -> Finding {
    let read = Callers::read(file).map_err(|error| error.to_string());
    Finding::new(
        "callers",
        read.map(|_| format!("{} is read", file.display())),
    )
}

fn profiles(dir: &Path, generations_dir: &Path) -> Result<String, String> {
    let loaded = ProfileSet::shipped().with_dir(dir);
    let loaded = loaded.map_err(|error| error.to_string())?;
    let kept = KeptProfiles::read(generations_dir).map_err(|error| error.to_string())?;
    let (all, changed) = loaded.with_kept(&kept);
    match changed.first() {
        Some(changed) => Err(changed.to_string()),
        None => Ok(format!("{} revisions", all.revisions().count())),
    }
}

/// A directory that is not there can be made if what holds it is a directory.
fn to_be_made(dir: &Path) -> Result<String, String> {
    let dir = std::path::absolute(dir).map_err(|error| error.to_string())?;
    let there = dir.ancestors().find(|dir| dir.exists());
    match there {
        Some(there) if !there.is_dir() => Err(format!("{} is no directory", there.display())),
        _ => Ok("is not there, and will be made".to_owned()),
    }
}

fn source(kind: &SourceKind) -> Result<String, String> {
    match kind {
        SourceKind::Files(files) => {
            let read = open(&files.reading, &files.url).map_err(|error| error.to_string());
            read.map(|()| format!("{} is there", files.url.display()))
        }
        SourceKind::Spool(spool) => {
            mapping(&spool.reading).map_err(|error| error.to_string())?;
            let incoming = spool.directory.join("incoming");
            if !incoming.exists() {
                return to_be_made(&incoming);
            }
            let files = std::fs::read_dir(&incoming);
            let files = files.map_err(|error| format!("{}: {error}", incoming.display()))?;
            Ok(format!("{}: {} files", incoming.display(), files.count()))
        }
        // It is not asked for anything: that would need its password, and time.
        SourceKind::Postgres(form) => match form.check() {
            Ok(_) => Ok("can be connected to when the service starts".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    }
}

/// Reads the mapping, and what a file says of its columns.
fn open(reading: &Reading, file: &Path) -> Result<(), InputError> {
    let location = Location::new(file)?;
    if let Location::Remote(_) = location {
        mapping(reading)?;
        return Ok(probe(&location)?);
    }
    let mut declarations = reading.declarations.clone();
    let input = reading.format.input(file.to_owned());
    let input = Prepared::new(&input, &mut declarations, &|| false)?;
    let context = Context {
        declarations: &declarations,
        ingest_time: Timestamp::MIN,
    };
    drop(input.open(context)?);
    Ok(())
}

fn mapping(reading: &Reading) -> Result<(), InputError> {
    match reading.format {
        FileFormat::Ndjson | FileFormat::GeoJson | FileFormat::Parquet => Ok(()),
        FileFormat::Mapped { .. } => {
            let none = reading.format.input("".into());
            Prepared::new(&none, &mut reading.declarations.clone(), &|| false).map(drop)
        }
    }
}
