"""Points on the globe and how far they are apart. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088
KM_A_DEGREE = EARTH_RADIUS_KM * math.pi / 180
WRITTEN = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)")


class Point(NamedTuple):
    """Degrees north and east."""

    north: float
    east: float


class Box(NamedTuple):
    """Between which degrees north and east. Where it would reach over a pole or the date line, all the way round."""

    south: float
    north: float
    west: float
    east: float


def point_in(text: str) -> Point | None:
    """The point that a text such as 53.7997, -1.5492 gives; None where it is none on the globe."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    point = Point(float(found[1]), float(found[2]))
    return point if -90 <= point.north <= 90 and -180 <= point.east <= 180 else None


def distance_km(one: Point, other: Point) -> float:
    """The way as the crow flies, in kilometres (haversine)."""
    north, other_north = math.radians(one.north), math.radians(other.north)
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin(math.radians(other.east - one.east) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def box_around(point: Point, radius_km: float) -> Box:
    """The smallest box of degrees that holds every point within a radius."""
    up = radius_km / KM_A_DEGREE
    south, north = point.north - up, point.north + up
    if south <= -90 or north >= 90:
        return Box(max(south, -90), min(north, 90), -180, 180)
    # Meridians come together towards the poles: the circle is widest a little on that side of its middle.
    aside = math.degrees(
        math.asin(min(1.0, math.sin(radius_km / EARTH_RADIUS_KM) / math.cos(math.radians(point.north))))
    )
    west, east = point.east - aside, point.east + aside
    return Box(south, north, -180, 180) if west < -180 or east > 180 else Box(south, north, west, east)


def middle(points: Sequence[Point], spread_km: float) -> Point | None:
    """The middle of some points that lie together; None of none, or where most are farther than spread_km from it.

    The median of each degree, so that a few misplaced ones do not move it.
    """
    if not points:
        return None
    centre = Point(median(point.north for point in points), median(point.east for point in points))
    near = sum(distance_km(centre, point) <= spread_km for point in points)
    return centre if 2 * near >= len(points) else None
