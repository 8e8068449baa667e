//! Summaries and generations as tables for people.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use sosie_index::GenerationSummary;
use sosie_index::record::format_instant;

use crate::check::CheckReport;
use crate::summary::{Reasons, Summary};

/// Writes a summary.
///
/// # Errors
/// Those of `out`.
pub fn write_summary(out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
    writeln!(out, "{}", inputs_table(summary))?;
    write_reasons(out, "refused", &summary.total.refusals)?;
    write_reasons(out, "corrected", &summary.total.corrections)?;
    if !summary.missing.is_empty() {
        writeln!(out, "{}", missing_table(summary))?;
    }
    for source in &summary.undeclared_sources {
        writeln!(
            out,
            "warning: source `{source}` is not declared; name it in a --sources file"
        )?;
    }
    if let Some(path) = &summary.rejects_file {
        writeln!(out, "refused records: {}", path.display())?;
    }
    let (elapsed, rate) = (summary.elapsed_s, summary.records_per_s);
    match &summary.generation {
        Some(name) => writeln!(out, "published {name}: {} events", summary.event_count)?,
        None => writeln!(out, "nothing was published")?,
    }
    writeln!(
        out,
        "{} records in {elapsed:.1} s, {rate:.0}/s",
        summary.total.read
    )
}

/// Writes the list of generations.
///
/// # Errors
/// Those of `out`.
pub fn write_generations(out: &mut dyn Write, found: &[GenerationSummary]) -> io::Result<()> {
    if found.is_empty() {
        return writeln!(out, "no generation was published here yet");
    }
    let mut table = table(&["generation", "", "created", "events", "sources"]);
    for summary in found {
        let name = summary.generation.to_string();
        let current = if summary.is_current { "current" } else { "" }.to_owned();
        match &summary.manifest {
            Ok(manifest) => {
                let sources = manifest
                    .sources
                    .iter()
                    .map(|source| source.source_id.to_string());
                let created = format_instant(manifest.created_time, chrono_tz::Tz::UTC);
                let events = manifest.event_count.to_string();
                let sources = sources.collect::<Vec<_>>().join(", ");
                table.add_row([name, current, created, events, sources]);
            }
            Err(error) => {
                table.add_row([name, current, format!("damaged: {error}")]);
            }
        }
    }
    writeln!(out, "{table}")
}

/// Writes what a check found.
///
/// # Errors
/// Those of `out`.
pub fn write_check(out: &mut dyn Write, report: &CheckReport) -> io::Result<()> {
    let mut settings = table(&["setting", "value", "from"]);
    for setting in &report.settings {
        let value = setting.value.as_deref().unwrap_or("");
        settings.add_row([setting.key.as_str(), value, setting.origin]);
    }
    writeln!(out, "{settings}")?;
    let mut findings = table(&["", "", "found"]);
    for finding in &report.findings {
        let mark = if finding.is_ok { "ok" } else { "wrong" };
        findings.add_row([finding.subject.as_str(), mark, &finding.told]);
    }
    writeln!(out, "{findings}")
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_header(header.iter().copied());
    table
}

fn number(count: u64) -> Cell {
    Cell::new(count).set_alignment(CellAlignment::Right)
}

fn inputs_table(summary: &Summary) -> Table {
    let mut table = table(&["input", "read", "indexed", "replaced", "refused"]);
    let inputs = summary
        .inputs
        .iter()
        .map(|i| (i.file.display().to_string(), &i.tally));
    let total = ("total".to_owned(), &summary.total);
    for (name, tally) in inputs.chain((summary.inputs.len() != 1).then_some(total)) {
        let counts = [tally.read, tally.indexed, tally.replaced, tally.refused];
        table.add_row(std::iter::once(Cell::new(name)).chain(counts.map(number)));
    }
    table
}

fn write_reasons(out: &mut dyn Write, title: &str, reasons: &Reasons) -> io::Result<()> {
    let mut table = table(&[title, "rule", "records"]);
    for (field, rule, count) in reasons.iter() {
        let field = if field.is_empty() { "(record)" } else { field };
        table.add_row([Cell::new(field), Cell::new(rule), number(count)]);
    }
    if table.is_empty() {
        Ok(())
    } else {
        writeln!(out, "{table}")
    }
}

fn missing_table(summary: &Summary) -> Table {
    let mut table = table(&["axis", "missing", "share"]);
    for missing in &summary.missing {
        let share = Cell::new(format!("{:.1} %", missing.share * 100.0));
        let share = share.set_alignment(CellAlignment::Right);
        table.add_row([Cell::new(missing.axis), number(missing.count), share]);
    }
    table
}
