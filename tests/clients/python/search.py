"""The search of the README from Python, with a client generated from the contract."""

import json
import os
import sys

import grpc
from sosie.v1 import event_pb2, probe_pb2, similar_events_service_pb2, similarity_query_pb2
from sosie.v1.similar_events_service_pb2_grpc import SimilarEventsServiceStub

START_SECONDS_MAX = 120
# Every call is free of side effects: UNAVAILABLE, as before the first generation is loaded, may be retried.
RETRY = {
    "methodConfig": [
        {
            "name": [{"service": "sosie.v1.SimilarEventsService"}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "1s",
                "maxBackoff": "10s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}

channel = grpc.insecure_channel(
    os.environ.get("SOSIE_TARGET", "127.0.0.1:50051"), [("grpc.service_config", json.dumps(RETRY))]
)
client = SimilarEventsServiceStub(channel)

draft = probe_pb2.DraftEvent(
    nature="culture/concert/open-air",
    location=event_pb2.Location(latitude_degrees=43.2606, longitude_degrees=5.3722),
    participants=event_pb2.Participants(best=12_000),
    dates=probe_pb2.DateSpan(first_date=probe_pb2.LocalDate(year=2026, month=7, day=18)),
    active_duration_s=6 * 3600,
)
request = similar_events_service_pb2.FindSimilarEventsRequest(
    query=similarity_query_pb2.SimilarityQuery(probe=probe_pb2.Probe(draft=draft)), page_size=5
)
answer = client.FindSimilarEvents(request, wait_for_ready=True, timeout=START_SECONDS_MAX)

for hit in answer.hits:
    print(f"{hit.rank:2} {hit.event.event_id:12} {hit.score:.4f} {hit.event.nature}")
for outcome in answer.outcome_summaries:
    print(f"{outcome.code}: median {outcome.median:g}, quartiles {outcome.p25:g} to {outcome.p75:g}")
print(f"pinned by {answer.receipt.generation_id}, {answer.receipt.profile}")

# What follows is for the tests: that the answer is whole and adds up.
if len(answer.hits) != 5 or not answer.outcome_summaries:
    sys.exit("the answer is not whole")
for hit in answer.hits:
    if abs(sum(line.contribution for line in hit.ledger) - hit.score) > 1e-12:
        sys.exit("a ledger does not add up")
try:
    draft.location.latitude_degrees = 91
    request.query.probe.draft.CopyFrom(draft)
    client.FindSimilarEvents(request, timeout=10)
    sys.exit("latitude 91 was accepted")
except grpc.RpcError as error:
    if error.code() != grpc.StatusCode.INVALID_ARGUMENT:
        raise
