//! The limits of the domain, as the code that runs has them.

use sosie_similarity::limits::*;

use super::Limit;
use crate::language::Bilingual;

/// Name, value, what it limits in French and in English. Counts are exact as `f64`.
const DOMAIN: [(&str, f64, &str, &str); 23] = [
    (
        "page_size_default",
        PAGE_SIZE_DEFAULT as f64,
        "événements d'une page sans demande",
        "events of a page if none is asked for",
    ),
    (
        "page_size_max",
        PAGE_SIZE_MAX as f64,
        "événements d'une page",
        "events of a page",
    ),
    (
        "batch_searches_max",
        BATCH_SEARCHES_MAX as f64,
        "recherches d'un lot",
        "searches of a batch",
    ),
    (
        "request_bytes_max",
        REQUEST_BYTES_MAX as f64,
        "octets d'une demande",
        "bytes of a request",
    ),
    (
        "response_bytes_max",
        RESPONSE_BYTES_MAX as f64,
        "octets d'une réponse",
        "bytes of an answer",
    ),
    (
        "id_bytes_max",
        ID_BYTES_MAX as f64,
        "octets d'un identifiant",
        "bytes of an identifier",
    ),
    (
        "code_bytes_max",
        CODE_BYTES_MAX as f64,
        "caractères d'un code",
        "characters of a code",
    ),
    (
        "path_codes_max",
        PATH_CODES_MAX as f64,
        "codes d'un chemin",
        "codes of a path",
    ),
    (
        "vertices_max",
        VERTICES_MAX as f64,
        "sommets d'un tracé",
        "vertices of an outline",
    ),
    (
        "filter_list_max",
        FILTER_LIST_MAX as f64,
        "valeurs d'une liste de filtre",
        "entries of a list of a filter",
    ),
    (
        "facet_keys_max",
        FACET_KEYS_MAX as f64,
        "valeurs d'un décompte",
        "keys of a facet",
    ),
    (
        "participants_max",
        PARTICIPANTS_MAX as f64,
        "participants d'un événement",
        "participants of an event",
    ),
    (
        "area_m2_max",
        AREA_M2_MAX,
        "m² d'une emprise",
        "m² of a footprint",
    ),
    (
        "route_width_m_max",
        ROUTE_WIDTH_M_MAX,
        "m de largeur d'un parcours",
        "m of width of a route",
    ),
    (
        "event_days_max",
        EVENT_DAYS_MAX as f64,
        "jours d'un événement",
        "days of an event",
    ),
    (
        "radius_km_max",
        RADIUS_KM_MAX,
        "km de rayon d'un filtre",
        "km of radius of a filter",
    ),
    (
        "weight_min",
        WEIGHT_MIN,
        "plus petit poids autre que 0",
        "smallest weight that is not 0",
    ),
    (
        "weight_max",
        WEIGHT_MAX,
        "plus grand poids",
        "largest weight",
    ),
    (
        "outcomes_max",
        OUTCOMES_MAX as f64,
        "codes de suites d'un événement",
        "outcome codes of an event",
    ),
    (
        "diff_queries_max",
        DIFF_QUERIES_MAX as f64,
        "questions sur lesquelles deux profils sont essayés",
        "questions that two profiles are tried on",
    ),
    (
        "diff_depth_max",
        DIFF_DEPTH_MAX as f64,
        "rangs auxquels deux listes sont comparées",
        "ranks to which two lists are compared",
    ),
    (
        "sensitivity_size_max",
        SENSITIVITY_SIZE_MAX as f64,
        "événements dont la sensibilité est mesurée",
        "hits whose sensitivity is measured",
    ),
    (
        "outcome_max",
        OUTCOME_MAX,
        "plus grande suite",
        "largest outcome",
    ),
];

impl Limit {
    /// The limits of what comes in that a client can meet, read from the constants that the domain applies.
    pub fn of_the_domain() -> Vec<Limit> {
        let limit = |(name, value, fr, en): (&str, f64, &str, &str)| Limit {
            name: name.to_owned(),
            value,
            words: Bilingual::new(fr, en),
        };
        DOMAIN.into_iter().map(limit).collect()
    }
}
