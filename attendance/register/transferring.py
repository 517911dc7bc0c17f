"""What happened goes along when another clinic takes a client over, so that the weekly rule goes on without a gap."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from attendance.directory.fellowships import fellowship_of
from attendance.directory.kinds import FellowshipKind
from attendance.directory.models import Fellowship, Meeting
from attendance.register.days import LONGEST_NOTE
from attendance.register.models import Attendance, CheckIn, Pause, Report
from clinic import audit, events
from clinic.actors import Actor
from clinic.models import Client, Clinic, Transfer
from clinic.transferring import there

Named = tuple[Meeting | None, Fellowship | None]


def copy(transfer: Transfer, newcomer: Client, by: Actor, now: datetime) -> None:
    """Write the attendances with their reports, the pauses and the check-ins that stand for the client's new record.

    Who reported is named with their clinic. Check-ins go along where weeks start on the same day in both clinics: of
    other weeks the client told nothing.
    """
    _copy_attendances(transfer, newcomer, by, now)
    _copy_pauses(transfer, newcomer, by, now)
    if transfer.clinic.week_starts_on == transfer.to.week_starts_on:
        _copy_check_ins(transfer, newcomer, by, now)
    events.facts_changed.send(sender=Attendance, clinic=newcomer.clinic, client_ids=[newcomer.pk], now=now)


def _copy_attendances(transfer: Transfer, newcomer: Client, by: Actor, now: datetime) -> None:
    held = transfer.client.attendances.filter(voided_at__isnull=True).order_by("id")
    rows = list(held.select_related("meeting", "fellowship__clinic").prefetch_related("reports"))
    # What keeps its meeting has its place first; what was at one of the former clinic's own finds another.
    rows.sort(key=_at_their_own)
    fellowships = _Fellowships(newcomer.clinic)
    copies: dict[tuple[date, int | None, int | None], Attendance] = {}
    said: list[tuple[Attendance, Report]] = []
    for row in rows:
        key, (meeting, fellowship) = _place(row, fellowships, copies)
        copied = copies.get(key)
        if copied is None:
            copied = copies[key] = Attendance(
                clinic=newcomer.clinic,
                client=newcomer,
                attended_on=row.attended_on,
                meeting=meeting,
                fellowship=fellowship,
                self_only=row.self_only,
                recorded_at=row.recorded_at,
            )
        copied.self_only = copied.self_only and row.self_only
        said += [(copied, report) for report in _reports(row, transfer.clinic)]
    Attendance.objects.bulk_create(copies.values())
    reports: dict[tuple[int, str], Report] = {}
    for attendance, report in said:
        report.attendance = attendance
        reports.setdefault((attendance.pk, report.source), report)
    Report.objects.bulk_create(reports.values())
    _note("attendance.transferred", copies.values(), newcomer, by, now)


def _at_their_own(row: Attendance) -> bool:
    return row.meeting is not None and row.meeting.clinic_id is not None


class _Fellowships:
    """The fellowships as the receiving clinic names them: a clinic's own becomes one of the same name there."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.known: dict[int, Fellowship] = {}

    def here(self, theirs: Fellowship | None) -> Fellowship | None:
        if theirs is None or theirs.clinic_id is None:
            return theirs
        if theirs.pk not in self.known:
            kind = FellowshipKind(theirs.kind)
            self.known[theirs.pk] = fellowship_of(self.clinic, theirs.name, kind)
        return self.known[theirs.pk]


def _place(
    row: Attendance, fellowships: _Fellowships, copies: dict[tuple[date, int | None, int | None], Attendance]
) -> tuple[tuple[date, int | None, int | None], Named]:
    """Where it may stand beside the others of its day: by its meeting, else its fellowship, else unnamed."""
    meeting = None if _at_their_own(row) else row.meeting
    fellowship = fellowships.here(row.fellowship)
    wanted: list[Named] = [(meeting, fellowship), (None, fellowship), (None, None)]
    keys = [
        (
            row.attended_on,
            at.pk if at is not None else None,
            of.pk if of is not None and at is None else None,
        )
        for at, of in wanted
    ]
    free = next((number for number, key in enumerate(keys) if key not in copies), len(keys) - 1)
    return keys[free], wanted[free]


def _reports(row: Attendance, clinic: Clinic) -> list[Report]:
    words = ""
    if row.meeting is not None and _at_their_own(row):
        words = ", ".join(filter(None, [row.meeting.name, row.meeting.location]))
    return [
        Report(
            source=report.source,
            note=_with(report.note, words),
            reported_at=report.reported_at,
            reported_by=there(report.reported_by, clinic),
        )
        for report in row.reports.all()
    ]


def _with(note: str, words: str) -> str:
    """A note with the words for a meeting that the receiving clinic does not know, as far as there is room."""
    whole = "; ".join(filter(None, [note, words]))
    return whole if len(whole) <= LONGEST_NOTE else note or whole[:LONGEST_NOTE]


def _copy_pauses(transfer: Transfer, newcomer: Client, by: Actor, now: datetime) -> None:
    copies = [
        Pause(
            clinic=newcomer.clinic,
            client=newcomer,
            starts_on=pause.starts_on,
            ends_on=pause.ends_on,
            reason=pause.reason,
            recorded_at=pause.recorded_at,
            recorded_by=there(pause.recorded_by, transfer.clinic),
        )
        for pause in transfer.client.pauses.filter(voided_at__isnull=True)
    ]
    _note("pause.transferred", Pause.objects.bulk_create(copies), newcomer, by, now)


def _copy_check_ins(transfer: Transfer, newcomer: Client, by: Actor, now: datetime) -> None:
    copies = [
        CheckIn(
            clinic=newcomer.clinic,
            client=newcomer,
            week=told.week,
            answer=told.answer,
            source=told.source,
            recorded_at=told.recorded_at,
            recorded_by=there(told.recorded_by, transfer.clinic),
        )
        for told in transfer.client.checkins.filter(voided_at__isnull=True)
    ]
    _note("checkin.transferred", CheckIn.objects.bulk_create(copies), newcomer, by, now)


def _note(
    verb: str, copies: Iterable[Attendance | Pause | CheckIn], newcomer: Client, by: Actor, now: datetime
) -> None:
    audit.record_entries(
        audit.entry(by=by, now=now, verb=verb, subject=one, clinic=newcomer.clinic, client=newcomer)
        for one in copies
    )
