//! The phrases in French.

use super::Phrase;

#[expect(clippy::too_many_lines, reason = "a table: a line for each phrase")]
pub(super) fn phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::Title => {
            "Explication de la comparaison avec l'événement {0} (code des relations entre le public et l'administration, articles L311-3-1 et R311-3-1-2)"
        }
        Phrase::Role => {
            "Aide à la décision : le traitement ordonne des événements passés, il ne décide de rien."
        }
        Phrase::Ranked => "L'événement est dans la liste, au rang {0}.",
        Phrase::NotRanked => "L'événement n'est pas dans la liste.",
        Phrase::OutProbeItself => "Écarté : c'est l'événement prévu lui-même.",
        Phrase::OutProbeSeries => "Écarté : il est de la même série que l'événement prévu.",
        Phrase::OutState => "Écarté : son état n'est pas demandé.",
        Phrase::OutFilter => "Écarté : il ne passe pas le filtre {0}.",
        Phrase::OutNotEnded => "Écarté : il n'était pas terminé à l'instant de la demande.",
        Phrase::OutNotKnown => "Écarté : il n'était pas connu à l'instant de la demande.",
        Phrase::OutSuperseded => {
            "Écarté : à l'instant de la demande, une autre version en était connue, ou il était retiré."
        }
        Phrase::OutNoAxis => "Écarté : aucun axe ne peut être comparé.",
        Phrase::OutCoverage => "Écarté : sa couverture est inférieure au minimum.",
        Phrase::OutCollapsed => "Écarté : un événement mieux placé de sa série le représente, {0}.",
        Phrase::ScoreAndCoverage => "Son score est {0} et sa couverture {1}, tous deux de 0 à 1.",
        Phrase::NoScore => "Aucun score ne lui est donné.",
        Phrase::ProbeDraft => "Les valeurs de l'événement prévu sont celles de la demande.",
        Phrase::ProbeStored => {
            "Les valeurs de l'événement prévu sont celles de l'événement enregistré {0}, de la source {1}."
        }
        Phrase::EventSource => "Les valeurs de l'événement passé viennent de la source {0}.",
        Phrase::SourceDeclared => {
            "Source {0} : {1} ; propriétaire : {2} ; licence : {3} ; mode de collecte : {4}."
        }
        Phrase::SourceInUse => "Source {0} : {1} lignes utilisées, du {2} au {3} (exclu).",
        Phrase::SourceUnknown => "Source {0} : rien n'en est déclaré.",
        Phrase::Values => "{0} : {1} pour l'événement prévu, {2} pour l'événement passé.",
        Phrase::DataState => "État des données : génération {0}, empreinte {1}, à l'instant {2}.",
        Phrase::ProfileApplied => "Profil {0}, empreinte {1}.",
        Phrase::Floor => "Couverture minimale appliquée : {0}.",
        Phrase::Weight => "{0} : poids déclaré {1}, poids effectif {2}.",
        Phrase::Measure => "{0} : mesure {1}. {2}",
        Phrase::MeasureParameter => "{0} : paramètre {1} = {2}.",
        Phrase::Policy => {
            "{0} : si la valeur de l'événement passé manque ou n'est pas comparable, {1}."
        }
        Phrase::Engine => "Version du code {0}, empreinte de la demande {1}.",
        Phrase::Compared => "{0} : comparé ; distance {1} [{2}], similarité {3}.",
        Phrase::ProbeMissing => {
            "{0} : l'événement prévu n'a pas de valeur, l'axe est retiré des sommes."
        }
        Phrase::CandidateMissing => {
            "{0} : l'événement passé n'a pas de valeur, l'axe compte une similarité de {1}."
        }
        Phrase::NotComparable => {
            "{0} : les deux valeurs ne sont pas de même nature, l'axe compte une similarité de {1}."
        }
        Phrase::LeftOut => {
            "{0} : la valeur manque ou n'est pas comparable, l'axe est retiré des sommes."
        }
        Phrase::Contribution => "{0} : contribution = poids effectif {1} × similarité {2} = {3}.",
        Phrase::Sum => {
            "Le score est la somme des contributions ; la couverture est la part du poids des axes de l'événement prévu qui a été comparée."
        }
        Phrase::Order => {
            "Ordre de la liste : score décroissant, couverture décroissante, début le plus récent, identifiant croissant."
        }
        Phrase::Unknown => "valeur inconnue",
        Phrase::Undeclared => "non déclaré",
        Phrase::Position => "latitude {0}°, longitude {1}°",
        Phrase::Count => "{0} personnes",
        Phrase::CountLow => ", au moins {0}",
        Phrase::CountHigh => ", au plus {0}",
        Phrase::BasisPeak => ", présentes au même moment",
        Phrase::BasisDaily => ", en un jour",
        Phrase::BasisTotal => ", sur toute la durée",
        Phrase::Share => "part de {0}",
        Phrase::DayOfYear => "jour {0} de l'année",
        Phrase::Area => "{0} m²",
        Phrase::AreaWithOutline => "{0} m², tracé connu",
        Phrase::Duration => "{0} secondes",
    }
}
