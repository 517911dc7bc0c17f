"""The door for new attendance: record what somebody reports. Putting it right afterwards is correcting's.

Page, spreadsheet, API and signed link all come through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from attendance.directory.fellowships import fellowship_of
from attendance.directory.models import Fellowship, Meeting
from attendance.directory.overlay import meant
from attendance.register.days import LONGEST_NOTE, Held, Receipt, Went, known_days, take
from attendance.register.locking import locked_intakes
from attendance.register.models import Attendance, Report, Source
from clinic import audit, checks, clock, events
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.lookup import not_here
from clinic.models import Client, Clinic
from clinic.writing import write_new

ALTERED = ["meeting", "fellowship", "self_only"]


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
    seen: int | None = None,
) -> Receipt:
    """Record that a client went to a meeting on a local date of the clinic.

    seen: the last entry of that day that is known to whoever records; None where they did not look. Raises Refused
    for a date in the future or before intake, or a note that is too long; Overtaken where it would be another
    entry beside one that was not seen.
    """
    went = Went(client, attended_on, source, meeting, fellowship, note, seen=seen)
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
    intakes = locked_intakes(clinic, client_ids)
    days = known_days({(one.client.pk, one.attended_on) for one in reports}, voided_too=respect_voids)
    answers: list[Receipt | Refused] = []
    added: list[Held] = []
    said: list[tuple[Attendance, Report]] = []
    made: dict[str, Fellowship] = {}
    for one in reports:
        try:
            told = _checked(one, clinic, intakes, today)
        except Refused as refused:
            answers.append(refused.as_answer())
            continue
        day = days[told.client.pk, told.attended_on]
        try:
            # Taken back with the report where it was new.
            with transaction.atomic() if told.new_fellowship else nullcontext():
                receipt, report = take(day, _with_new_fellowship(clinic, told, made), clinic, by, now)
        except Refused as refused:
            made.pop(told.new_fellowship, None)
            answers.append(refused.as_answer())
            continue
        if receipt.effect is Effect.ADDED:
            added.append(day[-1])
        if report is not None:
            said.append((receipt.attendance, report))
        answers.append(receipt)
    known = [one for day in days.values() for one in day if not one.attendance._state.adding]
    altered = [one for one in known if one.altered]
    renoted = {report.pk: report for one in known for report in one.renoted if report.pk is not None}
    write_new(one.attendance for one in added)
    # An upsert by primary key: many times faster than an UPDATE with a CASE for each row.
    Attendance.objects.bulk_create(
        [one.attendance for one in altered],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=ALTERED,
    )
    Report.objects.bulk_create(
        renoted.values(), update_conflicts=True, unique_fields=["id"], update_fields=["note"]
    )
    for attendance, report in said:
        report.attendance_id = attendance.pk
    write_new(report for _, report in said)
    _tell(clinic, answers, by, now)
    return answers


def _checked(went: Went, clinic: Clinic, intakes: dict[int, date], today: date) -> Went:
    """The report about the meeting that is meant; raises Refused where it cannot be."""
    intake_on = intakes.get(went.client.pk)
    if intake_on is None:
        raise not_here(went.client)
    if went.attended_on > today:
        raise Refused(f"{went.attended_on} is in the future: today is {today}.", "attended_on")
    if went.attended_on < intake_on:
        raise Refused(f"{went.attended_on} is before intake on {intake_on}.", "attended_on")
    checks.at_most(went.note, LONGEST_NOTE, "note")
    if went.meeting is None or (meeting := meant(went.meeting, clinic)) is went.meeting:
        return went
    return replace(went, meeting=meeting)


def _with_new_fellowship(clinic: Clinic, went: Went, made: dict[str, Fellowship]) -> Went:
    name = went.new_fellowship
    if not name:
        return went
    if name not in made:
        made[name] = fellowship_of(clinic, name)
    return replace(went, fellowship=made[name])


def _tell(clinic: Clinic, answers: Iterable[Receipt | Refused], by: Actor, now: datetime) -> None:
    """Write the audit entries, and let the stages above know whose facts changed."""
    news = [one for one in answers if isinstance(one, Receipt) and one.effect is not Effect.ALREADY]
    if not news:
        return
    audit.record_many(
        by=by,
        now=now,
        clinic=clinic,
        done=[(f"attendance.{one.effect.value}", one.attendance, one.attendance.client_id) for one in news],
    )
    client_ids = sorted({receipt.attendance.client_id for receipt in news})
    events.facts_changed.send(sender=Attendance, clinic=clinic, client_ids=client_ids, now=now)
