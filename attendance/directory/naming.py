"""How a meeting is written where people read or choose it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from attendance.directory.models import Meeting
from clinic.weeks import day_text

WEEKS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}


def when_text(meeting: Meeting) -> str:
    """The day and local time of a meeting, such as Tue 19:00, or 2nd and 4th Tue 19:00."""
    if meeting.day is None:
        return "by appointment"
    day = str(WEEKDAYS_ABBR[meeting.day])
    if meeting.weeks:
        day = f"{' and '.join(WEEKS[week] for week in meeting.weeks)} {day}"
    return f"{day} {meeting.starts_at:%H:%M}" if meeting.starts_at is not None else day


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
