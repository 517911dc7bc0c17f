"""The NAWS export: what its columns come to, and what happens to a row that says something odd."""

from datetime import UTC, datetime, time

import pytest

from attendance.directory.feeds import naws
from attendance.directory.feeds.parsed import Fault, ParsedFeed, ParsedMeeting
from attendance.directory.kinds import AttendanceOption
from clinic.errors import Refused
from tests.attendance.directory.sheets import NAWS_48, NAWS_52, a_naws_row, a_sheet


def read(*rows: dict[str, str]) -> ParsedFeed:
    return naws.parse(a_sheet(NAWS_52, *rows))


def only(**stated: str) -> ParsedMeeting:
    feed = read(a_naws_row(**stated))
    assert feed.rejected == []
    (meeting,) = feed.meetings
    return meeting


def why_mended(**stated: str) -> list[str]:
    return [fault.why for fault in read(a_naws_row(**stated)).mended]


def why_rejected(**stated: str) -> Fault:
    (fault,) = read(a_naws_row(**stated)).rejected
    return fault


EARLY_RISERS = ParsedMeeting(
    slug="96",
    name="Early Risers",
    attendance_option=AttendanceOption.IN_PERSON,
    day=6,
    starts_at=time(7, 30),
    types=("O", "DISC", "JFT"),
    location="St Oswald's Hall",
    address="4 Mill Lane, Leeds, LS1 4DY, UK",
    city="Leeds",
    updated_at=datetime(2018, 12, 22, tzinfo=UTC),
)


@pytest.mark.parametrize("layout", [NAWS_52, NAWS_48, NAWS_52[::-1], [*NAWS_52, "Original"]])
def test_a_faultless_row_is_taken_as_it_stands_in_every_layout(layout):
    feed = naws.parse(a_sheet(layout, a_naws_row()))
    assert (feed.meetings, feed.rejected, feed.mended) == ([EARLY_RISERS], [], [])


def test_without_a_column_it_needs_it_is_no_naws_export():
    with pytest.raises(Refused) as refusal:
        naws.parse(a_sheet(["Committee", "Day", "Name"]))
    assert refusal.value.sentence == (
        "The feed is no NAWS export: it has no column CommitteeName, Time. Nothing was changed."
    )


@pytest.mark.parametrize(
    ("stated", "slug"),
    [
        ({}, "96"),
        ({"bmlt_id": " 97 "}, "97"),
        ({"bmlt_id": ""}, "g00012345-sunday-0730"),
        ({"bmlt_id": "", "Time": "7:30 am"}, "g00012345-sunday-0730"),
        ({"bmlt_id": "", "Committee": ""}, "early-risers-sunday-0730"),
        ({"bmlt_id": "", "Committee": "\x07"}, "early-risers-sunday-0730"),
        ({"bmlt_id": "", "Committee": "!", "Day": "", "Time": ""}, "bb7208bc"),
        ({"bmlt_id": "", "Committee": "", "Day": "", "Time": ""}, "early-risers"),
    ],
)
def test_a_slug_is_the_servers_number_or_made_of_group_day_and_time(stated, slug):
    assert only(**stated).slug == slug


def test_only_a_slug_made_of_the_name_is_noted():
    assert why_mended(bmlt_id="") == []
    assert why_mended(bmlt_id="", Committee="") == [
        "it has no id: its slug was made of its name, day and time"
    ]


def test_meetings_of_one_group_differ_in_when_they_are_held():
    held = [("Sunday", "0730"), ("Sunday", "1930"), ("Monday", "0730")]
    feed = read(*[a_naws_row(bmlt_id="", Day=day, Time=start) for day, start in held])
    assert [m.slug for m in feed.meetings] == [
        "g00012345-sunday-0730",
        "g00012345-sunday-1930",
        "g00012345-monday-0730",
    ]


def test_two_meetings_of_a_group_at_one_time_differ_in_their_place_and_in_no_order():
    here, there = a_naws_row(bmlt_id=""), a_naws_row(bmlt_id="", Place="Alano Club")
    forwards, backwards = read(here, there, here), read(there, here)
    assert {m.slug: m.location for m in forwards.meetings} == {m.slug: m.location for m in backwards.meetings}
    assert [m.slug[:22] for m in forwards.meetings] == ["g00012345-sunday-0730-"] * 2
    assert forwards.rejected[0].why == "its slug appears a second time: the first was kept"
    assert [m.slug for m in read(here, here).meetings] == ["g00012345-sunday-0730"]


def test_of_two_rows_with_one_number_the_first_is_kept():
    feed = read(a_naws_row(), a_naws_row(CommitteeName="Impostor"))
    assert [m.name for m in feed.meetings] == ["Early Risers"]
    assert feed.rejected == [Fault("96", "its slug appears a second time: the first was kept")]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("0730", time(7, 30)), ("730", time(7, 30)), (" 1930 ", time(19, 30)), ("0000", time(0, 0)),
     ("19:30", time(19, 30)), ("7:30 PM", time(19, 30))],
)  # fmt: skip
def test_times_are_read_with_or_without_a_colon(stated, expected):
    assert (only(Time=stated).starts_at, only(Time=stated).ends_at) == (expected, None)


@pytest.mark.parametrize("stated", ["2400", "1960", "7", "19301", "evenings"])
def test_a_start_that_cannot_be_read_makes_the_row_unusable(stated):
    assert why_rejected(Time=stated).slug == "96"
    assert "cannot be read" in why_rejected(Time=stated).why


@pytest.mark.parametrize("stated", ["0", "3", "Sonntag", "Sun"])
def test_a_day_is_an_english_name_and_no_number(stated):
    assert why_rejected(Day=stated) == Fault("96", f"its day {stated!r} is no day of the week in English")
    assert (only(Day=" sunday ").day, only(Day="", Time="").day) == (6, None)


def test_without_a_name_a_row_is_unusable():
    assert why_rejected(CommitteeName=" ") == Fault("96", "it has no name")
    assert why_rejected(CommitteeName="", bmlt_id="", Committee="") == Fault("", "row 2 has no name")


def test_types_are_open_or_closed_wheelchairs_languages_and_the_codes_as_they_come():
    assert only(Closed="CLOSED", WheelChr="TRUE", Language1="ES", Format3="W", Format5="brand-new").types == (
        "C", "X", "ES", "DISC", "JFT", "W", "brand-new",
    )  # fmt: skip
    assert only(Closed="", Format1="", Format2="").types == ()
    assert only(Closed="", Format1="GL", Format2="VM").types == ("LGBTQ", "ONL"), "as lists of BMLT have them"
    assert only(Closed="BOTH", Format1="BEG", Format2="BEG").types == ("BOTH", "BEG")


@pytest.mark.parametrize(
    ("stated", "option"),
    [
        ({}, "in_person"),
        ({"Format3": "TC"}, "inactive"),
        ({"Format3": "TC", "VirtualMeetingLink": "https://meet.example/1"}, "online"),
        ({"Format3": "VM"}, "online"),
        ({"Format3": "VM", "Place": "", "Address": ""}, "online"),
        ({"Format3": "VM", "Format4": "TC"}, "online"),
        ({"Format3": "HYBR"}, "hybrid"),
        ({"Format3": "HYBR", "Format4": "TC"}, "online"),
        ({"VirtualMeetingLink": "meet.example/1"}, "hybrid"),
        ({"PhoneMeetingNumber": "+441632960123"}, "hybrid"),
        ({"unpublished": "1"}, "inactive"),
        ({"unpublished": "1", "Format3": "VM", "Format4": "TC"}, "inactive"),
        ({"unpublished": "0"}, "in_person"),
        ({"Institutional": "TRUE"}, "inactive"),
        ({"Place": "", "Address": ""}, "inactive"),
    ],
)
def test_how_one_takes_part_follows_from_the_codes_and_what_is_stated(stated, option):
    assert only(**stated).attendance_option == option


def test_what_is_kept_and_not_offered_is_said_unless_the_list_says_so_itself():
    assert why_mended(unpublished="1") == why_mended(Format3="TC") == []
    assert why_mended(unpublished="1", Place="", Address="") == []
    assert why_mended(Institutional="TRUE") == [
        "it is held in an institution, for those who live there: kept, not offered"
    ]
    assert why_mended(Place="", Address="") == [
        "it names a town but no place, and no way to join online: kept, not offered"
    ]


def test_a_row_marked_as_deleted_is_no_meeting_of_the_list():
    feed = read(a_naws_row(), a_naws_row(bmlt_id="260", Delete="D"), a_naws_row(bmlt_id="7", Delete=" "))
    assert [m.slug for m in feed.meetings] == ["96", "7"]
    assert (feed.read, feed.rejected, feed.still_there) == (2, [], set())
    assert feed.mended == [Fault("260", "it is marked as deleted and was left out")]


def test_a_deleted_row_need_not_be_legible_and_takes_no_slug_from_another():
    feed = read(a_naws_row(Delete="D", Day="?", CommitteeName=""), a_naws_row())
    assert (feed.meetings, feed.rejected) == ([EARLY_RISERS], [])


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("1/5/19", datetime(2019, 1, 5, tzinfo=UTC)),
        ("12/30/2019", datetime(2019, 12, 30, tzinfo=UTC)),
        ("2019-12-30", datetime(2019, 12, 30, tzinfo=UTC)),
        ("30/12/19", None),
    ],
)
def test_when_it_was_last_changed_is_month_day_and_year(stated, expected):
    assert only(LastChanged=stated).updated_at == expected
    assert bool(why_mended(LastChanged=stated)) == (expected is None)


def test_formats_of_its_own_become_notes_and_directions_those_on_the_place():
    meeting = only(Room="<b>Candlelight</b>, Pets", Directions="Side\x07 door")
    assert (meeting.notes, meeting.location_notes) == ("Candlelight, Pets", "Side door")


def test_borough_place_and_ways_to_join_online():
    meeting = only(
        LocBorough="Headingley",
        Latitude="53.8",
        Longitude="-1.55",
        VirtualMeetingLink="https://meet.example/1",
        VirtualMeetingInfo="ask for the word",
        PhoneMeetingNumber="+441632960123",
        TimeZone="Europe/London",
    )
    assert (meeting.region, meeting.latitude, meeting.longitude) == ("Headingley", 53.8, -1.55)
    assert (meeting.conference_url, meeting.conference_phone) == ("https://meet.example/1", "+441632960123")
    assert (meeting.conference_notes, meeting.time_zone) == ("ask for the word", "Europe/London")


def test_values_are_mended_as_in_every_format():
    faulty = {
        "bmlt_id": "x" * 70,
        "Latitude": "0",
        "Longitude": "0",
        "TimeZone": "Eastern",
        "VirtualMeetingLink": "javascript:1",
    }
    assert why_mended(**faulty) == [
        f"its slug {'x' * 70!r} does not fit and became {only(**faulty).slug!r}",
        "conference_url is no web address of up to 1000 characters and was left out",
        "its coordinates are 0, 0, which stands for unknown and were left out",
        "its time zone 'Eastern' is unknown: the feed's is used",
    ]


def test_somebody_named_stays_in_the_feed():
    contact = {"ContactName": "Sam Sample", "ContactPhone": "+441632960999", "ContactGP": "Sam"}
    assert only(**contact) == EARLY_RISERS


def test_meetings_of_a_broken_row_have_not_left_the_feed():
    data = a_sheet(NAWS_52, a_naws_row(bmlt_id="12"), a_naws_row()).replace(b'"12"', b'"12","more"')
    feed = naws.parse(data)
    assert [fault.why for fault in feed.rejected] == ["row 2: it has too many cells, 53 under 52 headings"]
    assert (feed.meetings, "12" in feed.still_there) == ([EARLY_RISERS], True)
