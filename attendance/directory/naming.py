"""How a meeting is written where people read or choose it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from attendance.directory.feeds.type_names import NAMES
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from clinic.models import WeekDay
from clinic.weeks import day_text

CALLED = {
    "starts_at": "Starts",
    "ends_at": "Ends",
    "attendance_option": "How one takes part",
    "types": "Marked as",
    "url": "Its own page",
    "location": "Place",
    "location_notes": "Finding it",
    "city": "Town",
    "region": "Area",
    "conference_url": "Web address to join",
    "conference_phone": "Number to join",
    "conference_notes": "Joining",
    "weeks": "Weeks of a month",
}
WEEKS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}


def when_text(meeting: Meeting) -> str:
    """The day and local time of a meeting, such as Tue 19:00, or 2nd and 4th Tue 19:00."""
    return hours_text(meeting.day, meeting.weeks, meeting.starts_at)


def hours_text(day: int | None, weeks: Sequence[int], starts_at: time | None) -> str:
    """The same of a meeting's day, weeks of a month and local time alone."""
    if day is None:
        return "by appointment"
    named = str(WEEKDAYS_ABBR[day])
    if weeks:
        named = f"{' and '.join(WEEKS[week] for week in weeks)} {named}"
    return f"{named} {starts_at:%H:%M}" if starts_at is not None else named


@dataclass(frozen=True, slots=True)
class Amended:
    """One thing that a clinic says otherwise than the list, in words; empty where there is nothing."""

    what: str
    here: str
    in_list: str


def amended(meeting: Meeting) -> list[Amended]:
    """What the clinic's own word on a meeting says otherwise than its list."""
    if meeting.amendment is None:
        return []
    told = [
        Amended(CALLED.get(name, name.capitalize()), _text(name, getattr(meeting, name)), _text(name, listed))
        for name, listed in meeting.hidden.items()
    ]
    return [one for one in told if one.here != one.in_list]


def _text(name: str, value: Any) -> str:
    if name == "day":
        return "by appointment" if value is None else str(WeekDay(value).label)
    if name == "attendance_option":
        return str(AttendanceOption(value).label)
    if isinstance(value, list):
        return ", ".join(NAMES.get(one, WEEKS.get(one, str(one))) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def next_day_text(starts: datetime) -> str:
    """The day of a next holding in words, in its own time zone."""
    return f"{starts:%A} {day_text(starts.date())}"


def option_text(meeting: Meeting) -> str:
    """What a suggestion says: name, time, place, and in brackets what names it alone."""
    place = meeting.location or meeting.city
    return " · ".join(
        part for part in (meeting.name, when_text(meeting), place, f"[{meeting.reference}]") if part
    )


def options(meetings: Iterable[Meeting]) -> list[str]:
    """The suggestions for some meetings."""
    return [option_text(meeting) for meeting in meetings]


def another_day_text(meeting: Meeting, day: date) -> str:
    """That a date is none of the days on which a meeting is held; it is not one by appointment."""
    assert meeting.day is not None
    if meeting.weeks:
        weeks = " and ".join(WEEKS[week] for week in meeting.weeks)
        held = f"{meeting.name} is held on the {weeks} {WEEKDAYS[meeting.day]} of a month"
        return f"{held}, and {day_text(day)} is not one."
    if meeting.day == day.weekday():
        where = meeting.time_zone.rpartition("/")[2].replace("_", " ")
        return f"{meeting.name} is held on {WEEKDAYS[meeting.day]}s in {where}: here that is another day."
    held, asked = WEEKDAYS[meeting.day], WEEKDAYS[day.weekday()]
    return f"{meeting.name} is held on {held}s, and {day_text(day)} is a {asked}."
