//! Records with personal data of nobody, each with a word that is in no other text.
//!
//! The word is what is looked for, and the personal data itself where it is long enough to be told from chance. The word is not
//! why a record is refused: records that have nothing else are accepted.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sosie_guard::planted::{PlantedRecord, Planter};
use sosie_proto::pb;

/// Consonants: no name, no word, nothing that a vowel would make of them.
const SIGNS: &[u8; 15] = b"bdfghklmnprstvz";
/// Signs of personal data that nothing else has by chance.
const VALUE_BYTES_MIN: usize = 12;
/// What a planter writes where it plants nothing.
const NATURE: &str = "market/farmers";
const SECTOR: &str = "marseille/13008";
const SOURCE: &str = "city-permits";
/// Names that say nothing of anybody, though handles have them.
const KNOWN: [&str; 6] = [
    "twitter",
    "instagram",
    "facebook",
    "tiktok",
    "linkedin",
    "telegram",
];

/// A record, and what of it may be nowhere.
#[derive(Clone, Debug)]
pub(super) struct Planted {
    /// What is in it.
    pub(super) record: PlantedRecord,
    /// In every field of it that is free still.
    pub(super) word: String,
    /// The personal data of it that is long enough to be looked for.
    pub(super) values: Vec<String>,
    /// Whether its personal data is in its ids alone: all of it is then in a row of a city's own file.
    pub(super) is_in_ids: bool,
}

/// The word of a number below 15⁶.
pub(super) fn word(number: u64) -> String {
    let signs = (0..6).scan(number, |left, _| {
        let sign = SIGNS[(*left % 15) as usize];
        *left /= 15;
        Some(char::from(sign))
    });
    format!("zq{}", signs.collect::<String>())
}

/// The record of that number.
pub(super) fn planted(planter: &Planter, number: u64) -> Planted {
    let mut record = planter.record(number);
    let word = word(number);
    let values = values(&record);
    let is_in_ids = record.nature.as_deref() == Some(NATURE)
        && record.sector.as_deref() == Some(SECTOR)
        && record.source_id == SOURCE
        && record.outcomes.is_empty()
        && record.participants.is_none();
    if is_usual_id(&record.event_id) {
        record.event_id = format!("ev-{word}");
    }
    let series_id = record.series_id.take();
    record.series_id = series_id.or(Some(format!("se-{word}")));
    for (path, usual) in [(&mut record.nature, NATURE), (&mut record.sector, SECTOR)] {
        if path.as_deref() == Some(usual) {
            *path = Some(format!("{usual}/{word}"));
        }
    }
    record.outcomes.push((word.clone(), 2.0));
    Planted {
        record,
        word,
        values,
        is_in_ids,
    }
}

/// A record with nothing but a word: it is accepted, and found.
pub(super) fn clean(number: u64) -> PlantedRecord {
    let word = word(number);
    PlantedRecord {
        event_id: format!("ev-{word}"),
        series_id: Some(format!("se-{word}")),
        nature: Some(format!("{NATURE}/{word}")),
        sector: Some(format!("{SECTOR}/{word}")),
        source_id: SOURCE.to_owned(),
        outcomes: vec![(word, 2.0)],
        ..PlantedRecord::default()
    }
}

/// `ev-` and four digits, as of every record that has its personal data elsewhere.
fn is_usual_id(id: &str) -> bool {
    let digits = id.strip_prefix("ev-");
    digits.is_some_and(|it| it.len() == 4 && it.bytes().all(|byte| byte.is_ascii_digit()))
}

fn values(record: &PlantedRecord) -> Vec<String> {
    let codes = record.outcomes.iter().map(|(code, _)| code);
    let texts = [&record.series_id, &record.nature, &record.sector];
    let texts = texts.into_iter().flatten().chain(codes);
    let texts = texts.chain([&record.event_id, &record.source_id]);
    let parts = texts.flat_map(|text| text.split('/'));
    let is_unusual = |text: &&str| {
        text.len() >= VALUE_BYTES_MIN
            && *text != SOURCE
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
            && !KNOWN.contains(text)
    };
    parts.filter(is_unusual).map(str::to_owned).collect()
}

/// As a message.
pub(super) fn message(record: &PlantedRecord) -> pb::IngestRecord {
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let participants = record.participants.map(|best| pb::Participants {
        best: Some(i64::try_from(best).unwrap_or(i64::MAX)),
        ..pb::Participants::default()
    });
    pb::IngestRecord {
        event: Some(pb::EventInput {
            event_id: record.event_id.clone(),
            series_id: record.series_id.clone(),
            state: pb::EventState::Held.into(),
            nature: record.nature.clone(),
            sector: record.sector.clone(),
            start_time: time(1_717_257_600),
            end_time: time(1_717_275_600),
            time_zone: "Europe/Paris".to_owned(),
            time_precision: pb::TimePrecision::Exact.into(),
            participants,
            outcomes: record.outcomes.iter().cloned().collect(),
            source_id: record.source_id.clone(),
            ..pb::EventInput::default()
        }),
        if_revision: None,
    }
}

/// As a line of a file.
pub(super) fn line(record: &PlantedRecord) -> Value {
    let outcomes: BTreeMap<_, _> = record.outcomes.iter().cloned().collect();
    json!({
        "event_id": record.event_id, "series_id": record.series_id, "state": "HELD",
        "nature": record.nature, "sector": record.sector,
        "start_time": "2024-06-01T16:00:00Z", "end_time": "2024-06-01T21:00:00Z",
        "time_zone": "Europe/Paris", "time_precision": "EXACT",
        "participants": record.participants.map(|best| json!({"best": best})),
        "outcomes": outcomes, "source_id": record.source_id,
    })
}

/// As a row of a city's own file, whose last column is not used.
pub(super) fn row(record: &PlantedRecord, note: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let series = record.series_id.as_deref().unwrap_or_default();
    let cells = [&record.event_id, series, note].map(quoted);
    format!(
        "{},{},2024-06-01T18:00:00,2024-06-01T23:00:00,{}\n",
        cells[0], cells[1], cells[2]
    )
}

/// What reads [`row`]s.
pub(super) const MAPPING: &str = r#"format = "csv"
[source]
source_id = "register"
name = "Register"
owner = "Town"
licence = "none"
collection_method = "Declared"
known_time = "end_time"
[fields]
event_id = "id"
series_id = "series"
state = { constant = "HELD" }
time_zone = { constant = "Europe/Paris" }
[fields.times]
start = "start"
end = "end"
formats = ["%Y-%m-%dT%H:%M:%S"]
precision = { constant = "EXACT" }
[ignored]
note = "no free text enters the index"
"#;

/// The first line of a file of [`row`]s.
pub(super) const HEADER: &str = "id,series,start,end,note\n";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_record_has_a_word_of_its_own_in_a_field_that_is_free() {
        let planter = Planter::new(1);
        let all: Vec<_> = (0..2_000).map(|at| planted(&planter, at)).collect();
        let words: BTreeSet<_> = all.iter().map(|planted| &planted.word).collect();
        assert_eq!(words.len(), all.len());
        for planted in &all {
            let line = line(&planted.record).to_string();
            assert!(line.contains(&planted.word), "{line}");
        }
        assert!(
            all.iter()
                .filter(|planted| !planted.values.is_empty())
                .count()
                > 1_000
        );
    }
}
