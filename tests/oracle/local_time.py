"""The local calendar of an event: which share of it is weekend, which is summer.

Instants are whole microseconds since 1970-01-01T00:00:00Z. A *local* time is the same count read off
the wall clock, so that within a stretch of constant offset `local = instant + offset`, and a share
is an exact quotient of two whole numbers.

**Law.** The local stretches of an event are together as long as the event: an hour that the clock
skips isn't in it, an hour that it repeats is in it twice.

Start reading at `stretches`, then `share`.
"""

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from json_rules import EPOCH, MICROSECOND

SECOND = 1_000_000
DAY = 86_400 * SECOND
WEEK = 7 * DAY
EPOCH_DATE = date(1970, 1, 1)
SATURDAY_OFFSET = 2 * DAY  # 1970-01-01 was a Thursday; Saturday the 3rd is two days on
SUMMER_FIRST, SUMMER_PAST = (4, 1), (10, 1)


@lru_cache(maxsize=None)
def zone(name):
    """The `ZoneInfo` of an IANA name as the database spells it, or None."""
    return ZoneInfo(name) if name in _zone_names() else None


@lru_cache(maxsize=1)
def _zone_names():
    # `localtime` and `Factory` are files beside the database's names, not names of zones.
    return frozenset(available_timezones() - {"localtime", "Factory"})


def offset_at(instant, tz):
    """Microseconds that the wall clock is ahead of UTC."""
    return (EPOCH + instant * MICROSECOND).astimezone(tz).utcoffset() // MICROSECOND


def local_date(instant, tz):
    """The date on the wall."""
    return (EPOCH + instant * MICROSECOND).astimezone(tz).date()


def first_instant_of(day, tz):
    """The first instant whose local date is `day`: midnight, or what follows it if it is skipped.

    Where midnight comes twice (Havana in autumn) it is the earlier one.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=tz)
    instant = (midnight.astimezone(timezone.utc) - EPOCH) // MICROSECOND
    if instant + offset_at(instant, tz) == _local_midnight(day):
        return instant
    # In a gap Python reads the wall clock with the offset before it, so `instant` is in the day,
    # and a gap is never longer than a day.
    return _first(instant - DAY, instant, lambda moment: local_date(moment, tz) >= day)


def _local_midnight(day):
    return (day - EPOCH_DATE).days * DAY


def _first(low, high, holds):
    """The first whole number in (low, high] for which `holds`, which holds at `high`."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def stretches(start, end, tz):
    """[start, end) as half-open stretches of local time, one per constant offset."""
    found = []
    while start < end:
        offset = offset_at(start, tz)
        stop = _end_of_offset(start, end, offset, tz)
        found.append((start + offset, stop + offset))
        start = stop
    return found


def _end_of_offset(start, end, offset, tz):
    # Two changes of one zone are never less than a day apart (tested), so steps of one day see all.
    same, probe = start, start
    while probe < end:
        probe = min(probe + DAY, end)
        if offset_at(probe, tz) != offset:
            return _first(same, probe, lambda moment: offset_at(moment, tz) != offset)
        same = probe
    return end


def days(first, past):
    """The calendar days `first` … `past` - 1 as one stretch, every day equally long."""
    return [(_local_midnight(first), _local_midnight(past))]


def share(local_stretches, before):
    """Share of the stretches that `before` counts; `before(t)` is what it counts in [epoch, t)."""
    counted = sum(before(stop) - before(start) for start, stop in local_stretches)
    whole = sum(stop - start for start, stop in local_stretches)
    return counted / whole  # of two integers: correctly rounded


def weekend_before(local):
    """Microseconds of Saturday and Sunday between the epoch and `local` (negative before it)."""
    weeks, rest = divmod(local - SATURDAY_OFFSET, WEEK)
    return weeks * 2 * DAY + min(rest, 2 * DAY)


def summer_before(local):
    """Microseconds of April–September between the epoch and `local` (negative before it)."""
    year = (EPOCH_DATE + timedelta(days=local // DAY)).year
    first, past = summer_of(year)
    return (year - 1970) * (past - first) + min(max(local - first, 0), past - first)


def summer_of(year):
    """Local start and end of a year's summer; it is 183 days long every year."""
    return _local_midnight(date(year, *SUMMER_FIRST)), _local_midnight(date(year, *SUMMER_PAST))
