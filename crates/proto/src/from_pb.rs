//! From messages to the domain: past these functions a value is valid, and nothing checks it again.
//!
//! **Law.** Messages are taken apart in full, so that a field added to a `.proto` won't compile until it is
//! handled here. An error names the first field at fault by its full path from the message given, in the names
//! of the `.proto`, such as `query.filter.polygon.interiors[1]`; it never quotes a value.
//!
//! Start reading at [`find`], then [`similarity_query`], then [`filter`].

mod activation;
mod choice;
mod filter;
mod page;
mod place;
mod probe;
mod profile;
mod quarantine;
mod query;
mod reindex;
mod replay;
mod request;
mod snapshot;
mod stated;
mod time;
mod transparency;
mod write;

use sosie_similarity::{Invalid, Rule};

pub use activation::{Activate, activate_generation};
pub use filter::filter;
pub use page::PageRequest;
pub use probe::draft;
pub use profile::{ChangeProfile, activate_profile, retire_profile};
pub use quarantine::{list_quarantined, quarantined_id};
pub use query::{DEFAULT_PROFILE, resolve, similarity_query};
pub use reindex::{StartReindex, start_reindex};
pub use replay::{Replay, replay_search};
pub use request::{
    CountFacets, Explain, Find, ListEvents, batch, batched_find, count_facets, event_id, explain,
    find, list_events, profile_ref,
};
pub use snapshot::create_snapshot;
pub use transparency::{
    Diff, Record, SensitivityOf, StatementOf, algorithm_record, diff_profiles, sensitivity,
    statement,
};
pub use write::{Deletion, Put, Records, batch_ingest, deletion, deletions, ingest, ingest_record};

/// A broken rule, perhaps with the inner part of its path.
trait Breach {
    /// The violation as the message that holds `field` sees it.
    fn in_field(self, field: &str) -> Invalid;
}

impl Breach for Rule {
    fn in_field(self, field: &str) -> Invalid {
        Invalid::new(field, self)
    }
}

impl Breach for Invalid {
    fn in_field(self, field: &str) -> Invalid {
        self.under(field)
    }
}

/// Says where a value was read from.
trait At<T> {
    fn at(self, field: &str) -> Result<T, Invalid>;
}

impl<T, B: Breach> At<T> for Result<T, B> {
    fn at(self, field: &str) -> Result<T, Invalid> {
        self.map_err(|breach| breach.in_field(field))
    }
}

/// The value, which has to be there.
fn required<T>(value: Option<T>) -> Result<T, Rule> {
    value.ok_or(Rule::Required)
}

/// The text, which has to be there: proto3 sends an absent string as an empty one.
fn required_text(text: &str) -> Result<&str, Rule> {
    if text.is_empty() {
        Err(Rule::Required)
    } else {
        Ok(text)
    }
}

/// Every entry of a list, made in order; an error names its place.
fn each<I, T, B: Breach>(
    entries: Vec<I>,
    make: impl Fn(I) -> Result<T, B>,
) -> Result<Vec<T>, Invalid> {
    let made = entries.into_iter().enumerate();
    made.map(|(at, entry)| make(entry).map_err(|breach| breach.in_field(&format!("[{at}]"))))
        .collect()
}
