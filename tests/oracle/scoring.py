"""Score, coverage and ledger of one candidate against one probe.

    P        = axes with weight > 0 whose value the probe has
    C ⊆ P    = those whose value the candidate has too, comparably
    N        = P without the missing axes whose policy is RENORMALISE
    score    = Σ_N w·s / Σ_N w          coverage = Σ_C w / Σ_P w

**Law.** Sums run in profile order, from the left, in doubles.

Start reading at `score`, then `ledger`.
"""

from profiles import RENORMALISE


def has_value(values, axis):
    """Is there something to compare on this axis?"""
    return getattr(values, axis.field) is not None


def probe_axes(profile, probe):
    """P, in profile order."""
    return [axis for axis in profile.axes if axis.weight > 0 and has_value(probe, axis)]


def comparable(axis, probe, candidate):
    """Participants counted on different bases aren't; an unspecified basis matches any."""
    if axis.name != "participants" or probe.basis is None or candidate.basis is None:
        return True
    return probe.basis == candidate.basis


def compare(axis, probe, candidate):
    """(status, distance, similarity); similarity None where the axis is left out of the sums."""
    mine, other = getattr(probe, axis.field), getattr(candidate, axis.field)
    if mine is None:
        return "PROBE_MISSING", None, None
    if other is not None and comparable(axis, probe, candidate):
        return "COMPARED", *axis.compare(mine, other)
    status = "CANDIDATE_MISSING" if other is None else "NOT_COMPARABLE"
    return status, None, None if axis.missing is RENORMALISE else axis.missing


def score(axes, probe, candidate):
    """(score, coverage), or None if C is empty. `axes` is P."""
    weight_p = weight_n = weight_c = total = 0.0
    compared = False
    for axis in axes:
        status, _, similarity = compare(axis, probe, candidate)
        weight_p += axis.weight
        if similarity is not None:
            weight_n += axis.weight
            total += axis.weight * similarity
        if status == "COMPARED":
            compared = True
            weight_c += axis.weight
    return (total / weight_n, weight_c / weight_p) if compared else None


def ledger(profile, probe, candidate):
    """One entry per axis with weight > 0, in profile order; the contributions add up to the score."""
    rows = [(axis, *compare(axis, probe, candidate)) for axis in profile.axes if axis.weight > 0]
    weight_n = 0.0
    for axis, _, _, similarity in rows:
        weight_n += 0.0 if similarity is None else axis.weight
    return [entry(row, weight_n, probe, candidate) for row in rows]


def entry(row, weight_n, probe, candidate):
    """One axis of the ledger; numbers that don't exist are null, a weight outside N is 0."""
    axis, status, distance, similarity = row
    effective = 0.0 if similarity is None else axis.weight / weight_n
    return {
        "axis": axis.name,
        "status": status,
        "measure": axis.measure_id,
        "probe_value": shown(axis, probe),
        "candidate_value": shown(axis, candidate),
        "distance": distance,
        "unit": axis.unit,
        "similarity": similarity,
        "weight": axis.weight,
        "effective_weight": effective,
        "contribution": 0.0 if similarity is None else effective * similarity,
    }


def shown(axis, values):
    """The raw value as JSON."""
    value = getattr(values, axis.field)
    if value is None:
        return None
    if axis.field == "location":
        return {"latitude": value[0], "longitude": value[1]}
    if axis.field == "participants":
        return {"best": value, "basis": values.basis}
    return "/".join(value) if isinstance(value, tuple) else value
