"""Kay does her Register: a press records a meeting, another takes it back, and a third puts it back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from attendance.directory.models import Meeting
from attendance.standing import strips
from clinic import episodes
from clinic.events import gathered
from clinic.models import Client, Clinic, ClosedReason
from tests import cast
from tests.flows.browsing import Clock, Page, Staff
from tests.tables import everything

pytestmark = pytest.mark.django_db

ANAS_ROW = "Ana Madeup Which meeting Ana Madeup went to"


def entries(page: Page) -> list[str]:
    """The meetings that stand in the cells."""
    return page.texts("button", class_="register-entry")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "script"])
def test_a_press_records_and_another_takes_back(
    kay: Staff, ana: Client, lantern: Meeting, htmx: bool
) -> None:
    def press(**button: object) -> Page:
        return kay.presses(ana, htmx=htmx, week="2026-02-23", who="mine", **button)

    page = press(went_on="2026-02-24", meeting="lantern")
    assert (page.status, page.notices) == (200, ["Ana Madeup, 24 February 2026: recorded at Lantern Street."])
    assert entries(page) == ["Lantern Street on Tuesday 24 February: take back"]
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
    undo = "Undo : put Lantern Street on Tuesday 24 February back"
    assert back.texts("button", class_="register-undo") == [undo]
    assert back.texts("button", name="did_not_go") == ["Did not go"], "what was taken back counts no more"
    later = kay.opens("register", week="2026-02-23")
    assert later.elements("button", class_="register-undo") == [], "it stays until the next page"
    shown = mo.opens("register", week="2026-02-23", undo=str(went.pk))
    assert shown.elements("button", class_="register-undo") == []

    restored = kay.presses(ana, htmx=htmx, week="2026-02-23", put_back=went.pk)
    assert restored.notices == ["Ana Madeup, 24 February 2026: put back."]
    assert entries(restored) == ["Lantern Street on Tuesday 24 February: take back"]
    assert restored.elements("button", class_="register-undo") == []
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
    shown = [text.partition(" Ana Madeup went")[0] for text in week.texts("button", class_="register-add")]
    assert shown == ["+"] * 7
    usual = week.texts("span", class_="register-usual")
    assert usual == ["Lantern Street", "Quay Side"]
    buttons = [dict(one.attributes)["value"] for one in week.elements("button", class_="register-add")]
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
    assert {dict(one.attributes).get("hx-swap-oob") for one in page.elements("div", class_="alerts")} == {
        "innerHTML"
    }
    assert page.value("who") == "mine"


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


def test_the_week_shows_who_is_expected_and_which_days_can_be_pressed(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.presses(ana, went_on="2026-02-24", meeting="lantern", week="2026-02-23")
    kay.does("pause", ana, starts_on="2026-03-04", ends_on="2026-03-05", kind="holiday")
    cast.a_client(ana.clinic, "N1", "2026-03-01", first_name="New", keyworker=kay.user)
    moved = cast.a_client(ana.clinic, "M1", first_name="Moved", keyworker=kay.user)
    episodes.close(client=moved, closed_on=cast.TODAY, reason=ClosedReason.MOVED, by=cast.BY, now=cast.NOW)

    now = kay.opens("register")
    assert now.texts("th", scope="row") == [ANAS_ROW, "New Which meeting New went to"]
    assert len(now.elements("button", class_="register-add")) == 2
    assert len(now.elements("td", class_="is-paused")) == 2
    (offered,) = now.elements("datalist", id=f"options-{ana.pk}")
    assert [dict(one.attributes)["value"] for one in offered.children] == [
        "Lantern Street · Tue 19:00 · Lantern Hall · [:lantern]"
    ]
    assert "Later" not in now.text

    last = kay.opens("register", week="2026-02-25")
    assert "Week of 23 February 2026" in last.text
    assert last.texts("th", scope="row") == [ANAS_ROW, "New Which meeting New went to"]
    assert len(last.elements("button", class_="register-add")) == 7 + 1
    assert len(kay.opens("register", week="2025-12-29").elements("tr")) == 0


def test_mo_looks_on(mo: Staff, kay: Staff, ana: Client) -> None:
    kay.presses(ana, went_on="2026-03-02")
    page = mo.opens("register")
    assert entries(page) == ["Went on Monday 2 March: take back"]
    assert all("disabled" in dict(one.attributes) for one in page.elements("button", class_="register-entry"))
    assert page.elements("button", class_="register-add") == []
    assert page.elements("form", id=f"row-{ana.pk}") == []


def test_an_address_of_a_press_opened_by_itself_leads_to_the_register(kay: Staff, ana: Client) -> None:
    assert kay.opens("register_row", ana).went_to == "/riverside/register/"


def test_the_last_column_says_what_the_week_came_to(kay: Staff, ana: Client, riverside: Clinic) -> None:
    def week(of: str = "2026-02-23") -> str:
        (box,) = Page.of_element(
            kay.opens("register", week=of).elements("td", class_="register-total")[0]
        ).elements("span", class_="week-box")
        return next(name for name in (dict(box.attributes)["class"] or "").split() if name != "week-box")

    assert (week(), week("2026-03-02")) == ("week-unknown", "week-open")
    kay.does("pause", ana, starts_on="2026-02-28", ends_on="2026-03-01", kind="holiday")
    assert week() == "week-paused"
    kay.presses(ana, did_not_go="1", week="2026-02-23")
    assert week() == "week-paused", "a pause excuses, whatever was said of the week"
    kay.does("log", ana, attended_on="2026-02-24", source="client")
    assert week() == "week-met"
    kay.does("log", ana, attended_on="2026-02-17", source="client")
    riverside.meetings_per_week = 2
    riverside.save()
    assert (week(), week("2026-02-16")) == ("week-paused", "week-short")
    riverside.count_self_reports = False
    riverside.save()
    assert week("2026-02-16") == "week-unknown"


def test_the_last_column_and_the_clients_page_say_the_same_of_every_week(
    kay: Staff, ana: Client, riverside: Clinic
) -> None:
    """One rule, one home: settling in, a pause with a word about it, a running week that was told of."""
    kay.presses(ana, went_on="2026-02-11", week="2026-02-09")
    kay.presses(ana, did_not_go="1", week="2026-02-16")
    kay.presses(ana, did_not_go="1", week="2026-03-02")
    kay.does("pause", ana, starts_on="2026-02-23", ends_on="2026-02-24", kind="holiday")
    ruled = strips.strips(riverside, [ana.pk], cast.TODAY)[ana.pk]
    assert {"not_expected", "met", "none", "paused", "open"} <= {box.outcome for box in ruled}
    for box in ruled:
        page = kay.opens("register", week=box.starts_on.isoformat())
        (drawn,) = page.elements("td", class_="register-total")
        assert f"week-{box.outcome}" in str(drawn), box


def test_a_narrow_window_shows_today_or_the_day_chosen(kay: Staff, ana: Client, at: Clock) -> None:
    """The style sheet hides the other days; which one it leaves is said by the page."""

    def shown(**asked: str) -> tuple[str, str]:
        page = kay.opens("register", **asked)
        (table,) = page.elements("table")
        days = Page.of_element(page.elements("nav", class_="register-days")[0])
        names = str(dict(table.attributes)["class"]).split()
        chosen = " ".join(days.texts("a", aria_current="true"))
        return next(name for name in names if name.startswith("shows-")), chosen

    assert shown() == ("shows-1", "Mon 2 , today")
    at("2026-03-08 12:00")
    assert shown() == ("shows-7", "Sun 8 , today")
    assert shown(week="2026-02-23") == ("shows-7", "Sun 1")
    assert shown(day="2026-02-25") == ("shows-3", "Wed 25")
    assert shown(week="2026-02-23", day="2026-03-03") == ("shows-7", "Sun 1")
    assert shown(week="2026-02-23", day="nonsense") == ("shows-7", "Sun 1")
    links = kay.opens("register").links
    assert "?week=2026-03-02&day=2026-03-04&who=mine" in links
    pressed = kay.presses(ana, went_on="2026-03-04", day="2026-03-04", who="mine")
    assert pressed.went_to == (
        f"/riverside/register/?week=2026-03-02&day=2026-03-04&who=mine#client-{ana.pk}"
    )
    assert pressed.value("day") == "2026-03-04"


def test_fifty_stand_on_a_page_and_a_press_comes_back_to_it(kay: Staff) -> None:
    with transaction.atomic(), gathered():
        clients = [
            cast.a_client(kay.clinic, f"C{nth:02}", first_name=f"C{nth:02}", keyworker=kay.user)
            for nth in range(52)
        ]
    assert len(kay.opens("register").texts("th", scope="row")) == 50
    second = kay.opens("register", page="2", week="2026-02-23")
    assert [text.split()[0] for text in second.texts("th", scope="row")] == ["C50", "C51"]
    assert second.value("page") == "2"
    assert "?week=2026-02-23&day=2026-03-01&who=mine&page=1" in second.links
    pressed = kay.presses(clients[-1], went_on="2026-03-02", page="2", who="mine")
    assert pressed.went_to.endswith(f"&page=2#client-{clients[-1].pk}")
    assert "C51" in pressed.text
