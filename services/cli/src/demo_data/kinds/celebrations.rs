//! Feasts, fireworks, processions.

use chrono::Weekday::{Fri, Sat};

use super::super::places::*;
use super::super::routes::*;
use super::{Hours, Kind, MILD_MONTHS, Needs, Size, Spots, USUAL, WEEKENDS, When};

const FEAST: Kind = Kind {
    size: Size::new(250, 0.7, 4_000),
    needs: Needs::new(0.2, 0.7, 0.006),
    ..USUAL
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        nature: "celebration/fireworks",
        spots: Spots::Places(&[VIEUX_PORT]),
        when: When::Yearly {
            month: 7,
            day: 14,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [22.0, 22.5],
            lasts_h: 1.5,
        },
        size: Size::new(90_000, 0.25, 150_000),
        needs: Needs::new(1.3, 1.8, 0.03),
        m2_each: 0.4,
        series: true,
        declared: 1.0,
        ..USUAL
    },
    Kind {
        nature: "celebration/fireworks",
        spots: Spots::Places(&[ESTAQUE, ESCALE_BORELY]),
        when: When::Yearly {
            month: 9,
            day: 1,
            weekday: Some(Sat),
        },
        hours: Hours::Once {
            starts_h: [21.5, 22.5],
            lasts_h: 1.5,
        },
        size: Size::new(6_000, 0.5, 25_000),
        series: true,
        ..USUAL
    },
    Kind {
        nature: "celebration/new-year",
        spots: Spots::Places(&[VIEUX_PORT, PRADO]),
        when: When::Yearly {
            month: 12,
            day: 31,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [20.0, 21.0],
            lasts_h: 6.0,
        },
        size: Size::new(15_000, 0.6, 60_000),
        needs: Needs::new(1.8, 1.6, 0.06),
        m2_each: 0.5,
        series: true,
        ..USUAL
    },
    Kind {
        nature: "celebration/ball",
        spots: Spots::Places(&[ESTIENNE_ORVES, SAINT_JEROME, MONTOLIVET, SAINT_LOUP]),
        when: When::Yearly {
            month: 7,
            day: 13,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [19.0, 20.0],
            lasts_h: 6.0,
        },
        size: Size::new(1_200, 0.6, 8_000),
        series: true,
        ..FEAST
    },
    Kind {
        nature: "celebration/neighbourhood",
        spots: Spots::Places(&[
            CHARTREUX,
            SAINT_PIERRE,
            LA_POMME,
            CAMOINS,
            SAINT_ANTOINE,
            SAINT_ANDRE,
            MAZARGUES,
            CHATEAU_GOMBERT,
            SAINTE_MARTHE,
            ENDOUME,
            SAINT_JULIEN,
        ]),
        when: When::Yearly {
            month: 5,
            day: 24,
            weekday: Some(Fri),
        },
        hours: Hours::Once {
            starts_h: [18.0, 19.0],
            lasts_h: 4.0,
        },
        series: true,
        ..FEAST
    },
    Kind {
        nature: "celebration/neighbourhood",
        spots: Spots::Places(&[
            SAINT_LOUIS,
            LE_CANET,
            BLANCARDE,
            CAILLOLS,
            SAINT_MARCEL,
            LA_ROSE,
            BONNEVEINE,
            BILLOUX,
            CORBIERE,
            GOUDES,
            SAINT_MAURONT,
            BAILLE,
            NOTRE_DAME_DU_MONT,
            VALENTINE,
        ]),
        when: When::Drawn {
            per_year: 15,
            months: MILD_MONTHS,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [10.0, 17.0],
            lasts_h: 6.0,
        },
        ..FEAST
    },
    Kind {
        nature: "procession",
        spots: Spots::Routes(&[PORT_TO_SAINT_VICTOR]),
        when: When::Yearly {
            month: 2,
            day: 2,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [5.5, 5.75],
            lasts_h: 2.5,
        },
        size: Size::new(2_000, 0.3, 6_000),
        series: true,
        ..FEAST
    },
    Kind {
        nature: "procession",
        spots: Spots::Routes(&[AROUND_THE_PANIER, ESTAQUE_HARBOUR]),
        when: When::Yearly {
            month: 8,
            day: 15,
            weekday: None,
        },
        hours: Hours::Once {
            starts_h: [16.5, 18.0],
            lasts_h: 2.5,
        },
        size: Size::new(900, 0.6, 6_000),
        series: true,
        ..FEAST
    },
];
