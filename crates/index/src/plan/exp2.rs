//! Powers of two for bounds: fast, the same on every processor, and never too low.

/// 2^x for x ≤ 0, never below it and above it by at most 3 parts in a million; below 2^−120, 2^−120.
///
/// Plain additions and products only, none of them fused, so that every processor gives the same bits.
#[inline(always)]
pub(super) fn exp2_of_negative(x: f32) -> f32 {
    // Adding it leaves the nearest whole number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -120.0 { x } else { -120.0 };
    let rounded = x + ROUND;
    let rest = (x - (rounded - ROUND)) * std::f32::consts::LN_2;
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    // Taylor's series of e^rest for |rest| ≤ ln 2 / 2: the seventh power is below 2e-7.
    let series = 1.0
        + rest
            * (1.0
                + rest
                    * (0.5
                        + rest
                            * (1.0 / 6.0
                                + rest
                                    * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest * (1.0 / 720.0))))));
    let raised = series * 1.000_002;
    f32::from_bits(raised.to_bits().wrapping_add(exponent))
}
