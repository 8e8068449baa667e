//! A symmetric table of similarities between codes, as a profile declares it.

use crate::code::CodePath;
use crate::invalid::{Invalid, Rule, in_range};
use crate::limits::TABLE_CODES_MAX;

/// Similarities between code paths: symmetric, unit diagonal, every entry in [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarityTable {
    codes: Vec<CodePath>,
    rows: Vec<Vec<f64>>,
}

impl SimilarityTable {
    /// Checks shape, range, symmetry and diagonal. `rows[i][j]` is the similarity of codes i and j.
    ///
    /// # Errors
    /// On `codes` or `rows`.
    pub fn new(codes: Vec<CodePath>, rows: Vec<Vec<f64>>) -> Result<Self, Invalid> {
        if codes.is_empty() {
            return Err(Invalid::new("codes", Rule::Required));
        }
        if codes.len() > TABLE_CODES_MAX {
            return Err(Invalid::new("codes", Rule::TooMany(TABLE_CODES_MAX)));
        }
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        if distinct.len() != codes.len() {
            return Err(Invalid::new("codes", Rule::Duplicate));
        }
        let square = rows.len() == codes.len() && rows.iter().all(|row| row.len() == codes.len());
        if !square {
            return Err(Invalid::new("rows", Rule::InvalidTable));
        }
        for (i, row) in rows.iter().enumerate() {
            for (j, &entry) in row.iter().enumerate() {
                in_range(entry, 0.0, 1.0)
                    .map_err(|rule| Invalid::new(format!("rows[{i}][{j}]"), rule))?;
                if entry != rows[j][i] || (i == j && entry != 1.0) {
                    return Err(Invalid::new(format!("rows[{i}][{j}]"), Rule::InvalidTable));
                }
            }
        }
        // −0 equals 0 and has other bits: one zero, so that symmetry holds to the last bit.
        let rows = rows
            .into_iter()
            .map(|row| row.into_iter().map(|entry| entry + 0.0).collect());
        Ok(SimilarityTable {
            codes,
            rows: rows.collect(),
        })
    }

    /// The codes, in the order of the rows.
    pub fn codes(&self) -> &[CodePath] {
        &self.codes
    }

    /// The rows, square.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// The similarity of two paths: that of their longest prefixes in the table. A path that the table
    /// does not know resembles only itself.
    pub fn similarity(&self, a: &CodePath, b: &CodePath) -> f64 {
        match (self.position(a), self.position(b)) {
            _ if a == b => 1.0,
            (Some(i), Some(j)) => self.rows[i][j],
            (None, _) | (_, None) => 0.0,
        }
    }

    /// Where the longest prefix of `path` stands in the table.
    fn position(&self, path: &CodePath) -> Option<usize> {
        let known = self
            .codes
            .iter()
            .enumerate()
            .filter(|(_, code)| path.starts_with(code));
        known.max_by_key(|(_, code)| code.depth()).map(|(at, _)| at)
    }
}
