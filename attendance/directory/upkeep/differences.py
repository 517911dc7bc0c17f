"""In what two states of a meeting differ, in the words that people use for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from attendance.directory.feeds.type_names import NAMES
from attendance.directory.models import Meeting
from attendance.directory.naming import when_text
from clinic.weeks import day_text

# Of a long text so many characters are shown, a few of them before the place where it differs.
SHOWN = 160
BEFORE = 30
STAMP = "Changed by the group"


class Difference(TypedDict):
    """What differs, what it was, and what it is; either is empty where there is none."""

    what: str
    before: str
    after: str


def held_text(meeting: Meeting) -> str:
    """The day, and the time from when to when."""
    when = when_text(meeting)
    return f"{when} to {meeting.ends_at:%H:%M}" if meeting.ends_at is not None else when


def place_text(meeting: Meeting) -> str:
    """Where it is held in a few words, and whether one can join it online."""
    parts = dict.fromkeys(
        (meeting.location, meeting.city or (meeting.address if not meeting.location else ""))
    )
    place = ", ".join(filter(None, parts))
    return " · ".join(filter(None, (place, str(meeting.get_attendance_option_display()))))


def _types(meeting: Meeting) -> str:
    return ", ".join(NAMES.get(code, code) for code in meeting.types)


def _on_the_map(meeting: Meeting) -> str:
    if meeting.latitude is None or meeting.longitude is None:
        return ""
    return f"{meeting.latitude}, {meeting.longitude}"


def _changed_by_the_group(meeting: Meeting) -> str:
    stamp = meeting.updated_at
    return f"{day_text(stamp.date())}, {stamp:%H:%M}" if stamp is not None else ""


WORDS: tuple[tuple[str, Callable[[Meeting], str]], ...] = (
    ("Name", lambda meeting: meeting.name),
    ("Group", lambda meeting: meeting.group_name),
    ("Fellowship", lambda meeting: meeting.fellowship.name),
    ("When", held_text),
    ("Time zone", lambda meeting: meeting.time_zone),
    ("How", lambda meeting: str(meeting.get_attendance_option_display())),
    ("Place", lambda meeting: meeting.location),
    ("Address", lambda meeting: meeting.address),
    ("Town", lambda meeting: meeting.city),
    ("Area", lambda meeting: meeting.region),
    ("Place known", lambda meeting: "only roughly" if meeting.approximate else "exactly"),
    ("On the map", _on_the_map),
    ("Finding it", lambda meeting: meeting.location_notes),
    ("Marked as", _types),
    ("Notes", lambda meeting: meeting.notes),
    ("Online", lambda meeting: meeting.conference_url),
    ("By phone", lambda meeting: meeting.conference_phone),
    ("Joining", lambda meeting: meeting.conference_notes),
    ("Its own page", lambda meeting: meeting.url),
    (STAMP, _changed_by_the_group),
    ("Name in its list", lambda meeting: meeting.published_slug),
)


def differences(before: Meeting, after: Meeting) -> list[Difference]:
    """What a reader would see differ, field by field; both come with their fellowship."""
    found = []
    for what, words in WORDS:
        was, becomes = words(before), words(after)
        if was != becomes:
            was, becomes = excerpts(was, becomes)
            found.append(Difference(what=what, before=was, after=becomes))
    return found


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts that differ, each cut to what is shown, so that the place where they begin to differ is in sight."""
    same = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other),
        min(len(before), len(after)),
    )
    start = max(0, same - BEFORE)
    return _excerpt(before, start), _excerpt(after, start)


def _excerpt(text: str, start: int) -> str:
    if len(text) <= SHOWN:
        return text
    begin, end = ("…" if start else ""), ("…" if len(text) > start + SHOWN else "")
    return f"{begin}{text[start : start + SHOWN]}{end}"
