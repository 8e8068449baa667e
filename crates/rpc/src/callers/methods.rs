//! Which role a method asks for: one of those that stand with it is enough.

use super::Role;

const READ: &[Role] = &[Role::Reader];
const READ_OR_WRITE: &[Role] = &[Role::Reader, Role::Writer];
const READ_OR_OPERATE: &[Role] = &[Role::Reader, Role::Operator];
const READ_OR_AUTHOR: &[Role] = &[Role::Reader, Role::Author];
const WRITE: &[Role] = &[Role::Writer];
const OPERATE: &[Role] = &[Role::Operator];
const AUTHOR: &[Role] = &[Role::Author];

/// The methods of Sosie's own services, each once. Health and reflection are open.
const METHODS: &[(&str, &[Role])] = &[
    ("/sosie.v1.SimilarEventsService/FindSimilarEvents", READ),
    (
        "/sosie.v1.SimilarEventsService/BatchFindSimilarEvents",
        READ,
    ),
    ("/sosie.v1.SimilarEventsService/ExplainEvent", READ),
    ("/sosie.v1.SimilarEventsService/CountFacets", READ),
    ("/sosie.v1.SimilarEventsService/GetLimits", READ),
    ("/sosie.v1.EventService/GetEvent", READ),
    ("/sosie.v1.EventService/ListEvents", READ),
    ("/sosie.v1.ProfileService/GetProfile", READ_OR_AUTHOR),
    ("/sosie.v1.ProfileService/ListProfiles", READ_OR_AUTHOR),
    ("/sosie.v1.TransparencyService/ReplaySearch", READ),
    ("/sosie.v1.TransparencyService/GetAlgorithmRecord", READ),
    ("/sosie.v1.TransparencyService/GetStatement", READ),
    ("/sosie.v1.TransparencyService/DiffProfiles", READ_OR_AUTHOR),
    ("/sosie.v1.TransparencyService/MeasureSensitivity", READ),
    ("/sosie.v1.IngestService/IngestEvents", WRITE),
    ("/sosie.v1.IngestService/BatchIngestEvents", WRITE),
    ("/sosie.v1.IngestService/DeleteEvents", WRITE),
    ("/sosie.v1.IngestService/GetIngestLimits", READ_OR_WRITE),
    ("/sosie.v1.IndexService/ListGenerations", READ_OR_OPERATE),
    ("/sosie.v1.IndexService/ActivateGeneration", OPERATE),
    ("/sosie.v1.IndexService/StartReindex", OPERATE),
    ("/sosie.v1.IndexService/GetReindexJob", READ_OR_OPERATE),
    ("/sosie.v1.IndexService/ListReindexJobs", READ_OR_OPERATE),
    ("/sosie.v1.IndexService/CancelReindexJob", OPERATE),
    ("/sosie.v1.IndexService/WatchReindexJob", READ_OR_OPERATE),
    ("/sosie.v1.SnapshotService/CreateSnapshot", OPERATE),
    ("/sosie.v1.GuardService/GetGuardReport", READ_OR_OPERATE),
    ("/sosie.v1.GuardService/ListQuarantined", OPERATE),
    ("/sosie.v1.GuardService/GetQuarantined", OPERATE),
    ("/sosie.v1.GuardService/ReleaseQuarantined", OPERATE),
    ("/sosie.v1.GuardService/DropQuarantined", OPERATE),
    ("/sosie.v1.ProfileAdminService/ActivateProfile", AUTHOR),
    ("/sosie.v1.ProfileAdminService/RetireProfile", AUTHOR),
];

/// The roles one of which a method asks for; none for a method that is not ours, which nobody may call.
pub(crate) fn roles_of(path: &str) -> &'static [Role] {
    let found = METHODS.iter().find(|(method, _)| *method == path);
    found.map_or(&[], |(_, roles)| roles)
}

#[cfg(test)]
pub(crate) fn paths() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|(path, _)| *path)
}
