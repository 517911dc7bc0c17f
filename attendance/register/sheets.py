"""A sheet of meetings for one client to take along: through the week, with all that one needs to get there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attendance.directory import overlay
from attendance.directory.browsing import Listed, listed
from attendance.register import meeting_choices
from attendance.register.suitable import suitable
from clinic.models import Client

MOST_ON_A_SHEET = 12
BY_APPOINTMENT = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting of the sheet; is_chosen: it is one that they have chosen."""

    listed: Listed
    is_chosen: bool


def sheet_of(client: Client, now: datetime) -> list[Line]:
    """What a client has chosen and what else suits them, a dozen at most, in the order of their week.

    The chosen ones are all there; those that are not held at present are left out. A fixed number of queries.
    """
    clinic = client.clinic
    chosen = meeting_choices.chosen_by_client(client).values_list("meeting", flat=True)
    held = {pk: meeting for pk, meeting in overlay.by_numbers(clinic, chosen).items() if meeting.is_offered}
    others = [
        one.meeting for one in suitable(client, now, most=MOST_ON_A_SHEET).suits if one.meeting.pk not in held
    ]
    room = max(0, MOST_ON_A_SHEET - len(held))
    lines = [Line(row, row.meeting.pk in held) for row in listed([*held.values(), *others[:room]], now)]
    return sorted(lines, key=lambda line: _in_week(line.listed, clinic.week_starts_on))


def _in_week(row: Listed, week_starts_on: int) -> tuple[int, str, str]:
    meeting = row.meeting
    day = (meeting.day - week_starts_on) % 7 if meeting.day is not None else BY_APPOINTMENT
    return day, f"{meeting.starts_at:%H:%M}" if meeting.starts_at is not None else "", meeting.name
