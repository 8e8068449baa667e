//! How far an outbox has been read, as the store keeps it.

use serde::{Deserialize, Serialize};

/// Everything up to a row of the outbox, in the order of `(xid, seq)`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutboxPosition {
    /// The cluster whose transactions `xid` counts.
    pub(super) system_identifier: String,
    /// The transaction of the row.
    pub(super) xid: u64,
    /// The row.
    pub(super) seq: i64,
}

impl OutboxPosition {
    /// Before the first row.
    pub(super) fn start(system_identifier: &str) -> Self {
        OutboxPosition {
            system_identifier: system_identifier.to_owned(),
            xid: 0,
            seq: i64::MIN,
        }
    }

    /// After every row of the transactions before one: a snapshot in which that one is the oldest that may be running
    /// has seen them all.
    pub(super) fn before_transaction(system_identifier: &str, xid: u64) -> Self {
        OutboxPosition {
            system_identifier: system_identifier.to_owned(),
            xid: xid.saturating_sub(1),
            seq: i64::MAX,
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a text and two numbers are JSON")
    }

    /// None for bytes that [`OutboxPosition::to_bytes`] does not write.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_back_and_others_are_not() {
        let position = OutboxPosition::before_transaction("7431", u64::MAX);
        assert_eq!(
            OutboxPosition::from_bytes(&position.to_bytes()),
            Some(position)
        );
        for bytes in [
            &b""[..],
            b"{}",
            br#"{"system_identifier":"1","xid":-1,"seq":1}"#,
        ] {
            assert_eq!(OutboxPosition::from_bytes(bytes), None);
        }
    }
}
