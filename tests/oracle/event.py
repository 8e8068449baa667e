"""An event as SPEC section 2 has it: its fields, their rules, and what is derived from them.

**Law.** `read_event` gives an event or violations, never both; a missing axis value is no violation.

Start reading at `AxisValues`, then `read_event`, then `Times`.
"""

from dataclasses import dataclass
from datetime import timedelta

from geometry import read_footprint
from json_rules import CODE, ID, Fields, Violations, parse_date, parse_number
from local_time import (
    SECOND, days, first_instant_of, local_date, share, stretches, summer_before, weekend_before, zone,
)

STATES = ("PLANNED", "HELD", "CANCELLED", "POSTPONED")
PRECISIONS = ("EXACT", "DAY")
BASES = ("PEAK", "DAILY", "TOTAL")


@dataclass(slots=True)
class AxisValues:
    """What an event has on the eight axes; None is missing. A draft has only this."""

    location: tuple | None = None  # latitude, longitude in degrees
    participants: int | None = None
    basis: str | None = None
    nature: tuple | None = None
    sector: tuple | None = None
    weekend_share: float | None = None
    summer_share: float | None = None
    footprint_area_m2: float | None = None
    duration_s: float | None = None
    start_day_of_year: int | None = None  # 1–366, local


@dataclass(slots=True)
class Event:
    """A stored event. Instants are microseconds since the epoch, end exclusive."""

    event_id: str
    series_id: str | None
    state: str
    start: int
    end: int
    first_date: object
    known: int
    source_id: str
    values: AxisValues


@dataclass(slots=True)
class Times:
    """What the times of an event or a draft say; `elapsed_s` None is a one-day event without hours."""

    first_date: object
    elapsed_s: float | None
    local: list  # stretches of local time, see local_time


def read_event(raw, ingest_time=None):
    """(event, []) or (None, violations). `ingest_time` None makes `known_time` default to the end."""
    bad = Violations()
    fields = Fields(raw, "", bad)
    event_id = fields.text("event_id", ID, required=True)
    series_id = fields.text("series_id", ID)
    state = fields.choice("state", STATES, required=True)
    source_id = fields.text("source_id", CODE, required=True)
    start, end, times = read_times(fields, required=True)
    known = fields.instant("known_time")
    read_outcomes(fields)
    values = read_axis_values(fields, times)
    fields.done()
    if bad:
        return None, bad
    if known is None:
        known = end if ingest_time is None else ingest_time
    return Event(event_id, series_id, state, start, end, times.first_date, known, source_id, values), bad


def read_draft(raw, path, bad):
    """(axis values, series_id) of a probe that isn't stored: times, dates alone, or neither."""
    fields = Fields(raw, path, bad)
    series_id = fields.text("series_id", ID)
    times = read_dates(fields)
    _, _, timed = read_times(fields, required=False)
    if times and timed:
        bad.add(fields.at("first_date"), "is not for a draft with times")
    values = read_axis_values(fields, timed or times)
    fields.done()
    return values, series_id


def read_axis_values(fields, times):
    """Every axis value that the fields give, stated or derived."""
    active = fields.number("active_duration_s", lambda s: s > 0, "must be finite and above 0")
    location = read_location(fields)
    participants, basis = read_participants(fields)
    area = fields.number("footprint_area_m2", lambda m2: m2 > 0, "must be finite and above 0")
    shape = fields.inner("footprint")
    shape = shape and read_footprint(shape)
    if shape:
        area = shape[0]() if area is None else area
        location = location or shape[1]
    values = AxisValues(location, participants, basis, footprint_area_m2=area, duration_s=active)
    values.nature, values.sector = fields.path_of_codes("nature"), fields.path_of_codes("sector")
    if times:
        derive(values, times)
    return values


def derive(values, times):
    """Fills in what is never supplied."""
    if values.duration_s is None:
        values.duration_s = times.elapsed_s
    values.weekend_share = share(times.local, weekend_before)
    values.summer_share = share(times.local, summer_before)
    values.start_day_of_year = times.first_date.timetuple().tm_yday


def read_location(fields):
    """(latitude, longitude) or None."""
    place = fields.inner("location")
    if place is None:
        return None
    latitude = place.number("latitude", lambda y: -90 <= y <= 90, "must be in -90..90", True)
    longitude = place.number("longitude", lambda x: -180 <= x <= 180, "must be in -180..180", True)
    place.done()
    return None if latitude is None or longitude is None else (latitude, longitude)


def read_participants(fields):
    """(best, basis); 0 ≤ low ≤ best ≤ high."""
    crowd = fields.inner("participants")
    if crowd is None:
        return None, None
    best = crowd.count("best", required=True)
    low, high = crowd.count("low"), crowd.count("high")
    basis = crowd.choice("basis", BASES)
    crowd.done()
    if None not in (low, best) and low > best:
        crowd.bad.add(crowd.at("low"), "must not be above best")
    if None not in (high, best) and high < best:
        crowd.bad.add(crowd.at("high"), "must not be below best")
    return best, basis


def read_outcomes(fields):
    """Checked and dropped: no axis uses them."""
    outcomes = fields.take("outcomes")
    if outcomes is None:
        return
    if not isinstance(outcomes, dict):
        fields.bad.add(fields.at("outcomes"), "must be an object")
        return
    for code, value in outcomes.items():
        number = parse_number(value)
        if not CODE.fullmatch(code):
            fields.bad.add(fields.at("outcomes"), "has a key that is not a code")
        elif number is None or number < 0:
            fields.bad.add(f"{fields.at('outcomes')}.{code}", "must be finite and not negative")


def read_times(fields, required):
    """(start, end, Times or None) of the instants."""
    start, end = fields.instant("start_time", required), fields.instant("end_time", required)
    given = required or start is not None or end is not None
    name = fields.parsed("time_zone", known_zone, "must be an IANA time zone", given)
    precision = fields.choice("time_precision", PRECISIONS, required)
    if not required and given:
        for instant, field in ((start, "start_time"), (end, "end_time")):
            if instant is None and fields.raw.get(field) is None:
                fields.bad.add(fields.at(field), "is required with the other")
    if None in (start, end, name) or (required and precision is None):
        return start, end, None
    if end <= start:
        fields.bad.add(fields.at("end_time"), "must be after start_time")
        return start, end, None
    try:
        by_day = precision == "DAY"
        times = day_times(fields, start, end, zone(name)) if by_day else exact_times(start, end, zone(name))
    except OverflowError:
        fields.bad.add(fields.at("start_time"), "must have a local date in the years 1..9999")
        times = None
    return start, end, times


def known_zone(name):
    """The name itself if the database has it."""
    return name if isinstance(name, str) and zone(name) else None


def exact_times(start, end, tz):
    """EXACT: by the clock."""
    return Times(local_date(start, tz), (end - start) / SECOND, stretches(start, end, tz))


def day_times(fields, start, end, tz):
    """DAY: only the local dates are known, so both ends have to be the first instant of a day."""
    first, past = local_date(start, tz), local_date(end, tz)
    for field, instant, day in (("start_time", start, first), ("end_time", end, past)):
        if first_instant_of(day, tz) != instant:
            fields.bad.add(fields.at(field), "must be local midnight, as time_precision is DAY")
    return whole_days(first, past) if past > first else None


def whole_days(first, past):
    """The times of the calendar days `first` … `past` - 1."""
    count = (past - first).days
    return Times(first, None if count == 1 else 86_400.0 * count, days(first, past))


def read_dates(fields):
    """The `Times` of a draft's `first_date` … `last_date`, both included; the last may be absent."""
    first = fields.parsed("first_date", parse_date, "must be YYYY-MM-DD")
    last = fields.parsed("last_date", parse_date, "must be YYYY-MM-DD")
    if first is None:
        if last is not None:
            fields.bad.add(fields.at("first_date"), "is required with last_date")
        return None
    last = last or first
    if last < first:
        fields.bad.add(fields.at("last_date"), "must not be before first_date")
        return None
    return whole_days(first, last + timedelta(days=1))
