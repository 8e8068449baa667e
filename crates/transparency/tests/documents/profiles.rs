use expect_test::expect;
use sosie_similarity::{DecayShape, Measure, MissingPolicy, Profile};
use sosie_synthetic::{Config, Generator};
use sosie_transparency::{Difference, Language, ProfileDiff};

use crate::given::{profile, profile_id, rules};

#[test]
fn a_profile_does_not_differ_from_itself() {
    let generator = Generator::new(2, Config::default());
    for index in 0..200 {
        let (search, _) = generator.any_search(index, 1_000);
        let diff = ProfileDiff::new(search.profile(), search.profile());
        assert_eq!(diff.differences(), []);
    }
    let same = ProfileDiff::new(&profile(), &profile());
    assert!(
        same.to_markdown(Language::English)
            .ends_with("- No difference.\n")
    );
}

#[test]
fn profiles_with_other_digests_and_one_id_always_differ() {
    let generator = Generator::new(2, Config::default());
    let profiles: Vec<_> = (0..60)
        .map(|index| generator.any_search(index, 1_000).0.profile().clone())
        .collect();
    for a in &profiles {
        for b in &profiles {
            let is_empty = ProfileDiff::new(a, b).differences().is_empty();
            assert_eq!(is_empty, a.digest() == b.digest());
        }
    }
}

#[test]
fn every_kind_of_difference_is_told() {
    let mut rules = rules();
    rules[0].measure = Measure::GeoDecay {
        h_km: 1.5,
        shape: DecayShape::Linear,
    };
    rules[1].weight = 2.5;
    rules[2].missing = MissingPolicy::Neutral(0.3);
    rules[5].measure = Measure::CyclicSeason;
    rules.swap(6, 7);
    let after = Profile::new(profile_id(2), rules, 0.5).unwrap();
    let diff = ProfileDiff::new(&profile(), &after);
    expect![[r#"
        ## tranquillity@1 → tranquillity@2

        - Ordre des axes : lieu, nombre de participants, nature, secteur, semaine ou week-end, hiver ou été, emprise au sol, durée → lieu, nombre de participants, nature, secteur, semaine ou week-end, hiver ou été, durée, emprise au sol
        - Couverture minimale : 0 → 0,5
        - lieu, paramètre h_km : 2 → 1,5
        - lieu, paramètre shape : exponential → linear
        - nombre de participants, poids : 1 → 2,5
        - nature, valeur manquante : l'axe reste dans les deux sommes avec une similarité de 0 : ce qui n'est pas connu n'est pas une ressemblance → l'axe reste dans les deux sommes avec une similarité fixe de 0,3
        - hiver ou été, mesure : share_overlap (s = 1 − |a − b|) → cyclic_season (s = (1 + cos(2π·Δ/365.2425))/2)
    "#]].assert_eq(&diff.to_markdown(Language::French));
    expect![[r#"
        ## tranquillity@1 → tranquillity@2

        - Order of axes: location, number of participants, nature, sector, weekday or weekend, winter or summer, footprint, duration → location, number of participants, nature, sector, weekday or weekend, winter or summer, duration, footprint
        - Least coverage: 0 → 0.5
        - location, parameter h_km: 2 → 1.5
        - location, parameter shape: exponential → linear
        - number of participants, weight: 1 → 2.5
        - nature, missing value: the axis stays in both sums with similarity 0: what is not known is no resemblance → the axis stays in both sums with a fixed similarity of 0.3
        - winter or summer, measure: share_overlap (s = 1 − |a − b|) → cyclic_season (s = (1 + cos(2π·Δ/365.2425))/2)
    "#]].assert_eq(&diff.to_markdown(Language::English));
    let weights = diff
        .differences()
        .iter()
        .filter(|d| matches!(d, Difference::Weight { .. }));
    assert_eq!(weights.count(), 1);
}
