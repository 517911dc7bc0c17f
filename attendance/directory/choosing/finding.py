"""The meetings of the directory among which to choose, and the places they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
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
# Of each kind; more than anybody reads, and enough for some to be left that fit unusual wishes.
MOST_IN_PERSON = 1500
MOST_ONLINE = 500
MOST_PLACES = 300
SPREAD_KM = 30.0
IN_PERSON = (AttendanceOption.IN_PERSON, AttendanceOption.HYBRID)
READ = (
    *(
        "pk",
        "amends",
        "name",
        "location",
        "address",
        "fellowship",
        "attendance_option",
        "types",
        "day",
        "weeks",
    ),
    *("starts_at", "time_zone", "latitude", "longitude", "city", "region"),
)


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
    # The town itself goes before streets that are called after it, of which there may be many.
    town_first = Case(When(city__iexact=area, then=0), When(region__iendswith=area, then=1), default=2)
    known = placed.filter(named).order_by(town_first, "pk")
    rows = list(known.values_list("city", "region", "latitude", "longitude")[:MOST_PLACES])
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

    Three queries; and one more each where more are around, or online, than anybody reads: see _of_every_kind.
    """
    offered = Meeting.objects.seen_by(clinic).select_related(None).offered()
    reader = _Reader(clinic, now)
    found: dict[int, Candidate] = {}
    for meetings, most in (
        (_nearest(offered, clinic, wishes), MOST_IN_PERSON),
        (_online(offered, clinic, wishes), MOST_ONLINE),
    ):
        # Apart, so that each goes by an index of its own.
        found |= {one.pk: one for one in _of_every_kind(meetings, most, reader)}
    return list(found.values())


def these(clinic: Clinic, numbers: Iterable[int], now: datetime) -> list[Candidate]:
    """The meetings of these numbers, closed ones too, as candidates; two queries."""
    wanted = list(numbers)
    known = Meeting.objects.seen_by(clinic).select_related(None)
    return _Reader(clinic, now).read(known.filter(Q(pk__in=wanted) | Q(amends__in=wanted)))


def _of_every_kind(meetings: MeetingQuerySet, most: int, reader: _Reader) -> list[Candidate]:
    """The first so many; and where they are not all, as many again of other kinds than most of these are of.

    So that the few of one kind are found, however many there are of another.
    """
    found = reader.read(meetings[:most])
    if len(found) == most:
        ((crowding, _),) = Counter(one.kind for one in found).most_common(1)
        others = [pk for pk, fellowship in reader.fellowships.items() if fellowship.kind != crowding]
        found += reader.read(meetings.filter(fellowship__in=others)[:most])
    return found


def _nearest(offered: MeetingQuerySet, clinic: Clinic, wishes: Wishes) -> MeetingQuerySet:
    """In person, the nearest first."""
    there = offered.filter(attendance_option__in=IN_PERSON)
    if wishes.how == "online":
        there = offered.filter(attendance_option=AttendanceOption.HYBRID)
    if wishes.near is None:
        return there.filter(time_zone=clinic.time_zone).order_by("pk")
    far = wishes.within_km * BEYOND if wishes.within_km is not None else USUAL_KM
    around = _within(box_around(wishes.near, far))
    if wishes.area and point_in(wishes.area) is None:
        # Lists that do not know the spot may name the town.
        named = Q(city__iexact=wishes.area) | Q(region__icontains=wishes.area)
        around |= Q(time_zone=clinic.time_zone, latitude__isnull=True) & named
    return there.filter(around).order_by(_squared_distance(wishes.near), "pk")


def _online(offered: MeetingQuerySet, clinic: Clinic, wishes: Wishes) -> MeetingQuerySet:
    """Online alone: in the clinic's time zone, or in any for somebody who wishes for that."""
    if wishes.how == "in_person":
        return offered.none()
    online = offered.filter(attendance_option=AttendanceOption.ONLINE)
    if wishes.how != "online":
        online = online.filter(time_zone=clinic.time_zone)
    if not wishes.days:
        return online.order_by("pk")
    # By the days of its own time zone, which may be a day off.
    near = {(day + off) % 7 for day in wishes.days for off in (-1, 0, 1)}
    return online.order_by(Case(When(day__in=near, then=0), default=1), "pk")


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


class _Reader:
    """Makes candidates of rows, for a clinic at a moment; it knows the fellowships, so that rows need not say them."""

    def __init__(self, clinic: Clinic, now: datetime) -> None:
        self.fellowships = {fellowship.pk: fellowship for fellowship in seen_by(clinic)}
        self._clock = _WeekClock(clinic, now)

    def read(self, meetings: MeetingQuerySet) -> list[Candidate]:
        """The meetings as candidates; one query."""
        return [self._candidate(*row) for row in meetings.values_list(*READ)]

    def _candidate(
        self, pk: int, amends: int | None, name: str, location: str, address: str, fellowship: int, option: str,
        types: list[str], day: int, weeks: list[int], starts_at: time | None, zone: str, north: float | None,
        east: float | None, city: str, region: str,
    ) -> Candidate:  # fmt: skip
        known = self.fellowships[fellowship]
        minute, ahead = (None, None) if starts_at is None else self._clock.starts(day, starts_at, weeks, zone)
        return Candidate(
            pk=amends or pk,
            name=name,
            group=(name.casefold(), (location or address).casefold()),
            fellowship=fellowship,
            fellowship_name=known.name,
            kind=FellowshipKind(known.kind),
            option=AttendanceOption(option),
            types=frozenset(types),
            minute=minute,
            ahead=ahead,
            place=Point(north, east) if north is not None and east is not None else None,
            where=f"{city} {region}".casefold(),
        )
