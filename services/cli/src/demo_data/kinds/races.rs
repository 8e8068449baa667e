//! Races on the road, over the hills and by water.

use chrono::Weekday::{Sat, Sun};

use super::super::places::*;
use super::super::routes::*;
use super::{Hours, Kind, MILD_MONTHS, Needs, SUMMER, SUNDAYS, Size, Spots, USUAL, WEEKENDS, When};

const RACE: Kind = Kind {
    hours: Hours::Once {
        starts_h: [8.0, 10.0],
        lasts_h: 4.0,
    },
    size: Size::new(900, 0.8, 16_000),
    needs: Needs::new(0.7, 2.4, 0.006),
    counted: 0.9,
    mapped: 0.8,
    declared: 0.85,
    ..USUAL
};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        nature: "sport/running/road/20-km",
        spots: Spots::Routes(&[MICHELET_TO_CASSIS]),
        when: When::Yearly {
            month: 10,
            day: 25,
            weekday: Some(Sun),
        },
        hours: Hours::Once {
            starts_h: [9.0, 9.5],
            lasts_h: 5.0,
        },
        size: Size::new(15_000, 0.1, 20_000),
        series: true,
        declared: 1.0,
        ..RACE
    },
    // The route is its seafront, run several times.
    Kind {
        nature: "sport/running/road/marathon",
        spots: Spots::Routes(&[CORNICHE]),
        when: When::Yearly {
            month: 3,
            day: 25,
            weekday: Some(Sun),
        },
        hours: Hours::Once {
            starts_h: [8.0, 9.0],
            lasts_h: 6.5,
        },
        size: Size::new(9_000, 0.2, 14_000),
        series: true,
        declared: 1.0,
        ..RACE
    },
    Kind {
        nature: "sport/running/road",
        spots: Spots::Routes(&[
            CORNICHE,
            OLD_TOWN_LOOP,
            BEACHES_TO_GOUDES,
            CASTELLANE_TO_PRADO,
        ]),
        when: When::Drawn {
            per_year: 12,
            months: [1, 2, 4, 4, 5, 4, 0, 0, 4, 3, 2, 2],
            weekdays: SUNDAYS,
        },
        ..RACE
    },
    Kind {
        nature: "sport/running/trail",
        spots: Spots::Routes(&[CALANQUES_TRAIL, NORTHERN_HEIGHTS]),
        when: When::Drawn {
            per_year: 5,
            months: [1, 2, 3, 3, 2, 0, 0, 0, 0, 3, 3, 2],
            weekdays: SUNDAYS,
        },
        size: Size::new(350, 0.5, 1_500),
        needs: Needs::new(0.2, 0.3, 0.008),
        ..RACE
    },
    Kind {
        nature: "sport/swimming/open-water",
        spots: Spots::Routes(&[FRIOUL_TO_BEACHES]),
        when: When::Yearly {
            month: 6,
            day: 20,
            weekday: Some(Sat),
        },
        hours: Hours::Once {
            starts_h: [8.0, 9.0],
            lasts_h: 5.0,
        },
        size: Size::new(2_500, 0.3, 6_000),
        series: true,
        ..RACE
    },
    Kind {
        nature: "sport/swimming/open-water",
        spots: Spots::Places(&[POINTE_ROUGE, CATALANS, CORBIERE, PROPHETE, PRADO_BEACHES]),
        when: When::Drawn {
            per_year: 4,
            months: SUMMER,
            weekdays: WEEKENDS,
        },
        hours: Hours::Once {
            starts_h: [8.0, 11.0],
            lasts_h: 4.0,
        },
        size: Size::new(250, 0.6, 2_000),
        ..USUAL
    },
    Kind {
        nature: "sport/sailing/regatta",
        spots: Spots::Routes(&[ROADSTEAD]),
        when: When::Drawn {
            per_year: 5,
            months: MILD_MONTHS,
            weekdays: WEEKENDS,
        },
        hours: Hours::Daily {
            days: [1, 4],
            opens_h: 10,
            open_h: 8,
        },
        size: Size::new(350, 0.6, 4_000),
        needs: Needs::new(0.2, 0.2, 0.004),
        mapped: 0.4,
        ..RACE
    },
    Kind {
        nature: "sport/cycling",
        spots: Spots::Routes(&[BEACHES_TO_GOUDES, CORNICHE]),
        when: When::Drawn {
            per_year: 4,
            months: MILD_MONTHS,
            weekdays: SUNDAYS,
        },
        size: Size::new(600, 0.7, 8_000),
        ..RACE
    },
];
