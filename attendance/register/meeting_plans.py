"""Meetings that clients mean to go to, chosen together: the first is to be more than an address (evidence E8, E12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from attendance.directory.models import Meeting
from attendance.directory.naming import another_day_text
from attendance.directory.occurrences import starting_on
from attendance.directory.overlay import lay_over, meant
from attendance.register.models import PlannedMeeting
from attendance.register.taking_back import take_back
from clinic import audit, clock, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client

LONGEST_AHEAD = timedelta(days=92)


@transaction.atomic
def plan_meeting(
    *, client: Client, meeting: Meeting, by: Actor, now: datetime, held_on: date | None = None
) -> tuple[PlannedMeeting, bool]:
    """Write down that a client means to go to a meeting on a local date of the clinic; the plan, and whether it is new.

    Without a date it is the next on which the meeting starts. Raises Refused for a date that is past or more than
    three months ahead, one on which the meeting does not start, a meeting that is not held any more or at present,
    one by appointment without a date, and a client who was closed.
    """
    client = locking.client(client.pk)
    zone = client.clinic.time_zone
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    meeting = meant(meeting, client.clinic)
    if not meeting.is_offered:
        raise Refused(f"{meeting} is not held at present.", "meeting")
    held_on = held_on or meeting.next_date(now, zone)
    if held_on is None:
        raise Refused(f"{meeting} is held by appointment: say on which day.", "held_on")
    today = clock.local_date(now, zone)
    if held_on < today:
        raise Refused(f"{held_on} is past: today is {today}.", "held_on")
    if held_on > today + LONGEST_AHEAD:
        raise Refused(f"{held_on} is more than three months ahead.", "held_on")
    if not meeting.starts_on(held_on, zone):
        raise Refused(another_day_text(meeting, held_on), "held_on")
    begins = starts_at(meeting, held_on, zone)
    if begins is not None and begins < now:
        raise Refused(f"On {held_on} it began at {begins:%H:%M}: choose another day.", "held_on")
    held = client.planned_meetings.filter(meeting=meeting, held_on=held_on, voided_at__isnull=True).first()
    if held is not None:
        return held, False
    return _write(client, by, now, meeting_id=meeting.pk, held_on=held_on), True


def void_plan(*, planned: PlannedMeeting, by: Actor, now: datetime) -> bool:
    """Take a plan back, keeping it on record; False where it was taken back already."""
    return take_back(planned, verb="meeting.not_planned", by=by, now=now)


@transaction.atomic
def plan_again(*, planned: PlannedMeeting, by: Actor, now: datetime) -> bool:
    """Plan again what was taken back by a slip of the hand; False where the same is planned.

    It is a row of its own, as a calendar keeps the one that was taken back as cancelled. Nothing but the day is asked
    about: what had been planned may have begun since, or its meeting may have closed. Raises Refused for a day that
    is past, and a client who was closed.
    """
    client = locking.client(planned.client_id)
    standing = client.planned_meetings.filter(voided_at__isnull=True)
    if standing.filter(meeting=planned.meeting_id, held_on=planned.held_on).exists():
        return False
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    today = clock.local_date(now, client.clinic.time_zone)
    if planned.held_on < today:
        raise Refused(f"{planned.held_on} is past: today is {today}.")
    _write(client, by, now, meeting_id=planned.meeting_id, held_on=planned.held_on)
    return True


def void_ahead(client: Client, by: Actor, now: datetime) -> None:
    """Take every plan of a client back that is not past."""
    for planned in not_past(client, now):
        void_plan(planned=planned, by=by, now=now)


def not_past(client: Client, now: datetime) -> QuerySet[PlannedMeeting]:
    """The plans of a client from today on, the soonest first, each with its meeting."""
    today = clock.local_date(now, client.clinic.time_zone)
    plans = client.planned_meetings.filter(voided_at__isnull=True, held_on__gte=today)
    return plans.select_related("meeting__feed", "meeting__fellowship")


def ahead(client: Client, now: datetime) -> list[tuple[PlannedMeeting, datetime | None]]:
    """What a client means to go to that is still to begin, with when: in the clinic's time zone, None if not known.

    One whose meeting has closed since, or moved to another day, is not to be gone to.
    """
    zone = client.clinic.time_zone
    plans = list(not_past(client, now))
    lay_over(client.clinic, [planned.meeting for planned in plans])
    with_starts = [
        (planned, starts_at(planned.meeting, planned.held_on, zone))
        for planned in plans
        if planned.meeting.is_offered and planned.meeting.starts_on(planned.held_on, zone)
    ]
    return [(planned, starts) for planned, starts in with_starts if starts is None or starts >= now]


def starts_at(meeting: Meeting, held_on: date, time_zone: str) -> datetime | None:
    """When the holding on a local date of the zone begins, in that zone; None where the hour is not known."""
    weekly = meeting.weekly_time
    held = starting_on(weekly, held_on, time_zone) if weekly is not None else None
    return held.starts.astimezone(ZoneInfo(time_zone)) if held is not None else None


def _write(client: Client, by: Actor, now: datetime, *, meeting_id: int, held_on: date) -> PlannedMeeting:
    """A plan of a client who is held, and its entry."""
    written = PlannedMeeting.objects.create(
        clinic=client.clinic,
        client=client,
        meeting_id=meeting_id,
        held_on=held_on,
        planned_at=now,
        planned_by=by.label,
    )
    audit.record(by=by, now=now, verb="meeting.planned", subject=written, clinic=client.clinic, client=client)
    return written
