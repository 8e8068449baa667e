//! Numbers as people read them.

/// A whole number with its thousands apart: `12,000`.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// An amount with one digit after the point, if it needs one.
pub(super) fn amount(number: f64) -> String {
    let tenths = (number * 10.0).round();
    let whole = grouped((tenths / 10.0).trunc() as i64);
    match (tenths % 10.0).abs() {
        0.0 => whole,
        tenth => format!("{whole}.{tenth:.0}"),
    }
}

/// A share from 0 to 1: `100 %`. Never rounded to a whole that it is not.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let shown = match percent.round() {
        100.0 if share < 1.0 => 99.0,
        0.0 if share > 0.0 => 1.0,
        rounded => rounded,
    };
    format!("{shown:.0} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_never_overstated() {
        assert_eq!(
            [0, 999, 1_000, -1_234_567].map(grouped),
            ["0", "999", "1,000", "-1,234,567"]
        );
        assert_eq!(
            [0.0, 18.5, 1_234.04, 99.96].map(amount),
            ["0", "18.5", "1,234", "100"]
        );
        assert_eq!(
            [0.0, 0.001, 0.5, 0.999, 1.0].map(percent),
            ["0 %", "1 %", "50 %", "99 %", "100 %"]
        );
    }
}
