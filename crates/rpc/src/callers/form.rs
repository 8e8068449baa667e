//! The TOML of a file of callers. Unknown keys are refused.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use sosie_audit::Who;
use sosie_similarity::Digest;

use super::{Caller, Callers, CallersProblem, Known, Role};

/// Most bytes of the file: some thousand callers.
const FILE_BYTES_MAX: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallersToml {
    #[serde(default)]
    caller: Vec<CallerToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallerToml {
    name: String,
    token_sha256: String,
    roles: Vec<String>,
}

pub(super) fn read(path: &Path) -> Result<Callers, CallersProblem> {
    let mut text = String::new();
    let file = File::open(path)?;
    file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(CallersProblem::TooLong(FILE_BYTES_MAX));
    }
    parse(&text)
}

pub(super) fn parse(text: &str) -> Result<Callers, CallersProblem> {
    // Only where: what an error of TOML quotes may be what must not be told.
    let form = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        CallersProblem::Form(before.unwrap_or_default().matches('\n').count() + 1)
    };
    let CallersToml { caller } = toml::from_str(text).map_err(form)?;
    let mut all: Vec<Known> = Vec::new();
    for (at, entry) in caller.into_iter().enumerate() {
        let known = known(entry, &all);
        let refused = |(key, rule)| CallersProblem::Entry {
            at: at + 1,
            key,
            rule,
        };
        all.push(known.map_err(refused)?);
    }
    if all.is_empty() {
        return Err(CallersProblem::Empty);
    }
    Ok(Callers(all))
}

/// A name may come again, with another token: so that tokens are changed without a pause.
fn known(entry: CallerToml, before: &[Known]) -> Result<Known, (&'static str, &'static str)> {
    let CallerToml {
        name,
        token_sha256,
        roles,
    } = entry;
    let name =
        Who::new(&name).map_err(|_| ("name", "is 1 to 128 of letters, digits and . _ : @ / -"))?;
    if name == Who::anonymous() {
        return Err(("name", "is what callers are called that nobody knows"));
    }
    let token_sha256 = Digest::from_hex(&token_sha256);
    let token_sha256 =
        token_sha256.ok_or(("token_sha256", "is 64 lower-case hexadecimal digits"))?;
    if before
        .iter()
        .any(|known| known.token_sha256 == token_sha256)
    {
        return Err(("token_sha256", "is that of a caller before it"));
    }
    let roles: Option<Vec<Role>> = roles.iter().map(|name| role(name)).collect();
    let roles = roles.filter(|roles| !roles.is_empty());
    let roles = roles.ok_or(("roles", "is a list of reader, writer, operator, author"))?;
    Ok(Known {
        caller: Caller {
            name,
            roles: roles.into(),
        },
        token_sha256,
    })
}

fn role(name: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.name() == name)
}
