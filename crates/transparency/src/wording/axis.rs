//! Words for the axes.

use sosie_similarity::Axis;

use crate::language::Bilingual;

/// What an axis is called, without an article.
pub fn axis_words(axis: Axis) -> Bilingual {
    let (fr, en) = match axis {
        Axis::Location => ("lieu", "location"),
        Axis::Participants => ("nombre de participants", "number of participants"),
        Axis::Nature => ("nature", "nature"),
        Axis::Sector => ("secteur", "sector"),
        Axis::DayKind => ("semaine ou week-end", "weekday or weekend"),
        Axis::Season => ("hiver ou été", "winter or summer"),
        Axis::Footprint => ("emprise au sol", "footprint"),
        Axis::Duration => ("durée", "duration"),
    };
    Bilingual::new(fr, en)
}

/// The value that is compared on an axis, with its unit.
pub(crate) fn axis_value_words(axis: Axis) -> Bilingual {
    let (fr, en) = match axis {
        Axis::Location => (
            "latitude et longitude WGS84, en degrés",
            "WGS84 latitude and longitude, in degrees",
        ),
        Axis::Participants => (
            "meilleure estimation du nombre de personnes, et ce qui est compté",
            "best count of people, and what is counted",
        ),
        Axis::Nature => (
            "chemin de 1 à 6 codes, du général au particulier",
            "path of 1 to 6 codes, general to particular",
        ),
        Axis::Sector => (
            "chemin de 1 à 6 codes de secteurs administratifs",
            "path of 1 to 6 codes of administrative sectors",
        ),
        Axis::DayKind => (
            "part du temps local un samedi ou un dimanche, de 0 à 1",
            "share of local time on a Saturday or Sunday, 0 to 1",
        ),
        Axis::Season => (
            "part du temps local d'avril à septembre, de 0 à 1, ou jour de l'année",
            "share of local time from April to September, 0 to 1, or day of the year",
        ),
        Axis::Footprint => (
            "surface en m², et tracé s'il est connu",
            "area in m², and outline if known",
        ),
        Axis::Duration => ("durée en secondes", "duration in seconds"),
    };
    Bilingual::new(fr, en)
}
