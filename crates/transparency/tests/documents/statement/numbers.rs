//! The numbers of statements against their ledgers.

use sosie_similarity::{AxisValue, LedgerLine, Measure};
use sosie_synthetic::{Config, Generator};
use sosie_transparency::{Case, Language, Section, Statement, StatutoryHeading};

use super::{EVENTS, explanation, receipt};
use crate::given::sources;

const LEDGERS: u64 = 1_000;

/// The numbers between backticks in a text: what a reader can copy.
fn read_back(text: &str) -> Vec<u64> {
    let between = text.split('`').skip(1).step_by(2);
    let number = |text: &str| text.parse::<f64>().expect("only numbers have backticks");
    between.map(|text| number(text).to_bits()).collect()
}

fn values(value: Option<&AxisValue>) -> Vec<f64> {
    match value {
        None | Some(AxisValue::Path(_)) => Vec::new(),
        Some(AxisValue::Location(at)) => vec![at.latitude_degrees(), at.longitude_degrees()],
        Some(AxisValue::Participants(count)) => {
            let ends = [Some(count.best()), count.low(), count.high()];
            ends.into_iter().flatten().map(|n| n as f64).collect()
        }
        Some(AxisValue::Share(n) | AxisValue::DurationS(n)) => vec![*n],
        Some(AxisValue::DayOfYear(day)) => vec![f64::from(*day)],
        Some(AxisValue::Footprint { area_m2, .. }) => vec![*area_m2],
    }
}

fn measure_parameters(measure: &Measure) -> Vec<f64> {
    match measure {
        Measure::GeoDecay { h_km, .. } => vec![*h_km],
        Measure::LogRatio { r } => vec![*r],
        Measure::FootprintOverlap { beta, r } => vec![*beta, *r],
        Measure::PathAffinity
        | Measure::ShareOverlap
        | Measure::CyclicSeason
        | Measure::Equal
        | Measure::Table(_) => Vec::new(),
    }
}

/// What must stand under a heading, from the ledger alone.
fn expected(heading: StatutoryHeading, case: &Case) -> Vec<f64> {
    let explanation = case.explanation;
    let ledger = explanation.ledger.iter();
    match heading {
        StatutoryHeading::Contribution => {
            let rank = explanation.verdict.as_ref().ok().map(|rank| *rank as f64);
            let score = explanation.score.map(|score| [score.score, score.coverage]);
            rank.into_iter()
                .chain(score.into_iter().flatten())
                .collect()
        }
        StatutoryHeading::Data => ledger
            .flat_map(|line| {
                [values(line.probe.as_ref()), values(line.candidate.as_ref())].concat()
            })
            .collect(),
        StatutoryHeading::Parameters => {
            let of_line = |line: &LedgerLine| {
                let rules = case.search.profile().axes().iter();
                let rule = rules.clone().find(|rule| rule.axis == line.axis).unwrap();
                let weights = vec![line.declared_weight, line.effective_weight];
                [weights, measure_parameters(&rule.measure)].concat()
            };
            [case.search.min_coverage()]
                .into_iter()
                .chain(ledger.flat_map(of_line))
                .collect()
        }
        StatutoryHeading::Operations => ledger
            .flat_map(|line| {
                let Some(similarity) = line.similarity else {
                    return Vec::new();
                };
                let compared = line.distance.into_iter().chain([similarity]);
                let sum = [line.effective_weight, similarity, line.contribution];
                compared.chain(sum).collect()
            })
            .collect(),
    }
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn text_of(section: &Section) -> String {
    let lines: Vec<_> = section
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    lines.join("\n")
}

/// If this breaks, a citizen reads other numbers than those that ranked the events.
#[test]
fn the_numbers_of_a_statement_are_those_of_the_ledger_to_the_last_bit_in_both_languages() {
    let generator = Generator::new(11, Config::default());
    let sources = sources();
    for index in 0..LEDGERS {
        let (search, _) = generator.any_search(index, EVENTS);
        let explanation = explanation(&generator, &search, index);
        let case = Case {
            receipt: &receipt(&search),
            search: &search,
            explanation: &explanation,
            sources: &sources,
        };
        let statements = Language::ALL.map(|language| Statement::new(language, &case).unwrap());
        for statement in &statements {
            let mut whole = Vec::new();
            for section in statement.sections() {
                let expected = bits(&expected(section.heading, &case));
                assert_eq!(
                    read_back(&text_of(section)),
                    expected,
                    "{index} {:?}",
                    section.heading
                );
                let figures = section.lines.iter().flat_map(|line| bits(&line.figures));
                assert_eq!(figures.collect::<Vec<_>>(), expected);
                whole.extend(expected);
            }
            assert_eq!(read_back(&statement.to_text()), whole);
            assert_eq!(read_back(&statement.to_markdown()), whole);
        }
        let phrases = |statement: &Statement| -> Vec<_> {
            let lines = statement
                .sections()
                .iter()
                .flat_map(|section| &section.lines);
            lines.map(|line| line.phrase).collect()
        };
        assert_eq!(phrases(&statements[0]), phrases(&statements[1]));
    }
}

#[test]
fn the_random_ledgers_use_every_measure_and_every_status() {
    let generator = Generator::new(11, Config::default());
    let mut seen = std::collections::BTreeSet::new();
    for index in 0..LEDGERS {
        let (search, _) = generator.any_search(index, EVENTS);
        for line in explanation(&generator, &search, index).ledger {
            seen.insert(line.measure.to_owned());
            seen.insert(format!("{:?}", line.status));
        }
    }
    assert_eq!(seen.len(), 8 + 4, "{seen:?}");
}
