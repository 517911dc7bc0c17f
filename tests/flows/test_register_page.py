"""Kay's Register as a page: whose weeks, which of them and in which order, and what each cell says."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test.html import Element

from attendance.directory.models import Meeting
from attendance.register.days import Went
from attendance.register.models import Answer, Source
from attendance.register.pausing import check_in
from attendance.register.recording import record, record_many
from attendance.standing import strips
from clinic import episodes
from clinic.events import gathered
from clinic.models import Client, Clinic, ClosedReason, Episode, Phase
from tests import cast
from tests.flows.browsing import Clock, Page, Staff

pytestmark = pytest.mark.django_db


def test_the_week_shows_who_is_expected_and_which_days_can_be_pressed(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    kay.presses(ana, went_on="2026-02-24", meeting="lantern", week="2026-02-23")
    kay.does("pause", ana, starts_on="2026-03-04", ends_on="2026-03-05", kind="holiday")
    cast.a_client(ana.clinic, "N1", "2026-03-01", first_name="New", keyworker=kay.user)
    moved = cast.a_client(ana.clinic, "M1", first_name="Moved", keyworker=kay.user)
    episodes.close(client=moved, closed_on=cast.TODAY, reason=ClosedReason.MOVED, by=cast.BY, now=cast.NOW)

    now = kay.opens("register")
    assert now.texts("th", scope="row") == ["Ana Madeup", "New"]
    assert len(now.elements("button", name="went_on")) == 2
    assert len(now.elements("td", class_="is-paused")) == 2
    (offered,) = now.elements("datalist", id="known")
    assert [dict(one.attributes)["value"] for one in offered.children] == [
        "Lantern Street · Tue 19:00 · Lantern Hall · [:lantern]"
    ]
    assert "Later" not in now.text

    last = kay.opens("register", week="2026-02-25")
    assert "Week of 23 February 2026" in last.text
    assert last.texts("th", scope="row") == ["Ana Madeup", "New"]
    assert len(last.elements("button", name="went_on")) == 7 + 1
    assert len(kay.opens("register", week="2025-12-29").elements("tr")) == 0


def test_mo_looks_on(mo: Staff, kay: Staff, ana: Client) -> None:
    kay.presses(ana, went_on="2026-03-02")
    page = mo.opens("register")
    assert page.texts("button", name="take_back") == ["Went"]
    assert all("disabled" in dict(one.attributes) for one in page.elements("button", name="take_back"))
    assert page.elements("button", name="went_on") == []
    assert page.elements("input", name=f"meeting-{ana.pk}") == []
    assert page.elements("script", src="/static/js/register.js") == []


def test_the_last_column_says_what_the_week_came_to(kay: Staff, ana: Client, riverside: Clinic) -> None:
    def week(of: str = "2026-02-23") -> str:
        (box,) = Page.of_element(kay.opens("register", week=of).elements("td")[-1]).elements(
            "span", class_="week-box"
        )
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
        drawn = page.elements("td")[-1]
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


def called(page: Page, button: Element) -> str:
    """What a screen reader calls a button whose name is put together from words elsewhere on the page."""
    held = dict(button.attributes)
    return " ".join(" ".join(page.texts(id=one)) for one in (held["aria-labelledby"] or "").split())


def test_each_button_says_whose_day_it_is_about(kay: Staff, ana: Client, lantern: Meeting) -> None:
    kay.presses(ana, went_on="2026-02-24", meeting="lantern", week="2026-02-23")
    now = kay.opens("register", week="2026-02-23")
    (went,) = now.elements("button", name="take_back")
    assert called(now, went) == "Ana Madeup Lantern Street on Tuesday 24 February: take back"
    assert dict(went.attributes)["title"] == "Lantern Street, Tue 19:00. Keyworker (kay), 2 Mar at 12:00."
    before = kay.opens("register", week="2026-02-16")
    add = before.elements("button", name="went_on")
    assert called(before, add[0]) == "Ana Madeup went on Monday 16 February"
    assert called(before, add[1]) == "Ana Madeup went on Tuesday 17 February , Lantern Street"


def test_did_not_go_is_told_apart_from_nothing_recorded_by_words_and_says_who_noted_it(
    kay: Staff, ana: Client, ben: Client
) -> None:
    kay.presses(ana, did_not_go="1", week="2026-02-23")
    page = kay.opens("register", week="2026-02-23")
    _, anas, bens = page.elements("tr")
    assert Page.of_element(anas).texts("strong", class_="register-did-not") == ["Did not go"]
    (mark,) = Page.of_element(anas).elements("strong", class_="register-did-not")
    assert dict(mark.attributes)["title"] == "Keyworker (kay), 2 Mar at 12:00."
    assert Page.of_element(bens).texts("strong", class_="register-did-not") == []
    assert "Nothing recorded" in Page.of_element(bens).text
    assert "Nothing recorded" not in Page.of_element(anas).text
    kay.presses(ana, went_on="2026-02-24", week="2026-02-23")
    assert kay.opens("register", week="2026-02-23").texts("strong", class_="register-did-not") == [], (
        "a meeting says more"
    )


def who(page: Page) -> list[str]:
    return [text.split()[0] for text in page.texts("th", scope="row")]


def test_the_list_is_narrowed_by_name_phase_standing_and_what_is_missing(
    kay: Staff, ana: Client, ben: Client
) -> None:
    kay.presses(ben, went_on="2026-02-24", week="2026-02-23")
    episodes.change_phase(
        episode=episodes.latest_episode(ben),
        phase=Phase.COMPLETED,
        changed_on=cast.TODAY,
        by=cast.BY,
        now=cast.NOW,
    )
    week = {"week": "2026-02-23"}
    assert who(kay.opens("register", **week)) == ["Ana", "Ben"]
    assert who(kay.opens("register", q="made an", **week)) == ["Ana"]
    assert who(kay.opens("register", q="b1", **week)) == ["Ben"]
    assert who(kay.opens("register", phase="completed", **week)) == ["Ben"]
    assert who(kay.opens("register", standing="not_started", **week)) == ["Ana"]
    assert who(kay.opens("register", missing="1", **week)) == ["Ana"]
    check_in(
        client=ana,
        week=cast.day("2026-02-23"),
        answer=Answer.DID_NOT_GO,
        source=Source.CLIENT,
        by=cast.BY,
        now=cast.NOW,
    )
    nobody = kay.opens("register", missing="1", **week)
    assert (who(nobody), "Nobody found" in nobody.text) == ([], True)
    assert who(kay.opens("register", phase="?", standing="?", sort="?", missing="?", **week)) == [
        "Ana",
        "Ben",
    ]
    held = kay.opens("register", q="\0made", sort="last", **week)
    assert [held.value(name) for name in ("q", "week")] == ["made", "2026-02-23"]
    (earlier,) = (dict(one.attributes)["href"] or "" for one in held.elements("a", rel="prev"))
    assert {"week=2026-02-16", "sort=last"} <= set(earlier[1:].split("&")), "kept from week to week"


def test_the_list_is_sorted_as_asked(kay: Staff, ana: Client, ben: Client) -> None:
    cara = cast.a_client(ana.clinic, "C1", first_name="Cara", keyworker=kay.user)
    kay.presses(ana, went_on="2026-02-24", week="2026-02-23")
    kay.presses(cara, went_on="2026-02-03", week="2026-02-02")

    def order(sort: str, week: str = "2026-02-23") -> list[str]:
        return who(kay.opens("register", sort=sort, week=week))

    assert order("name") == ["Ana", "Ben", "Cara"]
    assert order("missing") == ["Ben", "Cara", "Ana"]
    assert order("missing", "2026-02-02") == ["Ana", "Ben", "Cara"]
    assert order("last") == ["Ben", "Cara", "Ana"]
    assert order("standing") == ["Ben", "Cara", "Ana"]
    notes = {
        sort: kay.opens("register", sort=sort, week="2026-02-23").texts("small")
        for sort in ("standing", "last")
    }
    assert notes == {
        "standing": ["5 weeks missed", "3 weeks missed", "0 weeks missed"],
        "last": ["no meeting yet", "last on 3 February 2026", "last on 24 February 2026"],
    }


def test_one_goes_back_as_far_as_the_first_intake_and_jumps_to_any_week_between(
    kay: Staff, ana: Client
) -> None:
    first = kay.opens("register", week="2026-01-07")
    assert "Week of 5 January 2026" in first.text
    assert ("Earlier" in first.text, "Later" in first.text) == (False, True)
    (jump,) = first.elements("input", id="week")
    held = dict(jump.attributes)
    assert (held["value"], held["min"], held["max"]) == ("2026-01-05", "2026-01-07", "2026-03-02")
    assert len(first.elements("button", name="went_on")) == 5, "from the day of intake"
    assert "Week of 2 March 2026" in kay.opens("register", week="2026-06-01").text


def test_every_one_of_three_hundred_is_found_and_a_page_of_fifty_is_light(
    kay: Staff, lantern: Meeting
) -> None:
    """Names as long as people's are, each with a meeting in the week and one more that a press would record."""
    long = cast.a_meeting(
        "early", name="Quayside Early Risers", day=2, starts_at="07:30", location="Old Ferry"
    )
    told = {"clinic": kay.clinic, "last_name": "Featherstone", "keyworker": kay.user, "created_at": cast.NOW}
    clients = Client.objects.bulk_create(
        Client(reference=f"R{nth:03}", first_name=f"Bartholomew{nth:03}", **told) for nth in range(300)
    )
    Episode.objects.bulk_create(
        Episode(clinic=kay.clinic, client=client, intake_on=cast.day("2026-01-07")) for client in clients
    )
    went = [
        Went(client, cast.day(day), Source.KEYWORKER, meeting)
        for client in clients[:50]
        for meeting, day in ((lantern, "2026-02-17"), (long, "2026-02-18"), (lantern, "2026-02-24"))
    ]
    record_many(clinic=kay.clinic, reports=went, by=cast.BY, now=cast.NOW)
    page = kay.opens("register", week="2026-02-23")
    assert len(page.texts("th", scope="row")) == len(page.texts("button", name="take_back")) == 50
    assert page.texts("button", name="went_on").count("Quayside Early Risers") == 50
    assert len(page.html.encode()) < 100_000
    assert "Page 1 of 6, 1 to 50 of 300 clients" in page.text
    found = [name for nth in range(1, 7) for name in who(kay.opens("register", page=str(nth)))]
    assert len(set(found)) == 300
    assert who(kay.opens("register", q="bartholomew299")) == ["Bartholomew299"]
    assert who(kay.opens("register", q="R299")) == ["Bartholomew299"]


def test_an_open_page_learns_what_others_recorded_since_and_nothing_else(
    kay: Staff, mo: Staff, ana: Client, ben: Client, hugo: Client
) -> None:
    page = kay.opens("register", week="2026-02-23")
    held = {
        (dict(row.attributes)["id"] or "").removeprefix("client-"): dict(row.attributes)["data-is"]
        for row in page.elements("tr")
        if dict(row.attributes).get("id")
    }
    assert set(held) == {f"{ana.pk}", f"{ben.pk}"}
    seen = ",".join(f"{pk}:{version}" for pk, version in held.items())
    assert kay.opens("register_news", week="2026-02-23", seen=seen).status == 204

    cast_record = {"source": Source.SLIP, "by": cast.BY, "now": cast.NOW}
    record(client=ben, attended_on=cast.day("2026-02-25"), **cast_record)  # type: ignore[arg-type]
    record(client=ana, attended_on=cast.day("2026-03-02"), **cast_record)  # type: ignore[arg-type]
    news = kay.opens("register_news", week="2026-02-23", seen=f"{seen},{hugo.pk}:0,x:1,y")
    assert [dict(row.attributes)["id"] for row in news.elements("tr")] == [f"client-{ben.pk}"]
    assert news.texts("button", name="take_back") == ["Went"]
    assert [dict(cell.attributes)["data-on"] for cell in news.elements("td")] == ["3", "8"]
    shown = mo.opens("register_news", week="2026-02-23", seen=seen)
    assert all("disabled" in dict(one.attributes) for one in shown.elements("button", name="take_back"))
    assert kay.opens("register_news").status == 204


def test_a_meeting_is_suggested_of_that_day_alone_and_what_the_client_knows_at_first(
    kay: Staff, ana: Client, lantern: Meeting
) -> None:
    cast.a_meeting("bell", name="Bell Lane", day=1, starts_at="12:00", location="Northgate")
    cast.a_meeting("lamp", name="Lamplighters", day=1, starts_at="08:00")
    cast.a_meeting("quay", name="Lakeside", day=5, starts_at="11:00")
    cast.a_meeting("asked", name="Lonely hours")
    kay.presses(ana, went_on="2026-02-17", meeting="lantern", week="2026-02-16")

    def suggested(typed: str, on: str = "2026-02-24") -> list[str]:
        page = kay.opens("register_meetings", ana, on=on, q=typed)
        return [dict(one.attributes)["data-name"] or "-" for one in page.elements("li")]

    assert suggested("") == ["Lantern Street", "-"]
    assert suggested("la") == ["Lantern Street", "Lamplighters", "Bell Lane", "-"]
    assert suggested("north") == ["Bell Lane", "-"]
    assert suggested("lon") == ["Lonely hours", "-"]
    assert suggested("la", "2026-02-28") == ["Lakeside", "-"]
    assert suggested("xyz") == ["-"]
    nothing = kay.opens("register_meetings", ana, on="2026-02-24", q="xyz")
    assert nothing.text == "Nothing like that on Tuesdays: only that they went no meeting named"
    assert "on=" not in kay.opens("register_meetings", ana, on="nonsense").html
