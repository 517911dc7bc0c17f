"""Ada looks after the lists of meetings: she uploads one, sees what it would change, and takes it in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Feed, FeedPreview, Meeting
from attendance.directory.upkeep import keeping
from clinic.actors import Actor
from clinic.models import Clinic, Role
from tests import cast
from tests.attendance.directory.lists import a_record, take_in
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.feeds import ADDRESS, a_feed, a_file, decides, many, uploads
from tests.tables import everything

pytestmark = pytest.mark.django_db

MARKED = "<script>alert('x')</script>"


def section(page: Page, title: str) -> str:
    return next(text for text in page.texts("section", class_="card") if text.startswith(title))


def test_from_an_upload_to_the_groups_page(mo: Staff, riverside: Clinic) -> None:
    """Mo is a manager, and so sees the groups as well."""
    empty = mo.opens("groups")
    assert "No meetings yet" in empty.texts("h2")
    assert mo.address("feed_new") in empty.links
    lists = mo.opens("feeds")
    assert lists.texts("h2") == ["No lists yet"]

    seen = uploads(mo, a_file(*many(2), a_record("broken", day="Someday")))
    assert seen.status == 200
    assert seen.texts("h1") == ["What leeds would change"]
    assert "Nothing has been changed yet. Read today at 12:00 by mo, for the first time." in seen.text
    assert section(seen, "New").startswith(
        "New 2 The directory has none of them yet. Monday Lunch Mon 12:30 to 13:30"
    )
    assert "broken its day 'Someday' is no day of the week" in section(seen, "Left out 1")
    for words in (
        "3 meetings in the list",
        "Format Meeting Guide JSON",
        "Read by itself no: when somebody asks",
    ):
        assert words in seen.text
    assert not Meeting.objects.exists()

    done = decides(mo)
    assert done.went_to == mo.address("feeds")
    assert done.notices == ["“leeds” is taken in: 2 new."]
    (row,) = done.texts("li", class_="feed-row")
    for words in (
        "Read when asked",
        "Narcotics Anonymous · Meeting Guide JSON · Europe/London",
        "Open meetings 2 Last read today at 12:00 Next turn when somebody asks Kept by Riverside",
        "Read from leeds.json",
    ):
        assert words in row
    assert len(mo.opens("groups").texts("h2", class_="group-name")) == 2


def test_what_changes_is_told_from_what_to_what(ada: Staff) -> None:
    a_feed(count=3)
    take_in(*many(2), now=cast.NOW - timedelta(days=2))
    page = uploads(ada, a_file(a_record("meeting-000", time="13:00"), a_record("meeting-002")))
    assert "When from Mon 12:30 to 13:30 → to Mon 13:00 to 13:30" in section(page, "Changed 1")
    assert "Monday Lunch" in section(page, "Coming back 1")
    assert "Monday Lunch" in section(page, "Closing 1")
    assert decides(ada).notices == ["“leeds” is taken in: 1 changed, 1 back again, 1 closed."]


def test_where_nothing_would_change_it_says_so(ada: Staff) -> None:
    a_feed()
    page = uploads(ada, a_file(*many(2)))
    assert "Nothing would change" in page.texts("h2")
    assert decides(ada).notices == ["“leeds” is taken in: no meeting was changed."]
    assert Feed.objects.get().last_read_at == cast.NOW


def test_put_aside_nothing_is_changed(ada: Staff) -> None:
    a_feed()
    before = everything()
    uploads(ada, a_file(a_record()))
    (waiting,) = ada.opens("feeds").texts("ul", class_="off-list")
    assert waiting == "leeds read by ada today at 12:00; it changes nothing until somebody takes it in"
    assert decides(ada, "put_aside").notices == ["“leeds” is put aside, and nothing was changed."]
    after = everything()
    assert {name for name in after if after[name] != before[name]} == {"clinic.AuditEntry"}


def test_most_of_a_list_is_closed_only_with_the_tick(ada: Staff) -> None:
    a_feed(count=20)
    page = uploads(ada, a_file(*many(9)))
    warning = (
        "11 of the 20 open meetings are missing this time, which looks more like a fault than like a week."
    )
    assert page.notices == [f"Warning: {warning}"]
    refused = decides(ada)
    assert refused.status == 422
    assert "Most of the list would be closed. Look at those that are closing" in refused.text
    assert Meeting.objects.open().count() == 20
    assert decides(ada, accept_closing="on").notices == ["“leeds” is taken in: 11 closed."]


def test_where_the_directory_has_changed_since_it_is_shown_anew(ada: Staff) -> None:
    a_feed()
    uploads(ada, a_file(*many(2, name="Renamed")))
    take_in(*many(1))
    page = decides(ada)
    assert page.went_to == ada.address("feed_preview", FeedPreview.objects.get().pk)
    assert page.notices[0] == (
        "Warning: The directory has changed since you looked, so nothing was done. This is what the list would "
        "change now."
    )
    assert "Renamed" in section(page, "Coming back 1")
    assert not Meeting.objects.filter(name="Renamed").exists()
    assert decides(ada).notices == ["“leeds” is taken in: 1 changed, 1 back again."]


def test_what_was_decided_before_says_so(ada: Staff) -> None:
    uploads(ada, a_file(a_record()))
    to = ada.address("feed_preview", FeedPreview.objects.get().pk)
    decides(ada)
    before = everything()
    for page in (ada.goes_to(to), ada.sends(to, then="take_in"), ada.sends(to, then="put_aside")):
        assert page.went_to == ada.address("feeds")
        assert page.notices == [
            "This reading is not here any more: it was taken in or put aside, or it is older than a day."
        ]
    assert everything() == before


def test_long_lists_unfold_and_say_what_is_left_out(ada: Staff) -> None:
    page = uploads(ada, a_file(*many(600)))
    (new,) = page.elements("section", id="added")
    shown = Page.of_element(new)
    assert len(shown.elements("li")) == 500
    assert len(Page.of_element(shown.elements("details")[0]).elements("li")) == 450
    assert "Show 450 more" in shown.text
    assert "And 100 more, which are not listed here." in shown.text


def test_names_from_a_list_are_shown_as_they_are_written(ada: Staff, mo: Staff) -> None:
    hostile = [
        a_record("a", name=MARKED, location=MARKED, notes=f"{MARKED} {{{{ viewer }}}}"),
        a_record(MARKED, day=MARKED),
        a_record("c", timezone=MARKED),
    ]
    a_feed("<b>leeds</b>", count=0, source="<i>.json")
    page = uploads(ada, a_file(*hostile, name="<img src=x>.json"), name="<b>leeds</b>")
    assert "What <b>leeds</b> would change" in page.texts("h1")
    assert "<script>alert" not in page.html.replace("<script src", "")
    assert page.elements("b") == page.elements("i") == page.elements("img", src="x") == []
    assert decides(ada).status == 200
    lists = ada.opens("feeds")
    assert "<b>leeds</b>" in lists.texts("h2")
    assert lists.elements("b") == lists.elements("i") == []


class TestAListThatIsThere:
    def test_it_is_read_again_from_another_file_under_its_name(self, ada: Staff) -> None:
        feed = a_feed()
        asked = ada.opens("feed_again", feed.pk)
        assert asked.texts("h1") == ["Read leeds again"]
        assert (asked.value("fellowship"), asked.value("name")) == ("Narcotics Anonymous", "leeds")
        page = ada.sends(
            ada.address("feed_again", feed.pk),
            file=a_file(*many(2), name="march.json"),
            fellowship="Al-Anon",
            time_zone="Europe/Dublin",
            name="another",
        )
        assert page.texts("h1") == ["What leeds would change"]
        assert (
            "Fellowship from Narcotics Anonymous → to Al-Anon Time zone from Europe/London → to Europe/Dublin "
            "Read from from leeds.json → to march.json"
        ) in section(page, "Other than before")
        assert decides(ada).notices == ["“leeds” is taken in: 2 changed."]

    def test_its_badge_and_its_sentence_say_how_it_is(self, ada: Staff, at: Clock) -> None:
        when = at("2026-03-02 12:00")
        failing = {"failing_since": when - timedelta(days=1), "failures": 3, "failure": "It answered 404."}
        a_feed("aylesbury", source=ADDRESS, refresh_due_at=when + timedelta(hours=15), **failing)
        held = failing | {"failure": "30 of 40 meetings are missing.", "failures": 1}
        a_feed("bath", source=ADDRESS, refresh_due_at=when - timedelta(hours=1), held=True, **held)
        a_feed("crewe", source=ADDRESS, refresh_due_at=when + timedelta(days=1))
        a_feed("derby")
        keeping.close_list(feed=a_feed("ely"), clinic=ada.clinic, by=Actor.staff(ada.user), now=when)
        rows = ada.opens("feeds").texts("li", class_="feed-row")
        for row, words in zip(
            rows,
            [
                [
                    "bath",
                    "Waits for you",
                    "Held since 1 March 2026, 12:00. 30 of 40",
                    "now, at the next turn",
                    "Look at it",
                ],
                [
                    "aylesbury",
                    "Cannot be read",
                    "Could not be read since 1 March 2026, 12:00 (3 times). It answered 404.",
                    "Read it now",
                ],
                ["crewe", "Read every night", "Next turn tomorrow at 12:00", "Stop reading it by itself"],
                [
                    "derby",
                    "Read when asked",
                    "Last read 3 days ago, on 27 February 2026",
                    "Kept by no clinic",
                ],
                ["ely", "Closed", "Open meetings 0"],
            ],
            strict=True,
        ):
            assert [word for word in words if word not in row] == []
        assert ["Read it now" in row for row in rows] == [False, True, True, False, False]
        assert ["Close this list" in row for row in rows] == [True, True, True, True, False]

    def test_reading_by_itself_is_stopped_and_started(self, ada: Staff) -> None:
        feed = a_feed(source=ADDRESS, refresh_due_at=cast.NOW)
        to = ada.address("feed_by_itself", feed.pk)
        stopped = ada.sends(to, then="stop")
        assert stopped.notices == ["“leeds” is read when somebody asks, and only then."]
        assert "Read it every night" in stopped.text
        assert ada.sends(to, then="start").notices == ["“leeds” is read by itself every night."]
        Feed.objects.update(source="leeds.json", refresh_due_at=None)
        assert "has no address to read it from" in ada.sends(to, then="start").notices[0]

    def test_it_is_closed_after_asking(self, ada: Staff) -> None:
        feed = a_feed()
        to = ada.address("feed_close", feed.pk)
        assert to in ada.opens("feeds").links
        asked = ada.goes_to(to)
        assert asked.texts("h1") == ["Close a list: leeds"]
        assert (
            "This closes its 2 open meetings for every clinic: nobody is offered them any more" in asked.text
        )
        assert Meeting.objects.open().count() == 2
        done = ada.sends(to, then="close")
        assert done.notices == ["“leeds” is closed. Its 2 open meetings are offered to nobody any more."]
        assert (Meeting.objects.open().count(), Meeting.objects.count()) == (0, 2)

    def test_another_clinics_is_seen_and_not_touched(self, ada: Staff, hillside: Clinic) -> None:
        feed = a_feed(source=ADDRESS, kept_by=hillside, refresh_due_at=cast.NOW)
        (row,) = ada.opens("feeds").elements("li", class_="feed-row")
        assert "Kept by Hillside" in Page.of_element(row).text
        assert Page.of_element(row).elements("form") == []
        before = everything()
        said = "“leeds” is looked after by Hillside: only they change it."
        for name, then in (("now", "read"), ("by_itself", "stop"), ("close", "close")):
            assert said in ada.sends(ada.address(f"feed_{name}", feed.pk), then=then).notices[0]
        assert said in ada.opens("feed_again", feed.pk).notices[0]
        assert uploads(ada, a_file(a_record())).faults == [f"Name of the list – The list {said}"]
        assert everything() == before


def test_keyworkers_are_not_offered_what_they_may_not_do(kay: Staff, mo: Staff, at: Clock) -> None:
    assert "An administrator or manager adds the lists" in kay.opens("groups").text
    a_feed()
    at("2026-03-30 12:00")
    lists = kay.address("feeds")
    assert [lists in one.opens("groups").links for one in (kay, mo)] == [False, True]
    assert lists in mo.opens("settings").links


def test_another_clinics_reading_is_nowhere(ada: Staff, hillside: Clinic) -> None:
    hope = Staff(cast.a_keyworker(hillside, "hope", Role.ADMINISTRATOR), hillside)
    uploads(hope, a_file(a_record()))
    reading = FeedPreview.objects.get()
    before = everything()
    for page in (
        ada.opens("feed_preview", reading.pk),
        ada.sends(ada.address("feed_preview", reading.pk), then="take_in"),
    ):
        assert "not here any more" in page.notices[0]
    assert "leeds" not in ada.opens("feeds").text
    assert everything() == before


def test_what_there_is_not_has_no_page(ada: Staff) -> None:
    for number in (0, 10**30):
        for name in ("feed_again", "feed_now", "feed_by_itself", "feed_close"):
            assert ada.opens(name, number).status == 404
        assert ada.opens("feed_preview", number).went_to == ada.address("feeds")


def test_the_page_costs_the_same_for_1_and_for_25_lists(ada: Staff) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ada.opens("feeds").status == 200
        return len(queries)

    a_feed("first")
    uploads(ada, a_file(a_record()), name="first")
    price()
    for_one = price()
    for number in range(24):
        a_feed(f"list {number}", kept_by=ada.clinic)
        uploads(ada, a_file(a_record()), name=f"list {number}")
    assert len(ada.opens("feeds").texts("li", class_="feed-row")) == 25
    assert price() == for_one <= 9
