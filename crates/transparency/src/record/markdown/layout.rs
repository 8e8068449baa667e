//! Sections and tables of Markdown.

pub(super) fn section(title: &str, text: &str) -> String {
    format!("## {title}\n\n{text}")
}

/// A bar in a text is escaped: it would begin a cell.
pub(super) fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let rule = vec!["---"; columns.len()];
    let body = rows.iter().map(|row| {
        let cells: Vec<String> = row.iter().map(|text| text.replace('|', "\\|")).collect();
        line(&cells.iter().map(String::as_str).collect::<Vec<_>>())
    });
    [line(columns), line(&rule)]
        .into_iter()
        .chain(body)
        .collect()
}
