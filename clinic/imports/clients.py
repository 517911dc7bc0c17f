"""The clients' spreadsheet: takes clients in, mends what is known of them, ends treatment, notes consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, prefetch_related_objects

from clinic import consents, intake, locking
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.by_verbs import stands, take_line
from clinic.imports.lines import COLUMNS, Line, read_line
from clinic.imports.newcomers import Newcomers, plainly
from clinic.imports.rows import Row
from clinic.imports.running import Sheet, Taken
from clinic.lookup import clients_by_reference
from clinic.models import Client, Clinic, Programme, Role, User

# Where a verb's word for an input is not the spreadsheet's.
COLUMN_OF = {
    "changed_on": "discharge_on",
    "phase": "discharge_outcome",
    "given_on": "consent_on",
    "how": "consent_how",
}


def take(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Take some rows in, each entirely or not at all; for each what it came to, or why it was refused.

    Where it is plain what the verbs would come to, they are not asked: newcomers are written together, and a line
    that tells nothing new leaves no trace. For all others the verbs decide, row by row.
    """
    # Two imports into one clinic wait for each other, so that the second finds the first's new clients.
    locking.clinic(clinic.pk)
    try:
        with transaction.atomic():
            newcomers = Newcomers(clinic, by, now)
            answers = take_each(clinic, rows, by, now, newcomers)
            newcomers.write()
            return answers
    except IntegrityError:
        # By another door somebody has just taken in one of the newcomers: the verbs find out whom.
        return take_each(clinic, rows, by, now)


def take_each(
    clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime, newcomers: Newcomers | None = None
) -> list[Taken | Refused]:
    """Take rows in by the verbs alone, or with newcomers: what is plain without them, newcomers left to be written."""
    portion = _Portion.read(clinic, rows, by, now, newcomers)
    answers: list[Taken | Refused] = []
    for row in rows:
        try:
            answers.append(portion.take(row))
        except Refused as refusal:
            answers.append(Refused(refusal.sentence, COLUMN_OF.get(refusal.field, refusal.field)))
    return answers


CLIENTS = Sheet(COLUMNS, take, once_each=True, rows_at_once=500)


@dataclass(frozen=True, slots=True)
class _Portion:
    """Some rows' clients under lock, with what else is known when their rows are taken in."""

    clinic: Clinic
    by: Actor
    now: datetime
    newcomers: Newcomers | None
    held: dict[str, Client]
    keyworkers: dict[str, User]
    programmes: dict[str, Programme]
    stopped: set[str]

    @classmethod
    def read(
        cls, clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime, newcomers: Newcomers | None
    ) -> _Portion:
        """Lock the clients, and read all of them in a fixed number of queries."""
        references = {row.text("reference") for row in rows}
        led_here = Client.with_merged.filter(clinic=clinic, reference__in=references).values("merged_into")
        locking.clients(clinic.clients.filter(Q(reference__in=references) | Q(pk__in=led_here)))
        held = clients_by_reference(clinic, references)
        prefetch_related_objects(list(held.values()), "keyworker", "episodes__programme", "consents")
        keyworkers = User.objects.filter(memberships__clinic=clinic, memberships__role=Role.KEYWORKER)
        return cls(
            clinic=clinic,
            by=by,
            now=now,
            newcomers=newcomers,
            held=held,
            keyworkers={user.get_username(): user for user in keyworkers},
            programmes={programme.name: programme for programme in clinic.programmes.all()},
            stopped=consents.stopped_addresses(clinic),
        )

    def take(self, row: Row) -> Taken:
        """Take a row in; raises Refused, and has left nothing behind then."""
        line = read_line(row, self.clinic, self.keyworkers, self.now)
        client = self.held.get(line.reference)
        if self.newcomers is not None:
            plain = self._without_verbs(line, client, self.newcomers)
            if plain is not None:
                return Taken(plain)
        try:
            with transaction.atomic():
                return take_line(
                    self.clinic, self._with_programme(line), client, self.stopped, self.by, self.now
                )
        except Refused:
            # Taken back with the row where it was new.
            self.programmes.pop(line.programme, None)
            raise

    def _without_verbs(self, line: Line, client: Client | None, newcomers: Newcomers) -> Effect | None:
        """What a line comes to where that is plain; else None, and the verbs are to be asked."""
        if client is None:
            plain = plainly(line, self.clinic, self.now)
            if plain is None or any(
                agreed and consents.same_address(consents.address_of(plain.person, channel)) in self.stopped
                for channel, agreed in plain.consents.items()
            ):
                return None
            newcomers.add(self._with_programme(plain))
            return Effect.ADDED
        programme = self.programmes.get(line.programme)
        return Effect.ALREADY if stands(client, line, programme, self.now) else None

    def _with_programme(self, line: Line) -> Line:
        """The line with its programme, made where it is new."""
        if not line.programme:
            return line
        if line.programme not in self.programmes:
            self.programmes[line.programme] = intake.programme_named(
                self.clinic, line.programme, line.intake.twelve_step_based
            )
        return replace(line, intake=replace(line.intake, programme=self.programmes[line.programme]))
