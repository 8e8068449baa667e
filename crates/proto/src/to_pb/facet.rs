//! Facets and their counts.

use sosie_similarity::{Facet, FacetCounts};

use super::receipt;
use crate::Receipt;
use crate::pb;

/// A facet, and its depth where it is cut to one.
pub fn facet(facet: Facet) -> (pb::Facet, Option<i32>) {
    match facet {
        Facet::Nature(depth) => (pb::Facet::Nature, depth.map(|depth| depth.get() as i32)),
        Facet::Sector(depth) => (pb::Facet::Sector, depth.map(|depth| depth.get() as i32)),
        Facet::Month => (pb::Facet::Month, None),
        Facet::Weekday => (pb::Facet::Weekday, None),
        Facet::Source => (pb::Facet::Source, None),
    }
}

/// The counts of one facet, the first `keys_max` of them; the number of the others is told.
pub fn facet_counts(of: Facet, counts: &FacetCounts, keys_max: usize) -> pb::FacetCounts {
    let (facet, depth) = facet(of);
    let ordered = counts.ordered();
    let told = ordered.iter().take(keys_max);
    pb::FacetCounts {
        facet: facet.into(),
        depth,
        counts: told
            .map(|(key, count)| pb::FacetCount {
                key: (*key).to_owned(),
                count: *count as i64,
            })
            .collect(),
        missing_count: counts.missing as i64,
        omitted_key_count: ordered.len().saturating_sub(keys_max) as i64,
    }
}

/// The answer of `CountFacets`, from counts as [`facet_counts`] tells them.
pub fn facets_response(
    candidates: usize,
    facets: Vec<pb::FacetCounts>,
    receipt: &Receipt,
) -> pb::CountFacetsResponse {
    pb::CountFacetsResponse {
        candidates: candidates as i64,
        facets,
        receipt: Some(self::receipt(receipt)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sosie_similarity::Depth;

    #[test]
    fn keys_past_the_limit_are_counted_not_told() {
        let by_key = [("a", 1), ("b", 3), ("c", 1)].map(|(key, n)| (key.to_owned(), n));
        let counts = FacetCounts {
            by_key: by_key.into(),
            missing: 4,
        };
        let told = |keys_max| {
            let message = facet_counts(Facet::Source, &counts, keys_max);
            let keys = message
                .counts
                .into_iter()
                .map(|count| (count.key, count.count));
            assert_eq!(message.missing_count, 4);
            (keys.collect::<Vec<_>>(), message.omitted_key_count)
        };
        let (b, a, c) = (
            ("b".to_owned(), 3),
            ("a".to_owned(), 1),
            ("c".to_owned(), 1),
        );
        assert_eq!(told(3), (vec![b.clone(), a.clone(), c], 0));
        assert_eq!(told(2), (vec![b, a], 1));
    }

    #[test]
    fn every_depth_is_told_by_its_number() {
        for number in 1..=6 {
            let depth = Depth::new(number).unwrap();
            let told = facet(Facet::Sector(Some(depth)));
            assert_eq!(told, (pb::Facet::Sector, Some(number)));
        }
        assert_eq!(facet(Facet::Nature(None)), (pb::Facet::Nature, None));
    }
}
