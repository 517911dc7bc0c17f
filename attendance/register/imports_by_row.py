"""Pauses and check-ins from a spreadsheet: many rows in a few queries.

What is known already is left alone, and what is plainly new is written together. Any other row is left to the verbs,
whose rules and refusals are the only ones; tests hold that both ways leave the very same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from attendance.register import pausing
from attendance.register.locking import locked_intakes
from attendance.register.models import Answer, CheckIn, Pause, Source
from clinic import audit, clock, events
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.ledger import taken_back
from clinic.imports.rows import Row
from clinic.imports.running import Taken
from clinic.lookup import clients_by_reference, unknown_reference
from clinic.models import AuditEntry, Client, Clinic
from clinic.weeks import week_of


def take_pauses(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Take some rows of pauses in; what staff have taken back stays so."""
    clients, locked = _locked(clinic, rows)
    pauses = _Pauses(clinic, by, now)
    for one in clinic.pauses.filter(client__in=locked).exclude(taken_back("pause")):
        pauses.held[one.client_id, one.starts_on, one.ends_on].append(one)
    return _take_each(pauses, clients, rows)


def take_check_ins(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Take some rows of check-ins in; what staff have taken back stays so."""
    clients, intakes = _locked(clinic, rows)
    said = clinic.checkins.filter(client__in=intakes).exclude(taken_back("checkin"))
    held = set(said.values_list("client", "week"))
    return _take_each(_CheckIns(clinic, by, now, intakes, held), clients, rows)


class _Portion(Protocol):
    """What is held of the clients of some rows, and what is new."""

    def take(self, client: Client, row: Row) -> Effect:
        """Take a row in, or keep it to be written; raises Refused, and has left nothing behind then."""

    def write(self) -> None:
        """Write what is new."""


def _locked(clinic: Clinic, rows: Sequence[Row]) -> tuple[dict[str, Client], dict[int, date]]:
    """The clients by reference, each locked, and their first intakes; without one who was merged away meanwhile."""
    clients = clients_by_reference(clinic, (row.text("reference") for row in rows))
    intakes = locked_intakes(clinic, sorted(client.pk for client in clients.values()))
    return {reference: client for reference, client in clients.items() if client.pk in intakes}, intakes


def _take_each(
    portion: _Portion, clients: Mapping[str, Client], rows: Sequence[Row]
) -> list[Taken | Refused]:
    answers: list[Taken | Refused] = []
    for row in rows:
        client = clients.get(row.text("reference"))
        if client is None:
            answers.append(unknown_reference(row.text("reference")))
            continue
        try:
            answers.append(Taken(portion.take(client, row)))
        except Refused as refusal:
            answers.append(refusal.as_answer())
    portion.write()
    return answers


@dataclass(slots=True)
class _Pauses:
    """held: by client and days, the one that stands if any, and those taken back; told: the first row of each here.

    Two rows that give the same days two reasons are a question: each would undo the other at every import.
    """

    clinic: Clinic
    by: Actor
    now: datetime
    held: defaultdict[tuple[int, date, date], list[Pause]] = field(default_factory=lambda: defaultdict(list))
    told: dict[tuple[int, date, date], Row] = field(default_factory=dict)
    new: list[Pause] = field(default_factory=list)

    def take(self, client: Client, row: Row) -> Effect:
        """The same days with another reason put the reason right."""
        key = client.pk, row.needed_day("starts_on"), row.needed_day("ends_on")
        above = self.told.get(key)
        if above is not None and above.text("reason") != row.text("reason"):
            raise Refused(
                f"row {above.number} says {above.text('reason')!r} of the same days: keep one of the two.",
                "reason",
            )
        effect = self._take(client, *key[1:], row.text("reason"))
        self.told.setdefault(key, row)
        return effect

    def _take(self, client: Client, starts_on: date, ends_on: date, reason: str) -> Effect:
        held = self.held[client.pk, starts_on, ends_on]
        reasons = [one.reason for one in held if one.voided_at is None]
        if (held and not reasons) or reason in reasons:
            return Effect.ALREADY
        in_order = starts_on <= ends_on and ends_on - starts_on <= pausing.LONGEST_PAUSE
        if not held and in_order and len(reason) <= pausing.LONGEST_REASON:
            pause = Pause(
                clinic=self.clinic,
                client=client,
                starts_on=starts_on,
                ends_on=ends_on,
                reason=reason,
                recorded_at=self.now,
                recorded_by=self.by.label,
            )
            held.append(pause)
            self.new.append(pause)
            return Effect.ADDED
        # The verb is to find what this file told before.
        self.write()
        pause, added = pausing.pause(
            client=client, starts_on=starts_on, ends_on=ends_on, reason=reason, by=self.by, now=self.now
        )
        held[:] = [*(one for one in held if one.voided_at is not None), pause]
        return Effect.ADDED if added else Effect.CHANGED

    def write(self) -> None:
        """Write the new ones, as pausing.pause would have."""
        new, self.new = self.new, []
        Pause.objects.bulk_create(new)
        audit.record_entries(_entries(new, "pause.entered", self.clinic, self.by, self.now))
        _tell(Pause, new, self.clinic, self.now)


@dataclass(slots=True)
class _CheckIns:
    """held: client and week of all there are, those taken back as well."""

    clinic: Clinic
    by: Actor
    now: datetime
    intakes: Mapping[int, date]
    held: set[tuple[int, date]]
    new: list[CheckIn] = field(default_factory=list)

    def take(self, client: Client, row: Row) -> Effect:
        """A week is told of once."""
        week, answer = row.needed_day("week"), row.word("answer", Answer)
        assert answer is not None
        if (client.pk, week) in self.held:
            return Effect.ALREADY
        starts_on = self.clinic.week_starts_on
        today = clock.local_date(self.now, self.clinic.time_zone)
        if week_of(week, starts_on) == week and week_of(self.intakes[client.pk], starts_on) <= week <= today:
            self.new.append(
                CheckIn(
                    clinic=self.clinic,
                    client=client,
                    week=week,
                    answer=answer,
                    source=Source.CLIENT,
                    recorded_at=self.now,
                    recorded_by=self.by.label,
                )
            )
        else:
            pausing.check_in(
                client=client, week=week, answer=answer, source=Source.CLIENT, by=self.by, now=self.now
            )
        self.held.add((client.pk, week))
        return Effect.ADDED

    def write(self) -> None:
        """Write the new ones, as pausing.check_in would have."""
        CheckIn.objects.bulk_create(self.new)
        audit.record_entries(_entries(self.new, "checkin.recorded", self.clinic, self.by, self.now))
        _tell(CheckIn, self.new, self.clinic, self.now)


def _entries(
    facts: Iterable[Pause | CheckIn], verb: str, clinic: Clinic, by: Actor, now: datetime
) -> Iterable[AuditEntry]:
    return (
        audit.entry(by=by, now=now, verb=verb, subject=fact, clinic=clinic, client=fact.client)
        for fact in facts
    )


def _tell(
    kind: type[Pause] | type[CheckIn], facts: Sequence[Pause | CheckIn], clinic: Clinic, now: datetime
) -> None:
    client_ids = sorted({fact.client_id for fact in facts})
    if client_ids:
        events.facts_changed.send(sender=kind, clinic=clinic, client_ids=client_ids, now=now)
