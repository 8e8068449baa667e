//! Lists in fields of limited length.

/// As many of `lines` as fit into `chars_max` characters, one on each line; if some do not, a last line made by
/// `left_out` says how many.
pub(super) fn fitted(
    lines: &[String],
    chars_max: usize,
    left_out: impl Fn(usize) -> String,
) -> String {
    let whole = lines.join("\n");
    if whole.chars().count() <= chars_max {
        return whole;
    }
    // From the longest on: with n lines told, the last line counts what the n leave.
    let told = (0..lines.len()).rev().map(|told| {
        let mut text = lines[..told].to_vec();
        text.push(left_out(lines.len() - told));
        text.join("\n")
    });
    let mut fitting = told.filter(|text| text.chars().count() <= chars_max);
    fitting.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let lines: Vec<String> = ["aaaa", "bbbb", "cccc"].map(str::to_owned).into();
        let left_out = |count| format!("+{count}");
        assert_eq!(fitted(&lines, 14, left_out), "aaaa\nbbbb\ncccc");
        assert_eq!(fitted(&lines, 13, left_out), "aaaa\nbbbb\n+1");
        assert_eq!(fitted(&lines, 7, left_out), "aaaa\n+2");
    }
}
