"""The similarity search of docs/SPEC.md section 3 as SQL that DuckDB, ClickHouse and SQLite all understand.

Every advantage is with the engine: what depends on the event alone is a column (radians, cosine, logarithms, a number for
each prefix of a path), what depends on the query alone is a number in the text. A size that is not told is `UNTOLD`, so far
from every other that its similarity is 0, as the policy ZERO has it: no engine has to look for nulls.

Start reading at `search`.
"""

import math

EARTH_RADIUS_KM = 6371.0088
UNTOLD = 1e300

COLUMNS = {
    "id": "INTEGER",
    "start_us": "BIGINT",
    "latitude": "DOUBLE",
    "longitude": "DOUBLE",
    "cos_latitude": "DOUBLE",
    "log_participants": "DOUBLE",
    "basis": "TINYINT",
    "nature_1": "INTEGER",
    "nature_2": "INTEGER",
    "nature_3": "INTEGER",
    "nature_depth": "TINYINT",
    "sector_1": "INTEGER",
    "sector_2": "INTEGER",
    "sector_depth": "TINYINT",
    "weekend_share": "DOUBLE",
    "summer_share": "DOUBLE",
    "log_area": "DOUBLE",
    "log_duration": "DOUBLE",
}

SCHEMA = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())


def search(query):
    """The best events of a query: id and score, in the order of SPEC."""
    axes = list(zip(shares(query["weights"]), similarities(query), presences(query)))
    score = " + ".join(f"{number(share)} * {similarity}" for share, similarity, _ in axes)
    coverage = " + ".join(f"{number(share)} * {presence}" for share, _, presence in axes if presence)
    return (
        f"SELECT id, {score} AS score FROM events "
        f"ORDER BY score DESC, {coverage} DESC, start_us DESC, id LIMIT {query['limit']}"
    )


def shares(weights):
    """Of the sum of all weights: under ZERO it is what every score is divided by."""
    return [weight / sum(weights) for weight in weights]


def similarities(query):
    """One expression an axis, in the order of SPEC."""
    probe = query["probe"]
    participants, footprint, duration = query["ratios"]
    return [
        geo_decay(probe, query["h_km"]),
        if_same_basis(probe, log_ratio("log_participants", probe, participants)),
        path_affinity("nature", probe),
        path_affinity("sector", probe),
        share_overlap("weekend_share", probe),
        share_overlap("summer_share", probe),
        log_ratio("log_area", probe, footprint),
        log_ratio("log_duration", probe, duration),
    ]


def presences(query):
    """For each axis on which events differ in that: 1 where the event could be compared, else 0."""
    told = {name: f"CAST({name} < {number(UNTOLD)} AS INTEGER)" for name in COLUMNS if name.startswith("log_")}
    participants = if_same_basis(query["probe"], told["log_participants"])
    return [None, participants, None, None, None, None, told["log_area"], told["log_duration"]]


def geo_decay(probe, h_km):
    """2^(-d/h) of the haversine distance."""
    halves = -2 * EARTH_RADIUS_KM * math.log(2) / h_km
    north, east = (
        f"sin((column - {number(probe[column])}) * 0.5e0)".replace("column", column)
        for column in ("latitude", "longitude")
    )
    haversine = f"{north} * {north} + cos_latitude * {number(probe['cos_latitude'])} * {east} * {east}"
    return f"exp({number(halves)} * asin(sqrt({haversine})))"


def log_ratio(column, probe, ratio):
    """2^(-|ln((a+1)/(b+1))| / ln r); columns have ln(a+1)."""
    halves = -math.log(2) / math.log(ratio)
    return f"exp({number(halves)} * abs({column} - {number(probe[column])}))"


def if_same_basis(probe, expression):
    """Counts of different things are not compared; an unspecified basis, 0, matches any."""
    if probe["basis"] == 0:
        return expression
    return f"CASE WHEN basis = 0 OR basis = {probe['basis']} THEN {expression} ELSE 0 END"


def path_affinity(path, probe):
    """2c/(m+n); numbers stand for whole prefixes, so the common ones need no order."""
    depth = probe[f"{path}_depth"]
    levels = (f"{path}_{level}" for level in range(1, depth + 1))
    common = " + ".join(f"CAST({level} = {probe[level]} AS INTEGER)" for level in levels)
    return f"(2.0e0 * ({common}) / ({path}_depth + {depth}))"


def share_overlap(column, probe):
    """1 - |a - b|."""
    return f"(1.0e0 - abs({column} - {number(probe[column])}))"


def number(value):
    """A double in full; with an exponent, so that no engine takes it for a decimal."""
    return f"{value:.17e}"
