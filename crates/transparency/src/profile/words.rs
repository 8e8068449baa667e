//! Differences in words.

use sosie_similarity::Axis;

use super::{Difference, ProfileDiff};
use crate::language::Language;
use crate::number::localised;
use crate::wording::{axis_words, measure_wording, parameter_text, policy_words};

pub(super) fn markdown(diff: &ProfileDiff, language: Language) -> String {
    let (before, after) = (&diff.before.0, &diff.after.0);
    let mut text = format!("## {before} → {after}\n\n");
    if diff.differences.is_empty() {
        text += language.pick("- Aucune différence.\n", "- No difference.\n");
    }
    for difference in &diff.differences {
        text += &format!("- {}\n", words(difference, language));
    }
    text
}

fn words(difference: &Difference, language: Language) -> String {
    let number = |value: f64| localised(value, language);
    let (what, before, after) = match difference {
        Difference::AxisOrder { before, after } => {
            let what = language.pick("Ordre des axes", "Order of axes").to_owned();
            (what, order(before, language), order(after, language))
        }
        Difference::MinCoverage { before, after } => {
            let what = language
                .pick("Couverture minimale", "Least coverage")
                .to_owned();
            (what, number(*before), number(*after))
        }
        Difference::Weight {
            axis,
            before,
            after,
        } => {
            let what = of(*axis, ("poids", "weight"), language);
            (what, number(*before), number(*after))
        }
        Difference::Measure {
            axis,
            before,
            after,
        } => {
            let [before, after] = [before, after]
                .map(|measure| format!("{} ({})", measure.name(), measure_wording(measure).plain));
            (of(*axis, ("mesure", "measure"), language), before, after)
        }
        Difference::Parameter {
            axis,
            before,
            after,
        } => {
            let what = of(*axis, ("paramètre", "parameter"), language);
            let what = format!("{what} {}", before.name);
            let [before, after] = [before, after].map(|it| parameter_text(&it.value, language));
            // A table that is too large to be printed.
            if before == after {
                let differs = language.pick("valeurs différentes", "other values");
                return format!("{what}{} {before} → {differs}", language.colon());
            }
            (what, before, after)
        }
        Difference::Policy {
            axis,
            before,
            after,
        } => {
            let what = of(*axis, ("valeur manquante", "missing value"), language);
            let [before, after] = [before, after].map(|policy| policy_words(*policy));
            let words = [
                before.get(language).to_owned(),
                after.get(language).to_owned(),
            ];
            let [before, after] = words;
            (what, before, after)
        }
    };
    format!("{what}{} {before} → {after}", language.colon())
}

fn of(axis: Axis, (fr, en): (&str, &str), language: Language) -> String {
    format!(
        "{}, {}",
        axis_words(axis).get(language),
        language.pick(fr, en)
    )
}

fn order(axes: &[Axis], language: Language) -> String {
    let names = axes
        .iter()
        .map(|axis| axis_words(*axis).get(language).to_owned());
    names.collect::<Vec<_>>().join(", ")
}
