//! The order of rows within a group: a Z-order (Morton 1966) of the ranks of their values, so that rows that
//! lie near each other are alike on every axis a little, rather than on one axis much.

/// Bits of a rank: finer than the blocks of a hundred million rows.
const RANK_BITS: u32 = 10;
const RANKS: usize = 1 << RANK_BITS;
/// Values that take part: latitude, longitude, participants, area, duration, nature.
pub(super) const RANKED: usize = 6;
/// Whose next bit comes next, over and over: numbers of the values above. Natures come more often than
/// anything else and durations more seldom, which on the events and queries that we measure with left a tenth
/// fewer blocks to look at than turns of equal length.
const TURNS: [usize; 12] = [0, 1, 5, 2, 5, 3, 0, 1, 5, 2, 5, 4];
/// Bits of a key that are left for ranks.
const KEY_BITS: u32 = 60;

/// Cuts the values of one axis into parts of equally many rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranks(Vec<f64>);

impl Ranks {
    /// By a sample of the values.
    pub(super) fn of_sample(mut sample: Vec<f64>) -> Self {
        sample.sort_unstable_by(f64::total_cmp);
        if sample.is_empty() {
            return Ranks::default();
        }
        let cut = |rank: usize| sample[(rank * sample.len() / RANKS).min(sample.len() - 1)];
        Ranks((1..RANKS).map(cut).collect())
    }

    /// 0 to 1,023.
    pub(super) fn rank(&self, value: f64) -> u16 {
        self.0.partition_point(|cut| *cut < value) as u16
    }
}

/// The place of a row in its group. Season and weekend come first: their three kinds (none of it, some, all)
/// split rows in the way that costs least.
pub(super) fn key(summer_share: f64, weekend_share: f64, ranks: [u16; RANKED]) -> u64 {
    let mut key = kind(summer_share) << 2 | kind(weekend_share);
    let mut left = [RANK_BITS; RANKED];
    let mut taken = 0;
    for value in TURNS
        .into_iter()
        .cycle()
        .take(RANK_BITS as usize * TURNS.len())
    {
        if left[value] > 0 && taken < KEY_BITS {
            left[value] -= 1;
            taken += 1;
            key = key << 1 | u64::from(ranks[value] >> left[value] & 1);
        }
    }
    key
}

fn kind(share: f64) -> u64 {
    if share <= 0.0 {
        0
    } else if share < 1.0 {
        1
    } else {
        2
    }
}
