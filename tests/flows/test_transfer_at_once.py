"""Somebody takes Ana over while another does the same, or what ends the transfer: one does, and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from attendance.register import recording
from attendance.register.models import Source
from clinic import consents, episodes, transferring
from clinic.errors import Refused
from clinic.merging.merge import merge
from clinic.models import (
    AuditEntry,
    Client,
    Clinic,
    ClosedReason,
    ConsentState,
    Transfer,
    TransferState,
    User,
)
from tests import cast
from tests.at_once import at_once
from tests.cast import BY, NOW, TODAY, day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("require_postgresql")]

TIMES = 3
QUICKER = transferring.QUICKER


@pytest.fixture
def here(db: None) -> Clinic:
    """Riverside, of the Waterside organisation."""
    return cast.a_clinic("riverside", organisation="Waterside")


@pytest.fixture
def kay(here: Clinic) -> User:
    """Kay, keyworker of Riverside."""
    return cast.a_keyworker(here, "kay")


@pytest.fixture
def there(here: Clinic) -> Clinic:
    """Harbour, of the same."""
    return cast.a_clinic("harbour", organisation="Waterside")


@pytest.fixture
def hana(there: Clinic) -> User:
    """Hana, keyworker of Harbour."""
    return cast.a_keyworker(there, "hana")


def offered(kay: User, here: Clinic, there: Clinic, nth: int) -> Transfer:
    ana = cast.a_client(here, f"A{nth}", first_name="Ana", keyworker=kay)
    return transferring.offer(client=ana, to=there, given_on=TODAY, how="signed form", by=BY, now=NOW)


def told(act: Callable[..., Any], *of: Any, **given: Any) -> Callable[[], str]:
    """The sentence with which an act was refused; else done, or nothing where it says that it changed nothing."""

    def run() -> str:
        try:
            return "nothing" if act(*of, by=BY, now=NOW, **given) is False else "done"
        except Refused as refused:
            return refused.sentence

    return run


def taken_over(transfer: Transfer, keyworker: User) -> Callable[[], str]:
    return told(transferring.take_over, transfer=transfer, keyworker=keyworker)


def stands(transfer: Transfer, done: str) -> TransferState:
    """How the transfer ended; and that there is one new record or none, and the former one closed or not."""
    transfer.refresh_from_db()
    former = Client.with_merged.get(pk=transfer.client_id)
    new = transfer.to.clients.filter(came_by__isnull=False, came_by=transfer).count()
    accepted = transfer.state == TransferState.ACCEPTED
    assert (new, accepted) == ((1, True) if done == "done" else (0, False))
    taken = AuditEntry.objects.filter(verb="transfer.accepted", subject_id=transfer.pk)
    assert taken.count() == 2 * accepted
    if accepted:
        assert (former.closed_on, former.closed_reason) == (TODAY, ClosedReason.MOVED)
        assert transfer.consent.state is ConsentState.GIVEN
    return TransferState(transfer.state)


def test_of_two_who_take_over_one_does(kay: User, here: Clinic, there: Clinic, hana: User) -> None:
    hugo = cast.a_keyworker(there, "hugo")
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        said = at_once(taken_over(transfer, hana), taken_over(transfer, hugo))
        assert sorted(said) == [QUICKER, "done"]
        stands(transfer, "done")
        assert Transfer.objects.get(pk=transfer.pk).accepted.keyworker == (hana, hugo)[said.index("done")]
    assert there.clients.count() == TIMES


def test_taken_over_or_withdrawn(kay: User, here: Clinic, there: Clinic, hana: User) -> None:
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        took, withdrew = at_once(
            taken_over(transfer, hana), told(transferring.withdraw, transfer=transfer, why="By mistake.")
        )
        assert (took, withdrew) in [("done", "nothing"), (QUICKER, "done")]
        assert stands(transfer, took) in (TransferState.ACCEPTED, TransferState.WITHDRAWN)


def test_taken_over_or_the_consent_taken_back(kay: User, here: Clinic, there: Clinic, hana: User) -> None:
    """Taken back a moment later it was given when she was taken over, and the day says so."""
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        took, revoked = at_once(
            taken_over(transfer, hana), told(consents.revoke, consent=transfer.consent, how="by telephone")
        )
        assert revoked == "done"
        assert took in ("done", QUICKER)
        transfer.refresh_from_db()
        assert transfer.state == (TransferState.ACCEPTED if took == "done" else TransferState.WITHDRAWN)
        assert there.clients.filter(came_by=transfer).count() == (took == "done")


def test_taken_over_or_declined(kay: User, here: Clinic, there: Clinic, hana: User) -> None:
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        took, declined = at_once(
            taken_over(transfer, hana), told(transferring.decline, transfer=transfer, reason="No place.")
        )
        assert sorted((took, declined)) == [QUICKER, "done"]
        assert stands(transfer, took) in (TransferState.ACCEPTED, TransferState.DECLINED)


def test_taken_over_or_closed_where_she_was(kay: User, here: Clinic, there: Clinic, hana: User) -> None:
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        took, closed = at_once(
            taken_over(transfer, hana),
            told(episodes.close, client=transfer.client, closed_on=TODAY, reason=ClosedReason.WITHDREW),
        )
        gone = (
            f"{transfer.client} was taken over by Harbour on 2 March 2026: the record here is closed already."
        )
        assert (took, closed) in [("done", gone), (QUICKER, "done")]
        stands(transfer, took)
        former = Client.objects.get(pk=transfer.client_id)
        assert former.closed_reason == (ClosedReason.MOVED if took == "done" else ClosedReason.WITHDREW)
        assert AuditEntry.objects.filter(verb="client.closed", client_id=former.pk).count() == 1


def test_taken_over_or_put_together_with_another_record(
    kay: User, here: Clinic, there: Clinic, hana: User
) -> None:
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        twin = cast.a_client(here, f"B{nth}", first_name="Anna", keyworker=kay)
        took, merged = at_once(
            taken_over(transfer, hana),
            told(merge, kept=twin, merged=Client.objects.get(pk=transfer.client_id)),
        )
        refused = f"A{nth} is closed and B{nth} is not: track the one again, or stop tracking the other."
        assert (took, merged) in [("done", refused), (QUICKER, "done")]
        stands(transfer, took)
        assert (
            Client.objects.filter(pk__in=[transfer.client_id, twin.pk], closed_on__isnull=True).count() == 1
        )


def test_a_meeting_recorded_meanwhile_stays_where_it_was_recorded_and_comes_along_once_at_most(
    kay: User, here: Clinic, there: Clinic, hana: User
) -> None:
    for nth in range(TIMES):
        transfer = offered(kay, here, there, nth)
        took, went = at_once(
            taken_over(transfer, hana),
            told(
                recording.record,
                client=transfer.client,
                attended_on=day("2026-02-10"),
                source=Source.SLIP,
            ),
        )
        assert (took, went) == ("done", "done")
        stands(transfer, took)
        assert transfer.client.attendances.filter(voided_at__isnull=True).count() == 1
        assert there.clients.get(came_by=transfer).attendances.count() <= 1


def test_two_clinics_take_over_from_each_other(kay: User, here: Clinic, there: Clinic, hana: User) -> None:
    for nth in range(TIMES):
        one = offered(kay, here, there, nth)
        ben = cast.a_client(there, f"B{nth}", first_name="Ben", keyworker=hana)
        other = transferring.offer(client=ben, to=here, given_on=TODAY, how="signed form", by=BY, now=NOW)
        assert at_once(taken_over(one, hana), taken_over(other, kay)) == ["done", "done"]
        stands(one, "done")
        stands(other, "done")


def test_of_two_who_offer_her_one_does(kay: User, here: Clinic, there: Clinic) -> None:
    cove = cast.a_clinic("cove", organisation="Waterside")
    for nth in range(TIMES):
        ana = cast.a_client(here, f"A{nth}", first_name="Ana", keyworker=kay)
        said = at_once(*[
            told(transferring.offer, client=ana, to=to, given_on=TODAY, how="signed form")
            for to in (there, cove)
        ])  # fmt: skip
        to = ana.transfers.get().to
        assert sorted(said) == sorted(["done", f"{ana} waits to be taken over by {to} already."])
        assert ana.consents.count() == 1
