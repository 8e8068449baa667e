//! A made-up process with two settings.

use clap::{Arg, ArgAction, Command, value_parser};

use super::*;

fn command() -> Command {
    let serve = Command::new("serve")
        .arg(
            Arg::new(CONFIG)
                .long(CONFIG)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("keep_max")
                .long("keep-max")
                // A variable that every process has: environments of tests can't be changed.
                .env("SOSIE_RPC_TEST_UNSET")
                .default_value("5")
                .value_parser(value_parser!(u16).range(1..)),
        )
        .arg(Arg::new("home").long("home").env("CARGO_MANIFEST_DIR"))
        .arg(Arg::new("dir").long("dir").env("SOSIE_RPC_TEST_DIR"))
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue));
    Command::new("process").subcommand(serve)
}

/// The settings in effect as `key=value origin`, or what is wrong.
fn check(file: &str, flags: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("process.toml");
    std::fs::write(&path, file).unwrap();
    let args = ["process", "serve", "--config", path.to_str().unwrap()];
    let args = args.iter().chain(flags).map(OsString::from);
    match configured(command(), args, &["source"]) {
        Ok(configured) => {
            let settings = configured.settings().iter().map(|setting| {
                let value = setting.value.as_deref().unwrap_or("-");
                format!("{}={value} {}", setting.key, setting.origin.name())
            });
            // The same everywhere.
            let settings = settings.collect::<Vec<_>>().join(", ");
            settings.replace(env!("CARGO_MANIFEST_DIR"), "HOME")
        }
        Err(error) => {
            let told = error.to_string();
            told.replace(path.to_str().unwrap(), "FILE")
        }
    }
}

#[test]
fn a_flag_wins_over_the_environment_that_over_the_file_that_over_the_default() {
    let told = check("", &[]);
    assert_eq!(
        told,
        "keep_max=5 default, home=HOME environment, dir=- default"
    );
    let told = check(
        "keep_max = 7\nhome = \"x\"\ndir = \"d\"\n[[source]]\nname = 1",
        &[],
    );
    assert_eq!(told, "keep_max=7 file, home=HOME environment, dir=d file");
    let told = check("keep_max = 7\nhome = \"x\"", &["--keep-max=9", "--home=y"]);
    assert_eq!(told, "keep_max=9 flag, home=y flag, dir=- default");
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_key_and_without_its_lines() {
    assert_eq!(check("keep = 7", &[]), "FILE: unknown key `keep`");
    assert_eq!(check("json = true", &[]), "FILE: unknown key `json`");
    assert_eq!(check("config = \"x\"", &[]), "FILE: unknown key `config`");
    let told = check("keep_max = 0", &["--keep-max", "3"]);
    let range = "invalid value '0' for '--keep-max <keep_max>': 0 is not in 1..=65535";
    assert_eq!(told, format!("FILE: `keep_max`: {range}"));
    let kind = "`keep_max` has to be a text, a whole number, true or false";
    assert_eq!(check("keep_max = [1]", &[]), format!("FILE: {kind}"));
    let told = check("dir = \"a\"\nhome = pass:word", &[]);
    assert!(told.starts_with("FILE: line 2: "), "{told}");
    assert!(!told.contains("pass"), "{told}");
    let long = format!("# {}", "x".repeat(FILE_BYTES_MAX));
    assert_eq!(check(&long, &[]), "FILE: has more than 1048576 bytes");
}

#[test]
fn a_file_that_is_not_there_is_named_and_none_has_to_be() {
    let args = |args: &[&str]| args.iter().map(OsString::from).collect::<Vec<_>>();
    let gone = args(&["process", "serve", "--config", "/gone.toml"]);
    let told = configured(command(), gone, &[]).unwrap_err().to_string();
    assert!(
        told.starts_with("/gone.toml: could not be read: "),
        "{told}"
    );
    let none = configured(command(), args(&["process", "serve"]), &[]).unwrap();
    assert!(none.file.is_none());
    assert_eq!(none.settings().len(), 3);
}
