"""Compares every figure of an algorithm record with what the files of its data sets show.

    python3 check_record.py [--live] RECORD.json PROFILE.toml LIMITS.json GENERATION_DIR MAPPING.toml FILE [MAPPING.toml FILE …]

RECORD.json is what GetAlgorithmRecord gives as JSON, LIMITS.json what GetLimits tells, GENERATION_DIR the generation that is served.
With --live it was made of a store of record, which knows no declaration and counts no refusal: both are told as missing,
and not as 0. Only the standard library. Exit code 1 if a figure differs.
"""

import hashlib
import json
import math
import struct
import sys
import tomllib
from pathlib import Path

from record_figures import AXES, figures, rfc3339

# Of SPEC, sections 2 and 4, and of the messages that they limit.
WRITTEN_LIMITS = {"page_size_default": 10, "page_size_max": 1000, "id_bytes_max": 64, "code_bytes_max": 32,
                  "path_codes_max": 6}
DECLARED = ("name", "owner", "licence", "collection_method")
# What a missing value counts, by policy.
COUNTS = {"zero": 0.0, "renormalise": None}


class Differences:
    """What was compared, and what is not as it should be."""

    def __init__(self):
        self.compared, self.found = 0, []

    def same(self, what, told, expected):
        """Equal, to the last bit."""
        self.compared += 1
        if told != expected:
            self.found.append(f"{what}: the record says {told!r}, the files say {expected!r}")

    def holds(self, failure, is_so):
        """What is so, or the failure."""
        self.compared += 1
        if not is_so:
            self.found.append(failure)


def check(record, profile, limits, directory, data_sets, is_live=False):
    """Every figure of the record."""
    differences = Differences()
    check_sources(record, data_sets, differences, is_live)
    check_profile(record, profile, data_sets, differences)
    check_generation(record, Path(directory), data_sets, differences)
    check_limits(record, limits, differences)
    check_operations(record, profile, differences)
    return differences


def check_sources(record, data_sets, differences, is_live=False):
    """Each data set, by id, and no other."""
    told = {source["source_id"]: source for source in record["sources"]}
    differences.same("the data sets", list(told), sorted(found.source["source_id"] for found in data_sets))
    for found in data_sets:
        source_id = found.source["source_id"]
        source, same = told.get(source_id, {}), differences.same
        declared = {key: found.source[key] for key in DECLARED} | {"refused_rows": found.refused}
        for key, expected in declared.items():
            same(f"{source_id}.{key}", source.get(key), None if is_live else expected)
            is_told = f"source.{source_id}.{key}" in record["missing"]
            differences.holds(f"{source_id}.{key} is told as missing: {is_told}", is_told == is_live)
        first, end = found.period()
        same(f"{source_id}.rows", source.get("rows"), found.rows)
        same(f"{source_id}.period_first", source.get("period_first"), rfc3339(first))
        same(f"{source_id}.period_end", source.get("period_end"), rfc3339(end))
        # Both mappings say that a record is known from the end of its event on.
        same(f"{source_id}.last_update", source.get("last_update"), rfc3339(end))
        shares = [[axis, found.missing(axis) / found.rows] for axis in AXES]
        same(f"{source_id}.missing_shares", source.get("missing_shares"), shares)
        differences.compared += len(shares) - 1


def check_profile(record, profile, data_sets, differences):
    """Rules and weights of the file of the profile, and what all events lack."""
    told, same = record["profile"], differences.same
    same("profile.id", told["id"], f"{profile['name']}@{profile['revision']}")
    same("profile.digest", told["digest"], profile_digest(profile))
    same("profile.min_coverage", told["min_coverage"], profile["min_coverage"])
    weights, rows = math.fsum(axis["weight"] for axis in profile["axes"]), sum(found.rows for found in data_sets)
    same("the axes", [axis["axis"] for axis in told["axes"]], [axis["axis"] for axis in profile["axes"]])
    for axis, expected in zip(told["axes"], profile["axes"]):
        name = expected["axis"]
        measure, parameters = measure_of(expected)
        policy = expected["missing"]
        same(f"{name}.measure", axis["measure"], measure)
        same(f"{name}.parameters", parameters_told(axis["formula"]), parameters)
        same(f"{name}.weight", axis["weight"], expected["weight"])
        same(f"{name}.weight_share", axis["weight_share"], expected["weight"] / weights)
        same(f"{name}.missing_policy", axis["missing_policy"].lower(), policy)
        same(f"{name}.missing_similarity", axis["missing_similarity"], COUNTS[policy])
        same(f"{name}.missing_share", axis["missing_share"], sum(found.missing(name) for found in data_sets) / rows)
        check_words(name, axis["formula"], parameters, differences)


def measure_of(axis):
    """Name and parameters of a measure as a profile file states it."""
    if isinstance(axis["measure"], str):
        return axis["measure"], {}
    [(name, parameters)] = axis["measure"].items()
    return name, parameters


def parameters_told(formula):
    """The parameters of a formula, by name."""
    return {parameter["name"]: value_told(parameter["value"]) for parameter in formula["parameters"]}


def value_told(value):
    """A number or a name, whichever way it is tagged."""
    return next(iter(value.values())) if isinstance(value, dict) else value


def check_words(name, formula, parameters, differences):
    """Both languages and both formulas have each number of the parameters."""
    for key, number in parameters.items():
        if isinstance(number, str):
            continue
        text = f"{number:g}"
        for form in (formula["words"]["en"], formula["words"]["fr"].replace(",", "."), formula["latex"], formula["plain"]):
            differences.holds(f"{name}: {text} is not in {form!r}", text in form)


def profile_digest(profile):
    """SHA-256 of the canonical form: lengths before texts, numbers as 64 bits, most significant byte first."""
    digest = hashlib.sha256()
    feed = Feed(digest)
    feed.text("profile/1")
    feed.text(profile["name"])
    feed.integer(profile["revision"])
    feed.number(profile["min_coverage"])
    feed.integer(len(profile["axes"]))
    for axis in profile["axes"]:
        feed.text(axis["axis"])
        measure, parameters = measure_of(axis)
        feed.text(measure)
        for value in parameters.values():
            feed.text(value) if isinstance(value, str) else feed.number(value)
        feed.number(axis["weight"])
        feed.text(axis["missing"])
    return digest.hexdigest()


class Feed:
    """Feeds a digest."""

    def __init__(self, digest):
        self.digest = digest

    def text(self, text):
        """Length, then bytes."""
        raw = text.encode()
        self.integer(len(raw))
        self.digest.update(raw)

    def integer(self, value):
        """64 bits."""
        self.digest.update(value.to_bytes(8, "big", signed=True))

    def number(self, value):
        """The bits of a double; -0 counts as 0."""
        self.digest.update(struct.pack(">d", value + 0.0))


def check_generation(record, directory, data_sets, differences):
    """The manifest on the disk, by its digest, and what it says."""
    raw = (directory / "MANIFEST.json").read_bytes()
    told, manifest = record["generation"], json.loads(raw)
    differences.same("generation.id", told["id"], directory.name)
    differences.same("generation.digest", told["digest"], hashlib.sha256(raw).hexdigest())
    differences.same("generation.content_digest", told["content_digest"], manifest["content_digest"])
    differences.same("generation.created_time", told["created_time"], manifest["created_time"])
    differences.same("generation.event_count", told["event_count"], sum(found.rows for found in data_sets))


def check_limits(record, limits, differences):
    """Those of SPEC, and all that GetLimits tells."""
    told = {limit["name"]: limit["value"] for limit in record["limits"]}
    for name, expected in WRITTEN_LIMITS.items():
        differences.same(f"limit {name}", told.get(name), float(expected))
    for name, expected in limits.items():
        differences.same(f"limit {name}", told.get(name), float(expected))


def check_operations(record, profile, differences):
    """The page, and the axes and measures that are named."""
    words = {operation["name"]: operation["words"] for operation in record["operations"]}
    page = words["page"]["en"]
    differences.holds("the pages are not those of the limits", "10" in page and "1,000" in page)
    for axis in profile["axes"]:
        measure, _ = measure_of(axis)
        differences.holds(f"the comparison does not name {measure}", measure in words["compare"]["en"])


def main():
    """Says what differs."""
    is_live = sys.argv[1] == "--live"
    record, profile, limits, directory, *pairs = sys.argv[1 + is_live:]
    data_sets = [figures(mapping, file) for mapping, file in zip(pairs[::2], pairs[1::2], strict=True)]
    with open(profile, "rb") as text:
        profile = tomllib.load(text)
    record, limits = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (record, limits))
    differences = check(record, profile, limits, directory, data_sets, is_live)
    for found in data_sets:
        print(f"{found.source['source_id']}: {found.read} rows read, {found.refused} refused, {found.rows} events")
    print(f"{differences.compared} figures of the record compared, {len(differences.found)} differ")
    if differences.found:
        sys.exit("\n".join(differences.found))


if __name__ == "__main__":
    main()
