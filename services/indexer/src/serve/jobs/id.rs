//! The name of a job.

use std::fmt;

use sosie_similarity::Rule;

/// How the name of a job begins.
const PREFIX: &str = "job-";

/// The number of a job, drawn at random; displayed as `job-00c0ffee00c0ffee`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId(u64);

impl JobId {
    /// A new one.
    pub fn random() -> Self {
        JobId(rand::random())
    }

    /// Parses what [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// [`Rule::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let digits = text.strip_prefix(PREFIX).ok_or(Rule::Malformed)?;
        let number = u64::from_str_radix(digits, 16).map_err(|_| Rule::Malformed)?;
        let id = JobId(number);
        // Written back, so that no job has a second name.
        (id.to_string() == text)
            .then_some(id)
            .ok_or(Rule::Malformed)
    }

    pub(super) fn to_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_one_name() {
        for id in [JobId(0), JobId(0xc0_ffee), JobId(u64::MAX), JobId::random()] {
            assert_eq!(JobId::parse(&id.to_string()), Ok(id));
        }
        for other in ["", "job-", "job-1", "job-00C0FFEE00C0FFEE", "gen-000001"] {
            assert_eq!(JobId::parse(other), Err(Rule::Malformed), "{other}");
        }
    }
}
