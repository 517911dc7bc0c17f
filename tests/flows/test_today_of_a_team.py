"""Today of a whole clinic: what waits for each keyworker, and a list complete however long."""

from __future__ import annotations

import pytest
from django.db import transaction

from attendance.register import recording
from clinic.events import gathered
from clinic.intake import Intake
from clinic.models import Client
from reminders.contacts.models import LocalContact
from reminders.desk.today import PAGE
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from reminders.worklist import tasks, words
from reminders.worklist.models import TaskKind
from reminders.worklist.said import Said
from reminders.worklist.tasks import Need
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db

NOT_NOW = {"until": "2026-03-09", "reason": "On a retreat."}


def waiting(page: Page) -> list[str]:
    """Who is on Today."""
    return page.texts("h3", class_="person-name")


def lines(page: Page) -> list[str]:
    """What the table says of each keyworker."""
    (table,) = page.elements("table", class_="team-table")
    return Page.of_element(table).texts("tr")[1:]


@pytest.fixture
def kim(kay: Staff) -> Staff:
    """Kim, keyworker of Riverside, who sees to Carl and Dee."""
    kim = Staff(cast.a_keyworker(kay.clinic, "kim"), kay.clinic)
    carl, dee = (
        cast.a_client(kay.clinic, name, first_name=name, keyworker=kim.user) for name in ("Carl", "Dee")
    )
    recording.record(
        client=carl, attended_on=cast.day("2026-02-17"), source="keyworker", by=cast.BY, now=cast.NOW
    )
    tasks.raise_tasks([Need(dee, TaskKind.RING_ME, "Asked to be rung.")], cast.NOW)
    return kim


@pytest.fixture
def nobodys(kay: Staff) -> Client:
    """Nina, whom nobody sees to."""
    return cast.a_client(kay.clinic, "N1", first_name="Nina")


def test_a_manager_sees_what_waits_for_each_and_whoever_has_nobody_stands_out(
    mo: Staff, kim: Staff, ana: Client, nobodys: Client, at: Clock
) -> None:
    lou = cast.a_keyworker(mo.clinic, "lou")
    at("2026-03-05 12:00")
    page = mo.opens("today")
    assert lines(page) == [
        "No keyworker 1 needs somebody 1 without a first meeting Longest wait: 3 days",
        "kay 1 needs somebody 1 without a first meeting Longest wait: 3 days",
        "kim 2 need somebody 1 asked to be rung 1 slipping Longest wait: 3 days",
        f"{lou} 0 need somebody Nobody waits",
    ]
    assert waiting(page) == ["Dee", "Carl", "Ana Madeup", "Nina"]
    rows = [Page.of_element(one).text for one in page.elements("div", class_="person-who")]
    assert ["kim" in rows[0], "kim" in rows[1], "kay" in rows[2], "No keyworker" in rows[3]] == [True] * 4


def test_a_manager_looks_at_one_keyworkers_clients_by_the_address(
    mo: Staff, kay: Staff, kim: Staff, ana: Client, nobodys: Client
) -> None:
    kay.does("not_now", ana, **NOT_NOW)
    page = mo.opens("today", who="all", keyworker=kim.user.pk)
    assert waiting(page) == ["Dee", "Carl"]
    assert "2 clients need somebody" in page.text
    assert page.elements("section", id="put-aside") == []
    (current,) = page.elements("a", aria_current="true")
    assert Page.of_element(current).text == "kim"
    assert len(lines(page)) == 3, "the table stays whole"
    assert waiting(mo.opens("today", keyworker="none")) == ["Nina"]
    hers = mo.opens("today", keyworker=kay.user.pk)
    assert "1 put aside for now" in hers.text
    assert hers.texts("h2")[:2] == ["By keyworker", "Nobody is waiting for this keyworker"]
    for nonsense in ("x", "", "-1", "²", "9" * 19, "9" * 5000):
        assert len(waiting(mo.opens("today", keyworker=nonsense))) == 3
    assert waiting(mo.opens("today", keyworker="9" * 18)) == []


def test_the_table_follows_what_is_done_on_the_page(mo: Staff, kay: Staff, ana: Client, kim: Staff) -> None:
    kay.does("not_now", ana, **NOT_NOW)
    before = mo.opens("today")
    back = mo.does("bring_back", ana, htmx=True, next="/riverside/today/?who=all")
    assert [line.partition(" need")[0] for line in lines(before)] == ["kay 0", "kim 2"]
    assert [line.partition(" need")[0] for line in lines(back)] == ["kay 1", "kim 2"]


def test_a_keyworker_sees_everybody_without_the_table(kay: Staff, kim: Staff) -> None:
    page = kay.opens("today", who="all", keyworker=kay.user.pk)
    assert page.elements("table") == []
    assert waiting(page) == ["Dee", "Carl"]


def somebody_with_everything(kay: Staff, joe: LocalContact, nth: int) -> Client:
    """A flagged client of a long name with as much in their row as there well may be."""
    client = cast.a_client(
        kay.clinic,
        f"C{nth:03}",
        intake_on="2025-11-03",
        first_name=f"Bartholomew-{nth:03}",
        last_name="Featherstonehaugh",
        keyworker=kay.user,
        intake=Intake(isolated=True),
    )
    recording.record(
        client=client, attended_on=cast.day("2026-01-06"), source="client", by=cast.BY, now=cast.NOW
    )
    about = "No local contact is known who could ring them: introduce one."
    tasks.raise_tasks(
        [Need(client, kind, about) for kind in (TaskKind.LAPSED, TaskKind.INTRODUCE)],
        cast.NOW,
    )
    for step in (Step.ENCOURAGE, Step.ANOTHER_WAY, Step.KEEP_GOING):
        a_prompt(client, PromptState.DELIVERED, step)
    words.spoke(client=client, said=Said.NOT_REACHED, by=cast.BY, now=cast.NOW)
    return client


def test_of_two_hundred_flags_no_page_is_as_large_as_a_hundred_kilobytes_and_nobody_is_missing(
    kay: Staff, joe: LocalContact
) -> None:
    with transaction.atomic(), gathered():
        everybody = {somebody_with_everything(kay, joe, nth).pk for nth in range(200)}
    seen: list[str] = []
    address = kay.address("today")
    while address:
        page = kay.goes_to(address)
        assert len(page.html.encode()) < 100_000
        seen += [str(dict(one.attributes)["id"]) for one in page.elements("li", class_="person-row")]
        on = [dict(one.attributes)["href"] or "" for one in page.elements("a", rel="next")]
        address = f"{kay.address('today')}{on[0].partition('#')[0]}" if on else ""
    assert len(seen) == len(set(seen)) == 200
    assert set(seen) == {f"client-{pk}" for pk in everybody}


def test_a_caseload_of_three_hundred_is_complete(kay: Staff) -> None:
    with transaction.atomic(), gathered():
        for nth in range(300):
            cast.a_client(kay.clinic, f"C{nth}", first_name=f"C{nth}", keyworker=kay.user)
    pages = [kay.opens("today", page=nth) for nth in range(1, 300 // PAGE + 1)]
    assert {name for page in pages for name in waiting(page)} == {f"C{nth}" for nth in range(300)}
    assert pages[0].texts("span", class_="count") == ["300"]
