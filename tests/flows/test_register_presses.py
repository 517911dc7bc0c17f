"""Kay presses on her Register: a press records a meeting, another takes it back, and a third puts it back."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.directory.models import Meeting
from attendance.register import recording
from attendance.register.models import Source
from clinic.effects import UNDONE
from clinic.models import Client
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db


def entries(page: Page) -> list[str]:
    """The meetings that stand in the cells."""
    return page.texts("button", name="take_back")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "script"])
def test_a_press_records_and_another_takes_back(
    kay: Staff, ana: Client, lantern: Meeting, htmx: bool
) -> None:
    def press(**button: object) -> Page:
        return kay.presses(ana, htmx=htmx, week="2026-02-23", who="mine", **button)

    page = press(went_on="2026-02-24", meeting="lantern")
    assert (page.status, page.notices) == (200, ["Ana Madeup, 24 February 2026: recorded at Lantern Street."])
    assert entries(page) == ["Lantern Street"]
    assert htmx or page.went_to == f"/riverside/register/?week=2026-02-23&who=mine#client-{ana.pk}"

    again = press(went_on="2026-02-24", meeting="lantern")
    assert again.notices == ["Ana Madeup, 24 February 2026: recorded already at Lantern Street."]
    assert entries(again) == entries(page)

    (went,) = ana.attendances.all()
    back = press(take_back=went.pk)
    assert (back.notices, entries(back)) == (["Ana Madeup, 24 February 2026: taken back."], [])
    went.refresh_from_db()
    assert (went.voided_by, went.void_reason) == ("kay", "Taken back on the Register.")
    before = everything()
    assert press(take_back=went.pk).notices == ["Ana Madeup, 24 February 2026: it was taken back already."]
    assert everything() == before


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "script"])
def test_what_was_taken_back_by_a_slip_of_the_hand_is_put_back_from_its_own_cell(
    kay: Staff, mo: Staff, ana: Client, lantern: Meeting, htmx: bool
) -> None:
    kay.presses(ana, week="2026-02-23", went_on="2026-02-24", meeting="lantern")
    (went,) = ana.attendances.all()
    back = kay.presses(ana, htmx=htmx, week="2026-02-23", take_back=went.pk)
    (undo,) = back.elements("button", name="put_back")
    assert dict(undo.attributes)["aria-label"] == "Undo: put Lantern Street on Tuesday 24 February back"
    assert back.texts("button", name="did_not_go") == ["Did not go"], "what was taken back counts no more"
    later = kay.opens("register", week="2026-02-23")
    assert later.elements("button", name="put_back") == [], "it stays until the next page"
    shown = mo.opens("register", week="2026-02-23", undo=str(went.pk))
    assert shown.elements("button", name="put_back") == []

    restored = kay.presses(ana, htmx=htmx, week="2026-02-23", put_back=went.pk)
    assert restored.notices == ["Ana Madeup, 24 February 2026: put back."]
    assert entries(restored) == ["Lantern Street"]
    assert restored.elements("button", name="put_back") == []
    before = everything()
    twice = kay.presses(ana, htmx=htmx, week="2026-02-23", put_back=went.pk)
    assert twice.notices == ["Ana Madeup, 24 February 2026: it stood already."]
    assert everything() == before


def test_a_press_records_what_is_usual_on_that_day_and_else_only_that_they_went(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    """Ana goes to Lantern Street on Tuesdays and to Quay Side on Saturdays; of other days nobody knows where."""
    quay = cast.a_meeting("quay", name="Quay Side", day=5, starts_at="11:00")
    kay.does("log", ana, attended_on="2026-02-10", source="slip", meeting="lantern")
    kay.does("log", ana, attended_on="2026-02-14", source="slip", meeting="quay")

    week = kay.opens("register", week="2026-02-23")
    assert week.texts("button", name="went_on") == ["", "Lantern Street", "", "", "", "Quay Side", ""]
    buttons = [dict(one.attributes)["value"] for one in week.elements("button", name="went_on")]
    # A colleague logs another meeting meanwhile: what was shown is what is recorded.
    cast.a_meeting("newer", name="Newer", day=1, starts_at="10:00")
    kay.does("log", ana, attended_on="2026-02-17", source="slip", meeting="newer")
    said = [kay.presses(ana, week="2026-02-23", went_on=buttons[nth]).notices[0] for nth in (1, 2, 5)]
    assert said == [
        "Ana Madeup, 24 February 2026: recorded at Lantern Street.",
        "Ana Madeup, 25 February 2026: recorded.",
        "Ana Madeup, 28 February 2026: recorded at Quay Side.",
    ]
    went = {one.attended_on.isoformat(): one.meeting for one in ana.attendances.all()}
    assert (went["2026-02-24"], went["2026-02-25"], went["2026-02-28"]) == (lantern, None, quay)


def test_with_the_script_only_the_row_comes_back_with_what_is_to_be_said(
    kay: Staff, ana: Client, ben: Client
) -> None:
    page = kay.presses(ana, htmx=True, went_on="2026-03-02", who="mine")
    assert "<html" not in page.html
    assert [dict(one.attributes)["id"] for one in page.elements("tr")] == [f"client-{ana.pk}"]
    assert "Ben" not in page.text
    (said,) = page.elements("div", class_="alert")
    went = ana.attendances.get()
    assert (dict(said.attributes)["data-tone"], dict(said.attributes)["data-undo"]) == (
        "success",
        f"take_back={went.pk}",
    )
    assert [dict(one.attributes)["data-on"] for one in page.elements("td")] == ["1"], (
        "of an empty day no more than its entry"
    )
    row = kay.opens("register_news", week="2026-03-02", seen=f"{ana.pk}:0", htmx=True)
    assert [dict(one.attributes)["data-on"] for one in row.elements("td")] == ["1", "8"], (
        "Monday, and what the week came to"
    )
    assert row.texts("button", name="take_back") == page.texts("button", name="take_back") == ["Went"]
    titles = [dict(part.elements("button", name="take_back")[0].attributes)["title"] for part in (page, row)]
    assert titles == ["Went. Keyworker (kay), 2 Mar at 12:00."] * 2
    second = kay.presses(ana, htmx=True, went_on=f"2026-03-02 0 {went.pk}", meeting="")
    assert [dict(one.attributes)["data-on"] for one in second.elements("td")] == ["1", "8"], (
        "it is no empty day"
    )


def test_did_not_go_is_noted_and_taken_back(kay: Staff, ana: Client) -> None:
    noted = kay.presses(ana, did_not_go="1", week="2026-02-23")
    assert noted.notices == ["Ana Madeup: did not go in the week of 23 February 2026."]
    assert ana.checkins.get(voided_at__isnull=True).week == date(2026, 2, 23)
    before = everything()
    again = kay.presses(ana, did_not_go="1", week="2026-02-23")
    assert again.notices == ["Ana Madeup: “did not go” was noted already in the week of 23 February 2026."]
    assert everything() == before
    back = kay.presses(ana, ask_again="1", week="2026-02-23")
    assert back.notices == ["Ana Madeup: “did not go” taken back."]
    twice = kay.presses(ana, ask_again="1", week="2026-02-23")
    assert twice.notices == ["Ana Madeup: “did not go” was taken back already."]
    assert not ana.checkins.filter(voided_at__isnull=True).exists()


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "script"])
def test_what_is_wrong_with_a_press_is_said_and_nothing_is_written(
    kay: Staff, ana: Client, ben: Client, hugo: Client, lantern: Meeting, htmx: bool
) -> None:
    bens = kay.presses(ben, went_on="2026-03-02") and ben.attendances.get()
    presses: list[tuple[dict[str, object], str]] = [
        ({"went_on": "2026-03-03"}, "Error: 3 March 2026 is in the future: today is 2 March 2026."),
        ({"went_on": "2026-01-06"}, "Error: 6 January 2026 is before intake on 7 January 2026."),
        ({"went_on": "9999-12-31", "meeting": "lantern"}, "Error: 31 December 9999 is too far ahead."),
        ({"went_on": "soon"}, "Error: Use a date such as 9 February 2026."),
        (
            {"went_on": "2026-03-02", "meeting": "moonlight"},
            "Error: There is no meeting “moonlight” in the directory: choose one from the list.",
        ),
        (
            {"went_on": "2026-03-02", "meeting": "lantern"},
            "Error: Lantern Street is held on Tuesdays, and 2 March 2026 is a Monday. Press its own day, or "
            "empty the field; if it was held all the same, log it on Ana Madeup's page.",
        ),
        ({"take_back": bens.pk}, "Error: There is no such entry."),
        ({"put_back": bens.pk}, "Error: There is no such entry."),
        ({"put_back": "9" * 30}, "Error: There is no such entry."),
        ({"take_back": "9" * 30}, "Error: There is no such entry."),
        ({"take_back": "x"}, "Error: Enter a whole number."),
        (
            {"did_not_go": "1", "week": "2026-02-24"},
            "Error: 24 February 2026 is not the first day of a week here: ",
        ),
        (
            {"did_not_go": "1", "week": "2026-03-09"},
            "Error: 9 March 2026 is in the future: today is 2 March 2026.",
        ),
        (
            {"did_not_go": "1", "week": "2025-12-29"},
            "Error: The week of 29 December 2025 ended before intake on ",
        ),
        ({"week": "nonsense", "did_not_go": "1"}, "Error: Use a date such as 9 February 2026."),
        ({}, "Error: Press one of the buttons in the row."),
    ]
    before = everything()
    for pressed, fault in presses:
        page = kay.presses(ana, htmx=htmx, **pressed)
        assert page.status == 200
        assert [notice.startswith(fault) for notice in page.notices] == [True], page.notices
    assert everything() == before


def test_half_a_word_in_the_meeting_field_hinders_no_other_button(kay: Staff, ana: Client) -> None:
    kay.presses(ana, went_on="2026-03-02")
    page = kay.presses(ana, take_back=ana.attendances.get().pk, meeting="lant")
    assert page.notices == ["Ana Madeup, 2 March 2026: taken back."]


def test_an_address_of_a_press_opened_by_itself_leads_to_the_register(kay: Staff, ana: Client) -> None:
    assert kay.opens("register_row", ana).went_to == "/riverside/register/"


@pytest.fixture
def lou(kay: Staff) -> Staff:
    """Lou, another keyworker of Riverside."""
    user = cast.a_keyworker(kay.clinic, "lou")
    user.first_name, user.last_name = "Lou", "Farrow"
    user.save()
    return Staff(user, kay.clinic)


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "script"])
def test_who_comes_second_to_a_cell_is_told_who_was_first_and_nothing_is_doubled(
    kay: Staff, lou: Staff, ana: Client, lantern: Meeting, at: Clock, htmx: bool
) -> None:
    """Both have the same page open, on which Tuesday is empty."""
    was_shown = f"2026-02-24 {lantern.pk}"
    lou.presses(ana, week="2026-02-23", went_on=was_shown)
    at("2026-03-02 12:01")
    before = everything()
    second = kay.presses(ana, htmx=htmx, week="2026-02-23", went_on=was_shown)
    assert second.notices == [
        "Ana Madeup, 24 February 2026: recorded already at Lantern Street. "
        "Lou Farrow recorded Lantern Street a minute ago."
    ]
    assert entries(second) == ["Lantern Street"]
    assert everything() == before


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "script"])
def test_another_meeting_that_a_colleague_recorded_since_is_shown_before_one_is_added(
    kay: Staff, lou: Staff, ana: Client, lantern: Meeting, at: Clock, htmx: bool
) -> None:
    """Two meetings on one day are two: whether this is the same evening, only who presses knows."""
    hall = cast.a_meeting("hall", name="Old Hall", day=1, starts_at="12:00")
    lou.presses(ana, week="2026-02-23", went_on=f"2026-02-24 {hall.pk}")
    at("2026-03-02 12:20")
    before = everything()
    told = kay.presses(ana, htmx=htmx, week="2026-02-23", went_on=f"2026-02-24 {lantern.pk}")
    assert told.notices == [
        "Error: Lou Farrow recorded Old Hall 20 minutes ago. "
        "Nothing was added: press again to record Lantern Street as well."
    ]
    assert entries(told) == ["Old Hall"]
    assert everything() == before
    seen = ana.attendances.get().pk
    again = kay.presses(ana, htmx=htmx, week="2026-02-23", went_on=f"2026-02-24 {lantern.pk} {seen}")
    assert again.notices == ["Ana Madeup, 24 February 2026: recorded at Lantern Street."]
    assert entries(again) == ["Old Hall", "Lantern Street"]


def test_that_they_went_without_a_name_is_told_more_by_whoever_knows_which(
    kay: Staff, lou: Staff, ana: Client, lantern: Meeting
) -> None:
    lou.presses(ana, week="2026-02-23", went_on="2026-02-24")
    page = kay.presses(ana, htmx=True, week="2026-02-23", went_on=f"2026-02-24 {lantern.pk}")
    assert entries(page) == ["Lantern Street"]
    assert ana.attendances.count() == 1


def test_every_press_names_the_one_that_undoes_it_also_when_its_answer_was_lost_and_it_is_sent_again(
    kay: Staff, lou: Staff, ana: Client, at: Clock
) -> None:
    def undo(staff: Staff, **button: object) -> str | None:
        (said,) = staff.presses(ana, htmx=True, **button).elements("div", class_="alert")
        return dict(said.attributes).get("data-undo")

    back = undo(kay, went_on="2026-03-02")
    went = ana.attendances.get()
    assert back == undo(kay, went_on="2026-03-02") == f"take_back={went.pk}"
    assert undo(lou, went_on="2026-03-02") is None, "it is Kay's"
    at("2026-03-02 12:10")
    assert undo(kay, went_on="2026-03-02") is None, "nobody sends a press again after so long"
    assert undo(kay, take_back=went.pk) == undo(kay, take_back=went.pk) == f"put_back={went.pk}"
    assert undo(lou, take_back=went.pk) is None
    assert undo(kay, put_back=went.pk) == f"take_back={went.pk}"
    assert undo(kay, put_back=went.pk) is None
    undo(kay, take_back=went.pk)
    assert undo(kay, did_not_go="1") == undo(kay, did_not_go="1") == "ask_again=1"
    assert undo(lou, did_not_go="1") is None
    assert undo(kay, ask_again="1") == "did_not_go=1"
    assert undo(kay, ask_again="1") is None


def test_undoing_a_slip_of_the_hand_leaves_what_others_have_told_since(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    """Delete strikes out whatever stands in a cell; Ctrl+Z is of one's own last press alone."""
    kay.presses(ana, week="2026-02-23", went_on="2026-02-24", meeting="lantern")
    went = ana.attendances.get()
    told = kay.presses(ana, htmx=True, week="2026-02-23", take_back=went.pk, undone="1")
    assert told.notices == ["Ana Madeup, 24 February 2026: taken back."]
    went.refresh_from_db()
    assert went.void_reason == UNDONE
    kay.presses(ana, week="2026-02-23", put_back=went.pk)
    recording.record(
        client=ana,
        attended_on=went.attended_on,
        source=Source.CLIENT,
        meeting=lantern,
        by=cast.BY,
        now=cast.NOW,
    )
    before = everything()
    held = kay.presses(ana, htmx=True, week="2026-02-23", take_back=went.pk, undone="1")
    assert held.notices == [
        "Error: Others have told of this meeting since: strike it out on the client's page, and say why."
    ]
    assert everything() == before


def test_a_press_from_the_page_of_somebody_who_has_left_writes_nothing(
    kay: Staff, lou: Staff, ana: Client
) -> None:
    """Kay's page is still open, and Lou has signed in at the same computer."""
    before = everything()
    page = lou.presses(ana, htmx=True, went_on="2026-03-02", by=kay.user.pk)
    assert (page.status, page.html) == (
        409,
        "You are signed in as Lou Farrow, and this was pressed on somebody else's page.",
    )
    assert lou.presses(ana, went_on="2026-03-02", by=kay.user.pk).notices == [f"Error: {page.html}"]
    assert everything() == before
    assert entries(lou.presses(ana, went_on="2026-03-02", who="all", by=lou.user.pk)) == ["Went"]


def test_the_field_of_the_row_counts_and_not_the_one_of_another(
    kay: Staff, ana: Client, ben: Client, lantern: Meeting
) -> None:
    """Without the script the whole page is one form."""
    typed = {f"meeting-{ana.pk}": "lantern", f"meeting-{ben.pk}": "nowhere"}
    page = kay.presses(ana, week="2026-02-23", went_on="2026-02-24", **typed)
    assert page.notices == ["Ana Madeup, 24 February 2026: recorded at Lantern Street."]


def test_a_press_stays_where_it_was_made(kay: Staff, ana: Client) -> None:
    page = kay.presses(ana, went_on="2026-03-02", who="mine", q="ana", sort="last", standing="lapsed")
    assert page.went_to == (
        f"/riverside/register/?week=2026-03-02&who=mine&q=ana&standing=lapsed&sort=last#client-{ana.pk}"
    )
