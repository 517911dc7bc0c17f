"""What the clients' spreadsheet wrote, and how it is taken back: newcomers go, what was altered is put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from clinic import consents, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.client_snapshots import Snapshot, snapshots
from clinic.imports.ledger import GONE, REASON, added, hold_clients
from clinic.imports.putting_back import put_back, remove_newcomer
from clinic.imports.rows import Row
from clinic.models import ActorKind, AuditEntry, Client, Clinic, Consent, SpreadsheetEffect

TOUCHED = "something was done about them since, so they stay, with what the file said of them"


class ClientLedger:
    """Of clients taken in the number of their last entry is kept: a later one that a person made keeps them."""

    def before(self, clinic: Clinic, rows: Sequence[Row]) -> Mapping[int, Snapshot]:
        """What is known of the clients, all held; the clinic first, as taking clients in does."""
        locking.clinic(clinic.pk)
        return snapshots(clinic, hold_clients(clinic, rows))

    def effects(
        self, clinic: Clinic, before: Mapping[int, Snapshot], entries: Sequence[AuditEntry]
    ) -> Sequence[SpreadsheetEffect]:
        """One for each client taken in or altered, and one for each consent given by a client known before."""
        last = {entry.client_id: entry for entry in entries if entry.client_id is not None}
        after = snapshots(clinic, [pk for pk in last if pk in before])
        found: list[SpreadsheetEffect] = []
        for pk, entry in last.items():
            if pk not in before:
                found.append(
                    SpreadsheetEffect(
                        subject="client", subject_id=pk, client_id=pk, added=True, after={"entry": entry.pk}
                    )
                )
            elif after[pk] != before[pk]:
                found.append(
                    SpreadsheetEffect(
                        subject="client",
                        subject_id=pk,
                        client_id=pk,
                        added=False,
                        before=before[pk],
                        after=after[pk],
                    )
                )
        given = [entry for entry in entries if entry.verb == "consent.given" and entry.client_id in before]
        return [*found, *(added(entry) for entry in given)]

    def undo(
        self, clinic: Clinic, effects: Sequence[SpreadsheetEffect], by: Actor, now: datetime
    ) -> Sequence[str]:
        """Take each back."""
        touched = _touched(clinic, effects)
        clients = clinic.clients.in_bulk([one.client_id for one in effects])
        given = clinic.consents.in_bulk([one.subject_id for one in effects if one.subject == "consent"])
        return [self._undo(one, clients, given, touched, by, now) for one in effects]

    def _undo(
        self,
        effect: SpreadsheetEffect,
        clients: Mapping[int, Client],
        given: Mapping[int, Consent],
        touched: set[int],
        by: Actor,
        now: datetime,
    ) -> str:
        client = clients.get(effect.client_id)
        if client is None:
            return GONE
        if effect.subject == "consent":
            consent = given.get(effect.subject_id)
            if consent is not None:
                consents.revoke(consent=consent, how=REASON, by=by, now=now)
            return ""
        if not effect.added:
            return _in_words(put_back(client, effect.before, effect.after, by, now))
        if client.pk in touched:
            return _in_words([TOUCHED])
        try:
            remove_newcomer(client, by, now)
        except Refused as refusal:
            return refusal.sentence
        return ""


def _touched(clinic: Clinic, effects: Iterable[SpreadsheetEffect]) -> set[int]:
    """Those taken in of whom anybody but the software itself has done anything since."""
    since = {one.client_id: one.after["entry"] for one in effects if one.subject == "client" and one.added}
    if not since:
        return set()
    later = clinic.audit_entries.filter(client_id__in=since, pk__gt=min(since.values())).exclude(
        actor_kind=ActorKind.SYSTEM
    )
    return {pk for pk, entry in later.values_list("client_id", "pk") if pk is not None and entry > since[pk]}


def _in_words(stays: Sequence[str]) -> str:
    whole = "; ".join(stays)
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""


CLIENT_LEDGER = ClientLedger()
