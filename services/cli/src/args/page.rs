//! How much of a list is read.

use clap::Args;

/// What `--all` stops at, so that a slip of the hand is no flood.
const ALL_MAX: usize = 100_000;
/// The largest page that a service gives.
const PAGE_SIZE_MAX: usize = sosie_similarity::limits::PAGE_SIZE_MAX;

/// How much of a list is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "How many")]
pub(crate) struct PageArgs {
    /// Entries of a page, 1 to 1000 [default: 10]
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    page_size: Option<i32>,
    /// Go on where a page ended: its next_page_token
    #[arg(
        long,
        value_name = "TOKEN",
        default_value = "",
        hide_default_value = true
    )]
    page_token: String,
    /// Follow the pages until there are so many
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["page_size", "all"])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Follow the pages to the end, 100,000 entries at most
    #[arg(long, conflicts_with = "page_size")]
    all: bool,
}

/// Which page to ask for next.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    token: String,
    page_size: Option<i32>,
    /// `None`: the one page that was asked for.
    wanted: Option<usize>,
}

impl PageArgs {
    /// The first page.
    pub(crate) fn pages(&self) -> Pages {
        let limit = self.limit.map(|limit| limit as usize);
        Pages {
            token: self.page_token.clone(),
            page_size: self.page_size,
            wanted: limit.or(self.all.then_some(ALL_MAX)),
        }
    }

    /// What is said after a list that goes on: something that can be typed with these flags.
    pub(crate) fn more(&self) -> &'static str {
        if self.page_size.is_some() {
            "There is more: use --limit COUNT or --all in place of --page-size."
        } else if self.limit.is_some() {
            "There is more: use a larger --limit or --all."
        } else if self.all {
            "There is more: go on with --page-token (see --json)."
        } else {
            "There is more: add --limit COUNT or --all."
        }
    }
}

impl Pages {
    /// `page_size` of the next request.
    pub(crate) fn page_size(&self) -> Option<i32> {
        match self.wanted {
            Some(wanted) => i32::try_from(wanted.min(PAGE_SIZE_MAX)).ok(),
            None => self.page_size,
        }
    }

    /// `page_token` of the next request.
    pub(crate) fn page_token(&self) -> String {
        self.token.clone()
    }

    /// Takes note of a page; whether another is to be asked for.
    pub(crate) fn go_on(&mut self, n_entries: usize, next_page_token: &str) -> bool {
        self.token = next_page_token.to_owned();
        let Some(wanted) = &mut self.wanted else {
            return false;
        };
        *wanted = wanted.saturating_sub(n_entries);
        *wanted > 0 && !next_page_token.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_at_the_limit_or_at_the_end() {
        let pages = |wanted| Pages {
            token: String::new(),
            page_size: None,
            wanted,
        };
        let mut limited = pages(Some(1_200));
        assert_eq!(limited.page_size(), Some(1_000));
        assert!(limited.go_on(1_000, "more"));
        assert_eq!(
            (limited.page_size(), limited.page_token().as_str()),
            (Some(200), "more")
        );
        assert!(!limited.go_on(200, "more"));
        assert!(!pages(Some(50)).go_on(20, ""));
        assert!(!pages(None).go_on(10, "more"));
    }
}
