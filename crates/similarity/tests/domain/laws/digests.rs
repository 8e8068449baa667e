//! **Law.** Searches that ask the same have one digest; searches that differ anywhere have two.

use std::collections::HashMap;

use proptest::prelude::*;
use sosie_similarity::{
    Axis, Digest, DraftTimes, Filter, Profile, State, StatedValues, TimePrecision,
};

use super::variants;
use crate::fixtures::{self, Asked};
use crate::strategies::{full_filter, profile, world};

fn digest(filter: Filter) -> Digest {
    let asked = Asked::of_draft(fixtures::draft_of("music"));
    asked
        .with(|asked| asked.query.filter = filter)
        .search()
        .digest()
}

/// Every digest once; a pair that shares one is named.
fn check_distinct(digests: impl IntoIterator<Item = (String, Digest)>) {
    let mut name_of: HashMap<Digest, String> = HashMap::new();
    for (name, digest) in digests {
        if let Some(other) = name_of.insert(digest, name.clone()) {
            panic!("`{name}` and `{other}` have one digest");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_order_of_lists_and_their_repetitions_do_not_matter(filter in full_filter()) {
        let mut other = filter.clone();
        other.nature_prefixes.reverse();
        other.nature_prefixes.extend(filter.nature_prefixes.clone());
        other.sector_prefixes.reverse();
        prop_assert_eq!(digest(other), digest(filter));
    }

    #[test]
    fn a_digest_is_the_same_every_time_it_is_asked(world in world()) {
        prop_assert_eq!(world.search().digest(), world.asked.clone().search().digest());
    }

    /// One unit in the last place of one weight is another search.
    #[test]
    fn the_last_bit_of_a_weight_counts(profile in profile(), at in 0..8usize) {
        let mut rules = profile.axes().to_vec();
        rules[at].weight = if rules[at].weight > 1.0 {
            rules[at].weight.next_down()
        } else {
            rules[at].weight.max(1e-3).next_up()
        };
        prop_assert_ne!(fixtures::profile(rules).digest(), profile.digest());
    }
}

#[test]
fn no_two_variants_of_a_search_share_a_digest() {
    check_distinct(variants::searches().into_iter().map(|(name, asked)| {
        let digest = asked.search().digest();
        (name, digest)
    }));
}

#[test]
fn no_two_variants_of_a_profile_share_a_digest() {
    let profiles = variants::profiles().into_iter();
    check_distinct(profiles.map(|(name, profile): (String, Profile)| (name, profile.digest())));
}

#[test]
fn a_default_that_is_spelled_out_changes_no_digest() {
    let asked = Asked::of_draft(fixtures::draft_of("music"));
    let spelled = asked.with(|asked| {
        asked.query.weight_overrides = vec![(Axis::Season, 1.0)];
        asked.query.min_coverage = Some(-0.0);
        asked.query.as_of = Some(asked.found.now);
        asked.query.filter.states = [State::Held].into();
    });
    assert_eq!(spelled.search().digest(), asked.search().digest());
}

#[test]
fn a_derived_value_that_is_spelled_out_changes_no_digest() {
    let footprint = fixtures::rectangle((5.30, 43.30), (5.31, 43.31));
    let derived = StatedValues {
        footprint: Some(footprint.clone()),
        ..StatedValues::default()
    };
    let spelled = StatedValues {
        location: Some(footprint.centroid()),
        footprint_area_m2: Some(footprint.area_m2()),
        active_duration_s: Some(7_200.0),
        ..derived.clone()
    };
    let times = fixtures::parts("e").times;
    assert_eq!(times.precision(), TimePrecision::Exact);
    let of = |stated| {
        let draft = fixtures::draft(stated, Some(DraftTimes::Span(times)));
        Asked::of_draft(draft).search().digest()
    };
    assert_eq!(of(spelled), of(derived));
}
