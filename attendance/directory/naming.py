"""How a meeting is written where people read or choose it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from attendance.directory.models import Meeting
from clinic.weeks import day_text


def when_text(meeting: Meeting) -> str:
    """The day and local time of a meeting, such as Tue 19:00."""
    if meeting.day is None:
        return "by appointment"
    day = str(WEEKDAYS_ABBR[meeting.day])
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


def not_held_text(meeting: Meeting, day: date, time_zone: str) -> str:
    """Why a meeting cannot have been gone to on a local date of the zone; empty where it can."""
    if meeting.day is None or meeting.may_be_held_on(day, time_zone):
        return ""
    held, asked = WEEKDAYS[meeting.day], WEEKDAYS[day.weekday()]
    return f"{meeting.name} is held on {held}s, and {day_text(day)} is a {asked}."
