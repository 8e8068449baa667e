//! Concerts, from the square to the stadium.

use super::super::places::*;
use super::{
    EVENINGS_OUT, Hours, Kind, MILD_MONTHS, NOT_SUMMER, Needs, SUMMER, Size, Spots, USUAL, When,
};

const CONCERT: Kind = Kind {
    hours: Hours::Once {
        starts_h: [19.0, 21.0],
        lasts_h: 3.5,
    },
    needs: Needs::new(0.5, 0.9, 0.01),
    m2_each: 1.5,
    mapped: 0.42,
    ..USUAL
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        nature: "culture/concert/indoor",
        spots: Spots::Places(&[DOME, FRICHE, ARENC, SPORTS_HALL]),
        when: When::Drawn {
            per_year: 24,
            months: NOT_SUMMER,
            weekdays: EVENINGS_OUT,
        },
        size: Size::new(2_200, 0.7, 8_500),
        turnstiles: true,
        ..CONCERT
    },
    Kind {
        nature: "culture/concert/street",
        spots: Spots::Places(SQUARES),
        when: When::Drawn {
            per_year: 24,
            months: MILD_MONTHS,
            weekdays: EVENINGS_OUT,
        },
        size: Size::new(220, 0.7, 3_000),
        needs: Needs::new(0.3, 0.5, 0.012),
        ..CONCERT
    },
    Kind {
        nature: "culture/concert/open-air",
        spots: Spots::Places(LAWNS),
        when: When::Drawn {
            per_year: 16,
            months: SUMMER,
            weekdays: EVENINGS_OUT,
        },
        hours: Hours::Once {
            starts_h: [18.5, 21.5],
            lasts_h: 4.5,
        },
        size: Size::new(3_200, 0.9, 60_000),
        ..CONCERT
    },
    Kind {
        nature: "culture/concert/stadium",
        spots: Spots::Places(&[STADIUM]),
        when: When::Drawn {
            per_year: 2,
            months: [0, 0, 0, 0, 1, 4, 3, 0, 0, 0, 0, 0],
            weekdays: EVENINGS_OUT,
        },
        size: Size::new(48_000, 0.15, 62_000),
        turnstiles: true,
        declared: 1.0,
        ..CONCERT
    },
    // The night of music, on the longest day.
    Kind {
        nature: "culture/concert/street",
        spots: Spots::Places(&[VIEUX_PORT, COURS_JULIEN, PLAINE, J4, ESTAQUE, SAINT_BARNABE]),
        when: When::Yearly {
            month: 6,
            day: 21,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [18.0, 19.0],
            lasts_h: 7.0,
        },
        size: Size::new(4_000, 0.8, 40_000),
        series: true,
        ..CONCERT
    },
];
