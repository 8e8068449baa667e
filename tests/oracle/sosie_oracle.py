"""A second reading of the SPEC, sections 2–4: slow, plain, and written without sight of the services.

    python3 sosie_oracle.py EVENTS.ndjson QUERIES.ndjson > ANSWERS.ndjson

Reading order: local_time, geometry, event (section 2); measures, profiles, scoring (section 3);
filters, queries, search (section 4). README.md has the form of a query and of an answer.
"""

import argparse
import json
import sys
from datetime import datetime, timezone

from event import read_event
from json_rules import Invalid, NotFound, parse_instant, parse_json
from queries import read_query
from search import answer


class Oracle:
    """Events in memory, and the answers to queries about them."""

    def __init__(self, events, now):
        self.events, self.now = events, now
        self.by_id = {event.event_id: event for event in events}

    def answer(self, raw):
        """The JSON answer of a raw query; an error is an answer too."""
        try:
            return answer(read_query(raw, self.by_id, self.now), self.events)
        except Invalid as wrong:
            told = [{"field": path, "reason": reason} for path, reason in wrong.violations]
            return {"error": {"code": "INVALID_ARGUMENT", "violations": told}}
        except NotFound as unknown:
            return {"error": {"code": "NOT_FOUND", "field": str(unknown)}}


def load(lines, ingest_time=None):
    """(events, [(line number, violations)]) of NDJSON lines; blank lines don't count."""
    events, rejected, seen = [], [], set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        event, bad = read_line(line, ingest_time)
        if event and event.event_id in seen:
            bad.append(("event_id", "is there already"))
        if bad:
            rejected.append((number, bad))
        else:
            seen.add(event.event_id)
            events.append(event)
    return events, rejected


def read_line(line, ingest_time):
    """One record; a line that isn't JSON is a violation of the whole record."""
    try:
        raw = parse_json(line)
    except ValueError:
        return None, [("", "is not JSON with each key once")]
    return read_event(raw, ingest_time)


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events")
    parser.add_argument("queries")
    parser.add_argument("--now", help="RFC 3339; default of as_of and of known_time; default: the clock")
    parser.add_argument("--known-time", choices=("ingest", "end_time"), default="ingest")
    return parser.parse_args()


def main():
    """Answers on standard output, refused records on standard error."""
    told = arguments()
    now = parse_instant(told.now or datetime.now(timezone.utc).isoformat())
    if now is None:
        sys.exit("--now is not RFC 3339")
    with open(told.events, encoding="utf-8") as lines:
        events, rejected = load(lines, now if told.known_time == "ingest" else None)
    for number, bad in rejected:
        print(f"line {number}: " + "; ".join(f"{path or 'record'}: {why}" for path, why in bad), file=sys.stderr)
    oracle = Oracle(events, now)
    with open(told.queries, encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            print(json.dumps(oracle.answer(parse_json(line)), ensure_ascii=False))


if __name__ == "__main__":
    main()
