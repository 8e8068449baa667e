//! How far a spool is, as the store keeps it.

use sosie_similarity::Digest;

/// The version of both forms.
const FORMAT_VERSION: u8 = 1;
/// Files that are remembered as done: months of daily files. The record of all is written with each file that is done.
pub(super) const DONE_MAX: usize = 1_024;

/// The file that is being imported: `version, SHA-256, records`, the number little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InWork {
    pub(super) sha256: Digest,
    /// Records of it that are done.
    pub(super) records: u64,
}

impl InWork {
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let records = self.records.to_le_bytes();
        [
            [FORMAT_VERSION].as_slice(),
            self.sha256.as_bytes(),
            &records,
        ]
        .concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (sha256, records) = versioned(bytes)?.split_first_chunk()?;
        Some(InWork {
            sha256: Digest::from_bytes(*sha256),
            records: u64::from_le_bytes(records.try_into().ok()?),
        })
    }
}

/// The files that are done, by what they hold: `version`, then a SHA-256 each, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done(Vec<Digest>);

impl Done {
    pub(super) fn has(&self, sha256: Digest) -> bool {
        self.0.contains(&sha256)
    }

    /// Adds one; the oldest is forgotten for it once there are many.
    pub(super) fn add(&mut self, sha256: Digest) {
        if self.0.len() == DONE_MAX {
            self.0.remove(0);
        }
        self.0.push(sha256);
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let digests = self.0.iter().flat_map(|sha256| *sha256.as_bytes());
        std::iter::once(FORMAT_VERSION).chain(digests).collect()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let (digests, _) = versioned(bytes).unwrap_or_default().as_chunks();
        Done(digests.iter().copied().map(Digest::from_bytes).collect())
    }
}

fn versioned(bytes: &[u8]) -> Option<&[u8]> {
    let (version, rest) = bytes.split_first()?;
    (*version == FORMAT_VERSION).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(n: usize) -> Digest {
        Digest::of(&n.to_le_bytes())
    }

    #[test]
    fn a_position_is_read_as_it_was_written_and_no_other_is() {
        let at = InWork {
            sha256: digest(1),
            records: 70_000,
        };
        assert_eq!(InWork::from_bytes(&at.to_bytes()), Some(at));
        assert_eq!(InWork::from_bytes(b""), None);
        assert_eq!(InWork::from_bytes(&at.to_bytes()[..40]), None);
        let mut other_version = at.to_bytes();
        other_version[0] = 2;
        assert_eq!(InWork::from_bytes(&other_version), None);
    }

    #[test]
    fn the_newest_files_are_remembered() {
        let mut done = Done::default();
        for n in 0..=DONE_MAX {
            done.add(digest(n));
        }
        let done = Done::from_bytes(&done.to_bytes());
        assert!(!done.has(digest(0)) && done.has(digest(1)) && done.has(digest(DONE_MAX)));
        assert_eq!(done.to_bytes().len(), 1 + 32 * DONE_MAX);
        assert_eq!(Done::from_bytes(b""), Done::default());
    }
}
