//! The limits of what comes in, each once, with its reason (SPEC section 7).
//!
//! Clients are told those that they can meet by `GetLimits`; each is tested at the limit and one past it.
//! The limits of the transport are in `crates/rpc/src/limits.rs`.

/// Most bytes of an event or series id: room for a UUID with a prefix, small enough for a column.
pub const ID_BYTES_MAX: usize = 64;
/// Most characters of one code of a path, its first character included.
pub const CODE_BYTES_MAX: usize = 32;
/// Most codes of a nature or sector path: deeper trees are lists in disguise.
pub const PATH_CODES_MAX: usize = 6;
/// Most participants of an event: ten times the largest gathering ever counted, far below 2^53.
pub const PARTICIPANTS_MAX: u64 = 1_000_000_000;
/// Largest footprint, in m²: the surface of the Earth.
pub const AREA_M2_MAX: f64 = 5.2e14;
/// Most vertices of one footprint or filter polygon, all rings together: a detailed park has hundreds.
pub const VERTICES_MAX: usize = 10_000;
/// Most rings of one geometry or filter polygon: validity compares them pair by pair.
pub const RINGS_MAX: usize = 200;
/// Widest route, in metres: the widest avenue is under 200 m.
pub const ROUTE_WIDTH_M_MAX: f64 = 1_000.0;
/// Longest event, in days (100 years): past it a date is a typing error, and the calendar is walked by day.
pub const EVENT_DAYS_MAX: i64 = 36_525;
/// Most outcome codes of one event: a city counts a few dozen kinds of means.
pub const OUTCOMES_MAX: usize = 64;
/// Largest outcome count, exactly representable as `f64`.
pub const OUTCOME_MAX: f64 = 1e15;
/// Largest number that an outcome can be told to be fewer than: who hides more than that states nothing.
pub const OUTCOME_FEWER_THAN_MAX: u32 = 1_000;
/// Largest number below which counts of facets can be withheld: with more, hardly a facet is left.
pub const FACET_SMALLEST_COUNT_MAX: u32 = 1_000;
/// Smallest weight that is not 0: below it, sums of weights lose the last digits of a contribution.
pub const WEIGHT_MIN: f64 = 1e-9;
/// Largest weight, so that no sum of weights overflows or loses a small one.
pub const WEIGHT_MAX: f64 = 1e9;
/// Largest half distance of a decay, in kilometres: half of the Earth's girth, past which nothing lies.
pub const H_KM_MAX: f64 = 20_016.0;
/// Largest `r` of a log ratio: the ratio of the most participants to one.
pub const RATIO_MAX: f64 = 1e9;
/// Most codes of a similarity table: it is stored as a full matrix.
pub const TABLE_CODES_MAX: usize = 256;
/// Hits of a page when the request names no size.
pub const PAGE_SIZE_DEFAULT: usize = 10;
/// Most hits of a page: a page of full records stays within the message limit.
pub const PAGE_SIZE_MAX: usize = 1_000;
/// Most searches of one batch call: a day's list of a large city.
pub const BATCH_SEARCHES_MAX: usize = 100;
/// Most keys told per facet: every sector of a large city at one depth, and a list that can still be read.
pub const FACET_KEYS_MAX: usize = 1_000;
/// Most entries of any list inside a filter condition.
pub const FILTER_LIST_MAX: usize = 1_000;
/// Largest radius of a filter, in kilometres: half of the Earth's girth reaches every place.
pub const RADIUS_KM_MAX: f64 = 20_016.0;
/// Most bytes of a request message: a polygon of [`VERTICES_MAX`] vertices and full lists fit.
pub const REQUEST_BYTES_MAX: usize = 1 << 20;
/// Most bytes of a response message: a page of [`PAGE_SIZE_MAX`] hits with large footprints.
pub const RESPONSE_BYTES_MAX: usize = 256 << 20;
/// Most queries that two profiles are tried on in one call: two searches each, and a change is seen in a few.
pub const DIFF_QUERIES_MAX: usize = 20;
/// Hits of a list whose sensitivity is measured when the request names no number.
pub const SENSITIVITY_SIZE_DEFAULT: usize = 10;
/// Most hits of a list whose sensitivity is measured in one call: some tens of searches each, and pairs of hits are
/// compared, so the price grows with the square.
pub const SENSITIVITY_SIZE_MAX: usize = 50;
/// Share by which all weights move at once when the request names none.
pub const SENSITIVITY_SHARE_DEFAULT: f64 = 0.1;
/// Depth to which lists are compared when the request names none.
pub const DIFF_DEPTH_DEFAULT: usize = 10;
/// Greatest depth to which lists are compared: below it, ranks weigh nothing in rank-biased overlap.
pub const DIFF_DEPTH_MAX: usize = 100;
/// Most records of one ingest message: past it, sharing the price of a durable write brings nothing more.
pub const INGEST_RECORDS_MAX: usize = 1_000;
/// Most bytes of an ingest message: [`INGEST_RECORDS_MAX`] usual records and several large footprints.
pub const INGEST_BYTES_MAX: usize = 4 << 20;
/// Most messages of one ingest stream that are worked on or wait to be taken: enough to keep a store busy that
/// writes one group while the next is being checked.
pub const INGEST_MESSAGES_PER_STREAM_MAX: usize = 8;
/// Most sources that one reindex job imports from.
pub const REINDEX_SOURCES_MAX: usize = 16;
/// Most bytes of one line of an NDJSON source: bounds what a broken file can make us hold.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Most rows that a sensitivity is worked out over, the list included: one page of the largest size.
pub const SENSITIVITY_ROWS_MAX: usize = PAGE_SIZE_MAX;
/// Most searches at changed weights for one hit: four for each way in which one of eight weights can change.
pub const SENSITIVITY_SEARCHES_MAX: usize = 64;
/// Most stretches of one weight that are looked at for one answer: where two similarities differ by more than
/// a thousandth it takes some hundreds, and a nearer pair is decided by rounding over millions of weights.
pub const SENSITIVITY_STEPS_MAX: usize = 4_096;
