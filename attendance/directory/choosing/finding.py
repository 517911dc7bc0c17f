"""The meetings of the directory among which to choose, and the places they are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.functions import Cos, Power, Radians

from attendance.directory.choosing.geography import Box, Point, box_around, middle, point_in
from attendance.directory.choosing.suiting import MINUTES_A_DAY, USUAL_KM, Candidate
from attendance.directory.choosing.wishes import Wishes
from attendance.directory.fellowships import seen_by
from attendance.directory.kinds import AttendanceOption, FellowshipKind
from attendance.directory.models import Meeting, MeetingQuerySet
from attendance.directory.occurrences import WeeklyTime, occurrences
from clinic.models import Clinic

MINUTES_A_WEEK = 7 * MINUTES_A_DAY
# So many times as far as they would go is looked, for near misses.
BEYOND = 1.5
# Of each kind the nearest, or any where nobody knows from where; more than anybody reads.
MOST_OF_A_KIND = 1500
MOST_PLACES = 300
SPREAD_KM = 30.0
IN_PERSON = (AttendanceOption.IN_PERSON, AttendanceOption.HYBRID)
READ = (
    *("pk", "amends", "name", "feed", "amends__feed", "location", "fellowship", "fellowship__name", "fellowship__kind"),
    *("attendance_option", "types", "day", "weeks", "starts_at", "time_zone", "latitude", "longitude"),
    *("city", "region", "address"),
)  # fmt: skip


def place_named(clinic: Clinic, area: str) -> Point | None:
    """Where an area is, by the meetings that are held in it; None where there are none, or they lie far apart.

    area is in small letters: two degrees such as 53.8, -1.55, or a town, a region or a part of an address. One query.
    """
    if not area:
        return None
    if (point := point_in(area)) is not None:
        return point
    placed = Meeting.objects.seen_by(clinic).open().filter(latitude__isnull=False, time_zone=clinic.time_zone)
    named = (
        Q(city__iexact=area)
        | Q(region__icontains=area)
        | Q(address__icontains=area)
        | Q(location__icontains=area)
    )
    rows = (
        placed.filter(named).order_by().values_list("city", "region", "latitude", "longitude")[:MOST_PLACES]
    )
    # The town itself goes before streets that are called after it.
    towns = [row for row in rows if area in (row[0].casefold(), row[1].rpartition(">")[2].strip().casefold())]
    points = [
        Point(north, east) for *_, north, east in towns or rows if north is not None and east is not None
    ]
    return middle(points, SPREAD_KM)


def place_of(meeting: Meeting) -> Point | None:
    """Where a meeting is held, where that is known."""
    if meeting.latitude is None or meeting.longitude is None:
        return None
    return Point(meeting.latitude, meeting.longitude)


def fellowships_by_word(clinic: Clinic) -> dict[str, int]:
    """What the fellowships a clinic sees may be called, in small letters, with their ids; one query."""
    words: dict[str, int] = {}
    for fellowship in seen_by(clinic):
        for name in (fellowship.name, fellowship.abbreviation):
            if name:
                words.setdefault(name.casefold(), fellowship.pk)
    return words


def candidates(clinic: Clinic, wishes: Wishes, now: datetime) -> list[Candidate]:
    """The meetings on offer that may suit: those around the place, or of the clinic's time zone, and those online.

    One query for each kind of fellowship, so that none crowds another out.
    """
    offered = (
        Meeting.objects.seen_by(clinic).select_related(None).offered().filter(_reachable(clinic, wishes))
    )
    clock = _WeekClock(clinic, now)
    return [
        one
        for kind in FellowshipKind
        for one in _read(_nearest(offered.filter(fellowship__kind=kind), wishes), clock)
    ]


def these(clinic: Clinic, numbers: Iterable[int], now: datetime) -> list[Candidate]:
    """The meetings of these numbers, closed ones too, as candidates; one query."""
    wanted = list(numbers)
    rows = Meeting.objects.seen_by(clinic).select_related(None)
    return list(_read(rows.filter(Q(pk__in=wanted) | Q(amends__in=wanted)), _WeekClock(clinic, now)))


def _reachable(clinic: Clinic, wishes: Wishes) -> Q:
    """In person around the place; online in the clinic's time zone, or in any for somebody who wishes for that."""
    here = Q(time_zone=clinic.time_zone)
    online = Q(attendance_option=AttendanceOption.ONLINE)
    if wishes.how == "online":
        return online | here & Q(attendance_option=AttendanceOption.HYBRID)
    there = Q(attendance_option__in=IN_PERSON) & _around(wishes, here)
    return there if wishes.how == "in_person" else there | online & here


def _around(wishes: Wishes, here: Q) -> Q:
    if wishes.near is None:
        return here
    far = wishes.within_km * BEYOND if wishes.within_km is not None else USUAL_KM
    around = _within(box_around(wishes.near, far))
    if wishes.area and point_in(wishes.area) is None:
        # Lists that do not know the spot may name the town.
        named = Q(city__iexact=wishes.area) | Q(region__icontains=wishes.area)
        around |= here & Q(latitude__isnull=True) & named
    return around


def _nearest(meetings: MeetingQuerySet, wishes: Wishes) -> MeetingQuerySet:
    """The nearest, and after those in person the ones online."""
    online = Case(When(attendance_option=AttendanceOption.ONLINE, then=1), default=0)
    nearest = [_squared_distance(wishes.near)] if wishes.near is not None else []
    return meetings.order_by(online, *nearest, "pk")[:MOST_OF_A_KIND]


def _within(box: Box) -> Q:
    return Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))


def _squared_distance(point: Point) -> Any:
    """On a flat map, good enough to tell the nearest: the very distance is reckoned afterwards."""
    narrower = Cos(Radians(Value(point.north, FloatField())))
    return Power(F("latitude") - point.north, 2) + Power((F("longitude") - point.east) * narrower, 2)


class _WeekClock:
    """When meetings start in a week of the clinic's time zone, without asking for each where the clocks stand."""

    def __init__(self, clinic: Clinic, now: datetime) -> None:
        self._now = now
        self._here = ZoneInfo(clinic.time_zone)
        local = now.astimezone(self._here)
        self._minute = local.weekday() * MINUTES_A_DAY + local.hour * 60 + local.minute
        self._offsets: dict[str, int] = {clinic.time_zone: 0}

    def starts(self, day: int, starts_at: time, weeks: list[int], zone: str) -> tuple[int, int]:
        """The minute of the week, and in how many minutes it is next held; by the clocks as they are now."""
        minute = (
            day * MINUTES_A_DAY + starts_at.hour * 60 + starts_at.minute + self._offset(zone)
        ) % MINUTES_A_WEEK
        if not weeks:
            return minute, (minute - self._minute) % MINUTES_A_WEEK
        weekly = WeeklyTime(day, starts_at, None, zone, tuple(weeks))
        (held,) = occurrences(weekly, self._now, 1)
        return minute, int((held.starts - self._now) / timedelta(minutes=1))

    def _offset(self, zone: str) -> int:
        """By how many minutes the clinic's clocks are ahead of a zone's."""
        if zone not in self._offsets:
            here, there = (self._now.astimezone(one).utcoffset() for one in (self._here, ZoneInfo(zone)))
            assert here is not None
            assert there is not None
            self._offsets[zone] = int((here - there) / timedelta(minutes=1))
        return self._offsets[zone]


def _read(meetings: MeetingQuerySet, clock: _WeekClock) -> Iterator[Candidate]:
    return map(partial(_candidate, clock), meetings.values_list(*READ))


def _candidate(clock: _WeekClock, row: tuple[Any, ...]) -> Candidate:
    (
        pk, amends, name, feed, listed, location, fellowship, fellowship_name, kind,
        option, types, day, weeks, starts_at, zone, north, east, city, region, address,
    ) = row  # fmt: skip
    minute, ahead = (None, None) if starts_at is None else clock.starts(day, starts_at, weeks, zone)
    return Candidate(
        pk=amends or pk,
        name=name,
        group=(feed or listed, name.casefold(), (location or address).casefold()),
        fellowship=fellowship,
        fellowship_name=fellowship_name,
        kind=FellowshipKind(kind),
        option=AttendanceOption(option),
        types=frozenset(types),
        minute=minute,
        ahead=ahead,
        place=Point(north, east) if north is not None else None,
        where=f"{city} {region}".casefold(),
    )
