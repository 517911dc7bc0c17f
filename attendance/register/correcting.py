"""Putting attendance right: void what was not so, correct what was wrong. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from attendance.directory.models import Fellowship, Meeting
from attendance.register.days import Receipt, Went, known_days
from attendance.register.matching import match
from attendance.register.models import Attendance, Source
from attendance.register.recording import record_many
from clinic import audit, checks, events, locking
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused

LONGEST_REASON = checks.longest(Attendance, "void_reason")
UNDONE = "Undone: a slip of the hand."


@transaction.atomic
def void(*, attendance: Attendance, reason: str, by: Actor, now: datetime) -> bool:
    """Take an attendance out of the count, keeping it with who, when and why; False where it was out already.

    Raises Refused without a reason, or for one that is too long.
    """
    reason = checks.at_most(reason.strip(), LONGEST_REASON, "reason")
    if not reason:
        raise Refused("Say why, so that the next reader knows.", "reason")
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
    day = known_days([client.pk], [attendance.attended_on], voided_too=False)[
        client.pk, attendance.attended_on
    ]
    if match(day, attendance.meeting_id, attendance.fellowship_id, "") is not None:
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


def _first(answers: Iterable[Receipt | Refused]) -> Receipt:
    return next(answer for answer in answers if isinstance(answer, Receipt))
