//! Who may call what: a file of callers with the SHA-256 of their tokens and their roles.
//!
//! ```toml
//! [[caller]]
//! name = "office-of-rules" # an account or an office: it is written to the audit log
//! token_sha256 = "…"       # 64 lower-case hexadecimal digits; the token itself is in no file of the service
//! roles = ["reader", "author"]
//! ```
//!
//! **Law.** A token is compared by its digest, with every digest that there is, in a time that tells nothing of them;
//! it is never kept, logged or told. A method that no role is given for is refused.

mod form;
mod methods;

use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sosie_audit::Who;
use sosie_similarity::Digest;

pub(crate) use methods::roles_of;

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Ask: searches, events, profiles, records, reports.
    Reader,
    /// Send and delete events.
    Writer,
    /// Run the service: choose generations, have the index made anew, make snapshots.
    Operator,
    /// Answer for the rules: activate and retire profiles.
    Author,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 4] = [Role::Reader, Role::Writer, Role::Operator, Role::Author];

    /// The stable name, lower_snake.
    pub fn name(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Writer => "writer",
            Role::Operator => "operator",
            Role::Author => "author",
        }
    }
}

/// A caller whose token was known, in the extensions of its requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub(crate) name: Who,
    roles: Arc<[Role]>,
}

impl Caller {
    /// Its name: `[A-Za-z0-9._:@/-]`, 1 to 128 characters.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Whether it has one of these roles.
    pub(crate) fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }
}

/// The callers that a service knows.
#[derive(Clone, Debug)]
pub struct Callers(Vec<Known>);

#[derive(Clone, Debug)]
struct Known {
    caller: Caller,
    token_sha256: Digest,
}

/// Why a file of callers is refused. No error has a digest or a token in it.
#[derive(Debug, thiserror::Error)]
#[error("callers: `{}`: {problem}", path.display())]
pub struct CallersError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: CallersProblem,
}

/// What is wrong with a file of callers.
#[derive(Debug, thiserror::Error)]
pub enum CallersProblem {
    /// It can't be read.
    #[error("could not be read: {0}")]
    Read(#[from] io::Error),
    /// It is longer than a thousand callers are.
    #[error("is longer than {0} bytes")]
    TooLong(u64),
    /// Not TOML, or a key that is missing, unknown or of another type.
    #[error(
        "line {0}: not of the documented form: `[[caller]]` with `name`, `token_sha256`, `roles`"
    )]
    Form(usize),
    /// Nobody could call.
    #[error("has no caller")]
    Empty,
    /// A key of an entry that breaks a rule.
    #[error("caller {at}: `{key}` {rule}")]
    Entry {
        /// The place of the entry, from 1 up.
        at: usize,
        /// Which key.
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
}

impl Callers {
    /// Reads a file of callers.
    ///
    /// # Errors
    /// [`CallersError`].
    pub fn read(path: &Path) -> Result<Callers, CallersError> {
        form::read(path).map_err(|problem| CallersError {
            path: path.to_owned(),
            problem,
        })
    }

    /// The caller of a token.
    pub(crate) fn find(&self, token: &[u8]) -> Option<&Caller> {
        let digest = Digest::of(token);
        let mut found = None;
        // All of them, whichever it is.
        for known in &self.0 {
            if is_same(&known.token_sha256, &digest) {
                found = Some(&known.caller);
            }
        }
        found
    }
}

/// Compares all bytes, whatever the first ones say.
fn is_same(a: &Digest, b: &Digest) -> bool {
    let pairs = a.as_bytes().iter().zip(b.as_bytes());
    black_box(pairs.fold(0, |differs, (a, b)| black_box(differs | (a ^ b)))) == 0
}

#[cfg(test)]
mod tests;
