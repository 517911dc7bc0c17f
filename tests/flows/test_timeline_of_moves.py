"""A client's timeline tells whose they were: hand-overs, transfers, and the records that were put together."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import handing_over, setup, transferring
from clinic.actors import Actor
from clinic.merging.merge import merge, undo
from clinic.models import Client, Clinic, Transfer, User
from reminders.desk.sweeping import sweep
from tests import cast
from tests.cast import BY, NOW, TODAY
from tests.flows.browsing import Clock, Staff
from tests.flows.test_downloads import KINDS, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def rea(kay: Staff) -> User:
    """Rea, another keyworker of Riverside."""
    return cast.a_keyworker(kay.clinic, "rea")


@pytest.fixture
def harbour(riverside: Clinic) -> Clinic:
    """Harbour, of the same organisation as Riverside."""
    setup.set_up_clinic(slug="riverside", settings={"organisation": "Waterside"}, by=BY, now=NOW)
    riverside.refresh_from_db()
    return cast.a_clinic("harbour", organisation="Waterside")


@pytest.fixture
def hana(harbour: Clinic) -> Staff:
    """Hana, keyworker of Harbour."""
    return Staff(cast.a_keyworker(harbour, "hana"), harbour)


def told(reader: Staff, client: Client) -> list[str]:
    """What is shown of hand-overs, transfers and doubles alone, latest first."""
    return reader.opens("client", client, kind="moves").texts("li", class_="timeline-item")


def offered(kay: Staff, ana: Client, to: Clinic) -> Transfer:
    return transferring.offer(
        client=ana, to=to, given_on=TODAY, how="signed form", by=Actor.staff(kay.user), now=NOW
    )


def handed(kay: Staff, ana: Client, held_by: User, to: User, **more: object) -> None:
    handing_over.hand_over(
        clinic=kay.clinic, clients=[ana], held_by=held_by, to=to, by=Actor.staff(kay.user), now=NOW, **more
    )  # type: ignore[arg-type]


def test_a_hand_over_says_from_whom_to_whom_by_whom_and_whether_it_was_taken_back(
    kay: Staff, ana: Client, rea: User, at: Clock
) -> None:
    handed(kay, ana, kay.user, rea, note="Ring on Fridays.")
    assert told(kay, ana) == ["Handed over from kay to rea Ring on Fridays. Mon 2 March 2026, 12:00 · kay"]
    given = kay.clinic.hand_overs.get()
    handing_over.take_back(hand_over=given, by=BY, now=at("2026-03-03 09:00"))
    assert told(kay, ana) == [
        "Handed over from kay to rea Taken back on 3 March 2026, 09:00, by tests Ring on Fridays. "
        "Mon 2 March 2026, 12:00 · kay"
    ]


def test_a_leave_is_told_before_and_once_it_came_and_who_was_elsewhere_by_then_is_not_said_to_have_gone(
    kay: Staff, ana: Client, ben: Client, rea: User, at: Clock
) -> None:
    zoe = cast.a_keyworker(kay.clinic, "zoe")
    handed(kay, ana, kay.user, rea, starts_on=date(2026, 3, 9), until=date(2026, 3, 20))
    to_come = [
        "To be handed over from kay to rea on 9 March 2026 Mon 2 March 2026, 12:00 · kay",
        "To be handed over from rea to kay on 21 March 2026 Back from leave. Mon 2 March 2026, 12:00 · kay",
    ]
    assert sorted(told(kay, ana)) == to_come
    assert (
        len(
            kay.opens("client", ana, since="2026-03-09", until="2026-03-09").texts(
                "p", class_="timeline-what"
            )
        )
        == 1
    )
    sweep(kay.clinic, at("2026-03-09 00:01"))
    assert "Handed over from kay to rea Mon 9 March 2026, 00:01 · kay" in told(kay, ana)
    # Zoe has her by the day on which she was to go back.
    handing_over.hand_over(
        clinic=kay.clinic, clients=[ana], held_by=rea, to=zoe, by=BY, now=at("2026-03-10 12:00")
    )
    sweep(kay.clinic, at("2026-03-21 00:01"))
    assert [one.partition(" Mon")[0].partition(" Tue")[0] for one in told(kay, ana)] == [
        "Handed over from rea to zoe", "Handed over from kay to rea",
    ]  # fmt: skip
    assert told(kay, ben) == []


def test_one_that_did_not_happen_says_why(kay: Staff, ana: Client, rea: User, at: Clock) -> None:
    handed(kay, ana, kay.user, rea, starts_on=date(2026, 3, 9))
    User.objects.filter(pk=rea.pk).update(is_active=False)
    sweep(kay.clinic, at("2026-03-09 00:01"))
    assert told(kay, ana) == [
        "To be handed over from kay to rea on 9 March 2026 Not carried out on 9 March 2026, 00:01, by hand-over: "
        "rea had left by then. Mon 2 March 2026, 12:00 · kay"
    ]


def test_a_transfer_is_told_on_both_records_with_the_day_of_the_consent(
    kay: Staff, hana: Staff, ana: Client, harbour: Clinic, at: Clock
) -> None:
    withdrawn = offered(kay, ana, harbour)
    transferring.withdraw(transfer=withdrawn, why="By mistake.", by=BY, now=at("2026-03-02 13:00"))
    declined = offered(kay, ana, harbour)
    by = Actor.staff(hana.user)
    transferring.decline(transfer=declined, reason="No place.", by=by, now=at("2026-03-02 14:00"))
    accepted = offered(kay, ana, harbour)
    newcomer = transferring.take_over(
        transfer=accepted, keyworker=hana.user, by=by, now=at("2026-03-03 09:00")
    )
    offer = (
        "Transfer to Harbour offered, until 1 April 2026 The client agreed on 2 March 2026: signed form "
        "Mon 2 March 2026, 12:00 · kay"
    )
    assert told(kay, ana) == [
        "Taken over by Harbour With the client's consent of 2 March 2026. Tue 3 March 2026, 09:00 · hana at Harbour",
        "Transfer to Harbour declined No place. Mon 2 March 2026, 14:00 · hana at Harbour",
        "Transfer to Harbour withdrawn By mistake. Mon 2 March 2026, 13:00 · tests",
        *[offer] * 3,
    ]
    assert told(hana, newcomer) == [
        "Taken over from Riverside With the client's consent of 2 March 2026. "
        "Tue 3 March 2026, 09:00 · hana at Harbour"
    ]


def test_records_put_together_are_named_on_the_one_that_stays_and_on_both_once_they_are_parted(
    kay: Staff, ana: Client, at: Clock
) -> None:
    first, second = (cast.a_client(kay.clinic, name, keyworker=kay.user) for name in ("A2", "A3"))
    merge(kept=first, merged=second, by=BY, now=NOW)
    made = merge(kept=ana, merged=first, by=Actor.staff(kay.user), now=at("2026-03-03 09:00"))
    into_ana = "A2 was put together with A1 {}Tue 3 March 2026, 09:00 · kay"
    earlier = "A3 was put together with A2 Mon 2 March 2026, 12:00 · tests"
    assert told(kay, ana) == [into_ana.format(""), earlier]
    undo(merge=made, by=BY, now=at("2026-03-04 09:00"))
    parted = into_ana.format("Parted again on 4 March 2026, 09:00, by tests ")
    assert told(kay, ana) == [parted]
    assert told(kay, first) == [parted, earlier]


@pytest.mark.parametrize("kind", KINDS)
def test_all_of_them_leave_with_the_timeline(
    kind: str, kay: Staff, ana: Client, rea: User, harbour: Clinic
) -> None:
    one_more_of_each(kay, ana, rea, harbour, 1)
    page = kay.opens("client", ana, kind="moves", timeline="all")
    table = take(kay, "client", ana, kind=kind, timeline="all")
    shown = page.texts("p", class_="timeline-what")
    assert len(shown) == 5
    assert set(shown) <= set(table.column("What happened"))
    taken_back = next(row for row in table.rows if str(row["What happened"]).startswith("Handed over"))
    assert taken_back["By"] == "kay"
    assert "Taken back" in taken_back["No longer holds"]


def one_more_of_each(kay: Staff, ana: Client, rea: User, harbour: Clinic, nth: int) -> None:
    handed(kay, ana, kay.user, rea)
    handing_over.take_back(hand_over=kay.clinic.hand_overs.latest("pk"), by=BY, now=NOW)
    handed(kay, ana, kay.user, rea, starts_on=date(2026, 3, 9 + nth))
    transferring.withdraw(transfer=offered(kay, ana, harbour), why="By mistake.", by=BY, now=NOW)
    merge(kept=ana, merged=cast.a_client(kay.clinic, f"T{nth}", keyworker=kay.user), by=BY, now=NOW)


def test_many_cost_as_many_queries_as_one_of_each(
    kay: Staff, ana: Client, rea: User, harbour: Clinic
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert kay.opens("client", ana).status == 200
        return len(asked)

    one_more_of_each(kay, ana, rea, harbour, 1)
    after_one = price()
    for nth in range(2, 6):
        one_more_of_each(kay, ana, rea, harbour, nth)
    assert len(told(kay, ana)) == 25
    assert price() == after_one
