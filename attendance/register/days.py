"""What is known of a client's day, and what a report makes of it: a new attendance, more of a known one, or nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from attendance.directory.models import Fellowship, Meeting
from attendance.register.matching import BETWEEN, Known, holds, match
from attendance.register.models import Attendance, Report, Source
from clinic import checks
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.ledger import taken_back
from clinic.models import Client, Clinic

LONGEST_NOTE = checks.longest(Report, "note")


@dataclass(frozen=True, slots=True)
class Went:
    """Somebody's word that a client went to a meeting. fellowship is ignored where a meeting is named.

    new_fellowship: the name of one the directory has not got yet, to be made if the report is accepted.
    reported_by and reported_at: who gave it and when, where a correction moves it; else the actor, now.
    """

    client: Client
    attended_on: date
    source: Source
    meeting: Meeting | None = None
    fellowship: Fellowship | None = None
    note: str = ""
    new_fellowship: str = ""
    reported_by: str = ""
    reported_at: datetime | None = None

    @property
    def fellowship_id(self) -> int | None:
        """The fellowship by the meeting, else as named."""
        if self.meeting is not None:
            return self.meeting.fellowship_id
        return self.fellowship.pk if self.fellowship is not None else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The attendance a report became part of, and whether it was new, told more, or known already."""

    attendance: Attendance
    effect: Effect


@dataclass(slots=True)
class Held(Known):
    """An attendance known or about to be, with what remains to be written of it.

    reports: by source, those not yet written as well; renoted: those among them whose note has grown.
    """

    attendance: Attendance = field(kw_only=True)
    reports: dict[str, Report] = field(default_factory=dict, kw_only=True)
    renoted: list[Report] = field(default_factory=list, kw_only=True)
    voided: bool = field(default=False, kw_only=True)
    altered: bool = field(default=False, kw_only=True)


def known_days(
    client_ids: list[int], dates: list[date], voided_too: bool
) -> defaultdict[tuple[int, date], list[Held]]:
    """What is held of these clients, by client and date, from the earliest of the dates to the latest; two queries."""
    days: defaultdict[tuple[int, date], list[Held]] = defaultdict(list)
    if not dates:
        return days
    held = (
        Attendance.objects.filter(client__in=client_ids, attended_on__range=(min(dates), max(dates)))
        .select_related("client")
        .prefetch_related("reports")
    )
    # What was voided with the spreadsheet it came in may come again.
    held = held.exclude(taken_back("attendance")) if voided_too else held.filter(voided_at__isnull=True)
    for attendance in held.order_by("id"):
        reports = {report.source: report for report in attendance.reports.all()}
        days[attendance.client_id, attendance.attended_on].append(
            Held(
                attendance.meeting_id,
                attendance.fellowship_id,
                {source: report.note for source, report in reports.items()},
                attendance=attendance,
                reports=reports,
                voided=attendance.voided_at is not None,
            )
        )
    return days


def take(
    day: list[Held], went: Went, clinic: Clinic, by: Actor, now: datetime
) -> tuple[Receipt, Report | None]:
    """Find the attendance a report is about, or begin a new one; the day's list grows with it.

    Raises Refused, with nothing altered, where a note would grow too long.
    """
    meeting_id = went.meeting.pk if went.meeting is not None else None
    for one in day:
        if one.voided and _was_part_of(one, meeting_id, went):
            return Receipt(one.attendance, Effect.ALREADY), None
    known = match(
        (one for one in day if not one.voided), meeting_id, went.fellowship_id, went.source, went.note
    )
    if known is None:
        attendance = Attendance(
            clinic=clinic,
            client=went.client,
            attended_on=went.attended_on,
            meeting=went.meeting,
            fellowship_id=went.fellowship_id,
            self_only=went.source == Source.CLIENT,
            recorded_at=now,
        )
        known = Held(meeting_id, went.fellowship_id, attendance=attendance)
        day.append(known)
        effect = Effect.ADDED
    else:
        noted = _note(known, went)
        filled = _fill_in(known, went, meeting_id)
        known.altered = known.altered or filled
        if went.source in known.said:
            news = filled or noted
            return Receipt(known.attendance, Effect.CHANGED if news else Effect.ALREADY), None
        if went.source != Source.CLIENT and known.attendance.self_only:
            known.attendance.self_only = False
            known.altered = True
        effect = Effect.CHANGED
    known.said[went.source] = went.note
    report = Report(
        attendance=known.attendance,
        source=went.source,
        note=went.note,
        reported_at=went.reported_at or now,
        reported_by=went.reported_by or by.label,
    )
    known.reports[went.source] = report
    return Receipt(known.attendance, effect), report


def _note(known: Held, went: Went) -> bool:
    """Keep the note of a report whose source has made one before; whether it said anything new."""
    report = known.reports.get(went.source)
    if report is None or holds(report.note, went.note):
        return False
    whole = BETWEEN.join(filter(None, (report.note, went.note)))
    if len(whole) > LONGEST_NOTE:
        raise Refused(
            f"With the note already there it has {len(whole)} characters: {LONGEST_NOTE} is the most.", "note"
        )
    report.note = known.said[went.source] = whole
    known.renoted.append(report)
    return True


def _was_part_of(voided: Held, meeting_id: int | None, went: Went) -> bool:
    """Whether a report may have been one of a voided attendance's: its source's, and naming no more than it.

    An attendance names all that any of its reports named, so that one which names more is news.
    """
    return (
        went.source in voided.said
        and meeting_id in (None, voided.meeting_id)
        and went.fellowship_id in (None, voided.fellowship_id)
    )


def _fill_in(known: Held, went: Went, meeting_id: int | None) -> bool:
    """Let a report that names more tell a known attendance its meeting or fellowship."""
    altered = False
    if known.meeting_id is None and meeting_id is not None:
        known.meeting_id = known.attendance.meeting_id = meeting_id
        altered = True
    if known.fellowship_id is None and went.fellowship_id is not None:
        known.fellowship_id = known.attendance.fellowship_id = went.fellowship_id
        altered = True
    return altered
