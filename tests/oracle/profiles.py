"""Profiles: which measure, weight and missing-value policy each axis has.

**Law.** A `Profile` is checked: all eight axes once, weights ≥ 0 and one > 0, policies legal.

Start reading at `TRANQUILLITY_1`, then `read_profile`, then `overridden`.
"""

import math
from dataclasses import dataclass, replace

from json_rules import Fields, parse_number, parse_path
from measures import AXES, RULES, measure, unit, value_field

# The one published profile, in the form that a query can also give in full.
TRANQUILLITY_1 = {
    "name": "tranquillity",
    "revision": 1,
    "min_coverage": 0.0,
    "axes": [
        {"axis": "location", "measure": {"id": "geo_decay", "half_km": 2.0}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "participants", "measure": {"id": "log_ratio", "ratio": 3.0}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "nature", "measure": {"id": "path_affinity"}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "sector", "measure": {"id": "path_affinity"}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "day_kind", "measure": {"id": "share_overlap"}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "season", "measure": {"id": "share_overlap"}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "footprint", "measure": {"id": "log_ratio", "ratio": 3.0}, "weight": 1.0, "missing": "ZERO"},
        {"axis": "duration", "measure": {"id": "log_ratio", "ratio": 2.0}, "weight": 1.0, "missing": "ZERO"},
    ],
}
PROFILE_NAMES = {"tranquillity": TRANQUILLITY_1, "tranquillity@1": TRANQUILLITY_1}
RENORMALISE = "RENORMALISE"


@dataclass(frozen=True)
class Axis:
    """One axis of a profile. `missing` is what a missing candidate value counts, or RENORMALISE."""

    name: str
    measure_id: str
    compare: object
    field: str
    unit: str
    weight: float
    missing: object


@dataclass(frozen=True)
class Profile:
    """All axes in profile order, and the floor of coverage."""

    axes: tuple
    min_coverage: float


def read_profile(raw, path, bad):
    """The profile of a name or of a full definition; None with violations."""
    if isinstance(raw, str):
        if raw not in PROFILE_NAMES:
            bad.add(path, "is not a known profile")
            return None
        raw = PROFILE_NAMES[raw]
    before = len(bad)
    fields = Fields(raw, path, bad)
    fields.take("name"), fields.take("revision")
    floor = fields.number("min_coverage", lambda c: 0 <= c <= 1, "must be in 0..1")
    axes = fields.take("axes", required=True)
    fields.done()
    axes = axes if isinstance(axes, list) else []
    axes = [read_axis(axis, f"{fields.at('axes')}[{i}]", bad) for i, axis in enumerate(axes)]
    if len(bad) == before and sorted(axis.name for axis in axes) != sorted(AXES):
        bad.add(fields.at("axes"), "must have each of the eight axes once")
    if len(bad) > before:
        return None
    return weighed(Profile(tuple(axes), floor or 0.0), path, bad)


def weighed(profile, path, bad):
    """The profile itself, unless every weight is 0 or they are too large to be added up."""
    total = sum(axis.weight for axis in profile.axes)
    if not 0 < total < math.inf:
        bad.add(path, "needs a weight above 0 and a finite sum")
        return None
    return profile


def read_axis(raw, path, bad):
    """One axis; None with violations."""
    before = len(bad)
    fields = Fields(raw, path, bad)
    name = fields.choice("axis", tuple(AXES), required=True)
    weight = fields.number("weight", lambda w: w >= 0, "must be finite and not negative", True)
    missing = fields.parsed("missing", parse_policy, "must be ZERO, RENORMALISE or NEUTRAL in (0, 1)", True)
    made = read_measure(fields.inner("measure", required=True), name)
    fields.done()
    if len(bad) > before:
        return None
    measure_id, compare = made
    return Axis(name, measure_id, compare, value_field(name, measure_id), unit(name, measure_id), weight, missing)


def read_measure(fields, axis):
    """(id, function) of an axis's measure; None with violations."""
    measure_id = fields and fields.choice("id", tuple(RULES), required=True)
    if not measure_id or axis is None:
        return None
    before = len(fields.bad)
    axes, required, optional = RULES[measure_id]
    if axis not in axes:
        fields.bad.add(fields.at("id"), "is not for this axis")
    parameters = {name: read_parameter(fields, name, name in required) for name in required + optional}
    fields.done()
    if len(fields.bad) > before:
        return None
    return measure_id, measure(measure_id, {name: v for name, v in parameters.items() if v is not None})


def read_parameter(fields, name, required):
    """A parameter of a measure, each name with its one rule."""
    if name == "half_km":
        return fields.number(name, lambda h: h > 0, "must be finite and above 0", required)
    if name == "ratio":
        return fields.number(name, lambda r: r > 1, "must be finite and above 1", required)
    if name == "beta":
        return fields.number(name, lambda b: 0 <= b <= 1, "must be in 0..1", required)
    if name == "shape":
        return fields.choice(name, ("exponential", "gaussian", "linear"), required)
    return fields.list_of(name, parse_table_row, "must be [path, path, similarity in 0..1]")


def parse_table_row(raw):
    """[path, path, similarity] of two different paths, or None."""
    if not isinstance(raw, list) or len(raw) != 3 or not parse_path(raw[0]) or not parse_path(raw[1]):
        return None
    similarity = parse_number(raw[2])
    in_range = similarity is not None and 0 <= similarity <= 1
    return (raw[0], raw[1], similarity) if in_range and raw[0] != raw[1] else None


def parse_policy(raw):
    """What a missing value counts: 0.0, v, or RENORMALISE. None if it isn't a policy."""
    if raw == "ZERO":
        return 0.0
    if raw == RENORMALISE:
        return RENORMALISE
    value = parse_number(raw["NEUTRAL"]) if isinstance(raw, dict) and list(raw) == ["NEUTRAL"] else None
    return value if value is not None and 0 < value < 1 else None


def overridden(profile, weights, policies, min_coverage):
    """The profile as one request changes it."""
    axes = tuple(
        replace(axis, weight=weights.get(axis.name, axis.weight), missing=policies.get(axis.name, axis.missing))
        for axis in profile.axes
    )
    return Profile(axes, profile.min_coverage if min_coverage is None else min_coverage)
