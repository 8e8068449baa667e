"""One query of the oracle, read from JSON (the form is in README.md).

Start reading at `Query`, then `read_query`.
"""

from dataclasses import dataclass

from event import AxisValues, read_draft
from filters import read_filter
from json_rules import ID, Fields, Invalid, NotFound, Violations, parse_number
from measures import AXES
from profiles import overridden, parse_policy, read_profile, weighed
from scoring import probe_axes

K_DEFAULT, K_MAX = 10, 1_000
FACETS = ("nature", "sector", "month", "weekday", "source")


@dataclass(slots=True)
class Query:
    """A checked query. `probe_id` is None for a draft."""

    probe: AxisValues
    probe_id: str | None
    probe_series: str | None
    exclude_probe_series: bool
    profile: object
    as_of: int
    states: tuple
    conditions: list
    collapse_series: bool
    k: int
    explain: str | None
    facets: list


def read_query(raw, events_by_id, now):
    """The query, or Invalid, or NotFound."""
    bad = Violations()
    fields = Fields(raw, "", bad)
    probe_id, probe, series = read_probe(fields.inner("probe", required=True), events_by_id)
    profile = read_request_profile(fields)
    as_of = fields.instant("as_of")
    exclude = fields.flag("exclude_probe_series", False)
    states, conditions = read_filter(fields.take("filter"), "filter", bad)
    collapse = fields.flag("collapse_series", True)
    k = fields.count("k")
    k = K_DEFAULT if k is None else k
    if not 1 <= k <= K_MAX:
        bad.add("k", f"must be in 1..{K_MAX}")
    explain = fields.text("explain", ID)
    facets = fields.list_of("facets", parse_facet, "is not a facet")
    fields.done()
    if not bad and not probe_axes(profile, probe):
        bad.add("probe", "has no value on any axis with a weight")
    if bad:
        raise Invalid(bad)
    as_of = now if as_of is None else as_of
    return Query(
        probe, probe_id, series, exclude, profile, as_of, states, conditions, collapse, k, explain, facets
    )


def read_probe(fields, events_by_id):
    """(id or None, axis values, series or None) of a stored event or of a draft."""
    if fields is None:
        return None, None, None
    event_id, draft = fields.text("event_id", ID), fields.take("draft")
    fields.done()
    if (fields.raw.get("event_id") is None) == (draft is None):
        fields.bad.add(fields.path, "must be either event_id or draft")
        return None, None, None
    if draft is not None:
        return None, *read_draft(draft, fields.at("draft"), fields.bad)
    if event_id is not None and event_id not in events_by_id:
        raise NotFound("probe.event_id")
    event = events_by_id.get(event_id)
    return event_id, event and event.values, event and event.series_id


def read_request_profile(fields):
    """The profile with what the request overrides."""
    raw = fields.take("profile")
    profile = read_profile("tranquillity" if raw is None else raw, "profile", fields.bad)
    weights = read_per_axis(fields.inner("weights"), parse_weight, "must be finite and not negative")
    policies = read_per_axis(fields.inner("policies"), parse_policy, "is not a policy")
    floor = fields.number("min_coverage", lambda c: 0 <= c <= 1, "must be in 0..1")
    if profile is None or fields.bad:
        return profile
    return weighed(overridden(profile, weights, policies, floor), "weights", fields.bad)


def parse_weight(raw):
    """A finite number from 0, or None."""
    weight = parse_number(raw)
    return weight if weight is not None and weight >= 0 else None


def read_per_axis(fields, parse, reason):
    """{axis: value} of the axes that are given."""
    if fields is None:
        return {}
    given = {axis: fields.parsed(axis, parse, reason) for axis in AXES}
    fields.done()
    return {axis: value for axis, value in given.items() if value is not None}


def parse_facet(raw):
    """(name, depth): `nature/2` is the first two codes of nature; the others have no depth."""
    name, slash, depth = raw.partition("/") if isinstance(raw, str) else ("", "", "")
    if name not in FACETS or (name in ("nature", "sector")) != bool(slash):
        return None
    if not slash:
        return name, 0
    return (name, int(depth)) if depth in ("1", "2", "3", "4", "5", "6") else None
