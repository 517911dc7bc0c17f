"""When a weekly meeting is next held. Pure: a weekly time and a moment in, moments out."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from clinic.weeks import DAY, WEEK

BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
USUAL_LENGTH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A time of the week: day 0 is Monday; starts_at and ends_at are local times of the IANA time_zone.

    An end at or before the start is on the next day. Without an end the meeting takes the usual hour. weeks: held
    only on the first to fifth such day of a month (1 to 5), or the last (-1); without any, every week.
    """

    day: int
    starts_at: time
    ends_at: time | None
    time_zone: str
    weeks: tuple[int, ...] = ()

    def meets_on(self, day: date) -> bool:
        """Whether it starts on a date of its own calendar."""
        return day.weekday() == self.day and in_weeks(day, self.weeks)

    @property
    def rrule(self) -> str:
        """When it comes again, as iCalendar writes it."""
        name = BYDAY[self.day]
        if not self.weeks:
            return f"FREQ=WEEKLY;BYDAY={name}"
        return f"FREQ=MONTHLY;BYDAY={','.join(f'{week}{name}' for week in self.weeks)}"


def in_weeks(day: date, weeks: tuple[int, ...]) -> bool:
    """Whether a date is one of those weekdays of its month: 1 to 5, -1 for the last; without any, every one is."""
    last = (day + WEEK).month != day.month
    return not weeks or (day.day - 1) // 7 + 1 in weeks or (last and -1 in weeks)


class Occurrence(NamedTuple):
    """One holding of a meeting: aware moments in the meeting's own time zone."""

    starts: datetime
    ends: datetime


def occurrences(weekly: WeeklyTime, after: datetime, count: int) -> list[Occurrence]:
    """The next count times the meeting starts at or after the aware moment, soonest first.

    A start that the clocks jump over is held as much later as they jump; one that comes twice is the first.
    """
    zone = ZoneInfo(weekly.time_zone)
    # Slack, as a jump of the clocks may move a start over midnight.
    first = after.astimezone(zone).date() - DAY
    on = first + timedelta(days=(weekly.day - first.weekday()) % 7)
    found: list[Occurrence] = []
    while len(found) < count:
        if not in_weeks(on, weekly.weeks):
            on += WEEK
            continue
        held = _held_on(on, weekly, zone)
        # In one zone Python compares clock faces, which do not tell the two hours apart when clocks go back.
        if held.starts.astimezone(UTC) >= after.astimezone(UTC):
            found.append(held)
        on += WEEK
    return found


def starting_on(weekly: WeeklyTime, day: date, time_zone: str) -> Occurrence | None:
    """The holding that starts on a local date of the IANA time_zone, which need not be its own; or None."""
    zone = ZoneInfo(time_zone)
    begins, over = _instant(day, time.min, zone), _instant(day + DAY, time.min, zone)
    (held,) = occurrences(weekly, begins, 1)
    return held if held.starts < over else None


# A page asks the same of some meetings and the seven days of a week, over and over.
@lru_cache(maxsize=4096)
def touches(weekly: WeeklyTime, day: date, time_zone: str) -> bool:
    """Whether any of a meeting's holdings falls, wholly or in part, on a local date of the IANA time_zone.

    One that goes on past midnight touches two dates; one of another zone may fall on the date before or after.
    """
    zone = ZoneInfo(time_zone)
    begins, over = _instant(day, time.min, zone), _instant(day + DAY, time.min, zone)
    # The holding before may still go on when the day begins.
    held = occurrences(weekly, begins - WEEK, 3)
    return any(one.starts < over and one.ends > begins for one in held)


def _held_on(day: date, weekly: WeeklyTime, zone: ZoneInfo) -> Occurrence:
    starts = _instant(day, weekly.starts_at, zone)
    ends = starts + USUAL_LENGTH
    if weekly.ends_at is not None:
        last_day = day if weekly.ends_at > weekly.starts_at else day + DAY
        ends = _instant(last_day, weekly.ends_at, zone)
        if ends <= starts:
            # The clocks jumped over the start and landed behind the end: the meeting keeps its length.
            clock_faces = datetime.combine(last_day, weekly.ends_at), datetime.combine(day, weekly.starts_at)
            ends = starts + (clock_faces[0] - clock_faces[1])
    return Occurrence(starts.astimezone(zone), ends.astimezone(zone))


def _instant(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time; by way of UTC, which turns a time the clocks jump over into a real one."""
    return datetime.combine(day, clock_time, zone).astimezone(UTC)


class HeldWeekly(Protocol):
    """Whatever has a weekly time, such as a meeting."""

    @property
    def weekly_time(self) -> WeeklyTime | None: ...


Held = TypeVar("Held", bound=HeldWeekly)


def next_held(meetings: Iterable[Held], after: datetime, limit: int) -> list[tuple[Held, Occurrence]]:
    """Of several meetings the next limit holdings, each meeting once, soonest first.

    Meetings without a weekly time are left out.
    """
    held = [(m, occurrences(m.weekly_time, after, 1)[0]) for m in meetings if m.weekly_time is not None]
    return heapq.nsmallest(limit, held, key=lambda pair: pair[1].starts.astimezone(UTC))
