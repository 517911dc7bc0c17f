"""The quick log without script, and as the script gets it: whom it finds, what a press logs, and its undo."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Meeting
from attendance.register.models import Attendance
from clinic.models import Client, Clinic, User
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.test_undo import presses_undo

pytestmark = pytest.mark.django_db


def names(page: Page) -> list[str]:
    """Who was found, in order."""
    return page.texts("h2", class_="person-name") + page.texts("span", class_="quick-name")


@pytest.fixture
def eva(riverside: Clinic) -> Client:
    """Eva Áine, somebody else's client."""
    return cast.a_client(riverside, "E1", first_name="Éva", last_name="Ana-Lee")


def test_a_client_is_found_by_name_or_reference_ones_own_first_and_nobody_of_another_clinic(
    kay: Staff, ana: Client, ben: Client, eva: Client, hugo: Client
) -> None:
    assert names(kay.opens("quick", q="an")) == ["Ana Madeup", "Éva Ana-Lee"]
    assert names(kay.opens("quick", q="EVA")) == ["Éva Ana-Lee"]
    assert names(kay.opens("quick", q="b1")) == ["Ben Madeup"]
    assert names(kay.opens("quick", htmx=True, q="madeup")) == ["Ana Madeup", "Ben Madeup"]
    for word in ("hugo", "H1", "elsewhere"):
        page = kay.opens("quick", q=word)
        assert names(page) == []
        assert "Nobody found" in page.text
        assert "Hugo" not in page.html
    assert names(kay.opens("quick")) == ["Ana Madeup", "Ben Madeup", "Éva Ana-Lee"]


def test_a_search_is_one_query_beside_finding_ones_clinic_however_many_clients(
    kay: Staff, riverside: Clinic, ana: Client
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as asked:
            kay.opens("quick", htmx=True, q="a")
        return len(asked)

    for_one = price()
    for number in range(20):
        cast.a_client(riverside, f"C{number}", first_name="Anybody")
    assert price() == for_one <= 5
    assert len(names(kay.opens("quick", htmx=True, q="a"))) == 8


def test_without_script_a_press_logs_and_leads_back_to_finding_the_next_with_an_undo(
    kay: Staff, ana: Client, lantern: Meeting, at: Clock
) -> None:
    kay.does("log", ana, attended_on="2026-02-24", source="keyworker", meeting="lantern")
    at("2026-03-03 12:00")
    page = kay.opens("quick_client", ana)
    assert page.texts("h1") == ["Ana Madeup"]
    assert page.texts("button", name="went") == ["Went today: Lantern Street", "Went yesterday"]
    (button, _) = page.elements("button", name="went")
    done = kay.sends(kay.address("quick_client", ana), went=dict(button.attributes)["value"])
    assert done.went_to == kay.address("quick")
    assert done.notices == ["Ana Madeup, 3 March 2026: recorded at Lantern Street."]
    entry = ana.attendances.get(attended_on="2026-03-03")
    assert (entry.meeting, entry.voided_at) == (lantern, None)

    again = kay.sends(kay.address("quick_client", ana), went=dict(button.attributes)["value"])
    assert again.notices == ["Ana Madeup, 3 March 2026: recorded already at Lantern Street."]
    undone = presses_undo(kay, done)
    assert undone.went_to == kay.address("quick")
    assert undone.notices == ["Taken back: Ana Madeup, 3 March 2026."]
    entry.refresh_from_db()
    assert (entry.voided_by, entry.void_reason) == ("kay", "Undone right after.")


def test_in_the_dialog_the_same_press_answers_in_place(kay: Staff, ana: Client) -> None:
    to = kay.address("quick_client", ana)
    panel = kay.goes_to(to, htmx=True)
    assert "<html" not in panel.html
    assert [
        dict(one.attributes)["data-quick-key"] for one in panel.elements("button", class_="button")[:3]
    ] == [
        "l",
        "y",
        "d",
    ]
    done = kay.sends(to, htmx=True, went="2026-03-01")
    assert done.notices == ["Ana Madeup, 1 March 2026: recorded."]
    undone = presses_undo(kay, done, htmx=True)
    assert "<html" not in undone.html
    assert undone.notices == ["Taken back: Ana Madeup, 1 March 2026."]
    assert presses_undo(kay, done, htmx=True).notices == [
        "It was taken back already: Ana Madeup, 1 March 2026."
    ]
    assert kay.opens("today").notices == [], "what was said in the dialog is not said again"


def test_did_not_go_is_of_the_week_just_over_until_something_is_known_of_it(kay: Staff, ana: Client) -> None:
    def offered() -> str:
        return kay.opens("quick_client", ana).texts("button", name="did_not_go")[0]

    to = kay.address("quick_client", ana)
    assert offered() == "Did not go last week, 23 February"
    done = kay.sends(to, htmx=True, did_not_go="2026-02-23")
    assert done.notices == ["Ana Madeup: did not go in the week of 23 February 2026."]
    assert offered() == "Did not go this week, 2 March"
    presses_undo(kay, done, htmx=True)
    assert offered() == "Did not go last week, 23 February"
    assert not ana.checkins.filter(voided_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("pressed", "said"),
    [
        ({}, "Press one of the buttons."),
        ({"went": "today"}, "Press one of the buttons."),
        ({"went": "2026-03-03"}, "3 March 2026 is in the future: today is 2 March 2026."),
        ({"went": "2026-01-01 99"}, "1 January 2026 is before intake on 7 January 2026."),
        (
            {"did_not_go": "2026-02-24"},
            "24 February 2026 is not the first day of a week here: that week starts on 23 February 2026.",
        ),
    ],
)
def test_what_no_button_says_is_answered_and_writes_nothing(
    kay: Staff, ana: Client, pressed: dict[str, str], said: str
) -> None:
    page = kay.sends(kay.address("quick_client", ana), htmx=True, **pressed)
    assert [one.removeprefix("Error: ") for one in page.notices] == [said]
    assert not Attendance.objects.filter(client=ana).exists()


def test_undo_reaches_no_other_client(kay: Staff, hal: Staff, ana: Client, ben: Client, hugo: Client) -> None:
    hal.does("log", hugo, attended_on="2026-02-24", source="keyworker")
    kay.does("log", ben, attended_on="2026-02-24", source="keyworker")
    for other in (ben, hugo):
        row = other.attendances.get().pk
        for of in (row, "x", "99", "9" * 30):
            assert kay.sends(kay.address("undo_log", ana), of=of).faults == ["There is nothing to undo."]
        assert other.attendances.get().voided_at is None


def test_mo_finds_and_opens_and_is_offered_nothing_to_log(mo: Staff, ana: Client) -> None:
    assert names(mo.opens("quick", q="ana")) == ["Ana Madeup"]
    page = mo.opens("quick_client", ana)
    assert page.elements("button", name="went") == []
    assert mo.address("client", ana) in page.links
    assert mo.sends(mo.address("quick_client", ana), went="2026-03-01").status == 403
    assert not Attendance.objects.exists()


def test_ada_is_not_offered_to_find_clients(ada: Staff) -> None:
    page = ada.opens("settings")
    assert page.elements("dialog", id="quick") == []
    assert page.elements(id="quick-open") == []


def test_single_keys_can_be_turned_off_and_on_again(kay: Staff, ana: Client) -> None:
    assert kay.opens("client", ana).elements("body", data_keys="on")
    off = kay.sends(kay.address("quick_keys"), keys="off", next=kay.address("today"))
    assert off.went_to == kay.address("today")
    assert off.notices == ["Single keys are off: the buttons do the same."]
    page = kay.opens("client", ana)
    assert page.elements("body", data_keys="on") == []
    assert page.elements("a", id="quick-open", aria_keyshortcuts="/") == []
    kay.sends(kay.address("quick_keys"), keys="perhaps")
    assert not User.objects.get(pk=kay.user.pk).single_keys
    kay.sends(kay.address("quick_keys"), keys="on")
    assert kay.opens("client", ana).elements("body", data_keys="on")
