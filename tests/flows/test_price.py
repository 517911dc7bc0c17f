"""What a page costs: as many queries for fifty clients as for one, and for fifty events as for one."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Meeting
from attendance.register.models import Source
from attendance.register.recording import record
from clinic.actors import Actor
from clinic.events import gathered
from clinic.models import Client
from reminders.contacts.models import LocalContact
from reminders.desk.today import PAGE
from tests import cast
from tests.flows.browsing import Staff
from tests.flows.crowd import somebody_in_need, something_happens

pytestmark = pytest.mark.django_db

# The most queries each list may make, signing in and finding one's clinics included.
LISTS = {"today": 20, "register": 15, "clients": 12, "messages": 7}
A_CLIENT = 49
A_PRESS_BESIDES = 5
NEWS = 8


def price(reader: Staff, name: str, *of: object, **query: object) -> tuple[int, str]:
    """How many queries a page makes, and what they were."""
    with CaptureQueriesContext(connection) as asked:
        page = reader.opens(name, *of, **query)
    assert page.status == 200
    return len(asked), "\n".join(query["sql"] for query in asked.captured_queries)


def prices(reader: Staff) -> dict[str, tuple[int, int]]:
    """How many queries each list makes, of one's own clients and of everybody's."""
    return {name: (price(reader, name, who="mine")[0], price(reader, name, who="all")[0]) for name in LISTS}


def test_a_list_costs_the_same_for_one_client_and_for_fifty(
    kay: Staff, joe: LocalContact, lantern: Meeting
) -> None:
    somebody_in_need(kay, joe, lantern)
    for_one = prices(kay)
    with transaction.atomic(), gathered():
        for _ in range(49):
            somebody_in_need(kay, joe, lantern)
    assert prices(kay) == for_one
    assert {name: both for name, both in for_one.items() if max(both) > LISTS[name]} == {}
    assert len(kay.opens("today").texts("h3", class_="person-name")) == PAGE


def test_a_client_costs_the_same_after_two_events_and_after_fifty(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    something_happens(ana, joe, 0)
    something_happens(ana, joe, 1)
    after_two, _ = price(kay, "client", ana)
    with transaction.atomic(), gathered():
        for nth in range(2, 50):
            something_happens(ana, joe, nth)
    after_fifty, queries = price(kay, "client", ana)
    assert after_fifty == after_two, queries
    assert after_two <= A_CLIENT


def test_a_press_on_the_register_costs_the_same_beside_one_client_and_beside_ten(
    kay: Staff, joe: LocalContact, lantern: Meeting
) -> None:
    def a_press() -> int:
        client = somebody_in_need(kay, joe, lantern)
        with CaptureQueriesContext(connection) as asked:
            page = kay.presses(client, htmx=True, week="2026-02-23", went_on="2026-02-24", meeting="lantern")
        assert "recorded at Lantern Street." in page.text
        return len(asked)

    beside_nobody = a_press()
    for _ in range(8):
        somebody_in_need(kay, joe, lantern)
    assert a_press() == beside_nobody


def test_what_a_press_costs_besides_its_verb(kay: Staff, ana: Client, ben: Client, lantern: Meeting) -> None:
    """Session, user, membership, client, meeting; nothing is read for the answer to a press on an empty day."""
    with CaptureQueriesContext(connection) as asked:
        kay.presses(ana, htmx=True, week="2026-02-23", went_on=f"2026-02-24 {lantern.pk}")
    with CaptureQueriesContext(connection) as verb:
        record(
            client=ben,
            attended_on=cast.day("2026-02-24"),
            source=Source.KEYWORKER,
            meeting=lantern,
            by=Actor.staff(kay.user),
            now=cast.NOW,
            seen=0,
        )
    assert len(asked) - len(verb) <= A_PRESS_BESIDES, [query["sql"] for query in asked.captured_queries]


def test_news_cost_the_same_for_one_client_and_for_ten(
    kay: Staff, joe: LocalContact, lantern: Meeting
) -> None:
    def asks() -> int:
        seen = ",".join(f"{client.pk}:0" for client in kay.clinic.clients.all())
        return price(kay, "register_news", week="2026-01-12", seen=seen)[0]

    somebody_in_need(kay, joe, lantern)
    for_one = asks()
    for _ in range(9):
        somebody_in_need(kay, joe, lantern)
    assert asks() == for_one <= NEWS


def test_an_act_in_place_on_today_costs_the_same_beside_one_client_and_beside_ten(
    kay: Staff, mo: Staff, joe: LocalContact, lantern: Meeting
) -> None:
    def a_word() -> int:
        client = somebody_in_need(kay, joe, lantern)
        with CaptureQueriesContext(connection) as asked:
            page = kay.does("spoke", client, htmx=True, said="went", next="/riverside/today/?who=all")
        assert "Noted: you spoke to Somebody Else." in page.text
        return len(asked)

    def the_team() -> int:
        return price(mo, "today", who="all")[0]

    somebody_in_need(kay, joe, lantern)
    beside_one, team_of_two = a_word(), the_team()
    for _ in range(8):
        somebody_in_need(kay, joe, lantern)
    assert a_word() == beside_one
    assert the_team() == team_of_two <= LISTS["today"] + 1
