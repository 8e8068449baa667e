//! The settings of a process: its flags, its environment, its configuration file, its defaults.
//!
//! **Law.** Flags are the one form of settings: a key of the file is a flag that the environment can set too, under the
//! flag's name, and is read as the flag would be. A flag wins over the environment, that over the file, that over the
//! default.
//!
//! Start reading at [`configured`].

mod error;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use toml::{Table, Value};

pub use error::{ConfigError, FileProblem};

/// The flag that names the configuration file.
const CONFIG: &str = "config";
/// Most bytes of a configuration file: a thousand sources.
const FILE_BYTES_MAX: usize = 1 << 20;

/// A command line that was read together with its configuration file.
#[derive(Debug)]
pub struct Configured {
    /// The command line; what neither it nor the environment say, the file does.
    pub matches: ArgMatches,
    /// The file and its text, if one is named.
    pub file: Option<(PathBuf, String)>,
    settings: Vec<Setting>,
}

/// A setting that is in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key in the file.
    pub key: String,
    /// As it was written; `None` if it has no value.
    pub value: Option<String>,
    /// Who said so.
    pub origin: Origin,
}

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The configuration file.
    File,
    /// Nobody said anything.
    Default,
}

impl Origin {
    /// For people and programs.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::Default => "default",
        }
    }
}

impl Configured {
    /// Every setting that a file could have, as it is in effect; none for a subcommand without a file.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }
}

/// Reads a command line and the file that its `--config` names. `tables` are keys of the file that are no flags: the
/// process reads them itself, from the text.
///
/// # Errors
/// [`ConfigError::Usage`], which is also what a call for help is, or what is wrong with the file.
pub fn configured(
    command: Command,
    args: impl IntoIterator<Item = OsString>,
    tables: &[&str],
) -> Result<Configured, ConfigError> {
    let args: Vec<OsString> = args.into_iter().collect();
    let matches = command.clone().try_get_matches_from(&args)?;
    let Some((name, path)) = file_of(&matches) else {
        let settings = matches.subcommand_name().and_then(|name| {
            let form = command.find_subcommand(name)?;
            Some(settings(form, &matches, &Table::new()))
        });
        return Ok(Configured {
            settings: settings.unwrap_or_default(),
            matches,
            file: None,
        });
    };
    let (text, mut table) = read(&path)?;
    table.retain(|key, _| !tables.contains(&key));
    let form = command.find_subcommand(&name).expect("it was matched");
    check(form, &table).map_err(|problem| ConfigError::file(&path, problem))?;
    let with_file = command.clone();
    let with_file = with_file.mut_subcommand(&name, |form| with_defaults(form, &table));
    let matches = with_file.try_get_matches_from(&args)?;
    Ok(Configured {
        settings: settings(form, &matches, &table),
        matches,
        file: Some((path, text)),
    })
}

/// The subcommand and its configuration file.
fn file_of(matches: &ArgMatches) -> Option<(String, PathBuf)> {
    let (name, matches) = matches.subcommand()?;
    let path = matches.try_get_one::<PathBuf>(CONFIG).ok().flatten()?;
    Some((name.to_owned(), path.clone()))
}

fn read(path: &Path) -> Result<(String, Table), ConfigError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| ConfigError::file(path, FileProblem::Read(source)))?;
    if text.len() > FILE_BYTES_MAX {
        let problem = FileProblem::TooLong(FILE_BYTES_MAX);
        return Err(ConfigError::file(path, problem));
    }
    let table = toml::from_str(&text);
    let table = table.map_err(|error| ConfigError::file(path, FileProblem::toml(&text, &error)))?;
    Ok((text, table))
}

/// The flags that a file can set.
fn keys(form: &Command) -> impl Iterator<Item = &Arg> {
    form.get_arguments()
        .filter(|arg| arg.get_env().is_some() && arg.get_id() != CONFIG)
}

/// Checks that each key is a flag, and its value one that the flag takes.
fn check(form: &Command, table: &Table) -> Result<(), FileProblem> {
    for (key, value) in table {
        let arg = keys(form).find(|arg| arg.get_id() == key.as_str());
        let unknown = || FileProblem::UnknownKey(key.clone());
        let arg = arg.ok_or_else(unknown)?;
        let text = text(value).ok_or_else(|| FileProblem::Type(key.clone()))?;
        let flag = arg.get_long().expect("a setting is a long flag");
        // Alone, so that what is wrong is wrong with this key.
        let alone = Command::new(CONFIG).no_binary_name(true);
        let alone = alone.arg(arg.clone().env(Resettable::Reset));
        let taken = alone.try_get_matches_from([format!("--{flag}={text}")]);
        taken.map_err(|error| FileProblem::value(key, &error))?;
    }
    Ok(())
}

/// As it would be written for a flag.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(is_so) => Some(is_so.to_string()),
        Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

/// The values of a file as defaults: what flags and environment do not say.
fn with_defaults(form: Command, table: &Table) -> Command {
    let values = table
        .iter()
        .filter_map(|(key, value)| Some((key, text(value)?)));
    values.fold(form, |form, (key, text)| {
        form.mut_arg(key, |arg| arg.default_value(text))
    })
}

fn settings(form: &Command, matches: &ArgMatches, table: &Table) -> Vec<Setting> {
    let Some((_, matches)) = matches.subcommand() else {
        return Vec::new();
    };
    let setting = |arg: &Arg| {
        let id = arg.get_id().as_str();
        let mut raw = matches.get_raw(id).into_iter().flatten();
        let origin = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => Origin::Flag,
            Some(ValueSource::EnvVariable) => Origin::Environment,
            Some(_) if table.contains_key(id) => Origin::File,
            Some(_) | None => Origin::Default,
        };
        Setting {
            key: id.to_owned(),
            value: raw.next().map(|raw| raw.to_string_lossy().into_owned()),
            origin,
        }
    };
    keys(form).map(setting).collect()
}

#[cfg(test)]
mod tests;
