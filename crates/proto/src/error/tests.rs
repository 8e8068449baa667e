use super::*;

const SOON: Duration = Duration::from_millis(250);

fn page_size() -> Status {
    invalid(&Invalid::new("page_size", Rule::OutOfRange(1.0, 1000.0)))
}

#[test]
fn every_reason_has_its_code_and_reads_back() {
    let statuses = [
        (page_size(), Code::InvalidArgument, "INVALID_REQUEST"),
        (
            event_not_found("event_id"),
            Code::NotFound,
            "EVENT_NOT_FOUND",
        ),
        (
            profile_not_found("profile"),
            Code::NotFound,
            "PROFILE_NOT_FOUND",
        ),
        (
            generation_expired(),
            Code::FailedPrecondition,
            "GENERATION_EXPIRED",
        ),
        (overloaded(SOON), Code::ResourceExhausted, "OVERLOADED"),
        (
            deadline_exceeded(),
            Code::DeadlineExceeded,
            "DEADLINE_EXCEEDED",
        ),
        (not_serving(SOON), Code::Unavailable, "NOT_SERVING"),
        (internal(), Code::Internal, "INTERNAL"),
        (
            generation_not_found("generation_id"),
            Code::NotFound,
            "GENERATION_NOT_FOUND",
        ),
        (
            generation_damaged(),
            Code::FailedPrecondition,
            "GENERATION_DAMAGED",
        ),
        (
            active_generation_mismatch(),
            Code::FailedPrecondition,
            "ACTIVE_GENERATION_MISMATCH",
        ),
        (
            store_unavailable(SOON),
            Code::Unavailable,
            "STORE_UNAVAILABLE",
        ),
    ];
    check_all(statuses);
}

#[test]
fn every_reason_about_reindex_jobs_has_its_code_and_reads_back() {
    let precondition = Code::FailedPrecondition;
    check_all([
        (reindex_running("job-1"), precondition, "REINDEX_RUNNING"),
        (
            generation_held("gen-000001"),
            precondition,
            "GENERATION_HELD",
        ),
        (
            reindex_job_not_found("job_id"),
            Code::NotFound,
            "REINDEX_JOB_NOT_FOUND",
        ),
        (
            source_not_found("source_names[0]"),
            Code::NotFound,
            "SOURCE_NOT_FOUND",
        ),
    ]);
}

#[test]
fn every_reason_about_callers_and_profiles_has_its_code_and_reads_back() {
    let precondition = Code::FailedPrecondition;
    check_all([
        (unauthenticated(), Code::Unauthenticated, "UNAUTHENTICATED"),
        (
            permission_denied("author"),
            Code::PermissionDenied,
            "PERMISSION_DENIED",
        ),
        (
            callers_not_configured("author"),
            precondition,
            "CALLERS_NOT_CONFIGURED",
        ),
        (
            profile_state("active", "draft"),
            precondition,
            "PROFILE_STATE",
        ),
        (profile_changed(), precondition, "PROFILE_CHANGED"),
    ]);
}

fn check_all(statuses: impl IntoIterator<Item = (Status, Code, &'static str)>) {
    for (status, code, name) in statuses {
        let described = describe(&status);
        assert_eq!(described.code, code);
        assert_eq!(described.reason.map(reason_name), Some(name));
        assert_eq!(described.message, status.message());
        let retryable = matches!(code, Code::ResourceExhausted | Code::Unavailable);
        assert_eq!(described.retry_after, retryable.then_some(SOON), "{name}");
        let names_a_field = matches!(code, Code::InvalidArgument | Code::NotFound);
        assert_eq!(!described.violations.is_empty(), names_a_field, "{name}");
    }
}

#[test]
fn a_violation_has_path_sentence_and_rule() {
    let expected = pb::FieldViolation {
        field: "page_size".to_owned(),
        description: "is not in [1, 1000]".to_owned(),
        reason: "OUT_OF_RANGE".to_owned(),
    };
    assert_eq!(
        describe(&page_size()).violations,
        std::slice::from_ref(&expected)
    );
    assert_eq!(page_size().message(), "`page_size` is not in [1, 1000]");
    assert_eq!(
        search_error(&page_size()),
        pb::SearchError {
            code: 3,
            reason: ErrorReason::InvalidRequest.into(),
            message: page_size().message().to_owned(),
            field_violations: vec![expected],
        }
    );
}

#[test]
fn a_status_of_others_has_no_reason() {
    let plain = describe(&Status::unknown("connection reset"));
    assert_eq!(
        (plain.code, plain.reason, plain.message.as_str()),
        (Code::Unknown, None, "connection reset")
    );
    let details = ErrorDetails::with_error_info("OVERLOADED", "other", HashMap::new());
    let foreign = Status::with_error_details(Code::ResourceExhausted, "", details);
    assert_eq!(describe(&foreign).reason, None);
    let damaged = Status::with_details(Code::Internal, "", vec![255, 255].into());
    assert_eq!(describe(&damaged).reason, None);
    assert_eq!(search_error(&damaged).reason, 0);
}
