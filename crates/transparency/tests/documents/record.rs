use expect_test::expect;
use sosie_similarity::{MissingPolicy, Profile};
use sosie_synthetic::{Config, Generator};
use sosie_transparency::{
    AlgorithmRecord, GuardPart, InvalidFacts, Language, RecordParts, VocabularyPart,
};

use crate::given::{EXAMPLE, facts, profile, profile_id, record, rules};

#[test]
fn a_record_reads_back_from_its_json() {
    for declared in ["", EXAMPLE] {
        let record = record(declared);
        let read: RecordParts = serde_json::from_str(&record.to_json()).unwrap();
        assert_eq!(&read, record.parts());
    }
}

#[test]
fn an_evaluation_is_told_with_the_revision_that_it_is_of() {
    let told = |revision| {
        let profile = Profile::new(profile_id(revision), rules(), 0.0).unwrap();
        let record = AlgorithmRecord::new(facts(&profile, EXAMPLE)).unwrap();
        let missing = record.parts().missing.contains(&"evaluation".to_owned());
        assert_eq!(missing, record.parts().evaluation.is_none());
        let markdown = record.to_markdown(Language::English);
        (record.parts().evaluation.clone(), markdown)
    };
    let (evaluation, markdown) = told(1);
    let figure = &evaluation.unwrap().figures[0];
    assert_eq!(
        (figure.name.as_str(), figure.value),
        ("mean_absolute_log_error", 1.02)
    );
    assert!(markdown.contains("| mean_absolute_log_error | 1.02 |"));
    let (none, markdown) = told(2);
    assert!(none.is_none() && markdown.contains("No measurement stated."));
}

#[test]
fn the_rules_by_which_records_were_admitted_are_told_and_left_out_where_there_are_none() {
    let profile = profile();
    let mut facts = facts(&profile, EXAMPLE);
    let without = AlgorithmRecord::new(facts.clone()).unwrap();
    assert!(!without.to_json().contains("guards"));
    facts.generation.guards = vec![GuardPart {
        from_position: 12,
        policy_digest: Some("ab".repeat(32)),
        vocabularies: vec![VocabularyPart {
            list: "nature".to_owned(),
            name: "natures-of-the-city".to_owned(),
            version: "2026-1".to_owned(),
            digest: "cd".repeat(32),
        }],
    }];
    let record = AlgorithmRecord::new(facts).unwrap();
    let read: RecordParts = serde_json::from_str(&record.to_json()).unwrap();
    assert_eq!(&read, record.parts());
    for language in [Language::French, Language::English] {
        let told = record.to_markdown(language);
        for part in [
            "ab".repeat(32),
            "cd".repeat(32),
            "natures-of-the-city 2026-1".to_owned(),
        ] {
            assert!(told.contains(&part), "{told}");
        }
    }
}

#[test]
fn records_of_odd_profiles_read_back_to_the_same_bits() {
    let generator = Generator::new(3, Config::default());
    for index in 0..200 {
        let (search, _) = generator.any_search(index, 10_000);
        let record = AlgorithmRecord::new(facts(search.profile(), "")).unwrap();
        let read: RecordParts = serde_json::from_str(&record.to_json()).unwrap();
        for (part, rule) in read.profile.axes.iter().zip(search.profile().axes()) {
            assert_eq!(part.weight.to_bits(), rule.weight.to_bits());
        }
        assert_eq!(&read, record.parts());
    }
}

#[test]
fn keys_of_the_json_are_stable() {
    let json: serde_json::Value = serde_json::from_str(&record("").to_json()).unwrap();
    let keys = |value: &serde_json::Value| {
        let keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        keys.join(" ")
    };
    let all = [
        &json,
        &json["algorithm"],
        &json["profile"]["axes"][0],
        &json["sources"][0],
    ];
    expect![[r#"
        algorithm engine evaluation generation limits missing operations profile schema sources
        contact_email department in_use_since kind legal_basis_en legal_basis_fr name organisation phase purpose role website
        axis formula label measure missing_policy missing_share missing_similarity missing_words value weight weight_share
        collection_method last_update licence missing_shares name owner period_end period_first refused_rows rows source_id"#]].assert_eq(&all.map(keys).join("\n"));
}

#[test]
fn what_nobody_stated_is_told_as_missing() {
    let record = record("");
    expect![[r#"
        algorithm.phase
        algorithm.in_use_since
        owner.organisation
        owner.department
        contact.email
        contact.website
        code.url
        legal.basis.fr
        legal.basis.en
        source.attr-002.licence
        source.attr-002.collection_method
        source.attr-002.refused_rows
        evaluation"#]]
    .assert_eq(&record.parts().missing.join("\n"));
    let stated = crate::given::record(EXAMPLE);
    assert_eq!(stated.parts().missing.len(), 3);
}

#[test]
fn operations_follow_the_profile() {
    let mut rules = rules();
    rules[0].missing = MissingPolicy::Renormalise;
    rules[1].weight = 0.0;
    let profile = Profile::new(profile_id(2), rules, 0.25).unwrap();
    let record = AlgorithmRecord::new(facts(&profile, "")).unwrap();
    let steps = record.parts().operations.iter();
    let steps: Vec<_> = steps
        .map(|step| format!("{}: {}", step.name, step.words.en))
        .collect();
    expect![[r#"
        read_probe: Take the known values of the planned event on the axes whose weight is above 0: location, nature, sector, weekday or weekend, winter or summer, footprint, duration.
        select_candidates: Take all past events that had ended and were known at the time asked for, that were held (unless asked otherwise) and pass every filter asked for; never the planned event itself. No sample, no approximate preselection.
        compare: Compare each candidate with the planned event, axis by axis, by the measure of the axis, which gives a similarity s from 0 to 1: location (geo_decay), nature (path_affinity), sector (path_affinity), weekday or weekend (share_overlap), winter or summer (share_overlap), footprint (log_ratio), duration (log_ratio).
        apply_missing_policies: If the candidate's value is missing or not comparable (location): the axis is left out of both sums, and the weight of the others grows by as much (Gower's rule). If the candidate's value is missing or not comparable (nature, sector, weekday or weekend, winter or summer, footprint, duration): the axis stays in both sums with similarity 0: what is not known is no resemblance.
        score: Compute the score: the mean of the similarities, weighted by the weights, over the set N of axes that stay in the sums, in profile order.
        coverage: Compute the coverage: the share of the weight of the planned event's axes P that was really compared (axes C); unless asked otherwise, a candidate whose coverage is below 0.25 is no hit. A candidate without any compared axis is no hit.
        order: Order: score descending, then coverage descending, then latest start, then identifier ascending.
        collapse_series: Unless asked otherwise, keep of each series only its best event, with the number of those that would have been hits.
        page: Give the list in pages of 10 events, or as many as asked for up to 1,000.
        explain: Give with each event its ledger, axis by axis, whose contributions add up to the score, and with each answer the receipt by which it can be made again, byte for byte."#]].assert_eq(&steps.join("\n"));
}

#[test]
fn every_axis_has_a_row_of_the_markdown_in_both_languages() {
    let record = record(EXAMPLE);
    let [fr, en] = Language::ALL.map(|language| record.to_markdown(language));
    for axis in &record.parts().profile.axes {
        assert!(fr.contains(&format!("| {} | ", axis.label.fr)));
        assert!(en.contains(&format!("| {} | ", axis.label.en)));
        assert!(fr.contains(&axis.formula.latex) && en.contains(&axis.formula.words.en));
    }
    let excerpt = |text: &str| text.lines().take(9).collect::<Vec<_>>().join("\n");
    expect![[r#"
        # Fiche de l'algorithme : Sosie

        |  |  |
        | --- | --- |
        | Finalité | Préparer la tranquillité publique autour d'un événement à partir des événements passés qui lui ressemblent. |
        | Rôle | aide à la décision : il ordonne des événements passés, il ne décide de rien |
        | Type | système de règles explicites ; rien n'y est appris des données |
        | Administration responsable | Ville de Sosieville |
        | Service | Observatoire de la tranquillité publique |"#]].assert_eq(&excerpt(&fr));
    expect![[r#"
        # Record of the algorithm: Sosie

        |  |  |
        | --- | --- |
        | Purpose | Prepare public tranquillity around an event from the past events that resemble it. |
        | Role | decision support: it orders past events, it decides nothing |
        | Kind | system of explicit rules; nothing in it is learned from data |
        | Owner | Ville de Sosieville |
        | Department | Observatoire de la tranquillité publique |"#]].assert_eq(&excerpt(&en));
}

#[test]
fn a_table_of_the_markdown_has_as_many_cells_in_each_row() {
    let markdown = record(EXAMPLE).to_markdown(Language::French);
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    for block in markdown.split("\n\n") {
        let rows = block.lines().filter(|line| line.starts_with("| "));
        let widths: std::collections::BTreeSet<_> = rows.map(cells).collect();
        assert!(widths.len() <= 1, "{block}");
    }
}

#[test]
fn facts_of_different_states_are_refused() {
    let profile = profile();
    let refused = |change: fn(&mut sosie_transparency::Facts)| {
        let mut facts = facts(&profile, "");
        change(&mut facts);
        AlgorithmRecord::new(facts).unwrap_err()
    };
    let rows = refused(|facts| facts.generation.event_count += 1);
    assert!(matches!(rows, InvalidFacts::RowsDoNotAddUp { rows, events } if rows + 1 == events));
    let twice = refused(|facts| facts.sources[1] = facts.sources[0].clone());
    assert!(matches!(twice, InvalidFacts::SourceTwice(_)));
    let version = refused(|facts| facts.engine_version.clear());
    assert_eq!(version, InvalidFacts::Empty("engine_version"));
    let limit = refused(|facts| facts.limits[0].name = facts.limits[1].name.clone());
    assert!(matches!(limit, InvalidFacts::LimitName(_)));
    let infinite = refused(|facts| facts.limits[0].value = f64::INFINITY);
    assert!(matches!(infinite, InvalidFacts::NotFinite(_)));
}

#[test]
fn missing_shares_are_those_of_the_events() {
    let record = record("");
    let parts = record.parts();
    let rows: u64 = parts.sources.iter().map(|source| source.rows).sum();
    for axis in &parts.profile.axes {
        let missing: f64 = (parts.sources.iter())
            .map(|source| {
                let share = source
                    .missing_shares
                    .iter()
                    .find(|(name, _)| *name == axis.axis);
                share.unwrap().1 * source.rows as f64
            })
            .sum();
        assert!((axis.missing_share * rows as f64 - missing).abs() < 1e-9);
    }
}
