"""Today: who needs Kay, in which order, and what was already done about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from attendance.register import recording
from clinic.access import Permission, Viewer
from clinic.events import gathered
from clinic.intake import Intake
from clinic.models import Client, Clinic
from reminders.contacts.models import LocalContact
from reminders.desk import today
from reminders.desk.sweeping import sweep
from reminders.desk.today import PAGE
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from reminders.worklist import tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db


def waiting(page: Page) -> list[str]:
    """Who is on Today."""
    return page.texts("h3", class_="person-name")


def headings(page: Page) -> list[str]:
    """What the page itself is divided into; the shell of every page has a heading of its own."""
    return Page.of_element(page.elements("main")[0]).texts("h2")


def somebody(kay: Staff, name: str, went: str = "", isolated: bool | None = None, **told: Any) -> Client:
    """A client of Kay's by first name, who went to a meeting on those days and on no other."""
    client = cast.a_client(
        kay.clinic, name, first_name=name, keyworker=kay.user, intake=Intake(isolated=isolated), **told
    )
    for day in went.split():
        recording.record(
            client=client, attended_on=cast.day(day), source="keyworker", by=cast.BY, now=cast.NOW
        )
    return client


def asks(client: Client, kind: TaskKind, reason: str = "Because.") -> None:
    tasks.raise_tasks([Need(client, kind, reason)], cast.NOW)


def test_everybody_stands_under_the_heading_that_fits_in_order_of_need(kay: Staff) -> None:
    somebody(kay, "Slipping", "2026-02-17")
    somebody(kay, "Below", "2026-02-10")
    somebody(kay, "Never")
    somebody(kay, "Lapsed", "2026-01-28")
    somebody(kay, "Alone", "2026-02-17", isolated=True)
    somebody(kay, "Weekly", "2026-02-24")
    somebody(kay, "Settling", intake_on="2026-02-20")
    asks(somebody(kay, "Ringing", "2026-02-24"), TaskKind.RING_ME, "Asked to be rung.")
    asks(somebody(kay, "Unheard", "2026-02-24"), TaskKind.NOT_REACHED)
    asks(somebody(kay, "Unsure", "2026-02-24"), TaskKind.UNCERTAIN)
    asks(somebody(kay, "Silent", "2026-02-17"), TaskKind.NO_ANSWER)
    asks(somebody(kay, "Papers", "2026-02-24"), TaskKind.CONFIRM_CONSENT)
    page = kay.opens("today")
    assert headings(page) == [
        "Asked to be rung",
        "Lapsed, or silent after reaching out",
        "Slipping, and without other support",
        "Slipping",
        "No first meeting yet",
        "Could not be reached, or not known whether a message came",
        "Something to settle",
    ]
    assert _rows(page) == [
        ["Ringing"],
        ["Lapsed", "Silent"],
        ["Alone"],
        ["Slipping", "Below"],
        ["Never"],
        ["Unheard", "Unsure"],
        ["Papers"],
    ]
    assert "Monday 2 March 2026 · 10 clients need somebody" in page.text


def _rows(page: Page) -> list[list[str]]:
    return [
        Page.of_element(one).texts("h3", class_="person-name")
        for one in page.elements("ol", class_="person-list")
    ]


def test_a_row_says_why_shows_the_weeks_and_offers_the_next_act(kay: Staff, joe: LocalContact) -> None:
    below = somebody(kay, "Below", "2026-01-28 2026-02-10")
    kay.does("did_not_go", below, week="2026-02-16")
    page = kay.opens("today")
    assert (
        "Missed 2 weeks, the first that of 16 February 2026; last meeting on 10 February 2026." in page.text
    )
    assert page.texts("p", class_="person-why") == ["2 weeks missed, not lapsed yet."]
    weeks = page.elements(class_="week-strip")[0]
    assert dict(weeks.attributes)["aria-label"] == (
        "The last 9 weeks, oldest first: 3 weeks not expected yet, met, 1 recorded, nothing recorded, "
        "met, 1 recorded, did not go, nothing recorded, still open."
    )
    boxes = [dict(one.attributes)["title"] for one in page.elements("i", class_="week")]
    assert boxes[3:] == [
        "26 Jan: met, 1 recorded",
        "2 Feb: nothing recorded",
        "9 Feb: met, 1 recorded",
        "16 Feb: did not go",
        "23 Feb: nothing recorded",
        "2 Mar: still open",
    ]
    acts = Page.of_element(page.elements("div", class_="person-actions")[0])
    labels = ["Log a meeting", "Spoke to them", "Introduce", "Pause", "Not now"]
    assert acts.texts("a") == [f"{label} : Below" for label in labels]
    assert acts.texts("span", class_="visually-hidden") == [": Below"] * len(labels)
    back = [dict(one.attributes)["href"] or "" for one in acts.elements("a")]
    assert all(link.endswith("/?next=/riverside/today/") for link in back)


def test_no_two_buttons_of_today_are_called_the_same(kay: Staff, ana: Client, ben: Client) -> None:
    for client in (ana, ben):
        asks(client, TaskKind.UNCERTAIN)
        asks(client, TaskKind.CONFIRM_CONSENT)
        asks(client, TaskKind.DECLINED)
    for nth in (1, 2):
        aside = somebody(kay, f"Aside {nth}")
        kay.does("not_now", aside, until="2026-03-09", reason="On a retreat.")
    buttons = Page.of_element(kay.opens("today").elements("main")[0]).texts("a", class_="button")
    assert "Log a meeting : Ana Madeup" in buttons
    assert "Done : Ben Madeup, A contact could not help. Because." in buttons
    assert "Back on Today : Aside 2" in buttons
    assert len(buttons) == len(set(buttons))


def test_introducing_is_offered_to_whoever_may(kay: Staff, ana: Client) -> None:
    def offered(*permissions: Permission) -> list[str]:
        viewer = Viewer(kay.user, kay.clinic, [kay.clinic], frozenset(permissions))
        found = today.waiting(kay.clinic, viewer.clients(), cast.NOW)
        (section,) = today.page_of(kay.clinic, found, cast.NOW).sections
        told = {"viewer": viewer, "row": section.rows[0], "back": "/"}
        row = Page(200, render_to_string("reminders/today_row.html", told))
        return row.texts("a", class_="button")

    writes = offered(Permission.SEE_CLIENTS, Permission.WRITE_CLIENTS)
    both = offered(Permission.SEE_CLIENTS, Permission.WRITE_CLIENTS, Permission.INTRODUCE)
    assert set(both) - set(writes) == {"Introduce : Ana Madeup"}


def test_a_row_says_what_was_already_sent_and_to_whom(kay: Staff, ana: Client, joe: LocalContact) -> None:
    assert "Nothing sent lately." in kay.opens("today").text
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-02", how="form", agreed="on")
    introduction = ana.introductions.get()
    a_prompt(ana, PromptState.DELIVERED)
    a_prompt(ana, PromptState.UNCERTAIN, Step.REACH_OUT, contact=joe, introduction=introduction)
    a_prompt(ana, PromptState.CANCELLED, Step.ANOTHER_WAY)
    (sent,) = kay.opens("today").texts("div", class_="person-sent")
    assert sent == (
        "Reach out to Joe, 2 Mar: uncertain Encourage to Ana, 2 Mar: delivered "
        "Introduced to Joe: client agreed"
    )


def test_the_latest_word_on_other_support_counts(kay: Staff) -> None:
    alone = somebody(kay, "Alone", isolated=True)
    assert "Isolated" in kay.opens("today").text
    kay.does("phase", alone, phase="completed", changed_on="2026-02-01")
    kay.does("return", alone, intake_on="2026-02-01")
    assert "Isolated" in kay.opens("today").text
    alone.episodes.filter(intake_on="2026-02-01").update(isolated=False)
    page = kay.opens("today")
    assert "Isolated" not in page.text
    assert headings(page) == ["No first meeting yet"]


def test_kay_sees_her_own_and_everybodys_and_mo_everybodys(kay: Staff, mo: Staff, ana: Client) -> None:
    kim = Staff(cast.a_keyworker(kay.clinic, "kim"), kay.clinic)
    somebody(kim, "Kims")
    cast.a_client(kay.clinic, "N1", first_name="Nobodys")
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    assert waiting(kay.opens("today", who="all")) == ["Ana Madeup", "Kims", "Nobodys"]
    assert "No keyworker" in kay.opens("today", who="all").text
    seen = mo.opens("today")
    assert waiting(seen) == ["Ana Madeup", "Kims", "Nobodys"]
    assert seen.elements("div", class_="person-actions") == []


def test_when_nobody_is_waiting_it_says_what_to_do(kay: Staff, mo: Staff) -> None:
    page = kay.opens("today")
    assert "nobody is waiting" in page.text
    assert headings(page) == ["Nobody on your caseload is waiting"]
    assert "No missed week is flagged, and nothing has to be done for anybody." in page.text
    assert "Open the Register" in page.text
    assert headings(mo.opens("today")) == ["Nobody is waiting"]


def test_a_flag_is_held_while_paused_and_shows_again_after(
    kay: Staff, ana: Client, riverside: Clinic, at: Clock
) -> None:
    kay.does("pause", ana, starts_on="2026-03-03", ends_on="2026-03-10", kind="holiday")
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    sweep(riverside, at("2026-03-03 09:00"))
    assert waiting(kay.opens("today")) == []
    assert ana.flags.get().on_hold
    sweep(riverside, at("2026-03-11 09:00"))
    assert waiting(kay.opens("today")) == ["Ana Madeup"]


def test_a_paused_clients_tasks_wait_and_are_counted(
    kay: Staff, ana: Client, riverside: Clinic, at: Clock
) -> None:
    asks(ana, TaskKind.LAPSED)
    kay.does("pause", ana, starts_on="2026-03-02", ends_on="2026-03-10", kind="hospital")
    page = kay.opens("today")
    assert waiting(page) == []
    assert "nobody is waiting · 1 paused with something waiting" in page.text
    assert "Talk to them. Because." in kay.opens("client", ana).text
    asks(ana, TaskKind.RING_ME, "Asked to be rung.")
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    kay.does("finish_task", ana, task=ana.keyworker_tasks.get(kind=TaskKind.RING_ME).pk, outcome="Rang.")
    sweep(riverside, at("2026-03-11 09:00"))
    assert waiting(kay.opens("today")) == ["Ana Madeup"]


def test_the_day_is_the_clinics_own(kay: Staff, riverside: Clinic, at: Clock) -> None:
    riverside.time_zone = "Pacific/Auckland"
    riverside.save()
    at("2026-03-02 12:00")
    assert "Tuesday 3 March 2026" in kay.opens("today").text


def test_whoever_is_put_aside_or_paused_is_named_and_can_be_brought_back(
    kay: Staff, mo: Staff, ana: Client, ben: Client
) -> None:
    kay.does("not_now", ana, until="2026-03-09", reason="On a retreat.")
    asks(ben, TaskKind.LAPSED)
    kay.does("pause", ben, starts_on="2026-03-02", ends_on="2026-03-10", kind="hospital")
    page = kay.opens("today")
    assert "nobody is waiting · 1 put aside for now · 1 paused with something waiting" in page.text
    assert "whoever is put aside or paused stands below" in page.text
    assert "Everybody went" not in page.text
    aside, paused = (
        Page.of_element(page.elements("section", id=name)[0]) for name in ("put-aside", "paused")
    )
    assert "Ana Madeup Until 9 March 2026: On a retreat. Back on Today : Ana Madeup" in aside.text
    assert "Ben Madeup Paused until 10 March 2026" in paused.text
    assert {kay.address("client", ana), kay.address("client", ben)} <= set(page.links)
    assert {"#put-aside", "#paused"} <= set(page.links)
    kay.does("bring_back", ana)
    assert waiting(kay.opens("today")) == ["Ana Madeup"]


def test_a_page_has_its_share_in_the_order_of_all(kay: Staff) -> None:
    with transaction.atomic(), gathered():
        for nth in range(PAGE + 1):
            somebody(kay, f"Never {nth:02}")
        asks(somebody(kay, "Ringing"), TaskKind.RING_ME, "Asked to be rung.")
    first, second = kay.opens("today"), kay.opens("today", page="2")
    assert (len(waiting(first)), len(waiting(second))) == (PAGE, 2)
    assert waiting(first)[0] == "Ringing"
    assert set(waiting(first)) & set(waiting(second)) == set()
    assert first.texts("span", class_="count") == ["1", str(PAGE + 1)]
    assert second.texts("span", class_="count") == [str(PAGE + 1)]
    assert f"{PAGE + 2} clients need somebody" in second.text
    assert "Page 2 of 2" in second.text
    next_first = Client.objects.get(first_name=waiting(second)[0]).pk
    assert f"?who=mine&page=2&at={next_first}#client-{next_first}" in first.links


def test_going_on_leads_to_whoever_is_next_however_many_have_gone_meanwhile(kay: Staff) -> None:
    with transaction.atomic(), gathered():
        people = [somebody(kay, f"Never {nth:02}") for nth in range(PAGE + 3)]
    first = kay.opens("today")
    for client in people[:5]:
        kay.does("not_now", client, until="2026-03-09", reason="Away.")
    (on,) = [str(dict(one.attributes)["href"]) for one in first.elements("a", rel="next")]
    page = kay.goes_to(f"{kay.address('today')}{on.partition('#')[0]}")
    assert people[PAGE].first_name in waiting(page)
    # Where they have gone, too, it is the page that was meant.
    kay.does("not_now", people[PAGE], until="2026-03-09", reason="Away.")
    assert kay.opens("today", page="1", at=people[PAGE].pk).status == 200
