"""Asks a service for its record, the documents for registers, and statements, and writes them as files.

    python3 transparency.py DIRECTORY [STATEMENTS]

DIRECTORY gets record.json, limits.json, etalab.json, etalab-missing.json and so on, and statements.ndjson with as many events.
"""

import json
import os
import sys
import time
from pathlib import Path

import grpc
from sosie.v1 import axis_pb2, event_pb2, probe_pb2, similarity_query_pb2, transparency_service_pb2
from sosie.v1 import event_service_pb2, filter_pb2, similar_events_service_pb2
from sosie.v1.event_service_pb2_grpc import EventServiceStub
from sosie.v1.similar_events_service_pb2_grpc import SimilarEventsServiceStub
from sosie.v1.transparency_service_pb2_grpc import TransparencyServiceStub

FORMS = {"etalab": "ETALAB", "atrs": "ATRS", "dutch": "DUTCH_REGISTER"}
STATEMENTS = 60
START_TRIES = 600


def record(client, directory):
    """The record as JSON, and in the form of each register with what is missing."""
    ask = transparency_service_pb2.GetAlgorithmRecordRequest
    told = client.GetAlgorithmRecord(ask(form="RECORD_FORM_JSON"), timeout=60)
    (directory / "record.json").write_text(told.document, encoding="utf-8")
    for name, form in FORMS.items():
        told = client.GetAlgorithmRecord(ask(form=f"RECORD_FORM_{form}"), timeout=60)
        (directory / f"{name}.json").write_text(told.document, encoding="utf-8")
        missing = [[field.field, field.is_required, field.configure_at] for field in told.missing_fields]
        (directory / f"{name}-missing.json").write_text(json.dumps(missing), encoding="utf-8")


def limits(client, directory):
    """All limits by name."""
    told = client.GetLimits(similar_events_service_pb2.GetLimitsRequest(), timeout=60).limits
    plain = {field.name: getattr(told, field.name) for field in told.DESCRIPTOR.fields}
    (directory / "limits.json").write_text(json.dumps(plain), encoding="utf-8")


def numbers(value):
    """The numbers of an axis value, as a statement tells them."""
    kind = value.WhichOneof("kind")
    if kind == "location":
        return [value.location.latitude_degrees, value.location.longitude_degrees]
    if kind == "participants":
        count = value.participants
        return [getattr(count, name) for name in ("best", "low", "high") if count.HasField(name)]
    if kind == "footprint":
        return [value.footprint.area_m2]
    return [getattr(value, kind)] if kind in ("share", "day_of_year", "duration_s") else []


def row(line):
    """A line of a ledger."""
    return {
        "axis": axis_pb2.Axis.Name(line.axis).removeprefix("AXIS_").lower(),
        "probe": numbers(line.probe_value),
        "candidate": numbers(line.candidate_value),
        "distance": line.distance if line.HasField("distance") else None,
        "similarity": line.similarity if line.HasField("similarity") else None,
        "declared_weight": line.declared_weight,
        "effective_weight": line.effective_weight,
        "contribution": line.contribution,
    }


def explained(told):
    """What ExplainEvent tells."""
    return {
        "event_id": told.event.event_id,
        "rank": told.hit.rank if told.WhichOneof("verdict") == "hit" else None,
        "score": told.score if told.HasField("score") else None,
        "coverage": told.coverage,
        "ledger": [row(line) for line in told.ledger],
    }


def parameters(directory):
    """The numbers of each measure, from the record."""
    axes = json.loads((directory / "record.json").read_text(encoding="utf-8"))["profile"]["axes"]
    told = {}
    for axis in axes:
        values = [parameter["value"] for parameter in axis["formula"]["parameters"]]
        values = [next(iter(value.values())) if isinstance(value, dict) else value for value in values]
        told[axis["axis"]] = [value for value in values if isinstance(value, (int, float))]
    return told


def draft(event):
    """A planned event like a past one, a little larger."""
    made = probe_pb2.DraftEvent()
    for name in ("nature", "sector"):
        if event.HasField(name):
            setattr(made, name, getattr(event, name))
    if event.HasField("participants"):
        made.participants.best = event.participants.best * 3 // 2 + 7
    if event.HasField("location"):
        made.location.CopyFrom(event.location)
        made.location.latitude_degrees += 0.0123
    made.dates.first_date.CopyFrom(probe_pb2.LocalDate(year=2026, month=7, day=18))
    return made


def statements(channel, directory, count):
    """Statements of events in every state, against drafts and stored events, with floors and weights."""
    events = list_events(EventServiceStub(channel), count)
    similar, client = SimilarEventsServiceStub(channel), TransparencyServiceStub(channel)
    of_measures = parameters(directory)
    with open(directory / "statements.ndjson", "w", encoding="utf-8") as out:
        for at, event in enumerate(events):
            probe = events[(at * 7 + 3) % len(events)]
            query = similarity_query_pb2.SimilarityQuery()
            if at % 2:
                query.probe.event_id = probe.event_id
            else:
                query.probe.draft.CopyFrom(draft(probe))
            query.min_coverage = (at % 4) / 8
            if at % 3 == 0:
                query.weight_overrides.add(axis=axis_pb2.AXIS_LOCATION, weight=2.5)
            ask = similar_events_service_pb2.ExplainEventRequest(query=query, event_id=event.event_id)
            line = {"explained": explained(similar.ExplainEvent(ask, timeout=60)), "min_coverage": query.min_coverage,
                    "parameters": of_measures}
            for language in ("french", "english"):
                ask = transparency_service_pb2.GetStatementRequest(
                    query=query, event_id=event.event_id, language=f"LANGUAGE_{language.upper()}")
                told = client.GetStatement(ask, timeout=60)
                line[language] = [list(section.lines) for section in told.sections]
            print(json.dumps(line), file=out)


def list_events(client, count):
    """Some events, in every state."""
    states = [getattr(event_pb2, f"EVENT_STATE_{name}") for name in ("PLANNED", "HELD", "CANCELLED", "POSTPONED")]
    ask = event_service_pb2.ListEventsRequest(filter=filter_pb2.Filter(states=states), page_size=1000)
    found = list(client.ListEvents(ask, timeout=60).events)
    return found[:: max(1, len(found) // count)][:count]


def until_served(client):
    """Waits until a generation is loaded."""
    ask = transparency_service_pb2.GetAlgorithmRecordRequest(form="RECORD_FORM_JSON")
    for _ in range(START_TRIES):
        try:
            client.GetAlgorithmRecord(ask, wait_for_ready=True, timeout=120)
            return
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE:
                raise
            time.sleep(0.2)
    sys.exit("no generation is served")


def main():
    """Writes all of it."""
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else STATEMENTS
    options = [("grpc.max_receive_message_length", 256 << 20)]
    channel = grpc.insecure_channel(os.environ["SOSIE_TARGET"], options)
    client = TransparencyServiceStub(channel)
    until_served(client)
    record(client, directory)
    limits(SimilarEventsServiceStub(channel), directory)
    statements(channel, directory, count)


if __name__ == "__main__":
    main()
