"""Reading JSON strictly: every wrong field is told by its path and a reason, never by its value.

**Law.** A field nobody asked for is a violation, at every level; `null` is the same as absent.

Start reading at `Fields`.
"""

import json
import math
import re
from datetime import datetime, timedelta, timezone

ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PATH_CODES_MAX = 6
COUNT_MAX = 2**63 - 1  # what a signed 64-bit count can hold
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


class Violations(list):
    """Pairs (field path, reason), in the order they were found."""

    def add(self, path, reason):
        self.append((path, reason))


class Invalid(Exception):
    """Something the caller can mend; carries the violations."""

    def __init__(self, violations):
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in violations))
        self.violations = violations


class NotFound(Exception):
    """A name that nothing stored answers to."""


class Unsupported(Exception):
    """The oracle can't say. It stops the run: a silent guess would look like agreement."""


def parse_json(text):
    """The JSON value in `text`; NaN, Infinity and repeated keys are refused (ValueError)."""
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def _unique_keys(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def parse_instant(text):
    """Microseconds since 1970-01-01T00:00:00Z of an RFC 3339 text, or None."""
    match = INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    date, clock, fraction, offset = match.groups()
    offset = "+00:00" if offset in "Zz" else offset
    try:
        moment = datetime.fromisoformat(f"{date}T{clock}{offset}").astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return (moment - EPOCH) // MICROSECOND + int((fraction or "").ljust(6, "0"))


def parse_date(text):
    """The `date` of `YYYY-MM-DD`, or None."""
    if not isinstance(text, str) or not DATE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def parse_path(text):
    """The codes of `a/b/c` as a tuple, or None if it isn't a path of 1–6 codes."""
    codes = tuple(text.split("/")) if isinstance(text, str) else ()
    legal = 1 <= len(codes) <= PATH_CODES_MAX and all(CODE.fullmatch(code) for code in codes)
    return codes if legal else None


def parse_number(value):
    """A finite float, or None. Booleans aren't numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def parse_count(value):
    """A whole number in 0..2^63-1, or None. `800.0` isn't one."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value <= COUNT_MAX else None


class Fields:
    """One JSON object: ask for each field once, then call `done`, which refuses the rest."""

    def __init__(self, raw, path, bad):
        self.path, self.bad, self.asked = path, bad, set()
        self.raw = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            bad.add(path, "must be an object")

    def at(self, name):
        """The full path of a field of this object."""
        return f"{self.path}.{name}" if self.path else name

    def take(self, name, required=False):
        """The raw value, None if absent."""
        self.asked.add(name)
        value = self.raw.get(name)
        if value is None and required:
            self.bad.add(self.at(name), "is required")
        return value

    def parsed(self, name, parse, reason, required=False):
        """`parse(value)`; a violation with `reason` if that is None."""
        raw = self.take(name, required)
        if raw is None:
            return None
        value = parse(raw)
        if value is None:
            self.bad.add(self.at(name), reason)
        return value

    def number(self, name, rule=lambda number: True, reason="must be finite", required=False):
        """A finite number that keeps to `rule`."""

        def parse(raw):
            number = parse_number(raw)
            return number if number is not None and rule(number) else None

        return self.parsed(name, parse, reason, required)

    def count(self, name, required=False):
        """A whole number from 0."""
        return self.parsed(name, parse_count, "must be a whole number from 0", required)

    def instant(self, name, required=False):
        """Microseconds since the epoch."""
        reason = "must be RFC 3339, at most microseconds"
        return self.parsed(name, parse_instant, reason, required)

    def path_of_codes(self, name):
        """A tuple of 1–6 codes."""
        return self.parsed(name, parse_path, "must be a path of 1 to 6 codes")

    def text(self, name, pattern, required=False):
        """A string that matches `pattern` as a whole."""
        parse = lambda raw: raw if isinstance(raw, str) and pattern.fullmatch(raw) else None
        return self.parsed(name, parse, "has the wrong form", required)

    def choice(self, name, choices, required=False):
        """One of `choices`."""
        parse = lambda raw: raw if isinstance(raw, str) and raw in choices else None
        return self.parsed(name, parse, "must be one of " + ", ".join(choices), required)

    def flag(self, name, default):
        """A boolean."""
        parse = lambda raw: raw if isinstance(raw, bool) else None
        value = self.parsed(name, parse, "must be true or false")
        return default if value is None else value

    def list_of(self, name, parse, reason):
        """A list, each member through `parse`; absent is the empty list."""
        raw = self.take(name)
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.bad.add(self.at(name), "must be a list")
            return []
        members = [parse(member) for member in raw]
        for index, member in enumerate(members):
            if member is None:
                self.bad.add(f"{self.at(name)}[{index}]", reason)
        return members

    def inner(self, name, required=False):
        """The `Fields` of an object inside this one, or None if absent."""
        raw = self.take(name, required)
        return None if raw is None else Fields(raw, self.at(name), self.bad)

    def done(self):
        """Refuses every field that wasn't asked for."""
        for name in self.raw:
            if name not in self.asked:
                self.bad.add(self.at(name), "is unknown")
