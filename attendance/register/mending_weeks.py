"""Putting pauses and check-ins right: other days for a reason, and what was taken back by a slip of the hand."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from attendance.register import pausing
from attendance.register.models import CheckIn, Pause
from clinic import audit, checks, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client

UNVOIDED = {"voided_at": None, "voided_by": "", "void_reason": ""}


@transaction.atomic
def correct_pause(
    *, pause: Pause, starts_on: date, ends_on: date, reason: str, by: Actor, now: datetime
) -> Pause:
    """Give a pause other days, both included: the old one is taken back with the reason, the right one points at it.

    Raises Refused without a reason, for days that pausing.pause refuses, and for a pause that no longer stands.
    """
    reason = checks.reason(reason, pausing.LONGEST_VOID_REASON)
    # Judged once, when both are written: no flag is to open between the wrong days and the right ones.
    with events.gathered():
        if not pausing.void_pause(pause=pause, reason=reason, by=by, now=now):
            raise Refused("This pause was taken back already.")
        right, new = pausing.pause(
            client=pause.client, starts_on=starts_on, ends_on=ends_on, reason=pause.reason, by=by, now=now
        )
    if new:
        right.corrects = pause
        right.save(update_fields=["corrects"])
    return right


@transaction.atomic
def restore_pause(*, pause: Pause, by: Actor, now: datetime) -> bool:
    """Let a pause stand again that was taken back by a slip of the hand; False where it stands.

    The audit trail keeps both. Raises Refused where it was corrected, or the same days were entered since.
    """
    client = locking.client(pause.client_id)
    pause.refresh_from_db()
    if pause.voided_at is None:
        return False
    if Pause.objects.filter(corrects=pause).exists():
        raise Refused("Its days were corrected since: put the corrected pause right instead.")
    same = {"starts_on": pause.starts_on, "ends_on": pause.ends_on}
    if client.pauses.filter(**same, voided_at__isnull=True).exists():
        raise Refused("The same days were entered again since: put that pause right instead.")
    _let_stand(pause, client, by, now)
    return True


@transaction.atomic
def restore_check_in(*, check_in: CheckIn, by: Actor, now: datetime) -> bool:
    """Let a check-in stand again that was taken back by a slip of the hand; False where it stands.

    The audit trail keeps both. Raises Refused where the same week was told of since.
    """
    client = locking.client(check_in.client_id)
    check_in.refresh_from_db()
    if check_in.voided_at is None:
        return False
    if client.checkins.filter(week=check_in.week, voided_at__isnull=True).exists():
        raise Refused("The same was noted again since: put that right instead.")
    _let_stand(check_in, client, by, now)
    return True


def _let_stand(row: Pause | CheckIn, client: Client, by: Actor, now: datetime) -> None:
    for name, value in UNVOIDED.items():
        setattr(row, name, value)
    row.save(update_fields=list(UNVOIDED))
    verb = "pause.restored" if isinstance(row, Pause) else "checkin.restored"
    audit.record(by=by, now=now, verb=verb, subject=row, clinic=client.clinic, client=client)
    events.facts_changed.send(sender=type(row), clinic=client.clinic, client_ids=[client.pk], now=now)
