//! Pages of a column, checked before the decoder holds anything for what they claim.

use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::serialized_reader::SerializedPageReader;

use super::PARQUET_PAGE_BYTES_MAX;
use super::chunks::Chunks;

/// The pages of a column in one row group.
pub(super) struct SoundPages {
    pages: SerializedPageReader<Chunks>,
    /// Values, absent ones counted, that data pages may still have.
    values_left: u64,
}

impl SoundPages {
    /// Pages with `values_max` values together.
    pub(super) fn new(pages: SerializedPageReader<Chunks>, values_max: u64) -> Self {
        SoundPages {
            pages,
            values_left: values_max,
        }
    }

    fn check(&mut self, page: &Page) -> Result<()> {
        let (bytes, values) = (page.buffer().len(), u64::from(page.num_values()));
        let is_sound = match page {
            // The decoder makes room for as many values as are claimed; 8 truth values take a byte.
            Page::DictionaryPage { .. } => values <= bytes as u64 * 8,
            Page::DataPage { .. } | Page::DataPageV2 { .. } => {
                let left = self.values_left.checked_sub(values);
                self.values_left = left.unwrap_or(0);
                left.is_some()
            }
        };
        if is_sound && bytes <= PARQUET_PAGE_BYTES_MAX {
            Ok(())
        } else {
            let message = "a page claims more than it can have";
            Err(ParquetError::General(message.to_owned()))
        }
    }
}

impl Iterator for SoundPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for SoundPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.map(|page| self.check(&page).map(|()| page))
            .transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}
