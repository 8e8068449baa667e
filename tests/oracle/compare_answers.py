"""Compares answers of another implementation with the oracle's, query by query.

    python3 compare_answers.py EVENTS.ndjson QUERIES.ndjson OTHER.ndjson [--now ..] [--tolerance 1e-9]

OTHER has one answer per query, in the oracle's form; `ledger` and `candidates` may be absent. Two
implementations may round a last digit differently, so hits whose scores are within the
tolerance of each other may change places; that is counted, and anything else is a difference.

Start reading at `differences`.
"""

import argparse
import json
import sys
from dataclasses import replace
from datetime import datetime, timezone

from json_rules import Invalid, NotFound, parse_instant, parse_json
from queries import read_query
from search import answer, candidates, hit_json, ranked
from sosie_oracle import Oracle, load

NUMBERS = ("distance", "similarity", "weight", "effective_weight", "contribution")


def differences(oracle, raw, other, tolerance):
    """(what differs, how many ranks hold another hit) of one answer."""
    try:
        query = read_query(raw, oracle.by_id, oracle.now)
    except (Invalid, NotFound):
        return ([] if "error" in other else ["the oracle refuses this query"]), 0
    if "error" in other:
        return [f"refused: {other['error']}"], 0
    mine = answer(query, oracle.events)
    found = []
    if "candidates" in other and other["candidates"] != mine["candidates"]:
        found.append(f"candidates {other['candidates']}, expected {mine['candidates']}")
    swaps, wrong = order_differences(oracle, query, mine["hits"], other["hits"], tolerance)
    return found + wrong, swaps


def order_differences(oracle, query, mine, theirs, tolerance):
    """(near ties, what differs) of the two lists of hits."""
    if len(mine) != len(theirs):
        return 0, [f"{len(theirs)} hits, expected {len(mine)}"]
    # Past k and past the collapse, where the other side of a near tie is to be found.
    hits = ranked(replace(query, collapse_series=False), candidates(query, oracle.events))
    known = {hit.event.event_id: hit for hit in hits}
    expected_ids = {row["event_id"] for row in mine}
    swaps, wrong = 0, list(own_order(known, theirs))
    for rank, (expected, found) in enumerate(zip(mine, theirs), 1):
        hit, place = known.get(found["event_id"]), f"rank {rank}, {found['event_id']}"
        if hit is None:
            wrong.append(f"{place}: is not a hit, expected {expected['event_id']}")
            continue
        swaps += found["event_id"] != expected["event_id"]
        why = [*place_differences(hit, expected, found, expected_ids, tolerance)]
        wrong += [f"{place}: {what}" for what in why + [*hit_differences(query, hit, found, tolerance)]]
    return swaps, wrong


def own_order(known, theirs):
    """The other list has to be in order by its own numbers: exact ties can't hide in the tolerance."""
    keys = [
        (-row["score"], -row["coverage"], -known[row["event_id"]].event.start, row["event_id"].encode())
        for row in theirs
        if row["event_id"] in known
    ]
    for rank, (upper, lower) in enumerate(zip(keys, keys[1:]), 2):
        if upper >= lower:
            yield f"rank {rank}, {lower[3].decode()}: is not below the one before it"


def place_differences(hit, expected, found, expected_ids, tolerance):
    """Does this hit belong at this rank, where the oracle has `expected`?"""
    if abs(hit.score - expected["score"]) > tolerance:
        yield f"expected {expected['event_id']} with {expected['score']}, not {hit.score}"
    # Where both have the same bits there is nothing to round: the tie was decided wrongly.
    elif found["event_id"] not in expected_ids and found["score"] == hit.score == expected["score"]:
        yield f"expected {expected['event_id']}, which wins this tie"
    if found["event_id"] == expected["event_id"] and not same(expected, found, "series_member_count", 0):
        yield f"series_member_count {found.get('series_member_count')}, expected {expected['series_member_count']}"


def hit_differences(query, hit, found, tolerance):
    """What differs in the numbers of one hit, wherever it stands."""
    mine = hit_json(query, 0, hit)
    for name in ("score", "coverage"):
        if not same(mine, found, name, tolerance):
            yield f"{name} {found[name]}, expected {mine[name]}"
    if "ledger" not in found:
        return
    if [row["axis"] for row in mine["ledger"]] != [row["axis"] for row in found["ledger"]]:
        yield "the axes of the ledger"
        return
    for expected, row in zip(mine["ledger"], found["ledger"]):
        for name in ("status", *NUMBERS):
            if name in row and not same(expected, row, name, tolerance):
                yield f"ledger {row['axis']}.{name} {row[name]}, expected {expected[name]}"


def same(mine, theirs, name, tolerance):
    """Equal, or two numbers within the tolerance (relative above 1)."""
    a, b = mine[name], theirs.get(name)
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        return a == b
    return abs(a - b) <= tolerance * max(1.0, abs(a))


def main():
    """A line per difference; the exit code says whether there was one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("events", "queries", "other"):
        parser.add_argument(name)
    parser.add_argument("--now")
    parser.add_argument("--known-time", choices=("ingest", "end_time"), default="ingest")
    parser.add_argument("--tolerance", type=float, default=1e-9)
    told = parser.parse_args()
    now = parse_instant(told.now or datetime.now(timezone.utc).isoformat())
    with open(told.events, encoding="utf-8") as lines:
        events, _ = load(lines, now if told.known_time == "ingest" else None)
    oracle = Oracle(events, now)
    queries = [parse_json(line) for line in open(told.queries, encoding="utf-8") if line.strip()]
    others = [json.loads(line) for line in open(told.other, encoding="utf-8") if line.strip()]
    if len(queries) != len(others):
        sys.exit(f"{len(queries)} queries, {len(others)} answers")
    bad = ties = 0
    for number, (raw, other) in enumerate(zip(queries, others), 1):
        wrong, swaps = differences(oracle, raw, other, told.tolerance)
        bad, ties = bad + bool(wrong), ties + swaps
        for why in wrong:
            print(f"query {number}: {why}")
    print(f"{len(queries)} queries, {bad} differ, {ties} ranks hold a near tie")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
