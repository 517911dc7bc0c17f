"""Taking back what was planned, chosen or said of a meeting: it stays on record, with who took it back and when.

What was chosen or said may stand again, where taking it back was a slip of the hand.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from attendance.register.models import ChosenMeeting, PlannedMeeting, UnsuitedMeeting
from clinic import audit, locking
from clinic.actors import Actor
from clinic.models import Client


@transaction.atomic
def take_back(
    row: PlannedMeeting | ChosenMeeting | UnsuitedMeeting, *, verb: str, by: Actor, now: datetime
) -> bool:
    """Take a row back, with the client held; False where it was taken back already. verb: for the audit trail."""
    client = locking.client(row.client_id)
    standing = type(row).objects.filter(pk=row.pk, voided_at__isnull=True)
    if not standing.update(voided_at=now, voided_by=by.label):
        return False
    audit.record(by=by, now=now, verb=verb, subject=row, clinic=client.clinic, client=client)
    return True


def let_stand(
    row: ChosenMeeting | UnsuitedMeeting, client: Client, *, verb: str, by: Actor, now: datetime
) -> None:
    """Let a row stand again, part of a verb that holds its client. verb: for the audit trail, which keeps both."""
    row.voided_at, row.voided_by = None, ""
    row.save(update_fields=["voided_at", "voided_by"])
    audit.record(by=by, now=now, verb=verb, subject=row, clinic=client.clinic, client=client)
