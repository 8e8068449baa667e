"""The exact search: every candidate is scored, nothing is skipped.

**Law.** The order is total: score ↓, coverage ↓, start ↓, event_id ↑ bytewise.

Start reading at `gates`, then `ranked`, then `answer`.
"""

from collections import Counter
from dataclasses import dataclass

from scoring import ledger, probe_axes, score


@dataclass(slots=True)
class Hit:
    """An event that was really compared; `members` is how many of its series matched."""

    event: object
    score: float
    coverage: float
    members: int = 1

    def key(self):
        """Sorts best first."""
        return -self.score, -self.coverage, -self.event.start, self.event.event_id.encode()


def gates(query, event):
    """The rules other than the filter that keep an event from being a candidate."""
    closed = []
    if query.probe_id is not None and event.event_id == query.probe_id:
        closed.append("PROBE_ITSELF")
    if query.exclude_probe_series and query.probe_series and event.series_id == query.probe_series:
        closed.append("PROBE_SERIES")
    if event.state not in query.states:
        closed.append("STATE")
    if event.end > query.as_of or event.known > query.as_of:
        closed.append("AS_OF")
    return closed


def failed_conditions(query, event):
    """The conditions of the filter that an event doesn't meet."""
    return [f"FILTER:{name}" for name, passes in query.conditions if not passes(event)]


def candidates(query, events):
    """Every event that no rule keeps out."""
    meets_all = lambda event: all(passes(event) for _, passes in query.conditions)
    return [event for event in events if not gates(query, event) and meets_all(event)]


def ranked(query, passed):
    """The hits among the candidates, best first, series collapsed if that is asked."""
    axes = probe_axes(query.profile, query.probe)
    hits = []
    for event in passed:
        scored = score(axes, query.probe, event.values)
        if scored and scored[1] >= query.profile.min_coverage:
            hits.append(Hit(event, *scored))
    hits.sort(key=Hit.key)
    return collapsed(hits) if query.collapse_series else hits


def collapsed(hits):
    """Of each series its best member only; `hits` come best first. No series is a series of one."""
    best = {}
    for hit in hits:
        series = hit.event.series_id
        name = ("event", hit.event.event_id) if series is None else ("series", series)
        first = best.setdefault(name, hit)
        if first is not hit:
            first.members += 1
    return list(best.values())


def answer(query, events):
    """The JSON answer of a query."""
    passed = candidates(query, events)
    hits = ranked(query, passed)
    shown = [hit_json(query, rank, hit) for rank, hit in enumerate(hits[: query.k], 1)]
    said = {"hits": shown, "candidates": len(passed)}
    if query.explain is not None:
        said["explanation"] = explain(query, events, hits)
    if query.facets:
        said["facets"] = {"/".join(map(str, f)) if f[1] else f[0]: facet(passed, *f) for f in query.facets}
    return said


def hit_json(query, rank, hit):
    """One hit with its ledger."""
    return {
        "event_id": hit.event.event_id,
        "score": hit.score,
        "coverage": hit.coverage,
        "rank": rank,
        "series_member_count": hit.members,
        "ledger": ledger(query.profile, query.probe, hit.event.values),
    }


def explain(query, events, hits):
    """The rank of one event, or the rules that keep it out; its ledger either way."""
    event = next((event for event in events if event.event_id == query.explain), None)
    if event is None:
        return {"error": {"code": "NOT_FOUND", "field": "explain"}}
    scored = score(probe_axes(query.profile, query.probe), query.probe, event.values)
    rank = next((rank for rank, hit in enumerate(hits, 1) if hit.event is event), None)
    said = {"event_id": event.event_id, "rank": rank, "reasons": [] if rank else reasons(query, event, scored)}
    said["score"], said["coverage"] = scored or (None, 0.0)
    said["ledger"] = ledger(query.profile, query.probe, event.values)
    return said


def reasons(query, event, scored):
    """Why an event is not a hit; only one that passes all else is kept out by its series."""
    closed = gates(query, event) + failed_conditions(query, event)
    if scored is None or scored[1] < query.profile.min_coverage:
        closed.append("COVERAGE")
    return closed or ["SERIES_COLLAPSE"]


def facet(passed, name, depth):
    """Counts of candidates: by the first `depth` codes, by local start, or by source."""
    if name in ("nature", "sector"):
        paths = [getattr(event.values, name) or () for event in passed]
        return dict(sorted(Counter("/".join(p[:depth]) for p in paths if len(p) >= depth).items()))
    key = {
        "month": lambda event: f"{event.first_date.month:02}",
        "weekday": lambda event: str(event.first_date.isoweekday()),
        "source": lambda event: event.source_id,
    }[name]
    return dict(sorted(Counter(map(key, passed)).items()))
