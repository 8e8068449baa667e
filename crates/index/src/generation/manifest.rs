//! What a generation says of itself: its files, what is in them and where it came from.

use std::collections::BTreeMap;
use std::fmt;

use sosie_similarity::{Axis, Code, Digest, Invalid, ProfileId, Rule, Timestamp};

use super::disk::is_plain_name;
use super::manifest_json;
use super::{GenerationId, GuardEntry, MANIFEST_FILE, OpenError};

/// The form of manifests that this program writes, and the only one that it reads.
pub const FORMAT_VERSION: u64 = 3;
/// Most bytes of a manifest: the digests of two hundred thousand inputs fit.
pub(super) const MANIFEST_BYTES_MAX: usize = 16 << 20;

/// Everything that a manifest states besides the files and the number of its generation.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestParts {
    /// Number of stored events, in every state.
    pub event_count: u64,
    /// Number of documents: one per event, and one per earlier revision of it.
    pub document_count: u64,
    /// Where in a store of record it was taken from; `None` for a run over files.
    pub store: Option<StorePosition>,
    /// Digest of the stored events, whatever their order and segments.
    pub content_digest: Digest,
    /// Digest of the schema that the files were written with.
    pub schema_digest: Digest,
    /// Digest of the nature paths in use.
    pub nature_digest: Digest,
    /// Digest of the sector paths in use.
    pub sector_digest: Digest,
    /// The profiles known when it was written, with their digests.
    pub profiles: Vec<(ProfileId, Digest)>,
    /// The data sets that the events came from.
    pub sources: Vec<SourceEntry>,
    /// The rules by which records were admitted, the oldest first; empty if there never was a guard, or it is not known.
    pub guards: Vec<GuardEntry>,
    /// Number of events without a value, per axis.
    pub missing_by_axis: BTreeMap<Axis, u64>,
    /// When it was built.
    pub created_time: Timestamp,
}

/// A state of a store of record: everything up to a change, and nothing after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorePosition {
    /// Which store: drawn at random when it was made.
    pub store_id: StoreId,
    /// Number of the last change, from 1; 0 before the first.
    pub position: u64,
}

/// What tells one store of record from another: 128 bits, drawn at random when it is made; displayed as 32
/// hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StoreId(pub u128);

impl StoreId {
    /// Parses what [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// [`Rule::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let id = u128::from_str_radix(text, 16).map(StoreId);
        // Written back, so that a sign or capitals are no second name of it.
        id.ok()
            .filter(|id| id.to_string() == text)
            .ok_or(Rule::Malformed)
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What a data set declares of itself, and what was read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEntry {
    /// The code that events carry.
    pub source_id: Code,
    /// For people; empty if not declared.
    pub name: String,
    /// Who answers for the data; empty if not declared.
    pub owner: String,
    /// Under which licence it is used; empty if not declared.
    pub licence: String,
    /// How the data came about; empty if not declared.
    pub collection_method: String,
    /// What `known_time` is where a record does not say.
    pub known_time: KnownTimeRule,
    /// Whether the data set was declared, or only found in records.
    pub declared: bool,
    /// Records read.
    pub read: u64,
    /// Records indexed; one that a later record of the same id replaces counts too.
    pub indexed: u64,
    /// Records refused.
    pub refused: u64,
    /// SHA-256 of each input, in the order in which they were read.
    pub input_sha256s: Vec<Digest>,
}

/// What a data set declares `known_time` to be where a record does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownTimeRule {
    /// The ingest time.
    Ingest,
    /// The event's `end_time`: for history that is loaded later.
    EndTime,
}

impl KnownTimeRule {
    /// The stable name, lower_snake: `ingest` or `end_time`.
    pub fn name(self) -> &'static str {
        match self {
            KnownTimeRule::Ingest => "ingest",
            KnownTimeRule::EndTime => "end_time",
        }
    }

    /// The rule of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [KnownTimeRule::Ingest, KnownTimeRule::EndTime];
        all.into_iter().find(|rule| rule.name() == name)
    }
}

/// One file of a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// A plain name: no directory in it.
    pub name: String,
    /// Bytes.
    pub size_bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
}

/// What MANIFEST.json states: everything of [`ManifestParts`], the number, and every file.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The generation that it belongs to.
    pub generation: GenerationId,
    /// Number of stored events, in every state.
    pub event_count: u64,
    /// Number of documents: one per event, and one per earlier revision of it.
    pub document_count: u64,
    /// Where in a store of record it was taken from; `None` for a run over files.
    pub store: Option<StorePosition>,
    /// Digest of the stored records, whatever their order and segments.
    pub content_digest: Digest,
    /// Digest of the schema that the files were written with.
    pub schema_digest: Digest,
    /// Digest of the nature paths in use.
    pub nature_digest: Digest,
    /// Digest of the sector paths in use.
    pub sector_digest: Digest,
    /// The profiles known when it was written, with their digests.
    pub profiles: Vec<(ProfileId, Digest)>,
    /// The data sets that the events came from.
    pub sources: Vec<SourceEntry>,
    /// The rules by which records were admitted, the oldest first; empty if there never was a guard, or it is not known.
    pub guards: Vec<GuardEntry>,
    /// Number of events without a value, per axis.
    pub missing_by_axis: BTreeMap<Axis, u64>,
    /// When it was built.
    pub created_time: Timestamp,
    /// Every file but MANIFEST.json itself: plain names, each once, sorted bytewise.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// Checks the names of the files and that each is there once, in order.
    ///
    /// # Errors
    /// On `files[i].name`.
    pub(super) fn new(
        generation: GenerationId,
        parts: ManifestParts,
        files: Vec<FileEntry>,
    ) -> Result<Self, Invalid> {
        check_names(&files)?;
        Ok(Manifest {
            generation,
            event_count: parts.event_count,
            document_count: parts.document_count,
            store: parts.store,
            content_digest: parts.content_digest,
            schema_digest: parts.schema_digest,
            nature_digest: parts.nature_digest,
            sector_digest: parts.sector_digest,
            profiles: parts.profiles,
            sources: parts.sources,
            guards: parts.guards,
            missing_by_axis: parts.missing_by_axis,
            created_time: parts.created_time,
            files,
        })
    }

    /// Reads the JSON of the manifest that `generation` has.
    pub(super) fn parse(generation: GenerationId, json: &[u8]) -> Result<Self, OpenError> {
        let invalid = |source| OpenError::ManifestInvalid { generation, source };
        let found = manifest_json::format_version(json).map_err(invalid)?;
        if found != FORMAT_VERSION {
            return Err(OpenError::FormatVersion {
                generation,
                found,
                supported: FORMAT_VERSION,
            });
        }
        let manifest = manifest_json::parse(json).map_err(invalid)?;
        if manifest.generation == generation {
            Ok(manifest)
        } else {
            Err(OpenError::ManifestMismatch { generation })
        }
    }

    /// The bytes of MANIFEST.json: pretty JSON and a line feed; the same manifest gives the same bytes.
    pub(super) fn to_json(&self) -> Vec<u8> {
        manifest_json::to_json(self)
    }

    /// The file of that name.
    pub fn file(&self, name: &str) -> Option<&FileEntry> {
        let found = self
            .files
            .binary_search_by(|file| file.name.as_str().cmp(name));
        found.ok().map(|at| &self.files[at])
    }

    /// Bytes of all the files together.
    pub fn size_bytes(&self) -> u64 {
        let sizes = self.files.iter().map(|file| file.size_bytes);
        sizes.fold(0, u64::saturating_add)
    }
}

fn check_names(files: &[FileEntry]) -> Result<(), Invalid> {
    for (at, file) in files.iter().enumerate() {
        let refuse = |rule| Err(Invalid::new(format!("files[{at}].name"), rule));
        if !is_plain_name(&file.name) || file.name == MANIFEST_FILE {
            return refuse(Rule::Malformed);
        }
        if at > 0 && files[at - 1].name >= file.name {
            return refuse(Rule::Duplicate);
        }
    }
    Ok(())
}
