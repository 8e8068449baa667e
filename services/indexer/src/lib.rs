//! The write process of Sosie: reads sources or takes events as they come, checks every record, and publishes
//! generations.
//!
//! **Law.** Every record that is read is indexed, replaced by a later one of its id, or refused with a
//! reason, and a run publishes whole or not at all. No value of a refused record leaves the run.
//!
//! Start reading at [`reindex`], then [`ReindexJob`], then the module `mapping`; the service is in [`serve`].

mod args;
mod check;
mod declare;
mod gate;
mod import;
mod job;
mod mapping;
mod pipeline;
mod plan;
mod progress;
mod publish;
mod receipt_args;
mod refusal;
mod rejects;
pub mod report;
pub mod serve;
pub mod snapshot;
mod source;
mod sources;
mod summary;
mod workers;

pub use args::ReindexArgs;
pub use check::{CheckReport, Finding, SettingLine, check};
pub use declare::{Declaration, Declarations, DeclareError};
pub use gate::{Gate, GateError, GuardConfig};
pub use job::{Input, InvalidMaxRejects, MaxRejects, ReindexError, ReindexJob};
pub use mapping::{ColumnError, ColumnLabel, KeyError, KeyProblem, MappingError};
pub use pipeline::reindex;
pub use progress::{BarProgress, LineProgress, NoProgress, Phase, Progress, Seen, progress};
pub use receipt_args::ReceiptArgs;
pub use refusal::{Correction, Reason, Refusal};
pub use source::{
    FetchError, GEOJSON_BYTES_MAX, InputError, PARQUET_BYTES_MAX, PARQUET_COLUMNS_MAX,
    PARQUET_FOOTER_BYTES_MAX, PARQUET_PAGE_BYTES_MAX, PARQUET_ROWS_MAX, ParquetProblem,
    SourceError, UrlProblem,
};
pub use sources::{
    ConfiguredSource, FileFormat, FileSource, Reading, SOURCES_KEY, SOURCES_MAX, SourceKind,
    SourceProblem, SourcesError, SpoolSource, read_sources,
};
pub use summary::{InputSummary, MissingShare, Reasons, Summary, Tally};
