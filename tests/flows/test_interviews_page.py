"""Follow-up interviews as Kay meets them: due on Today, recorded there, and kept on the client's page."""

from __future__ import annotations

import pytest

from attendance.register import recording
from clinic import episodes
from clinic.models import Client, ClosedReason
from tests import cast
from tests.cast import BY, NOW, TODAY
from tests.flows.browsing import Page, Staff

pytestmark = pytest.mark.django_db

SAID = {"used_alcohol": "no", "used_drugs": "no", "attendance": "weekly_or_more"}


@pytest.fixture
def fay(kay: Staff) -> Client:
    """Fay, taken in on 2 July 2025: her eight months are over today. She went last week, and nothing else waits."""
    fay = cast.a_client(kay.clinic, "F1", "2025-07-02", first_name="Fay", keyworker=kay.user)
    for day in ("2025-07-03", "2026-02-24"):
        recording.record(client=fay, attended_on=cast.day(day), source="keyworker", by=BY, now=NOW)
    return fay


def card(page: Page) -> str:
    (found,) = page.elements("section", aria_labelledby="interviews")
    return Page.of_element(found).text


def test_due_today_and_recorded_in_place_it_is_off_today(kay: Staff, fay: Client) -> None:
    page = kay.opens("today")
    assert page.texts("h2") == ["Interview due"]
    assert (
        "Interview due. It falls 8 months after intake, on 2 March 2026, and can be held until 1 April 2026."
    ) in page.text
    assert "Record the interview : Fay" in page.text
    form = kay.opens("act_interview", fay, htmx=True)
    assert [one for one in form.elements("option") if "selected" in dict(one.attributes)]
    assert 'value="8m" selected' in form.html
    done = kay.does("interview", fay, kind="8m", held_on="2026-03-02", **SAID, next="/riverside/today/")
    assert done.notices == ["Recorded: Fay's interview at 8 months, held on 2 March 2026."]
    assert "Nobody on your caseload is waiting" in done.text


def test_whoever_may_not_write_sees_that_it_is_due_and_no_button(mo: Staff, fay: Client) -> None:
    page = mo.opens("today")
    assert "Interview due." in page.text
    assert "Record the interview" not in page.text
    assert "Record one" not in card(mo.opens("client", fay))


def test_the_clients_page_says_when_each_is_due_and_what_was_said(kay: Staff, fay: Client) -> None:
    assert card(kay.opens("client", fay)) == (
        "Interviews Record one At 8 months Due now 2 March 2026, at the latest on 1 April 2026 "
        "At 24 months Due on 2 July 2027 from 2 June 2027 on"
    )
    kay.does("interview", fay, kind="8m", held_on="2026-03-01", **SAID)
    page = kay.opens("client", fay)
    assert card(page) == (
        "Interviews Record one At 24 months Due on 2 July 2027 from 2 June 2027 on "
        "At 8 months Held on 1 March 2026 Alcohol: no; illegal drugs: no; meetings: weekly or more. "
        "Correct : the interview of 1 March 2026 Strike out : the interview of 1 March 2026"
    )
    assert "Interview at 8 months" in page.texts("p", class_="timeline-what")
    # The card and the timeline both lead to the same form.
    (correct,) = {link for link in page.links if "correct_interview" in link}
    form = kay.goes_to(correct)
    assert form.value("held_on") == "2026-03-01"
    assert 'value="weekly_or_more" ' in form.html


def test_corrected_and_struck_out_it_stays_on_the_timeline(kay: Staff, fay: Client) -> None:
    kay.does("interview", fay, kind="8m", held_on="2026-03-01", **SAID)
    held = fay.interviews.get()
    told = {**SAID, "used_alcohol": "yes", "kind": "8m", "held_on": "2026-02-28"}
    kay.does("correct_interview", fay, interview=held.pk, **told, reason="Misheard.")
    page = kay.opens("client", fay)
    assert "Held on 28 February 2026 Alcohol: yes" in card(page)
    assert "Corrected on 2 March 2026, 12:00, by kay: Misheard." in page.text
    right = fay.interviews.get(voided_at__isnull=True)
    assert right.corrects == held
    kay.does("void_interview", fay, interview=right.pk, reason="It was Ben.")
    page = kay.opens("client", fay)
    assert "Struck out on 2 March 2026, 12:00, by kay: It was Ben." in page.text
    assert "Due now" in card(page)


def test_one_that_was_missed_says_so_and_nobody_is_asked_who_was_closed(kay: Staff) -> None:
    late = cast.a_client(kay.clinic, "L1", "2025-01-07", first_name="Lee", keyworker=kay.user)
    assert "At 8 months Not held it was due on 7 September 2025, and can still be written down" in card(
        kay.opens("client", late)
    )
    episodes.close(client=late, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    assert card(kay.opens("client", late)).endswith("None was held, and none is asked for any more.")
