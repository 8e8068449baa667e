"""The measures of SPEC section 3: two values in, a distance and a similarity in [0, 1] out.

**Law.** A measure is symmetric, and gives 1 for equal values.

Start reading at `AXES`, then `measure`.
"""

import math

from geometry import haversine_km
from json_rules import Unsupported, parse_path

YEAR_DAYS = 365.2425
NUMERIC = ("participants", "footprint", "duration")
PATHS = ("nature", "sector")
SHARES = ("day_kind", "season")

# axis → the field of AxisValues that holds its value
AXES = {
    "location": "location",
    "participants": "participants",
    "nature": "nature",
    "sector": "sector",
    "day_kind": "weekend_share",
    "season": "summer_share",
    "footprint": "footprint_area_m2",
    "duration": "duration_s",
}

# measure → axes it is for, parameters it has to be given, parameters it may be given
RULES = {
    "geo_decay": (("location",), ("half_km",), ("shape",)),
    "log_ratio": (NUMERIC, ("ratio",), ()),
    "path_affinity": (PATHS, (), ()),
    "share_overlap": (SHARES, (), ()),
    "cyclic_season": (("season",), (), ()),
    "equal": (tuple(AXES), (), ()),
    "table": (PATHS, ("similarities",), ()),
    "footprint_overlap": (("footprint",), ("ratio", "beta"), ()),
}
UNITS = {"cyclic_season": "days", "equal": "none", "table": "none", "path_affinity": "steps"}
AXIS_UNITS = {"location": "km", "day_kind": "share", "season": "share"}


def value_field(axis, measure_id):
    """The field of AxisValues that an axis reads under a measure."""
    return "start_day_of_year" if measure_id == "cyclic_season" else AXES[axis]


def unit(axis, measure_id):
    """The unit of the distance."""
    return UNITS.get(measure_id) or AXIS_UNITS.get(axis, "ln_ratio")


def geo_decay(half_km, shape="exponential"):
    """2^(−d/h), 2^(−(d/h)²) or max(0, 1 − d/2h), d in km."""

    def compare(a, b):
        d = haversine_km(a, b)
        ratio = d / half_km
        if shape == "linear":
            return d, max(0.0, 1 - ratio / 2)
        return d, math.exp2(-ratio * ratio if shape == "gaussian" else -ratio)

    return compare


def log_ratio(ratio):
    """2^(−|ln((a+1)/(b+1))| / ln r)."""
    log_r = math.log(ratio)

    def compare(a, b):
        d = abs(math.log((a + 1) / (b + 1)))
        return d, math.exp2(-d / log_r)

    return compare


def path_affinity(a, b):
    """2·c/(m+n); the distance is the steps between the two in the tree, m + n − 2c."""
    common = 0
    for code_a, code_b in zip(a, b):
        if code_a != code_b:
            break
        common += 1
    return float(len(a) + len(b) - 2 * common), 2 * common / (len(a) + len(b))


def share_overlap(a, b):
    """1 − |a − b|."""
    return abs(a - b), 1 - abs(a - b)


def cyclic_season(a, b):
    """(1 + cos(2πΔ/365.2425))/2, Δ in days of the year."""
    return float(abs(a - b)), (1 + math.cos(2 * math.pi * abs(a - b) / YEAR_DAYS)) / 2


def equal(a, b):
    """1 or 0."""
    return (0.0, 1.0) if a == b else (1.0, 0.0)


def table(similarities):
    """A similarity per pair of whole paths; equal paths give 1, a pair that isn't listed 0."""
    known = {}
    for text_a, text_b, similarity in similarities:
        known[parse_path(text_a), parse_path(text_b)] = similarity
        known[parse_path(text_b), parse_path(text_a)] = similarity

    def compare(a, b):
        similarity = 1.0 if a == b else known.get((a, b), 0.0)
        return 1 - similarity, similarity

    return compare


def measure(measure_id, parameters):
    """The function of a checked measure."""
    plain = {
        "path_affinity": path_affinity,
        "share_overlap": share_overlap,
        "cyclic_season": cyclic_season,
        "equal": equal,
    }
    if measure_id in plain:
        return plain[measure_id]
    made = {"geo_decay": geo_decay, "log_ratio": log_ratio, "table": table}
    if measure_id not in made:
        raise Unsupported(f"the oracle has no measure {measure_id}")
    return made[measure_id](**parameters)
