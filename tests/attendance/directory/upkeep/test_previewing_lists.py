"""Which list is read: whose it is, what it is called, in which format, and when it is read again."""

from __future__ import annotations

import json

import pytest

from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, Meeting
from attendance.directory.upkeep import keeping, previewing, turns
from attendance.directory.upkeep.previewing import About, Given, read_now, uploaded
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Clinic
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import NOW, a_record, take_in
from tests.attendance.directory.readings import ADDRESS, a_list, look, say_yes
from tests.attendance.directory.sheets import TEMPLATE, a_sheet, a_template_row
from tests.tables import everything

pytestmark = pytest.mark.django_db


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
        assert refused.value.field == "url"

    def test_an_address_with_a_password_is_shown_to_nobody(self) -> None:
        with pytest.raises(Refused, match="holds a user name or a password") as refused:
            previewing.fetched("https://ada:secret@leeds.example/list")
        assert "secret" not in refused.value.sentence

    def test_an_address_that_does_not_answer_is_a_sentence_beside_it(self) -> None:
        with pytest.raises(Refused, match="leads into a private network") as refused:
            previewing.fetched("HTTP://127.0.0.1:1/list", "formats_url")
        assert refused.value.field == "formats_url"

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
        feed = Feed.objects.get()
        assert feed.refresh_due_at == turns.next_night("Europe/London", feed.pk, NOW)

    def test_one_that_was_stopped_stays_so(self, clinic: Clinic, ada: Actor) -> None:
        take_in(a_record(), source=ADDRESS)
        keeping.stop_reading(feed=Feed.objects.get(), clinic=clinic, by=ada, now=NOW)
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
