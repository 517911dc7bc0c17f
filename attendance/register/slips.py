"""What stands on a slip that a client has signed where they went: the meetings they mean to go to, by date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from attendance.directory import overlay
from attendance.directory.models import Meeting
from attendance.register import meeting_choices, meeting_plans
from clinic import clock
from clinic.models import Client
from clinic.weeks import DAY, WEEK


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One holding to be signed for. starts: in the clinic's time zone; None where the hour is not known."""

    meeting: Meeting
    held_on: date
    starts: datetime | None


def slip_of(client: Client, now: datetime, weeks: int) -> list[SlipLine]:
    """What a client has planned, and each holding of what they have chosen, for so many weeks from today on.

    Soonest first. What is not held at present, or by appointment and without a plan, is left out. A fixed number of
    queries.
    """
    zone = client.clinic.time_zone
    today = clock.local_date(now, zone)
    days = [today + number * DAY for number in range(weeks * (WEEK // DAY))]
    plans = list(meeting_plans.not_past(client, now))
    overlay.lay_over(client.clinic, [planned.meeting for planned in plans])
    wanted = {
        (planned.meeting.pk, planned.held_on): planned.meeting
        for planned in plans
        if planned.held_on in days and planned.meeting.starts_on(planned.held_on, zone)
    }
    for chosen in meeting_choices.chosen_as_seen(client):
        meeting = chosen.meeting
        if meeting.day is not None:
            wanted |= {(meeting.pk, day): meeting for day in days if meeting.starts_on(day, zone)}
    lines = [
        SlipLine(meeting, day, meeting_plans.starts_at(meeting, day, zone))
        for (_, day), meeting in wanted.items()
        if meeting.is_offered
    ]
    return sorted(lines, key=lambda line: (line.held_on, _hour(line), line.meeting.name))


def _hour(line: SlipLine) -> str:
    """What is known of its hour, to sort by; whatever has none comes last."""
    return f"{line.starts:%H:%M}" if line.starts is not None else "~"
