//! Sections and tables of Markdown.

pub(super) fn section(title: &str, text: &str) -> String {
    format!("## {title}\n\n{text}")
}

pub(super) fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
    let rule = vec!["---"; columns.len()];
    let body = rows.iter().map(|row| {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        line(&cells)
    });
    [line(columns), line(&rule)]
        .into_iter()
        .chain(body)
        .collect()
}
