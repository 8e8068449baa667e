//! A statement as text and as Markdown.

use super::{Phrase, Statement};

pub(super) fn text(statement: &Statement) -> String {
    let mut text = format!("{}\n", statement.title());
    for (at, section) in statement.sections.iter().enumerate() {
        let title = section.heading.title(statement.language);
        text += &format!("\n{}° {title}\n", at + 1);
        for line in &section.lines {
            text += &format!("   – {}\n", line.text);
        }
    }
    text
}

pub(super) fn markdown(statement: &Statement) -> String {
    let mut text = format!("# {}\n", statement.title());
    for (at, section) in statement.sections.iter().enumerate() {
        let title = section.heading.title(statement.language);
        text += &format!("\n## {}° {title}\n\n", at + 1);
        for line in &section.lines {
            text += &format!("- {}\n", line.text);
        }
    }
    text
}

impl Statement {
    fn title(&self) -> String {
        Phrase::Title.fill(self.language, std::slice::from_ref(&self.event_id))
    }
}
