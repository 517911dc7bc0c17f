"""The one door for attendance: record, correct, void.

Page, spreadsheet, API and signed link all come through it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Min

from attendance.directory.fellowships import fellowship_named
from attendance.directory.models import Fellowship, Meeting
from attendance.register.matching import Known, match
from attendance.register.models import Attendance, Report, Source
from clinic import audit, checks, clock, events
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.models import Client, Clinic

LONGEST_NOTE = 500
ALTERED = ["meeting", "fellowship", "self_only"]


@dataclass(frozen=True, slots=True)
class Went:
    """Somebody's word that a client went to a meeting. fellowship is ignored where a meeting is named.

    new_fellowship: the name of one the directory has not got yet, to be made if the report is accepted.
    """

    client: Client
    attended_on: date
    source: Source
    meeting: Meeting | None = None
    fellowship: Fellowship | None = None
    note: str = ""
    new_fellowship: str = ""

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
class _Day(Known):
    """An attendance known or about to be, with what remains to be written of it."""

    attendance: Attendance = field(kw_only=True)
    voided: bool = field(default=False, kw_only=True)
    altered: bool = field(default=False, kw_only=True)


def record(
    *,
    client: Client,
    attended_on: date,
    source: Source,
    by: Actor,
    now: datetime,
    meeting: Meeting | None = None,
    fellowship: Fellowship | None = None,
    note: str = "",
) -> Receipt:
    """Record that a client went to a meeting on a local date of the clinic.

    Raises Refused for a date in the future or before intake, or a note that is too long.
    """
    went = Went(client, attended_on, source, meeting, fellowship, note)
    (answer,) = record_many(clinic=client.clinic, reports=[went], by=by, now=now)
    if isinstance(answer, Refused):
        raise answer
    return answer


@transaction.atomic
def record_many(
    *, clinic: Clinic, reports: Sequence[Went], by: Actor, now: datetime, respect_voids: bool = False
) -> list[Receipt | Refused]:
    """Record many reports in a fixed number of queries; for each its receipt, or why it was refused.

    Each new fellowship costs a few more. All clients must be of the clinic. With respect_voids (imports)
    a report that staff have voided stays voided: a file read again never undoes a correction.
    """
    today = clock.local_date(now, clinic.time_zone)
    client_ids = sorted({went.client.pk for went in reports})
    intakes = _locked_intakes(clinic, client_ids)
    days = _known_days(client_ids, [went.attended_on for went in reports], voided_too=respect_voids)
    answers: list[Receipt | Refused] = []
    added: list[_Day] = []
    said: list[Report] = []
    made: dict[str, Fellowship] = {}
    for told in reports:
        refusal = _refusal(told, intakes, today)
        if refusal is not None:
            answers.append(refusal)
            continue
        went = _with_new_fellowship(told, made)
        day = days[went.client.pk, went.attended_on]
        receipt, report = _take(day, went, clinic, by, now)
        if receipt.effect is Effect.ADDED:
            added.append(day[-1])
        if report is not None:
            said.append(report)
        answers.append(receipt)
    altered = [one for day in days.values() for one in day if one.altered and one.attendance.pk is not None]
    Attendance.objects.bulk_create([one.attendance for one in added])
    # An upsert by primary key: many times faster than an UPDATE with a CASE for each row.
    Attendance.objects.bulk_create(
        [one.attendance for one in altered],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=ALTERED,
    )
    Report.objects.bulk_create(said)
    _tell(clinic, answers, by, now)
    return answers


def _locked_intakes(clinic: Clinic, client_ids: list[int]) -> dict[int, date]:
    """First intake by client, each client locked, so that facts of one client come one after another."""
    clients = clinic.clients.filter(pk__in=client_ids).order_by("pk")
    # Locked before the intakes are read: one that moves at this moment is seen where it has come to.
    locked = list(clients.select_for_update().values_list("pk", flat=True))
    first = dict(
        clinic.episodes.filter(client__in=client_ids)
        .values_list("client")
        .annotate(Min("intake_on"))
        .order_by()
    )
    return {client_id: first[client_id] for client_id in locked}


def _known_days(
    client_ids: list[int], dates: list[date], voided_too: bool
) -> defaultdict[tuple[int, date], list[_Day]]:
    days: defaultdict[tuple[int, date], list[_Day]] = defaultdict(list)
    if not dates:
        return days
    held = (
        Attendance.objects.filter(client__in=client_ids, attended_on__range=(min(dates), max(dates)))
        .select_related("client")
        .prefetch_related("reports")
    )
    if not voided_too:
        held = held.filter(voided_at__isnull=True)
    for attendance in held.order_by("id"):
        days[attendance.client_id, attendance.attended_on].append(
            _Day(
                attendance.meeting_id,
                attendance.fellowship_id,
                {report.source for report in attendance.reports.all()},
                attendance=attendance,
                voided=attendance.voided_at is not None,
            )
        )
    return days


def _refusal(went: Went, intakes: dict[int, date], today: date) -> Refused | None:
    intake_on = intakes.get(went.client.pk)
    if intake_on is None:
        return Refused("There is no such client in this clinic.", "reference")
    if went.attended_on > today:
        return Refused(f"{went.attended_on} is in the future: today is {today}.", "attended_on")
    if went.attended_on < intake_on:
        return Refused(f"{went.attended_on} is before intake on {intake_on}.", "attended_on")
    try:
        checks.at_most(went.note, LONGEST_NOTE, "note")
    except Refused as refusal:
        return refusal
    return None


def _with_new_fellowship(went: Went, made: dict[str, Fellowship]) -> Went:
    name = went.new_fellowship
    if not name:
        return went
    if name not in made:
        made[name] = fellowship_named(name)
    return replace(went, fellowship=made[name])


def _take(
    day: list[_Day], went: Went, clinic: Clinic, by: Actor, now: datetime
) -> tuple[Receipt, Report | None]:
    """Find the attendance a report is about, or begin a new one; the day's list grows with it."""
    meeting_id = went.meeting.pk if went.meeting is not None else None
    for one in day:
        if one.voided and _was_part_of(one, meeting_id, went):
            return Receipt(one.attendance, Effect.ALREADY), None
    known = match((one for one in day if not one.voided), meeting_id, went.fellowship_id, went.source)
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
        known = _Day(meeting_id, went.fellowship_id, attendance=attendance)
        day.append(known)
        effect = Effect.ADDED
    else:
        filled = _fill_in(known, went, meeting_id)
        known.altered = known.altered or filled
        if went.source in known.sources:
            return Receipt(known.attendance, Effect.CHANGED if filled else Effect.ALREADY), None
        if went.source != Source.CLIENT and known.attendance.self_only:
            known.attendance.self_only = False
            known.altered = True
        effect = Effect.CHANGED
    known.sources.add(went.source)
    report = Report(
        attendance=known.attendance,
        source=went.source,
        note=went.note,
        reported_at=now,
        reported_by=by.name or by.kind,
    )
    return Receipt(known.attendance, effect), report


def _was_part_of(voided: _Day, meeting_id: int | None, went: Went) -> bool:
    """Whether a report may have been one of a voided attendance's: its source's, and naming no more than it.

    An attendance names all that any of its reports named, so that one which names more is news.
    """
    return (
        went.source in voided.sources
        and meeting_id in (None, voided.meeting_id)
        and went.fellowship_id in (None, voided.fellowship_id)
    )


def _fill_in(known: _Day, went: Went, meeting_id: int | None) -> bool:
    """Let a report that names more tell a known attendance its meeting or fellowship."""
    altered = False
    if known.meeting_id is None and meeting_id is not None:
        known.meeting_id = known.attendance.meeting_id = meeting_id
        altered = True
    if known.fellowship_id is None and went.fellowship_id is not None:
        known.fellowship_id = known.attendance.fellowship_id = went.fellowship_id
        altered = True
    return altered


def _tell(clinic: Clinic, answers: Iterable[Receipt | Refused], by: Actor, now: datetime) -> None:
    """Write the audit entries, and let the stages above know whose facts changed."""
    news = [one for one in answers if isinstance(one, Receipt) and one.effect is not Effect.ALREADY]
    if not news:
        return
    audit.record_entries(
        audit.entry(
            by=by,
            now=now,
            verb=f"attendance.{receipt.effect}",
            subject=receipt.attendance,
            clinic=clinic,
            client=receipt.attendance.client,
        )
        for receipt in news
    )
    client_ids = sorted({receipt.attendance.client_id for receipt in news})
    events.facts_changed.send(sender=Attendance, clinic=clinic, client_ids=client_ids, now=now)


@transaction.atomic
def void(*, attendance: Attendance, reason: str, by: Actor, now: datetime) -> bool:
    """Take an attendance out of the count, keeping it with who, when and why; False where it was out already.

    Raises Refused without a reason.
    """
    struck = _strike_out(attendance, reason, by, now)
    if struck:
        _changed(attendance, now)
    return struck


def _changed(attendance: Attendance, now: datetime) -> None:
    ids = [attendance.client_id]
    events.facts_changed.send(sender=Attendance, clinic=attendance.clinic, client_ids=ids, now=now)


def _strike_out(attendance: Attendance, reason: str, by: Actor, now: datetime) -> bool:
    """Write the voiding, without judging the client again yet."""
    if not reason.strip():
        raise Refused("Say why, so that the next reader knows.", "reason")
    client = Client.objects.select_for_update().select_related("clinic").get(pk=attendance.client_id)
    changed = Attendance.objects.filter(pk=attendance.pk, voided_at__isnull=True).update(
        voided_at=now, voided_by=by.name or by.kind, void_reason=reason.strip()[:300]
    )
    if not changed:
        return False
    attendance.refresh_from_db()
    audit.record(
        by=by, now=now, verb="attendance.voided", subject=attendance, clinic=client.clinic, client=client
    )
    return True


@transaction.atomic
def correct(
    *,
    attendance: Attendance,
    attended_on: date,
    reason: str,
    by: Actor,
    now: datetime,
    meeting: Meeting | None = None,
    fellowship: Fellowship | None = None,
) -> Attendance:
    """Put an attendance right: the old one is voided with the reason, its reports move to the right one.

    Raises Refused without a reason, for one already voided, or for a date in the future or before intake.
    """
    # Judged once, when both are written: a flag must not open between the wrong fact and the right one.
    if not _strike_out(attendance, reason, by, now):
        raise Refused("This attendance was voided already.")
    reports = [
        Went(attendance.client, attended_on, Source(old.source), meeting, fellowship, old.note)
        for old in attendance.reports.all()
    ]
    answers = record_many(clinic=attendance.clinic, reports=reports, by=by, now=now)
    for answer in answers:
        if isinstance(answer, Refused):
            raise answer
    right = _first(answers).attendance
    if _first(answers).effect is Effect.ADDED:
        right.corrects = attendance
        right.save(update_fields=["corrects"])
    _changed(attendance, now)
    return right


def _first(answers: Iterable[Receipt | Refused]) -> Receipt:
    return next(answer for answer in answers if isinstance(answer, Receipt))
