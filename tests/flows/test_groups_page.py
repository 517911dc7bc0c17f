"""Kay looks through the groups near Riverside: by name, kind, day and way, and sees when each is next held."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.fellowships import fellowship_named
from attendance.directory.kinds import AttendanceOption, FeedFormat
from attendance.directory.models import Feed, Meeting
from clinic.models import Clinic
from tests import cast
from tests.flows.browsing import Page, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def near(db: None) -> list[Meeting]:
    """Five meetings near Riverside, told of in no order; today is a Monday, at noon."""
    at = {"starts_at": time(19)}
    return [
        cast.a_meeting("sunday", name="Sunday Rest", day=6, **at),
        cast.a_meeting("early", name="Monday Early", day=0, starts_at=time(8)),
        cast.a_meeting(
            "tuesday", name="Lantern Street", day=1, address="1 Lantern Street, Leeds", types=["O", "X"], **at
        ),
        cast.a_meeting("smart", "SMART Recovery", name="Quay Side", day=1, starts_at=time(10)),
        cast.a_meeting("hour", name="By arrangement"),
    ]


def names(page: Page) -> list[str]:
    return page.texts("h2", class_="group-name")


def told(page: Page, name: str) -> str:
    return next(text for text in page.texts("li", class_="group-row") if text.startswith(name))


def test_they_come_in_the_order_of_the_week_from_now_on(kay: Staff, near: list[Meeting]) -> None:
    cast.a_meeting("late", name="Monday Late", day=0, starts_at=time(20))
    page = kay.opens("groups")
    ahead = ["Monday Late", "Quay Side", "Lantern Street", "Sunday Rest"]
    assert names(page) == [*ahead, "Monday Early", "By arrangement"]
    assert "Tue 19:00 Next on Tuesday 3 March 2026" in told(page, "Lantern Street")
    assert "Next on Monday 9 March 2026" in told(page, "Monday Early"), "this morning's is over"
    assert "by appointment Ask the group when" in told(page, "By arrangement")
    assert "https://www.openstreetmap.org/search?query=1%20Lantern%20Street%2C%20Leeds" in page.links


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "lant"}, ["Lantern Street"]),
        ({"q": "tue"}, ["Quay Side", "Lantern Street"]),
        ({"kind": "secular"}, ["Quay Side"]),
        ({"day": "6"}, ["Sunday Rest"]),
        ({"wheelchair": "on"}, ["Lantern Street"]),
        ({"how": "online"}, []),
        ({"q": "tue", "kind": "twelve_step"}, ["Lantern Street"]),
        # What cannot be is left out, and the address answers all the same.
        ({"day": "9", "kind": "cheese", "how": "by boat", "fellowship": "x", "page": "-1"}, None),
        ({"q": "\0" * 3}, None),
        ({"q": "x" * 101}, None),
    ],
)
def test_they_are_narrowed_down(
    kay: Staff, near: list[Meeting], asked: dict[str, Any], found: list[str] | None
) -> None:
    page = kay.opens("groups", **asked)
    assert page.status == 200
    assert names(page) == (names(kay.opens("groups")) if found is None else found)
    assert ("No meeting found" in page.text) is (found == [])


def test_what_goes_on_past_midnight_is_on_both_days(kay: Staff) -> None:
    for slug, ends_at in (
        ("candlelight", time(0, 30)),
        ("till-midnight", time(0)),
        ("evening", time(23, 30)),
    ):
        cast.a_meeting(slug, day=6, starts_at=time(22, 30), ends_at=ends_at)
    assert set(names(kay.opens("groups", day="6"))) == {"Candlelight", "Till-midnight", "Evening"}
    assert names(kay.opens("groups", day="0")) == ["Candlelight"]
    assert names(kay.opens("groups", day="1")) == []


def test_those_of_one_fellowship(kay: Staff, near: list[Meeting]) -> None:
    smart = fellowship_named("SMART Recovery")
    assert names(kay.opens("groups", fellowship=smart.pk)) == ["Quay Side"]


def test_what_is_not_near_is_left_out_unless_asked_for_and_online_is_near(kay: Staff) -> None:
    for slug, option in (("far", AttendanceOption.IN_PERSON), ("on-line", AttendanceOption.ONLINE)):
        meeting = cast.a_meeting(slug, day=2, starts_at=time(20), attendance_option=option)
        Meeting.objects.filter(pk=meeting.pk).update(time_zone="America/New_York")
    assert names(kay.opens("groups")) == ["On-line"]
    assert names(kay.opens("groups", everywhere="on")) == ["Far", "On-line"]


def test_those_that_rest_come_last_and_those_that_have_left_not_at_all(
    kay: Staff, near: list[Meeting]
) -> None:
    Meeting.objects.filter(slug="early").update(attendance_option=AttendanceOption.INACTIVE)
    Meeting.objects.filter(slug="sunday").update(closed_on=cast.TODAY)
    page = kay.opens("groups")
    assert names(page) == ["Quay Side", "Lantern Street", "By arrangement", "Monday Early"]
    assert "Not meeting at present" in told(page, "Monday Early")


def test_a_list_that_was_not_read_for_two_weeks_is_told_of(kay: Staff) -> None:
    of = {"format": FeedFormat.MEETING_GUIDE, "fellowship": fellowship_named("AA")}
    for name, read, zone in (
        ("Leeds list", 1, "Europe/London"),
        ("New list", 28, "Europe/London"),
        ("Far list", 1, "America/New_York"),
    ):
        read_at = datetime(2026, 2, read, tzinfo=UTC)
        Feed.objects.create(name=name, time_zone=zone, last_read_at=read_at, **of)
    (warned,) = kay.opens("groups").texts("div", class_="alert-warning")
    assert "Leeds list (1 February 2026)" in warned
    assert "New list" not in warned
    assert "Far list" not in warned


def a_failing_feed(name: str, **other: Any) -> Feed:
    return Feed.objects.create(
        **{
            "name": name,
            "format": FeedFormat.MEETING_GUIDE,
            "fellowship": fellowship_named("AA"),
            "time_zone": "Europe/London",
            "last_read_at": datetime(2026, 3, 1, tzinfo=UTC),
            "failing_since": datetime(2026, 2, 28, 2, 30, tzinfo=UTC),
            "failures": 3,
            "failure": "https://lists.example/leeds answered 503 Service Unavailable.",
            **other,
        }
    )


def test_a_list_that_cannot_be_read_is_told_of_with_since_when(kay: Staff, other_clinic: Clinic) -> None:
    a_failing_feed("Leeds list")
    a_failing_feed("York list", held=True)
    a_failing_feed("Far list", time_zone="America/New_York")
    a_failing_feed("Their list", time_zone="America/New_York", kept_by=other_clinic)
    a_failing_feed("Our list", time_zone="America/New_York", kept_by=kay.clinic)
    (warned,) = kay.opens("groups").texts("div", class_="alert-warning")
    assert warned == (
        "Warning: Cannot be read at present, so that what is new is missing: Leeds list (since 28 February 2026); "
        "Our list (since 28 February 2026); York list (since 28 February 2026; it waits for an administrator to look "
        "at it)."
    )


def test_lists_that_are_stale_or_fail_cost_one_query_however_many(kay: Staff) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            kay.opens("groups")
        return len(queries)

    price()
    none = price()
    for number in range(20):
        a_failing_feed(f"List {number}", last_read_at=datetime(2026, 1, number + 1, tzinfo=UTC))
    assert len(kay.opens("groups").texts("div", class_="alert-warning")) == 2
    assert price() == none


def test_fifty_stand_on_a_page_and_cost_what_one_costs(kay: Staff) -> None:
    def price(**asked: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            page = kay.opens("groups", **asked)
        return len(names(page)), len(queries)

    cast.a_meeting("first", day=0, starts_at=time(19))
    one, for_one = price()
    for number in range(51):
        cast.a_meeting(f"more-{number}", day=number % 7, starts_at=time(number % 24))
    fifty, for_fifty = price()
    assert (one, fifty) == (1, 50)
    assert for_fifty == for_one
    assert price(page="2")[0] == 2


def test_a_meeting_has_its_own_page(kay: Staff, near: list[Meeting]) -> None:
    list_of = Feed.objects.create(
        name="Leeds list",
        format=FeedFormat.MEETING_GUIDE,
        fellowship=fellowship_named("AA"),
        time_zone="Europe/London",
        last_read_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    told = {
        "name": "Harbour",
        "feed": list_of,
        "fingerprint": "x",
        "location": "The Mission",
        "address": "2 Quay, Leeds",
        "starts_at": time(19),
    }
    friday = cast.a_meeting("friday", day=4, **told)
    tuesday = cast.a_meeting(
        "tuesday-2",
        day=1,
        weeks=[1, 3],
        ends_at=time(20, 30),
        city="Leeds",
        notes="Ring the bell.\nTwice.",
        conference_url="https://meet.example/harbour",
        types=["O", "X", "QQ"],
        **told,
    )
    assert kay.address("group", tuesday.pk) in kay.opens("groups").links
    page = kay.opens("group", tuesday.pk)
    for words in (
        "1st and 3rd Tue 19:00 to 20:30",
        "Tuesday 3 March 2026 Tuesday 17 March 2026 Tuesday 7 April 2026 Tuesday 21 April 2026",
        "Also held Fri 19:00",
        "In person",
        "The Mission",
        "Ring the bell. Twice.",
        "Open, Wheelchair Access, QQ",
        "Leeds list, read 1 March 2026",
        "Leeds list:tuesday-2",
    ):
        assert words in page.text
    assert kay.address("group", friday.pk) in page.links
    assert "https://meet.example/harbour" in page.links


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"closed_on": cast.TODAY}, "It left its list on 2 March 2026, and is offered to nobody."),
        (
            {"attendance_option": AttendanceOption.INACTIVE},
            "Not meeting at present: it is offered to nobody.",
        ),
    ],
)
def test_one_that_is_not_offered_says_so_and_no_next_day(
    kay: Staff, near: list[Meeting], change: dict[str, Any], words: str
) -> None:
    early = Meeting.objects.get(slug="early")
    assert "offered to nobody" not in kay.opens("group", early.pk).text
    Meeting.objects.filter(pk=early.pk).update(**change)
    page = kay.opens("group", early.pk)
    assert page.notices == [f"Warning: {words}"]
    assert "9 March" not in page.text


def test_no_meeting_has_no_page(kay: Staff) -> None:
    assert kay.opens("group", 0).status == 404
    assert kay.opens("group", 10**30).status == 404


def test_the_page_of_a_meeting_costs_the_same_however_often_it_is_held(kay: Staff) -> None:
    def price(meeting: Meeting) -> tuple[int, int]:
        to = kay.address("group", meeting.pk)
        with CaptureQueriesContext(connection) as queries:
            page = kay.goes_to(to)
        return sum("/groups/" in link for link in page.links), len(queries)

    at = {"name": "Harbour", "location": "The Mission", "starts_at": time(19)}
    meeting = cast.a_meeting("harbour-0", day=0, **at)
    price(meeting)
    links, queries = price(meeting)
    for day in range(1, 7):
        cast.a_meeting(f"harbour-{day}", day=day, **at)
    assert price(meeting) == (links + 6, queries)
