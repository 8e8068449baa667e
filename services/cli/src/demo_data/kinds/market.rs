//! Markets, second-hand sales, fairs.

use chrono::Weekday::{Fri, Sat, Sun};

use super::super::places::*;
use super::{
    Hours, Kind, MILD_MONTHS, NOT_SUMMER, Needs, SUNDAYS, Size, Spots, USUAL, WORKING_DAYS, When,
};

const MARKET: Kind = Kind {
    hours: Hours::Once {
        starts_h: [7.0, 8.0],
        lasts_h: 6.0,
    },
    needs: Needs::new(0.08, 0.5, 0.006),
    m2_each: 4.0,
    basis: "DAILY",
    series: true,
    counted: 0.6,
    mapped: 0.3,
    declared: 0.2,
    kept: 0.85,
    ..USUAL
};

const FAIR: Kind = Kind {
    spots: Spots::Places(&[CHANOT]),
    needs: Needs::new(0.25, 0.5, 0.006),
    basis: "TOTAL",
    series: true,
    turnstiles: true,
    declared: 1.0,
    mapped: 0.55,
    ..USUAL
};

pub(super) const KINDS: &[Kind] = &[
    // A street market has leave for the year; one day in fourteen leaves a record.
    Kind {
        nature: "market/food/weekly",
        spots: Spots::Places(&[
            NOAILLES,
            JOLIETTE,
            BELLE_DE_MAI,
            SEBASTOPOL,
            PLAINE,
            PRADO_MARKET,
            SAINT_VICTOR,
            BONNEVEINE,
            MAZARGUES,
            SAINT_LOUP,
            SAINT_MARCEL,
            SAINT_BARNABE,
            LA_ROSE,
            LE_CANET,
            SAINT_LOUIS,
            ESTAQUE,
            VIEUX_PORT,
            CASTELLANE,
        ]),
        when: When::Weekly { recorded: 0.07 },
        size: Size::new(1_100, 0.5, 9_000),
        ..MARKET
    },
    Kind {
        nature: "market/flea/weekly",
        spots: Spots::Places(&[FLEA_HALLS]),
        when: When::Weekly { recorded: 0.09 },
        hours: Hours::Once {
            starts_h: [5.5, 6.5],
            lasts_h: 8.0,
        },
        size: Size::new(9_000, 0.4, 30_000),
        needs: Needs::new(0.2, 0.4, 0.02),
        ..MARKET
    },
    Kind {
        nature: "market/flowers/weekly",
        spots: Spots::Places(&[CANEBIERE]),
        when: When::Weekly { recorded: 0.06 },
        size: Size::new(500, 0.4, 3_000),
        ..MARKET
    },
    Kind {
        nature: "market/flea/neighbourhood",
        spots: Spots::Places(&[
            COURS_JULIEN,
            CHAVE,
            PRADO,
            SAINT_JULIEN,
            CAILLOLS,
            SAINT_HENRI,
            VALENTINE,
            SAINT_JUST,
            SAINTE_MARTHE,
            SAINT_TRONC,
            CHARTREUX,
            BAILLE,
            PALAIS_DE_JUSTICE,
        ]),
        when: When::Drawn {
            per_year: 20,
            months: MILD_MONTHS,
            weekdays: SUNDAYS,
        },
        size: Size::new(900, 0.6, 8_000),
        series: false,
        declared: 0.7,
        kept: 0.3,
        ..MARKET
    },
    Kind {
        nature: "market/crafts",
        spots: Spots::Places(&[COURS_JULIEN, ESTIENNE_ORVES, JOLIETTE, POINTE_ROUGE]),
        when: When::Drawn {
            per_year: 7,
            months: MILD_MONTHS,
            weekdays: [0, 0, 1, 1, 2, 5, 4],
        },
        hours: Hours::Once {
            starts_h: [9.0, 17.0],
            lasts_h: 7.0,
        },
        size: Size::new(700, 0.5, 5_000),
        series: false,
        ..MARKET
    },
    Kind {
        nature: "market/christmas",
        spots: Spots::Places(&[VIEUX_PORT]),
        when: When::Yearly {
            month: 11,
            day: 14,
            weekday: Some(Fri),
        },
        hours: Hours::Daily {
            days: [38, 45],
            opens_h: 10,
            open_h: 10,
        },
        size: Size::new(12_000, 0.3, 30_000),
        needs: Needs::new(0.5, 0.9, 0.05),
        m2_each: 0.5,
        declared: 1.0,
        ..MARKET
    },
    Kind {
        nature: "market/christmas",
        spots: Spots::Places(&[
            SAINT_BARNABE,
            CASTELLANE,
            CHATEAU_GOMBERT,
            ESTAQUE,
            SAINT_JEROME,
        ]),
        when: When::Yearly {
            month: 12,
            day: 5,
            weekday: Some(Sat),
        },
        hours: Hours::Days {
            days: [2, 16],
            open_h: Some(9),
        },
        size: Size::new(1_500, 0.5, 8_000),
        declared: 0.8,
        ..MARKET
    },
    // Clay figures for the crib.
    Kind {
        nature: "market/crafts/christmas",
        spots: Spots::Places(&[MAJOR]),
        when: When::Yearly {
            month: 11,
            day: 20,
            weekday: Some(Sat),
        },
        hours: Hours::Daily {
            days: [36, 40],
            opens_h: 10,
            open_h: 9,
        },
        size: Size::new(3_000, 0.3, 10_000),
        declared: 1.0,
        ..MARKET
    },
    Kind {
        nature: "trade/fair/general",
        when: When::Yearly {
            month: 9,
            day: 20,
            weekday: Some(Fri),
        },
        hours: Hours::Daily {
            days: [10, 11],
            opens_h: 10,
            open_h: 10,
        },
        size: Size::new(240_000, 0.2, 330_000),
        m2_each: 0.3,
        ..FAIR
    },
    Kind {
        nature: "trade/fair/home",
        when: When::Yearly {
            month: 3,
            day: 15,
            weekday: Some(Fri),
        },
        hours: Hours::Daily {
            days: [3, 4],
            opens_h: 10,
            open_h: 9,
        },
        size: Size::new(18_000, 0.3, 60_000),
        ..FAIR
    },
    Kind {
        nature: "trade/fair/vintage",
        when: When::Yearly {
            month: 2,
            day: 8,
            weekday: Some(Sun),
        },
        hours: Hours::Once {
            starts_h: [9.0, 9.5],
            lasts_h: 9.0,
        },
        size: Size::new(7_000, 0.3, 20_000),
        ..FAIR
    },
    Kind {
        nature: "trade/professional",
        when: When::Drawn {
            per_year: 7,
            months: NOT_SUMMER,
            weekdays: WORKING_DAYS,
        },
        hours: Hours::Days {
            days: [1, 4],
            open_h: Some(9),
        },
        size: Size::new(2_500, 0.7, 20_000),
        needs: Needs::new(0.12, 0.3, 0.002),
        series: false,
        ..FAIR
    },
];
