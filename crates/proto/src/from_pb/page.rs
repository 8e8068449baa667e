//! Pages of a list.

use sosie_similarity::{Invalid, Page, Rule};

use super::At;
use crate::page_token::{PageToken, PagedList};

/// Which page a request asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageRequest {
    /// Where the list goes on; `None` is the first page. It is a token of the right list; whether its
    /// generation is served and its request is this one is for the service to check.
    pub token: Option<PageToken>,
    first: Page,
}

impl PageRequest {
    /// The part of the list.
    pub fn page(&self) -> Page {
        // A decoded offset is below 2^32.
        let offset = self.token.map_or(0, |token| token.offset as usize);
        Page {
            offset,
            ..self.first
        }
    }
}

/// Reads size and token; `is_of_list` tells the tokens of this list from those of others.
pub(super) fn page(
    size: Option<i32>,
    token: &str,
    is_of_list: impl Fn(PagedList) -> bool,
) -> Result<PageRequest, Invalid> {
    let first = Page::first(size).at("page_size")?;
    let token = if token.is_empty() {
        None
    } else {
        Some(PageToken::decode(token).at("page_token")?)
    };
    if token.is_some_and(|token| !is_of_list(token.list)) {
        return Err(Invalid::new("page_token", Rule::ForeignPageToken));
    }
    Ok(PageRequest { token, first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page_token::GenerationPin;
    use sosie_similarity::Digest;

    fn events(list: PagedList) -> bool {
        list == PagedList::Events
    }

    fn token(list: PagedList) -> String {
        let digest = Digest::of(b"");
        let generation = GenerationPin::new(1, digest);
        let token = PageToken {
            list,
            generation,
            request_digest: digest,
            offset: 30,
        };
        token.encode()
    }

    #[test]
    fn a_page_size_is_tested_at_its_limits_and_one_past_them() {
        let limit = |size| page(size, "", events).map(|asked| asked.page().limit);
        assert_eq!(limit(None), Ok(10));
        assert_eq!((limit(Some(1)), limit(Some(1000))), (Ok(1), Ok(1000)));
        for size in [0, -1, 1001, i32::MIN, i32::MAX] {
            let refused = Invalid::new("page_size", Rule::OutOfRange(1.0, 1000.0));
            assert_eq!(limit(Some(size)), Err(refused));
        }
    }

    #[test]
    fn a_token_moves_the_page_and_one_of_another_list_is_refused() {
        let asked = page(Some(5), &token(PagedList::Events), events).unwrap();
        let expected = Page {
            offset: 30,
            limit: 5,
        };
        assert_eq!(asked.page(), expected);
        let as_of = sosie_similarity::Timestamp::MAX;
        for foreign in [token(PagedList::Hits { as_of }), "no token".to_owned()] {
            let refused = Invalid::new("page_token", Rule::ForeignPageToken);
            assert_eq!(page(None, &foreign, events), Err(refused));
        }
    }
}
