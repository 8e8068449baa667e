//! Names that rows share.

use std::collections::HashMap;

/// Distinct names, numbered as they come: over all segments, where tantivy numbers them in each.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    names: Vec<T>,
    numbers: HashMap<String, u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Dictionary {
            names: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T> Dictionary<T> {
    pub(super) fn number(&mut self, text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<u32> {
        if let Some(number) = self.numbers.get(text) {
            return Some(*number);
        }
        let number = u32::try_from(self.names.len()).ok()?;
        self.names.push(parse(text)?);
        self.numbers.insert(text.to_owned(), number);
        Some(number)
    }

    pub(super) fn name(&self, number: u32) -> &T {
        &self.names[number as usize]
    }

    pub(super) fn names(&self) -> &[T] {
        &self.names
    }
}
