//! The limits that clients are told.

use std::time::Duration;

use sosie_similarity::SmallestCount;
use sosie_similarity::limits as domain;

use crate::pb;

/// The limits that belong to a service and its configuration, not to the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLimits {
    /// Most calls worked on at a time.
    pub requests_in_flight_max: usize,
    /// Longest time that a call may take.
    pub deadline_max: Duration,
    /// Most keys told per facet.
    pub facet_keys_max: usize,
    /// Smallest count of a facet that is told.
    pub facet_smallest_count: SmallestCount,
}

/// Every limit of the query service.
pub fn limits(service: ServiceLimits) -> pb::Limits {
    let ServiceLimits {
        requests_in_flight_max,
        deadline_max,
        facet_keys_max,
        facet_smallest_count,
    } = service;
    pb::Limits {
        page_size_default: int32(domain::PAGE_SIZE_DEFAULT),
        page_size_max: int32(domain::PAGE_SIZE_MAX),
        batch_searches_max: int32(domain::BATCH_SEARCHES_MAX),
        request_bytes_max: domain::REQUEST_BYTES_MAX as i64,
        response_bytes_max: domain::RESPONSE_BYTES_MAX as i64,
        requests_in_flight_max: int32(requests_in_flight_max),
        deadline_ms_max: i64::try_from(deadline_max.as_millis()).unwrap_or(i64::MAX),
        id_bytes_max: int32(domain::ID_BYTES_MAX),
        code_bytes_max: int32(domain::CODE_BYTES_MAX),
        path_codes_max: int32(domain::PATH_CODES_MAX),
        vertices_max: int32(domain::VERTICES_MAX),
        filter_list_max: int32(domain::FILTER_LIST_MAX),
        facet_keys_max: int32(facet_keys_max),
        participants_max: domain::PARTICIPANTS_MAX as i64,
        area_m2_max: domain::AREA_M2_MAX,
        route_width_m_max: domain::ROUTE_WIDTH_M_MAX,
        event_days_max: i32::try_from(domain::EVENT_DAYS_MAX).unwrap_or(i32::MAX),
        radius_km_max: domain::RADIUS_KM_MAX,
        weight_min: domain::WEIGHT_MIN,
        weight_max: domain::WEIGHT_MAX,
        outcomes_max: int32(domain::OUTCOMES_MAX),
        outcome_max: domain::OUTCOME_MAX,
        facet_smallest_count: i32::try_from(facet_smallest_count.get()).unwrap_or(i32::MAX),
    }
}

/// The limits of the indexer that belong to its configuration, not to the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexerLimits {
    /// Most calls and streams at a time.
    pub requests_in_flight_max: usize,
    /// Longest time that a call may take.
    pub deadline_max: Duration,
}

/// Every limit of the indexer.
pub fn ingest_limits(indexer: IndexerLimits) -> pb::IngestLimits {
    let IndexerLimits {
        requests_in_flight_max,
        deadline_max,
    } = indexer;
    pb::IngestLimits {
        records_max: int32(domain::INGEST_RECORDS_MAX),
        request_bytes_max: domain::INGEST_BYTES_MAX as i64,
        messages_per_stream_max: int32(domain::INGEST_MESSAGES_PER_STREAM_MAX),
        requests_in_flight_max: int32(requests_in_flight_max),
        deadline_ms_max: i64::try_from(deadline_max.as_millis()).unwrap_or(i64::MAX),
        id_bytes_max: int32(domain::ID_BYTES_MAX),
        code_bytes_max: int32(domain::CODE_BYTES_MAX),
        path_codes_max: int32(domain::PATH_CODES_MAX),
        vertices_max: int32(domain::VERTICES_MAX),
        participants_max: domain::PARTICIPANTS_MAX as i64,
        area_m2_max: domain::AREA_M2_MAX,
        route_width_m_max: domain::ROUTE_WIDTH_M_MAX,
        event_days_max: i32::try_from(domain::EVENT_DAYS_MAX).unwrap_or(i32::MAX),
        outcomes_max: int32(domain::OUTCOMES_MAX),
        outcome_max: domain::OUTCOME_MAX,
    }
}

/// A limit past the range of the contract is none that a client could reach.
fn int32(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_told_are_those_that_the_contract_documents() {
        let told = limits(ServiceLimits {
            requests_in_flight_max: usize::MAX,
            deadline_max: Duration::from_secs(2),
            facet_keys_max: 500,
            facet_smallest_count: SmallestCount::new(5).unwrap(),
        });
        assert_eq!((told.page_size_default, told.page_size_max), (10, 1000));
        assert_eq!((told.batch_searches_max, told.filter_list_max), (100, 1000));
        assert_eq!((told.id_bytes_max, told.code_bytes_max), (64, 32));
        assert_eq!((told.path_codes_max, told.vertices_max), (6, 10_000));
        assert_eq!((told.event_days_max, told.deadline_ms_max), (36_525, 2000));
        assert_eq!(told.requests_in_flight_max, i32::MAX);
        assert_eq!((told.facet_keys_max, told.outcomes_max), (500, 64));
        assert_eq!((told.weight_min, told.weight_max), (1e-9, 1e9));
        assert_eq!(told.facet_smallest_count, 5);
    }

    #[test]
    fn the_limits_of_the_indexer_are_those_that_the_contract_documents() {
        let told = ingest_limits(IndexerLimits {
            requests_in_flight_max: 64,
            deadline_max: Duration::from_secs(2),
        });
        assert_eq!((told.records_max, told.messages_per_stream_max), (1000, 8));
        assert_eq!(told.request_bytes_max, 4 << 20);
        assert_eq!(
            (told.requests_in_flight_max, told.deadline_ms_max),
            (64, 2000)
        );
    }
}
