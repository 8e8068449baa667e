"""Random queries about a file of events, one JSON object per line.

    python3 make_queries.py EVENTS.ndjson N SEED > QUERIES.ndjson

The same arguments give the same bytes. Every query has an `as_of`, so that answers don't depend on
the clock, and every query is legal: refusals are for unit tests.

Start reading at `query`.
"""

import argparse
import json
import math
import random
import sys
from datetime import timedelta

from event import BASES, STATES
from json_rules import EPOCH, MICROSECOND
from measures import AXES
from sosie_oracle import load

COORDINATE_DIGITS = 6
SECOND = 1_000_000


class Maker:
    """Draws queries whose filters hit something, because they are built around real events."""

    def __init__(self, events, seed, with_policies=True):
        self.events, self.dice, self.with_policies = events, random.Random(seed), with_policies
        self.ends = sorted(event.end for event in events)
        self.located = [event for event in events if event.values.location] or [None]

    def chance(self, share):
        return self.dice.random() < share

    def event_with(self, field):
        """A random event that has a value there, or None after a few tries."""
        tries = (self.dice.choice(self.events) for _ in range(20))
        return next((event for event in tries if getattr(event.values, field) is not None), None)

    def query(self):
        """One query."""
        stored = self.chance(0.5)
        made = {"probe": self.stored() if stored else {"draft": self.draft()}, "as_of": rfc3339(self.as_of())}
        if self.chance(0.6):
            made["weights"] = {axis: self.dice.expovariate(1.0) for axis in AXES}
            if self.chance(0.3):
                made["weights"][self.dice.choice(list(AXES))] = 0.0
        if self.chance(0.5) and self.with_policies:
            made["policies"] = {axis: self.policy() for axis in AXES if self.chance(0.5)}
        if self.chance(0.4):
            made["min_coverage"] = self.dice.choice([0.1, 0.25, 0.5, 0.625, 0.75, 1.0])
        made["exclude_probe_series"] = self.chance(0.5)
        made["collapse_series"] = self.chance(0.5)
        made["k"] = self.dice.choice([1, 3, 10, 10, 10, 25, 100])
        made["filter"] = self.filter()
        return self.settled(made, stored)

    def settled(self, made, stored):
        """Weight for the axes that the probe has: a probe with nothing to compare is refused."""
        held = self.values_of_stored(made["probe"]["event_id"]) if stored else self.draft_axes(made["probe"]["draft"])
        weights = made.get("weights")
        if weights and not any(weights[axis] > 0 for axis in held):
            weights[held[0]] = 1.0
        return made

    def values_of_stored(self, event_id):
        values = next(event.values for event in self.events if event.event_id == event_id)
        return [axis for axis, field in AXES.items() if getattr(values, field) is not None]

    @staticmethod
    def draft_axes(draft):
        fields = {"location": "location", "participants": "participants", "nature": "nature", "sector": "sector",
                  "footprint_area_m2": "footprint", "active_duration_s": "duration", "first_date": "season",
                  "start_time": "season"}
        return [axis for field, axis in fields.items() if field in draft]

    def stored(self):
        return {"event_id": self.dice.choice(self.events).event_id}

    def draft(self):
        """Values of one event or of several, some of them shaken, some left out."""
        draft = {}
        for name, draw in (("nature", self.path), ("sector", self.path), ("location", self.place)):
            if self.chance(0.8) and (value := draw(name)) is not None:
                draft[name] = value
        if self.chance(0.7):
            draft["participants"] = self.crowd()
        if self.chance(0.4):
            draft["footprint_area_m2"] = round(math.exp(self.dice.uniform(3, 13)), 1)
        if self.chance(0.4):
            draft["active_duration_s"] = self.dice.randrange(900, 400_000)
        if self.chance(0.7) or not draft:
            draft.update(self.times())
        return draft

    def path(self, field):
        """The path of an event, at times cut short or led astray."""
        event = self.event_with(field)
        if event is None:
            return None
        codes = list(getattr(event.values, field))
        if self.chance(0.3):
            codes = codes[: self.dice.randint(1, len(codes))]
        if self.chance(0.1) and len(codes) < 6:
            codes.append("never-seen")
        return "/".join(codes)

    def place(self, _field=None):
        centre = self.dice.choice(self.located)
        if centre is None:
            return {"latitude": self.degrees(-90, 90), "longitude": self.degrees(-180, 180)}
        latitude, longitude = centre.values.location
        spread = self.dice.choice([0.0, 0.001, 0.01, 0.1])
        return {
            "latitude": clamped(latitude + self.dice.gauss(0, 1) * spread, 90),
            "longitude": clamped(longitude + self.dice.gauss(0, 1) * spread, 180),
        }

    def degrees(self, low, high):
        return round(self.dice.uniform(low, high), COORDINATE_DIGITS)

    def crowd(self):
        event = self.event_with("participants")
        best = event.values.participants if event else self.dice.randrange(10_000)
        crowd = {"best": int(best * self.dice.choice([1, 1, 0.5, 2, 3]))}
        if self.chance(0.4):
            crowd["basis"] = self.dice.choice(BASES)
        return crowd

    def times(self):
        """Dates alone, or instants."""
        event = self.dice.choice(self.events)
        first = event.first_date + timedelta(days=self.dice.randrange(-3, 400))
        if self.chance(0.5):
            dates = {"first_date": first.isoformat()}
            if self.chance(0.5):
                dates["last_date"] = (first + timedelta(days=self.dice.randrange(0, 12))).isoformat()
            return dates
        start = event.start + self.dice.randrange(0, 400 * 24) * 3600 * SECOND
        end = start + self.dice.randrange(1, 200) * 900 * SECOND
        zone = self.dice.choice(["Europe/Paris", "America/Los_Angeles", "UTC"])
        return {"start_time": rfc3339(start), "end_time": rfc3339(end), "time_zone": zone}

    def as_of(self):
        """Often after everything, else amid the events: right at an end, or a microsecond before."""
        if self.chance(0.5):
            return self.ends[-1] + 400 * 86_400 * SECOND
        return self.dice.choice(self.ends) - self.dice.choice([0, 0, 1])

    def policy(self):
        return self.dice.choice(["ZERO", "RENORMALISE", {"NEUTRAL": self.dice.choice([0.1, 0.5, 0.9])}])

    def filter(self):
        """Mostly few conditions: many at once let nothing pass."""
        share = self.dice.choice([0.0, 0.06, 0.06, 0.15])
        drawn = {name: draw() for name, draw in self.conditions() if self.chance(share)}
        return {name: condition for name, condition in drawn.items() if condition}

    def conditions(self):
        """Every condition there is, and how to draw one."""
        return (
            ("nature_prefixes", lambda: self.prefixes("nature")),
            ("sector_prefixes", lambda: self.prefixes("sector")),
            ("states", lambda: self.dice.sample(STATES, self.dice.randint(1, 4))),
            ("time", self.time_span),
            ("participants", lambda: self.span("participants", int)),
            ("footprint_area_m2", lambda: self.span("footprint_area_m2", float)),
            ("duration_s", lambda: self.span("duration_s", float)),
            ("bounding_box", self.box),
            ("radius", self.radius),
            ("polygon", self.polygon),
            ("source_ids", lambda: self.some(lambda event: event.source_id)),
            ("excluded_event_ids", lambda: self.some(lambda event: event.event_id)),
            ("excluded_series_ids", lambda: self.some(lambda event: event.series_id)),
            ("require_axes", lambda: self.dice.sample(list(AXES), self.dice.randint(1, 2))),
        )

    def some(self, key):
        drawn = {key(self.dice.choice(self.events)) for _ in range(self.dice.randint(1, 5))}
        return sorted(drawn - {None})

    def prefixes(self, field):
        drawn = filter(None, (self.event_with(field) for _ in range(self.dice.randint(1, 3))))
        cut = lambda codes: "/".join(codes[: self.dice.randint(1, len(codes))])
        return sorted({cut(getattr(event.values, field)) for event in drawn})

    def span(self, field, kind):
        """Ends taken from events, so that closed ends are met."""
        ends = [getattr(event.values, field) for event in (self.event_with(field), self.event_with(field)) if event]
        if len(ends) < 2:
            return None
        low, high = sorted(map(kind, ends))
        return self.dice.choice([{"min": low}, {"max": high}, {"min": low, "max": high}])

    def time_span(self):
        """Ends taken from events, so that touching intervals are met."""
        moments = sorted({self.dice.choice(self.events).start, self.dice.choice(self.events).end})
        if len(moments) < 2:
            return None
        start, end = map(rfc3339, moments)
        return self.dice.choice([{"start_time": start}, {"end_time": end}, {"start_time": start, "end_time": end}])

    def centre(self):
        event = self.dice.choice(self.located)
        return event.values.location if event else (self.degrees(-80, 80), self.degrees(-170, 170))

    def box(self):
        """Two events at its corners, so that closed edges are met; at times the long way round."""
        (lat_a, lon_a), (lat_b, lon_b) = self.centre(), self.centre()
        west, east = (lon_a, lon_b) if self.chance(0.1) else sorted((lon_a, lon_b))
        return {"south": min(lat_a, lat_b), "north": max(lat_a, lat_b), "west": west, "east": east}

    def radius(self):
        latitude, longitude = self.centre()
        return {"latitude": latitude, "longitude": longitude, "radius_km": self.dice.choice([0, 0.5, 2, 10, 500])}

    def polygon(self):
        """A star around an event with a hole at times, or a triangle with events at its corners."""
        if self.chance(0.3):
            corners = [[longitude, latitude] for latitude, longitude in (self.centre() for _ in range(3))]
            return {"exterior": corners + corners[:1]}
        centre, size = self.centre(), self.dice.choice([0.005, 0.05, 0.5])
        polygon = {"exterior": self.star(centre, size)}
        if self.chance(0.4):
            polygon["interiors"] = [self.star(centre, size / 4)]
        return polygon

    def star(self, centre, size):
        """A closed ring that sees its centre."""
        corners, ring = self.dice.randint(3, 12), []
        for corner in range(corners):
            angle, reach = 2 * math.pi * corner / corners, size * self.dice.uniform(0.5, 1.5)
            longitude = clamped(centre[1] + reach * math.cos(angle), 180)
            ring.append([longitude, clamped(centre[0] + reach * math.sin(angle), 90)])
        return ring + ring[:1]


def clamped(angle, limit):
    return round(max(-limit, min(limit, angle)), COORDINATE_DIGITS)


def rfc3339(instant):
    """In UTC, microseconds only where there are any."""
    return (EPOCH + instant * MICROSECOND).isoformat().replace("+00:00", "Z")


def main():
    """Queries on standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events")
    parser.add_argument("n", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--no-policies", action="store_true", help="leave the policies of the profile as they are")
    told = parser.parse_args()
    with open(told.events, encoding="utf-8") as lines:
        events, _ = load(lines)
    if not events:
        sys.exit("no event could be read")
    maker = Maker(events, told.seed, with_policies=not told.no_policies)
    for _ in range(told.n):
        print(json.dumps(maker.query()))


if __name__ == "__main__":
    main()
