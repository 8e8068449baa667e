//! The ids and codes that the mappings of `deploy/mappings` make of real files, read lightly: columns, templates, codes.

use std::path::Path;

use deunicode::deunicode;
use sosie_guard::Fields;
use sosie_similarity::Digester;
use sosie_similarity::limits::CODE_BYTES_MAX;

/// A file, and which of its columns its mapping makes ids and codes of.
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) source_id: &'static str,
    /// Text before the id, and its column.
    id: (&'static str, &'static str),
    series: Series,
    nature: &'static [&'static str],
    sector: &'static [Level],
    attendance: Option<&'static str>,
    start: Option<&'static str>,
}

enum Series {
    None,
    Column(&'static str),
    Digest(&'static [&'static str]),
}

enum Level {
    Constant(&'static str),
    Column(&'static str),
    /// The part of a column before a sign.
    Before(&'static str, char),
    /// The one part between signs; none if there are several.
    Only(&'static str, char),
    /// The part after the last one.
    After(&'static str, char),
}
use Level::{After, Before, Column, Constant, Only};

/// A record as the mapping makes it.
#[derive(Debug, Default)]
pub(crate) struct Row {
    event_id: String,
    series_id: Option<String>,
    nature: Option<String>,
    sector: Option<String>,
    source_id: &'static str,
    participants: Option<u64>,
    days: Option<(i64, i64)>,
}

const PLAIN: File = File {
    name: "",
    source_id: "",
    id: ("", "id"),
    series: Series::None,
    nature: &["nature", "sub_nature"],
    sector: &[],
    attendance: Some("attendance"),
    start: Some("start"),
};

pub(crate) const FILES: &[File] = &[
    File {
        name: "ccc_us_2017_2020",
        source_id: "ccc-gatherings",
        nature: &["nature"],
        sector: &[
            Constant("us"),
            After("sector", ','),
            Column("sector2"),
            Before("sector", ','),
        ],
        ..PLAIN
    },
    File {
        name: "san_diego_2016_2018",
        source_id: "san-diego-permits",
        series: Series::Column("series_id"),
        nature: &["nature"],
        sector: &[
            Constant("san-diego"),
            Before("sector", ':'),
            After("sector", ':'),
        ],
        ..PLAIN
    },
    File {
        name: "san_diego_native",
        source_id: "san-diego-permits-native",
        id: ("sdn-", "event_id"),
        series: Series::Digest(&["event_type", "event_title"]),
        nature: &["event_type"],
        attendance: Some("exp_attendance"),
        start: Some("event_start"),
        ..PLAIN
    },
    File {
        name: "seattle_2014_2017",
        source_id: "seattle-permits",
        series: Series::Column("series_id"),
        sector: &[Constant("seattle"), Column("sector")],
        ..PLAIN
    },
    File {
        name: "seattle_native",
        source_id: "seattle-permits-native",
        id: ("sea-native-", "year_month_app"),
        nature: &["permit_type", "event_category", "event_sub_category"],
        sector: &[Constant("seattle"), Column("event_location_neighborhood")],
        start: Some("event_start_date"),
        ..PLAIN
    },
    File {
        name: "nyc_permits_2022",
        source_id: "nyc-permits",
        nature: &["nature"],
        sector: &[Constant("new-york"), Column("sector"), Only("sector2", ',')],
        ..PLAIN
    },
    File {
        name: "madrid_agenda",
        source_id: "madrid-agenda",
        nature: &["nature"],
        sector: &[Constant("madrid"), Column("sector"), Column("sector2")],
        ..PLAIN
    },
    File {
        name: "fr_panorama_festivals_2018_2019",
        source_id: "panorama-festivals",
        sector: &[Constant("fr"), Column("sector2"), Before("sector", '(')],
        ..PLAIN
    },
    // These have no mapping: read as the others of their kind.
    File {
        name: "fr_liste_festivals",
        source_id: "liste-festivals",
        sector: &[Constant("fr"), Column("sector2"), Column("sector")],
        start: None,
        ..PLAIN
    },
    File {
        name: "fr_openagenda_paris_drome",
        source_id: "openagenda",
        nature: &["nature"],
        sector: &[Column("sector"), Column("sector2")],
        ..PLAIN
    },
    File {
        name: "scad_latin_america",
        source_id: "scad",
        sector: &[Column("sector2"), Column("sector")],
        ..PLAIN
    },
];

impl File {
    /// `None`, said aloud, where the file is not.
    pub(crate) fn rows(&self, root: &Path) -> Option<Vec<Row>> {
        let path = root
            .join("../shared/data")
            .join(format!("{}.csv", self.name));
        if !path.exists() {
            eprintln!("{} is not there: nothing was tested", path.display());
            return None;
        }
        let mut reader = csv::Reader::from_path(path).expect("it can be read");
        let columns = reader.headers().expect("a first line").clone();
        let row = |record: csv::StringRecord| {
            let cell = |column: &str| {
                let at = columns.iter().position(|name| name == column);
                record[at.unwrap_or_else(|| panic!("no column {column}"))]
                    .trim()
                    .to_owned()
            };
            self.row(&cell)
        };
        Some(
            reader
                .records()
                .map(|record| row(record.expect("a row")))
                .collect(),
        )
    }

    fn row(&self, cell: &dyn Fn(&str) -> String) -> Row {
        let codes = |texts: Vec<String>| {
            let codes: Vec<String> = texts
                .iter()
                .map(|text| code(text))
                .take_while(|code| !code.is_empty())
                .collect();
            (!codes.is_empty()).then(|| codes.join("/"))
        };
        let level = |level: &Level| match level {
            Constant(code) => (*code).to_owned(),
            Column(column) => cell(column),
            Before(column, sign) => cell(column)
                .split(*sign)
                .next()
                .unwrap_or_default()
                .to_owned(),
            Only(column, sign) => {
                let cell = cell(column);
                let mut parts = cell
                    .split(*sign)
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                let first = parts.next().unwrap_or_default().to_owned();
                if parts.next().is_none() {
                    first
                } else {
                    String::new()
                }
            }
            After(column, sign) => cell(column)
                .rsplit_once(*sign)
                .map(|(_, last)| last.to_owned())
                .unwrap_or_default(),
        };
        let series_id = match &self.series {
            Series::None => None,
            Series::Column(column) => Some(cell(column)).filter(|id| !id.is_empty()),
            Series::Digest(columns) => {
                Some(digest(columns.iter().map(|column| cell(column)).collect()))
            }
        };
        let day = self.start.and_then(|column| day(&cell(column)));
        Row {
            // An id with other signs is refused by its form, before the guard.
            event_id: format!(
                "{}{}",
                self.id.0,
                cell(self.id.1)
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
            ),
            series_id,
            nature: codes(self.nature.iter().map(|column| cell(column)).collect()),
            sector: codes(self.sector.iter().map(level).collect()),
            source_id: self.source_id,
            participants: self
                .attendance
                .and_then(|column| Some(cell(column).parse::<f64>().ok()? as u64)),
            days: day.map(|day| (day, day)),
        }
    }
}

impl Row {
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields {
            event_id: &self.event_id,
            series_id: self.series_id.as_deref(),
            nature: self.nature.as_deref(),
            sector: self.sector.as_deref(),
            source_id: self.source_id,
            participants: self.participants,
            days: self.days,
            ..Fields::default()
        }
    }
}

/// As the indexer's mappings make codes.
fn code(text: &str) -> String {
    let normal = normalise(text);
    if normal.len() <= CODE_BYTES_MAX {
        return normal;
    }
    let head = &normal[..=CODE_BYTES_MAX];
    let end = head
        .rfind('-')
        .filter(|end| *end > CODE_BYTES_MAX / 2)
        .unwrap_or(CODE_BYTES_MAX);
    normal[..end].trim_end_matches('-').to_owned()
}

fn normalise(text: &str) -> String {
    let mut code = String::new();
    for sign in deunicode(text).chars() {
        if sign.is_ascii_alphanumeric() {
            code.push(sign.to_ascii_lowercase());
        } else if !code.is_empty() && !code.ends_with('-') {
            code.push('-');
        }
    }
    code.trim_end_matches('-').to_owned()
}

fn digest(texts: Vec<String>) -> String {
    let mut digester = Digester::new("mapped-id/1");
    digester.list(texts.iter(), |digester, text| {
        digester.text(&normalise(text));
    });
    digester.finish().to_string()[..20].to_owned()
}

/// Near enough: days since 1970 of `YYYY-MM-DD…`, months of 30.44 days.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.get(..10)?.split('-').map(str::parse::<f64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    Some(((year - 1970.0) * 365.25 + (month - 1.0) * 30.44 + day) as i64)
}
