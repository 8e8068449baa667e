//! Every limit of a service, by name.

use serde_json::Value;
use sosie_proto::pb;

/// [`pb::Limits`] as names and numbers, in the order of the message.
pub(crate) fn limits(limits: &pb::Limits) -> [(&'static str, Value); 23] {
    // Taken apart in full: a limit that is added to the .proto won't compile until it is told.
    let pb::Limits {
        page_size_default,
        page_size_max,
        batch_searches_max,
        request_bytes_max,
        response_bytes_max,
        requests_in_flight_max,
        deadline_ms_max,
        id_bytes_max,
        code_bytes_max,
        path_codes_max,
        vertices_max,
        filter_list_max,
        facet_keys_max,
        participants_max,
        area_m2_max,
        route_width_m_max,
        event_days_max,
        radius_km_max,
        weight_min,
        weight_max,
        outcomes_max,
        outcome_max,
        facet_smallest_count,
    } = *limits;
    [
        ("page_size_default", page_size_default.into()),
        ("page_size_max", page_size_max.into()),
        ("batch_searches_max", batch_searches_max.into()),
        ("request_bytes_max", request_bytes_max.into()),
        ("response_bytes_max", response_bytes_max.into()),
        ("requests_in_flight_max", requests_in_flight_max.into()),
        ("deadline_ms_max", deadline_ms_max.into()),
        ("id_bytes_max", id_bytes_max.into()),
        ("code_bytes_max", code_bytes_max.into()),
        ("path_codes_max", path_codes_max.into()),
        ("vertices_max", vertices_max.into()),
        ("filter_list_max", filter_list_max.into()),
        ("facet_keys_max", facet_keys_max.into()),
        ("participants_max", participants_max.into()),
        ("area_m2_max", area_m2_max.into()),
        ("route_width_m_max", route_width_m_max.into()),
        ("event_days_max", event_days_max.into()),
        ("radius_km_max", radius_km_max.into()),
        ("weight_min", weight_min.into()),
        ("weight_max", weight_max.into()),
        ("outcomes_max", outcomes_max.into()),
        ("outcome_max", outcome_max.into()),
        ("facet_smallest_count", facet_smallest_count.into()),
    ]
}
