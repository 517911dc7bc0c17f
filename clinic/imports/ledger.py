"""What a spreadsheet wrote, kept row by row, so that all of it can be taken back through the verbs.

The audit trail is where every verb leaves what it wrote, by whichever way it was written: a portion's entries are what
the portion did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Exists, Max, OuterRef

from clinic import locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.rows import Row
from clinic.models import AuditEntry, Clinic, SpreadsheetEffect

REASON = "The spreadsheet it came in was taken back."
GONE = "It is not on record any more."


class Ledger(Protocol):
    """How what one kind of spreadsheet writes is noted and taken back. Both are called inside a transaction."""

    def before(self, clinic: Clinic, rows: Sequence[Row]) -> Any:
        """Hold the clients of some rows, and say what is known of what the rows may alter."""

    def effects(
        self, clinic: Clinic, before: Any, entries: Sequence[AuditEntry]
    ) -> Sequence[SpreadsheetEffect]:
        """What the rows did, by what was known before and by the entries they left; not yet written."""

    def undo(
        self, clinic: Clinic, effects: Sequence[SpreadsheetEffect], by: Actor, now: datetime
    ) -> Sequence[str]:
        """Take these back in their order; for each why it stays, empty where it was taken back."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of spreadsheet, as commands and pages know it."""

    title: str
    about: str
    sheet: Any
    ledger: Ledger


def last_entry() -> int:
    """The number of the last entry in the audit trail."""
    return AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def entries_since(last: int, clinic: Clinic, by: Actor, now: datetime) -> list[AuditEntry]:
    """What an actor has entered in the audit trail of a clinic at a moment, after an entry of that number."""
    found = clinic.audit_entries.filter(pk__gt=last, at=now, actor_kind=by.kind.value, actor_name=by.name)
    return list(found.order_by("pk"))


def taken_back(subject: str, voided: str = "voided_at") -> Exists:
    """For a query: whether a row was voided with the spreadsheet it came in, so that the next may bring it again."""
    return Exists(
        SpreadsheetEffect.objects.filter(
            subject=subject, subject_id=OuterRef("pk"), undone_at=OuterRef(voided)
        )
    )


def hold_clients(clinic: Clinic, rows: Sequence[Row]) -> list[int]:
    """Hold the clients whom some rows name; their numbers."""
    return locking.clients(clinic.clients.filter(reference__in={row.text("reference") for row in rows}))


@dataclass(frozen=True, slots=True)
class Facts:
    """The ledger of facts that a spreadsheet only ever adds, and that a verb voids.

    rows: the name by which a clinic has them; subject and verb: of the audit entry of a new one.
    """

    rows: str
    subject: str
    verb: str
    void: Callable[[Any, Actor, datetime], object]

    def before(self, clinic: Clinic, rows: Sequence[Row]) -> None:
        """Nothing of what is known is altered."""

    def effects(
        self, clinic: Clinic, before: Any, entries: Sequence[AuditEntry]
    ) -> Sequence[SpreadsheetEffect]:
        """One for each new fact."""
        return [added(entry) for entry in entries if entry.verb == self.verb]

    def undo(
        self, clinic: Clinic, effects: Sequence[SpreadsheetEffect], by: Actor, now: datetime
    ) -> Sequence[str]:
        """Void each; what somebody voided since is left as it is."""
        held: Mapping[int, Any] = getattr(clinic, self.rows).in_bulk([one.subject_id for one in effects])
        return [self._undo(held.get(one.subject_id), by, now) for one in effects]

    def _undo(self, fact: Any, by: Actor, now: datetime) -> str:
        if fact is None:
            return GONE
        try:
            self.void(fact, by, now)
        except Refused as refusal:
            return refusal.sentence
        return ""


def added(entry: AuditEntry, **after: Any) -> SpreadsheetEffect:
    """The effect of an entry that tells of something new."""
    assert entry.subject_id is not None, "facts are rows"
    assert entry.client_id is not None, "a spreadsheet is about clients"
    return SpreadsheetEffect(
        subject=entry.subject,
        subject_id=entry.subject_id,
        client_id=entry.client_id,
        added=True,
        after=after,
    )
