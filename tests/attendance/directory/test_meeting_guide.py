"""Faults are data: nothing valid is lost, nothing invalid stops the rest. One example for each."""

import json
from datetime import UTC, datetime, time

import pytest

from attendance.directory.feeds import meeting_guide
from attendance.directory.feeds.parsed import Fault, ParsedMeeting
from attendance.directory.kinds import AttendanceOption
from clinic.errors import Refused
from tests.attendance.directory.lists import KEYS, a_record, read


def only(**stated: object) -> ParsedMeeting:
    feed = read(a_record(**stated))
    assert feed.rejected == []
    (meeting,) = feed.meetings
    return meeting


def why_mended(**stated: object) -> list[str]:
    return [fault.why for fault in read(a_record(**stated)).mended]


def why_rejected(**stated: object) -> str:
    (fault,) = read(a_record(**stated)).rejected
    return fault.why


def test_a_faultless_record_is_taken_as_it_stands():
    feed = read(a_record(group="Lunch Group", updated="2025-11-03 09:15:00"))
    assert (feed.rejected, feed.mended) == ([], [])
    assert feed.meetings == [
        ParsedMeeting(
            slug="monday-lunch",
            name="Monday Lunch",
            attendance_option=AttendanceOption.IN_PERSON,
            group_name="Lunch Group",
            day=0,
            starts_at=time(12, 30),
            ends_at=time(13, 30),
            types=("O", "X"),
            location="St Oswald's Hall",
            address="4 Mill Lane, Leeds LS1 4DY, UK",
            updated_at=datetime(2025, 11, 3, 9, 15, tzinfo=UTC),
        )
    ]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        (0, 6),
        (1, 0),
        (6, 5),
        ("0", 6),
        (" 2 ", 1),
        ("Sunday", 6),
        ("monday", 0),
        ([3], 2),
        (["3", 3], 2),
        (4.0, 3),
    ],
)
def test_days_count_from_sunday_in_whichever_notation(stated, day):
    meeting = only(day=stated)
    assert (meeting.slug, meeting.day) == ("monday-lunch", day)
    assert why_mended(day=stated) == []


@pytest.mark.parametrize("stated", [7, -1, "9", "Someday", True, 1.5, {"on": 1}, [[1]], ["x"]])
def test_a_day_that_cannot_be_read_makes_the_record_unusable(stated):
    assert "is no day of the week" in why_rejected(day=stated)


def test_several_days_become_one_meeting_a_day_by_the_feeds_own_numbers():
    feed = read(a_record(day=[1, "3", 0]))
    assert [(m.slug, m.day) for m in feed.meetings] == [
        ("monday-lunch-1", 0),
        ("monday-lunch-3", 2),
        ("monday-lunch-0", 6),
    ]
    assert feed.mended == [Fault("monday-lunch", "it is held on 3 days and became one meeting a day")]
    assert feed.read == 3


def test_a_bad_day_among_several_is_left_out():
    feed = read(a_record(day=[1, "x", 3]))
    assert [m.slug for m in feed.meetings] == ["monday-lunch-1", "monday-lunch-3"]
    assert feed.mended[0].why == "its day 'x' is no day of the week and was left out"


def test_a_day_of_several_never_takes_a_slug_the_feed_gives_to_another():
    both = [a_record(day=[1, 2]), a_record("monday-lunch-1", name="Another")]
    forwards, backwards = read(*both), read(*reversed(both))
    slugs = {m.slug: m.name for m in forwards.meetings}
    assert slugs == {m.slug: m.name for m in backwards.meetings}
    assert slugs["monday-lunch-1"] == "Another"
    assert len(slugs) == 3


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("19:30", time(19, 30)),
        ("7:30 PM", time(19, 30)),
        ("7:30pm", time(19, 30)),
        ("7 p.m.", time(19, 0)),
        ("12:00 AM", time(0, 0)),
        ("12:15 pm", time(12, 15)),
        ("00:00", time(0, 0)),
        ("9:05", time(9, 5)),
        ("19:30:00", time(19, 30)),
        ("Noon", time(12, 0)),
    ],
)
def test_times_are_read_in_either_notation(stated, expected):
    meeting = only(time=stated, end_time=None)
    assert (meeting.starts_at, meeting.ends_at) == (expected, None)
    assert why_mended(time=stated, end_time=None) == []


@pytest.mark.parametrize(
    "stated", ["25:00", "24:00", "13:00 PM", "0:30 PM", "19", "7.5", "evenings", "19:60", 1930]
)
def test_a_start_that_cannot_be_read_makes_the_record_unusable(stated):
    assert why_rejected(time=stated) == f"its time {str(stated)!r} cannot be read"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("22:30", "00:00", time(0, 0)), ("22:30", "24:00", time(0, 0)), ("23:15", "00:45", time(0, 45))],
)
def test_an_end_past_midnight_is_kept(start, end, expected):
    assert only(time=start, end_time=end).ends_at == expected
    assert why_mended(time=start, end_time=end) == []


@pytest.mark.parametrize(("start", "end"), [("19:00", "18:00"), ("19:00", "19:00"), ("19:00", "late")])
def test_an_end_that_cannot_be_is_left_out(start, end):
    meeting = only(time=start, end_time=end)
    assert (meeting.starts_at, meeting.ends_at) == (time(19, 0), None)
    assert "left out" in why_mended(time=start, end_time=end)[0]


@pytest.mark.parametrize("day", [None, "", [], ...])
def test_without_day_and_time_it_is_by_appointment(day):
    meeting = only(day=day, time=None, end_time=...)
    assert (meeting.day, meeting.starts_at) == (None, None)
    assert why_mended(day=day, time=None, end_time=...) == []


def test_a_day_without_a_time_is_kept_and_a_time_without_a_day_is_not():
    assert (only(time="").day, only(time="").starts_at) == (0, None)
    assert why_mended(time="") == ["it has a day and no time"]
    assert (only(day=None).day, only(day=None).starts_at) == (None, None)
    assert why_mended(day=None) == ["it has a time and no day: taken as by appointment"]


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(53.8, -1.55), ("53.8", "-1.55"), (" 53.8 ", -1.55), ("53.80", "-1.550")]
)
def test_coordinates_may_be_texts(latitude, longitude):
    meeting = only(latitude=latitude, longitude=longitude)
    assert (meeting.latitude, meeting.longitude) == (53.8, -1.55)


def test_coordinates_may_be_one_text():
    assert only(coordinates="53.8,-1.55").longitude == -1.55


@pytest.mark.parametrize(
    ("latitude", "longitude", "why"),
    [
        (0, 0, "are 0, 0, which stands for unknown"),
        ("0.0", "0", "are 0, 0, which stands for unknown"),
        (None, "-1.55", "are not two numbers"),
        (53.8, None, "are not two numbers"),
        ("north", "west", "are not two numbers"),
        (float("nan"), float("inf"), "are not two numbers"),
        (True, False, "are not two numbers"),
        (91, 0, "are not on the globe"),
        (53.8, 181, "are not on the globe"),
    ],
)
def test_coordinates_of_no_place_are_left_out(latitude, longitude, why):
    meeting = only(latitude=latitude, longitude=longitude)
    assert (meeting.latitude, meeting.longitude) == (None, None)
    assert why_mended(latitude=latitude, longitude=longitude) == [f"its coordinates {why} and were left out"]


def test_markup_is_stripped_from_notes_and_their_lines_are_kept():
    notes = "<p>Ring the <b>bell</b>&nbsp;twice &amp; wait.</p><script>alert(1)</script>It&#8217;s<br>warm <3"
    assert only(notes=notes).notes == "Ring the bell twice & wait.\nIt’s\nwarm <3"


def test_an_address_in_pointed_brackets_is_no_markup():
    assert only(notes="Write to <lunch@example.org> & say R&copy").notes == (
        "Write to <lunch@example.org> & say R&copy"
    )


def test_control_characters_and_padding_are_cleaned_away():
    meeting = only(name="  Monday\x00 \tLunch\u202e ", location="St Oswald\x92s\ud800 Hall", group=None)
    assert (meeting.name, meeting.location, meeting.group_name) == ("Monday Lunch", "St Oswald’s Hall", "")


def test_an_over_long_name_is_cut():
    meeting = only(name="n" * 300)
    assert (len(meeting.name), meeting.name[-1]) == (255, "…")
    assert why_mended(name="n" * 300) == ["name has 300 characters and was cut to 255"]


def test_an_over_long_slug_always_becomes_the_same_shorter_one():
    one, other = "s" * 70 + "-1", "s" * 70 + "-2"
    first, again = read(a_record(one), a_record(other)), read(a_record(other), a_record(one))
    assert {m.slug for m in first.meetings} == {m.slug for m in again.meetings}
    assert [len(m.slug) for m in first.meetings] == [64, 64]
    assert "does not fit" in first.mended[0].why


def test_a_number_is_a_slug_and_a_colon_is_not_part_of_one():
    assert read(a_record(619)).meetings[0].slug == "619"
    (meeting,) = read(a_record("leeds:619")).meetings
    assert meeting.slug.startswith("leeds-619-")


@pytest.mark.parametrize("slug", [None, "", " ", "\x00", True, 6.5, ["a"], ...])
def test_without_a_slug_a_record_is_unusable(slug):
    feed = read(a_record("first"), a_record(slug))
    assert feed.rejected == [Fault("", "record 2 has no slug")]


@pytest.mark.parametrize("name", [None, "", " \n", "<b></b>", {}, ...])
def test_without_a_name_a_record_is_unusable(name):
    assert why_rejected(name=name) == "it has no name"


@pytest.mark.parametrize("record", [None, 7, "meeting", [1], [], True])
def test_what_is_no_record_stops_no_other(record):
    feed = read(record, a_record())
    assert feed.rejected == [Fault("", "record 1 is no object")]
    assert len(feed.meetings) == 1


def test_of_two_records_with_one_slug_the_first_is_kept():
    feed = read(a_record(), a_record(name="Impostor"))
    assert [m.name for m in feed.meetings] == ["Monday Lunch"]
    assert feed.rejected == [Fault("monday-lunch", "its slug appears a second time: the first was kept")]


def test_two_records_that_differ_in_nothing_but_their_slug_are_both_kept():
    assert len(read(a_record("one"), a_record("two")).meetings) == 2


def test_nulls_are_as_good_as_nothing():
    bare = dict.fromkeys(set(KEYS) - {"slug", "name", "day", "time"})
    feed = read(a_record(**bare))
    assert (feed.rejected, feed.mended) == ([], [])
    assert feed.meetings[0].attendance_option == AttendanceOption.IN_PERSON


def test_unknown_types_are_kept():
    assert only(types=["O", "BRAND-NEW", " X ", "", "O", 11]).types == ("O", "BRAND-NEW", "X", "11")
    assert only(types="O, X").types == ("O", "X")
    assert why_mended(types={"O": 1}) == ["its types are no list and were left out"]
    assert why_mended(types=["O", None]) == ["a type that is no text was left out"]


@pytest.mark.parametrize(
    ("stated", "option"),
    [
        ({"types": ["TC"]}, "inactive"),
        ({"types": ["TC"], "attendance_option": "in_person"}, "inactive"),
        ({"types": ["TC", "ONL"]}, "online"),
        ({"types": ["TC"], "conference_url": "https://meet.example/1"}, "online"),
        ({"types": ["ONL"]}, "hybrid"),
        ({"types": ["ONL"], "approximate": "yes"}, "online"),
        ({"types": [], "conference_phone": "+441632960123"}, "hybrid"),
        ({"types": [], "approximate": "yes"}, "inactive"),
        ({"attendance_option": "inactive"}, "inactive"),
        ({"attendance_option": "Online"}, "online"),
        ({"attendance_option": "outdoors"}, "in_person"),
        ({"types": ["ONL"], "location": None, "formatted_address": None}, "online"),
        ({"location": None, "formatted_address": None}, "in_person"),
        ({"location": None, "formatted_address": "Leeds, UK"}, "inactive"),
        ({"formatted_address": "Leeds, UK"}, "in_person"),
        ({"location": None, "formatted_address": None, "address": "Mill Lane", "city": "Leeds"}, "in_person"),
    ],
)
def test_how_one_takes_part_follows_from_what_is_stated(stated, option):
    assert only(**stated).attendance_option == option


def test_what_is_not_offered_for_want_of_a_place_is_said():
    assert why_mended(location=None, formatted_address="Leeds, UK") == [
        "it names a town but no place, and no way to join online: kept, not offered"
    ]
    assert why_mended(types=["TC"]) == why_mended(attendance_option="inactive") == []
    assert "is unknown" in why_mended(attendance_option="outdoors")[0]


def test_the_parts_of_an_address_are_put_together():
    parts = {
        "address": "4 Mill Lane",
        "city": "Leeds",
        "state": "",
        "postal_code": "LS1 4DY",
        "country": "UK",
    }
    meeting = only(formatted_address=None, **parts)
    assert (meeting.address, meeting.city) == ("4 Mill Lane, Leeds, LS1 4DY, UK", "Leeds")


def test_regions_go_from_the_general_to_the_specific():
    assert only(region="Leeds ", sub_region="Headingley").region == "Leeds > Headingley"
    assert only(regions=["Yorkshire", "Leeds"], region="Leeds").region == "Yorkshire > Leeds"


def test_only_addresses_of_the_web_become_links():
    assert only(conference_url=" meet.example/j/1 ").conference_url == "https://meet.example/j/1"
    for trap in (
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "ask at the door",
        "https://[x",
        "http://a b",
    ):
        meeting = only(conference_url=trap, url=trap)
        assert (meeting.conference_url, meeting.url) == ("", "")
        assert len(why_mended(conference_url=trap)) == 1
    assert only(url=f"https://meet.example/{'x' * 1000}").url == ""


def test_an_unknown_time_zone_gives_way_to_the_feeds():
    assert only(timezone="Europe/Paris").time_zone == "Europe/Paris"
    assert only(timezone="Pacific").time_zone == ""
    assert why_mended(timezone="Pacific") == ["its time zone 'Pacific' is unknown: the feed's is used"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("8/25/2022 11:17:07 PM", datetime(2022, 8, 25, 23, 17, 7, tzinfo=UTC)),
        ("2022-08-25T23:17:07+02:00", datetime(2022, 8, 25, 21, 17, 7, tzinfo=UTC)),
        ("25/08/2022", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_when_it_was_updated_is_read_or_left_out(stated, expected):
    assert only(updated=stated).updated_at == expected
    assert bool(why_mended(updated=stated)) == (expected is None)


def test_values_of_the_wrong_kind_are_left_out():
    assert only(location={"name": "Hall"}, group=True, notes=7).location == ""
    assert why_mended(location={"name": "Hall"}) == ["location is no text and was left out"]


def test_contacts_stay_in_the_feed():
    meeting = only(contact_1_name="Sam Sample", contact_1_phone="+441632960999")
    assert "Sam" not in repr(meeting)
    assert "960999" not in repr(meeting)


def test_meetings_of_a_record_that_cannot_be_read_have_not_left_the_feed():
    assert read(a_record(name=None)).still_there >= {"monday-lunch", "monday-lunch-0", "monday-lunch-6"}


def test_a_byte_order_mark_is_tolerated():
    assert len(meeting_guide.parse(b"\xef\xbb\xbf" + json.dumps([a_record()]).encode()).meetings) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The feed is empty."),
        (b" \n", "The feed is empty."),
        (b'[{"slug": "a"', "The feed is not JSON: "),
        (b"slug,name", "The feed is not JSON: "),
        (b"<!DOCTYPE html><html>502</html>", "The feed is a web page or XML, not JSON."),
        ("[]".encode("utf-16"), "The feed is not UTF-8 text: it looks like UTF-16."),
        ('[{"name": "Café"}]'.encode("latin-1"), "The feed is not UTF-8 text: byte 15 is wrong."),
        (b'{"meetings": []}', "The feed is an object, not an array of meetings."),
        (b"null", "The feed is a single value, not an array of meetings."),
        (b"[" * 100_000, "The feed is not JSON: a number or its nesting goes on for ever."),
        (b"[" + b"9" * 5000 + b"]", "The feed is not JSON: a number or its nesting goes on for ever."),
    ],
)
def test_what_is_no_list_of_meetings_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Refused) as refusal:
        meeting_guide.parse(data)
    assert refusal.value.sentence.startswith(sentence)
    assert refusal.value.sentence.endswith("Nothing was changed.")


def test_an_empty_list_is_a_list():
    assert meeting_guide.parse(b"[]").read == 0
