"""The typed filter of SPEC section 4: named conditions, all of which a candidate has to meet.

**Law.** A candidate without the value that a condition asks for doesn't pass it.

Start reading at `read_filter`.
"""

from event import STATES
from geometry import box_holds, haversine_km, parse_position, polygon_holds
from json_rules import CODE, ID, Fields, parse_count, parse_number, parse_path
from measures import AXES

DEFAULT_STATES = ("HELD",)


def read_filter(raw, path, bad):
    """(states, [(condition, predicate over events)]); an empty list is no condition."""
    fields = Fields({} if raw is None else raw, path, bad)
    one_of = lambda choices: lambda raw: raw if isinstance(raw, str) and raw in choices else None
    states = fields.list_of("states", one_of(STATES), "is not a state")
    found = [read(fields) for read in READERS]
    axes = fields.list_of("require_axes", one_of(AXES), "is not an axis")
    found += [(f"require_axes.{axis}", having(AXES.get(axis), bool_of)) for axis in axes]
    fields.done()
    return tuple(states) or DEFAULT_STATES, [condition for condition in found if condition]


def bool_of(_value):
    """Any value will do."""
    return True


def having(field, holds):
    """A predicate over events: the axis value is there, and `holds` of it."""

    def predicate(event):
        value = getattr(event.values, field)
        return value is not None and holds(value)

    return predicate


def prefixes(condition, field):
    """A prefix matches whole codes."""

    def read(fields):
        wanted = fields.list_of(condition, parse_path, "must be a path of 1 to 6 codes")
        starts = lambda path: any(path[: len(prefix)] == prefix for prefix in wanted)
        return (condition, having(field, starts)) if wanted else None

    return read


def number_range(condition, field, parse):
    """A closed range with one or two ends."""

    def read(fields):
        ends = fields.inner(condition)
        if ends is None:
            return None
        low, high = (ends.parsed(name, parse, "is not such a number") for name in ("min", "max"))
        ends.done()
        if low is not None and high is not None and low > high:
            ends.bad.add(ends.at("max"), "must not be below min")
        within = lambda value: (low is None or low <= value) and (high is None or value <= high)
        return condition, having(field, within)

    return read


def ids(condition, pattern, passes):
    """A list of ids; `passes(event, wanted)`."""

    def read(fields):
        parse = lambda raw: raw if isinstance(raw, str) and pattern.fullmatch(raw) else None
        wanted = set(fields.list_of(condition, parse, "has the wrong form"))
        return (condition, lambda event: passes(event, wanted)) if wanted else None

    return read


def read_time(fields):
    """[start, end) overlaps the event's; either end may be open."""
    span = fields.inner("time")
    if span is None:
        return None
    start, end = span.instant("start_time"), span.instant("end_time")
    span.done()
    if start is not None and end is not None and end <= start:
        span.bad.add(span.at("end_time"), "must be after start_time")
    return "time", lambda e: (end is None or e.start < end) and (start is None or start < e.end)


def degrees(fields, name, limit):
    """A latitude (limit 90) or a longitude (180)."""
    return fields.number(name, lambda angle: abs(angle) <= limit, f"must be in -{limit}..{limit}", True)


def read_box(fields):
    """A closed box of plain degrees."""
    box = fields.inner("bounding_box")
    if box is None:
        return None
    south, north = degrees(box, "south", 90), degrees(box, "north", 90)
    west, east = degrees(box, "west", 180), degrees(box, "east", 180)
    box.done()
    if south is not None and north is not None and south > north:
        box.bad.add(box.at("north"), "must not be below south")
    return "bounding_box", having("location", lambda place: box_holds(south, west, north, east, place))


def read_radius(fields):
    """By haversine, ≤."""
    circle = fields.inner("radius")
    if circle is None:
        return None
    centre = degrees(circle, "latitude", 90), degrees(circle, "longitude", 180)
    radius_km = circle.number("radius_km", lambda km: km >= 0, "must be finite and not negative", True)
    circle.done()
    return "radius", having("location", lambda place: haversine_km(centre, place) <= radius_km)


def read_polygon(fields):
    """Plain longitude/latitude rings; closing them is optional."""
    polygon = fields.inner("polygon")
    if polygon is None:
        return None
    reason = "must be a ring of at least 3 positions [longitude, latitude]"
    exterior = polygon.parsed("exterior", parse_ring, reason, required=True)
    interiors = polygon.list_of("interiors", parse_ring, reason)
    polygon.done()
    return "polygon", having("location", lambda place: polygon_holds(exterior, interiors, place))


def parse_ring(raw):
    """The positions without the closing one, or None."""
    positions = [parse_position(position) for position in raw] if isinstance(raw, list) else [None]
    if None in positions:
        return None
    if len(positions) > 1 and positions[0] == positions[-1]:
        positions.pop()
    return positions if len(positions) >= 3 else None


READERS = (
    ids("excluded_event_ids", ID, lambda event, wanted: event.event_id not in wanted),
    ids("excluded_series_ids", ID, lambda event, wanted: event.series_id not in wanted),
    ids("source_ids", CODE, lambda event, wanted: event.source_id in wanted),
    read_time,
    prefixes("nature_prefixes", "nature"),
    prefixes("sector_prefixes", "sector"),
    number_range("participants", "participants", parse_count),
    number_range("footprint_area_m2", "footprint_area_m2", parse_number),
    number_range("duration_s", "duration_s", parse_number),
    read_box,
    read_radius,
    read_polygon,
)
