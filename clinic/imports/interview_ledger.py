"""What a spreadsheet of interviews wrote, taken back: new ones are voided, others say again what they said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from clinic import interviews
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.ledger import GONE, REASON, Facts, added, hold_clients
from clinic.imports.rows import Row
from clinic.models import AuditEntry, Clinic, Interview, InterviewKind, SpreadsheetEffect

CHANGED_SINCE = "It was changed since, and stays as it is."


class InterviewLedger(Facts):
    """An interview that the spreadsheet put right is put back, as a correction of its own."""

    def before(self, clinic: Clinic, rows: Sequence[Row]) -> Any:
        """The numbers of the interviews on record, struck out or not."""
        held = clinic.interviews.filter(client__in=hold_clients(clinic, rows))
        return set(held.values_list("pk", flat=True))

    def effects(
        self, clinic: Clinic, before: Collection[int], entries: Sequence[AuditEntry]
    ) -> Sequence[SpreadsheetEffect]:
        """One for each interview that is new, or stands in the place of one that was there."""
        told = {entry.subject_id or 0: entry for entry in entries if entry.verb == self.verb}
        found = []
        for pk, corrects in (
            clinic.interviews.filter(pk__in=told).order_by("pk").values_list("pk", "corrects")
        ):
            effect = added(told[pk])
            if corrects in before:
                effect.added, effect.before = False, {"interview": corrects}
            found.append(effect)
        return found

    def undo(
        self, clinic: Clinic, effects: Sequence[SpreadsheetEffect], by: Actor, now: datetime
    ) -> Sequence[str]:
        """Void what is new, and put right again what was put right."""
        held = clinic.interviews.select_related("client__clinic", "corrects").in_bulk(
            [one.subject_id for one in effects]
        )
        return [
            self._undo(held.get(one.subject_id), by, now)
            if one.added
            else _put_back(held.get(one.subject_id), by, now)
            for one in effects
        ]


def _put_back(right: Interview | None, by: Actor, now: datetime) -> str:
    if right is None or right.corrects is None:
        return GONE
    if right.voided_at is not None:
        return CHANGED_SINCE
    try:
        interviews.correct(
            interview=right,
            kind=InterviewKind(right.corrects.kind),
            held_on=right.corrects.held_on,
            answers=interviews.answers_of(right.corrects),
            reason=REASON,
            by=by,
            now=now,
        )
    except Refused as refusal:
        return refusal.sentence
    return ""


def _void(interview: Interview, by: Actor, now: datetime) -> bool:
    return interviews.void(interview=interview, reason=REASON, by=by, now=now)


INTERVIEW_LEDGER = InterviewLedger("interviews", "interview", "interview.recorded", _void)
