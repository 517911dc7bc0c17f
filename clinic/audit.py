"""The audit trail: every verb leaves an entry inside its own transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models

from clinic.actors import Actor
from clinic.models import AuditEntry, Client, Clinic
from clinic.writing import write_values

# What record_many tells, in this order.
COLUMNS = (
    *("clinic_id", "at", "actor_kind", "actor_name", "user_id"),
    *("verb", "subject", "subject_id", "client_id"),
)


def entry(
    *,
    by: Actor,
    now: datetime,
    verb: str,
    subject: models.Model | str,
    clinic: Clinic | None = None,
    client: Client | None = None,
    fields: Iterable[str] = (),
    rows: int | None = None,
) -> AuditEntry:
    """An entry not yet written, for verbs that write many at once.

    subject is the row written, or the name of what was written where there is no single row. rows: how many of a list
    somebody took along.
    """
    return AuditEntry(
        clinic=clinic,
        at=now,
        actor_kind=by.kind.value,
        actor_name=by.name,
        user=by.user,
        verb=verb,
        subject=subject if isinstance(subject, str) else subject._meta.model_name or "",
        subject_id=None if isinstance(subject, str) else subject.pk,
        client_id=client.pk if client is not None else None,
        fields=sorted(fields),
        rows=rows,
    )


def record(
    *,
    by: Actor,
    now: datetime,
    verb: str,
    subject: models.Model | str,
    clinic: Clinic | None = None,
    client: Client | None = None,
    fields: Iterable[str] = (),
    rows: int | None = None,
) -> AuditEntry:
    """Write down who did what; call it inside the verb's transaction."""
    written = entry(
        by=by, now=now, verb=verb, subject=subject, clinic=clinic, client=client, fields=fields, rows=rows
    )
    written.save()
    return written


def record_entries(entries: Iterable[AuditEntry]) -> None:
    """Write many entries in one query; call it inside the verb's transaction."""
    AuditEntry.objects.bulk_create(entries)


def record_many(
    *, by: Actor, now: datetime, clinic: Clinic, done: Iterable[tuple[str, models.Model, int]]
) -> None:
    """Write an entry for each verb done, with the row written and the client's number, however many.

    Call it inside the verb's transaction. It names no fields.
    """
    told = (clinic.pk, now, by.kind.value, by.name, by.user.pk if by.user is not None else None)
    write_values(
        AuditEntry,
        COLUMNS,
        [(*told, verb, row._meta.model_name, row.pk, client_id) for verb, row, client_id in done],
    )
