//! The flags that say how generations stay that receipts name: the same for a run and for the service.

use std::path::PathBuf;

use clap::Args;
use sosie_index::ReceiptRule;

/// How generations stay that receipts name.
#[derive(Debug, Args)]
pub struct ReceiptArgs {
    /// Directory in which query services write down which generations gave receipts: these stay for some days
    /// [default: none stays for that].
    #[arg(long, value_name = "DIR", env = "SOSIE_RECEIPTS")]
    receipts: Option<PathBuf>,
    /// Days that a generation stays after its last receipt.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_INDEXER_KEEP_RECEIPTS_DAYS",
        default_value = "30",
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    keep_receipts_days: u32,
    /// Most generations that stay for their receipts, besides those of --keep: the newest; older ones are removed with a
    /// warning.
    #[arg(
        long,
        value_name = "N",
        env = "SOSIE_INDEXER_KEPT_FOR_RECEIPTS_MAX",
        default_value = "100"
    )]
    kept_for_receipts_max: u32,
}

impl ReceiptArgs {
    /// The rule that they describe; none without a directory.
    pub fn rule(self) -> Option<ReceiptRule> {
        Some(ReceiptRule {
            dir: self.receipts?,
            days: self.keep_receipts_days,
            generations_max: self.kept_for_receipts_max,
        })
    }
}
