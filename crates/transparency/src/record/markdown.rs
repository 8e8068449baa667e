//! The record as Markdown, in one language.

mod layout;
mod rules;

use sosie_similarity::ProfileState;

use super::parts::one_line;
use super::{GuardPart, Limit, ProfileChangePart, ProfilePart, RecordParts, SourcePart};
use crate::declared::{Evaluation, Phase};
use crate::language::{Bilingual, Language};
use crate::number::{exact, grouped, percent};
use layout::{section, table};
use rules::{axes, formulas, operations};

pub(super) fn markdown(parts: &RecordParts, language: Language) -> String {
    let sections = [
        heading(parts, language),
        algorithm(parts, language),
        sources(&parts.sources, language),
        axes(&parts.profile, language),
        formulas(&parts.profile, language),
        operations(&parts.operations, language),
        limits(&parts.limits, language),
        evaluation(parts.evaluation.as_ref(), language),
        state(parts, language),
        missing(&parts.missing, language),
    ];
    sections.join("\n")
}

fn heading(parts: &RecordParts, language: Language) -> String {
    let name = one_line(&parts.algorithm.name);
    let title = language.pick("Fiche de l'algorithme", "Record of the algorithm");
    format!("# {title}{} {name}\n", language.colon())
}

fn algorithm(parts: &RecordParts, language: Language) -> String {
    let part = &parts.algorithm;
    let unstated = language.pick("non déclaré", "not stated");
    let or = |text: &Option<String>| text.as_deref().map_or(unstated.to_owned(), one_line);
    let basis = language.pick(&part.legal_basis_fr, &part.legal_basis_en);
    let rows = [
        (
            ("Finalité", "Purpose"),
            one_line(part.purpose.get(language)),
        ),
        (("Rôle", "Role"), one_line(part.role.get(language))),
        (("Type", "Kind"), one_line(part.kind.get(language))),
        (
            ("Administration responsable", "Owner"),
            or(&part.organisation),
        ),
        (("Service", "Department"), or(&part.department)),
        (("Contact", "Contact"), or(&part.contact_email)),
        (("Page publique", "Public page"), or(&part.website)),
        (("Fondement juridique", "Legal basis"), or(basis)),
        (("Phase", "Phase"), phase(part.phase, language)),
        (
            ("En service depuis", "In use since"),
            or(&part.in_use_since),
        ),
        (("Code source", "Source code"), or(&parts.engine.code_url)),
        (
            ("Version du code", "Code version"),
            one_line(&parts.engine.version),
        ),
    ];
    let rows = rows.map(|((fr, en), text)| vec![language.pick(fr, en).to_owned(), text]);
    table(&["", ""], &rows)
}

fn phase(phase: Option<Phase>, language: Language) -> String {
    let words = match phase {
        None => ("non déclaré", "not stated"),
        Some(Phase::Development) => ("développement", "development"),
        Some(Phase::Pilot) => ("expérimentation", "pilot"),
        Some(Phase::Production) => ("production", "production"),
        Some(Phase::Retired) => ("retiré", "retired"),
    };
    language.pick(words.0, words.1).to_owned()
}

fn sources(sources: &[SourcePart], language: Language) -> String {
    let unstated = language.pick("non déclaré", "not stated");
    let or = |text: &Option<String>| text.as_deref().map_or(unstated.to_owned(), one_line);
    let day = |time: &Option<String>| {
        time.as_deref()
            .map_or("–".to_owned(), |time| time[..10].to_owned())
    };
    let rows: Vec<_> = (sources.iter())
        .map(|source| {
            vec![
                source.source_id.clone(),
                or(&source.name),
                or(&source.owner),
                or(&source.licence),
                or(&source.collection_method),
                format!(
                    "{} – {}",
                    day(&source.period_first),
                    day(&source.period_end)
                ),
                grouped(source.rows, language),
                (source.refused_rows).map_or("–".to_owned(), |rows| grouped(rows, language)),
                day(&source.last_update),
            ]
        })
        .collect();
    let columns = language.pick(
        [
            "Source",
            "Nom",
            "Propriétaire",
            "Licence",
            "Mode de collecte",
            "Période",
            "Lignes",
            "Refusées",
            "Mise à jour",
        ],
        [
            "Source",
            "Name",
            "Owner",
            "Licence",
            "Collection method",
            "Period",
            "Rows",
            "Refused",
            "Last update",
        ],
    );
    let shares = missing_shares(sources, language);
    section(
        language.pick(
            "Données traitées et leurs sources",
            "Data processed and their sources",
        ),
        &format!("{}\n{shares}", table(&columns, &rows)),
    )
}

fn missing_shares(sources: &[SourcePart], language: Language) -> String {
    let Some(first) = sources.first() else {
        return String::new();
    };
    let axes = first.missing_shares.iter().map(|(axis, _)| axis.as_str());
    let title = language.pick("Valeurs manquantes", "Missing values");
    let columns: Vec<&str> = [title].into_iter().chain(axes).collect();
    let row = |source: &SourcePart| {
        let shares = source.missing_shares.iter();
        let shares = shares.map(|(_, share)| percent(*share, language));
        [source.source_id.clone()]
            .into_iter()
            .chain(shares)
            .collect()
    };
    let rows: Vec<Vec<String>> = sources.iter().map(row).collect();
    table(&columns, &rows)
}

fn limits(limits: &[Limit], language: Language) -> String {
    let row = |limit: &Limit| {
        let words = limit.words.get(language).to_owned();
        vec![limit.name.clone(), exact(limit.value), words]
    };
    let rows: Vec<_> = limits.iter().map(row).collect();
    let columns = language.pick(["Limite", "Valeur", "Porte sur"], ["Limit", "Value", "Of"]);
    section(language.pick("Limites", "Limits"), &table(&columns, &rows))
}

fn evaluation(evaluation: Option<&Evaluation>, language: Language) -> String {
    let title = language.pick("Évaluation", "Evaluation");
    let Some(evaluation) = evaluation else {
        return section(
            title,
            language.pick("Aucune mesure déclarée.\n", "No measurement stated.\n"),
        );
    };
    let rows: Vec<_> = (evaluation.figures.iter())
        .map(|figure| {
            let interval = figure.interval_95;
            let interval = interval.map(|(low, high)| format!("{} – {}", exact(low), exact(high)));
            vec![
                figure.name.clone(),
                exact(figure.value),
                interval.unwrap_or_default(),
            ]
        })
        .collect();
    let columns = language.pick(
        ["Chiffre", "Valeur", "Intervalle à 95 %"],
        ["Figure", "Value", "95% interval"],
    );
    let (method, probes) = (
        one_line(evaluation.method.get(language)),
        grouped(evaluation.probes, language),
    );
    let probes = language.pick(format!("{probes} sondes"), format!("{probes} probes"));
    let text = format!(
        "{method} ({probes}, {})\n\n{}",
        evaluation.measured_time,
        table(&columns, &rows)
    );
    section(title, &text)
}

fn state(parts: &RecordParts, language: Language) -> String {
    let generation = &parts.generation;
    let rows = [
        (("Génération", "Generation"), generation.id.clone()),
        (
            ("Empreinte du manifeste", "Digest of the manifest"),
            generation.digest.clone(),
        ),
        (
            ("Empreinte du contenu", "Digest of the content"),
            generation.content_digest.clone(),
        ),
        (
            ("Événements", "Events"),
            grouped(generation.event_count, language),
        ),
        (("Construite", "Built"), generation.created_time.clone()),
        (
            ("Empreinte du profil", "Digest of the profile"),
            parts.profile.digest.clone(),
        ),
        (
            ("État du profil", "State of the profile"),
            profile_state(&parts.profile, language),
        ),
    ];
    let rows = rows.map(|((fr, en), text)| vec![language.pick(fr, en).to_owned(), text]);
    let mut rows = rows.to_vec();
    rows.extend(
        generation
            .guards
            .iter()
            .flat_map(|guard| admitted(guard, language)),
    );
    rows.extend((parts.profile.history.iter()).map(|change| changed(change, language)));
    section(
        language.pick("État servi", "State served"),
        &table(&["", ""], &rows),
    )
}

/// By which rules records were admitted.
fn admitted(guard: &GuardPart, language: Language) -> Vec<Vec<String>> {
    let from = grouped(guard.from_position, language);
    let policy = guard.policy_digest.clone();
    let none = || language.pick("aucune", "none").to_owned();
    let label = language.pick(
        format!("Règles d'admission après la position {from}"),
        format!("Rules of admission after position {from}"),
    );
    let mut rows = vec![vec![label, policy.unwrap_or_else(none)]];
    for vocabulary in &guard.vocabularies {
        let (name, version) = (one_line(&vocabulary.name), one_line(&vocabulary.version));
        let list = one_line(&vocabulary.list);
        let label = language.pick(
            format!("Vocabulaire {list} : {name} {version}"),
            format!("Vocabulary {list}: {name} {version}"),
        );
        rows.push(vec![label, vocabulary.digest.clone()]);
    }
    rows
}

/// A change of the state of the profile.
fn changed(change: &ProfileChangePart, language: Language) -> Vec<String> {
    let title = language.pick("Changement du profil", "Change of the profile");
    let (from, to) = (state_words(&change.from), state_words(&change.to));
    let text = format!(
        "{} → {}, {}, {}, {}",
        from.get(language),
        to.get(language),
        change.time,
        one_line(&change.author),
        change.reason
    );
    vec![title.to_owned(), text]
}

/// The state in words; one that is active with no history was made so by nobody here.
fn profile_state(profile: &ProfilePart, language: Language) -> String {
    let state = state_words(&profile.state);
    let state = state.get(language);
    if profile.state == ProfileState::Active.name() && profile.history.is_empty() {
        let shipped = language.pick("fournie avec Sosie", "as Sosie brings it along");
        return format!("{state}, {shipped}");
    }
    state.to_owned()
}

fn state_words(name: &str) -> Bilingual {
    match ProfileState::ALL
        .into_iter()
        .find(|state| state.name() == name)
    {
        Some(ProfileState::Draft) => Bilingual::new("brouillon", "draft"),
        Some(ProfileState::Active) => Bilingual::new("active", "active"),
        Some(ProfileState::Retired) => Bilingual::new("retirée", "retired"),
        None => Bilingual::new("inconnu", "unknown"),
    }
}

fn missing(missing: &[String], language: Language) -> String {
    let title = language.pick("Ce que personne n'a déclaré", "What nobody stated");
    let lines: String = missing
        .iter()
        .map(|key| format!("- {}\n", one_line(key)))
        .collect();
    let none = language.pick("Rien.\n", "Nothing.\n");
    section(title, if lines.is_empty() { none } else { &lines })
}
