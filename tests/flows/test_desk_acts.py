"""Kay speaks to clients, puts them aside, and introduces them to Joe."""

from __future__ import annotations

from datetime import date

import pytest

from clinic import setup
from clinic.actors import Actor
from clinic.models import AuditEntry, Channel, Client, Purpose
from reminders.contacts.models import LocalContact
from reminders.links import contact_answers
from reminders.prompts.states import PromptState
from reminders.worklist import tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.crowd import a_prompt
from tests.flows.test_undo import presses_undo
from tests.tables import everything

pytestmark = pytest.mark.django_db


def waiting(page: Page) -> list[str]:
    """Who is on Today."""
    return page.texts("h3", class_="person-name")


def introduce(kay: Staff, client: Client, contact: LocalContact) -> Page:
    return kay.does(
        "introduce", client, contact=contact.pk, given_on="2026-03-02", how="in the session", agreed="on"
    )


def test_a_word_with_a_client_answers_what_waited_and_stays_on_record(kay: Staff, ana: Client) -> None:
    tasks.raise_tasks(
        [Need(ana, TaskKind.RING_ME, "Asked to be rung."), Need(ana, TaskKind.LAPSED, "Lapsed.")], cast.NOW
    )
    kay.does("spoke", ana, said="means_to_go", words="Will go on Tuesday.")
    assert not ana.keyworker_tasks.filter(done_at__isnull=True).exists()
    story = kay.opens("client", ana)
    assert story.text.count("Will go on Tuesday.") == 3
    assert "Waiting for somebody" not in story.text


def test_a_word_with_a_client_leaves_what_it_does_not_answer(kay: Staff, ana: Client) -> None:
    kinds = [
        TaskKind.RING_ME,
        TaskKind.UNCERTAIN,
        TaskKind.CONFIRM_CONSENT,
        TaskKind.INTRODUCE,
        TaskKind.DECLINED,
    ]
    tasks.raise_tasks([Need(ana, kind, "Because.") for kind in kinds], cast.NOW)
    joes = Need(ana, TaskKind.NOT_REACHED, "To Joe: the number was refused.", "2026-01-26 reach_out")
    tasks.raise_tasks([joes], cast.NOW)
    kay.does("spoke", ana, said="means_to_go", words="Will go on Tuesday.")
    still = ana.keyworker_tasks.filter(done_at__isnull=True).values_list("kind", flat=True)
    assert set(still) == {*kinds[1:], TaskKind.NOT_REACHED}
    assert waiting(kay.opens("today")) == ["Ana Madeup"]


def test_what_a_word_does_not_answer_has_its_own_act_on_today(kay: Staff, mo: Staff, ana: Client) -> None:
    kinds = [TaskKind.LAPSED, TaskKind.UNCERTAIN, TaskKind.CONFIRM_CONSENT, TaskKind.DECLINED]
    tasks.raise_tasks([Need(ana, kind, "Because.") for kind in kinds], cast.NOW)
    page = Page.of_element(kay.opens("today").elements("ul", class_="person-tasks")[0])
    assert page.texts("li") == [
        "Talk to them. Because.",
        "Not known whether a prompt went out. Because. "
        "Settle : Ana Madeup, Not known whether a prompt went out. Because.",
        "Confirm consent. Because. Record consent : Ana Madeup, Confirm consent. Because. "
        "Done : Ana Madeup, Confirm consent. Because.",
        "A contact could not help. Because. Done : Ana Madeup, A contact could not help. Because.",
    ]
    seen = Page.of_element(mo.opens("today").elements("ul", class_="person-tasks")[0])
    assert seen.elements("a") == []


@pytest.mark.parametrize(
    ("answer", "says", "state"),
    [
        ("came", "Noted: the message came.", "sent"),
        (
            "did_not_come",
            "Noted: the message goes out once more, unless it has become pointless since.",
            "planned",
        ),
        ("unknown", "Noted. The message counts as sent, and is not sent again.", "uncertain"),
    ],
)
def test_an_uncertain_message_is_settled_by_what_they_say(
    kay: Staff, ana: Client, answer: str, says: str, state: str
) -> None:
    prompt = a_prompt(ana, PromptState.UNCERTAIN)
    about = tasks.about_prompt(prompt.pk)
    tasks.raise_tasks([Need(ana, TaskKind.UNCERTAIN, "Ask whether it came.", about)], cast.NOW)
    task = ana.keyworker_tasks.get()
    opens = f"{kay.address('act_settle', ana)}?task={task.pk}&next=/riverside/today/"
    assert opens in kay.opens("today").links
    assert kay.goes_to(opens).value("task") == str(task.pk)
    page = kay.does("settle", ana, task=task.pk, answer=answer, note="On the telephone.")
    assert page.notices == [says]
    prompt.refresh_from_db()
    assert prompt.state == state
    assert "Waiting for somebody" not in page.text
    assert "On the telephone." in page.text


def test_of_which_it_cannot_be_known_it_is_asked_again_where_that_was_a_slip(
    kay: Staff, ana: Client, hugo: Client
) -> None:
    prompt = a_prompt(ana, PromptState.UNCERTAIN)
    needs = [
        Need(one, TaskKind.UNCERTAIN, "Ask whether it came.", tasks.about_prompt(prompt.pk))
        for one in (ana, hugo)
    ]
    tasks.raise_tasks(needs, cast.NOW)
    done = kay.does("settle", ana, task=ana.keyworker_tasks.get().pk, answer="unknown")
    assert presses_undo(kay, done).notices == ["Undone: whether the message came is to be asked again."]
    assert ana.keyworker_tasks.get().done_at is None
    before = everything()
    assert presses_undo(kay, done).notices == ["It waits on the list already."]
    of = f"{hugo.keyworker_tasks.get().pk} 2026-03-02T12:00:00+00:00"
    assert kay.sends(kay.address("undo_settle", ana), of=of).faults == ["There is no such task on record."]
    assert everything() == before
    assert before["reminders.Prompt"][0]["state"] == "uncertain"


def test_a_message_settled_meanwhile_stays_so(kay: Staff, ana: Client) -> None:
    prompt = a_prompt(ana, PromptState.DELIVERED)
    about = tasks.about_prompt(prompt.pk)
    tasks.raise_tasks([Need(ana, TaskKind.UNCERTAIN, "Ask whether it came.", about)], cast.NOW)
    page = kay.does("settle", ana, task=ana.keyworker_tasks.get().pk, answer="did_not_come")
    assert page.notices == ["Noted. The message was settled meanwhile."]
    prompt.refresh_from_db()
    assert prompt.state == "delivered"


def test_two_calls_on_one_day_are_two_and_one_pressed_twice_is_one(
    kay: Staff, ana: Client, at: Clock
) -> None:
    for said in ("went", "went", "means_to_go"):
        kay.does("spoke", ana, said=said)
    calls = ana.keyworker_tasks.filter(kind=TaskKind.SPOKE)
    assert [call.outcome for call in calls.order_by("pk")] == ["Went since then", "Means to go"]
    at("2026-03-02 16:00")
    kay.does("spoke", ana, said="went")
    assert calls.count() == 3


def test_not_now_puts_a_client_aside_until_the_day_and_ring_me_brings_them_back(
    kay: Staff, ana: Client, ben: Client, at: Clock
) -> None:
    kay.does("not_now", ana, until="2026-03-09", reason="On a retreat.")
    page = kay.opens("today")
    assert waiting(page) == ["Ben Madeup"]
    assert "1 client needs somebody · 1 put aside for now" in page.text
    assert "Off Today until 9 March 2026: On a retreat." in kay.opens("client", ana).text

    tasks.raise_tasks([Need(ana, TaskKind.RING_ME, "Asked to be rung.")], cast.NOW)
    rung = kay.opens("today")
    assert waiting(rung) == ["Ana Madeup", "Ben Madeup"]
    assert "put aside" not in rung.text
    kay.does("finish_task", ana, task=ana.keyworker_tasks.get().pk, outcome="Rang.")
    assert waiting(kay.opens("today")) == ["Ben Madeup"]

    at("2026-03-08 23:59")
    assert waiting(kay.opens("today")) == ["Ben Madeup"]
    at("2026-03-09 00:00")
    assert waiting(kay.opens("today")) == ["Ana Madeup", "Ben Madeup"]


def test_saying_not_now_anew_takes_the_place_of_what_was_said(kay: Staff, ana: Client) -> None:
    kay.does("not_now", ana, until="2026-03-09", reason="On a retreat.")
    kay.does("not_now", ana, until="2026-03-20", reason="Stays longer.")
    assert (ana.not_now.until, ana.not_now.reason) == (date(2026, 3, 20), "Stays longer.")


@pytest.mark.parametrize("who", ["kay", "mo"])
def test_not_now_is_ended_early_by_keyworker_or_manager(
    who: str, kay: Staff, ana: Client, request: pytest.FixtureRequest
) -> None:
    staff: Staff = request.getfixturevalue(who)
    kay.does("not_now", ana, until="2026-03-09", reason="On a retreat.")
    assert waiting(kay.opens("today")) == []
    page = staff.opens("client", ana)
    assert any(link.startswith(staff.address("act_bring_back", ana)) for link in page.links)
    assert staff.does("bring_back", ana).notices == ["Ana Madeup is no longer put aside."]
    assert waiting(kay.opens("today")) == ["Ana Madeup"]
    after = staff.opens("client", ana)
    assert "Off Today until" not in after.text
    assert not any(link.startswith(staff.address("act_bring_back", ana)) for link in after.links)
    assert AuditEntry.objects.get(verb="client.brought_back").actor_name == who


def test_client_and_contact_spoke_is_noted_by_the_keyworker(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    introduce(kay, ana, joe)
    introduction = ana.introductions.get()
    contact_answers.could_not_reach(introduction=introduction, by=Actor.contact(), now=cast.NOW)
    offered = kay.address("act_they_spoke", ana)
    page = kay.opens("client", ana)
    assert any(link.startswith(offered) for link in page.links)
    done = kay.does("they_spoke", ana)
    assert done.notices == ["Noted: Ana Madeup and Joe have spoken."]
    assert "How far They spoke" in done.text
    assert "Introduction to Joe: they spoke Mon 2 March 2026, 12:00 · kay" in done.text
    assert not any(link.startswith(offered) for link in done.links)
    # What the contact had said before, that they could not be reached, is over with it.
    assert ana.keyworker_tasks.get().outcome == "They have spoken since."


def test_without_an_introduction_nobody_spoke(kay: Staff, ana: Client) -> None:
    assert kay.does("they_spoke", ana).faults == ["Ana Madeup has no introduction under way."]


def test_an_introduction_names_the_contact_in_the_consent_and_settles_the_task(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    tasks.raise_tasks([Need(ana, TaskKind.INTRODUCE, "No first meeting yet.")], cast.NOW)
    assert kay.opens("act_introduce", ana).texts("option") == ["---------", "Joe · Narcotics Anonymous"]
    introduce(kay, ana, joe)
    (introduction,) = ana.introductions.all()
    consent = introduction.consent
    assert (consent.purpose, consent.channel, consent.how) == (
        Purpose.INTRODUCTION,
        Channel.CONTACT,
        "in the session",
    )
    assert "my telephone number with Joe (Narcotics Anonymous)" in consent.wording
    assert ana.keyworker_tasks.get().outcome == "Introduced."
    assert "Introduced to Joe: client agreed" in kay.opens("today").text

    kay.does("end_introduction", ana, reason="Ana would rather not.")
    consent.refresh_from_db()
    assert consent.revoked_by == "kay"
    story = kay.opens("client", ana)
    assert "Introduction to Joe: ended Ana would rather not." in story.text
    assert "Nobody yet." in story.text


def test_without_a_safeguarding_lead_nobody_is_introduced(kay: Staff, ana: Client, joe: LocalContact) -> None:
    setup.set_up_clinic(slug="riverside", settings={"safeguarding_lead": None}, by=cast.BY, now=cast.NOW)
    page = introduce(kay, ana, joe)
    assert page.faults == ["The clinic has no named safeguarding lead, so it makes no introductions yet."]
    assert not ana.introductions.exists()
    assert not ana.consents.exists()


def test_a_contact_who_stopped_serving_is_not_offered(kay: Staff, ana: Client, joe: LocalContact) -> None:
    LocalContact.objects.filter(pk=joe.pk).update(active=False)
    assert kay.opens("act_introduce", ana).texts("option") == []
    assert introduce(kay, ana, joe).status == 422
    assert "Joe (stopped)" in kay.opens("contacts").text


def test_a_closed_client_is_not_introduced(kay: Staff, ana: Client, joe: LocalContact) -> None:
    kay.does("close", ana, closed_reason="moved", closed_on="2026-03-02")
    assert introduce(kay, ana, joe).faults == ["Ana Madeup was closed on 2 March 2026."]


def test_without_a_local_contact_it_says_where_to_write_one_down(kay: Staff, ana: Client) -> None:
    page = kay.opens("act_introduce", ana)
    assert "No local contact serves here yet: write one down under Contacts first." in page.text
    assert page.elements("select") == []
