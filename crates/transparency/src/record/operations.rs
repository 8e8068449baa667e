//! What is done, in order, as the profile and the limits have it.

use sosie_similarity::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use sosie_similarity::{AxisRule, Profile};

use super::OperationPart;
use crate::language::{Bilingual, Language};
use crate::number::{grouped, localised};
use crate::wording::{axis_words, policy_words};

pub(super) fn operations(profile: &Profile) -> Vec<OperationPart> {
    vec![
        probe(profile),
        candidates(),
        similarities(profile),
        missing_values(profile),
        score(),
        coverage(profile),
        order(),
        series(),
        page(),
        receipt(),
    ]
}

fn operation(name: &str, words: Bilingual, latex: Option<&str>) -> OperationPart {
    OperationPart {
        name: name.to_owned(),
        words,
        latex: latex.map(str::to_owned),
    }
}

fn weighted(profile: &Profile) -> impl Iterator<Item = &AxisRule> {
    profile.axes().iter().filter(|rule| rule.weight > 0.0)
}

fn probe(profile: &Profile) -> OperationPart {
    let words = Bilingual::of(|language| {
        let axes: Vec<String> = weighted(profile)
            .map(|rule| axis_words(rule.axis).get(language).to_owned())
            .collect();
        let axes = axes.join(", ");
        language.pick(
            format!("Prendre les valeurs connues de l'événement prévu sur les axes dont le poids est supérieur à 0 : {axes}."),
            format!("Take the known values of the planned event on the axes whose weight is above 0: {axes}."),
        )
    });
    operation("read_probe", words, None)
}

fn candidates() -> OperationPart {
    operation(
        "select_candidates",
        Bilingual::new(
            "Retenir tous les événements passés terminés et connus à l'instant de la demande, tenus (sauf demande contraire), qui passent tous les filtres demandés ; jamais l'événement prévu lui-même. Aucun échantillon, aucune présélection approchée.",
            "Take all past events that had ended and were known at the time asked for, that were held (unless asked otherwise) and pass every filter asked for; never the planned event itself. No sample, no approximate preselection.",
        ),
        None,
    )
}

fn similarities(profile: &Profile) -> OperationPart {
    let words = Bilingual::of(|language| {
        let measures: Vec<String> = weighted(profile)
            .map(|rule| {
                format!(
                    "{} ({})",
                    axis_words(rule.axis).get(language),
                    rule.measure.name()
                )
            })
            .collect();
        let measures = measures.join(", ");
        language.pick(
            format!("Comparer chaque candidat à l'événement prévu, axe par axe, par la mesure de l'axe, qui donne une similarité s de 0 à 1 : {measures}."),
            format!("Compare each candidate with the planned event, axis by axis, by the measure of the axis, which gives a similarity s from 0 to 1: {measures}."),
        )
    });
    operation("compare", words, None)
}

/// One sentence for each policy that is in use, with its axes.
fn missing_values(profile: &Profile) -> OperationPart {
    let words = Bilingual::of(|language| {
        let mut policies: Vec<(String, Vec<String>)> = Vec::new();
        for rule in weighted(profile) {
            let policy = policy_words(rule.missing).get(language).to_owned();
            let axis = axis_words(rule.axis).get(language).to_owned();
            match policies.iter_mut().find(|(words, _)| *words == policy) {
                Some((_, axes)) => axes.push(axis),
                None => policies.push((policy, vec![axis])),
            }
        }
        let sentences: Vec<String> = policies
            .into_iter()
            .map(|(policy, axes)| missing_sentence(&axes.join(", "), &policy, language))
            .collect();
        sentences.join(" ")
    });
    operation("apply_missing_policies", words, None)
}

fn missing_sentence(axes: &str, policy: &str, language: Language) -> String {
    language.pick(
        format!("Si la valeur du candidat manque ou n'est pas comparable ({axes}) : {policy}."),
        format!("If the candidate's value is missing or not comparable ({axes}): {policy}."),
    )
}

fn score() -> OperationPart {
    operation(
        "score",
        Bilingual::new(
            "Calculer le score : la moyenne des similarités pondérée par les poids, sur l'ensemble N des axes restés dans les sommes, dans l'ordre du profil.",
            "Compute the score: the mean of the similarities, weighted by the weights, over the set N of axes that stay in the sums, in profile order.",
        ),
        Some(r"S = \frac{\sum_{i \in N} w_i s_i}{\sum_{i \in N} w_i}"),
    )
}

fn coverage(profile: &Profile) -> OperationPart {
    let floor = profile.min_coverage();
    let words = Bilingual::of(|language| {
        let floor_text = localised(floor, language);
        let rule = if floor > 0.0 {
            language.pick(
                format!("sauf demande contraire, un candidat dont la couverture est inférieure à {floor_text} n'est pas retenu"),
                format!("unless asked otherwise, a candidate whose coverage is below {floor_text} is no hit"),
            )
        } else {
            language.pick(
                "ce profil ne fixe pas de couverture minimale".to_owned(),
                "this profile sets no least coverage".to_owned(),
            )
        };
        language.pick(
            format!("Calculer la couverture : la part du poids des axes P de l'événement prévu qui a vraiment été comparée (axes C) ; {rule}. Un candidat sans aucun axe comparé n'est pas retenu."),
            format!("Compute the coverage: the share of the weight of the planned event's axes P that was really compared (axes C); {rule}. A candidate without any compared axis is no hit."),
        )
    });
    let latex = r"K = \frac{\sum_{i \in C} w_i}{\sum_{i \in P} w_i}";
    operation("coverage", words, Some(latex))
}

fn order() -> OperationPart {
    operation(
        "order",
        Bilingual::new(
            "Ordonner : score décroissant, puis couverture décroissante, puis début le plus récent, puis identifiant croissant.",
            "Order: score descending, then coverage descending, then latest start, then identifier ascending.",
        ),
        None,
    )
}

fn series() -> OperationPart {
    operation(
        "collapse_series",
        Bilingual::new(
            "Sauf demande contraire, ne garder de chaque série que son meilleur événement, avec le nombre de ceux qui auraient été retenus.",
            "Unless asked otherwise, keep of each series only its best event, with the number of those that would have been hits.",
        ),
        None,
    )
}

fn page() -> OperationPart {
    let words = Bilingual::of(|language| {
        let [size, max] = [PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX].map(|n| grouped(n as u64, language));
        language.pick(
            format!("Rendre la liste par pages de {size} événements, ou autant que demandé jusqu'à {max}."),
            format!("Give the list in pages of {size} events, or as many as asked for up to {max}."),
        )
    });
    operation("page", words, None)
}

fn receipt() -> OperationPart {
    operation(
        "explain",
        Bilingual::new(
            "Joindre à chaque événement son décompte axe par axe, dont les contributions font le score, et à chaque réponse le reçu qui permet de la refaire à l'identique.",
            "Give with each event its ledger, axis by axis, whose contributions add up to the score, and with each answer the receipt by which it can be made again, byte for byte.",
        ),
        None,
    )
}
