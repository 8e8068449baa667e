"""Puts queries of the oracle's form to the server and prints its answers in the oracle's form.

    python3 ask.py QUERIES.ndjson > ANSWERS.ndjson
"""

import datetime
import json
import os
import sys

import grpc
from sosie.v1 import axis_pb2, event_pb2, filter_pb2, ledger_pb2, probe_pb2
from sosie.v1 import similar_events_service_pb2 as service_pb2
from sosie.v1 import similarity_query_pb2
from sosie.v1.similar_events_service_pb2_grpc import SimilarEventsServiceStub

RESPONSE_BYTES_MAX = 256 << 20


def instant(into, text):
    """RFC 3339 into a Timestamp."""
    into.FromDatetime(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))


def enum(of, prefix, name):
    """The number of an enum value by its short name."""
    return of.Value(prefix + name.upper())


def location(raw):
    """A place."""
    return event_pb2.Location(latitude_degrees=raw["latitude"], longitude_degrees=raw["longitude"])


def ring(points):
    """A ring of [longitude, latitude]."""
    made = event_pb2.LinearRing()
    for longitude, latitude in points:
        made.points.add(latitude_degrees=latitude, longitude_degrees=longitude)
    return made


def polygon(rings):
    """Exterior first."""
    return event_pb2.Polygon(exterior=ring(rings[0]), interiors=[ring(inner) for inner in rings[1:]])


def footprint(raw):
    """GeoJSON into a footprint."""
    made = event_pb2.Footprint()
    if raw["type"] == "LineString":
        made.route.width_m = raw["width_m"]
        for longitude, latitude in raw["coordinates"]:
            made.route.points.add(latitude_degrees=latitude, longitude_degrees=longitude)
    else:
        shapes = [raw["coordinates"]] if raw["type"] == "Polygon" else raw["coordinates"]
        made.polygons.polygons.extend(polygon(rings) for rings in shapes)
    return made


def date(text):
    """A local date."""
    year, month, day = map(int, text.split("-"))
    return probe_pb2.LocalDate(year=year, month=month, day=day)


def draft(raw):
    """The draft of a query."""
    made = probe_pb2.DraftEvent()
    for name in ("nature", "sector", "active_duration_s", "footprint_area_m2"):
        if raw.get(name) is not None:
            setattr(made, name, raw[name])
    if raw.get("location"):
        made.location.CopyFrom(location(raw["location"]))
    if raw.get("participants"):
        count = dict(raw["participants"])
        basis = count.pop("basis", None)
        made.participants.CopyFrom(event_pb2.Participants(**{k: v for k, v in count.items() if v is not None}))
        if basis:
            made.participants.basis = enum(event_pb2.ParticipantsBasis, "PARTICIPANTS_BASIS_", basis)
    if raw.get("footprint"):
        made.footprint.CopyFrom(footprint(raw["footprint"]))
    if raw.get("start_time"):
        instant(made.times.start_time, raw["start_time"])
        instant(made.times.end_time, raw["end_time"])
        made.times.time_zone = raw["time_zone"]
        precision = raw.get("time_precision") or "EXACT"
        made.times.time_precision = enum(event_pb2.TimePrecision, "TIME_PRECISION_", precision)
    elif raw.get("first_date"):
        made.dates.first_date.CopyFrom(date(raw["first_date"]))
        if raw.get("last_date"):
            made.dates.last_date.CopyFrom(date(raw["last_date"]))
    return made


def conditions(raw):
    """The filter of a query."""
    made = filter_pb2.Filter()
    for name in ("nature_prefixes", "sector_prefixes", "source_ids", "excluded_event_ids", "excluded_series_ids"):
        getattr(made, name).extend(raw.get(name) or [])
    made.states.extend(enum(event_pb2.EventState, "EVENT_STATE_", state) for state in raw.get("states") or [])
    made.require_axes.extend(enum(axis_pb2.Axis, "AXIS_", axis) for axis in raw.get("require_axes") or [])
    for end, text in (raw.get("time") or {}).items():
        instant(getattr(made.time, end), text)
    for name in ("participants", "footprint_area_m2", "duration_s"):
        for end, number in (raw.get(name) or {}).items():
            setattr(getattr(made, name), end, number)
    if raw.get("bounding_box"):
        for side, degrees in raw["bounding_box"].items():
            setattr(made.bounding_box, side + "_degrees", degrees)
    if raw.get("radius"):
        made.radius.center.CopyFrom(location(raw["radius"]))
        made.radius.radius_km = raw["radius"]["radius_km"]
    if raw.get("polygon"):
        closed = [raw["polygon"]["exterior"], *(raw["polygon"].get("interiors") or [])]
        closed = [points if points[0] == points[-1] else [*points, points[0]] for points in closed]
        made.polygon.CopyFrom(polygon(closed))
    return made


def request(raw):
    """The request of a query."""
    query = similarity_query_pb2.SimilarityQuery()
    if "draft" in raw["probe"]:
        query.probe.draft.CopyFrom(draft(raw["probe"]["draft"]))
    else:
        query.probe.event_id = raw["probe"]["event_id"]
    for axis, weight in (raw.get("weights") or {}).items():
        query.weight_overrides.add(axis=enum(axis_pb2.Axis, "AXIS_", axis), weight=weight)
    for name in ("min_coverage", "exclude_probe_series", "collapse_series"):
        if raw.get(name) is not None:
            setattr(query, name, raw[name])
    instant(query.as_of, raw["as_of"])
    query.filter.CopyFrom(conditions(raw.get("filter") or {}))
    return service_pb2.FindSimilarEventsRequest(query=query, page_size=raw["k"])


def line(row):
    """A line of a ledger."""
    return {
        "axis": axis_pb2.Axis.Name(row.axis).removeprefix("AXIS_").lower(),
        "status": ledger_pb2.ComparisonStatus.Name(row.status).removeprefix("COMPARISON_STATUS_"),
        "distance": row.distance if row.HasField("distance") else None,
        "similarity": row.similarity if row.HasField("similarity") else None,
        "weight": row.declared_weight,
        "effective_weight": row.effective_weight,
        "contribution": row.contribution,
    }


def answer(response):
    """A response in the oracle's form."""
    hits = [
        {
            "event_id": hit.event.event_id,
            "score": hit.score,
            "coverage": hit.coverage,
            "rank": hit.rank,
            "series_member_count": hit.series_member_count,
            "ledger": [line(row) for row in hit.ledger],
        }
        for hit in response.hits
    ]
    return {"hits": hits, "candidates": response.counts.candidates}


def main():
    """An answer a line."""
    options = [("grpc.max_receive_message_length", RESPONSE_BYTES_MAX)]
    client = SimilarEventsServiceStub(grpc.insecure_channel(os.environ["SOSIE_TARGET"], options))
    with open(sys.argv[1], encoding="utf-8") as queries:
        for text in queries:
            try:
                print(json.dumps(answer(client.FindSimilarEvents(request(json.loads(text)), timeout=60))))
            except grpc.RpcError as error:
                print(json.dumps({"error": {"code": error.code().name, "message": error.details()}}))


if __name__ == "__main__":
    main()
