"""Putting attendance right: void what was not so, correct what was wrong. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from attendance.directory.models import Fellowship, Meeting
from attendance.register.days import Receipt, Went, known_days
from attendance.register.matching import match
from attendance.register.models import Attendance, Report, Source
from attendance.register.recording import record_many
from clinic import audit, checks, events, locking
from clinic.actors import Actor
from clinic.effects import UNDONE, Effect
from clinic.errors import Refused

LONGEST_REASON = checks.longest(Attendance, "void_reason")


@transaction.atomic
def void(*, attendance: Attendance, reason: str, by: Actor, now: datetime) -> bool:
    """Take an attendance out of the count, keeping it with who, when and why; False where it was out already.

    Raises Refused without a reason, or for one that is too long.
    """
    reason = checks.reason(reason, LONGEST_REASON)
    client = locking.client(attendance.client_id)
    changed = Attendance.objects.filter(pk=attendance.pk, voided_at__isnull=True).update(
        voided_at=now, voided_by=by.label, void_reason=reason
    )
    if not changed:
        return False
    attendance.refresh_from_db()
    audit.record(
        by=by, now=now, verb="attendance.voided", subject=attendance, clinic=client.clinic, client=client
    )
    events.facts_changed.send(sender=Attendance, clinic=client.clinic, client_ids=[client.pk], now=now)
    return True


@transaction.atomic
def undo(*, attendance: Attendance, by: Actor, now: datetime) -> bool:
    """Take back what was just recorded: undo, for a slip of the hand; False where it is out already.

    Raises Refused where it was corrected since, or somebody else has told of the same meeting: their word stands.
    """
    locking.client(attendance.client_id)
    if attendance.corrected_by.exists():
        raise Refused("It was corrected since: put the corrected meeting right instead.")
    if attendance.reports.values("reported_by").distinct().count() > 1:
        raise Refused(
            "Others have told of this meeting since: strike it out on the client's page, and say why."
        )
    return void(attendance=attendance, reason=UNDONE, by=by, now=now)


@transaction.atomic
def restore(*, attendance: Attendance, by: Actor, now: datetime) -> bool:
    """Let a voided attendance count again: undo, for a slip of the hand; False where it counts.

    The audit trail keeps both. Raises Refused where it was corrected, or a report of the same was taken since:
    one that would be taken for this one, or this one for it.
    """
    client = locking.client(attendance.client_id)
    attendance.refresh_from_db()
    if attendance.voided_at is None:
        return False
    if attendance.corrected_by.exists():
        raise Refused("It was corrected since: put the corrected meeting right instead.")
    on = client.pk, attendance.attended_on
    if (
        match(known_days({on}, voided_too=False)[on], attendance.meeting_id, attendance.fellowship_id, "")
        is not None
    ):
        raise Refused("The same was recorded again since: put that right instead.")
    attendance.voided_at, attendance.voided_by, attendance.void_reason = None, "", ""
    attendance.save(update_fields=["voided_at", "voided_by", "void_reason"])
    audit.record(
        by=by, now=now, verb="attendance.restored", subject=attendance, clinic=client.clinic, client=client
    )
    events.facts_changed.send(sender=Attendance, clinic=client.clinic, client_ids=[client.pk], now=now)
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

    Raises Refused without a reason or for one too long, for an attendance voided already, or for a date in the
    future or before intake.
    """
    # Judged once, when both are written: a flag must not open between the wrong fact and the right one.
    with events.gathered():
        if not void(attendance=attendance, reason=reason, by=by, now=now):
            raise Refused("This attendance was voided already.")
        reports = [
            Went(
                attendance.client,
                attended_on,
                Source(old.source),
                meeting,
                fellowship,
                old.note,
                reported_by=old.reported_by,
                reported_at=old.reported_at,
            )
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
    return right


def said_of(attendances: QuerySet[Attendance]) -> dict[int, dict[str, Any]]:
    """What is said of each and by whom, as plain values, by number in their order; two queries however many."""
    said: dict[int, dict[str, Any]] = {
        pk: {"meeting_id": meeting_id, "fellowship_id": fellowship_id, "reports": {}}
        for pk, meeting_id, fellowship_id in attendances.values_list("pk", "meeting_id", "fellowship_id")
    }
    reports = Report.objects.filter(attendance__in=attendances).order_by("id")
    for pk, source, note in reports.values_list("attendance_id", "source", "note"):
        said[pk]["reports"][source] = note
    return said


@transaction.atomic
def tell_less(
    *,
    attendance: Attendance,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> bool:
    """Take back what was told of an attendance between two moments, where it is still so; whether that was all of it.

    before and after: what said_of said, before empty for one that was new. A report that came between goes, a note
    that grew shrinks, a meeting or fellowship it did not name is unknown again. Raises IntegrityError where it would
    be the same as another of that day.
    """
    client = locking.client(attendance.client_id)
    attendance.refresh_from_db()
    whole, altered = True, False
    reports = {report.source: report for report in attendance.reports.all()}
    earlier = before.get("reports", {})
    for source, note in after["reports"].items():
        if earlier.get(source) == note:
            continue
        report = reports.get(source)
        if report is None or report.note != note:
            whole = False
        elif source in earlier:
            report.note, altered = earlier[source], True
            report.save(update_fields=["note"])
        else:
            report.delete()
            del reports[source]
            altered = True
    # Of one that was new others have told since, and what they named cannot be told apart from what it named.
    for name in ("meeting_id", "fellowship_id") if before else ():
        if before[name] != after[name]:
            if getattr(attendance, name) == after[name]:
                setattr(attendance, name, before[name])
                altered = True
            else:
                whole = False
    if altered:
        attendance.self_only = all(source == Source.CLIENT for source in reports)
        attendance.save(update_fields=["meeting", "fellowship", "self_only"])
        audit.record(
            by=by,
            now=now,
            verb="attendance.told_less",
            subject=attendance,
            clinic=client.clinic,
            client=client,
        )
        events.facts_changed.send(sender=Attendance, clinic=client.clinic, client_ids=[client.pk], now=now)
    return whole


def _first(answers: Iterable[Receipt | Refused]) -> Receipt:
    return next(answer for answer in answers if isinstance(answer, Receipt))
