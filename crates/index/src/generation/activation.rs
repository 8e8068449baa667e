//! `ACTIVATIONS`: which generation was chosen by hand, when and why, a line each, the oldest first.

use std::io;
use std::path::Path;

use sosie_similarity::{Rule, Timestamp};

use super::GenerationId;
use super::disk::{self, read_at_most};
use crate::record::{format_instant, parse_instant};

/// The journal.
const ACTIVATIONS_FILE: &str = "ACTIVATIONS";
/// Most lines that are kept, the newest: choices by hand of many years.
const ACTIVATIONS_MAX: usize = 1_000;
/// Most bytes of the journal: a line is below 100 for the first million generations.
const ACTIVATIONS_BYTES_MAX: u64 = 1 << 20;
/// What stands for no generation.
const NONE: &str = "-";

/// Why a generation is chosen: a closed set, so that nothing else can be written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivationReason {
    /// The one that is served holds wrong data.
    WrongData,
    /// The one that is served gives wrong answers from right data.
    WrongAnswers,
    /// The one that is served costs too much time or memory.
    TooSlow,
    /// What had spoken against this one is mended.
    Mended,
    /// It is an exercise.
    Exercise,
}

impl ActivationReason {
    /// All reasons.
    pub const ALL: [ActivationReason; 5] = [
        ActivationReason::WrongData,
        ActivationReason::WrongAnswers,
        ActivationReason::TooSlow,
        ActivationReason::Mended,
        ActivationReason::Exercise,
    ];

    /// The stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            ActivationReason::WrongData => "WRONG_DATA",
            ActivationReason::WrongAnswers => "WRONG_ANSWERS",
            ActivationReason::TooSlow => "TOO_SLOW",
            ActivationReason::Mended => "MENDED",
            ActivationReason::Exercise => "EXERCISE",
        }
    }
}

/// What the caller says of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Now.
    pub time: Timestamp,
    /// Why.
    pub reason: ActivationReason,
    /// The generation that must be served, if that matters.
    pub expected: Option<GenerationId>,
}

/// A choice that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activation {
    /// When.
    pub time: Timestamp,
    /// Which.
    pub generation: GenerationId,
    /// The one that was served before, if any.
    pub previous: Option<GenerationId>,
    /// Why.
    pub reason: ActivationReason,
}

/// The journal of choices can't be used; an operator moves it away.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It can't be read or written.
    #[error("generations: `ACTIVATIONS`: {0}")]
    Io(#[from] io::Error),
    /// A line of it is none that was ever written, or it is too long.
    #[error("generations: `ACTIVATIONS` is not of the documented form")]
    Malformed,
}

/// The choices that were made in `dir`, the oldest first; none if there is no journal.
///
/// # Errors
/// [`JournalError`].
pub fn read_activations(dir: &Path) -> Result<Vec<Activation>, JournalError> {
    let bytes = match read_at_most(&dir.join(ACTIVATIONS_FILE), ACTIVATIONS_BYTES_MAX) {
        Ok(bytes) => bytes.ok_or(JournalError::Malformed)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(JournalError::Io(source)),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| JournalError::Malformed)?;
    let read: Result<_, Rule> = text.lines().map(parse).collect();
    read.map_err(|_| JournalError::Malformed)
}

impl Activation {
    /// Writes this as the last line in `dir`: at every instant the old journal or the new one is there, whole. A
    /// damaged journal stays, and is added to in vain: it is not written over.
    pub(super) fn append(self, dir: &Path) -> Result<(), JournalError> {
        let mut made = read_activations(dir)?;
        made.push(self);
        let first = made.len().saturating_sub(ACTIVATIONS_MAX);
        let text: String = made[first..].iter().map(Activation::line).collect();
        Ok(disk::replace(dir, ACTIVATIONS_FILE, text.as_bytes())?)
    }

    fn line(&self) -> String {
        let time = format_instant(self.time, chrono_tz::Tz::UTC);
        let previous = self.previous.map(|previous| previous.to_string());
        let previous = previous.as_deref().unwrap_or(NONE);
        let (generation, reason) = (self.generation, self.reason.name());
        format!("{time} {generation} {previous} {reason}\n")
    }
}

fn parse(line: &str) -> Result<Activation, Rule> {
    let parts: Vec<_> = line.split(' ').collect();
    let &[time, generation, previous, reason] = parts.as_slice() else {
        return Err(Rule::Malformed);
    };
    let previous = (previous != NONE).then(|| GenerationId::parse(previous));
    let mut reasons = ActivationReason::ALL.into_iter();
    Ok(Activation {
        time: parse_instant(time)?,
        generation: GenerationId::parse(generation)?,
        previous: previous.transpose()?,
        reason: reasons
            .find(|known| known.name() == reason)
            .ok_or(Rule::Malformed)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activation(number: u64) -> Activation {
        Activation {
            time: Timestamp::from_micros(number as i64).unwrap(),
            generation: GenerationId(number),
            previous: (number > 1).then(|| GenerationId(number - 1)),
            reason: ActivationReason::ALL[number as usize % 5],
        }
    }

    #[test]
    fn a_journal_is_read_as_it_was_written_and_keeps_the_newest_lines() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read_activations(dir.path()).unwrap(), []);
        let mut made = Vec::new();
        for number in 1..=3 {
            activation(number).append(dir.path()).unwrap();
            made.push(activation(number));
            assert_eq!(read_activations(dir.path()).unwrap(), made);
        }
        let full: String = (1..=1_000).map(|n| activation(n).line()).collect();
        disk::replace(dir.path(), ACTIVATIONS_FILE, full.as_bytes()).unwrap();
        activation(1_001).append(dir.path()).unwrap();
        let kept = read_activations(dir.path()).unwrap();
        assert_eq!((kept.len(), kept[0]), (1_000, activation(2)));
        assert_eq!(kept[999], activation(1_001));
    }

    #[test]
    fn a_damaged_journal_is_refused_and_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let line = activation(7).line();
        for bad in [
            line.replace("WRONG", "RIGHT"),
            line.replace("TOO_", ""),
            line.replace(' ', "  "),
            line.replace("gen-000007", "gen-7"),
            format!("{line}x"),
        ]
        .into_iter()
        .filter(|bad| *bad != line)
        {
            disk::replace(dir.path(), ACTIVATIONS_FILE, bad.as_bytes()).unwrap();
            let refused = activation(8).append(dir.path());
            assert!(matches!(refused, Err(JournalError::Malformed)), "{bad}");
            let kept = std::fs::read(dir.path().join(ACTIVATIONS_FILE)).unwrap();
            assert_eq!(kept, bad.as_bytes());
        }
    }
}
