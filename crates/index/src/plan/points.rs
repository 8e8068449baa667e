//! Points: what a sum is counted in. Whole numbers add up to the same on every processor, in any order, and
//! 64 rows of them are two registers.

/// The weights of all axes that the probe has, together. Rounding up adds a point or two an axis, which two bytes
/// still hold.
pub(crate) const POINTS: f64 = 65_000.0;

/// Adding it rounds a number to a whole one, which is then in the low bits.
const ROUND: f32 = 8_388_608.0;
/// Rounding to the nearest becomes rounding up by half, and what products of 32 bits are off, which is below 0.05.
const UP: f32 = 0.55;

/// The points that are not below `added` of them: at most 1.1 more.
#[inline(always)]
pub(crate) fn at_least(added: f32) -> u16 {
    (added + UP + ROUND).to_bits() as u16
}

/// The points of a share of the weights; none of nothing.
pub(super) fn of_share(share: f64) -> u16 {
    if share == 0.0 {
        0
    } else {
        at_least((share * POINTS) as f32)
    }
}

/// The fewest points of a sum that stands for `share` of the weights or more.
pub(super) fn fewest_of_share(share: f64) -> u16 {
    // Far more than sums of 64 bits are off, far less than a point.
    const MARGIN: f64 = 1e-3;
    // As a number of two bytes, what is out of their range is their nearest.
    (share * POINTS - MARGIN).ceil() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_never_below_and_at_most_two_above() {
        for step in 0..650_000 {
            let share = f64::from(step) / 649_999.0;
            let points = f64::from(of_share(share));
            assert!(points >= share * POINTS, "{share}");
            assert!(points <= share * POINTS + 1.1, "{share}");
            assert!(fewest_of_share(share) <= of_share(share), "{share}");
        }
    }
}
