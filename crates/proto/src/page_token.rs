//! Page tokens: where a list goes on, pinned to one generation and one request.
//!
//! **Law.** A token decodes only if it was encoded here, bit for bit; it tells nothing of what it lists.
//! It is no secret and no proof of identity: the check finds damage and foreign tokens, not forgers, and a
//! forger gains nothing but another page of a list that is open to all.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sosie_similarity::{Digest, Rule, Timestamp};

/// The first byte of a token: another layout is another version.
const VERSION: u8 = 1;
/// Keeps the check of a token apart from every other digest of Sosie.
const CHECK_DOMAIN: &[u8] = b"sosie/page-token/1\0";
/// version 1, list 1, generation 8 + 16, request 32, as_of 8, offset 8.
const BODY_BYTES: usize = 74;
/// The start of the SHA-256 over domain and body: an accident passes it once in 2^128.
const CHECK_BYTES: usize = 16;
/// A multiple of 3, so that base64 has no spare bits in which two texts could mean one token.
const TOKEN_BYTES: usize = BODY_BYTES + CHECK_BYTES;
/// More rows than a generation can have, and far from overflow when a page is added.
const OFFSET_MAX: u64 = u32::MAX as u64;

/// The list that a token goes on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagedList {
    /// Hits of `FindSimilarEvents`, at the `as_of` that the first page was answered with.
    Hits {
        /// Holds for every page, also where the request leaves it out.
        as_of: Timestamp,
    },
    /// Events of `ListEvents`.
    Events,
}

/// The generation that a list is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerationPin {
    number: u64,
    manifest_digest_start: [u8; 16],
}

impl GenerationPin {
    /// A generation by its number and the digest of its manifest, of which 16 bytes are kept: a number that is
    /// used again, after a restore say, is another generation.
    pub fn new(number: u64, manifest_digest: Digest) -> Self {
        let mut manifest_digest_start = [0; 16];
        manifest_digest_start.copy_from_slice(&manifest_digest.as_bytes()[..16]);
        GenerationPin {
            number,
            manifest_digest_start,
        }
    }

    /// The number of the generation.
    pub fn number(self) -> u64 {
        self.number
    }
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageToken {
    /// Which list.
    pub list: PagedList,
    /// The generation that the first page came from.
    pub generation: GenerationPin,
    /// Of the request as applied, see [`request_digest`](crate::request_digest).
    pub request_digest: Digest,
    /// Entries on the pages before, at most 2^32 − 1.
    pub offset: u64,
}

impl PageToken {
    /// The token as text: 120 characters of base64url.
    pub fn encode(&self) -> String {
        let (list, as_of_micros) = match self.list {
            PagedList::Hits { as_of } => (1, as_of.as_micros()),
            PagedList::Events => (2, 0),
        };
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.extend([VERSION, list]);
        bytes.extend(self.generation.number.to_be_bytes());
        bytes.extend(self.generation.manifest_digest_start);
        bytes.extend(self.request_digest.as_bytes());
        bytes.extend(as_of_micros.to_be_bytes());
        bytes.extend(self.offset.to_be_bytes());
        bytes.extend(check_of(&bytes));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token.
    ///
    /// # Errors
    /// [`Rule::ForeignPageToken`] for every text that [`PageToken::encode`] does not make.
    pub fn decode(text: &str) -> Result<Self, Rule> {
        parse(text).ok_or(Rule::ForeignPageToken)
    }
}

fn parse(text: &str) -> Option<PageToken> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let (body, check) = bytes.split_at_checked(BODY_BYTES)?;
    if check != check_of(body) {
        return None;
    }
    let ([version, list], rest) = body.split_first_chunk()?;
    let (number, rest) = rest.split_first_chunk()?;
    let (manifest_digest_start, rest) = rest.split_first_chunk()?;
    let (request_digest, rest) = rest.split_first_chunk()?;
    let (as_of_micros, rest) = rest.split_first_chunk()?;
    let (offset, _) = rest.split_first_chunk()?;
    let list = match (list, i64::from_be_bytes(*as_of_micros)) {
        (1, micros) => PagedList::Hits {
            as_of: Timestamp::from_micros(micros).ok()?,
        },
        (2, 0) => PagedList::Events,
        _ => return None,
    };
    let token = PageToken {
        list,
        generation: GenerationPin {
            number: u64::from_be_bytes(*number),
            manifest_digest_start: *manifest_digest_start,
        },
        request_digest: Digest::from_bytes(*request_digest),
        offset: u64::from_be_bytes(*offset),
    };
    (*version == VERSION && token.offset <= OFFSET_MAX).then_some(token)
}

fn check_of(body: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Digest::of(&[CHECK_DOMAIN, body].concat());
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&digest.as_bytes()[..CHECK_BYTES]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(list: PagedList) -> PageToken {
        PageToken {
            list,
            generation: GenerationPin::new(7, Digest::of(b"manifest")),
            request_digest: Digest::of(b"request"),
            offset: 20,
        }
    }

    fn hits() -> PageToken {
        let as_of = Timestamp::from_micros(1_717_256_521_000_001).unwrap();
        token(PagedList::Hits { as_of })
    }

    fn refused(text: &str) {
        assert_eq!(
            PageToken::decode(text),
            Err(Rule::ForeignPageToken),
            "{text}"
        );
    }

    #[test]
    fn a_token_comes_back_as_it_went() {
        for token in [hits(), token(PagedList::Events)] {
            let text = token.encode();
            assert_eq!(text.len(), 120);
            assert_eq!(PageToken::decode(&text), Ok(token));
        }
    }

    #[test]
    fn a_damaged_byte_or_character_is_refused_wherever_it_is() {
        let text = hits().encode();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                refused(&BASE64_URL_SAFE_NO_PAD.encode(damaged));
            }
        }
        for at in 0..text.len() {
            let other = if &text[at..=at] == "A" { "B" } else { "A" };
            refused(&format!("{}{other}{}", &text[..at], &text[at + 1..]));
        }
    }

    #[test]
    fn a_token_cut_short_grown_or_of_another_make_is_refused() {
        let text = hits().encode();
        for end in 0..text.len() {
            refused(&text[..end]);
        }
        refused(&format!("{text}A"));
        refused(&format!("{text}AAAA"));
        refused(&format!("{text}="));
        refused("é");
        refused(&BASE64_URL_SAFE_NO_PAD.encode([0; TOKEN_BYTES]));
    }

    #[test]
    fn a_forged_token_is_held_to_the_layout_all_the_same() {
        let forged = |at: usize, byte: u8| {
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(hits().encode()).unwrap();
            bytes[at] = byte;
            let check = check_of(&bytes[..BODY_BYTES]);
            bytes[BODY_BYTES..].copy_from_slice(&check);
            BASE64_URL_SAFE_NO_PAD.encode(bytes)
        };
        assert!(PageToken::decode(&forged(73, 21)).is_ok());
        refused(&forged(0, 2));
        refused(&forged(1, 2));
        refused(&forged(1, 3));
        refused(&forged(58, 0x7f));
        refused(&forged(69, 1));
    }

    #[test]
    fn generations_are_told_apart_by_number_and_by_manifest() {
        let pin = GenerationPin::new(7, Digest::of(b"manifest"));
        assert_eq!(pin, hits().generation);
        assert_ne!(pin, GenerationPin::new(8, Digest::of(b"manifest")));
        assert_ne!(pin, GenerationPin::new(7, Digest::of(b"other")));
    }
}
