"""Kay and Ana look together at what suits her, try other wishes, choose, and print a sheet to take along."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Meeting
from attendance.register import meeting_choices
from clinic.models import AuditEntry, Client
from tests import cast
from tests.flows.browsing import Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

LEEDS = {"latitude": 53.80, "longitude": -1.55, "city": "Leeds"}


@pytest.fixture
def near(db: None) -> dict[str, Meeting]:
    """Three meetings in Leeds, and one in York."""
    at = {"starts_at": time(19), **LEEDS}
    york = {"starts_at": time(19), "latitude": 53.96, "longitude": -1.08, "city": "York"}
    told: list[dict[str, Any]] = [
        {"slug": "steps", "name": "Steps", "day": 1, "address": "1 Mill Lane, Leeds", "location": "The Mill", **at},
        {"slug": "smart", "fellowship": "SMART Recovery", "name": "Smart", "day": 2, **at},
        {"slug": "women", "name": "Sisters", "day": 3, "types": ["W"], **at},
        {"slug": "york", "name": "Far", "day": 1, **york},
    ]  # fmt: skip
    return {one["slug"]: cast.a_meeting(**one) for one in told}


@pytest.fixture
def ana(ana: Client) -> Client:
    """Ana would go to groups in Leeds."""
    ana.preferences = ["area: leeds"]
    ana.save(update_fields=["preferences"])
    return ana


def names(page: Page) -> list[str]:
    return page.texts("h3", class_="group-name")


def told(page: Page, name: str) -> str:
    return next(text for text in page.texts("li", class_="group-row") if text.startswith(name))


def test_what_suits_is_listed_with_when_and_why(kay: Staff, ana: Client, near: Any) -> None:
    page = kay.opens("client_meetings", ana)
    assert names(page) == ["Steps", "Smart"]
    assert "Tue 19:00 Next on Tuesday 3 March 2026" in told(page, "Steps")
    assert "under 0.1 miles away 12-step" in told(page, "Steps")
    assert "secular: no higher power" in told(page, "Smart")
    assert "Choose" in told(page, "Steps")
    assert kay.address("client_meetings", ana) in kay.opens("client", ana).links


def test_other_wishes_are_tried_without_being_kept(kay: Staff, ana: Client, near: Any) -> None:
    before = everything()
    tried = {"suits": ["women", "thursdays"], "area": "Leeds", "within": "", "preferences": "quiet"}
    page = kay.sends(kay.address("client_meetings", ana), **tried)
    assert page.went_to == (
        kay.address("client_meetings", ana)
        + "?try=1&suits=women&suits=thursdays&area=Leeds&preferences=quiet"
    )
    assert "csrfmiddlewaretoken" not in page.went_to
    assert names(page) == ["Sisters"]
    assert "for women alone on Thursdays" in told(page, "Sisters")
    assert "Not used here, for the lists do not tell of it: quiet." in page.text
    assert everything() == before
    assert names(kay.opens("client_meetings", ana)) == ["Steps", "Smart"]


def test_and_are_kept_when_kay_says_so(kay: Staff, ana: Client, near: Any) -> None:
    kept = {"suits": ["secular"], "area": "Leeds", "within": "5 miles", "preferences": "", "keep": "1"}
    page = kay.sends(kay.address("client_meetings", ana), **kept)
    assert page.notices == ["The preferences are kept."]
    assert names(page) == ["Smart", "Steps"], "and Steps for want of more, with what does not fit"
    assert "12-step" in told(page, "Steps")
    ana.refresh_from_db()
    assert ana.preferences == ["area: leeds", "secular", "within: 5 miles"]
    assert AuditEntry.objects.filter(client_id=ana.pk).latest("pk").fields == ["preferences"]
    assert kay.sends(kay.address("client_meetings", ana), **kept).notices == ["Nothing was different."]


def test_mo_may_look_and_try_and_not_keep(mo: Staff, ana: Client, near: Any) -> None:
    page = mo.opens("client_meetings", ana, **{"try": "1", "suits": "secular", "area": "leeds"})
    assert names(page)[0] == "Smart"
    assert "Keep as their preferences" not in page.text
    assert not page.elements("div", class_="group-acts")
    assert mo.sends(mo.address("client_meetings", ana), keep="1", area="york").status == 403
    ana.refresh_from_db()
    assert ana.preferences == ["area: leeds"]


@pytest.mark.parametrize(
    "asked",
    [
        {"suits": "moonlight", "within": "far", "area": "x" * 200, "preferences": "y" * 1000},
        {"area": "\0", "suits": ["\0"]},
        {"area": "%", "preferences": "<script>alert(1)</script>"},
        {"area": "91, 500"},
    ],
)
def test_what_cannot_be_wished_is_left_out(kay: Staff, ana: Client, near: Any, asked: dict[str, Any]) -> None:
    page = kay.opens("client_meetings", ana, **{"try": "1", **asked})
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert kay.sends(kay.address("client_meetings", ana), **asked, keep="1").status == 200


def test_an_area_that_is_on_no_list_is_told_of(kay: Staff, ana: Client, near: Any) -> None:
    page = kay.opens("client_meetings", ana, **{"try": "1", "area": "Atlantis"})
    assert "No meeting of the directory is in “atlantis”" in page.notices[0]
    assert page.value("area") == "Atlantis"


def test_where_nothing_suits_the_page_says_what_to_do(kay: Staff, ana: Client) -> None:
    page = kay.opens("client_meetings", ana)
    assert "No meeting suits all of that" in page.text
    assert kay.address("groups") in page.links


def test_one_press_names_the_meeting_in_the_form(kay: Staff, ana: Client, near: Any) -> None:
    page = kay.opens("client_meetings", ana)
    to = next(link for link in page.links if "/choose/" in link)
    form = kay.goes_to(to)
    assert form.value("meeting") == "Steps · Tue 19:00 · The Mill · [:steps]"
    done = kay.sends(to, meeting=form.value("meeting"), next=kay.address("client_meetings", ana))
    assert done.notices == ["Chosen: Ana Madeup goes to Steps, Tue 19:00."]
    assert "chosen" in told(done, "Steps")
    assert not any("/choose/" in link and "Steps" in link for link in done.links)


def test_what_did_not_suit_comes_last_from_then_on(kay: Staff, ana: Client, near: Any) -> None:
    kay.does("did_not_suit", ana, meeting="steps")
    page = kay.opens("client_meetings", ana)
    assert names(page) == ["Smart", "Steps"]
    assert "did not suit" in told(page, "Steps")


def test_the_sheet_has_what_one_needs_to_get_there_and_names_nobody(
    kay: Staff, ana: Client, near: Any
) -> None:
    meeting_choices.choose(client=ana, meeting=near["york"], by=cast.BY, now=cast.NOW)
    page = kay.opens("meetings_sheet", ana)
    assert page.texts("h2", class_="group-name") == ["Chosen: Far", "Steps", "Smart"]
    for words in ("Tue 19:00", "The Mill", "1 Mill Lane, Leeds", "next on Tuesday 3 March 2026"):
        assert words in page.text
    printed = page.html[page.html.index('<ol class="sheet">') :]
    assert "Ana" not in printed
    assert "Riverside" not in printed
    assert page.texts("title") == ["Meetings"]


def test_an_empty_sheet_says_so(kay: Staff, ana: Client) -> None:
    assert "Nothing to print yet" in kay.opens("meetings_sheet", ana).text


def test_the_pages_cost_the_same_for_one_meeting_and_for_fifty(kay: Staff, ana: Client) -> None:
    def price(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert kay.opens(name, ana).status == 200
        return len(queries)

    first = cast.a_meeting("first", day=1, starts_at=time(19), **LEEDS)
    meeting_choices.choose(client=ana, meeting=first, by=cast.BY, now=cast.NOW)
    prices = [price(name) for name in ("client_meetings", "meetings_sheet")]
    for number in range(50):
        meeting = cast.a_meeting(f"more-{number}", day=number % 7, starts_at=time(19), **LEEDS)
        if number % 5 == 0:
            meeting_choices.choose(client=ana, meeting=meeting, by=cast.BY, now=cast.NOW)
    assert [price(name) for name in ("client_meetings", "meetings_sheet")] == prices
