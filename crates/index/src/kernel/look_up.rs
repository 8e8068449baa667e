//! Look-ups of codes in tables of points. Gathering from memory, which the compiler would make of this by itself, is
//! slower than one load after the other on many processors; a table held in registers is faster.

use crate::plan::PathTable;

/// Codes that are looked up at once: as many as a register has numbers of two bytes.
pub(super) const WIDE: usize = 32;

/// How codes are looked up and sums compared: all ways give the same.
pub(super) trait LookUp: Copy {
    /// What each code has.
    fn points(self, table: &[u16; 256], codes: &[u8; WIDE]) -> [u16; WIDE];

    /// What each class has.
    fn points_of_classes(self, table: &PathTable, classes: &[u16; WIDE]) -> [u16; WIDE];

    /// A bit for each sum that is `least` or more.
    fn reaching(self, sums: &[u16; WIDE], least: u16) -> u32;
}

/// One row after the other: on any processor.
#[derive(Clone, Copy, Debug)]
pub(super) struct OneByOne;

impl LookUp for OneByOne {
    #[inline(always)]
    fn points(self, table: &[u16; 256], codes: &[u8; WIDE]) -> [u16; WIDE] {
        let mut points = [0; WIDE];
        for (points, code) in points.iter_mut().zip(codes) {
            *points = table[usize::from(*code)];
        }
        points
    }

    /// Neighbours are alike: often none has a path that adds anything, or all have the same.
    #[inline(always)]
    fn points_of_classes(self, table: &PathTable, classes: &[u16; WIDE]) -> [u16; WIDE] {
        let (first, mut different, mut any) = (classes[0], 0, false);
        for class in classes {
            different |= class ^ first;
            any |= table.knows(*class);
        }
        let mut points = [0; WIDE];
        if different == 0 {
            points = [table.of_class(first); WIDE];
        } else if any {
            for (points, class) in points.iter_mut().zip(classes) {
                *points = table.of_class(*class);
            }
        }
        points
    }

    #[inline(always)]
    fn reaching(self, sums: &[u16; WIDE], least: u16) -> u32 {
        let bits = sums.iter().enumerate();
        bits.fold(0, |bits, (lane, sum)| {
            bits | u32::from(*sum >= least) << lane
        })
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use registers::InRegisters;

#[cfg(target_arch = "x86_64")]
mod registers {
    use pulp::cast;
    use pulp::x86::V4;

    use super::{LookUp, OneByOne, WIDE};
    use crate::plan::PathTable;

    /// All at once: a table of codes is eight registers, of which an instruction looks up in two.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::kernel) struct InRegisters(pub(in crate::kernel) V4);

    impl LookUp for InRegisters {
        #[inline(always)]
        fn points(self, table: &[u16; 256], codes: &[u8; WIDE]) -> [u16; WIDE] {
            let simd = self.0.avx512bw;
            let (pairs, _) = table.as_chunks::<{ 2 * WIDE }>();
            let codes = simd._mm512_cvtepu8_epi16(cast(*codes));
            let has = |bit: u16| simd._mm512_test_epi16_mask(codes, cast([bit; WIDE]));
            let of_pair = |pair: usize| {
                let [low, high]: [[u16; WIDE]; 2] = cast(pairs[pair]);
                simd._mm512_permutex2var_epi16(cast(low), codes, cast(high))
            };
            let blend = |mask, without, with| simd._mm512_mask_blend_epi16(mask, without, with);
            let low = blend(has(64), of_pair(0), of_pair(1));
            let high = blend(has(64), of_pair(2), of_pair(3));
            cast(blend(has(128), low, high))
        }

        #[inline(always)]
        fn points_of_classes(self, table: &PathTable, classes: &[u16; WIDE]) -> [u16; WIDE] {
            let Some((first, count, points)) = table.few() else {
                return OneByOne.points_of_classes(table, classes);
            };
            let simd = self.0.avx512bw;
            let [low, high]: [[u16; WIDE]; 2] = cast(*points);
            let place = simd._mm512_sub_epi16(cast(*classes), cast([first; WIDE]));
            let known = simd._mm512_cmplt_epu16_mask(place, cast([count; WIDE]));
            cast(simd._mm512_maskz_permutex2var_epi16(known, cast(low), place, cast(high)))
        }

        #[inline(always)]
        fn reaching(self, sums: &[u16; WIDE], least: u16) -> u32 {
            let simd = self.0.avx512bw;
            simd._mm512_cmpge_epu16_mask(cast(*sums), cast([least; WIDE]))
        }
    }
}
