"""Hand-counted figures of small files, and that each check finds what is wrong."""

import copy
import json
import tempfile
import unittest
from pathlib import Path

from check_record import Differences, check_sources, profile_digest
from check_registers import check as check_register
from check_statements import check as check_statement
from record_figures import AXES, Unread, figures, rfc3339

SOURCE = """
format = "csv"
null_markers = ["None"]
[source]
source_id = "town"
name = "Town"
owner = "Town"
licence = "none"
collection_method = "Declared"
known_time = "end_time"
[fields]
event_id = "id"
state = { column = "state", map = { "Complete" = "HELD" } }
time_zone = { constant = "America/Los_Angeles" }
participants = { best = "count", on_invalid = "missing" }
"""
EXACT = SOURCE + """
[fields.times]
start = "start"
end = "end"
formats = ["%Y-%m-%dT%H:%M:%S"]
precision = { constant = "EXACT" }
[fields.location]
latitude = "lat"
longitude = "lon"
within = { west = -118, south = 32, east = -116, north = 33 }
on_invalid = "missing"
[[fields.nature.levels]]
constant = "town"
[[fields.nature.levels]]
column = { name = "nature", split = ":", part = 2 }
"""
DAYS = SOURCE + """
[fields.times]
start = "start"
end = "end"
formats = ["%Y-%m-%d"]
precision = { constant = "DAY" }
"""
HEADER = "id,state,start,end,count,lat,lon,nature\n"


def read(mapping, rows):
    """The figures of rows."""
    with tempfile.TemporaryDirectory() as directory:
        paths = [Path(directory) / name for name in ("mapping.toml", "rows.csv")]
        for path, text in zip(paths, (mapping, HEADER + "\n".join(rows) + "\n")):
            path.write_text(text, encoding="utf-8")
        return figures(*paths)


class Rows(unittest.TestCase):
    def test_rows_are_events_or_refused_and_the_last_of_an_id_counts(self):
        found = read(EXACT, [
            "a,Complete,2016-07-01T10:00:00,2016-07-01T12:00:00,800.0,32.5,-117,x:market",
            "b,complete,2016-12-01T10:00:00,2016-12-01T12:00:00,None,40,-117,x",
            "c,Complete,2016-07-01T10:00:00,2016-07-01T10:00:00,1,,,x:y",  # ends when it starts
            "d,Denied,2016-07-01T10:00:00,2016-07-01T12:00:00,1,,,x:y",  # a state that is not listed
            "e,Complete,2016-03-13T02:30:00,2016-03-13T12:00:00,1,,,x:y",  # the clocks skip its start
            "f g,Complete,2016-07-01T10:00:00,2016-07-01T12:00:00,1,,,x:y",  # no id
            "h,Complete,2016-07-01T10:00:00",  # too few columns
            "a,Complete,2016-07-01T10:00:00,2016-07-01T13:00:00,-5,32.5,,x:???",
        ])
        self.assertEqual((found.read, found.refused, found.rows), (8, 5, 2))
        missing = {axis: found.missing(axis) for axis in AXES}
        self.assertEqual(missing, {"location": 2, "participants": 2, "nature": 2, "sector": 2, "day_kind": 0,
                                   "season": 0, "footprint": 2, "duration": 0})
        first, end = found.period()
        self.assertEqual((rfc3339(first), rfc3339(end)), ("2016-07-01T17:00:00Z", "2016-12-01T20:00:00Z"))

    def test_days_are_local_and_a_single_one_has_no_duration(self):
        found = read(DAYS, [
            "a,Complete,2016-03-12,2016-03-13,12,,,",
            "b,Complete,2016-07-01,2016-07-01,12,,,",
            "c,Complete,2016-07-02,2016-07-01,12,,,",
        ])
        self.assertEqual((found.refused, found.rows, found.missing("duration")), (1, 2, 1))
        first, end = found.period()
        self.assertEqual((rfc3339(first), rfc3339(end)), ("2016-03-12T08:00:00Z", "2016-07-02T07:00:00Z"))

    def test_a_key_that_is_not_read_stops_the_reading(self):
        with self.assertRaises(Unread):
            read(DAYS + "[fields.outcomes]\nofficers = \"count\"\n", [])


class Record(unittest.TestCase):
    def told(self, found):
        first, end = found.period()
        return {"missing": [], "sources": [{
            "source_id": "town", "name": "Town", "owner": "Town", "licence": "none", "collection_method": "Declared",
            "rows": found.rows, "refused_rows": found.refused, "period_first": rfc3339(first),
            "period_end": rfc3339(end), "last_update": rfc3339(end),
            "missing_shares": [[axis, found.missing(axis) / found.rows] for axis in AXES],
        }]}

    def test_every_figure_that_is_changed_is_found(self):
        found = read(DAYS, ["a,Complete,2016-03-12,2016-03-13,12,,,", "b,Complete,2016-07-01,2016-07-01,,,,"])
        told = self.told(found)
        differences = Differences()
        check_sources(told, [found], differences)
        self.assertEqual(differences.found, [])
        refused = copy.deepcopy(told)
        refused["missing"] = ["source.town.refused_rows"]
        differences = Differences()
        check_sources(refused, [found], differences)
        self.assertEqual(len(differences.found), 1)
        for key in told["sources"][0]:
            wrong = copy.deepcopy(told)
            wrong["sources"][0][key] = "another"
            differences = Differences()
            check_sources(wrong, [found], differences)
            self.assertTrue(differences.found, key)

    def test_a_digest_depends_on_every_rule(self):
        axis = {"axis": "nature", "weight": 1.0, "missing": "zero", "measure": "path_affinity"}
        profile = {"name": "p", "revision": 1, "min_coverage": 0.0, "axes": [axis]}
        digests = {profile_digest(profile)}
        for change in ({"weight": 2.0}, {"missing": "renormalise"}, {"measure": {"log_ratio": {"r": 3.0}}}):
            digests.add(profile_digest(profile | {"axes": [axis | change]}))
        digests.add(profile_digest(profile | {"revision": 2}))
        self.assertEqual(len(digests), 5)


class Registers(unittest.TestCase):
    LISTED = {
        "standard": {"id": "r", "name": "R", "version": "1", "language": "nl"},
        "field": [
            {"id": "name", "label": "Naam", "required": True, "length_max": 5},
            {"id": "since", "label": "Sinds", "form": "month"},
            {"id": "lars", "label": "ID", "assigned_by_register": True},
        ],
    }

    def document(self, **entries):
        entries = {"name": {"value": "Sosie"}, "since": {"missing": {"configure_at": "k"}},
                   "lars": "assigned_by_register"} | entries
        rules = {field["id"]: field for field in self.LISTED["field"]}
        fields = [{"id": name, "label": rules.get(name, {}).get("label"), "required": rules.get(name, {}).get("required", False),
                   "entry": entry} for name, entry in entries.items()]
        return {"register": "r", "standard_name": "R", "standard_version": "1", "language": "nl", "fields": fields}

    def test_a_document_by_the_list_is_taken_and_every_deviation_found(self):
        missing = [["since", False, "k"]]
        self.assertEqual(check_register(self.LISTED, self.document(), missing), [])
        for wrong in (
            self.document(name={"value": "Sosie!"}),
            self.document(name={"value": " "}),
            self.document(name={"missing": {"configure_at": "k"}}),
            self.document(name="assigned_by_register"),
            self.document(since={"value": "January"}),
            self.document(lars={"value": "1"}),
            self.document(more={"value": "1"}),
            self.document() | {"language": "en"},
            self.document() | {"more": 1},
        ):
            self.assertTrue(check_register(self.LISTED, wrong, missing), wrong)
        self.assertTrue(check_register(self.LISTED, self.document(), []))


class Statements(unittest.TestCase):
    def line(self, **changes):
        row = {"axis": "day_kind", "probe": [1.0], "candidate": [0.5], "distance": 0.5, "similarity": 0.1234567,
               "declared_weight": 1.0, "effective_weight": 1.0, "contribution": 0.1234567}
        told = [
            ["rank `3`", "score ≈ {0} (`0.1234567`), coverage `1`"], ["`1` and `0.5`"], ["`0`", "`1`, `1`"],
            ["`0.5`, ≈ {0} (`0.1234567`)", "`1` × ≈ {0} (`0.1234567`) = ≈ {0} (`0.1234567`)"],
        ]
        fill = lambda about: [[text.format(about) for text in lines] for lines in told]
        return {"explained": {"event_id": "e", "rank": 3, "score": 0.1234567, "coverage": 1.0, "ledger": [row]},
                "min_coverage": 0.0, "parameters": {"day_kind": []},
                "french": fill("0,123"), "english": fill("0.123")} | changes

    def test_numbers_are_compared_in_both_languages_and_so_is_their_rounding(self):
        self.assertEqual(check_statement(self.line()), [])
        for language in ("french", "english"):
            text = json.dumps(self.line()[language], ensure_ascii=False)
            for right, wrong in (("`0.5`", "`0.25`"), ("0.1234567", "0.1234568"), ("`3`", "`4`"), ("123 (", "124 (")):
                changed = json.loads(text.replace(right, wrong))
                self.assertTrue(check_statement(self.line(**{language: changed})), (language, right))


if __name__ == "__main__":
    unittest.main()
