"""What happened to clients, told to the stages above without importing them.

Verbs send these inside their transaction, so that what follows from a fact is written with it or not at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.dispatch import Signal

from clinic.models import Clinic


class _Held:
    """The clients of one clinic whose facts changed in a gathered() block."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.client_ids: set[int] = set()
        self.now: datetime | None = None


_gathering: ContextVar[dict[tuple[Any, int], _Held] | None] = ContextVar("gathering", default=None)


class _FactsChanged(Signal):
    """A signal that waits for the end of a gathered() block, where one is open.

    Receivers are told as well whether the clients are held: by a verb they are, until its transaction ends. At the end
    of a block a savepoint may have let go of some.
    """

    def send(self, sender: Any, **named: Any) -> list[tuple[Any, Any]]:
        gathering = _gathering.get()
        if gathering is None:
            return super().send(sender, **{"held": True} | named)
        held = gathering.setdefault((sender, named["clinic"].pk), _Held(named["clinic"]))
        held.client_ids.update(named["client_ids"])
        held.now = named["now"]
        return []


# Facts of these clients, whom the sender holds, came, changed or went: clinic: Clinic, client_ids: list[int],
# now: datetime, and to receivers held: bool.
facts_changed = _FactsChanged()

# The first intake is about to move to a later day: client: Client, intake_on: date. A stage above that
# holds facts from before that day raises Refused, and the intake stays.
intake_moving = Signal()

# Somebody is about to be taken off the record whom a spreadsheet took in: client: Client. A stage above that has
# sent them anything, or told anybody else of them, raises Refused, and they stay.
newcomer_leaving = Signal()

# The clinic's policy changed, so every client is to be looked at again: clinic: Clinic, now: datetime.
policy_changed = Signal()

# A client was closed (died, moved, withdrew): client: Client, now: datetime.
client_closed = Signal()

# Consents were written down, or confirmed: consents: list[Consent], by: Actor, now: datetime.
consents_written = Signal()

# A client took back a consent: consent: Consent, by: Actor, now: datetime.
consent_revoked = Signal()

# A client was taken over by another clinic: transfer: Transfer, newcomer: Client (their new record there), by: Actor,
# now: datetime. A stage copies what goes along; the former record is closed afterwards.
client_transferred = Signal()

# Two records of one client are about to be put together: merging: clinic.merging.rows.Merging. A stage settles what
# could not stand twice, or raises Refused, and nothing is put together.
clients_merging = Signal()

# The rows of the one have become the other's: merging: clinic.merging.rows.Merging.
clients_merged = Signal()

# Two records are about to be parted again: merge: Merge. A stage that cannot raises Refused.
clients_parting = Signal()


@contextmanager
def gathered() -> Iterator[None]:
    """Tell of changed facts at the end of the block, once a client, however many verbs ran in it.

    For imports, where judging a client anew after each row would cost more than the rows. Open it inside
    the transaction of the verbs, so that what follows is still written with the facts; when the block
    fails nothing is told. What a savepoint undid may be told of all the same: looking again does no harm.
    """
    held: dict[tuple[Any, int], _Held] = {}
    token = _gathering.set(held)
    try:
        yield
    finally:
        _gathering.reset(token)
    for (sender, _), changed in held.items():
        facts_changed.send(
            sender,
            clinic=changed.clinic,
            client_ids=sorted(changed.client_ids),
            now=changed.now,
            held=False,
        )
