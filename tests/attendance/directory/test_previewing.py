"""Ada has a list read, looks at what it would change, and says the word; until then nothing is changed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory import keeping, previewing
from attendance.directory.fellowships import fellowship_of
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, FeedPreview, Meeting
from attendance.directory.previewing import About, Given, accept, preview, put_aside, read_now, uploaded
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Clinic, Role
from tests import cast
from tests.at_once import at_once
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import NOW, a_record, take_in
from tests.attendance.directory.sheets import TEMPLATE, a_sheet, a_template_row
from tests.tables import everything

pytestmark = pytest.mark.django_db

LEEDS = About("Narcotics Anonymous", "Europe/London", "leeds")
ADDRESS = "https://leeds.example/meetings.json"


@pytest.fixture
def ada(clinic: Clinic) -> Actor:
    """Ada, administrator of Riverside."""
    return Actor.staff(cast.a_keyworker(clinic, "ada", Role.ADMINISTRATOR))


@pytest.fixture
def hal(other_clinic: Clinic) -> Actor:
    """Hal, administrator of Hillside."""
    return Actor.staff(cast.a_keyworker(other_clinic, "hal", Role.ADMINISTRATOR))


def a_list(*records: Any, source: str = "leeds.json") -> Given:
    return Given(json.dumps(records).encode(), source)


def many(count: int, **stated: Any) -> list[dict[str, Any]]:
    return [a_record(f"meeting-{number:02}", **stated) for number in range(count)]


def look(clinic: Clinic, by: Actor, given: Given, about: About = LEEDS, **how: Any) -> FeedPreview:
    return preview(clinic=clinic, given=given, about=about, by=by, **({"now": NOW} | how))


def say_yes(reading: FeedPreview, by: Actor, accept_closing: bool = False, **how: Any) -> bool:
    return accept(preview=reading, accept_closing=accept_closing, by=by, **({"now": NOW} | how))


def but_for_the_reading(rows: dict[str, Any]) -> dict[str, Any]:
    return {
        name: held
        for name, held in rows.items()
        if name not in ("attendance.FeedPreview", "clinic.AuditEntry")
    }


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


class TestWhoseListItIs:
    def test_another_clinics_cannot_be_read_into(
        self, clinic: Clinic, ada: Actor, other_clinic: Clinic, hal: Actor
    ) -> None:
        say_yes(look(other_clinic, hal, a_list(a_record())), hal)
        before = everything()
        with pytest.raises(Refused, match="“leeds” is looked after by Hillside: only they change it"):
            look(clinic, ada, a_list(a_record(name="Ours now")))
        feed = Feed.objects.get()
        for verb in (read_now, keeping.close_list, keeping.stop_reading, keeping.read_by_itself):
            with pytest.raises(Refused, match="Hillside"):
                verb(feed=feed, clinic=clinic, by=ada, now=NOW)
        assert everything() == before

    def test_nor_if_it_became_theirs_since(
        self, clinic: Clinic, ada: Actor, other_clinic: Clinic, hal: Actor
    ) -> None:
        ours = look(clinic, ada, a_list(a_record()))
        say_yes(look(other_clinic, hal, a_list(a_record())), hal)
        with pytest.raises(Refused, match="Hillside"):
            say_yes(ours, ada)
        assert Feed.objects.get().kept_by == other_clinic

    def test_one_that_a_command_read_is_anybodys_and_stays_nobodys(self, clinic: Clinic, ada: Actor) -> None:
        take_in(a_record())
        assert say_yes(look(clinic, ada, a_list(a_record(name="Renamed"))), ada) is True
        assert Feed.objects.get().kept_by is None


class TestWhatItIsCalled:
    @pytest.mark.parametrize(
        ("source", "name"),
        [
            ("leeds list.json", "leeds list"),
            (".json", ".json"),
            ("x" * 200 + ".csv", "x" * 60),
            ("", "list"),
            ("https://www.leeds.example/a/b?c=d", "leeds.example"),
            ("http://leeds.example:8080/", "leeds.example"),
        ],
    )
    def test_a_list_without_a_name_is_named_after_its_file_or_host(
        self, clinic: Clinic, ada: Actor, source: str, name: str
    ) -> None:
        about = About("NA", "Europe/London")
        assert look(clinic, ada, a_list(a_record(), source=source), about).feed_name == name

    def test_one_of_an_address_that_is_known_is_the_same_list(self, clinic: Clinic, ada: Actor) -> None:
        take_in(a_record(), source=ADDRESS)
        reading = look(clinic, ada, a_list(a_record(), source=ADDRESS), About("NA", "Europe/London"))
        assert (reading.feed_name, reading.expected["new"]) == ("leeds", False)

    def test_a_name_in_other_letters_is_more_likely_a_slip(self, clinic: Clinic, ada: Actor) -> None:
        take_in(a_record())
        with pytest.raises(Refused, match="There is a list “leeds” already") as refused:
            look(clinic, ada, a_list(a_record()), About("NA", "Europe/London", "Leeds"))
        assert refused.value.field == "name"

    @pytest.mark.parametrize(
        ("about", "field"),
        [
            (About("", "Europe/London", "leeds"), "fellowship"),
            (About("NA", "Mars/Olympus", "leeds"), "time_zone"),
            (About("NA", "Europe/London", "x" * 201), "feed"),
            (About("x" * 121, "Europe/London", "leeds"), "fellowship"),
        ],
    )
    def test_what_will_not_do_is_refused_with_nothing_kept(
        self, clinic: Clinic, ada: Actor, about: About, field: str
    ) -> None:
        before = everything()
        with pytest.raises(Refused) as refused:
            look(clinic, ada, a_list(a_record()), about)
        assert refused.value.field == field
        assert everything() == before


class TestWhatIsRead:
    def test_the_format_is_found_out(self, clinic: Clinic, ada: Actor) -> None:
        sheet = uploaded(a_sheet(TEMPLATE, a_template_row({})), "meetings.json")
        assert look(clinic, ada, sheet).format == FeedFormat.TSML_SHEET

    def test_or_chosen_where_it_cannot_be(self, clinic: Clinic, ada: Actor) -> None:
        with pytest.raises(Refused, match="its format cannot be told"):
            look(clinic, ada, a_list())
        chosen = About("NA", "Europe/London", "leeds", FeedFormat.MEETING_GUIDE)
        assert look(clinic, ada, a_list(), chosen).expected["counts"]["read"] == 0

    def test_the_formats_of_a_bmlt_server_go_beside_its_list(self, clinic: Clinic, ada: Actor) -> None:
        formats = Given(json.dumps(bmlt_lists.FORMATS).encode(), "formats.json")
        reading = look(clinic, ada, a_list(bmlt_lists.a_meeting()), formats=formats)
        assert say_yes(reading, ada) is True
        assert Meeting.objects.get().types == ["O", "X"]
        assert Feed.objects.get().formats_source == "formats.json"

    def test_no_other_list_has_any(self, clinic: Clinic, ada: Actor) -> None:
        with pytest.raises(Refused, match="Only a list of BMLT has formats") as refused:
            look(clinic, ada, a_list(a_record()), formats=Given(b"[]", "formats.json"))
        assert refused.value.field == "formats_file"

    def test_a_list_that_is_fetched_needs_formats_that_can_be_fetched(
        self, clinic: Clinic, ada: Actor
    ) -> None:
        from_there = a_list(bmlt_lists.a_meeting(), source=ADDRESS)
        with pytest.raises(Refused, match="needs formats that are fetched too"):
            look(clinic, ada, from_there, formats=Given(b"[]", "formats.json"))

    @pytest.mark.parametrize("address", ["/etc/passwd", "file:///etc/passwd", "ftp://x.example/", "", "a b"])
    def test_nothing_but_the_web_is_fetched(self, address: str) -> None:
        with pytest.raises(Refused, match="is no http or https address") as refused:
            previewing.fetched(address)
        assert refused.value.field == "address"

    def test_an_address_that_does_not_answer_is_a_sentence_beside_it(self) -> None:
        with pytest.raises(Refused, match="cannot be reached") as refused:
            previewing.fetched("HTTP://127.0.0.1:1/list", "formats_address")
        assert refused.value.field == "formats_address"

    def test_hostile_records_are_kept_as_text_fit_for_a_database(self, clinic: Clinic, ada: Actor) -> None:
        hostile = [
            a_record("a\0b\ud800", name="\0<b>\ud800"),
            a_record("\u202e", day="\0"),
            a_record("c", name="", notes="\0"),
            a_record("d", time="\ud800\0"),
        ]
        reading = look(clinic, ada, a_list(*hostile))
        reading.refresh_from_db()
        assert reading.expected["counts"]["rejected"] + reading.expected["counts"]["added"] == 4


class TestWhenItIsReadAgain:
    def test_a_new_one_of_an_address_is_read_every_night(self, clinic: Clinic, ada: Actor) -> None:
        reading = look(clinic, ada, a_list(a_record(), source=ADDRESS))
        assert reading.expected["by_itself"] is True
        say_yes(reading, ada)
        assert Feed.objects.get().refresh_due_at == NOW + timedelta(days=1)

    def test_one_that_was_stopped_stays_so(self, clinic: Clinic, ada: Actor) -> None:
        take_in(a_record(), source=ADDRESS)
        say_yes(look(clinic, ada, a_list(a_record(name="Renamed"), source=ADDRESS)), ada)
        assert Feed.objects.get().refresh_due_at is None

    def test_one_that_gets_an_address_is_and_one_that_loses_it_is_not(
        self, clinic: Clinic, ada: Actor
    ) -> None:
        take_in(a_record(), source="leeds.json")
        reading = look(clinic, ada, a_list(a_record(), source=ADDRESS))
        assert {"what": "Read by itself", "before": "no", "after": "every night"} in reading.expected["about"]
        say_yes(reading, ada)
        assert Feed.objects.get().refresh_due_at is not None
        say_yes(look(clinic, ada, a_list(a_record())), ada)
        feed = Feed.objects.get()
        assert (feed.refresh_due_at, feed.source) == (None, "leeds.json")


def test_readings_do_not_pile_up(clinic: Clinic, ada: Actor, other_clinic: Clinic, hal: Actor) -> None:
    look(other_clinic, hal, a_list(a_record()))
    first = look(clinic, ada, a_list(a_record()))
    other = look(clinic, ada, a_list(a_record()), About("NA", "Europe/London", "york"))
    second = look(clinic, ada, a_list(a_record()), now=NOW + timedelta(hours=23))
    assert set(clinic.feed_previews.all()) == {other, second}, f"{first.pk} was of the same list"
    third = look(clinic, ada, a_list(a_record()), now=NOW + timedelta(hours=25))
    assert set(clinic.feed_previews.all()) == {third}
    assert other_clinic.feed_previews.count() == 1


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
