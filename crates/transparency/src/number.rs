//! Numbers in documents: one form that a machine reads back, one that people read.
//!
//! Every exact number has one form in all languages: the shortest decimal that reads back to the same 64 bits, with a
//! point, without grouping, such as `0.1`, `12500` or `1e-9`. French writes a decimal comma and groups digits by narrow
//! spaces, which no parser agrees on; so a typographic form may stand beside the exact one and never in its place. Exact
//! numbers stand between backticks, and nothing else in a statement does: that is how a reader, or a test, finds them.

use crate::language::Language;

/// U+202F, which French and SI put between groups of three digits.
const NARROW_SPACE: char = '\u{202f}';
/// Decimals of the rounded form.
const DECIMALS: usize = 3;
/// Below it three decimals would say next to nothing, so there is no rounded form.
const ROUNDED_MIN: f64 = 0.01;
/// From it on decimals are noise to people: the rounded form has none.
const WHOLE_FROM: f64 = 1_000.0;

/// The shortest decimal that reads back to the same bits, with an exponent below 1e-5 and from 1e16 on.
pub fn exact(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// The exact digits with the decimal sign of the language, for running text.
pub(crate) fn localised(value: f64, language: Language) -> String {
    language.pick(exact(value).replace('.', ","), exact(value))
}

/// A count with its digits in groups of three.
pub(crate) fn grouped(count: u64, language: Language) -> String {
    let digits = count.to_string();
    let separator = language.pick(NARROW_SPACE, ',');
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The exact form between backticks, for values as their source states them: they are short already.
pub(crate) fn raw_figure(value: f64) -> String {
    format!("`{}`", exact(value))
}

/// The exact form between backticks, with the rounded one before it where that is another number.
pub(crate) fn figure(value: f64, language: Language) -> String {
    let exact = raw_figure(value);
    match rounded(value, language) {
        Some(rounded) => format!("{rounded} ({exact})"),
        None => exact,
    }
}

/// `≈` and a few digits, or nothing where rounding changes nothing or leaves nothing.
fn rounded(value: f64, language: Language) -> Option<String> {
    let size = value.abs();
    if !(ROUNDED_MIN..1e15).contains(&size) {
        return None;
    }
    let decimals = if size >= WHOLE_FROM { 0 } else { DECIMALS };
    let text = format!("{value:.decimals$}");
    if text.parse() == Ok(value) {
        return None;
    }
    let text = if decimals == 0 {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", grouped(size.round() as u64, language))
    } else {
        language.pick(text.replace('.', ","), text)
    };
    Some(format!("≈ {text}"))
}

/// A share in [0, 1] as a percentage with one decimal.
pub(crate) fn percent(share: f64, language: Language) -> String {
    let text = format!("{:.1}", share * 100.0);
    match language {
        Language::French => format!("{}\u{a0}%", text.replace('.', ",")),
        Language::English => format!("{text}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_forms_are_short_and_read_back_to_the_same_bits() {
        let hard = [0.1 + 0.2, 1e-9, 5e-324, f64::MAX, -0.0, 1e16, 1.0 / 3.0];
        for value in hard {
            assert_eq!(
                exact(value).parse::<f64>().map(f64::to_bits),
                Ok(value.to_bits())
            );
        }
        assert_eq!([exact(1.0), exact(0.5), exact(1e-9)], ["1", "0.5", "1e-9"]);
    }

    #[test]
    fn a_rounded_form_follows_the_language_and_stands_only_beside_another_exact_one() {
        let figures = |value| Language::ALL.map(|language| figure(value, language));
        assert_eq!(figures(0.5), ["`0.5`", "`0.5`"]);
        assert_eq!(
            figures(1.0 / 3.0),
            [
                "≈ 0,333 (`0.3333333333333333`)",
                "≈ 0.333 (`0.3333333333333333`)"
            ]
        );
        assert_eq!(figures(12345.5)[0], "≈ 12\u{202f}346 (`12345.5`)");
        assert_eq!(figures(1e-4)[1], "`0.0001`");
        assert_eq!(grouped(1_234_567, Language::English), "1,234,567");
        assert_eq!(percent(0.4, Language::French), "40,0\u{a0}%");
    }
}
