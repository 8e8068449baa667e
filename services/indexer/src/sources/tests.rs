//! What a configuration file may state of its sources, and what is said of what it may not.

use super::form::{FilesForm, SourceForm, SpoolForm};
use super::*;

/// The names and kinds that are read, or what is wrong.
fn check(text: &str) -> String {
    match read_sources(Path::new("i.toml"), text) {
        Ok(sources) => {
            let told = sources
                .iter()
                .map(|source| format!("{} {}", source.name, source.kind.name()));
            told.collect::<Vec<_>>().join(", ")
        }
        Err(error) => error.to_string(),
    }
}

fn files(more: &str) -> String {
    format!("[[source]]\nname = \"a\"\nkind = \"files\"\nurl = \"s3://bucket/a\"\n{more}\n")
}

fn spool(name: &str, more: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\nkind = \"spool\"\nformat = \"ndjson\"\ndirectory = \"in\"\n{more}\n"
    )
}

#[test]
fn sources_are_read_and_other_keys_are_left_to_others() {
    assert_eq!(check("listen = \"x\""), "");
    let both = files("format = \"parquet\"") + &spool("b", "poll_interval_ms = 5");
    assert_eq!(check(&both), "a files, b spool");
    let mapped = files("format = \"mapped\"\nmapping = \"m.toml\"");
    assert_eq!(check(&mapped), "a files");
}

#[test]
fn what_is_wrong_is_named() {
    let source = |problem: &str| format!("i.toml: `source[0]` (`a`): {problem}");
    let needs = source("`format = \"mapped\"` needs `mapping`");
    assert_eq!(check(&files("format = \"mapped\"")), needs);
    let unused = files("format = \"ndjson\"\nmapping = \"m.toml\"");
    assert_eq!(
        check(&unused),
        source("`mapping` needs `format = \"mapped\"`")
    );
    let poll = source("`poll_interval_ms` has to be at least 1");
    assert_eq!(check(&spool("a", "poll_interval_ms = 0")), poll);
    let told = check(&spool("a", "max_rejects = \"many\""));
    assert!(
        told.starts_with(&source("`max_rejects` has to be a number")),
        "{told}"
    );
    let told = check(&spool("A b", ""));
    assert!(
        told.starts_with("i.toml: `source[0]` (`A b`): `name` "),
        "{told}"
    );
    let told = check(&files("format = \"ndjson\"\nowner = \"x\""));
    assert!(told.contains("unknown field `owner`"), "{told}");
    let told = check("[[source]]\nname = \"a\"\nkind = \"queue\"");
    assert!(told.contains("unknown variant `queue`"), "{told}");
    let told = check("[[source]]\nname = \"a\"");
    assert!(told.contains("missing field `kind`"), "{told}");
    let told = check(&files("format = \"xml\""));
    assert!(told.contains("unknown variant `xml`"), "{told}");
}

#[test]
fn two_sources_share_neither_name_nor_directory() {
    let twice = files("format = \"ndjson\"") + &files("format = \"ndjson\"");
    let told = "i.toml: `source[1]` (`a`): another source has this name";
    assert_eq!(check(&twice), told);
    let shared = spool("a", "") + &spool("b", "");
    let told = "i.toml: `source[1]` (`b`): another source reads this `directory`";
    assert_eq!(check(&shared), told);
}

#[test]
fn data_sets_are_declared_as_in_a_sources_file_and_once() {
    let declares = |id: &str| {
        format!(
            "[[source.declares]]\nsource_id = \"{id}\"\nname = \"n\"\nowner = \"o\"\nlicence = \"l\"\n\
             collection_method = \"c\"\nknown_time = \"end_time\"\n"
        )
    };
    let text = spool("a", &declares("city"));
    let sources = read_sources(Path::new("i.toml"), &text).unwrap();
    let SourceKind::Spool(found) = &sources[0].kind else {
        panic!("{sources:?}");
    };
    let city = Code::new("city").unwrap();
    assert!(found.reading.declarations.find(&city).is_some());
    let told = check(&spool("a", &declares("No Code")));
    assert!(told.contains("`declares[0].source_id` "), "{told}");
    let mapped = files("format = \"mapped\"\nmapping = \"m\"") + &declares("city");
    assert!(check(&mapped).contains("`declares` is of no use here"));
}

/// The example states every key of every kind; a kind or a key that is added has to be added there, or this fails.
#[test]
fn the_example_states_every_key_of_every_kind() {
    let example = include_str!("../../../../deploy/sosie-indexer.toml");
    let stated: Vec<String> = example.lines().map(without_mark).collect();
    let form: form::SourcesForm = toml::from_str(&stated.join("\n")).unwrap();
    let (mut files, mut spools, mut databases) = (0, 0, 0);
    let (mut mapped, mut declared) = (0, 0);
    for source in form.source {
        // Taken apart in full: a key that is added is to be looked for here.
        let (mapping, declares, max_rejects) = match source {
            SourceForm::Files(FilesForm {
                name: _,
                url: _,
                format: _,
                mapping,
                declares,
                max_rejects,
            }) => {
                files += 1;
                (mapping, declares, max_rejects)
            }
            SourceForm::Spool(SpoolForm {
                name: _,
                directory: _,
                poll_interval_ms,
                format: _,
                mapping,
                declares,
                max_rejects,
            }) => {
                spools += 1;
                assert!(poll_interval_ms.is_some());
                (mapping, declares, max_rejects)
            }
            SourceForm::Postgres(PostgresForm {
                name: _,
                url: _,
                url_env,
                tls_ca_file,
                table,
                mapping,
                outbox,
                system_identifier,
                poll_interval_ms,
                batch_rows,
                max_rejects,
            }) => {
                databases += 1;
                assert!(url_env.is_some() && tls_ca_file.is_some() && table.is_some());
                assert!(outbox.is_some() && system_identifier.is_some());
                assert!(poll_interval_ms.is_some() && batch_rows.is_some());
                (mapping, None, max_rejects)
            }
        };
        assert!(max_rejects.is_some());
        mapped += usize::from(mapping.is_some());
        declared += usize::from(declares.is_some());
    }
    assert!(files > 0 && spools > 0 && databases > 0 && mapped > 0 && declared > 0);
    read_sources(Path::new("sosie-indexer.toml"), &stated.join("\n")).unwrap();
}

/// A key that is switched off begins with `#` and no space.
fn without_mark(line: &str) -> String {
    let key = line.strip_prefix('#').filter(|key| !key.starts_with(' '));
    key.unwrap_or(line).to_owned()
}
