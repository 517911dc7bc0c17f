"""Ada has a list read, looks at what it would change, and says the word; until then nothing is changed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.fellowships import fellowship_of
from attendance.directory.models import Feed, FeedPreview, Meeting
from attendance.directory.upkeep import keeping, previewing
from attendance.directory.upkeep.previewing import About, Given, put_aside
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Clinic, Role
from tests import cast
from tests.at_once import at_once
from tests.attendance.directory.lists import NOW, a_record, take_in
from tests.attendance.directory.readings import ADDRESS, a_list, look, many, say_yes
from tests.tables import everything

pytestmark = pytest.mark.django_db


def but_for_the_reading(rows: dict[str, Any]) -> dict[str, Any]:
    kept = ("attendance.FeedPreview", "clinic.AuditEntry")
    return {name: held for name, held in rows.items() if name not in kept}


def names(reading: FeedPreview, kind: str) -> list[str]:
    return [one["name"] for one in reading.expected[kind]]


def test_what_it_would_change_is_told_and_nothing_is_changed(clinic: Clinic, ada: Actor) -> None:
    take_in(
        a_record("same"),
        a_record("moves"),
        a_record("leaves", name="Old Hall"),
        a_record("back", name="Early"),
    )
    take_in(a_record("same"), a_record("moves"), a_record("leaves", name="Old Hall"))
    before = everything()
    reading = look(
        clinic,
        ada,
        a_list(
            a_record("same"),
            a_record("moves", time="13:00", location="The Mission"),
            a_record("back", name="Early"),
            a_record("new", name="Quay Side", day=2, latitude=0, longitude=0),
            a_record("broken", day="Someday"),
        ),
    )
    assert but_for_the_reading(everything()) == but_for_the_reading(before)
    seen = reading.expected
    assert seen["counts"] == {
        "read": 5,
        "added": 1,
        "changed": 1,
        "back": 1,
        "closing": 1,
        "unchanged": 1,
        "rejected": 1,
        "mended": 1,
        "open_before": 3,
    }
    assert seen["added"] == [
        {
            "name": "Quay Side",
            "when": "Tue 12:30 to 13:30",
            "where": "St Oswald's Hall · In person",
            "differences": [],
        }
    ]
    (moves,) = seen["changed"]
    assert [tuple(one.values()) for one in moves["differences"]] == [
        ("When", "Mon 12:30 to 13:30", "Mon 13:00 to 13:30"),
        ("Place", "St Oswald's Hall", "The Mission"),
    ]
    assert (names(reading, "back"), names(reading, "closing")) == (["Early"], ["Old Hall"])
    assert [(one["slug"], one["why"][:14]) for one in seen["rejected"]] == [("broken", "its day 'Somed")]
    assert [one["slug"] for one in seen["mended"]] == ["new"]
    assert (seen["new"], seen["collapses"]) == (False, False)
    assert reading.read_by == ada.user
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.clinic, entry.actor_name) == ("feed.previewed", clinic, "ada")


def test_the_word_does_what_the_page_said(clinic: Clinic, ada: Actor) -> None:
    reading = look(clinic, ada, a_list(*many(2)))
    assert (reading.expected["new"], reading.expected["counts"]["added"]) == (True, 2)
    assert say_yes(reading, ada, now=NOW + timedelta(hours=1)) is True
    feed = Feed.objects.get()
    assert (feed.name, feed.kept_by, feed.source, feed.format) == (
        "leeds",
        clinic,
        "leeds.json",
        "meeting-guide",
    )
    assert (feed.last_read_at, feed.refresh_due_at) == (NOW + timedelta(hours=1), None)
    assert feed.meetings.open().count() == 2
    assert not FeedPreview.objects.exists()
    assert list(AuditEntry.objects.filter(verb__startswith="feed").values_list("verb", "clinic")) == [
        ("feed.previewed", clinic.pk),
        ("feed.imported", None),
        ("feed.accepted", clinic.pk),
    ]


def test_a_second_press_is_told_that_it_is_done(clinic: Clinic, ada: Actor) -> None:
    reading = look(clinic, ada, a_list(a_record()))
    held = FeedPreview.objects.get()
    say_yes(reading, ada)
    before = everything()
    with pytest.raises(Refused, match="not here any more"):
        say_yes(held, ada)
    assert put_aside(preview=held, by=ada, now=NOW) is False
    assert everything() == before


def test_where_the_directory_has_changed_since_nothing_is_done_and_the_page_is_new(
    clinic: Clinic, ada: Actor
) -> None:
    take_in(*many(3))
    reading = look(clinic, ada, a_list(*many(3, name="Renamed")))
    take_in(*many(2), a_record("other"))
    before = everything()
    assert say_yes(reading, ada) is False
    assert but_for_the_reading(everything()) == but_for_the_reading(before)
    reading.refresh_from_db()
    assert (names(reading, "closing"), names(reading, "back")) == (["Monday Lunch"], ["Renamed"])
    assert say_yes(reading, ada) is True
    assert set(Meeting.objects.open().values_list("name", flat=True)) == {"Renamed"}


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(lambda: take_in(*many(2, name="Other")), id="the same counts, of other meetings"),
        pytest.param(lambda: take_in(*many(3), time_zone="Europe/Dublin"), id="another time zone"),
        pytest.param(lambda: Feed.objects.update(source="elsewhere.json"), id="another source"),
        pytest.param(
            lambda: Meeting.objects.filter(slug="meeting-00").update(closed_on=date(2026, 1, 6)),
            id="one that was closed",
        ),
    ],
)
def test_whatever_the_page_said_otherwise_stops_it(clinic: Clinic, ada: Actor, meanwhile: Any) -> None:
    take_in(*many(3))
    reading = look(clinic, ada, a_list(*many(3, name="Renamed")))
    meanwhile()
    before = but_for_the_reading(everything())
    assert say_yes(reading, ada) is False
    assert but_for_the_reading(everything()) == before


def test_reading_the_same_again_stops_nothing(clinic: Clinic, ada: Actor) -> None:
    take_in(*many(3), source="leeds.json")
    reading = look(clinic, ada, a_list(*many(3, name="Renamed")))
    take_in(*many(3), source="leeds.json", now=NOW + timedelta(minutes=5))
    assert say_yes(reading, ada) is True


def test_a_list_that_would_close_most_of_its_meetings_needs_the_tick(clinic: Clinic, ada: Actor) -> None:
    take_in(*many(20))
    Feed.objects.update(failing_since=NOW, failures=1, failure="most are missing", held=True)
    reading = look(clinic, ada, a_list(*many(9)))
    assert (reading.expected["collapses"], reading.expected["counts"]["closing"]) == (True, 11)
    before = everything()
    with pytest.raises(Refused, match="tick that you have") as refused:
        say_yes(reading, ada)
    assert refused.value.field == "accept_closing"
    assert everything() == before
    assert say_yes(reading, ada, accept_closing=True) is True
    feed = Feed.objects.get()
    assert feed.meetings.open().count() == 9
    assert (feed.held, feed.failures, feed.failing_since, feed.failure) == (False, 0, None, "")


def test_half_needs_none(clinic: Clinic, ada: Actor) -> None:
    take_in(*many(20))
    assert say_yes(look(clinic, ada, a_list(*many(10))), ada) is True


def test_put_aside_it_leaves_nothing(clinic: Clinic, ada: Actor) -> None:
    reading = look(clinic, ada, a_list(a_record()))
    assert put_aside(preview=FeedPreview.objects.get(), by=ada, now=NOW) is True
    assert not FeedPreview.objects.exists()
    assert not Meeting.objects.exists()
    assert AuditEntry.objects.latest("pk").verb == "feed.put_aside"
    assert reading.feed_name == "leeds"


def test_readings_do_not_pile_up(clinic: Clinic, ada: Actor, other_clinic: Clinic, hal: Actor) -> None:
    look(other_clinic, hal, a_list(a_record()))
    first = look(clinic, ada, a_list(a_record()))
    other = look(clinic, ada, a_list(a_record()), About("NA", "Europe/London", "york"))
    second = look(clinic, ada, a_list(a_record()), now=NOW + timedelta(hours=23))
    assert set(clinic.feed_previews.all()) == {other, second}, f"{first.pk} was of the same list"
    late = NOW + timedelta(hours=24)
    assert set(previewing.waiting(clinic, late)) == {second}
    with pytest.raises(Refused, match="older than a day"):
        say_yes(other, ada, now=late)
    previewing.forget_old(late)
    assert set(FeedPreview.objects.all()) == {second}, "whichever clinic's they were"


def test_of_long_lists_so_many_are_told_and_all_are_counted(clinic: Clinic, ada: Actor) -> None:
    take_in(*[a_record(f"old-{number:04}") for number in range(600)])
    reading = look(clinic, ada, a_list(*[a_record(f"new-{number:04}") for number in range(700)]))
    kinds = {
        kind: (len(reading.expected[kind]), reading.expected["counts"][kind]) for kind in ("added", "closing")
    }
    assert kinds == {"added": (500, 700), "closing": (500, 600)}


def test_looking_costs_the_same_for_1_and_for_25(clinic: Clinic, ada: Actor) -> None:
    def altered(count: int) -> Given:
        return a_list(*many(count, name="Renamed"), a_record("new"))

    def price(count: int) -> int:
        name = f"list of {count}"
        take_in(*many(count), a_record("leaves"), feed=name)
        with CaptureQueriesContext(connection) as queries:
            look(clinic, ada, altered(count), About("NA", "Europe/London", name))
        return len(queries)

    assert price(1) == price(25)


def test_a_clinics_own_fellowship_becomes_the_lists_only_on_the_word(clinic: Clinic, ada: Actor) -> None:
    """The import shares it; so does the dry run, and takes it back."""
    own = fellowship_of(clinic, "Harbour Friends")
    reading = look(clinic, ada, a_list(a_record()), About("Harbour Friends", "Europe/London", "leeds"))
    own.refresh_from_db()
    assert own.clinic == clinic
    assert say_yes(reading, ada) is True
    assert Feed.objects.get().fellowship.clinic is None


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """On PostgreSQL, each on a connection of their own."""

    pytestmark = pytest.mark.usefixtures("require_postgresql")

    def test_one_reading_is_taken_in_once(self, clinic: Clinic, ada: Actor) -> None:
        mo = Actor.staff(cast.a_keyworker(clinic, "mo", Role.MANAGER))

        def press(by: Actor, reading: FeedPreview) -> str:
            try:
                return str(say_yes(reading, by))
            except Refused as refusal:
                return refusal.sentence

        for number in range(6):
            about = About("NA", "Europe/London", f"list {number}")
            reading = look(clinic, ada, a_list(*many(20)), about)
            said = at_once(*[partial(press, by, reading) for by in (ada, mo, ada, mo)])
            assert said.count("True") == 1
            assert said.count(previewing.GONE) == 3
            assert Meeting.objects.filter(feed__name=about.name).count() == 20

    def test_two_readings_of_one_list_are_not_both_what_was_said(self, clinic: Clinic, ada: Actor) -> None:
        mo = Actor.staff(cast.a_keyworker(clinic, "mo", Role.MANAGER))
        for number in range(6):
            about = About("NA", "Europe/London", f"list {number}")
            readings = [
                look(clinic, by, a_list(*many(20, name=name)), about)
                for by, name in ((ada, "Ada's"), (mo, "Mo's"))
            ]
            said = at_once(*[partial(say_yes, one, by) for one, by in zip(readings, (ada, mo), strict=True)])
            assert sorted(said) == [False, True]
            won = ("Ada's", "Mo's")[said.index(True)]
            assert set(Meeting.objects.filter(feed__name=about.name).values_list("name", flat=True)) == {won}
            assert Feed.objects.get(name=about.name).kept_by == clinic


def test_a_list_that_a_command_read_is_nobodys_until_a_page_gives_it_another_address(
    clinic: Clinic, ada: Actor
) -> None:
    """So that an address of a private network, which a page may not name, is not fetched for it at night either."""
    take_in(*many(2), source=ADDRESS)
    say_yes(look(clinic, ada, a_list(*many(3), source=ADDRESS)), ada)
    assert Feed.objects.get().kept_by is None
    other = Given(a_list(*many(3)).content, "https://elsewhere.example/x.json", {"etag": '"7"'})
    say_yes(look(clinic, ada, other), ada)
    feed = Feed.objects.get()
    assert (feed.kept_by, feed.source, feed.validators) == (
        clinic,
        other.source,
        {other.source: {"etag": '"7"'}},
    )
    assert feed.refresh_due_at is not None
    assert feed.refresh_due_at > NOW


def test_a_list_that_is_not_read_by_itself_stays_so(clinic: Clinic, ada: Actor) -> None:
    say_yes(look(clinic, ada, a_list(*many(2), source=ADDRESS)), ada)
    assert keeping.stop_reading(feed=Feed.objects.get(), clinic=clinic, by=ada, now=NOW)
    say_yes(look(clinic, ada, a_list(*many(3), source=ADDRESS)), ada)
    assert Feed.objects.get().refresh_due_at is None


def test_from_a_page_no_private_address_is_fetched_and_no_file_of_the_server(clinic: Clinic) -> None:
    for address in ("http://127.0.0.1:9/list.json", "http://169.254.169.254/latest", "http://[::1]/"):
        with pytest.raises(Refused, match="leads into a private network"):
            previewing.fetched(address)
    with pytest.raises(Refused, match="no http or https address"):
        previewing.fetched("file:///etc/passwd")
