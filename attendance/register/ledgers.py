"""What the register's spreadsheets wrote, and how it is taken back: voided where it is new, else told less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from attendance.register import correcting, pausing
from attendance.register.models import Attendance, CheckIn, Pause
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.ledger import GONE, REASON, Facts, added, hold_clients
from clinic.imports.rows import Row
from clinic.models import AuditEntry, Clinic, SpreadsheetEffect

Snapshot = dict[str, Any]
VOIDED_SINCE = "It was taken out since, and stays so."
CORRECTED_SINCE = "It was corrected since, and the corrected one stays."
CHANGED_SINCE = "It was changed since, and stays as it is."


class AttendanceLedger:
    """Of an attendance that is new, what its reports said; of one told more, what it was before and after."""

    def before(self, clinic: Clinic, rows: Sequence[Row]) -> Mapping[int, Snapshot]:
        """The attendances that rows may tell more of, as they are."""
        clients = hold_clients(clinic, rows)
        days = [day for row in rows if (day := _day(row)) is not None]
        if not days:
            return {}
        held = clinic.attendances.filter(client__in=clients, attended_on__range=(min(days), max(days)))
        return correcting.said_of(held.filter(voided_at__isnull=True))

    def effects(
        self, clinic: Clinic, before: Mapping[int, Snapshot], entries: Sequence[AuditEntry]
    ) -> Sequence[SpreadsheetEffect]:
        """One for each attendance that is new or was told more."""
        told = {entry.subject_id: entry for entry in entries if entry.subject == "attendance"}
        after = correcting.said_of(clinic.attendances.filter(pk__in=[pk for pk in told if pk is not None]))
        found = []
        for pk, held in after.items():
            effect = added(told[pk], **held)
            if pk in before:
                effect.added, effect.before = False, before[pk]
            if effect.before != held:
                found.append(effect)
        return found

    def undo(
        self, clinic: Clinic, effects: Sequence[SpreadsheetEffect], by: Actor, now: datetime
    ) -> Sequence[str]:
        """Take each back."""
        held = clinic.attendances.in_bulk([one.subject_id for one in effects])
        return [self._undo(one, held.get(one.subject_id), by, now) for one in effects]

    def _undo(
        self, effect: SpreadsheetEffect, attendance: Attendance | None, by: Actor, now: datetime
    ) -> str:
        if attendance is None:
            return GONE
        if attendance.voided_at is not None:
            return (
                CORRECTED_SINCE if attendance.corrected_by.exists() else "" if effect.added else VOIDED_SINCE
            )
        others = {report.source for report in attendance.reports.all()} - set(effect.after["reports"])
        try:
            with transaction.atomic():
                if effect.added and not others:
                    correcting.void(attendance=attendance, reason=REASON, by=by, now=now)
                    return ""
                whole = correcting.tell_less(
                    attendance=attendance, before=effect.before, after=effect.after, by=by, now=now
                )
        except Refused as refusal:
            return refusal.sentence
        except IntegrityError:
            # Told less it would be the same as another of that day.
            return CHANGED_SINCE
        return "" if whole else CHANGED_SINCE


def _day(row: Row) -> date | None:
    try:
        return row.day("attended_on")
    except Refused:
        return None


class PauseLedger(Facts):
    """A pause whose reason was put right gets its reason back."""

    def before(self, clinic: Clinic, rows: Sequence[Row]) -> Any:
        """The reasons of the pauses that stand."""
        held = clinic.pauses.filter(client__in=hold_clients(clinic, rows), voided_at__isnull=True)
        return dict(held.values_list("pk", "reason"))

    def effects(
        self, clinic: Clinic, before: Any, entries: Sequence[AuditEntry]
    ) -> Sequence[SpreadsheetEffect]:
        """One for each pause that is new or has another reason."""
        found = {one.subject_id: one for one in super().effects(clinic, before, entries)}
        changed = {entry.subject_id or 0: entry for entry in entries if entry.verb == "pause.changed"}
        reasons = dict(clinic.pauses.filter(pk__in=changed).values_list("pk", "reason"))
        for pk, entry in changed.items():
            if pk in before and pk not in found:
                effect = added(entry, reason=reasons[pk])
                effect.added, effect.before = False, {"reason": before[pk]}
                found[pk] = effect
        return list(found.values())

    def undo(
        self, clinic: Clinic, effects: Sequence[SpreadsheetEffect], by: Actor, now: datetime
    ) -> Sequence[str]:
        """Void what is new, and put reasons back."""
        held = clinic.pauses.select_related("client").in_bulk([one.subject_id for one in effects])
        return [
            self._undo(held.get(one.subject_id), by, now)
            if one.added
            else _reason_back(one, held.get(one.subject_id), by, now)
            for one in effects
        ]


def _reason_back(effect: SpreadsheetEffect, pause: Pause | None, by: Actor, now: datetime) -> str:
    if pause is None:
        return GONE
    if pause.voided_at is not None:
        return VOIDED_SINCE
    if pause.reason != effect.after["reason"]:
        return CHANGED_SINCE
    pausing.pause(
        client=pause.client,
        starts_on=pause.starts_on,
        ends_on=pause.ends_on,
        reason=effect.before["reason"],
        by=by,
        now=now,
    )
    return ""


def _void_pause(pause: Pause, by: Actor, now: datetime) -> bool:
    return pausing.void_pause(pause=pause, by=by, now=now)


def _void_check_in(check_in: CheckIn, by: Actor, now: datetime) -> bool:
    return pausing.void_check_in(check_in=check_in, by=by, now=now)


ATTENDANCE_LEDGER = AttendanceLedger()
PAUSE_LEDGER = PauseLedger("pauses", "pause", "pause.entered", _void_pause)
CHECK_IN_LEDGER = Facts("checkins", "checkin", "checkin.recorded", _void_check_in)
