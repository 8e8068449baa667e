//! Facets and their counts.

use sosie_similarity::{Facet, SmallestCount, ToldCount, ToldFacet};

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
pub fn facet_counts(of: Facet, told: &ToldFacet, keys_max: usize) -> pb::FacetCounts {
    let ToldFacet {
        keys,
        missing,
        has_unlisted_keys,
    } = told;
    let (facet, depth) = facet(of);
    let (missing_count, is_missing_withheld) = count(*missing);
    let counts = keys.iter().take(keys_max).map(|(key, told)| {
        let (count, is_withheld) = count(*told);
        pb::FacetCount {
            key: key.clone(),
            count,
            is_withheld,
        }
    });
    pb::FacetCounts {
        facet: facet.into(),
        depth,
        counts: counts.collect(),
        missing_count,
        omitted_key_count: keys.len().saturating_sub(keys_max) as i64,
        is_missing_withheld,
        has_unlisted_keys: *has_unlisted_keys,
    }
}

/// The answer of `CountFacets`, from counts as [`facet_counts`] tells them.
pub fn facets_response(
    candidates: ToldCount,
    facets: Vec<pb::FacetCounts>,
    smallest: SmallestCount,
    receipt: &Receipt,
) -> pb::CountFacetsResponse {
    let (candidates, is_candidates_withheld) = count(candidates);
    let is_withholding = smallest.is_withholding();
    pb::CountFacetsResponse {
        candidates,
        facets,
        receipt: Some(self::receipt(receipt)),
        // Where every count is told, an answer has the bytes that it always had.
        smallest_count: if is_withholding {
            i64::from(smallest.get())
        } else {
            0
        },
        is_candidates_withheld,
    }
}

/// The number, 0 if it is withheld, and whether it is.
fn count(told: ToldCount) -> (i64, bool) {
    match told {
        ToldCount::Exact(count) => (count as i64, false),
        ToldCount::Withheld => (0, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sosie_similarity::{Depth, FacetCounts};

    #[test]
    fn keys_past_the_limit_are_counted_not_told() {
        let by_key = [("a", 1), ("b", 3), ("c", 1)].map(|(key, n)| (key.to_owned(), n));
        let counts = FacetCounts {
            by_key: by_key.into(),
            missing: 4,
        };
        let told = |keys_max| {
            let all = counts.told(Facet::Source, 9, SmallestCount::ALL_TOLD);
            let message = facet_counts(Facet::Source, &all, keys_max);
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
    fn what_is_withheld_has_no_number() {
        let by_key = [("a", 1), ("b", 30), ("c", 7)].map(|(key, n)| (key.to_owned(), n));
        let counts = FacetCounts {
            by_key: by_key.into(),
            missing: 12,
        };
        let smallest = SmallestCount::new(5).unwrap();
        let told = counts.told(Facet::Source, 50, smallest);
        let message = facet_counts(Facet::Source, &told, 10);
        let count = |key: &str, count, is_withheld| pb::FacetCount {
            key: key.to_owned(),
            count,
            is_withheld,
        };
        let expected = [
            count("b", 30, false),
            count("a", 0, true),
            count("c", 0, true),
        ];
        assert_eq!(message.counts, expected);
        assert_eq!(
            (message.missing_count, message.is_missing_withheld),
            (12, false)
        );
        assert!(!message.has_unlisted_keys);
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
