"""What happened with a client: asked for by kind, words and period, page by page; and the weeks that lead there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Meeting
from clinic.events import gathered
from clinic.models import Client
from reminders.contacts.models import LocalContact
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.crowd import a_prompt, something_happens

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(kay: Staff, ana: Client, joe: LocalContact, lantern: Meeting, at: Clock) -> Client:
    """Ana, after one thing of each kind."""
    kay.does("log", ana, attended_on="2026-01-13", source="client", meeting="lantern")
    kay.does("log", ana, attended_on="2026-01-20", source="keyworker")
    kay.does("void", ana, attendance=ana.attendances.get(attended_on="2026-01-20").pk, reason="It was Bén.")
    kay.does("did_not_go", ana, week="2026-01-26")
    kay.does("pause", ana, starts_on="2026-02-09", ends_on="2026-02-20", kind="holiday")
    kay.does("introduce", ana, contact=joe.pk, given_on="2026-03-02", how="form", agreed="on")
    kay.does("spoke", ana, said="other", words="Will go on Tuesday.")
    kay.does("note", ana, text="Works nights.")
    a_prompt(ana)
    return ana


def told(page: Page) -> list[str]:
    """What is shown, by its first words."""
    return [one.partition(":")[0] for one in page.texts("p", class_="timeline-what")]


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        (
            ["meetings"],
            ["Did not go in the week of 26 January 2026", "Went to a meeting", "Went to a meeting"],
        ),
        (["messages"], ["Message to the client"]),
        (["notes"], ["Note", "Spoke to them"]),
        (["treatment"], ["Consent recorded", "Phase"]),
        (["introductions"], ["Introduction to Joe"]),
        (["flags"], ["Paused until 20 February 2026", "Missed a week"]),
        (["struck"], ["Went to a meeting"]),
        (["notes", "struck"], ["Note", "Spoke to them", "Went to a meeting"]),
    ],
)
def test_by_kind(kay: Staff, story: Client, kinds: list[str], shown: list[str]) -> None:
    page = kay.opens("client", story, kind=kinds)
    assert sorted(told(page)) == sorted(shown)
    checked = [
        dict(one.attributes)["value"]
        for one in page.elements("input", name="kind")
        if "checked" in dict(one.attributes)
    ]
    assert sorted(checked) == sorted(kinds), "the form says what is shown"


def test_by_words_whatever_their_accents_in_what_was_said_and_why_it_was_struck_out(
    kay: Staff, story: Client
) -> None:
    assert told(kay.opens("client", story, text="lantern")) == ["Went to a meeting"]
    assert told(kay.opens("client", story, text="BEN was")) == ["Went to a meeting"]
    assert told(kay.opens("client", story, text="tuesday will")) == ["Spoke to them"]
    nothing = kay.opens("client", story, text="moonlight")
    assert told(nothing) == []
    assert "Nothing of the kind happened" in nothing.text
    assert kay.address("client", story) + "#timeline" in nothing.links


def test_by_period_with_what_was_written_down_later_about_it(kay: Staff, story: Client) -> None:
    assert told(kay.opens("client", story, since="2026-01-26", until="2026-02-01")) == [
        "Did not go in the week of 26 January 2026",
    ]
    assert "Paused until 20 February 2026" in told(
        kay.opens("client", story, since="2026-02-16", until="2026-02-22")
    )
    assert told(kay.opens("client", story, until="2026-01-12")) == ["Phase"]
    backwards = kay.opens("client", story, since="2026-02-02", until="2026-02-01")
    assert "1 February 2026 is before 2 February 2026." in backwards.text
    assert "Use a date such as 9 February 2026." in kay.opens("client", story, since="soon").text


def test_with_the_script_the_timeline_alone_comes_back_and_costs_its_own_queries(
    kay: Staff, story: Client
) -> None:
    def opened(**headers: str) -> tuple[Page, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = kay.browser.get(kay.address("client", story), {"kind": "notes"}, headers=headers)
        assert "HX-Request" in answer.headers["Vary"]
        return Page.of(answer), len(asked)

    part, few = opened(**{"HX-Request": "true", "HX-Target": "happened"})
    whole, many = opened()
    assert "<html" not in part.html
    assert told(part) == told(whole)
    assert sorted(told(part)) == ["Note", "Spoke to them"]
    assert few < many / 1.5
    assert "<html" in opened(**{"HX-Request": "true", "HX-Target": "else"})[0].html


def test_a_long_history_pages_without_losing_anything_and_is_shown_whole_on_request(
    kay: Staff, ana: Client
) -> None:
    for nth in range(100):
        step, now = (Step.ENCOURAGE, Step.CHECK_IN)[nth % 2], cast.NOW + timedelta(minutes=nth)
        a_prompt(ana, PromptState.EXPIRED, step, now=now, reason=f"Reason {nth}.")
    whole = kay.opens("client", ana, timeline="all").texts("li", class_="timeline-item")
    pages = [
        kay.opens("client", ana, page=number).texts("li", class_="timeline-item") for number in (1, 2, 3, 4)
    ]
    assert [len(page) for page in pages] == [30, 30, 30, len(whole) - 90]
    assert [one for page in pages for one in page] == whole
    second = kay.opens("client", ana, page=2, kind="messages")
    assert "?kind=messages&page=1#timeline" in second.links
    assert "?kind=messages&timeline=all#timeline" in second.links
    assert (
        len(
            kay.opens("client", ana, page=2, kind="messages", timeline="all").texts(
                "p", class_="timeline-what"
            )
        )
        == 100
    )


def test_five_hundred_events_cost_as_many_queries_as_fifty(
    kay: Staff, ana: Client, joe: LocalContact
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert kay.opens("client", ana).status == 200
        return len(asked)

    with transaction.atomic(), gathered():
        for nth in range(3):
            something_happens(ana, joe, nth)
    after_few = price()
    with transaction.atomic(), gathered():
        for nth in range(3, 45):
            something_happens(ana, joe, nth)
    number = len(kay.opens("client", ana, timeline="all").texts("p", class_="timeline-what"))
    assert number > 500
    assert price() == after_few


def boxes(page: Page) -> dict[str, str]:
    """Where each week's box leads, by what is said of it."""
    return {
        link.texts("span", class_="visually-hidden")[0]: link.links[0]
        for link in map(Page.of_element, page.elements("a", class_="week-link"))
    }


def test_each_week_since_intake_is_there_and_leads_to_what_happened_or_to_logging_it(
    kay: Staff, mo: Staff, story: Client
) -> None:
    kay.does("phase", story, phase="completed", changed_on="2026-02-23")
    page = kay.opens("client", story)
    (card,) = page.elements("section", aria_labelledby="weeks")
    assert Page.of_element(card).texts("h3") == ["2026"]
    found = boxes(page)
    assert list(found) == [
        "Week of 5 January 2026: not expected yet; taken in on 7 January 2026. Show it",
        "Week of 12 January 2026: not expected yet, 1 recorded. Show it",
        "Week of 19 January 2026: not expected yet. Show it",
        "Week of 26 January 2026: did not go. Show it",
        "Week of 2 February 2026: nothing recorded. Log it",
        "Week of 9 February 2026: paused; paused from 9 February 2026 to 20 February 2026: Holiday. Show it",
        "Week of 16 February 2026: paused; paused from 9 February 2026 to 20 February 2026: Holiday. Show it",
        "Week of 23 February 2026: nothing recorded; treatment ended on 23 February 2026: completed. Log it",
        "Week of 2 March 2026: still open; this week. Log it",
    ]
    assert page.texts("span", class_="week-short-mark") == ["in", "end", "now"]
    (now,) = page.elements("a", aria_current="date")
    assert "Week of 2 March 2026" in str(now)
    client = kay.address("client", story)
    assert found["Week of 26 January 2026: did not go. Show it"] == (
        f"{client}?since=2026-01-26&until=2026-02-01#timeline"
    )
    assert found["Week of 2 February 2026: nothing recorded. Log it"].startswith(
        f"{kay.address('act_log', story)}?week=2026-02-02&next="
    )
    assert all(said.endswith("Show it") for said in boxes(mo.opens("client", story))), "a reader logs nothing"


def test_a_story_over_several_years_is_told_year_by_year(kay: Staff, at: Clock) -> None:
    old = cast.a_client(kay.clinic, "O1", "2023-12-30")
    page = kay.opens("client", old)
    (card,) = page.elements("section", aria_labelledby="weeks")
    assert Page.of_element(card).texts("h3") == ["2023", "2024", "2025", "2026"]
    assert [len(one.children) for one in page.elements("ol", class_="weeks")] == [1, 53, 52, 9]


def test_logging_a_week_begins_with_the_day_of_their_usual_meeting_in_it(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    assert kay.opens("act_log", ana, week="2026-02-16").value("attended_on") == "2026-02-16"
    kay.does("log", ana, attended_on="2026-01-13", source="client", meeting="lantern")
    form = kay.opens("act_log", ana, week="2026-02-16")
    assert form.value("attended_on") == "2026-02-17"
    assert form.value("meeting").startswith("Lantern Street")
    assert f"{kay.address('act_did_not_go', ana)}?week=2026-02-16&next=" in "".join(form.links)
    assert kay.opens("act_log", ana, week="2026-03-09").value("attended_on") == "2026-03-02", "none ahead"
    assert kay.opens("act_log", ana, attended_on="2026-02-03").value("attended_on") == "2026-02-03"


def test_a_week_long_ago_can_be_said_not_to_have_been_gone_in(kay: Staff, ana: Client, at: Clock) -> None:
    at("2026-06-01 12:00")
    form = kay.opens("act_did_not_go", ana, week="2026-01-12")
    assert '<option value="2026-01-12" selected>' in form.html
    done = kay.does("did_not_go", ana, week="2026-01-12")
    assert done.notices == ["Noted: did not go in the week of 12 January 2026."]
    page = kay.opens("client", ana, since="2026-01-12", until="2026-01-18")
    (asked,) = page.elements("div", class_="week-asked")
    assert Page.of_element(asked).text.startswith(
        "The week of 12 January 2026 Log a meeting in it Did not go"
    )
