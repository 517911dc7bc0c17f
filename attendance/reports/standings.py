"""The standings of a whole clinic, for the command and the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import overload

from django.db.models import QuerySet

from attendance.standing import reading, rule
from attendance.standing.facts import FLAGGED, Standing
from clinic.models import Client, Clinic

BATCH = 1000
STORED = ("standing", "missed_weeks", "reason", "next_change_on", "judged_on")


@dataclass(frozen=True, slots=True)
class Line:
    """How a client stands on a day, by the weekly rule; next_change_on is when to look again."""

    reference: str
    standing: Standing
    missed_weeks: int
    reason: str
    next_change_on: date | None

    @property
    def flagged(self) -> bool:
        """Whether somebody should look after this client."""
        return self.standing in FLAGGED


def by_reference(clinic: Clinic) -> list[tuple[str, int]]:
    """Reference and id of every client, by reference. Sorted here, as databases differ in how they compare texts."""
    return sorted(clinic.clients.order_by().values_list("reference", "pk"))


def judged_on(clinic: Clinic, on: date) -> Iterator[Line]:
    """Every client by reference as the rule judges them on a local date of the clinic, past ones too.

    One query, and four for every thousand clients.
    """
    clients = iter(by_reference(clinic))
    while some := list(islice(clients, BATCH)):
        yield from _judged(clinic, some, on)


def present(clinic: Clinic, today: date) -> list[Line]:
    """Every client by reference as they stand today.

    A stored standing is taken at its word while it holds; where its day has come and the sweep has not
    been round yet, the rule is asked. One query, and four for every thousand of the latter.
    """
    return _present(clinic, clinic.clients.all(), today)


class Everybody(Sequence[Line]):
    """What present() tells, read and judged only as far as it is looked at: a page of many costs what it holds."""

    def __init__(self, clinic: Clinic, today: date) -> None:
        self.clinic, self.today = clinic, today
        self.ids = [pk for _, pk in by_reference(clinic)]

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...

    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        """The lines of a slice; one query, and four where any is to be judged."""
        if isinstance(at, int):
            return self[slice(at, at + 1)][0]
        return _present(self.clinic, self.clinic.clients.filter(pk__in=self.ids[at]), self.today)


def chosen(
    clinic: Clinic, today: date, standing: str | None = None, flagged: bool | None = None
) -> Sequence[Line]:
    """Everybody's standings by reference, or those of a standing, or of whom somebody should look after or not."""
    if standing is None and flagged is None:
        return Everybody(clinic, today)
    return [
        line
        for line in present(clinic, today)
        if line.standing == (standing or line.standing) and (flagged is None or line.flagged is flagged)
    ]


def _present(clinic: Clinic, clients: QuerySet[Client], today: date) -> list[Line]:
    lines: list[Line] = []
    outdated: list[tuple[str, int]] = []
    stored = clients.order_by().values_list("reference", "pk", *(f"standing__{name}" for name in STORED))
    for reference, client_id, name, missed_weeks, reason, next_change_on, judged in stored:
        if judged is None or judged > today or (next_change_on is not None and next_change_on <= today):
            outdated.append((reference, client_id))
        else:
            lines.append(Line(reference, Standing(name), missed_weeks, reason, next_change_on))
    for start in range(0, len(outdated), BATCH):
        lines.extend(_judged(clinic, outdated[start : start + BATCH], today))
    return sorted(lines, key=lambda line: line.reference)


def _judged(clinic: Clinic, clients: Sequence[tuple[str, int]], on: date) -> Iterator[Line]:
    policy = clinic.weekly_policy
    facts = reading.facts_of([client_id for _, client_id in clients], on)
    for reference, client_id in clients:
        verdict = rule.judge(policy, facts[client_id], on)
        yield Line(reference, verdict.standing, verdict.missed_weeks, verdict.reason, verdict.next_change_on)
