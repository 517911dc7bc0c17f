"""Choosing among all meetings of the directory; and its floor, one query that reads the same box of the map."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from time import perf_counter

from django.db import connection

from attendance.directory.choosing.finding import candidates
from attendance.directory.choosing.geography import Point, box_around
from attendance.directory.choosing.ranking import choose
from attendance.directory.choosing.suiting import USUAL_KM
from attendance.directory.choosing.wishes import Wishes
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from bench.counting import Counted
from bench.plain import Plain
from clinic.models import Clinic

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
# What a person would want to see of each meeting in the box: as much as choosing reads.
COLUMNS = (
    *("id", "name", "feed_id", "location", "fellowship_id", "attendance_option", "types", "day", "weeks"),
    *("starts_at", "time_zone", "latitude", "longitude", "city", "region", "address"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Choosing from one place: so many meetings in the box, the queries and milliseconds of each, the middle ones."""

    radius_km: float
    in_the_box: int
    queries: int
    milliseconds: float
    floor: float

    @property
    def ratio(self) -> float:
        """To the floor of the same run."""
        return self.milliseconds / self.floor


def measure(turns: int, radii: Sequence[float] = (2.0, 10.0, USUAL_KM)) -> list[Figures]:
    """Choose for somebody in the middle of the densest tenth of a degree; turn by turn with the floor."""
    with connection.cursor() as cursor:
        # As a database in use has done long ago.
        cursor.execute("ANALYZE")
    clinic = Clinic.objects.create(
        slug="choosing", name="Choosing", time_zone="America/Los_Angeles", country="US"
    )
    near = _densest()
    # Before each turn the collector goes through what turns leave, and not through the site itself.
    gc.collect()
    gc.freeze()
    return [_measure(clinic, near, radius, turns) for radius in radii] if near is not None else []


def _densest() -> Point | None:
    """Where a meeting is held in the tenth of a degree that has most of them; None where nobody knows of any place."""
    meetings = Meeting.objects.offered().exclude(attendance_option=AttendanceOption.ONLINE)
    places = list(meetings.filter(latitude__isnull=False).values_list("latitude", "longitude"))
    counted = Counter((round(north, 1), round(east, 1)) for north, east in places)
    if not counted:
        return None
    ((most, _),) = counted.most_common(1)
    return Point(*next(place for place in places if (round(place[0], 1), round(place[1], 1)) == most))


def _measure(clinic: Clinic, near: Point, radius: float, turns: int) -> Figures:
    wishes = Wishes(near=near, within_km=radius, languages=frozenset({"EN"}))
    counted = Counted()
    with connection.execute_wrapper(counted):
        chosen = choose(candidates(clinic, wishes, NOW), wishes)
    assert chosen.suits, "nothing suits in the middle of a town"
    rows = _floor(near, radius)
    own, floor = [], []
    for _ in range(turns):
        own.append(_timed(lambda: choose(candidates(clinic, wishes, NOW), wishes)))
        floor.append(_timed(lambda: _floor(near, radius)))
    return Figures(radius, len(rows), counted.queries, 1000 * median(own), 1000 * median(floor))


def _floor(near: Point, radius: float) -> list[tuple[object, ...]]:
    """What is open and held at present within the box of degrees, by the driver alone."""
    box = box_around(near, radius)
    return Plain().read(
        f"SELECT {', '.join(COLUMNS)} FROM attendance_meeting WHERE latitude BETWEEN %s AND %s "
        "AND longitude BETWEEN %s AND %s AND closed_on IS NULL AND attendance_option <> %s",
        *(box.south, box.north, box.west, box.east, "inactive"),
    )


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    began = perf_counter()
    work()
    return perf_counter() - began
