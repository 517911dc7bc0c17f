"""The spreadsheet of follow-up interviews.

What is known already is left alone, and what is plainly new is written together; what alters one on record goes through
the verb that corrects it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Min

from clinic import audit, interviews, locking
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.ledger import taken_back
from clinic.imports.rows import Row
from clinic.imports.running import Sheet, Taken
from clinic.imports.table import Columns
from clinic.interviews import Answers
from clinic.lookup import clients_by_reference, unknown_reference
from clinic.models import Client, Clinic, Interview, InterviewKind, ReportedAttendance

# Why a row voids what another file said: so that what somebody struck out by hand is told apart from it.
TOLD_OTHERWISE = "A spreadsheet tells more of it, or otherwise."
Key = tuple[int, InterviewKind, date]


def take(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Take some rows of interviews in; what staff have struck out or put right stays so."""
    clients = clients_by_reference(clinic, (row.text("reference") for row in rows))
    # Locked before the intakes are read: one that moves at this moment is seen where it has come to.
    locked = locking.clients(clinic.clients.filter(pk__in=[client.pk for client in clients.values()]))
    first = (
        clinic.episodes.filter(client__in=locked).values_list("client").annotate(Min("intake_on")).order_by()
    )
    portion = _Portion(clinic, by, now, dict(first))
    # What was voided with the spreadsheet it came in may come again.
    held = clinic.interviews.filter(client__in=locked).exclude(taken_back("interview"))
    for one in held.select_related("client__clinic", "clinic"):
        portion.held[one.client_id, InterviewKind(one.kind), one.held_on].append(one)
    return portion.take_each(clients, rows)


@dataclass(slots=True)
class _Portion:
    """held: those on record, struck out or not. told: what this file said of each, and the row that said it first."""

    clinic: Clinic
    by: Actor
    now: datetime
    first_intakes: Mapping[int, date]
    held: defaultdict[Key, list[Interview]] = field(default_factory=lambda: defaultdict(list))
    told: dict[Key, tuple[int, Answers]] = field(default_factory=dict)
    new: list[Interview] = field(default_factory=list)

    def take_each(self, clients: Mapping[str, Client], rows: Sequence[Row]) -> list[Taken | Refused]:
        """Take rows in, each entirely or not at all."""
        answers: list[Taken | Refused] = []
        for row in rows:
            client = clients.get(row.text("reference"))
            if client is None:
                answers.append(unknown_reference(row.text("reference")))
                continue
            try:
                answers.append(Taken(self._take(client, row)))
            except Refused as refusal:
                answers.append(refusal.as_answer())
        self._write()
        return answers

    def _take(self, client: Client, row: Row) -> Effect:
        kind = row.word("kind", InterviewKind)
        assert kind is not None
        key = client.pk, kind, row.needed_day("held_on")
        answers = Answers(
            used_alcohol=row.yes_no("used_alcohol"),
            used_drugs=row.yes_no("used_drugs"),
            attendance=row.word("attendance", ReportedAttendance) or "",
            controlled_use_impossible=row.number_in("controlled_use_impossible"),
        )
        interviews.check(
            held_on=key[2],
            answers=answers,
            first_intake_on=self.first_intakes[client.pk],
            clinic=self.clinic,
            now=self.now,
        )
        number, above = self.told.get(key, (row.number, answers))
        if answers.contradicts(above):
            raise Refused(f"row {number} says otherwise of the same interview: keep one of the two.")
        effect = self._enter(client, key, answers)
        self.told[key] = number, answers.over(above)
        return effect

    def _enter(self, client: Client, key: Key, answers: Answers) -> Effect:
        """Write down what is new of an interview; an empty cell never erases what is known."""
        held = self.held[key]
        standing = next((one for one in held if one.voided_at is None), None)
        by_hand = [one for one in held if one.voided_at is not None and one.void_reason != TOLD_OTHERWISE]
        if standing is None and not by_hand:
            client.clinic = self.clinic
            written = interviews.unwritten(
                client=client, kind=key[1], held_on=key[2], answers=answers, by=self.by, now=self.now
            )
            self.new.append(written)
            held.append(written)
            return Effect.ADDED
        if standing is None:
            return Effect.ALREADY
        on_record = interviews.answers_of(standing)
        right = answers.over(on_record)
        if right == on_record or any(not answers.contradicts(interviews.answers_of(one)) for one in by_hand):
            return Effect.ALREADY
        # The verb is to find what this file told before.
        self._write()
        right_one = interviews.correct(
            interview=standing,
            kind=key[1],
            held_on=key[2],
            answers=right,
            reason=TOLD_OTHERWISE,
            by=self.by,
            now=self.now,
        )
        held.append(right_one)
        return Effect.CHANGED

    def _write(self) -> None:
        """Write the new ones, as interviews.record would have."""
        new, self.new = self.new, []
        Interview.objects.bulk_create(new)
        audit.record_entries(interviews.recorded(one, self.by, self.now) for one in new)


INTERVIEWS = Sheet(
    Columns(
        names=(
            *("reference", "kind", "held_on", "used_alcohol", "used_drugs", "attendance"),
            "controlled_use_impossible",
        ),
        needed=("reference", "kind", "held_on"),
        days=("held_on",),
        yes_no=("used_alcohol", "used_drugs"),
        words={"kind": InterviewKind.values, "attendance": ReportedAttendance.values},
    ),
    take,
)
