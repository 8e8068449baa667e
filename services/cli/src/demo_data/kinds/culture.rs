//! Festivals, stages and screens under the sky.

use chrono::Weekday::{Fri, Sat, Thu};

use super::super::places::*;
use super::{
    ANY_DAY, ANY_MONTH, Hours, Kind, MILD_MONTHS, NOT_SUMMER, Needs, SUMMER, Size, Spots, USUAL,
    WEEKENDS, When,
};

const FESTIVAL: Kind = Kind {
    hours: Hours::Days {
        days: [3, 6],
        open_h: Some(7),
    },
    size: Size::new(8_000, 0.8, 60_000),
    needs: Needs::new(0.5, 1.1, 0.01),
    basis: "TOTAL",
    series: true,
    declared: 0.85,
    ..USUAL
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        nature: "culture/festival/music",
        spots: Spots::Places(&[J4, LONGCHAMP, FRICHE, ARENC, PHARO]),
        when: When::Yearly {
            month: 7,
            day: 15,
            weekday: Some(Thu),
        },
        ..FESTIVAL
    },
    Kind {
        nature: "culture/festival/music/electronic",
        spots: Spots::Places(&[ESCALE_BORELY, CORBIERE, FRIOUL]),
        when: When::Yearly {
            month: 8,
            day: 20,
            weekday: Some(Fri),
        },
        hours: Hours::Daily {
            days: [2, 3],
            opens_h: 15,
            open_h: 11,
        },
        size: Size::new(12_000, 0.6, 35_000),
        needs: Needs::new(0.8, 1.2, 0.03),
        ..FESTIVAL
    },
    Kind {
        nature: "culture/festival/music",
        spots: Spots::Places(&[DOME, BELLE_DE_MAI]),
        when: When::Yearly {
            month: 10,
            day: 10,
            weekday: Some(Thu),
        },
        size: Size::new(3_500, 0.6, 20_000),
        ..FESTIVAL
    },
    Kind {
        nature: "culture/festival/cinema",
        spots: Spots::Places(&[VIEILLE_CHARITE, BUZINE]),
        when: When::Yearly {
            month: 7,
            day: 5,
            weekday: Some(Thu),
        },
        size: Size::new(4_000, 0.5, 20_000),
        needs: Needs::new(0.15, 0.3, 0.002),
        ..FESTIVAL
    },
    Kind {
        nature: "culture/festival/theatre",
        spots: Spots::Places(&[FRICHE, SAINT_VICTOR]),
        when: When::Yearly {
            month: 6,
            day: 5,
            weekday: Some(Fri),
        },
        hours: Hours::Days {
            days: [8, 18],
            open_h: None,
        },
        size: Size::new(6_000, 0.6, 25_000),
        needs: Needs::new(0.15, 0.3, 0.002),
        ..FESTIVAL
    },
    Kind {
        nature: "culture/festival/book",
        spots: Spots::Places(&[VIEILLE_CHARITE, COURS_JULIEN]),
        when: When::Yearly {
            month: 5,
            day: 20,
            weekday: Some(Fri),
        },
        hours: Hours::Days {
            days: [2, 4],
            open_h: Some(9),
        },
        size: Size::new(2_500, 0.5, 12_000),
        needs: Needs::new(0.1, 0.3, 0.002),
        ..FESTIVAL
    },
    Kind {
        nature: "culture/festival/street-arts",
        spots: Spots::Places(&[CANEBIERE, JOLIETTE, SAINT_LOUIS]),
        when: When::Yearly {
            month: 9,
            day: 20,
            weekday: Some(Sat),
        },
        hours: Hours::Daily {
            days: [1, 2],
            opens_h: 11,
            open_h: 11,
        },
        size: Size::new(9_000, 0.6, 80_000),
        ..FESTIVAL
    },
    Kind {
        nature: "culture/carnival",
        spots: Spots::Places(&[BORELY, PLAINE, SAINT_HENRI]),
        when: When::Yearly {
            month: 3,
            day: 10,
            weekday: Some(Sat),
        },
        hours: Hours::Once {
            starts_h: [13.5, 15.0],
            lasts_h: 5.0,
        },
        size: Size::new(3_000, 0.8, 30_000),
        needs: Needs::new(0.9, 1.4, 0.03),
        series: true,
        ..USUAL
    },
    Kind {
        nature: "culture/cinema/open-air",
        spots: Spots::Places(&[
            J4,
            COURS_JULIEN,
            FONT_OBSCURE,
            SAINT_JUST,
            BELLE_DE_MAI,
            MAISON_BLANCHE,
            CAMOINS,
            ESTAQUE,
            SAINT_TRONC,
            LONGCHAMP,
            BILLOUX,
            SAINT_BARTHELEMY,
        ]),
        when: When::Drawn {
            per_year: 16,
            months: SUMMER,
            weekdays: ANY_DAY,
        },
        hours: Hours::Once {
            starts_h: [20.5, 22.0],
            lasts_h: 2.5,
        },
        size: Size::new(260, 0.6, 2_500),
        needs: Needs::new(0.15, 0.3, 0.002),
        ..USUAL
    },
    Kind {
        nature: "culture/street-theatre",
        spots: Spots::Places(SQUARES),
        when: When::Drawn {
            per_year: 9,
            months: MILD_MONTHS,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [11.0, 20.0],
            lasts_h: 2.0,
        },
        size: Size::new(200, 0.7, 4_000),
        ..USUAL
    },
    Kind {
        nature: "culture/exhibition",
        spots: Spots::Places(&[
            VIEILLE_CHARITE,
            J4,
            FRICHE,
            LONGCHAMP,
            STATION,
            HOTEL_DE_VILLE,
        ]),
        when: When::Drawn {
            per_year: 7,
            months: ANY_MONTH,
            weekdays: ANY_DAY,
        },
        hours: Hours::Days {
            days: [5, 60],
            open_h: Some(8),
        },
        size: Size::new(2_000, 0.9, 40_000),
        needs: Needs::new(0.05, 0.2, 0.001),
        basis: "TOTAL",
        ..USUAL
    },
    Kind {
        nature: "leisure/circus",
        spots: Spots::Places(&[PRADO_BEACHES, FLEA_HALLS, CENTENAIRE]),
        when: When::Drawn {
            per_year: 3,
            months: NOT_SUMMER,
            weekdays: WEEKENDS,
        },
        hours: Hours::Days {
            days: [4, 21],
            open_h: Some(5),
        },
        size: Size::new(900, 0.5, 4_000),
        basis: "DAILY",
        ..USUAL
    },
    Kind {
        nature: "leisure/fun-fair",
        spots: Spots::Places(&[PRADO, CHANOT, ESTAQUE]),
        when: When::Drawn {
            per_year: 2,
            months: [0, 2, 2, 1, 0, 1, 3, 2, 0, 1, 1, 2],
            weekdays: WEEKENDS,
        },
        hours: Hours::Days {
            days: [10, 35],
            open_h: Some(9),
        },
        size: Size::new(2_500, 0.5, 12_000),
        needs: Needs::new(0.3, 0.5, 0.03),
        basis: "DAILY",
        ..USUAL
    },
];
