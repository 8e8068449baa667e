"""Hand-computed examples: every expected number here can be checked with a pencil and a calendar."""

import json
import math
import unittest
from datetime import date
from zoneinfo import _zoneinfo, available_timezones

import geometry
from compare_answers import differences
from event import read_event
from geometry import area_centroid, box_holds, haversine_km, line_centroid, polygon_holds
from json_rules import Unsupported, parse_instant, parse_json
from local_time import first_instant_of, zone
from make_queries import Maker
from measures import measure
from sosie_oracle import Oracle, load

HOUR = 3_600_000_000
QUARTER_MERIDIAN_KM = math.pi / 2 * 6371.0088


def record(event_id="a", **changes):
    """A record with the required fields only: Wednesday 2024-06-05, 18:00–20:00 in Paris."""
    plain = {
        "event_id": event_id, "state": "HELD", "source_id": "demo", "time_zone": "Europe/Paris",
        "start_time": "2024-06-05T18:00:00+02:00", "end_time": "2024-06-05T20:00:00+02:00",
        "time_precision": "EXACT", "known_time": "2024-06-06T00:00:00Z",
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def spanning(start, end, precision="EXACT", tz="Europe/Paris", **changes):
    """The axis values of an event with these times."""
    raw = record(start_time=start, end_time=end, time_precision=precision, time_zone=tz, **changes)
    event, bad = read_event(raw)
    assert not bad, bad
    return event.values


def oracle(*records, now="2030-01-01T00:00:00Z"):
    events, rejected = load([json.dumps(raw) for raw in records])
    assert not rejected, rejected
    return Oracle(events, parse_instant(now))


def only(axis, **others):
    """Weights that leave one axis."""
    axes = ("location", "participants", "nature", "sector", "day_kind", "season", "footprint", "duration")
    return {name: float(name == axis) for name in axes} | others


class Derived(unittest.TestCase):
    def test_weekend_of_23_hours_in_spring(self):
        # Saturday 12 h, Sunday 23 h, Monday 12 h; April begins on Monday.
        values = spanning("2024-03-30T12:00:00+01:00", "2024-04-01T12:00:00+02:00")
        self.assertEqual(values.weekend_share, 35 / 47)
        self.assertEqual(values.summer_share, 12 / 47)
        self.assertEqual(values.duration_s, 47 * 3600)

    def test_weekend_of_25_hours_in_autumn(self):
        values = spanning("2024-10-26T12:00:00+02:00", "2024-10-28T12:00:00+01:00")
        self.assertEqual(values.weekend_share, 37 / 49)
        self.assertEqual(values.summer_share, 0.0)
        self.assertEqual(values.duration_s, 49 * 3600)

    def test_the_hour_is_skipped_where_the_clock_skips_it(self):
        # Sunday 00:30 to Monday 12:00: 22.5 h of Sunday and 12 h of Monday.
        values = spanning("2024-03-31T00:30:00+01:00", "2024-04-01T12:00:00+02:00")
        self.assertEqual(values.weekend_share, 22.5 / 34.5)

    def test_days_are_equally_long_when_only_days_are_known(self):
        # Saturday, Sunday (23 h), Monday 1 April.
        values = spanning("2024-03-30T00:00:00+01:00", "2024-04-02T00:00:00+02:00", "DAY")
        self.assertEqual(values.weekend_share, 2 / 3)
        self.assertEqual(values.summer_share, 1 / 3)
        self.assertEqual(values.duration_s, 3 * 86_400)

    def test_one_sunday_of_23_hours_is_all_weekend_and_has_no_duration(self):
        values = spanning("2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00", "DAY")
        self.assertEqual((values.weekend_share, values.summer_share, values.duration_s), (1.0, 0.0, None))

    def test_event_over_new_year(self):
        # Tuesday 31 December 18:00 to Wednesday 06:00.
        values = spanning("2024-12-31T18:00:00+01:00", "2025-01-01T06:00:00+01:00")
        self.assertEqual((values.weekend_share, values.summer_share), (0.0, 0.0))
        self.assertEqual((values.duration_s, values.start_day_of_year), (12 * 3600, 366))

    def test_event_of_two_years(self):
        values = spanning("2023-01-01T00:00:00+01:00", "2025-01-01T00:00:00+01:00", "DAY")
        # 731 days; 2 × 183 of summer; 2023 has 105 weekend days (it begins on Sunday), 2024 has 104.
        self.assertEqual((values.summer_share, values.weekend_share), (366 / 731, 209 / 731))

    def test_summer_ends_at_local_midnight(self):
        values = spanning("2024-09-30T23:00:00+02:00", "2024-10-01T03:00:00+02:00")
        self.assertEqual(values.summer_share, 1 / 4)

    def test_the_zone_decides_the_weekday_not_the_offset(self):
        # Friday 23:00 in Los Angeles is Saturday in UTC.
        self.assertEqual(spanning("2024-06-08T06:00:00Z", "2024-06-08T07:00:00Z", tz="America/Los_Angeles").weekend_share, 0.0)
        self.assertEqual(spanning("2024-06-08T06:00:00Z", "2024-06-08T07:00:00Z", tz="UTC").weekend_share, 1.0)

    def test_before_1970(self):
        # Saturday 1969-12-27 12:00 to Monday 12:00.
        self.assertEqual(spanning("1969-12-27T12:00:00Z", "1969-12-29T12:00:00Z", tz="UTC").weekend_share, 36 / 48)
        self.assertEqual(spanning("1969-09-30T00:00:00Z", "1969-10-04T00:00:00Z", tz="UTC").summer_share, 1 / 4)

    def test_midnight_that_is_skipped_is_the_first_instant_of_the_day(self):
        # São Paulo, Sunday 2018-11-04: 00:00 became 01:00 at 03:00Z.
        values = spanning("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", "DAY", "America/Sao_Paulo")
        self.assertEqual(values.weekend_share, 1.0)
        # Toronto, 1919-03-31: 23:30 of the 30th became 00:30 at 04:30Z.
        self.assertEqual(first_instant_of(date(1919, 3, 31), zone("America/Toronto")), parse_instant("1919-03-31T04:30:00Z"))

    def test_midnight_that_comes_twice_is_the_earlier_one(self):
        # Havana, 2024-11-03: 01:00 -04:00 became 00:00 -05:00.
        self.assertEqual(first_instant_of(date(2024, 11, 3), zone("America/Havana")), parse_instant("2024-11-03T04:00:00Z"))

    def test_clock_that_goes_back_over_midnight(self):
        # St. John's, Sunday 2010-11-07, 00:01 −02:30 became Saturday 23:01: an hour that is all weekend.
        # Friday would not be; Monday neither. Sunday 00:00 (02:30Z) to Monday 01:00 −03:30 (04:30Z).
        values = spanning("2010-11-07T02:30:00Z", "2010-11-08T04:30:00Z", tz="America/St_Johns")
        self.assertEqual(values.weekend_share, 25 / 26)

    def test_active_duration_comes_first(self):
        self.assertEqual(spanning("2024-06-05T00:00:00Z", "2024-06-06T00:00:00Z", active_duration_s=7).duration_s, 7)

    def test_no_zone_changes_twice_within_a_day(self):
        for name in available_timezones():
            moments = list(_zoneinfo.ZoneInfo(name)._trans_utc)
            gaps = [after - before for before, after in zip(moments, moments[1:])]
            self.assertGreater(min(gaps, default=math.inf), 86_400, name)


class Rules(unittest.TestCase):
    def refused(self, paths, **changes):
        event, bad = read_event(record(**changes))
        self.assertIsNone(event)
        self.assertEqual([path for path, _ in bad], paths, bad)

    def test_missing_axis_values_are_no_violation(self):
        self.assertEqual(read_event(record())[1], [])

    def test_required_fields(self):
        bad = read_event({})[1]
        required = {"event_id", "state", "source_id", "start_time", "end_time", "time_zone", "time_precision"}
        self.assertEqual({path for path, _ in bad}, required)

    def test_unknown_fields_at_every_level(self):
        self.refused(["title"], title="x")
        self.refused(["location.name"], location={"latitude": 1, "longitude": 1, "name": "x"})
        self.refused(["participants.who"], participants={"best": 1, "who": "x"})
        route = {"type": "LineString", "coordinates": [[0, 0], [0, 1]], "width_m": 9, "bbox": []}
        self.refused(["footprint.bbox"], footprint=route, footprint_area_m2=1)

    def test_forms(self):
        self.refused(["event_id"], event_id="a b")
        self.refused(["event_id"], event_id="a" * 65)
        self.refused(["event_id"], event_id="a\n")
        self.refused(["nature"], nature="sport//football")
        self.refused(["nature"], nature="a/b/c/d/e/f/g")
        self.refused(["sector"], sector="Marseille")
        self.refused(["sector"], sector="a" * 33)
        self.refused(["time_zone"], time_zone="Europe/Atlantis")
        self.refused(["start_time"], start_time="2024-06-05T18:00:00")
        self.refused(["start_time"], start_time="2024-06-05T18:00:00.1234567Z")

    def test_numbers(self):
        self.refused(["location.latitude"], location={"latitude": 90.5, "longitude": 1})
        self.refused(["location.longitude"], location={"latitude": 1})
        self.refused(["participants.low"], participants={"best": 5, "low": 6})
        self.refused(["participants.high"], participants={"best": 5, "high": 4})
        self.refused(["participants.best"], participants={"low": 4})
        self.refused(["participants.best"], participants={"best": -1})
        self.refused(["participants.best"], participants={"best": True})
        self.refused(["footprint_area_m2"], footprint_area_m2=0)
        self.refused(["outcomes.officers"], outcomes={"officers": -1})

    def test_times(self):
        self.refused(["end_time"], end_time="2024-06-05T18:00:00+02:00")
        self.refused(["start_time", "end_time"], time_precision="DAY")

    def test_json_that_isnt(self):
        for text in ('{"a":1,"a":2}', '{"a":NaN}', "{"):
            self.assertRaises(ValueError, parse_json, text)

    def test_same_id_twice(self):
        events, rejected = load([json.dumps(record()), "", json.dumps(record())])
        self.assertEqual((len(events), rejected[0][0]), (1, 3))


class Places(unittest.TestCase):
    def test_haversine_at_poles_and_antimeridian(self):
        self.assertAlmostEqual(haversine_km((0, 0), (90, 123)), QUARTER_MERIDIAN_KM, places=9)
        self.assertAlmostEqual(haversine_km((90, 0), (90, 179)), 0.0, places=9)
        self.assertAlmostEqual(haversine_km((0, 179.5), (0, -179.5)), QUARTER_MERIDIAN_KM / 90, places=9)
        self.assertAlmostEqual(haversine_km((0, 0), (0, 180)), 2 * QUARTER_MERIDIAN_KM, places=6)

    def test_boxes(self):
        self.assertTrue(box_holds(0, 170, 10, -170, (10, 180)))
        self.assertTrue(box_holds(0, 170, 10, -170, (0, -170)))
        self.assertFalse(box_holds(0, 170, 10, -170, (5, 0)))
        self.assertTrue(box_holds(0, 5, 10, 6, (0, 5)))
        self.assertFalse(box_holds(0, 5, 10, 6, (5, 6.0000001)))

    def test_polygon_edges_corners_and_holes(self):
        square, hole = [(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (3, 1), (3, 3), (1, 3)]
        for latitude, longitude in ((0, 0), (2, 4), (4, 1), (0.5, 2), (1, 2), (3, 3)):
            self.assertTrue(polygon_holds(square, [hole], (latitude, longitude)))
        for latitude, longitude in ((2, 2), (-1, 2), (2, 5), (0, 5), (4, -1)):
            self.assertFalse(polygon_holds(square, [hole], (latitude, longitude)))

    def test_edge_without_rounding(self):
        # The doubles 0.1 and 0.3 aren't a tenth and three tenths: 3 × 0.1 is above 0.3 as a fraction.
        above, below = [(0.0, 0.0), (1.0, 3.0), (0.0, 3.0)], [(0.0, 0.0), (1.0, 0.0), (1.0, 3.0)]
        for latitude, is_above in ((0.3, False), (0.30000000000000004, True)):
            self.assertEqual(polygon_holds(above, [], (latitude, 0.1)), is_above)
            self.assertEqual(polygon_holds(below, [], (latitude, 0.1)), not is_above)
        self.assertTrue(polygon_holds([(0, 0), (3, 1), (3, 0)], [], (1 / 4, 3 / 4)))

    def test_centroids(self):
        square = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
        hole = [(2, 0), (4, 0), (4, 4), (2, 4), (2, 0)]
        self.assertEqual(area_centroid([[square]]), (2, 2))
        self.assertEqual(area_centroid([[square, hole]]), (2, 1))
        self.assertEqual(area_centroid([[square[::-1], hole]]), (2, 1))
        self.assertIsNone(area_centroid([[[(0, 0), (1, 1), (2, 2), (0, 0)]]]))
        self.assertEqual(line_centroid([(0, 0), (3, 0), (3, 1)]), (0.125, 1.875))

    def test_footprint_gives_location_and_area(self):
        # One degree square at the equator: 12 308.78 km² on WGS84 (GeographicLib's Planimeter).
        ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        values = read_event(record(footprint=shape, footprint_area_m2=5))[0].values
        self.assertEqual((values.location, values.footprint_area_m2), ((0.5, 0.5), 5))
        if geometry.Geodesic is None:
            self.assertRaises(Unsupported, read_event, record(footprint=shape))
            return
        area = read_event(record(footprint=shape))[0].values.footprint_area_m2
        self.assertAlmostEqual(area / 1e6, 12_308.78, places=2)
        # A degree of the equator is 111 319.49 m.
        route = {"type": "LineString", "coordinates": [[0, 0], [1, 0]], "width_m": 10}
        area = read_event(record(footprint=route))[0].values.footprint_area_m2
        self.assertAlmostEqual(area / 10, 111_319.49, places=2)

    def test_open_ring_and_flat_ring_are_refused(self):
        for ring in ([[0, 0], [1, 0], [1, 1], [0, 1]], [[0, 0], [1, 1], [2, 2], [0, 0]]):
            event, bad = read_event(record(footprint={"type": "Polygon", "coordinates": [ring]}))
            self.assertTrue(event is None and bad[0][0].startswith("footprint.coordinates"))


class Measures(unittest.TestCase):
    def check(self, measure_id, a, b, expected, **parameters):
        compare = measure(measure_id, parameters)
        for pair in ((a, b), (b, a)):
            self.assertAlmostEqual(compare(*pair)[1], expected, places=12)
        self.assertEqual(compare(a, a)[1], 1.0)

    def test_log_ratio_halves_at_its_ratio(self):
        self.check("log_ratio", 0, 2, 0.5, ratio=3.0)
        self.check("log_ratio", 99, 299, 0.5, ratio=3.0)
        self.check("log_ratio", 3599.0, 14399.0, 0.25, ratio=2.0)

    def test_geo_decay_halves_at_its_distance(self):
        two_km = math.degrees(2 / 6371.0088)
        self.check("geo_decay", (0, 0), (two_km, 0), 0.5, half_km=2.0)
        self.check("geo_decay", (0, 0), (2 * two_km, 0), 0.25, half_km=2.0)
        self.check("geo_decay", (0, 0), (2 * two_km, 0), 1 / 16, half_km=2.0, shape="gaussian")
        self.check("geo_decay", (0, 0), (two_km, 0), 0.5, half_km=2.0, shape="linear")
        self.check("geo_decay", (0, 0), (3 * two_km, 0), 0.0, half_km=2.0, shape="linear")
        self.check("geo_decay", (0, 0), (0, 180), 0.0, half_km=1e-300, shape="gaussian")

    def test_paths_of_one_and_six_codes(self):
        six = tuple("abcdef")
        self.check("path_affinity", ("a",), ("b",), 0.0)
        self.check("path_affinity", ("a",), six, 2 / 7)
        self.check("path_affinity", six, tuple("abcxef"), 6 / 12)
        self.check("path_affinity", six, six, 1.0)

    def test_shares_and_seasons(self):
        self.check("share_overlap", 1.0, 0.25, 0.25)
        self.check("cyclic_season", 1, 1 + 100, (1 + math.cos(2 * math.pi * 100 / 365.2425)) / 2)
        self.assertGreater(measure("cyclic_season", {})(1, 366)[1], 0.99999)

    def test_equal_and_table(self):
        self.check("equal", ("a",), ("b",), 0.0)
        rows = [("a", "b", 0.7)]
        self.check("table", ("a",), ("b",), 0.7, similarities=rows)
        self.check("table", ("a",), ("c",), 0.0, similarities=rows)


class Scores(unittest.TestCase):
    """A probe with nature a/b and 2 people; the candidate has nature a/c (s = 1/2) and no crowd."""

    PROBE = record("p", nature="a/b", participants={"best": 2, "basis": "PEAK"})
    OTHER = record("c", nature="a/c")
    WEIGHTS = only("nature", nature=1.0, participants=3.0)

    def hits(self, *records, **query):
        asked = {"probe": {"event_id": "p"}, "weights": self.WEIGHTS} | query
        return oracle(self.PROBE, *records).answer(asked)["hits"]

    def test_zero(self):
        hit, = self.hits(self.OTHER)
        self.assertEqual((hit["score"], hit["coverage"]), (0.5 / 4, 0.25))
        crowd, nature = hit["ledger"]
        self.assertEqual((crowd["status"], crowd["similarity"], crowd["effective_weight"]), ("CANDIDATE_MISSING", 0.0, 0.75))
        self.assertEqual((nature["status"], nature["effective_weight"], nature["contribution"]), ("COMPARED", 0.25, 0.125))

    def test_neutral(self):
        hit, = self.hits(self.OTHER, policies={"participants": {"NEUTRAL": 0.5}})
        self.assertEqual((hit["score"], hit["coverage"]), (0.5, 0.25))

    def test_renormalise(self):
        hit, = self.hits(self.OTHER, policies={"participants": "RENORMALISE"})
        self.assertEqual((hit["score"], hit["coverage"]), (0.5, 0.25))
        self.assertEqual((hit["ledger"][0]["effective_weight"], hit["ledger"][0]["similarity"]), (0.0, None))
        self.assertEqual(hit["ledger"][1]["effective_weight"], 1.0)

    def test_basis(self):
        crowd = lambda basis: record("c", nature="a/c", participants={"best": 2} | basis)
        hit, = self.hits(crowd({"basis": "TOTAL"}))
        self.assertEqual((hit["ledger"][0]["status"], hit["score"], hit["coverage"]), ("NOT_COMPARABLE", 0.125, 0.25))
        for basis in ({}, {"basis": "PEAK"}):
            self.assertEqual(self.hits(crowd(basis))[0]["score"], 3.5 / 4)

    def test_nothing_compared_is_no_hit_even_with_neutral(self):
        self.assertEqual(self.hits(record("c"), policies={"nature": {"NEUTRAL": 0.9}}), [])

    def test_coverage_floor_is_closed(self):
        self.assertEqual(len(self.hits(self.OTHER, min_coverage=0.25)), 1)
        self.assertEqual(self.hits(self.OTHER, min_coverage=0.26), [])

    def test_axis_that_the_probe_lacks_counts_nowhere(self):
        hit, = self.hits(record("c", nature="a/b", sector="x"), weights=only("nature", sector=5.0))
        self.assertEqual((hit["score"], hit["coverage"]), (1.0, 1.0))
        self.assertEqual([row["status"] for row in hit["ledger"]], ["COMPARED", "PROBE_MISSING"])

    def test_default_profile_by_hand(self):
        # Nature 1/2, day_kind 1, season 1, duration 1; participants missing. P has five axes.
        hit, = self.hits(self.OTHER, weights={})
        self.assertEqual((hit["score"], hit["coverage"]), (3.5 / 5, 4 / 5))
        self.assertEqual(sum(row["contribution"] for row in hit["ledger"]), hit["score"])

    def test_errors(self):
        say = oracle(self.PROBE).answer
        field = lambda query: say(query)["error"]["violations"][0]["field"]
        self.assertEqual(say({"probe": {"event_id": "nobody"}})["error"]["code"], "NOT_FOUND")
        self.assertEqual(field({"probe": {"draft": {}}}), "probe")
        self.assertEqual(field({"probe": {"event_id": "p"}, "weights": only("none")}), "weights")
        self.assertEqual(field({"probe": {"event_id": "p"}, "weights": only("location")}), "probe")
        self.assertEqual(field({"probe": {"event_id": "p"}, "weights": only("nature", nature=1e308, sector=1e308)}), "weights")
        self.assertEqual(field({"probe": {"event_id": "p"}, "policies": {"nature": {"NEUTRAL": 1}}}), "policies.nature")
        self.assertEqual(field({"probe": {"event_id": "p"}, "k": 1001}), "k")
        self.assertEqual(field({"probe": {"draft": {"title": "x"}}}), "probe.draft.title")


class Search(unittest.TestCase):
    def ids(self, records, **query):
        asked = {"probe": {"draft": {"nature": "a"}}} | query
        return [hit["event_id"] for hit in oracle(*records).answer(asked)["hits"]]

    def test_order_of_ties(self):
        later = {"start_time": "2024-06-05T18:30:00+02:00"}
        records = [record("z", nature="a"), record("B", nature="a"), record("b", nature="a"), record("y", nature="a", **later)]
        self.assertEqual(self.ids(records, weights=only("nature")), ["y", "B", "b", "z"])

    def test_coverage_decides_before_start(self):
        # Both score 1/2: "half" with s = 1 on half of the weight and later, "whole" with s = 0 and 1.
        half = record("half", nature="a", start_time="2024-06-05T19:00:00+02:00")
        whole = record("whole", nature="b", sector="x/y")
        found = self.ids([half, whole], probe={"draft": {"nature": "a", "sector": "x/y"}}, weights=only("nature", sector=1.0))
        self.assertEqual(found, ["whole", "half"])

    def test_as_of_is_closed_on_end_and_on_knowledge(self):
        records = [record("a", nature="a", known_time="2024-06-05T18:00:00Z")]
        for as_of, found in (("2024-06-05T18:00:00Z", ["a"]), ("2024-06-05T17:59:59.999999Z", [])):
            self.assertEqual(self.ids(records, as_of=as_of), found)
        self.assertEqual(self.ids([record("a", nature="a")], as_of="2024-06-05T23:59:59Z"), [])

    def test_probe_and_its_series(self):
        records = [record("p", nature="a", series_id="s"), record("q", nature="a", series_id="s"), record("r", nature="a")]
        stored = {"probe": {"event_id": "p"}}
        self.assertEqual(self.ids(records, **stored), ["q", "r"])
        self.assertEqual(self.ids(records, **stored, exclude_probe_series=True), ["r"])

    def test_collapse_keeps_the_best_and_counts_the_hits(self):
        records = [record(name, nature=nature, series_id="s") for name, nature in (("x", "a/b"), ("y", "a"), ("z", "a/c"))]
        said = oracle(*records, record("n", series_id="s")).answer({"probe": {"draft": {"nature": "a"}}})
        self.assertEqual([(hit["event_id"], hit["series_member_count"]) for hit in said["hits"]], [("y", 3)])
        self.assertEqual(said["candidates"], 4)
        self.assertEqual(self.ids(records, collapse_series=False), ["y", "x", "z"])

    def test_only_held_events_unless_asked(self):
        records = [record("h", nature="a"), record("c", nature="a", state="CANCELLED")]
        self.assertEqual(self.ids(records), ["h"])
        self.assertEqual(self.ids(records, filter={"states": ["CANCELLED"]}), ["c"])

    def test_filters(self):
        crowd, place = {"best": 10}, {"latitude": 1, "longitude": 180}
        full = record("f", nature="a/bc", sector="s", participants=crowd, location=place, footprint_area_m2=9, series_id="s")
        empty = record("e", nature="b", source_id="other")
        both, square = ["e", "f"], [[179, 0], [180, 0], [180, 2], [179, 2]]
        cases = (
            ({"nature_prefixes": ["a"]}, ["f"]), ({"nature_prefixes": ["a/b"]}, []), ({"nature_prefixes": ["a", "b"]}, both),
            ({"sector_prefixes": ["s"]}, ["f"]), ({"sector_prefixes": ["s/t"]}, []),
            ({"participants": {"min": 10, "max": 10}}, ["f"]), ({"participants": {"min": 11}}, []),
            ({"footprint_area_m2": {"max": 9}}, ["f"]), ({"duration_s": {"min": 7200}}, both), ({"duration_s": {"max": 7199}}, []),
            ({"time": {"start_time": "2024-06-05T18:00:00Z"}}, []), ({"time": {"end_time": "2024-06-05T16:00:00Z"}}, []),
            ({"time": {"start_time": "2024-06-05T17:59:59Z", "end_time": "2024-06-06T00:00:00Z"}}, both),
            ({"bounding_box": {"south": 1, "north": 1, "west": 179, "east": -179}}, ["f"]),
            ({"radius": {"latitude": 1, "longitude": 180, "radius_km": 0}}, ["f"]),
            ({"polygon": {"exterior": square}}, ["f"]), ({"polygon": {"exterior": [[0, 0], [1, 0], [1, 1]]}}, []),
            ({"source_ids": ["other"]}, ["e"]), ({"excluded_event_ids": ["e"]}, ["f"]), ({"excluded_series_ids": ["s"]}, ["e"]),
            ({"require_axes": ["location"]}, ["f"]), ({"require_axes": ["season"]}, both), ({}, both),
        )
        for condition, found in cases:
            ids = self.ids([full, empty], filter=condition, probe={"draft": {"first_date": "2024-06-05"}})
            self.assertEqual(sorted(ids), found, condition)

    def test_draft_with_a_date_alone(self):
        # Saturday 2024-06-08 against a Wednesday in the same summer.
        asked = {"probe": {"draft": {"first_date": "2024-06-08"}}}
        hit, = oracle(record("a")).answer(asked)["hits"]
        status = {row["axis"]: (row["status"], row["similarity"]) for row in hit["ledger"]}
        self.assertEqual((status["day_kind"], status["season"]), (("COMPARED", 0.0), ("COMPARED", 1.0)))
        self.assertEqual((status["duration"][0], hit["score"]), ("PROBE_MISSING", 0.5))

    def test_explain(self):
        events = oracle(record("a", nature="a", series_id="s"), record("b", nature="a/b", series_id="s"),
                        record("c", nature="x", state="PLANNED"), record("d"))
        query = {"probe": {"draft": {"nature": "a"}}, "as_of": "2024-07-01T00:00:00Z", "filter": {"source_ids": ["demo"]}}
        say = lambda event_id, **more: events.answer(query | more | {"explain": event_id})["explanation"]
        self.assertEqual((say("a")["rank"], say("a")["reasons"]), (1, []))
        self.assertEqual(say("b")["reasons"], ["SERIES_COLLAPSE"])
        self.assertEqual(say("c")["reasons"], ["STATE"])
        self.assertEqual(say("d")["reasons"], ["COVERAGE"])
        early = say("c", as_of="2024-01-01T00:00:00Z", filter={"source_ids": ["x"]})
        self.assertEqual(early["reasons"], ["STATE", "AS_OF", "FILTER:source_ids"])

    def test_facets(self):
        events = oracle(record("a", nature="x/y"), record("b", nature="x"), record("c"))
        asked = {"probe": {"draft": {"nature": "x"}}, "facets": ["nature/1", "nature/2", "month", "weekday", "source"]}
        expected = {"nature/1": {"x": 2}, "nature/2": {"x/y": 1}, "month": {"06": 3}, "weekday": {"3": 3}, "source": {"demo": 3}}
        self.assertEqual(events.answer(asked)["facets"], expected)

    def test_full_profile(self):
        from profiles import TRANQUILLITY_1

        axes = [axis | {"weight": float(axis["axis"] == "season")} for axis in TRANQUILLITY_1["axes"]]
        axes = [axis | {"measure": {"id": "cyclic_season"}} if axis["axis"] == "season" else axis for axis in axes]
        asked = {"probe": {"draft": {"first_date": "2024-06-06"}}, "profile": TRANQUILLITY_1 | {"axes": axes}}
        hit, = oracle(record("a")).answer(asked)["hits"]
        self.assertEqual((hit["ledger"][0]["probe_value"], hit["ledger"][0]["candidate_value"]), (158, 157))
        self.assertAlmostEqual(hit["score"], (1 + math.cos(2 * math.pi / 365.2425)) / 2)


class Generated(unittest.TestCase):
    """The generator makes legal queries, and the comparison sees what it should."""

    def setUp(self):
        crowd = lambda n: {"best": n * 7 % 50}
        self.records = [
            record(f"e{n}", nature=f"a/n{n % 3}", sector=f"s/t{n % 4}" if n % 5 else None, participants=crowd(n) if n % 3 else None,
                   location={"latitude": 43 + n / 100, "longitude": 5 - n / 90}, series_id=f"s{n % 7}" if n % 2 else None)
            for n in range(40)
        ]
        self.oracle = oracle(*self.records)

    def test_queries_are_legal_and_repeatable(self):
        made = [[Maker(self.oracle.events, 7).query() for _ in range(1)] for _ in range(2)]
        self.assertEqual(*made)
        maker, hits = Maker(self.oracle.events, 1), 0
        for _ in range(200):
            said = self.oracle.answer(maker.query())
            self.assertNotIn("error", said)
            hits += len(said["hits"])
        self.assertGreater(hits, 200)

    def test_comparison_sees_a_lost_hit_a_wrong_order_and_a_wrong_number(self):
        query = {"probe": {"event_id": "e1"}, "k": 5, "collapse_series": False}
        said = self.oracle.answer(query)
        self.assertEqual(differences(self.oracle, query, said, 1e-9), ([], 0))
        wrong = [json.loads(json.dumps(said)) for _ in range(3)]
        wrong[0]["hits"] = self.oracle.answer(query | {"k": 6})["hits"][1:]
        wrong[1]["hits"][0], wrong[1]["hits"][1] = wrong[1]["hits"][1], wrong[1]["hits"][0]
        wrong[2]["hits"][2]["ledger"][0]["similarity"] += 1e-6
        for other in wrong:
            self.assertTrue(differences(self.oracle, query, other, 1e-9)[0])


if __name__ == "__main__":
    unittest.main()
