"""A client's chosen and planned meetings as a calendar file: discreet, and corrected each time it is given out.

The copy in somebody's calendar cannot be recalled. So an entry keeps its uid; its sequence grows when it differs from
what was given out last; and one that is not to be gone to any more stays in the file for a while, cancelled.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from attendance.directory.calendars import (
    Entry,
    When,
    calendar_file,
    days_from_then_on,
    from_then_on,
    once,
    once_on,
)
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.directory.occurrences import starting_on
from attendance.directory.overlay import lay_over
from attendance.register.models import ChosenMeeting, PlannedMeeting
from clinic import clock
from clinic.models import Client

# What it is handed over with; the name stays in a list of downloads.
HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'attachment; filename="appointments.ics"',
}
# So long a cancelled entry is told of: who opens the file once a month still hears of it.
TOLD_FOR = timedelta(days=60)
DISCREET_TITLE = "Appointment"


class Offer(StrEnum):
    """What somebody's file would do to their calendar."""

    NOTHING = ""
    ADD = "add"
    TAKE_OUT = "take_out"


def give_out(client: Client, now: datetime) -> bytes:
    """A client's calendar file at an aware moment; what it says is from now on what was given out last.

    Where two at once are given the same new words, the sequence grows once.
    """
    chosen = _chosen(client, now)
    entries = [_given_out(row, entry) for row, entry in chosen] + _planned(client, now, chosen)
    # The host alone: a UID outlives the address of any page.
    host = urlsplit(settings.BASE_URL).hostname or ""
    return calendar_file(entries, host, now)


def offer(client: Client, now: datetime) -> Offer:
    """What there is for a client's calendar at an aware moment; four queries."""
    chosen = _chosen(client, now)
    entries = [entry for _, entry in chosen] + _planned(client, now, chosen)
    if not all(entry.cancelled for entry in entries):
        return Offer.ADD
    # Of plans nobody knows whether they were given out: alone they are not worth a question.
    return Offer.TAKE_OUT if chosen else Offer.NOTHING


Chosen = list[tuple[ChosenMeeting, Entry]]


def _chosen(client: Client, now: datetime) -> Chosen:
    """An entry a chosen meeting, without its number. One that is cancelled had been given out before.

    It is cancelled when it is taken back, or its meeting closes: for sixty days. And as long as the meeting is not
    held at present, or has become one by appointment, which has no entry of its own.
    """
    chosen = client.chosen_meetings.filter(Q(voided_at__isnull=True) | Q(voided_at__gt=now - TOLD_FOR))
    told_from = clock.local_date(now - TOLD_FOR, client.clinic.time_zone)
    found: Chosen = []
    rows = list(chosen.select_related("meeting__fellowship"))
    lay_over(client.clinic, [row.meeting for row in rows])
    for row in rows:
        meeting = row.meeting
        stands = row.voided_at is None and meeting.is_offered and meeting.day is not None
        long_closed = meeting.closed_on is not None and meeting.closed_on < told_from
        if stands or (row.calendar_digest and not long_closed):
            entry = _entry(client, meeting, str(row.uid), _weekly(meeting, row.chosen_at), not stands)
            found.append((row, entry))
    return found


def _given_out(row: ChosenMeeting, entry: Entry) -> Entry:
    """The entry with its number, which is one higher where it differs from the one that was given out last."""
    digest = entry.digest
    while row.calendar_digest != digest:
        raised = row.sequence + bool(row.calendar_digest)
        as_read = ChosenMeeting.objects.filter(
            pk=row.pk, sequence=row.sequence, calendar_digest=row.calendar_digest
        )
        if as_read.update(sequence=raised, calendar_digest=digest):
            return replace(entry, sequence=raised)
        # Somebody was given it at this moment.
        row.refresh_from_db(fields=["sequence", "calendar_digest"])
    return replace(entry, sequence=row.sequence)


def _planned(client: Client, now: datetime, chosen: Chosen) -> list[Entry]:
    """An entry a date that is planned from today on, but for meetings that have an entry for every week.

    Its number needs no keeping: a plan that was taken back stays so.
    """
    zone = client.clinic.time_zone
    today = clock.local_date(now, zone)
    covered = {row.meeting_id for row, entry in chosen if not entry.cancelled}
    entries = []
    rows = list(client.planned_meetings.filter(held_on__gte=today).select_related("meeting__fellowship"))
    lay_over(client.clinic, [row.meeting for row in rows])
    for row in rows:
        meeting = row.meeting
        stands = row.voided_at is None and meeting.is_offered and meeting.starts_on(row.held_on, zone)
        if stands and row.meeting_id in covered:
            continue
        entry = _entry(client, meeting, f"plan-{row.pk}", _on_date(row, zone), not stands)
        entries.append(replace(entry, sequence=int(row.voided_at is not None)))
    return entries


def _entry(client: Client, meeting: Meeting, uid: str, when: When, cancelled: bool) -> Entry:
    """What an entry says of a meeting: no more than a telephone may show to others, unless the client asked for it."""
    online = meeting.attendance_option == AttendanceOption.ONLINE
    street = "" if online else _street(meeting)
    if not client.plain_wording:
        return Entry(uid, when, DISCREET_TITLE, street, meeting.conference_url, cancelled=cancelled)
    place = "" if online else ", ".join(filter(None, (meeting.location, street)))
    telephone = f"By telephone: {meeting.conference_phone}" if meeting.conference_phone else ""
    notes = "\n".join(filter(None, (meeting.location_notes, meeting.conference_notes, telephone)))
    return Entry(uid, when, meeting.name, place, meeting.conference_url, notes, cancelled)


def _street(meeting: Meeting) -> str:
    """The address, else the town, without what names venue, group or fellowship: lists have those before the street."""
    of_it = meeting.location, meeting.group_name, meeting.name, str(meeting.fellowship)
    # One that is called like its town is told by it no more than the town is.
    names = {name.casefold() for name in of_it} - {meeting.city.casefold()}
    parts = (part.strip() for part in meeting.address.split(","))
    return ", ".join(part for part in parts if part and part.casefold() not in names) or meeting.city


def _weekly(meeting: Meeting, since: datetime) -> When:
    """Each week from an aware moment on, or the weeks in which it is held; by appointment, that day."""
    weekly = meeting.weekly_time
    if weekly is not None:
        return from_then_on(weekly, since)
    first = meeting.next_date(since, meeting.time_zone)
    if first is None:
        return once_on(clock.local_date(since, meeting.time_zone))
    return days_from_then_on(first, tuple(meeting.weeks))


def _on_date(planned: PlannedMeeting, time_zone: str) -> When:
    """The holding that starts on the planned date of the clinic's zone; that day where its hour is not known."""
    weekly = planned.meeting.weekly_time
    held = starting_on(weekly, planned.held_on, time_zone) if weekly is not None else None
    return once(held) if held is not None else once_on(planned.held_on)
