"""Mo's list of what has waited too long, the mark that its keyworker sees, and how long a clinic lets tasks wait."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.register import pausing
from clinic.models import AuditEntry, Client, Clinic
from reminders.worklist import aside, escalating, tasks
from reminders.worklist.models import KeyworkerTask, TaskKind
from tests import cast
from tests.cast import BY, NOW, day
from tests.flows.browsing import Clock, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(ana: Client, at: Clock) -> KeyworkerTask:
    """Ana asked to be rung on Tuesday 24 February; by Monday nobody had."""
    tasks.raise_tasks(
        [tasks.Need(ana, TaskKind.RING_ME, "Asked to be rung on 24 February.")], at("2026-02-24 10:00")
    )
    escalating.escalate(ana.clinic, at("2026-03-02 12:00"))
    return ana.keyworker_tasks.get(kind=TaskKind.RING_ME)


def test_mo_reads_who_what_whose_since_when_and_how_long_over(mo: Staff, asked: KeyworkerTask) -> None:
    page = mo.opens("waiting")
    assert page.texts("h1") == ["Waiting too long"]
    (row,) = page.texts("li", class_="waiting-row")
    assert row.startswith("Ana Madeup kay Asked to be rung. Asked to be rung on 24 February.")
    assert "Waits since Tuesday 24 February, and was to be seen to by Wednesday 25 February." in row
    assert "3 working days over" in row
    assert mo.address("client", asked.client) in page.links


def test_what_was_over_on_friday_is_over_since_friday_on_a_weekend(mo: Staff, ana: Client, at: Clock) -> None:
    tasks.raise_tasks([tasks.Need(ana, TaskKind.RING_ME, "Ring.")], at("2026-02-26 10:00"))
    escalating.escalate(ana.clinic, at("2026-02-28 12:00"))
    assert "Over since Friday" in mo.opens("waiting").text


def test_two_tasks_of_a_client_stand_together_the_longest_over_first(
    mo: Staff, ana: Client, ben: Client, asked: KeyworkerTask, at: Clock
) -> None:
    needs = [tasks.Need(one, TaskKind.DECLINED, "Find another.") for one in (ben, ana)]
    tasks.raise_tasks(needs, at("2026-02-23 10:00"))
    escalating.escalate(ana.clinic, at("2026-03-02 12:00"))
    page = mo.opens("waiting")
    assert page.texts("h2", class_="person-name") == ["Ana Madeup", "Ben Madeup"]
    assert len(page.elements("div", class_="waiting-acts")) == 3
    assert len(page.elements(id=f"act-{ana.pk}")) == 1


def test_where_nothing_waits_it_says_what_comes_here(mo: Staff, ana: Client) -> None:
    page = mo.opens("waiting")
    assert page.texts("h2")[:1] == ["Nothing has waited too long"]
    assert mo.address("today") in page.links


def test_kay_sees_the_mark_on_today_and_on_the_clients_page(
    kay: Staff, ana: Client, asked: KeyworkerTask
) -> None:
    for page in (kay.opens("today"), kay.opens("client", ana)):
        assert "Asked to be rung on 24 February." in page.text
        assert "Waiting too long" in page.texts("span", class_="badge")


def test_handed_back_the_word_stands_beside_it_and_the_list_says_so(
    kay: Staff, mo: Staff, ana: Client, asked: KeyworkerTask
) -> None:
    mo.does("hand_back", ana, task=asked.pk, word="Try after six.")
    page = mo.opens("waiting")
    assert page.elements("li", class_="waiting-row") == []
    assert page.texts("h2")[:2] == ["Nothing has waited too long", "Handed back, and still open"]
    assert "mo, 2 March: “Try after six.”" in page.text
    assert kay.opens("today").texts("span", class_="task-word") == ["mo handed it back: “Try after six.”"]
    told = kay.opens("client", ana).text
    assert "Went to the managers: Asked to be rung Nobody had acted on it since 24 February 2026." in told
    assert "Handed back to the keyworker: Asked to be rung Try after six." in told


def test_kays_act_takes_it_off_mos_list(kay: Staff, mo: Staff, ana: Client, asked: KeyworkerTask) -> None:
    kay.does("spoke", ana, said="other", words="Rang; all is well.")
    page = mo.opens("waiting")
    assert page.texts("h2")[:1] == ["Nothing has waited too long"]


def test_who_is_paused_is_counted_and_not_shown(mo: Staff, ana: Client, at: Clock, riverside: Clinic) -> None:
    tasks.raise_tasks([tasks.Need(ana, TaskKind.DECLINED, "Find another.")], at("2026-02-20 10:00"))
    escalating.escalate(riverside, at("2026-03-02 12:00"))
    pausing.pause(
        client=ana, starts_on=day("2026-03-02"), ends_on=day("2026-03-06"), reason="Away", by=BY, now=NOW
    )
    page = mo.opens("waiting")
    assert "1 more waits until a pause ends." in page.text
    assert page.elements("li", class_="waiting-row") == []


def test_put_aside_by_kay_it_is_off_the_list(mo: Staff, ana: Client, at: Clock, riverside: Clinic) -> None:
    tasks.raise_tasks([tasks.Need(ana, TaskKind.DECLINED, "Find another.")], at("2026-02-20 10:00"))
    escalating.escalate(riverside, at("2026-03-02 12:00"))
    assert "Ana" in mo.opens("waiting").text
    aside.put_aside(client=ana, until=day("2026-03-09"), reason="Away.", by=BY, now=NOW)
    assert "Ana" not in mo.opens("waiting").text


def test_a_question_about_a_message_is_handed_back_and_not_finished(
    mo: Staff, ana: Client, at: Clock, riverside: Clinic
) -> None:
    tasks.raise_tasks([tasks.Need(ana, TaskKind.UNCERTAIN, "Ask.")], at("2026-02-20 10:00"))
    escalating.escalate(riverside, at("2026-03-02 12:00"))
    links = " ".join(mo.opens("waiting").links)
    assert "/hand_back/" in links
    assert "/see_to/" not in links


def test_another_clinics_is_nowhere(mo: Staff, hugo: Client, at: Clock) -> None:
    tasks.raise_tasks([tasks.Need(hugo, TaskKind.RING_ME, "Ring.")], at("2026-02-20 10:00"))
    escalating.escalate(hugo.clinic, at("2026-03-02 12:00"))
    page = mo.opens("waiting")
    assert "Hugo" not in page.text
    assert page.texts("span", id="nav-waiting-count") == ["Waiting too long"]


def test_it_costs_the_same_for_one_and_for_twenty(
    mo: Staff, kay: Staff, asked: KeyworkerTask, at: Clock
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert mo.opens("waiting").status == 200
        return len(queries)

    for_one = price()
    people = [cast.a_client(kay.clinic, f"C{n}", first_name="C", keyworker=kay.user) for n in range(19)]
    tasks.raise_tasks([tasks.Need(one, TaskKind.RING_ME, "Ring.") for one in people], at("2026-02-20 10:00"))
    escalating.escalate(kay.clinic, at("2026-03-02 12:00"))
    assert price() == for_one


class TestCounts:
    def test_every_page_says_how_many_need_kay(self, kay: Staff, ana: Client, ben: Client) -> None:
        for name in ("today", "register", "clients", "groups", "messages", "contacts", "my_settings"):
            assert "Today Today, 2 need you 2 Register" in kay.opens(name).text, name

    def test_one_needs_and_nobody_is_no_number(self, kay: Staff, ana: Client, mo: Staff) -> None:
        assert "Today Today, 1 needs you 1 Register" in kay.opens("clients").text
        assert "Today Today, 1 needs somebody 1 Register" in mo.opens("clients").text
        aside.put_aside(client=ana, until=day("2026-03-09"), reason="Away.", by=BY, now=NOW)
        assert "Today Today Register" in kay.opens("clients").text

    def test_kay_counts_her_own_and_mo_the_teams(
        self, kay: Staff, mo: Staff, ana: Client, riverside: Clinic
    ) -> None:
        cast.a_client(riverside, "X1", first_name="Xen", keyworker=cast.a_keyworker(riverside, "kim"))
        assert "1 needs you" in kay.opens("today").text
        assert "2 need somebody" in mo.opens("today").text

    def test_mo_sees_how_many_have_waited_too_long_and_kay_does_not(
        self, kay: Staff, mo: Staff, asked: KeyworkerTask
    ) -> None:
        assert mo.opens("clients").texts("a", class_="waiting-link") == [
            "Waiting too long Waiting too long, 1 task 1"
        ]
        assert kay.opens("clients").texts("a", class_="waiting-link") == []

    def test_they_are_read_again_in_place(self, mo: Staff, asked: KeyworkerTask) -> None:
        page = mo.opens("nav_counts", htmx=True)
        assert "<html" not in page.html
        assert page.text == "Today, 1 needs somebody 1 Waiting too long, 1 task 1"
        assert mo.address("nav_counts") in str(mo.opens("clients").html)

    def test_a_part_of_a_page_counts_nothing(self, kay: Staff, ana: Client) -> None:
        with CaptureQueriesContext(connection) as queries:
            kay.opens("act_spoke", ana, htmx=True)
        assert not [one for one in queries.captured_queries if "COALESCE" in one["sql"]]


class TestPatience:
    def sent(self, **changed: Any) -> dict[str, Any]:
        return {kind.value: days for kind, days in escalating.SHIPPED.items()} | changed

    @pytest.mark.parametrize("who", ["mo", "ada"])
    def test_it_is_said_on_a_page_reached_from_the_settings(
        self, who: str, riverside: Clinic, request: pytest.FixtureRequest
    ) -> None:
        staff: Staff = request.getfixturevalue(who)
        to = staff.address("patience")
        assert to in staff.opens("settings").links
        form = staff.goes_to(to)
        assert (form.value("ring_me"), form.value("lapsed")) == ("1", "3")
        done = staff.sends(to, **self.sent(lapsed=5))
        assert (done.notices, done.went_to) == (["Saved."], staff.address("settings"))
        assert staff.goes_to(to).value("lapsed") == "5"
        entry = AuditEntry.objects.get(verb="clinic.patience_changed")
        assert (entry.actor_name, entry.fields) == (who, ["lapsed"])
        assert staff.sends(to, **self.sent(lapsed=5)).notices == ["Nothing was different."]

    def test_what_is_wrong_is_said_and_nothing_is_written(self, ada: Staff, riverside: Clinic) -> None:
        before = everything()
        for changed, fault in [
            ({"lapsed": 0}, "Talk to them – Ensure this value is greater than or equal to 1."),
            ({"lapsed": 21}, "Talk to them – Ensure this value is less than or equal to 20."),
            ({"ring_me": ""}, "Asked to be rung – This field is required."),
            ({"ring_me": "soon"}, "Asked to be rung – Enter a whole number."),
        ]:
            page = ada.sends(ada.address("patience"), **self.sent(**changed))
            assert (page.status, page.faults) == (422, [fault])
        assert everything() == before
