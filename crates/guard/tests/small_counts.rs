//! What must be true of outcomes that are stored as "fewer than k".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use proptest::prelude::*;
use sosie_guard::{Fields, Guard, Policy, SmallCounts, Vocabularies};
use sosie_similarity::{Code, Event, OutcomeCount};
use sosie_synthetic::{Config, Generator};

const CODES: [&str; 4] = ["incidents", "injured", "officers", "barriers"];

fn code(text: &str) -> Code {
    Code::new(text).expect("a code of the test")
}

/// An event with these outcomes.
fn event(outcomes: &BTreeMap<Code, OutcomeCount>) -> Event {
    static ANY: OnceLock<Event> = OnceLock::new();
    let any = ANY.get_or_init(|| Generator::new(1, Config::default()).event(1));
    let mut parts = any.parts().clone();
    for (code, count) in outcomes {
        match count {
            OutcomeCount::Exact(count) => drop(parts.outcomes.insert(code.clone(), *count)),
            OutcomeCount::FewerThan(bound) => {
                parts.outcomes_fewer_than.insert(code.clone(), *bound);
            }
        }
    }
    Event::new(parts).expect("a valid event with other outcomes is valid")
}

fn outcomes() -> impl Strategy<Value = BTreeMap<Code, OutcomeCount>> {
    let exact = prop_oneof![Just(0.0), (0..12_u32).prop_map(f64::from), 0.0..12.0_f64,];
    let count = prop_oneof![
        exact.prop_map(OutcomeCount::Exact),
        (1..12_u32).prop_map(OutcomeCount::FewerThan),
    ];
    let code = proptest::sample::select(&CODES[..]).prop_map(code);
    proptest::collection::btree_map(code, count, 0..=4)
}

fn policies() -> impl Strategy<Value = SmallCounts> {
    let outcomes = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("[\"incidents\", \"injured\"]".to_owned()),
    ];
    (1..9_u32, outcomes, any::<bool>()).prop_map(|(k, outcomes, tells_zero)| {
        let text =
            format!("[small_counts]\nk = {k}\noutcomes = {outcomes}\ntells_zero = {tells_zero}");
        Policy::parse(&text)
            .expect("the test writes a policy")
            .small_counts()
            .clone()
    })
}

fn codes(event: &Event) -> BTreeSet<Code> {
    let parts = event.parts();
    let exact = parts.outcomes.keys();
    exact
        .chain(parts.outcomes_fewer_than.keys())
        .cloned()
        .collect()
}

proptest! {
    /// If this breaks, a small count is in the store.
    #[test]
    fn no_count_that_is_stored_is_small_and_none_is_lost(outcomes in outcomes(), policy in policies()) {
        let before = event(&outcomes);
        let after = policy.coarsen(before.clone());
        for (code, count) in &after.parts().outcomes {
            prop_assert_eq!(policy.bound(code, OutcomeCount::Exact(*count)), None);
            prop_assert_eq!(Some(count), before.parts().outcomes.get(code));
        }
        for (code, bound) in &after.parts().outcomes_fewer_than {
            let OutcomeCount::FewerThan(stated) = outcomes[code] else {
                prop_assert_eq!(*bound, policy.k.get());
                continue;
            };
            prop_assert!(*bound >= stated, "nothing becomes more exact");
        }
        prop_assert_eq!(codes(&after), codes(&before));
        prop_assert_eq!(policy.is_changing(&before), after != before);
    }

    /// If this breaks, a record that is sent again is another one, and each reading makes a revision.
    #[test]
    fn coarsening_again_changes_nothing(outcomes in outcomes(), policy in policies()) {
        let once = policy.coarsen(event(&outcomes));
        prop_assert!(!policy.is_changing(&once));
        prop_assert_eq!(policy.coarsen(once.clone()), once);
    }

    /// If this breaks, which small count it was can be told from what is stored, or from its digest.
    #[test]
    fn what_is_stored_is_the_same_for_every_small_count(k in 2..9_u32, one in 0.0..1.0_f64, other in 0.0..1.0_f64) {
        let text = format!("[small_counts]\nk = {k}\noutcomes = true");
        let policy = Policy::parse(&text).unwrap();
        let with = |share: f64| {
            let count = OutcomeCount::Exact((share * f64::from(k)).floor());
            event(&BTreeMap::from([(code("incidents"), count)]))
        };
        let stored = |share| policy.small_counts().coarsen(with(share));
        prop_assert_eq!(stored(one), stored(other));
    }
}

#[test]
fn zero_is_told_only_where_the_policy_says_so() {
    let zero = OutcomeCount::Exact(0.0);
    let bound = |more: &str| {
        let text = format!("[small_counts]\noutcomes = true\n{more}");
        let policy = Policy::parse(&text).unwrap();
        policy.small_counts().bound(&code("incidents"), zero)
    };
    assert_eq!(bound(""), Some(5));
    assert_eq!(bound("tells_zero = true"), None);
}

#[test]
fn codes_of_what_is_not_told_exactly_are_looked_at_as_others_are() {
    let guard = Guard::new(Policy::default(), Vocabularies::default());
    let fields = Fields {
        event_id: "e-1",
        source_id: "city-permits",
        outcomes_fewer_than: vec!["incidents", "jean-dupont"],
        ..Fields::default()
    };
    let told = guard.check(&fields);
    let found: Vec<_> = told.findings().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["`outcomes_fewer_than[1]` PERSON_NAME"]);
}
