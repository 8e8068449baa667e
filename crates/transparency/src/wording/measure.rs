//! Words and formulas of the measures, derived from the measure and its parameters.

use sosie_similarity::{
    DecayShape, EARTH_RADIUS_KM, Measure, SimilarityTable, YEAR_DAYS, shape_name,
};

use super::{Parameter, ParameterValue, Wording};
use crate::language::{Bilingual, Language};
use crate::number::{exact, localised};

/// How `measure` is told, its parameters included.
pub fn measure_wording(measure: &Measure) -> Wording {
    match measure {
        Measure::GeoDecay { h_km, shape } => geo_decay(*h_km, *shape),
        Measure::LogRatio { r } => log_ratio(*r),
        Measure::PathAffinity => path_affinity(),
        Measure::ShareOverlap => share_overlap(),
        Measure::CyclicSeason => cyclic_season(),
        Measure::FootprintOverlap { beta, r } => footprint_overlap(*beta, *r),
        Measure::Equal => equal(),
        Measure::Table(table) => similarity_table(table),
    }
}

fn geo_decay(h_km: f64, shape: DecayShape) -> Wording {
    let h = exact(h_km);
    let (latex, plain) = match shape {
        DecayShape::Exponential => (format!("s = 2^{{-d/{h}}}"), format!("s = 2^(−d/{h})")),
        DecayShape::Gaussian => (
            format!(r"s = 2^{{-(d/{h})^{{2}}}}"),
            format!("s = 2^(−(d/{h})²)"),
        ),
        DecayShape::Linear => (
            format!(r"s = \max\left(0,\ 1 - \frac{{d}}{{2 \cdot {h}}}\right)"),
            format!("s = max(0, 1 − d/(2·{h}))"),
        ),
    };
    Wording {
        words: Bilingual::of(|language| geo_decay_words(h_km, shape, language)),
        latex: format!(r"{latex}\quad (d:\ \mathrm{{km}})"),
        plain: format!("{plain} (d: km)"),
        parameters: vec![
            Parameter::number("h_km", h_km),
            Parameter {
                name: "shape".to_owned(),
                value: ParameterValue::Name(shape_name(shape).to_owned()),
            },
        ],
    }
}

fn geo_decay_words(h_km: f64, shape: DecayShape, language: Language) -> String {
    let (h, radius) = (
        localised(h_km, language),
        localised(EARTH_RADIUS_KM, language),
    );
    let fall = match shape {
        DecayShape::Exponential => language.pick(
            format!("puis encore divisée par deux tous les {h} km"),
            format!("then halved again with every further {h} km"),
        ),
        DecayShape::Gaussian => language.pick(
            "selon une courbe en cloche".to_owned(),
            "along a bell curve".to_owned(),
        ),
        DecayShape::Linear => language.pick(
            "en ligne droite, et 0 à partir du double de cette distance".to_owned(),
            "in a straight line, and 0 from twice that distance on".to_owned(),
        ),
    };
    language.pick(
        format!(
            "La similarité baisse avec la distance d à vol d'oiseau (haversine, rayon terrestre de {radius} km) : 1 au même endroit, 1/2 à {h} km, {fall}."
        ),
        format!(
            "Similarity falls with the great-circle distance d (haversine, Earth radius {radius} km): 1 at the same place, 1/2 at {h} km, {fall}."
        ),
    )
}

fn log_ratio(r: f64) -> Wording {
    let text = exact(r);
    Wording {
        words: Bilingual::of(|language| {
            let r = localised(r, language);
            language.pick(
                format!("La similarité baisse avec le rapport (a+1)/(b+1) des deux quantités a et b : 1 si elles sont égales, 1/2 si ce rapport est {r} ou son inverse, puis encore divisée par deux chaque fois que le rapport est multiplié par {r}."),
                format!("Similarity falls with the ratio (a+1)/(b+1) of the two amounts a and b: 1 if they are equal, 1/2 if that ratio is {r} or its inverse, then halved again each time the ratio is multiplied by {r}."),
            )
        }),
        latex: format!(r"s = 2^{{-\left|\ln\frac{{a+1}}{{b+1}}\right| / \ln {text}}}"),
        plain: format!("s = 2^(−|ln((a+1)/(b+1))| / ln {text})"),
        parameters: vec![Parameter::number("r", r)],
    }
}

fn path_affinity() -> Wording {
    Wording {
        words: Bilingual::new(
            "La similarité est le double du nombre c de premiers codes communs, divisé par la somme des longueurs m et n des deux chemins (Wu et Palmer).",
            "Similarity is twice the number c of leading codes in common, over the sum of the lengths m and n of both paths (Wu and Palmer).",
        ),
        latex: r"s = \frac{2c}{m+n}".to_owned(),
        plain: "s = 2·c/(m+n)".to_owned(),
        parameters: Vec::new(),
    }
}

fn share_overlap() -> Wording {
    Wording {
        words: Bilingual::new(
            "La similarité est 1 moins la différence des deux parts a et b.",
            "Similarity is 1 less the difference of the two shares a and b.",
        ),
        latex: r"s = 1 - \left|a - b\right|".to_owned(),
        plain: "s = 1 − |a − b|".to_owned(),
        parameters: Vec::new(),
    }
}

fn cyclic_season() -> Wording {
    let year = exact(YEAR_DAYS);
    Wording {
        words: Bilingual::of(|language| {
            let year = localised(YEAR_DAYS, language);
            language.pick(
                format!("La similarité suit le cercle de l'année : 1 si les deux débuts tombent le même jour de l'année, 0 à une demi-année d'écart, l'année comptant {year} jours."),
                format!("Similarity follows the circle of the year: 1 if both starts are on the same day of the year, 0 half a year apart, a year having {year} days."),
            )
        }),
        latex: format!(r"s = \frac{{1 + \cos(2\pi\Delta / {year})}}{{2}}"),
        plain: format!("s = (1 + cos(2π·Δ/{year}))/2"),
        parameters: Vec::new(),
    }
}

fn footprint_overlap(beta: f64, r: f64) -> Wording {
    let (b, r_text) = (exact(beta), exact(r));
    Wording {
        words: Bilingual::of(|language| {
            let (beta, r) = (localised(beta, language), localised(r, language));
            language.pick(
                format!("Si les deux tracés sont connus, la similarité est {beta} fois la surface commune divisée par la surface totale couverte (IoU), plus (1 − {beta}) fois la similarité L des surfaces ; sinon, c'est L seule. L vaut 1 pour des surfaces égales et 1/2 si le rapport (a+1)/(b+1) est {r} ou son inverse."),
                format!("If both outlines are known, similarity is {beta} times the common area over the area covered in all (IoU), plus (1 − {beta}) times the similarity L of the areas; else it is L alone. L is 1 for equal areas and 1/2 if the ratio (a+1)/(b+1) is {r} or its inverse."),
            )
        }),
        latex: format!(
            r"s = {b}\,\mathrm{{IoU}} + (1 - {b})\,L,\quad L = 2^{{-\left|\ln\frac{{a+1}}{{b+1}}\right| / \ln {r_text}}}"
        ),
        plain: format!("s = {b}·IoU + (1 − {b})·L, L = 2^(−|ln((a+1)/(b+1))| / ln {r_text})"),
        parameters: vec![Parameter::number("beta", beta), Parameter::number("r", r)],
    }
}

fn equal() -> Wording {
    Wording {
        words: Bilingual::new(
            "La similarité est 1 si les deux valeurs sont égales, sinon 0.",
            "Similarity is 1 if both values are equal, else 0.",
        ),
        latex: r"s = \begin{cases} 1 & a = b \\ 0 & a \neq b \end{cases}".to_owned(),
        plain: "s = [a = b]".to_owned(),
        parameters: Vec::new(),
    }
}

fn similarity_table(table: &SimilarityTable) -> Wording {
    let count = table.codes().len();
    let paths = table.codes().iter().map(|code| code.as_str().to_owned());
    Wording {
        words: Bilingual::new(
            format!(
                "La similarité se lit dans une table symétrique de {count} chemins, au plus long début de chaque chemin qui y figure ; deux chemins égaux valent 1, et un chemin absent de la table ne ressemble qu'à lui-même."
            ),
            format!(
                "Similarity is read from a symmetric table of {count} paths, at the longest beginning of each path that is in it; two equal paths count 1, and a path that is not in the table resembles only itself."
            ),
        ),
        latex: r"s = T_{ij},\quad T_{ij} = T_{ji},\ T_{ii} = 1".to_owned(),
        plain: format!("s = T[i][j], {count}×{count}"),
        parameters: vec![
            Parameter {
                name: "codes".to_owned(),
                value: ParameterValue::Paths(paths.collect()),
            },
            Parameter {
                name: "rows".to_owned(),
                value: ParameterValue::Rows(table.rows().to_vec()),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use sosie_similarity::CodePath;

    use super::*;

    fn every_measure() -> Vec<Measure> {
        let codes = ["sport", "music"].map(|code| CodePath::new(code).unwrap());
        let rows = vec![vec![1.0, 0.3], vec![0.3, 1.0]];
        let decay = |shape| Measure::GeoDecay { h_km: 2.5, shape };
        vec![
            decay(DecayShape::Exponential),
            decay(DecayShape::Gaussian),
            decay(DecayShape::Linear),
            Measure::LogRatio { r: 3.5 },
            Measure::PathAffinity,
            Measure::ShareOverlap,
            Measure::CyclicSeason,
            Measure::FootprintOverlap { beta: 0.7, r: 3.5 },
            Measure::Equal,
            Measure::Table(SimilarityTable::new(codes.into(), rows).unwrap()),
        ]
    }

    #[test]
    fn every_measure_has_words_in_both_languages_that_state_its_numbers() {
        for measure in every_measure() {
            let wording = measure_wording(&measure);
            assert!(wording.words.fr.ends_with('.') && wording.words.en.ends_with('.'));
            for parameter in &wording.parameters {
                if let ParameterValue::Number(value) = parameter.value {
                    assert!(
                        wording
                            .words
                            .fr
                            .contains(&localised(value, Language::French))
                    );
                    assert!(wording.words.en.contains(&exact(value)));
                    assert!(wording.latex.contains(&exact(value)));
                }
            }
        }
    }

    #[test]
    fn formulas_follow_the_measure() {
        let formulas = every_measure()
            .iter()
            .map(|measure| {
                let wording = measure_wording(measure);
                format!(
                    "{}: {}\n  {}\n",
                    measure.name(),
                    wording.plain,
                    wording.latex
                )
            })
            .collect::<String>();
        expect![[r#"
            geo_decay: s = 2^(−d/2.5) (d: km)
              s = 2^{-d/2.5}\quad (d:\ \mathrm{km})
            geo_decay: s = 2^(−(d/2.5)²) (d: km)
              s = 2^{-(d/2.5)^{2}}\quad (d:\ \mathrm{km})
            geo_decay: s = max(0, 1 − d/(2·2.5)) (d: km)
              s = \max\left(0,\ 1 - \frac{d}{2 \cdot 2.5}\right)\quad (d:\ \mathrm{km})
            log_ratio: s = 2^(−|ln((a+1)/(b+1))| / ln 3.5)
              s = 2^{-\left|\ln\frac{a+1}{b+1}\right| / \ln 3.5}
            path_affinity: s = 2·c/(m+n)
              s = \frac{2c}{m+n}
            share_overlap: s = 1 − |a − b|
              s = 1 - \left|a - b\right|
            cyclic_season: s = (1 + cos(2π·Δ/365.2425))/2
              s = \frac{1 + \cos(2\pi\Delta / 365.2425)}{2}
            footprint_overlap: s = 0.7·IoU + (1 − 0.7)·L, L = 2^(−|ln((a+1)/(b+1))| / ln 3.5)
              s = 0.7\,\mathrm{IoU} + (1 - 0.7)\,L,\quad L = 2^{-\left|\ln\frac{a+1}{b+1}\right| / \ln 3.5}
            equal: s = [a = b]
              s = \begin{cases} 1 & a = b \\ 0 & a \neq b \end{cases}
            table: s = T[i][j], 2×2
              s = T_{ij},\quad T_{ij} = T_{ji},\ T_{ii} = 1
        "#]].assert_eq(&formulas);
    }

    #[test]
    fn braces_of_every_formula_balance() {
        for measure in every_measure() {
            let latex = measure_wording(&measure).latex;
            let open = latex.matches('{').count();
            assert_eq!(open, latex.matches('}').count(), "{latex}");
            assert_eq!(
                latex.matches(r"\left").count(),
                latex.matches(r"\right").count()
            );
        }
    }
}
