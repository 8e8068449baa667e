//! What SPEC says, in numbers that a reader can check by hand.

pub(crate) mod policies;

mod calendar;
mod facets;
mod filters;
mod ledgers;
mod limits;
mod paths;
mod profiles;
mod refusals;
mod searches;
mod sensitivity;
mod sizes;
mod space;

use sosie_similarity::{Axis, AxisValues, Invalid, Measure, Rule};

/// The default measure of `axis` gives this similarity, both ways around.
fn check(axis: Axis, a: AxisValues, b: AxisValues, expected: f64) {
    check_measure(
        &crate::fixtures::default_measure(axis),
        axis,
        (a, b),
        expected,
    );
}

fn check_measure(measure: &Measure, axis: Axis, (a, b): (AxisValues, AxisValues), expected: f64) {
    for (from, to) in [(&a, &b), (&b, &a)] {
        let compared = measure
            .compare(axis, from, to)
            .expect("both have the value");
        let error = (compared.similarity - expected).abs();
        assert!(error < 1e-9, "{axis}: {compared:?} is not {expected}");
    }
}

/// The refusal names this field and this rule.
fn check_refused<T: std::fmt::Debug>(result: Result<T, Invalid>, field: &str, rule: Rule) {
    assert_eq!(result.expect_err("refused"), Invalid::new(field, rule));
}
