//! Licence plates, by the forms of ten countries.
//!
//! A plate is letters and digits in small groups, and so is many an id. A form counts where it is rare among ids: `AB-123-CD`
//! is a plate in any case, while `WX 12345` (Poland) and `ABC 1234` (the United States) are the prefix and number of half of all
//! ids, and count in capitals only. German plates begin with the letters of a district that there is.

use std::ops::Range;

use crate::lexicon::Class;
use crate::text::segment::Segment;

/// Letters of German districts.
const DISTRICTS: &str = " A AA AB AC AK ALZ AM AN AP AS AUR AW AZ B BA BAD BB BC BE BGL BI BIT BL BLK BM BN BO BOR BOT \
BRA BS BT C CB CE CHA CLP CO COC COE CUX CW D DA DAH DAN DAU DB DD DE DEG DEL DGF DH DL DLG DM DN DO DON DU DW E EA EBE \
ED EF EI EL EM EMD EMS EN ER ERB ERH ERZ ES ESW EU F FB FD FDS FF FFB FG FL FN FO FR FRG FRI FS FT FUE G GAP GE GER GF GG \
GI GL GM GOE GP GR GRZ GS GT GTH GUE GZ H HA HAL HAM HAS HB HBN HD HDH HE HEF HEI HER HF HG HGW HH HI HK HL HM HN HO HOL \
HOM HP HR HRO HS HSK HST HU HVL HX HZ IGB IK IL IN J JL K KA KB KC KE KEH KF KG KH KI KIB KL KLE KN KO KR KS KT KU KUS L LA \
LAU LB LD LDK LDS LEV LG LI LIF LIP LL LM LOS LU LWL M MA MB MD ME MEI MG MI MIL MK MKK MM MN MOS MR MS MSP MTK MUE MYK MZ \
MZG N NB ND NDH NE NEA NES NEW NF NI NK NM NMS NOH NOM NR NU NVP NW OA OAL OB OD OE OF OG OH OHA OHV OHZ OL OPR OS OSL P \
PA PAF PAN PB PCH PE PF PI PIR PLOE PM PR PS R RA RD RE REG RH RO ROS ROW RP RS RT RUE RV RW RZ S SAD SAW SB SC SDL SE SFA \
SG SHA SHG SHK SHL SI SIG SIM SK SL SLF SLS SM SN SO SOK SON SP SPN SR ST STA STD SU SUE SW SZ TBB TF TIR TO TR TS TUE TUT \
UE UH UL UM UN V VB VEC VER VIE VK VR VS W WAF WAK WB WE WEN WES WF WHV WI WIL WL WM WN WND WO WOB WST WT WTM WUE WUG WUN \
WW Z ZW ";

/// One group of a plate: how many letters or digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    L(usize),
    D(usize),
}
use Group::{D, L};

/// Whether neighbouring runs are a plate, parted from what is around them.
pub(super) fn has_plate(text: &[u8], segments: &[Segment]) -> bool {
    plates(text, segments).next().is_some()
}

/// Whether they are one over a seam between pieces of a text: of one piece everything is part of it. What ends one piece and
/// begins the next is no plate by itself.
pub(super) fn has_plate_over(
    text: &[u8],
    segments: &[Segment],
    pieces: impl Iterator<Item = Range<usize>> + Clone,
) -> bool {
    plates(text, segments).any(|plate| {
        let holds = |piece: Range<usize>| plate.start <= piece.start && piece.end <= plate.end;
        pieces.clone().any(holds)
    })
}

/// Where plates are.
fn plates(text: &[u8], segments: &[Segment]) -> impl Iterator<Item = Range<usize>> {
    let windows =
        (0..segments.len()).flat_map(|first| (2..=4).map(move |count| first..first + count));
    windows.filter_map(|window| {
        let runs = segments.get(window.clone())?;
        // What is glued to a run before it is the middle of something else.
        let parted = segments.get(window.end).is_none_or(|next| !next.glued);
        let plate = !runs[0].glued && parted && is_plate(text, runs);
        plate.then(|| runs[0].start..runs[runs.len() - 1].end)
    })
}

fn is_plate(text: &[u8], runs: &[Segment]) -> bool {
    let mut groups = [L(0); 4];
    for (group, run) in groups.iter_mut().zip(runs) {
        *group = if run.is_digits() {
            D(run.len())
        } else {
            L(run.len())
        };
    }
    // A prefix or a counter is parted from the rest, and so are groups of plates; but never by more than one sign.
    let close = runs.windows(2).all(|pair| {
        let between = &text[pair[0].end..pair[1].start];
        matches!(between, b"" | b" " | b"-" | b"." | b"_" | b":" | b"/")
    });
    let is_date = runs.iter().any(|run| run.word.is(Class::Month));
    let part = |at: usize| runs[at].of(text);
    close
        && !is_date
        && match groups[..runs.len()] {
            [L(2), D(3), L(2)] => true,
            [L(2), D(2), L(3)] => runs[1].glued,
            [D(3 | 4), L(2 | 3), D(2)] => true,
            [D(4), L(3)] => is_spanish(part(1)),
            [L(2), D(2), D(2)] | [D(2), D(2), L(2)] | [D(2), L(2), D(2)] => {
                !runs[1].glued && !runs[2].glued
            }
            [L(2), D(2), L(2)] | [L(2), L(2), D(2)] | [D(2), L(2), L(2)] => {
                !runs[1].glued && !runs[2].glued
            }
            [D(2), L(3), D(1)] | [D(1), L(3), D(2)] => !runs[1].glued && !runs[2].glued,
            [L(2), D(3), L(1)] | [L(1), D(3), L(2)] | [L(3), D(2), L(1)] => {
                !runs[1].glued && !runs[2].glued
            }
            [D(1), L(3), D(3)] => true,
            [D(1), L(2), D(3)] | [D(3), L(2), D(1)] => !runs[1].glued,
            [D(2), L(1..=3), D(3 | 4)] => (1..=81).contains(&super::number::value_of(part(0))),
            [D(5), L(1), D(1 | 2)] => true,
            [L(1..=3), L(1 | 2), D(1..=4)] => is_german(part(0), part(2)),
            [L(2 | 3), D(4 | 5)] => is_upper(part(0)),
            [L(2 | 3), D(3 | 4), L(1 | 2)] => is_upper(part(0)) && is_upper(part(2)),
            _ => false,
        }
}

/// No vowels, so that no word comes out; nor Ñ and Q.
fn is_spanish(letters: &[u8]) -> bool {
    let allowed =
        |byte: &u8| byte.is_ascii_alphabetic() && !b"AEIOUQ".contains(&byte.to_ascii_uppercase());
    letters.iter().all(allowed)
}

/// A district that there is, and a number that does not begin with 0.
fn is_german(district: &[u8], number: &[u8]) -> bool {
    let padded: Vec<u8> = [b" ", district, b" "].concat().to_ascii_uppercase();
    let listed = DISTRICTS
        .as_bytes()
        .windows(padded.len())
        .any(|entry| entry == padded);
    listed && number[0] != b'0'
}

fn is_upper(letters: &[u8]) -> bool {
    letters.iter().all(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::lexicon;
    use crate::text::segment::cut;

    fn found(text: &str) -> bool {
        let mut segments = Vec::new();
        cut(text.as_bytes(), lexicon(), &mut segments);
        has_plate(text.as_bytes(), &segments)
    }

    #[test]
    fn the_forms_of_ten_countries_are_plates() {
        for plate in [
            "AB-123-CD",
            "ab123cd",
            "1234 AB 13",
            "AB12 CDE",
            "ab12cde",
            "1234-BCD",
            "M-AB-1234",
            "M AB1234",
            "1-ABC-123",
            "AB-12-CD",
            "12-AB-34",
            "WX 12345",
            "ABC-1234",
            "34 ABC 123",
            "12345-a-6",
            "KR 1234A",
        ] {
            assert!(found(plate), "{plate}");
        }
    }

    #[test]
    fn ids_of_real_sources_are_none() {
        for id in [
            "sd-47552",
            "sea-S14JA006",
            "nyc-611810-0",
            "mrs-s-0001",
            "pan-0000",
            "v-2024-0613",
            "oa-22683319",
        ] {
            assert!(!found(id), "{id}");
        }
    }
}
