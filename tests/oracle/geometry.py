"""Points, boxes, circles, polygons and footprints on the Earth.

A place is (latitude, longitude) in degrees; a GeoJSON position is [longitude, latitude].

Start reading at `haversine_km`, then `polygon_holds`, then `read_footprint`.
"""

import math
from fractions import Fraction

from json_rules import Unsupported, parse_number

try:
    from geographiclib.geodesic import Geodesic
except ImportError:
    Geodesic = None

EARTH_RADIUS_KM = 6371.0088


def haversine_km(a, b):
    """Great-circle distance of two places."""
    (lat_a, lon_a), (lat_b, lon_b) = a, b
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_phi, half_lambda = (phi_b - phi_a) / 2, math.radians(lon_b - lon_a) / 2
    square = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    # Rounding can carry the square just past 1 for antipodes.
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(square)))


def box_holds(south, west, north, east, place):
    """A closed box; west > east crosses the antimeridian."""
    latitude, longitude = place
    if not south <= latitude <= north:
        return False
    if west <= east:
        return west <= longitude <= east
    return longitude >= west or longitude <= east


def polygon_holds(exterior, interiors, place):
    """Is the place in the exterior ring and in no hole? Every ring's edge is inside."""
    point = (place[1], place[0])
    if ring_side(exterior, point) == "OUTSIDE":
        return False
    return all(ring_side(hole, point) != "INSIDE" for hole in interiors)


def ring_side(ring, point):
    """INSIDE, EDGE or OUTSIDE of a ring of (x, y), by the even-odd rule, without rounding."""
    inside = False
    for a, b in zip(ring, ring[1:] + ring[:1]):
        if _on_segment(a, b, point):
            return "EDGE"
        if (a[1] > point[1]) != (b[1] > point[1]):
            # The edge straddles the point's height; is it to the right of the point?
            left_of_upward = _turn(a, b, point) > 0
            inside ^= left_of_upward == (b[1] > a[1])
    return "INSIDE" if inside else "OUTSIDE"


def _on_segment(a, b, point):
    within_x = min(a[0], b[0]) <= point[0] <= max(a[0], b[0])
    within_y = min(a[1], b[1]) <= point[1] <= max(a[1], b[1])
    return within_x and within_y and _turn(a, b, point) == 0


def _turn(a, b, point):
    """Positive if the point lies left of a → b. Exact: a double is a fraction."""
    ax, ay = Fraction(a[0]), Fraction(a[1])
    across = (Fraction(b[0]) - ax) * (Fraction(point[1]) - ay)
    return across - (Fraction(b[1]) - ay) * (Fraction(point[0]) - ax)


def parse_position(raw):
    """[longitude, latitude] in range as a pair, or None."""
    if not isinstance(raw, list) or len(raw) != 2:
        return None
    x, y = parse_number(raw[0]), parse_number(raw[1])
    if x is None or y is None or abs(x) > 180 or abs(y) > 90:
        return None
    return x, y


def read_footprint(fields):
    """(area m² or None, centroid place) of a GeoJSON footprint; None if it is wrong.

    The area is a function, called only if the event doesn't state it.
    """
    kinds = ("Polygon", "MultiPolygon", "LineString")
    kind = fields.choice("type", kinds, required=True)
    coordinates = fields.take("coordinates", required=True)
    width = fields.number("width_m", lambda m: m > 0, "must be finite and above 0", kind == "LineString")
    if width is not None and kind in ("Polygon", "MultiPolygon"):
        fields.bad.add(fields.at("width_m"), "is only for a LineString")
    fields.done()
    if kind is None or coordinates is None or (kind == "LineString" and width is None):
        return None
    if kind == "LineString":
        return _route(fields, coordinates, width)
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return _areas(fields, polygons, fields.at("coordinates"), kind == "MultiPolygon")


def _route(fields, raw, width):
    line = _positions(fields, raw, fields.at("coordinates"), 2)
    if line is None:
        return None
    centroid = line_centroid(line)
    if centroid is None:
        fields.bad.add(fields.at("coordinates"), "has no length")
        return None
    return (lambda: geodesic_length_m(line) * width), centroid


def _areas(fields, raw, path, many):
    if not isinstance(raw, list) or not raw:
        fields.bad.add(path, "must be a list, not empty")
        return None
    polygons = [_rings(fields, rings, f"{path}[{i}]" if many else path) for i, rings in enumerate(raw)]
    if None in polygons:
        return None
    centroid = area_centroid(polygons)
    if centroid is None:
        fields.bad.add(path, "has no area")
        return None
    return (lambda: geodesic_area_m2(polygons)), centroid


def _rings(fields, raw, path):
    if not isinstance(raw, list) or not raw:
        fields.bad.add(path, "must be a list of rings, not empty")
        return None
    rings = [_ring(fields, ring, f"{path}[{i}]") for i, ring in enumerate(raw)]
    return None if None in rings else rings


def _ring(fields, raw, path):
    ring = _positions(fields, raw, path, 4)
    if ring is not None and ring[0] != ring[-1]:
        fields.bad.add(path, "must be closed")
        return None
    return ring


def _positions(fields, raw, path, least):
    if not isinstance(raw, list) or len(raw) < least:
        fields.bad.add(path, f"must be a list of at least {least} positions")
        return None
    positions = [parse_position(position) for position in raw]
    for index, position in enumerate(positions):
        if position is None:
            fields.bad.add(f"{path}[{index}]", "must be [longitude, latitude] in range")
    return None if None in positions else positions


def area_centroid(polygons):
    """Planar longitude/latitude centroid of polygons (first ring outside, others holes), or None."""
    origin = polygons[0][0][0]
    total = moment_x = moment_y = 0.0
    for rings in polygons:
        for index, ring in enumerate(rings):
            area, x, y = _ring_moments(ring, origin)
            # Whatever way a ring is wound, an exterior adds and a hole takes away.
            sign = math.copysign(1.0, area) * (1 if index == 0 else -1)
            total, moment_x, moment_y = total + sign * area, moment_x + sign * x, moment_y + sign * y
    if total <= 0:
        return None
    return origin[1] + moment_y / total, origin[0] + moment_x / total


def _ring_moments(ring, origin):
    """Signed area and first moments, about `origin` so that small rings keep their digits."""
    local = [(x - origin[0], y - origin[1]) for x, y in ring]
    area = moment_x = moment_y = 0.0
    for (ax, ay), (bx, by) in zip(local, local[1:]):
        cross = ax * by - bx * ay
        area, moment_x, moment_y = area + cross / 2, moment_x + (ax + bx) * cross / 6, moment_y + (ay + by) * cross / 6
    return area, moment_x, moment_y


def line_centroid(line):
    """Planar longitude/latitude centroid of a line, segments weighted by planar length, or None."""
    total = moment_x = moment_y = 0.0
    for (ax, ay), (bx, by) in zip(line, line[1:]):
        length = math.hypot(bx - ax, by - ay)
        total, moment_x, moment_y = total + length, moment_x + length * (ax + bx) / 2, moment_y + length * (ay + by) / 2
    return (moment_y / total, moment_x / total) if total > 0 else None


def geodesic_area_m2(polygons):
    """WGS84 area with geodesic edges, holes taken away, members added up."""
    return sum(_ring_area_m2(rings[0]) - sum(map(_ring_area_m2, rings[1:])) for rings in polygons)


def _ring_area_m2(ring):
    polygon = _wgs84().Polygon()
    for x, y in ring[:-1]:
        polygon.AddPoint(y, x)
    return abs(polygon.Compute()[2])


def geodesic_length_m(line):
    """WGS84 length in metres of a line."""
    return sum(_wgs84().Inverse(ay, ax, by, bx)["s12"] for (ax, ay), (bx, by) in zip(line, line[1:]))


def _wgs84():
    if Geodesic is None:
        raise Unsupported("a footprint without footprint_area_m2 needs the Python package geographiclib")
    return Geodesic.WGS84
