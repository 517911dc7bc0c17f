"""Messages: what went to whom and what became of it; and never a live link but where DEBUG is on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clinic.models import Client
from reminders.contacts.models import LocalContact
from reminders.prompts.ladder import Step
from reminders.prompts.pages import PAGE
from reminders.prompts.states import PromptState
from tests import cast
from tests.flows.browsing import Staff
from tests.flows.crowd import a_prompt

pytestmark = pytest.mark.django_db

LINK = "http://testserver/l/abcdefghijklmnopqrstuvwx/"


def test_each_state_has_its_word_and_can_be_asked_for(kay: Staff, ana: Client) -> None:
    for state in PromptState:
        a_prompt(ana, state, reason=f"Why it is {state}.")
    page = kay.opens("messages")
    assert len(page.elements("li", class_="message")) == len(PromptState)
    for state in PromptState:
        assert f"Why it is {state}." in page.text
        only = kay.opens("messages", state=state.value)
        (message,) = only.texts("li", class_="message")
        assert message.startswith("Encourage to Ana Madeup")
        assert state.label in message


def test_a_message_to_a_contact_says_about_whom(kay: Staff, ana: Client, joe: LocalContact) -> None:
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-02", how="form", agreed="on")
    a_prompt(ana, step=Step.REACH_OUT, contact=joe, introduction=ana.introductions.get())
    assert kay.opens("messages").texts("h2") == ["Reach out to Joe, about Ana Madeup"]


def test_a_planned_message_has_no_words_yet(kay: Staff, ana: Client) -> None:
    a_prompt(ana, PromptState.PLANNED, body="")
    assert "It is worded when it goes." in kay.opens("messages").text


def test_kay_sees_her_own_and_nobody_anothers_clinic(
    kay: Staff, mo: Staff, ana: Client, hugo: Client
) -> None:
    other = cast.a_client(ana.clinic, "O1", first_name="Other")
    for client in (ana, other, hugo):
        a_prompt(client)
    assert kay.opens("messages").texts("h2") == ["Encourage to Ana Madeup"]
    everybodys = ["Encourage to Other", "Encourage to Ana Madeup"]
    assert kay.opens("messages", who="all").texts("h2") == everybodys
    assert mo.opens("messages").texts("h2") == everybodys


def test_without_a_message_it_says_when_there_will_be_one(kay: Staff) -> None:
    page = kay.opens("messages")
    assert page.texts("h2") == ["No messages"]
    assert "A message is planned when somebody misses a week" in page.text


def test_so_many_stand_on_a_page_and_the_filter_goes_along(kay: Staff, ana: Client) -> None:
    for _ in range(PAGE + 1):
        a_prompt(ana, PromptState.FAILED)
    page = kay.opens("messages", state="failed", who="all")
    assert len(page.elements("li", class_="message")) == PAGE
    assert f"Page 1 of 2, 1 to {PAGE} of {PAGE + 1} messages" in page.text
    assert "?state=failed&who=all&page=2" in page.links
    assert len(kay.opens("messages", page="2").elements("li", class_="message")) == 1


@pytest.fixture
def posted(ana: Client, tmp_path: Path, settings: Any) -> str:
    """A message of Ana's went out, and the file channel wrote it down with its link."""
    prompt = a_prompt(ana)
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    lines = [
        "half a line",
        json.dumps(["not", "a", "message"]),
        json.dumps({"id": "0", "body": f"Somebody else's: {LINK}x"}),
        json.dumps({"id": str(prompt.pk), "body": f"Pick a time that suits: {LINK}"}),
    ]
    settings.MESSAGE_FILE.write_text("\n".join(lines))
    return LINK


@pytest.mark.usefixtures("posted")
def test_no_link_is_shown_to_anybody(kay: Staff, mo: Staff, ana: Client) -> None:
    for page in (kay.opens("messages"), mo.opens("messages"), kay.opens("client", ana), kay.opens("today")):
        assert "/l/" not in page.html
        assert "{link}" not in page.html
    page = kay.opens("messages")
    assert "Pick a time that suits: [their link]" in page.text
    assert "only whoever gets the message has it." in page.text
    assert "can be opened from here" not in page.text


def test_with_debug_on_one_person_can_try_the_product_alone(kay: Staff, posted: str, settings: Any) -> None:
    settings.DEBUG = True
    page = kay.opens("messages")
    assert page.texts("p", class_="message-try") == ["Try the link as Ana"]
    assert [link for link in page.links if "/l/" in link] == [posted]
    assert "the messages of its file can be opened from here" in page.text
    settings.MESSAGE_FILE = Path("nowhere")
    assert "/l/" not in kay.opens("messages").html
