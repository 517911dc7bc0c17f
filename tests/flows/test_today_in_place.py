"""Acts done on Today where they stand: what takes the place of a row, what follows, and how to take it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from attendance.register import correcting, recording
from clinic.actors import Actor
from clinic.models import AuditEntry, Client
from reminders.contacts import introducing
from reminders.contacts.models import IntroductionState, LocalContact
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from reminders.worklist import tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests import cast
from tests.flows.browsing import HTMX, Clock, Page, Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db

TODAY = "/riverside/today/"
SPOKE = {"said": "means_to_go", "words": "On Tuesday."}
NOT_NOW = {"until": "2026-03-09", "reason": "On a retreat."}
PAUSE = {"starts_on": "2026-03-02", "ends_on": "2026-03-10", "kind": "holiday"}
LOG = {"attended_on": "2026-03-02", "source": "keyworker"}
INTRODUCE = {"given_on": "2026-03-02", "how": "in the session", "agreed": "on"}


def waiting(page: Page) -> list[str]:
    """Who is on Today."""
    return page.texts("h3", class_="person-name")


def asks(client: Client, kind: TaskKind = TaskKind.RING_ME, reason: str = "Because.", about: str = "") -> int:
    tasks.raise_tasks([Need(client, kind, reason, about)], cast.NOW)
    return client.keyworker_tasks.get(kind=kind, about=about).pk


def does(staff: Staff, act: str, client: Client, back: str = TODAY, **values: Any) -> Page:
    """Do an act on Today with the script."""
    return staff.does(act, client, htmx=True, next=back, **values)


def undo_of(page: Page) -> str:
    """Where the one button that takes it back leads."""
    (form,) = [one for one in page.elements("form", method="post") if "/undo/" in str(one)]
    return str(dict(form.attributes)["action"]).replace("&amp;", "&")


def undoes(staff: Staff, page: Page, htmx: bool = True, back: str = TODAY) -> Page:
    """Press the button that takes back what a page tells of."""
    return staff.sends(undo_of(page), htmx=htmx, next=back)


def counts(page: Page) -> dict[str, str]:
    """The numbers beside the headings, by the place."""
    held = [(dict(one.attributes).get("id") or "", one) for one in page.elements("span", class_="count")]
    return {name.removeprefix("count-"): Page.of_element(one).text for name, one in held if name}


def told(page: Page) -> str:
    """What somebody hears who hears the page."""
    (sentence,) = page.texts("p", id="said", role="status")
    return sentence


def acted(page: Page) -> dict[str, Any]:
    """What the script is told, so that the focus goes on."""
    trigger: dict[str, Any] = json.loads(page.headers["HX-Trigger-After-Settle"])["acted"]
    return trigger


@pytest.mark.parametrize(
    ("act", "values", "says", "undone"),
    [
        ("log", LOG, "Recorded: Ana Madeup went on 2 March 2026.",
         "Taken back: Ana Madeup, 2 March 2026."),
        ("pause", PAUSE, "Ana Madeup is paused until 10 March 2026.",
         "The pause is taken back; the weeks count again."),
        ("not_now", NOT_NOW, "Ana Madeup is off Today until 9 March 2026. Messages go on.",
         "Undone: Ana Madeup is no longer put aside."),
    ],
    ids=["log", "pause", "not_now"],
)  # fmt: skip
def test_what_takes_somebody_off_leaves_a_line_in_their_place_from_which_they_come_back(
    act: str, values: dict[str, str], says: str, undone: str, kay: Staff, ana: Client, ben: Client
) -> None:
    done = does(kay, act, ana, **values)
    assert (done.status, done.headers["HX-Retarget"], done.headers["HX-Reswap"]) == (
        200,
        "closest li",
        "outerHTML",
    )
    assert acted(done) == {"client": ana.pk, "gone": True}
    (line,) = done.elements("li", class_="person-done", id=f"client-{ana.pk}")
    assert says in Page.of_element(line).text
    assert told(done) == f"{says} It can be undone where it was."
    assert counts(done)["no_first_meeting"] == "1"
    assert "1 client needs somebody" in done.text
    assert waiting(kay.opens("today")) == ["Ben Madeup"]
    assert kay.opens("today").notices == [], "it was said in its place"

    back = undoes(kay, done)
    assert (back.status, acted(back)) == (200, {"client": ana.pk, "gone": False})
    assert waiting(back) == ["Ana Madeup"]
    (focused,) = back.elements(autofocus="")
    assert Page.of_element(focused).text == "Ana Madeup"
    assert told(back) == undone
    assert counts(back)["no_first_meeting"] == "2"
    assert waiting(kay.opens("today")) == ["Ana Madeup", "Ben Madeup"]


def test_whoever_still_needs_somebody_stays_where_they_are_with_what_was_done(
    kay: Staff, ana: Client
) -> None:
    asks(ana, TaskKind.RING_ME)
    done = does(kay, "spoke", ana, **SPOKE)
    assert acted(done) == {"client": ana.pk, "gone": False}
    (note,) = done.texts("div", class_="person-note")
    assert note.startswith("Noted: you spoke to Ana Madeup. They still need somebody. Undo")
    assert done.texts("p", class_="person-why") == [
        "No first meeting yet: habits are made in the first weeks. Somebody spoke to them just now."
    ]
    assert (counts(done)["ring_me"], counts(done)["no_first_meeting"]) == ("0", "1")
    back = undoes(kay, done)
    assert back.texts("p", class_="person-why") == ["Asked to be rung, just now."]
    assert told(back) == "Undone: the word with Ana Madeup."
    assert "Taken back" in kay.opens("client", ana).text


@pytest.mark.parametrize(
    ("said", "label", "to"),
    [
        ("went", "Log the meeting they went to", "log/"),
        ("means_to_go", "Choose a meeting together", "meetings/"),
        ("wants_company", "Introduce a local contact", "introduce/"),
        ("another_kind", "Choose another meeting", "meetings/"),
        ("wants_pause", "Pause", "pause/"),
        ("unwilling", "Not now", "not_now/"),
        ("not_reached", "Not now", "not_now/"),
    ],
)
def test_what_came_of_a_word_offers_what_comes_next_in_place_and_on_a_page(
    said: str, label: str, to: str, kay: Staff, ana: Client
) -> None:
    leads = f"/riverside/clients/{ana.pk}/{to}?next="
    note = Page.of_element(does(kay, "spoke", ana, said=said).elements("div", class_="note-acts")[0])
    assert f"{label} : Ana Madeup" in note.texts("a", class_="button")
    assert f"{leads}{TODAY}" in note.links
    page = kay.does("spoke", ana, said=said, words="Again.")
    offered = Page.of_element(page.elements("div", class_="notice-acts")[0])
    assert label in offered.texts("a", class_="button")
    assert any(link.startswith(leads) for link in offered.links)


def test_nobody_is_introduced_twice(kay: Staff, ana: Client, joe: LocalContact) -> None:
    kay.does("introduce", ana, contact=joe.pk, **INTRODUCE)
    done = does(kay, "spoke", ana, said="wants_company")
    assert "Introduce a local contact" not in done.text


def test_a_try_in_vain_stays_on_the_list_with_when_and_how_often(kay: Staff, ana: Client, at: Clock) -> None:
    asks(ana)
    first = does(kay, "spoke", ana, said="not_reached", words="Left word.")
    assert told(first).startswith("Noted: you tried to reach Ana Madeup.")
    assert first.texts("p", class_="person-why") == ["Asked to be rung, just now. Tried once, last just now."]
    at("2026-03-02 15:00")
    does(kay, "spoke", ana, said="not_reached")
    at("2026-03-02 16:00")
    page = kay.opens("today")
    assert page.texts("p", class_="person-why") == [
        "Asked to be rung, 4 hours ago. Tried twice, last 1 hour ago."
    ]
    assert (
        "Tried to reach them Could not be reached, or left word: Left word." in kay.opens("client", ana).text
    )
    undoes(kay, does(kay, "spoke", ana, said="not_reached", words="A slip."))
    assert "Tried twice, last 1 hour ago." in kay.opens("today").text


def test_a_task_is_done_and_opened_again_where_it_stands(kay: Staff, ana: Client) -> None:
    kay.does("log", ana, **LOG)
    task = asks(ana, TaskKind.DECLINED)
    done = does(kay, "finish_task", ana, task=task, outcome="Found another.")
    assert acted(done)["gone"] is True
    assert "Done. It is off the list." in done.text
    back = undoes(kay, done)
    assert told(back) == "Undone: it waits on the list again."
    assert waiting(back) == ["Ana Madeup"]
    assert told(undoes(kay, done)) == "It waits on the list already."


def test_a_message_is_settled_where_it_stands(kay: Staff, ana: Client) -> None:
    prompt = a_prompt(ana, PromptState.UNCERTAIN)
    task = asks(ana, TaskKind.UNCERTAIN, about=tasks.about_prompt(prompt.pk))
    done = does(kay, "settle", ana, task=task, answer="came")
    assert told(done) == "Noted: the message came."
    assert [one for one in done.elements("form") if "/undo/" in str(one)] == [], "what moved it is not undone"


def test_an_introduction_that_was_a_slip_is_ended_and_what_it_had_finished_waits(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    asks(ana, TaskKind.INTRODUCE)
    done = does(kay, "introduce", ana, contact=joe.pk, **INTRODUCE)
    introduction = ana.introductions.get()
    planned = a_prompt(ana, PromptState.PLANNED, Step.REACH_OUT, contact=joe, introduction=introduction)
    back = undoes(kay, done)
    assert told(back) == (
        "Undone: the introduction to Joe is ended, and its consent taken back. Nothing had gone out."
    )
    for row in (introduction, introduction.consent, planned):
        row.refresh_from_db()
    assert (introduction.state, introduction.ended_reason) == ("ended", "Undone right after.")
    assert introduction.consent.revoked_by == "kay"
    assert planned.state == "cancelled"
    assert ana.keyworker_tasks.filter(kind=TaskKind.INTRODUCE, done_at__isnull=True).exists()
    assert told(undoes(kay, done)) == "The introduction to Joe had ended already."


def test_what_has_gone_out_about_an_introduction_is_owned_up_to(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    done = does(kay, "introduce", ana, contact=joe.pk, **INTRODUCE)
    introduction = ana.introductions.get()
    a_prompt(ana, PromptState.SENT, Step.REACH_OUT, contact=joe, introduction=introduction)
    a_prompt(ana, PromptState.DELIVERED, introduction=introduction)
    assert told(undoes(kay, done)).endswith(
        "A message about it had gone out already, to Joe and Ana Madeup: tell them."
    )


def _corrected(ana: Client) -> None:
    right = {"attended_on": cast.day("2026-03-01"), "reason": "Sunday.", "by": cast.BY, "now": cast.NOW}
    correcting.correct(attendance=ana.attendances.get(), **right)


def _told_by_ana(ana: Client) -> None:
    of = {"attended_on": cast.TODAY, "source": "client", "by": Actor.client(), "now": cast.NOW}
    recording.record(client=ana, **of)


def _joe_accepts(ana: Client) -> None:
    introduction = ana.introductions.get()
    for step in (IntroductionState.ASKED, IntroductionState.ACCEPTED):
        introducing.move(introduction=introduction, to=step, by=Actor.contact(), now=cast.NOW)


@pytest.mark.parametrize(
    ("act", "values", "since", "why"),
    [
        ("log", LOG, _corrected, "It was corrected since: put the corrected meeting right instead."),
        ("log", LOG, _told_by_ana,
         "Others have told of this meeting since: strike it out on the client's page, and say why."),
        ("introduce", INTRODUCE, _joe_accepts,
         "Joe has answered since (contact will ring): tell them, and end the introduction on the client's page."),
    ],
)  # fmt: skip
def test_what_something_was_built_on_since_is_not_undone_and_it_says_why(
    act: str,
    values: dict[str, str],
    since: Callable[[Client], None],
    why: str,
    kay: Staff,
    ana: Client,
    joe: LocalContact,
) -> None:
    done = does(kay, act, ana, **values, **({"contact": joe.pk} if act == "introduce" else {}))
    since(ana)
    trail = AuditEntry.objects.count()
    refused = undoes(kay, done)
    assert (refused.status, refused.faults) == (422, [why])
    assert AuditEntry.objects.count() == trail


def test_not_now_said_anew_by_somebody_else_is_theirs(kay: Staff, ana: Client, at: Clock) -> None:
    kim = Staff(cast.a_keyworker(kay.clinic, "kim"), kay.clinic)
    done = does(kay, "not_now", ana, **NOT_NOW)
    at("2026-03-02 12:05")
    anew = does(kim, "not_now", ana, until="2026-03-12", reason="Rings herself.")
    assert "Before, kay had said until 9 March 2026: On a retreat." in anew.text
    assert undoes(kay, done).faults == [
        "“Not now” was said anew since, until 12 March 2026, by kim: bring them back instead."
    ]


def test_a_task_done_anew_by_somebody_else_is_theirs(kay: Staff, ana: Client, at: Clock) -> None:
    kim = Staff(cast.a_keyworker(kay.clinic, "kim"), kay.clinic)
    task = asks(ana, TaskKind.DECLINED)
    done = does(kay, "finish_task", ana, task=task, outcome="Found another.")
    undoes(kay, done)
    at("2026-03-02 12:05")
    does(kim, "finish_task", ana, task=task, outcome="Found Sam.")
    assert undoes(kay, done).faults == ["kim has done it anew since: Found Sam."]


def test_of_two_at_one_row_the_second_is_told_of_the_first(kay: Staff, ana: Client, at: Clock) -> None:
    kim = Staff(cast.a_keyworker(kay.clinic, "kim"), kay.clinic)
    everybody = f"{TODAY}?who=all"
    task = asks(ana, TaskKind.DECLINED)
    does(kim, "spoke", ana, everybody, **SPOKE)
    does(kim, "finish_task", ana, everybody, task=task, outcome="Found Sam.")
    does(kim, "pause", ana, everybody, **PAUSE)
    at("2026-03-02 12:03")
    assert (
        "kim spoke to them 3 minutes ago: Means to go: On Tuesday."
        in does(kay, "spoke", ana, said="went").text
    )
    assert does(kay, "finish_task", ana, task=task, outcome="Found Joe.").faults == [
        "Nothing of the kind waits for this client, or somebody was quicker."
    ]
    assert told(does(kay, "pause", ana, **PAUSE)) == "That pause, until 10 March 2026, was entered already."


@pytest.mark.parametrize("act", ["log", "pause", "spoke", "not_now"])
def test_without_the_script_the_button_to_undo_stands_by_the_notice(
    act: str, kay: Staff, ana: Client
) -> None:
    values = {"log": LOG, "pause": PAUSE, "spoke": SPOKE, "not_now": NOT_NOW}[act]
    page = kay.does(act, ana, next=TODAY, **values)
    assert page.went_to == TODAY
    undone = undoes(kay, page, htmx=False)
    assert undone.went_to == TODAY
    assert len(undone.notices) == 1
    assert waiting(undone) == ["Ana Madeup"]
    again = undoes(kay, page, htmx=False)
    assert ("already" in again.notices[0]) or ("any more" in again.notices[0])
    assert again.elements("div", class_="notice-acts") == []


def test_after_signing_in_again_the_page_asks_before_it_undoes(kay: Staff, ana: Client) -> None:
    done = does(kay, "log", ana, **LOG)
    page = kay.goes_to(undo_of(done))
    assert page.texts("h1") == ["Undo “Log a meeting”: Ana Madeup"]
    assert ana.attendances.filter(voided_at__isnull=True).exists()
    kay.sends(undo_of(done).partition("?")[0], of=page.value("of"))
    assert not ana.attendances.filter(voided_at__isnull=True).exists()


@pytest.mark.parametrize("act", ["log", "pause", "spoke", "not_now", "introduce", "finish_task"])
@pytest.mark.parametrize("of", ["", "0", "-1", "x", "9" * 40, "1 2026-03-02T12:00:00", "²", "2026-13-41"])
def test_nonsense_is_not_undone(act: str, of: str, kay: Staff, ana: Client) -> None:
    page = kay.sends(kay.address(f"undo_{act}", ana), of=of)
    assert page.status == 422
    assert len(page.faults) == 1


def test_what_was_done_with_one_client_is_not_undone_with_another(
    kay: Staff, ana: Client, ben: Client
) -> None:
    done = does(kay, "log", ana, **LOG)
    moved = undo_of(done).replace(f"/clients/{ana.pk}/", f"/clients/{ben.pk}/")
    assert kay.sends(moved, htmx=True, next=TODAY).faults == ["There is nothing to undo."]


def test_whoever_may_only_look_is_offered_nothing_and_may_undo_nothing(
    kay: Staff, mo: Staff, ana: Client
) -> None:
    done = does(kay, "log", ana, **LOG)
    assert mo.sends(undo_of(done)).status == 403
    assert mo.opens("today").elements("div", class_="person-actions") == []


def test_somebody_put_aside_is_brought_back_where_they_stand(kay: Staff, mo: Staff, ana: Client) -> None:
    aside = does(kay, "not_now", ana, **NOT_NOW)
    assert Page.of_element(aside.elements("div", id="off-today")[0]).text.startswith(
        "Put aside for now 1 Ana Madeup"
    )
    back = does(mo, "bring_back", ana)
    assert told(back) == "Ana Madeup is no longer put aside."
    assert waiting(back) == ["Ana Madeup"]
    assert back.elements("div", id="off-today") == [], "where it stands it is not taken away"


def test_a_page_of_another_clinic_or_that_takes_no_act_is_led_to(kay: Staff, hal: Staff, ana: Client) -> None:
    for back in ("/hillside/today/", "/riverside/clients/", "/no/such/page"):
        assert does(kay, "not_now", ana, back, **NOT_NOW).headers["HX-Redirect"] == back


def test_when_the_session_has_expired_the_page_leads_to_signing_in_and_back(kay: Staff, ana: Client) -> None:
    kay.browser.logout()
    headers = {**HTMX, "HX-Current-URL": "http://testserver/riverside/today/?who=all"}
    answer = kay.browser.post(kay.address("act_not_now", ana), NOT_NOW, headers=headers, follow=True)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Friverside%2Ftoday%2F%3Fwho%3Dall"
    assert not hasattr(Client.objects.get(pk=ana.pk), "not_now")
