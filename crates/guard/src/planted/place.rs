//! Where a value is planted: in an id, a code, a number, or over two fields.

use super::PlantedRecord;
use super::disguise::Disguise;
use super::draw::Draw;
use super::kind::Kind;

/// Bytes of an id and of a code.
const ID_BYTES: usize = 64;
const CODE_BYTES: usize = 32;

/// Writes `value` as the record's disguise says and puts it into one of the fields that it fits.
pub(super) fn plant(record: &mut PlantedRecord, value: &str, draw: &mut Draw) {
    if record.disguise == Disguise::Split {
        return split(record, value, draw);
    }
    // Backwards it would begin with two zeros, as counters do: nobody can tell.
    if record.disguise == Disguise::Reversed && value.ends_with("00") {
        record.disguise = Disguise::Plain;
    }
    let text = record.disguise.write(value, draw);
    let id = if draw.below(2) == 0 {
        as_id(&text)
    } else {
        text.clone()
    };
    let code = as_code(&text);
    let fits_code = code.len() <= CODE_BYTES && survives_lower_case(record);
    match draw.below(10) {
        0 if is_whole_number(record, &text) => {
            record.participants = text.parse().ok();
        }
        1 if is_whole_number(record, &text) => {
            record
                .outcomes
                .push(("officers".to_owned(), text.parse().unwrap_or_default()));
        }
        2 if fits_code => record.nature = Some(format!("culture/{code}")),
        3 if fits_code => record.sector = Some(format!("marseille/{code}/opera")),
        4 if fits_code => record.outcomes.push((code, 3.0)),
        5 if fits_code => record.source_id = code,
        6 => record.series_id = Some(id),
        7 if id.len() + 3 <= ID_BYTES && record.disguise == Disguise::Plain => {
            record.event_id = format!("ev-{id}")
        }
        _ => record.event_id = id,
    }
}

/// Nothing but digits, the first not 0.
fn is_whole_number(record: &PlantedRecord, text: &str) -> bool {
    record.disguise == Disguise::Plain
        && text.len() >= 8
        && text.len() <= 15
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Base64 is nothing without its capitals; plates of Poland and keys are not told from codes.
fn survives_lower_case(record: &PlantedRecord) -> bool {
    let cased = matches!(
        record.disguise,
        Disguise::Base64 | Disguise::Homoglyphs | Disguise::Invisible | Disguise::Percent
    );
    let kind = matches!(
        record.kind,
        Kind::HighEntropy | Kind::CryptoAddress | Kind::LicencePlate
    );
    !cased && !kind
}

/// With the signs that an id may have.
fn as_id(text: &str) -> String {
    let text = text.replace('@', "-at-").replace('+', "00");
    let sign = |sign: char| {
        if sign.is_alphanumeric() || "._:-%".contains(sign) || !sign.is_ascii() {
            sign
        } else {
            '-'
        }
    };
    text.chars().map(sign).collect()
}

/// With the signs that a code may have.
fn as_code(text: &str) -> String {
    let text = text
        .replace('@', "-at-")
        .replace('+', "00")
        .to_ascii_lowercase();
    let sign = |sign: char| {
        if sign.is_ascii_alphanumeric() {
            sign
        } else {
            '-'
        }
    };
    text.chars()
        .map(sign)
        .collect::<String>()
        .trim_matches('-')
        .to_owned()
}

/// Cut where a sign is, or in the middle, into two ids or two codes of a path.
fn split(record: &mut PlantedRecord, value: &str, draw: &mut Draw) {
    let signs: Vec<usize> = value
        .match_indices([' ', '-', '.', '@', '_', ':'])
        .map(|(at, _)| at)
        .filter(|at| (1..value.len() - 1).contains(at))
        .collect();
    let middle = value.len() / 2;
    let at = signs
        .get(draw.below(signs.len().max(1)))
        .copied()
        .unwrap_or(middle);
    let (first, second) = value.split_at(at);
    let second = second.trim_start_matches([' ', '-', '.', '_', ':']);
    let (codes, ids) = (
        [as_code(first), as_code(second)],
        [as_id(first), as_id(second)],
    );
    let short = codes
        .iter()
        .all(|code| code.len() <= CODE_BYTES && !code.is_empty());
    if record.kind.is_words() && short && draw.below(3) == 0 {
        record.sector = Some(codes.join("/"));
        return;
    }
    let [first, second] = ids;
    if draw.below(2) == 0 {
        record.event_id = first;
        record.series_id = Some(second);
    } else {
        record.series_id = Some(first);
        record.event_id = second;
    }
}
