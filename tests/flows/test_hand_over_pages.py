"""A keyworker hands clients over, a manager those of whoever has left; what waits goes along, and the other is told."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import handing_over
from clinic.models import Client, HandOver, User
from reminders.contacts import introducing
from reminders.contacts.models import LocalContact
from reminders.desk import sweeping
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from reminders.worklist import aside, tasks
from reminders.worklist.models import TaskKind
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.flows.browsing import Page, Staff
from tests.flows.crowd import a_prompt
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def rea(kay: Staff) -> Staff:
    """Rea, another keyworker of Riverside."""
    return Staff(cast.a_keyworker(kay.clinic, "rea"), kay.clinic)


def hands_over(reader: Staff, to: Staff, number: int, whose: str = "", **told: object) -> Page:
    """Send the form of a caseload."""
    values = {"to": to.user.pk, "starts_on": "2026-03-02", "which": "all", "number": number, **told}
    to_whom = f"?from={whose}" if whose else ""
    return reader.sends(f"{reader.address('hand_overs')}{to_whom}", **values)


def whose() -> dict[str, str]:
    return dict(Client.objects.order_by("reference").values_list("reference", "keyworker__username"))


def test_a_caseload_shows_what_goes_along_and_goes(
    kay: Staff, rea: Staff, ana: Client, ben: Client, joe: LocalContact
) -> None:
    tasks.raise_tasks([tasks.Need(ana, TaskKind.RING_ME, "Asked to be rung.")], NOW)
    introducing.introduce(client=ana, contact=joe, how="form", given_on=TODAY, by=BY, now=NOW)
    aside.put_aside(client=ben, until=day("2026-03-09"), reason="Away.", by=BY, now=NOW)
    a_prompt(ben, PromptState.PLANNED, Step.KEEP_GOING)
    page = kay.opens("hand_overs")
    assert page.texts("h1") == ["Hand over my clients"]
    rows = page.texts("li", class_="handed-row")
    assert rows == [
        "Ana Madeup A1 1 open task · introduced to Joe",
        "Ben Madeup B1 1 scheduled · put aside until 9 March",
    ]
    assert [one.split()[0] for one in page.texts("ul", class_="along")[0:1]] == ["1"]
    assert [option for option in page.texts("option") if option] == ["---------", "rea"]

    done = hands_over(kay, rea, 2, note="I am leaving on Friday.")
    assert done.texts("h1") == ["Hand-over from kay to rea"]
    assert whose() == {"A1": "rea", "B1": "rea"}
    assert rea.opens("today").texts("h3", class_="person-name") == ["Ana Madeup"]
    assert kay.opens("today").texts("h3", class_="person-name") == []


def test_the_new_keyworker_is_told_on_today_and_on_the_clients_page_until_they_have_seen_it(
    kay: Staff, rea: Staff, ana: Client, ben: Client
) -> None:
    hands_over(kay, rea, 2, note="Ring Ana on Mondays.")
    told = "2 clients handed to you from kay on 2 March 2026: Ring Ana on Mondays."
    assert told in rea.opens("today").text
    assert "Ana Madeup handed to you from kay on" in rea.opens("client", ana).text
    assert "handed to you" not in kay.opens("today").text
    assert "Ana Madeup handed to rea from kay" in kay.opens("client", ana).text
    given = HandOver.objects.get()
    refused = kay.sends(kay.address("hand_over_seen", given.pk))
    assert refused.notices == ["Error: Only rea can say that they have seen this."]
    seen = rea.sends(rea.address("hand_over_seen", given.pk), next=rea.address("today"))
    assert (seen.went_to, seen.notices) == (rea.address("today"), ["Noted: you have taken over."])
    assert "handed to you" not in rea.opens("today").text + rea.opens("client", ana).text


def test_one_client_is_told_by_name(kay: Staff, rea: Staff, ana: Client) -> None:
    kay.does("hand_over", ana, to=rea.user.pk, note="", was=kay.user.pk)
    assert "Ana Madeup handed to you from kay on 2 March 2026." in rea.opens("today").text


def test_some_of_them_are_ticked(kay: Staff, rea: Staff, ana: Client, ben: Client) -> None:
    nobody = hands_over(kay, rea, 2, which="ticked")
    assert (nobody.status, nobody.faults) == (
        422,
        ["Which – Tick at least one client below, or choose all of them."],
    )
    hands_over(kay, rea, 2, which="ticked", clients=[ben.pk])
    assert whose() == {"A1": "kay", "B1": "rea"}
    gone = hands_over(kay, rea, 2, which="ticked", clients=[ben.pk])
    assert gone.status == 422
    assert "Somebody was quicker: one of those ticked is theirs no longer." in gone.text


def test_all_of_them_means_all_that_were_shown(kay: Staff, rea: Staff, ana: Client, ben: Client) -> None:
    page = hands_over(kay, rea, 1)
    assert page.faults == [
        "These were 1 clients when the page was made, and are 2 now. Look at them again, and press once more."
    ]
    assert whose() == {"A1": "kay", "B1": "kay"}
    assert page.value("number") == "1"


def test_from_a_coming_day_the_sweep_carries_it_out(kay: Staff, rea: Staff, ana: Client) -> None:
    page = hands_over(kay, rea, 1, starts_on="2026-03-09", until="2026-03-15")
    assert "To come, on 9 March 2026" in page.text
    assert "Back again To come, on 16 March 2026" in page.text
    assert whose() == {"A1": "kay"}
    for on, keyworker in [("2026-03-08", "kay"), ("2026-03-09", "rea"), ("2026-03-16", "kay")]:
        sweeping.sweep(kay.clinic, NOW.replace(day=day(on).day))
        assert whose() == {"A1": keyworker}, on


def test_it_is_taken_back_by_whoever_made_it(kay: Staff, rea: Staff, mo: Staff, ana: Client) -> None:
    hands_over(kay, rea, 1)
    given = HandOver.objects.get()
    to = kay.address("one_hand_over", given.pk)
    assert "Take it back" not in rea.goes_to(to).text
    assert rea.sends(to).notices == [
        "Error: Only who made it, whose clients they were, or a manager can take it back."
    ]
    page = kay.sends(to)
    assert page.notices == ["Taken back: 1 client is kay's again."]
    assert "Take it back" not in page.text
    assert mo.sends(to).notices == ["Error: Somebody was quicker: this hand-over was taken back already."]
    assert whose() == {"A1": "kay"}


def test_a_manager_finds_the_clients_of_whoever_has_left_and_a_keyworker_only_their_own(
    kay: Staff, rea: Staff, mo: Staff, ana: Client, ben: Client
) -> None:
    User.objects.filter(pk=kay.user.pk).update(is_active=False)
    assert "2 clients have a keyworker who has left." in mo.opens("today").text
    assert mo.opens("clients", who="left").texts("h2", class_="person-name") == ["Ana Madeup", "Ben Madeup"]
    assert mo.opens("hand_overs").texts("li", class_="caseload-line") == [
        "kay 2 clients Has left Hand over : kay's",
        "rea 0 clients",
    ]
    assert "kay has left" in mo.opens("hand_overs", **{"from": kay.user.pk}).text
    hands_over(mo, rea, 2, whose=str(kay.user.pk))
    assert whose() == {"A1": "rea", "B1": "rea"}
    assert "who has left" not in mo.opens("today").text
    # A keyworker reaches no caseload but their own, whatever the address says.
    cara = cast.a_client(kay.clinic, "C1")
    assert "Cara" not in rea.opens("hand_overs", **{"from": "nobody"}).text
    before = everything()
    assert rea.does("hand_over", cara, to=rea.user.pk, was="nobody").faults == [
        "C1 is not your client: a manager can hand them over."
    ]
    assert everything() == before
    hands_over(mo, rea, 1, whose="nobody")
    assert whose()["C1"] == "rea"


def test_the_price_is_the_same_for_one_client_and_for_three_hundred(
    kay: Staff, rea: Staff, ana: Client
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert kay.opens("hand_overs").status == 200
        return len(asked)

    one = price()
    made = [
        Client(clinic=kay.clinic, reference=f"M{nth}", keyworker=kay.user, created_at=NOW)
        for nth in range(299)
    ]
    Client.objects.bulk_create(made)
    assert price() == one <= 14
    page = kay.opens("hand_overs")
    assert len(page.elements("li", class_="handed-row")) == 300
    hands_over(kay, rea, 300)
    assert set(whose().values()) == {"rea"}
    with CaptureQueriesContext(connection) as asked:
        handing_over.take_back(hand_over=HandOver.objects.get(), by=BY, now=NOW)
    assert len(asked) < 20
