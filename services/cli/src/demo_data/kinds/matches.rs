//! Matches and tournaments.

use chrono::Weekday::Sun;

use super::super::places::*;
use super::{
    ANY_MONTH, EVENINGS_OUT, Hours, Kind, MILD_MONTHS, NOT_SUMMER, Needs, SUMMER, Size, Spots,
    USUAL, WEEKENDS, When,
};

const MATCH: Kind = Kind {
    spots: Spots::Places(&[STADIUM]),
    hours: Hours::Once {
        starts_h: [17.0, 21.0],
        lasts_h: 2.0,
    },
    needs: Needs::new(1.6, 2.2, 0.02),
    m2_each: 1.2,
    turnstiles: true,
    counted: 0.96,
    mapped: 0.6,
    declared: 0.95,
    kept: 0.8,
    ..USUAL
};

/// From August to May, as the championship is.
const SEASON: [u32; 12] = [2, 2, 2, 2, 2, 0, 0, 2, 2, 2, 2, 2];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        nature: "sport/football/professional/league",
        when: When::Drawn {
            per_year: 19,
            months: SEASON,
            weekdays: [0, 0, 1, 0, 3, 4, 8],
        },
        size: Size::new(52_000, 0.14, 67_000),
        ..MATCH
    },
    Kind {
        nature: "sport/football/professional/cup",
        when: When::Drawn {
            per_year: 5,
            months: [2, 2, 2, 1, 1, 0, 0, 1, 2, 3, 3, 2],
            weekdays: [0, 3, 4, 5, 0, 0, 0],
        },
        hours: Hours::Once {
            starts_h: [18.75, 21.0],
            lasts_h: 2.25,
        },
        size: Size::new(46_000, 0.2, 66_000),
        ..MATCH
    },
    Kind {
        nature: "sport/rugby/professional",
        when: When::Drawn {
            per_year: 1,
            months: [0, 1, 2, 2, 2, 1, 0, 1, 1, 0, 1, 0],
            weekdays: WEEKENDS,
        },
        size: Size::new(54_000, 0.15, 66_000),
        needs: Needs::new(0.8, 1.8, 0.008),
        ..MATCH
    },
    Kind {
        nature: "sport/football/amateur",
        spots: Spots::Places(&[
            LUMINY,
            SAINT_TRONC,
            SAINTE_MARTHE,
            LA_ROSE,
            SAINT_LOUIS,
            CAILLOLS,
        ]),
        when: When::Drawn {
            per_year: 14,
            months: NOT_SUMMER,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [10.0, 19.0],
            lasts_h: 2.0,
        },
        size: Size::new(180, 0.7, 2_500),
        needs: Needs::new(0.15, 0.2, 0.01),
        ..USUAL
    },
    Kind {
        nature: "sport/indoor",
        spots: Spots::Places(&[SPORTS_HALL, ICE_RINK]),
        when: When::Drawn {
            per_year: 12,
            months: NOT_SUMMER,
            weekdays: EVENINGS_OUT,
        },
        hours: Hours::Once {
            starts_h: [16.0, 20.5],
            lasts_h: 2.5,
        },
        size: Size::new(1_400, 0.6, 5_500),
        turnstiles: true,
        ..USUAL
    },
    Kind {
        nature: "sport/petanque/international",
        spots: Spots::Places(&[BORELY]),
        when: When::Yearly {
            month: 7,
            day: 1,
            weekday: Some(Sun),
        },
        hours: Hours::Daily {
            days: [4, 5],
            opens_h: 8,
            open_h: 12,
        },
        size: Size::new(60_000, 0.3, 120_000),
        basis: "TOTAL",
        series: true,
        declared: 1.0,
        ..USUAL
    },
    Kind {
        nature: "sport/petanque",
        spots: Spots::Places(&[
            SAINT_JULIEN,
            BILLOUX,
            MONTOLIVET,
            SAINT_HENRI,
            LONGCHAMP,
            LA_POMME,
            ENDOUME,
        ]),
        when: When::Drawn {
            per_year: 8,
            months: MILD_MONTHS,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [8.5, 14.5],
            lasts_h: 7.0,
        },
        size: Size::new(120, 0.6, 1_500),
        m2_each: 25.0,
        ..USUAL
    },
    Kind {
        nature: "sport/beach/volleyball",
        spots: Spots::Places(&[PRADO_BEACHES, ESCALE_BORELY, CATALANS]),
        when: When::Drawn {
            per_year: 6,
            months: SUMMER,
            weekdays: WEEKENDS,
        },
        hours: Hours::Daily {
            days: [2, 3],
            opens_h: 9,
            open_h: 10,
        },
        size: Size::new(700, 0.8, 12_000),
        m2_each: 6.0,
        ..USUAL
    },
    Kind {
        nature: "sport/beach/soccer",
        spots: Spots::Places(&[CATALANS, PRADO_BEACHES]),
        when: When::Drawn {
            per_year: 3,
            months: SUMMER,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [10.0, 17.0],
            lasts_h: 5.0,
        },
        size: Size::new(500, 0.7, 4_000),
        ..USUAL
    },
    Kind {
        nature: "sport/skating",
        spots: Spots::Places(&[ESCALE_BORELY, ICE_RINK]),
        when: When::Drawn {
            per_year: 3,
            months: ANY_MONTH,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [13.0, 18.0],
            lasts_h: 5.0,
        },
        size: Size::new(400, 0.8, 5_000),
        ..USUAL
    },
];
