"""The directory as people look through it: searched, narrowed down, and in the order in which the week comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from attendance.directory import finding
from attendance.directory.feeds.type_names import NAMES
from attendance.directory.kinds import AttendanceOption, FellowshipKind
from attendance.directory.models import Feed, Meeting
from attendance.directory.naming import next_day_text, when_text
from attendance.directory.occurrences import Occurrence, occurrences
from attendance.directory.overlay import as_seen
from clinic.models import Clinic, WeekDay

# A list that was not read for so long may send people to closed doors.
STALE_AFTER = timedelta(days=14)
MAP = "https://www.openstreetmap.org/search?query="
IN_PERSON = (AttendanceOption.IN_PERSON, AttendanceOption.HYBRID)
ONLINE = (AttendanceOption.ONLINE, AttendanceOption.HYBRID)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: words of name, place or day; a kind of fellowship or one of them by its id; a day of
    the week, 0 for Monday; in_person or online; step-free. everywhere: in other time zones than the clinic's as well.
    """

    words: str = ""
    kind: FellowshipKind | None = None
    fellowship: int | None = None
    day: int | None = None
    how: str = ""
    wheelchair: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A meeting of the list: when it is next held, in its own time zone, and None by appointment."""

    meeting: Meeting
    next_start: datetime | None

    @property
    def when(self) -> str:
        """Its day and hour, such as Tue 19:00."""
        return when_text(self.meeting)

    @property
    def next_day(self) -> str:
        """The day on which it is next held, in words."""
        return next_day_text(self.next_start) if self.next_start is not None else ""

    @property
    def types(self) -> list[str]:
        """What its codes say in words; a code nobody knows as it is."""
        return [NAMES.get(code, code) for code in self.meeting.types]

    @property
    def map_address(self) -> str:
        """Where a map shows the place; empty where only a town is known, or nothing."""
        place = self.meeting.address
        return f"{MAP}{quote(place)}" if place and not self.meeting.approximate else ""


@dataclass(frozen=True, slots=True)
class Unwell:
    """Lists that were not read for two weeks, and lists that cannot be read at present; one may be both."""

    stale: list[Feed]
    failing: list[Feed]


def browse(clinic: Clinic, asked: Asked, now: datetime) -> QuerySet[Meeting]:
    """The open meetings that suit what was asked, from now on through the week; those by appointment last.

    What began earlier today comes after the six days ahead: it is next held in a week. Those that do not meet at
    present come at the very end: they are kept, and never offered to a client. Without everywhere only those of the
    clinic's time zone, and those online.
    """
    found: QuerySet[Meeting] = Meeting.objects.seen_by(clinic).open()
    if not asked.everywhere:
        found = found.filter(Q(time_zone=clinic.time_zone) | Q(attendance_option=AttendanceOption.ONLINE))
    if asked.words:
        found = finding.holding_all(found, asked.words)
    if asked.kind is not None:
        found = found.filter(fellowship__kind=asked.kind)
    if asked.fellowship is not None:
        found = found.filter(fellowship=asked.fellowship)
    if asked.day is not None:
        found = found.filter(_on(asked.day))
    if asked.how in ("in_person", "online"):
        found = found.filter(attendance_option__in=IN_PERSON if asked.how == "in_person" else ONLINE)
    if asked.wheelchair:
        # X is the code of the published formats. As text, for not every database looks into lists.
        found = found.annotate(codes=Cast("types", TextField())).filter(codes__contains='"X"')
    there = now.astimezone(ZoneInfo(clinic.time_zone))
    today = there.weekday()
    ahead = [When(day=(today + number) % 7, then=Value(number)) for number in range(7)]
    begun = When(day=today, starts_at__lt=there.time(), then=Value(7))
    resting = When(attendance_option=AttendanceOption.INACTIVE, then=Value(9))
    order = Case(resting, begun, *ahead, default=Value(8), output_field=IntegerField())
    return found.order_by(order, "starts_at", "name", "pk")


def _on(day: int) -> Q:
    """Held on a day of the week; what goes on past midnight is on both."""
    goes_on = Q(day=(day - 1) % 7, ends_at__gt=time.min, ends_at__lt=F("starts_at"))
    return Q(day=day) | goes_on


def listed(meetings: Iterable[Meeting], now: datetime) -> list[Listed]:
    """Each with when it is next held from an aware moment on; what was browsed becomes the meetings that it is."""
    ahead = [(meeting, held_next(meeting, now, 1)) for meeting in as_seen(meetings)]
    return [Listed(meeting, held[0].starts if held else None) for meeting, held in ahead]


def held_next(meeting: Meeting, now: datetime, count: int) -> list[Occurrence]:
    """The next times a meeting is held from an aware moment on, soonest first, in its own time zone.

    None by appointment, where its hour is not known, and while it is not offered.
    """
    weekly = meeting.weekly_time
    return occurrences(weekly, now, count) if weekly is not None and meeting.is_offered else []


def same_elsewhen(meeting: Meeting, clinic: Clinic) -> QuerySet[Meeting]:
    """The other open meetings of the same name at the same place in the same list, in the order of the week."""
    same = (
        Meeting.objects.seen_by(clinic)
        .open()
        .filter(
            Q(feed=meeting.feed_id) | Q(amends__feed=meeting.feed_id, amends__isnull=False),
            name=meeting.name,
            location=meeting.location,
            address=meeting.address,
        )
    )
    itself = Q(pk=meeting.pk) | Q(amends=meeting.pk)
    return same.exclude(itself).order_by("day", "starts_at", "pk")


def day_choices() -> list[tuple[str, str]]:
    """The days of the week, as a form offers them."""
    return [(str(day.value), str(day.label)) for day in WeekDay]


def unwell(clinic: Clinic, now: datetime) -> Unwell:
    """The published lists near a clinic, or kept by it, that people should not rely on; one query.

    None of which all meetings were closed: nobody relies on it.
    """
    # Joined from the left, a list without any meeting has none that was closed either.
    lists = Feed.objects.filter(meetings__closed_on__isnull=True).distinct()
    near = lists.filter(Q(time_zone=clinic.time_zone) | Q(kept_by=clinic))
    found = near.filter(Q(last_read_at__lt=now - STALE_AFTER) | Q(failing_since__isnull=False))
    feeds = list(found)
    return Unwell(
        stale=[feed for feed in feeds if feed.last_read_at < now - STALE_AFTER],
        failing=[feed for feed in feeds if feed.failing_since is not None],
    )
