use super::form::parse;
use super::*;

/// SHA-256 of `secret-of-the-office`, hashed elsewhere.
const OFFICE: &str = "2d903488c7744c909eaa2f0bc66dc09bbbaaef8a571058034a884806aa5ea585";

fn entry(name: &str, token_sha256: &str, roles: &str) -> String {
    format!("[[caller]]\nname = \"{name}\"\ntoken_sha256 = \"{token_sha256}\"\nroles = {roles}\n")
}

#[test]
fn a_caller_is_found_by_its_token_and_by_nothing_else() {
    let other = Digest::of(b"another-token").to_string();
    let file = entry("office-of-rules", OFFICE, "[\"author\"]")
        + &entry("platform", &other, "[\"reader\", \"writer\"]");
    let callers = parse(&file).unwrap();
    let office = callers.find(b"secret-of-the-office").unwrap();
    assert_eq!(office.name(), "office-of-rules");
    assert!(office.has_any(&[Role::Reader, Role::Author]));
    assert!(!office.has_any(&[Role::Reader, Role::Writer, Role::Operator]) && !office.has_any(&[]));
    assert_eq!(callers.find(b"another-token").unwrap().name(), "platform");
    for wrong in ["", "secret-of-the-offic", "secret-of-the-officf", OFFICE] {
        assert_eq!(callers.find(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn a_name_may_have_two_tokens_so_that_they_are_changed_without_a_pause() {
    let new = Digest::of(b"new").to_string();
    let file = entry("platform", OFFICE, "[\"reader\"]") + &entry("platform", &new, "[\"reader\"]");
    let callers = parse(&file).unwrap();
    for token in ["secret-of-the-office", "new"] {
        assert_eq!(callers.find(token.as_bytes()).unwrap().name(), "platform");
    }
}

#[test]
fn a_file_of_another_form_is_refused_by_its_place_and_without_its_digests() {
    let refused = |text: &str| parse(text).unwrap_err().to_string();
    let good = entry("platform", OFFICE, "[\"reader\"]");
    let cases = [
        (good.replace("platform", "Jean Dupont"), "caller 1: `name`"),
        (good.replace("platform", "anonymous"), "caller 1: `name`"),
        (
            good.replace(OFFICE, &OFFICE[1..]),
            "caller 1: `token_sha256`",
        ),
        (
            good.replace(OFFICE, &OFFICE.to_uppercase()),
            "caller 1: `token_sha256`",
        ),
        (good.clone() + &good, "caller 2: `token_sha256`"),
        (good.replace("reader", "root"), "caller 1: `roles`"),
        (good.replace("\"reader\"", ""), "caller 1: `roles`"),
        (good.clone() + "token = 1\n", "line 5"),
        (good.replace("[[caller]]", "[[callers]]"), "line 1"),
        (good.replace("name = ", ""), "line 2"),
        (String::new(), "has no caller"),
    ];
    for (text, told) in cases {
        let error = refused(&text);
        assert!(error.starts_with(told), "{error}");
        assert!(!error.contains(&OFFICE[1..20]), "{error}");
    }
}

#[test]
fn the_example_is_a_file_of_callers() {
    let callers = parse(include_str!("../../../../deploy/callers.toml")).unwrap();
    let roles = callers.0.iter().flat_map(|known| known.caller.roles.iter());
    let all: std::collections::BTreeSet<_> = roles.copied().collect();
    assert_eq!(all.len(), Role::ALL.len());
}

/// The table is whole: a method that is served and not in it could be called by nobody.
#[test]
fn every_method_that_is_served_asks_for_a_role_and_no_other_is_in_the_table() {
    let mut listed: Vec<_> = methods::paths().collect();
    let served = crate::layers::served_methods();
    let mut served: Vec<_> = served.filter(|path| path.starts_with("/sosie.")).collect();
    listed.sort_unstable();
    served.sort_unstable();
    assert_eq!(listed, served);
    for path in served {
        assert!(!roles_of(path).is_empty(), "{path}");
        // What changes something is for no reader, nor is what nobody has looked at yet.
        let may_read = roles_of(path).contains(&Role::Reader);
        let is_closed = crate::layers::changes_something(path) || path.contains("Quarantined");
        assert_eq!(may_read, !is_closed, "{path}");
    }
    assert!(roles_of("/sosie.v1.EventService/Other").is_empty());
}
