//! Marches, rallies, film crews: the street taken for something else than its traffic.

use chrono::Weekday::Sat;

use super::super::places::*;
use super::super::routes::*;
use super::{
    ANY_DAY, ANY_MONTH, Hours, Kind, NOT_SUMMER, Needs, Size, Spots, USUAL, WORKING_DAYS, When,
};

const DEMONSTRATION: Kind = Kind {
    hours: Hours::Once {
        starts_h: [10.0, 18.0],
        lasts_h: 2.0,
    },
    needs: Needs::new(1.1, 0.7, 0.03),
    m2_each: 1.5,
    declared: 0.6,
    kept: 0.6,
    ..USUAL
};

const FILM: Kind = Kind {
    size: Size::new(45, 0.5, 400),
    needs: Needs::new(0.25, 1.5, 0.0),
    m2_each: 18.0,
    declared: 0.9,
    kept: 0.6,
    ..USUAL
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        nature: "demonstration/march",
        spots: Spots::Routes(&[
            PORT_TO_REFORMES,
            PORTE_AIX_TO_PREFECTURE,
            PORT_TO_CASTELLANE,
            CASTELLANE_TO_PRADO,
            REFORMES_TO_JOLIETTE,
            STATION_TO_PORT,
            PLAINE_TO_PORT,
            BELLE_DE_MAI_TO_STATION,
        ]),
        when: When::Drawn {
            per_year: 30,
            months: NOT_SUMMER,
            weekdays: [2, 4, 3, 6, 2, 7, 2],
        },
        hours: Hours::Once {
            starts_h: [10.0, 18.0],
            lasts_h: 3.0,
        },
        size: Size::new(1_500, 1.2, 60_000),
        mapped: 0.8,
        ..DEMONSTRATION
    },
    // The first of May.
    Kind {
        nature: "demonstration/march",
        spots: Spots::Routes(&[PORT_TO_REFORMES]),
        when: When::Yearly {
            month: 5,
            day: 1,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [10.0, 10.5],
            lasts_h: 3.0,
        },
        size: Size::new(5_000, 0.5, 30_000),
        series: true,
        mapped: 0.9,
        ..DEMONSTRATION
    },
    Kind {
        nature: "demonstration/rally",
        spots: Spots::Places(&[
            PREFECTURE,
            VIEUX_PORT,
            PORTE_AIX,
            HOTEL_DE_VILLE,
            REFORMES,
            PALAIS_DE_JUSTICE,
            STATION,
        ]),
        when: When::Drawn {
            per_year: 26,
            months: NOT_SUMMER,
            weekdays: WORKING_DAYS,
        },
        size: Size::new(180, 1.0, 8_000),
        ..DEMONSTRATION
    },
    Kind {
        nature: "film/shooting/street",
        spots: Spots::Places(&[
            LENCHE,
            RUE_REPUBLIQUE,
            BELSUNCE,
            COURS_JULIEN,
            ENDOUME,
            GOUDES,
            ESTAQUE,
            CHAVE,
            BAILLE,
            PROPHETE,
            SADI_CARNOT,
            SAINT_MAURONT,
            LE_CANET,
            SORMIOU,
            LA_VISTE,
            NOAILLES,
            OPERA,
        ]),
        when: When::Drawn {
            per_year: 22,
            months: ANY_MONTH,
            weekdays: WORKING_DAYS,
        },
        hours: Hours::Once {
            starts_h: [6.0, 14.0],
            lasts_h: 10.0,
        },
        ..FILM
    },
    Kind {
        nature: "film/shooting/night",
        spots: Spots::Places(&[
            JOLIETTE,
            CANEBIERE,
            VIEUX_PORT,
            POINTE_ROUGE,
            SAINT_LAZARE,
            ARENC,
        ]),
        when: When::Drawn {
            per_year: 7,
            months: ANY_MONTH,
            weekdays: WORKING_DAYS,
        },
        hours: Hours::Once {
            starts_h: [19.0, 21.0],
            lasts_h: 8.0,
        },
        ..FILM
    },
    Kind {
        nature: "film/shooting",
        spots: Spots::Places(&[
            PHARO, LONGCHAMP, FRIOUL, BORELY, FRICHE, STATION, CORBIERE, LUMINY,
        ]),
        when: When::Drawn {
            per_year: 8,
            months: ANY_MONTH,
            weekdays: WORKING_DAYS,
        },
        hours: Hours::Days {
            days: [1, 6],
            open_h: None,
        },
        ..FILM
    },
    Kind {
        nature: "ceremony/commemoration",
        spots: Spots::Places(&[PROPHETE, HOTEL_DE_VILLE, STATION, MAZARGUES, SAINT_MARCEL]),
        when: When::Drawn {
            per_year: 8,
            months: [1, 0, 1, 2, 5, 2, 1, 4, 0, 0, 6, 1],
            weekdays: ANY_DAY,
        },
        hours: Hours::Once {
            starts_h: [9.5, 11.5],
            lasts_h: 1.0,
        },
        size: Size::new(140, 0.6, 1_500),
        needs: Needs::new(0.9, 0.9, 0.001),
        kept: 0.5,
        ..USUAL
    },
    Kind {
        nature: "civic/associations-forum",
        spots: Spots::Places(&[BORELY, LONGCHAMP, CENTENAIRE, MAISON_BLANCHE, FONT_OBSCURE]),
        when: When::Yearly {
            month: 9,
            day: 5,
            weekday: Some(Sat),
        },
        hours: Hours::Once {
            starts_h: [9.0, 10.0],
            lasts_h: 8.0,
        },
        size: Size::new(2_500, 0.8, 30_000),
        series: true,
        needs: Needs::new(0.2, 0.7, 0.006),
        ..USUAL
    },
    Kind {
        nature: "civic/health-campaign",
        spots: Spots::Places(&[CASTELLANE, JOLIETTE, STATION, BELSUNCE, LA_ROSE, SAINT_LOUP]),
        when: When::Drawn {
            per_year: 8,
            months: ANY_MONTH,
            weekdays: WORKING_DAYS,
        },
        hours: Hours::Once {
            starts_h: [9.0, 11.0],
            lasts_h: 6.0,
        },
        size: Size::new(150, 0.6, 1_200),
        needs: Needs::new(0.05, 0.3, 0.0),
        kept: 0.8,
        ..USUAL
    },
];
