"""Where clients usually go, so that a press can record it: the meetings they went to, and which a day stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max

from attendance.directory import overlay
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.register.models import Attendance
from clinic.models import Clinic

REMEMBERED = 10


def meetings_of(client_ids: Iterable[int], clinic: Clinic) -> defaultdict[int, list[Meeting]]:
    """By client of a clinic the meetings they have been to, the one they went to last first, ten at most.

    Two queries. They come with feed and fellowship, as the clinic sees them. A client who has been to none has an
    empty list.
    """
    attended = (
        Attendance.objects.filter(client__in=client_ids, voided_at__isnull=True, meeting__isnull=False)
        .values_list("client", "meeting")
        .annotate(last_on=Max("attended_on"), last=Max("pk"))
        .order_by("client_id", "-last_on", "-last")
    )
    named: defaultdict[int, list[int]] = defaultdict(list)
    for client_id, meeting_id, *_ in attended:
        if meeting_id is not None and len(named[client_id]) < REMEMBERED:
            named[client_id].append(meeting_id)
    wanted = {meeting_id for ids in named.values() for meeting_id in ids}
    meetings = overlay.by_numbers(clinic, wanted)
    found: defaultdict[int, list[Meeting]] = defaultdict(list)
    for client_id, ids in named.items():
        found[client_id] = [meetings[pk] for pk in ids]
    return found


def meeting_on(meetings: Sequence[Meeting], day: date, time_zone: str) -> Meeting | None:
    """Of somebody's meetings, latest first, the one that a local date of the zone stands for; None where none does.

    One by appointment stands for no day, one that has left its feed only for days before it left, and one that is
    not held at present for none.
    """
    held = (one for one in held_on(meetings, day, time_zone) if one.day is not None)
    return next(held, None)


def held_on(meetings: Iterable[Meeting], day: date, time_zone: str) -> list[Meeting]:
    """Those that may have been held on a local date of the zone, in their order; by appointment any day may be one."""
    return [
        meeting
        for meeting in meetings
        if (meeting.closed_on is None or meeting.closed_on > day)
        and meeting.attendance_option != AttendanceOption.INACTIVE
        and meeting.may_be_held_on(day, time_zone)
    ]
