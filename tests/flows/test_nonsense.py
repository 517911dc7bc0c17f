"""Whatever stands in an address or a form, no page breaks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.models import Client
from tests.flows.browsing import Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

# What each page reads of its address.
READS = {
    "today": ["who"],
    "register": ["who", "week"],
    "clients": ["who", "q", "standing", "page"],
    "messages": ["who", "state", "page"],
    "meeting_options": ["meeting"],
    "quick": ["q"],
}
OF_ANA = {
    "client": ["timeline", "kind", "text", "since", "until", "page"],
    "act_log": ["attended_on", "week"],
    "act_did_not_go": ["week"],
    "act_pin_note": ["note", "pinned"],
    "act_correct": ["attendance", "next"],
    "act_finish_task": ["task", "next"],
}
HOSTILE = [
    "\0",
    "0001-01-01",
    "1899-12-31",
    "9999-12-31",
    "2026-W10-1",
    "-1",
    "9" * 30,
    "9" * 5000,
    "٣",
    "²",
    "' OR 1=1 --",
    "%",
    "\u202e",
    "a b " * 60,
    "slipping",
    "all",
]
ANYTHING = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=40), st.dates().map(str), st.integers().map(str)
)
AT_EASE = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)


def test_hostile_words_in_an_address_break_nothing(kay: Staff, ana: Client) -> None:
    before = everything()
    for word in HOSTILE:
        for name, read in (READS | OF_ANA).items():
            page = kay.opens(name, *([ana] if name in OF_ANA else []), **dict.fromkeys(read, word))
            assert page.status == 200, (name, word)
    assert everything() == before


def test_a_week_that_began_before_time_did_is_this_week(kay: Staff, ana: Client) -> None:
    kay.clinic.week_starts_on = 6
    kay.clinic.save()
    for week in ["0001-01-01", "0001-01-07", "1899-12-31", "9999-12-31", "2026-03-07"]:
        assert "Week of 1 March 2026, this week" in kay.opens("register", week=week).text
    assert "Week of 30 December 1900" in kay.opens("register", week="1901-01-01").text
    assert kay.presses(ana, htmx=True, week="0001-01-01", went_on="0001-01-01").status == 200


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000, "٣"], ids=lambda text: text[:20])
def test_numbers_that_no_row_has_are_those_of_none(kay: Staff, ana: Client, number: str) -> None:
    for seen, effect in [(f"0 {number}", "recorded"), (f"{number} {number}", "recorded already")]:
        page = kay.presses(ana, htmx=True, went_on=f"2026-02-24 {seen}")
        assert page.notices == [f"Ana Madeup, 24 February 2026: {effect}."]
    assert ana.attendances.get().meeting is None
    for button in ("take_back", "put_back", "by"):
        assert kay.presses(ana, htmx=button != "by", **{button: number}).status == 200
    assert kay.opens("register_news", seen=f"{number}:0").status == 204
    assert kay.opens("register", undo=number).status == 200


@pytest.mark.parametrize("number", ["9" * 18, "9" * 5000, "٣"], ids=lambda text: text[:20])
def test_a_keyworker_whom_no_number_names_breaks_no_page(
    kay: Staff, mo: Staff, ana: Client, number: str
) -> None:
    kay.does("not_now", ana, until="2026-03-09", reason="On a retreat.")
    asked = {"who": "all", "keyworker": number}
    assert mo.opens("today", **asked).status == 200
    back = f"{mo.address('today')}?{urlencode(asked)}"
    page = mo.does("bring_back", ana, htmx=True, next=back)
    # An address of more than 2,048 letters is none to go back to.
    in_place = len(back) <= 2048
    assert (page.status, page.headers.get("HX-Retarget")) == (
        (200, "closest li") if in_place else (204, None)
    )


@AT_EASE
@given(data=st.data())
def test_any_words_in_an_address_break_nothing(kay: Staff, ana: Client, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(READS)))
    query = data.draw(st.dictionaries(st.sampled_from([*READS[name], "else"]), ANYTHING))
    assert kay.opens(name, **query).status == 200


FIELDS: dict[str, list[str]] = {
    "log": ["attended_on", "source", "meeting", "fellowship", "note"],
    "pause": ["starts_on", "ends_on", "kind", "detail"],
    "did_not_go": ["week"],
    "void": ["attendance", "reason"],
    "correct": ["attendance", "attended_on", "meeting", "reason"],
    "phase": ["phase", "changed_on"],
    "consent": ["channel", "given_on", "how", "agreed"],
    "stop": ["channel", "how"],
    "details": ["first_name", "date_of_birth", "mobile", "email", "keyworker", "preferences", "language"],
    "not_now": ["until", "reason"],
    "introduce": ["contact", "given_on", "how", "agreed"],
    "finish_task": ["task", "outcome"],
}


@AT_EASE
@given(data=st.data())
def test_any_words_in_a_form_are_answered(kay: Staff, ana: Client, data: st.DataObject) -> None:
    act = data.draw(st.sampled_from(sorted(FIELDS)))
    values: dict[str, Any] = {name: data.draw(ANYTHING) for name in FIELDS[act]}
    page = kay.does(act, ana, **values)
    assert page.status in (200, 422)
    assert page.notices or page.faults


def test_a_pause_at_the_end_of_time_is_answered(kay: Staff, ana: Client) -> None:
    for starts_on in ["2100-01-01", "9999-12-30"]:
        assert kay.does("pause", ana, starts_on=starts_on, ends_on="9999-12-31", kind="other").status in (
            200,
            422,
        )
        assert kay.opens("client", ana).status == 200


def test_a_page_that_is_not_there_says_so_kindly(kay: Staff) -> None:
    assert configured.DEBUG is False
    for address in ["/nowhere", "/riverside/nowhere/", "/riverside/clients/99999999999999999999999/"]:
        page = kay.goes_to(address)
        assert (page.status, page.texts("h1")) == (404, ["This page is not here"])
