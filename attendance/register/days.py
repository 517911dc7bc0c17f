"""What is known of a client's day, and what a report makes of it: a new attendance, more of a known one, or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from attendance.directory.models import Fellowship, Meeting
from attendance.register.matching import BETWEEN, Known, holds, match
from attendance.register.models import Attendance, Report, Source
from clinic import checks, statements
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.ledger import taken_back
from clinic.models import Client, Clinic
from clinic.writing import as_read, fresh

LONGEST_NOTE = checks.longest(Report, "note")
ATTENDANCE, REPORT = (
    [field.attname for field in model._meta.concrete_fields] for model in (Attendance, Report)
)
# Client and day of such a row.
ON = slice(ATTENDANCE.index("client_id"), ATTENDANCE.index("attended_on") + 1)
ANYTHING = f"""
    SELECT id FROM {Attendance._meta.db_table} WHERE client_id IN %s AND attended_on BETWEEN %s AND %s LIMIT 1
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Went:
    """Somebody's word that a client went to a meeting. fellowship is ignored where a meeting is named.

    new_fellowship: the name of one the directory has not got yet, to be made if the report is accepted.
    reported_by and reported_at: who gave it and when, where a correction moves it; else the actor, now.
    seen: the last entry of that day that its reader saw, 0 for none; None where nobody looked at what stands there.
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
    seen: int | None = None

    @property
    def fellowship_id(self) -> int | None:
        """The fellowship by the meeting, else as named."""
        if self.meeting is not None:
            return self.meeting.fellowship_id
        return self.fellowship.pk if self.fellowship is not None else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The attendance a report became part of, and whether it was new, told more, or known already.

    alone: it is new, and nothing else stands on its day.
    """

    attendance: Attendance
    effect: Effect
    alone: bool = False


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


Days = defaultdict[tuple[int, date], list[Held]]


def known_days(wanted: Collection[tuple[int, date]], voided_too: bool) -> Days:
    """What is held of these clients on these dates, by client and date.

    One query where there is nothing, as for most presses, and three at most.
    """
    days: Days = defaultdict(list)
    if not wanted:
        return days
    client_ids = sorted({client_id for client_id, _ in wanted})
    first, last = min(day for _, day in wanted), max(day for _, day in wanted)
    if not statements.read(ANYTHING, client_ids, first, last):
        return days
    held = Attendance.objects.filter(client__in=client_ids, attended_on__range=(first, last)).order_by("id")
    # What was voided with the spreadsheet it came in may come again.
    held = held.exclude(taken_back("attendance")) if voided_too else held.filter(voided_at__isnull=True)
    by_number: dict[int, Held] = {}
    # Most of what lies between the dates is of other days, and is not worth a row of its own.
    for row in held.values_list(*ATTENDANCE):
        if row[ON] in wanted:
            attendance = as_read(Attendance, row)
            by_number[attendance.pk] = Held(
                attendance.meeting_id,
                attendance.fellowship_id,
                attendance=attendance,
                voided=attendance.voided_at is not None,
            )
            days[row[ON]].append(by_number[attendance.pk])
    said = Report.objects.filter(attendance__in=by_number).order_by("id")
    for row in said.values_list(*REPORT) if by_number else ():
        report = as_read(Report, row)
        one = by_number[report.attendance_id]
        one.said[report.source], one.reports[report.source] = report.note, report
    return days


class Overtaken(Refused):
    """Somebody has recorded another meeting of that day since it was looked at: it may be the same evening.

    entry: the number of the first such attendance.
    """

    def __init__(self, entry: int) -> None:
        super().__init__("Somebody has recorded another meeting of that day meanwhile.", "attended_on")
        self.entry = entry


def take(
    day: list[Held], went: Went, clinic: Clinic, by: Actor, now: datetime
) -> tuple[Receipt, Report | None]:
    """Find the attendance a report is about, or begin a new one; the day's list grows with it.

    What is new is not written, and a report told of no attendance yet: of the receipt's, once that has its number.
    Raises Refused, with nothing altered, where a note would grow too long, and Overtaken where one that stands there
    was not seen by who would add another.
    """
    meeting_id = went.meeting.pk if went.meeting is not None else None
    for one in day:
        if one.voided and _was_part_of(one, meeting_id, went):
            return Receipt(one.attendance, Effect.ALREADY), None
    known = match(
        (one for one in day if not one.voided), meeting_id, went.fellowship_id, went.source, went.note
    )
    alone = False
    if known is None:
        _hold_unless_seen(day, went)
        alone = all(one.voided for one in day)
        attendance = fresh(
            Attendance,
            clinic_id=clinic.pk,
            client_id=went.client.pk,
            attended_on=went.attended_on,
            meeting_id=None,
            fellowship_id=went.fellowship_id,
            self_only=went.source == Source.CLIENT,
            recorded_at=now,
            corrects_id=None,
            voided_at=None,
            voided_by="",
            void_reason="",
        )
        if went.meeting is not None:
            # The row and not its number alone: pages say where it was.
            attendance.meeting = went.meeting
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
    report = fresh(
        Report,
        attendance_id=None,
        source=went.source,
        note=went.note,
        reported_at=went.reported_at or now,
        reported_by=went.reported_by or by.label,
    )
    known.reports[went.source] = report
    return Receipt(known.attendance, effect, alone), report


def _hold_unless_seen(day: list[Held], went: Went) -> None:
    if went.seen is None:
        return
    later = [one.attendance.pk for one in day if not one.voided and (one.attendance.pk or 0) > went.seen]
    if later:
        raise Overtaken(min(later))


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
