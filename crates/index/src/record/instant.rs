//! Instants as RFC 3339 text.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use sosie_similarity::{Rule, Timestamp};

/// Parses RFC 3339 with an offset; microseconds at most.
///
/// # Errors
/// [`Rule::Malformed`], [`Rule::TooFine`] or [`Rule::NotInYears`].
pub fn parse_instant(text: &str) -> Result<Timestamp, Rule> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| Rule::Malformed)?;
    Timestamp::from_utc(time.with_timezone(&Utc))
}

/// RFC 3339 in `zone`, with as many fractional digits as there are; parsing it gives the instant again.
pub fn format_instant(at: Timestamp, zone: Tz) -> String {
    let local = at.to_utc().with_timezone(&zone).fixed_offset();
    // RFC 3339 writes offsets in whole minutes and four-digit years; local mean times and the last
    // hours of year 9999 have neither, so they are written in UTC.
    let whole_minutes = local.offset().local_minus_utc() % 60 == 0;
    let four_digits = (0..=9999).contains(&chrono::Datelike::year(&local));
    if whole_minutes && four_digits {
        local.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    } else {
        at.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}
