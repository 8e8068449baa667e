mod numbers;

use expect_test::expect;
use sosie_similarity::{Digest, Exclusion, Explanation, Score, Search};
use sosie_synthetic::{Config, Generator};
use sosie_transparency::{Case, InvalidStatement, Language, Receipt, Statement};

use crate::given::{sources, time};

const EVENTS: u64 = 5_000;

fn receipt(search: &Search) -> Receipt {
    Receipt {
        generation_id: "gen-000007".to_owned(),
        generation_digest: Digest::of(b"manifest"),
        profile: search.profile().id().clone(),
        profile_digest: search.profile().digest(),
        engine_version: "0.1.0".to_owned(),
        request_digest: Digest::of(b"request"),
        as_of: search.as_of(),
    }
}

/// What became of one event in one search, ranked at random if it could be a hit.
fn explanation(generator: &Generator, search: &Search, index: u64) -> Explanation {
    let event = generator.event(index * 7 % EVENTS);
    let values = event.values();
    let scorer = search.scorer();
    let exclusions = search.exclusions(&event.candidate());
    Explanation {
        score: scorer.score(&values).ok(),
        ledger: scorer.ledger(&values),
        verdict: if exclusions.is_empty() {
            Ok(index as usize + 1)
        } else {
            Err(exclusions)
        },
        event,
    }
}

fn with_case(index: u64, check: impl Fn(&Case)) {
    let generator = Generator::new(11, Config::default());
    let (search, _) = generator.any_search(index, EVENTS);
    let explanation = explanation(&generator, &search, index);
    check(&Case {
        receipt: &receipt(&search),
        search: &search,
        explanation: &explanation,
        sources: &sources(),
    });
}

#[test]
fn a_statement_reads_as_four_headings_of_fixed_phrases() {
    with_case(5, |case| {
        let [fr, en] = Language::ALL.map(|language| Statement::new(language, case).unwrap());
        assert_eq!(fr.sections().len(), 4);
        let excerpt = |statement: &Statement| {
            let sections = statement.sections().iter();
            let lines = sections.map(|section| {
                let title = section.heading.title(statement.language());
                let lines = section
                    .lines
                    .iter()
                    .take(4)
                    .map(|line| format!("- {}\n", line.text));
                format!("{title}\n{}", lines.collect::<String>())
            });
            lines.collect::<String>()
        };
        expect![[r#"
            Le degré et le mode de contribution du traitement algorithmique à la prise de décision
            - Aide à la décision : le traitement ordonne des événements passés, il ne décide de rien.
            - L'événement est dans la liste, au rang `6`.
            - Son score est ≈ 0,339 (`0.33854351781169856`) et sa couverture `1`, tous deux de 0 à 1.
            Les données traitées et leurs sources
            - Les valeurs de l'événement prévu sont celles de la demande.
            - Les valeurs de l'événement passé viennent de la source attr-449.
            - Source attr-449 : rien n'en est déclaré.
            - lieu : latitude `45.25853`°, longitude `-0.362638`° pour l'événement prévu, latitude `42.814549`°, longitude `4.052492`° pour l'événement passé.
            Les paramètres de traitement et, le cas échéant, leur pondération, appliqués à la situation de l'intéressé
            - Profil any@1, empreinte 167440f5b0ffd188eeae0bac317397dd459698ad7217ab27ea92aa4c8d29e4ca.
            - Couverture minimale appliquée : `0`.
            - lieu : poids déclaré `1`, poids effectif ≈ 0,066 (`0.0659731206795067`).
            - lieu : mesure geo_decay. La similarité baisse avec la distance d à vol d'oiseau (haversine, rayon terrestre de 6371,0088 km) : 1 au même endroit, 1/2 à 0,18581978440509678 km, puis encore divisée par deux tous les 0,18581978440509678 km.
            Les opérations effectuées par le traitement
            - lieu : comparé ; distance ≈ 445,325 (`445.32537130371895`) [km, à vol d'oiseau], similarité `0`.
            - lieu : contribution = poids effectif ≈ 0,066 (`0.0659731206795067`) × similarité `0` = `0`.
            - nombre de participants : comparé ; distance ≈ 3,123 (`3.122687210572759`) [logarithme naturel du rapport], similarité `8.931062074194013e-88`.
            - nombre de participants : contribution = poids effectif ≈ 0,066 (`0.0659731206795067`) × similarité `8.931062074194013e-88` = `5.89210036016967e-89`.
        "#]].assert_eq(&excerpt(&fr));
        expect![[r#"
            The degree and manner in which the processing contributes to the decision
            - Decision support: the processing orders past events, it decides nothing.
            - The event is in the list, at rank `6`.
            - Its score is ≈ 0.339 (`0.33854351781169856`) and its coverage `1`, both from 0 to 1.
            The data processed and their sources
            - The values of the planned event are those of the request.
            - The values of the past event come from source attr-449.
            - Source attr-449: nothing is declared of it.
            - location: latitude `45.25853`°, longitude `-0.362638`° for the planned event, latitude `42.814549`°, longitude `4.052492`° for the past event.
            The parameters and their weighting, as applied to this case
            - Profile any@1, digest 167440f5b0ffd188eeae0bac317397dd459698ad7217ab27ea92aa4c8d29e4ca.
            - Least coverage applied: `0`.
            - location: declared weight `1`, effective weight ≈ 0.066 (`0.0659731206795067`).
            - location: measure geo_decay. Similarity falls with the great-circle distance d (haversine, Earth radius 6371.0088 km): 1 at the same place, 1/2 at 0.18581978440509678 km, then halved again with every further 0.18581978440509678 km.
            The operations carried out
            - location: compared; distance ≈ 445.325 (`445.32537130371895`) [km on the great circle], similarity `0`.
            - location: contribution = effective weight ≈ 0.066 (`0.0659731206795067`) × similarity `0` = `0`.
            - number of participants: compared; distance ≈ 3.123 (`3.122687210572759`) [natural logarithm of the ratio], similarity `8.931062074194013e-88`.
            - number of participants: contribution = effective weight ≈ 0.066 (`0.0659731206795067`) × similarity `8.931062074194013e-88` = `5.89210036016967e-89`.
        "#]].assert_eq(&excerpt(&en));
    });
}

#[test]
fn every_exclusion_has_its_phrase() {
    with_case(5, |case| {
        let kept = case.explanation.event.id().clone();
        let exclusions = [
            Exclusion::ProbeItself,
            Exclusion::ProbeSeries,
            Exclusion::State,
            Exclusion::Filter(sosie_similarity::Condition::Radius),
            Exclusion::NotEnded,
            Exclusion::NotKnown,
            Exclusion::Superseded,
            Exclusion::NoComparableAxis,
            Exclusion::Coverage,
            Exclusion::SeriesCollapsed { kept },
        ];
        let explanation = Explanation {
            verdict: Err(exclusions.to_vec()),
            ..case.explanation.clone()
        };
        let case = Case {
            explanation: &explanation,
            ..*case
        };
        for language in Language::ALL {
            let statement = Statement::new(language, &case).unwrap();
            let lines = &statement.sections()[0].lines;
            let phrases: std::collections::BTreeSet<_> =
                lines.iter().map(|line| line.phrase).collect();
            assert_eq!(phrases.len(), lines.len());
            assert_eq!(lines.len(), 2 + exclusions.len() + 1);
        }
    });
}

#[test]
fn a_source_name_cannot_smuggle_a_number_or_a_line_into_a_statement() {
    with_case(5, |case| {
        let mut sources = case.sources.to_vec();
        sources[0].declaration.source_id = case.explanation.event.parts().source_id.clone();
        sources[0].declaration.name = "`0.99`\n## Nothing".to_owned();
        let case = Case {
            sources: &sources,
            ..*case
        };
        let statement = Statement::new(Language::French, &case).unwrap();
        let text = statement.to_markdown();
        assert!(text.contains("'0.99' ## Nothing"));
        assert_eq!(text.matches("\n## ").count(), 4);
    });
}

#[test]
fn parts_of_different_searches_are_refused() {
    with_case(5, |case| {
        let refused = |case: &Case| Statement::new(Language::English, case).unwrap_err();
        let mut receipt = case.receipt.clone();
        receipt.profile_digest = Digest::of(b"other");
        let other = refused(&Case {
            receipt: &receipt,
            ..*case
        });
        assert!(matches!(
            other,
            InvalidStatement::ReceiptOfOtherProfile { .. }
        ));

        let mut receipt = case.receipt.clone();
        receipt.as_of = time(0);
        let other = refused(&Case {
            receipt: &receipt,
            ..*case
        });
        assert_eq!(other, InvalidStatement::ReceiptOfOtherTime);

        let with = |change: fn(&mut Explanation)| {
            let mut explanation = case.explanation.clone();
            change(&mut explanation);
            refused(&Case {
                explanation: &explanation,
                ..*case
            })
        };
        let short = with(|explanation| explanation.ledger.truncate(1));
        assert_eq!(short, InvalidStatement::OtherAxes(1));
        let weight = with(|explanation| explanation.ledger[0].declared_weight += 1.0);
        assert!(matches!(weight, InvalidStatement::OtherRule(_)));
        let status = with(|explanation| explanation.ledger[0].contribution = f64::NAN);
        assert!(matches!(status, InvalidStatement::OtherStatus(_)));
        let sum = with(|explanation| {
            explanation.score = Some(Score {
                score: 0.123,
                coverage: 1.0,
            });
        });
        assert_eq!(sum, InvalidStatement::Sum);
    });
}
