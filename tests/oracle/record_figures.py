"""What a data set shows, from its own file and the mapping that reads it: a second reading of deploy/mappings/README.md.

Reads the keys that the mappings of San Diego and Seattle have; any other key stops it, since a figure that leaves a rule out would
be a guess.

**Law.** A row is refused, or it is an event; of several events of one id the last one counts.

Start reading at `figures`.
"""

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

AXES = ("location", "participants", "nature", "sector", "day_kind", "season", "footprint", "duration")
ID_FORM = re.compile(r"[A-Za-z0-9._:-]{1,64}")
NUMBER_FORM = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
PARTICIPANTS_MAX = 10**9
AREA_M2_MAX = 5.2e14
EVENT_DAYS_MAX = 36_525
STATES = ("PLANNED", "HELD", "CANCELLED", "POSTPONED")
KEYS = {
    "": {"format", "delimiter", "decimal", "null_markers", "source", "fields", "ignored"},
    "fields": {"event_id", "series_id", "state", "time_zone", "times", "nature", "sector", "location",
               "participants", "footprint_area_m2"},
    "times": {"start", "end", "formats", "precision"},
    "path": {"levels"},
    "level": {"column", "constant", "rename"},
    "column": {"name", "split", "part", "null"},
    "location": {"latitude", "longitude", "within", "on_invalid"},
    "participants": {"best", "on_invalid"},
    "number": {"column", "on_invalid"},
    "choice": {"constant", "column", "map"},
}


class Refused(Exception):
    """A row that is no event."""


class Unread(Exception):
    """A key of a mapping that is not read here."""


@dataclass
class Event:
    """What of an event the figures are made of."""

    start: datetime
    end: datetime
    values: set


@dataclass
class Figures:
    """The figures of a data set."""

    source: dict
    read: int = 0
    refused: int = 0
    events: dict = field(default_factory=dict)

    @property
    def rows(self):
        """Events in use."""
        return len(self.events)

    def missing(self, axis):
        """Events without a value."""
        return sum(axis not in event.values for event in self.events.values())

    def period(self):
        """The first start and the last end."""
        return min(e.start for e in self.events.values()), max(e.end for e in self.events.values())


def known(where, table):
    """The table, if all of its keys are read here."""
    unread = set(table) - KEYS[where]
    if unread:
        raise Unread(f"{where or 'the mapping'}: {sorted(unread)}")
    return table


def figures(mapping_path, file_path):
    """The figures of a file as its mapping reads it."""
    with open(mapping_path, "rb") as text:
        mapping = known("", tomllib.load(text))
    if mapping["format"] != "csv" or mapping["source"]["known_time"] != "end_time":
        raise Unread("another format, or another known_time")
    known("fields", mapping["fields"])
    found = Figures(mapping["source"])
    with open(file_path, encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, delimiter=mapping.get("delimiter", ","))
        header = next(rows)
        for cells in rows:
            if not cells:
                continue
            found.read += 1
            try:
                event_id, event = read_row(mapping, header, cells)
                found.events[event_id] = event
            except Refused:
                found.refused += 1
    return found


def read_row(mapping, header, cells):
    """The id and the event of a row."""
    if len(cells) != len(header):
        raise Refused("columns")
    row, fields = Row(mapping, dict(zip(header, cells))), mapping["fields"]
    event_id = row.text(fields["event_id"])
    series_id = row.text(fields["series_id"]) if "series_id" in fields else None
    for told in (event_id, series_id or "x"):
        if not told or not ID_FORM.fullmatch(told):
            raise Refused("id")
    row.choice(fields["state"], STATES)
    zone = ZoneInfo(row.choice(fields["time_zone"], None))
    start, end, duration_is_known = times(row, known("times", fields["times"]), zone)
    values = {"day_kind", "season"}
    if duration_is_known:
        values.add("duration")
    present = {
        "location": row.location(fields.get("location")),
        "participants": row.participants(fields.get("participants")),
        "nature": row.path(fields.get("nature")),
        "sector": row.path(fields.get("sector")),
        "footprint": row.area(fields.get("footprint_area_m2")),
    }
    return event_id, Event(start, end, values | {axis for axis, is_there in present.items() if is_there})


class Row:
    """A row, read by the conventions of its mapping."""

    def __init__(self, mapping, cells):
        self.cells, self.nulls = cells, mapping.get("null_markers", [])
        if mapping.get("decimal", ".") != ".":
            raise Unread("decimal")

    def text(self, column):
        """A column or a part of it; None if it is missing."""
        if isinstance(column, str):
            column = {"name": column}
        known("column", column)
        nulls = [*self.nulls, *column.get("null", [])]

        def full(text):
            text = text.strip()
            return None if not text or text in nulls else text

        told = full(self.cells[column["name"]])
        if told is None or "split" not in column:
            return told
        parts, at = told.split(column["split"]), column["part"]
        at = at - 1 if at > 0 else len(parts) + at
        return full(parts[at]) if 0 <= at < len(parts) else None

    def choice(self, form, names):
        """A constant, or what a column's value stands for."""
        known("choice", form)
        if "constant" in form:
            return form["constant"]
        told = self.text(form["column"])
        meanings = {normal(text): name for text, name in form["map"].items()}
        if told is None or normal(told) not in meanings or meanings[normal(told)] not in names:
            raise Refused("unlisted")
        return meanings[normal(told)]

    def number(self, column, least, most, least_is_in=True):
        """A finite number within limits; None if it is missing."""
        told = self.text(column)
        if told is None:
            return None
        plain = "".join(told.split())
        if not NUMBER_FORM.fullmatch(plain):
            raise Refused("no number")
        number = float(plain)
        if not (least <= number <= most) or (number == least and not least_is_in):
            raise Refused("out of range")
        return number

    def location(self, form):
        """Whether there is a place."""
        if form is None:
            return False
        known("location", form)
        return optional(form, lambda: self.point(form))

    def point(self, form):
        """Whether both degrees are there, and where they may be."""
        latitude = self.number(form["latitude"], -90, 90)
        longitude = self.number(form["longitude"], -180, 180)
        if latitude is None and longitude is None:
            return False
        if latitude is None or longitude is None:
            raise Refused("half a place")
        within = form.get("within")
        if within and not (within["south"] <= latitude <= within["north"] and within["west"] <= longitude <= within["east"]):
            raise Refused("outside")
        return True

    def participants(self, form):
        """Whether there is a count."""
        if form is None:
            return False
        known("participants", form)
        return optional(form, lambda: self.number(form["best"], 0, PARTICIPANTS_MAX) is not None)

    def area(self, form):
        """Whether there is an area."""
        if form is None:
            return False
        form = {"column": form} if isinstance(form, str) else known("number", form)
        return optional(form, lambda: self.number(form["column"], 0, AREA_M2_MAX, False) is not None)

    def path(self, form):
        """Whether a column says the first level that is no constant, and all levels before it are there."""
        if form is None:
            return False
        for level in known("path", form)["levels"]:
            if "constant" in known("level", level):
                continue
            told = self.text(level["column"])
            return told is not None and bool(normal(told))
        return False


def optional(form, read):
    """What is read, or nothing where the mapping says that an invalid value is missing."""
    try:
        return read()
    except Refused:
        if form.get("on_invalid") != "missing":
            raise
        return False


def normal(text):
    """Letters and digits, whatever their case and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain.lower() if sign.isalnum())


def times(row, form, zone):
    """Start, end, and whether the duration is known."""
    told = [row.text(form[end]) for end in ("start", "end")]
    if None in told:
        raise Refused("times")
    start, end = (parsed(text, form["formats"]) for text in told)
    if form["precision"]["constant"] == "EXACT":
        start, end = instant(start, zone), instant(end, zone)
        check_order(start, end)
        return start, end, True
    first, last = start.date(), end.date()
    if last < first:
        raise Refused("order")
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    check_order(start, end)
    return start, end, last > first


def check_order(start, end):
    """An event ends after it starts, and lasts a century at most."""
    if end <= start or end - start > timedelta(days=EVENT_DAYS_MAX):
        raise Refused("order")


def parsed(text, formats):
    """By the first format that reads it."""
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise Refused("no time")


def instant(local, zone):
    """The first instant at which the clocks show that; one that they skip is refused."""
    at = local.replace(tzinfo=zone).astimezone(timezone.utc)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise Refused("skipped")
    return at


def midnight(day: date, zone):
    """Midnight of a day, in a zone that never skips it."""
    return instant(datetime(day.year, day.month, day.day), zone)


def rfc3339(moment):
    """As the record tells an instant."""
    text = moment.astimezone(timezone.utc).isoformat()
    return text.replace("+00:00", "Z")
