"""Meetings of BMLT in all its notations: what each quirk becomes. One example for each."""

import csv
import io
import json
from datetime import time

import pytest

from attendance.directory.feeds import bmlt
from attendance.directory.feeds.parsed import Fault, ParsedMeeting
from attendance.directory.kinds import AttendanceOption
from clinic.errors import Refused
from tests.attendance.directory.bmlt_lists import FORMATS, a_format, a_meeting, as_csv, of_the_api, read

LANTERN = ParsedMeeting(
    slug="7301",
    name="Lantern Room",
    attendance_option=AttendanceOption.IN_PERSON,
    day=1,
    starts_at=time(19, 30),
    ends_at=time(21, 0),
    types=("O", "X"),
    location="Mirkwell Library",
    address="9 Quince Street, Mirkwell, OX OX99 1AA, UK",
    city="Mirkwell",
    region="OX",
    latitude=51.75,
    longitude=-1.25,
)
LISTED = json.dumps(FORMATS).encode()


def only(**stated: object) -> ParsedMeeting:
    feed = read(a_meeting(**stated))
    assert feed.rejected == []
    (meeting,) = feed.meetings
    return meeting


def why_mended(**stated: object) -> list[str]:
    return [fault.why for fault in read(a_meeting(**stated)).mended]


def why_rejected(**stated: object) -> str:
    (fault,) = read(a_meeting(**stated)).rejected
    assert fault.slug == "7301"
    return fault.why


NOTATIONS = {
    "json": json.dumps([a_meeting()]).encode(),
    "jsonp": b"/**/showMeetings(" + json.dumps([a_meeting()]).encode() + b");",
    "jsonp of an old server": b"a.b_1 (\n" + json.dumps([a_meeting()]).encode() + b"\n)\n",
    "with formats": json.dumps({"meetings": [a_meeting()], "formats": FORMATS}).encode(),
    "jsonp with formats": b"cb(" + json.dumps({"meetings": [a_meeting()], "formats": []}).encode() + b")",
    "administration api": json.dumps([of_the_api()]).encode(),
    "csv": as_csv(a_meeting()),
    "byte order mark": b"\xef\xbb\xbf" + as_csv(a_meeting()),
}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_one_meeting_is_the_same_in_every_notation(notation):
    feed = bmlt.parse(NOTATIONS[notation], LISTED)
    assert (feed.meetings, feed.rejected, feed.mended) == ([LANTERN], [], [])


@pytest.mark.parametrize("number", range(1, 8))
def test_days_count_from_one_for_sunday_and_in_the_api_from_nought(number):
    day = (number + 5) % 7
    assert only(weekday_tinyint=str(number)).day == only(weekday_tinyint=number).day == day
    assert read(of_the_api(day=number - 1)).meetings[0].day == day


@pytest.mark.parametrize("stated", ["0", "8", "Tuesday", True, 2.5, [3], -1])
def test_a_day_that_cannot_be_read_makes_the_record_unusable(stated):
    assert why_rejected(weekday_tinyint=stated).endswith("is no day of the week: 1 is Sunday, 7 Saturday")


def test_bmlt_has_no_meetings_by_appointment():
    assert (
        why_rejected(weekday_tinyint="") == why_rejected(weekday_tinyint=...) == "it has no day of the week"
    )
    (fault,) = read(of_the_api(day=7)).rejected
    assert fault.why == "its day 7 is no day of the week: 0 is Sunday, 6 Saturday"


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("19:30:00", "00:45:00", time(20, 15)),
        ("23:30:00", "01:30:00", time(1, 0)),
        ("22:00:00", "02:00:00", time(0, 0)),
        ("09:00:00", "23:59:00", time(8, 59)),
        ("19:30", "1:05", time(20, 35)),
        ("19:30:00", "00:00:00", None),
        ("19:30:00", "00:00:30", None),
        ("19:30:00", "", None),
        ("19:30:00", ..., None),
    ],
)
def test_the_end_is_the_start_and_the_duration(start, duration, end):
    stated = {"start_time": start, "duration_time": duration}
    assert only(**stated).ends_at == end
    assert why_mended(**stated) == []


@pytest.mark.parametrize(
    ("duration", "why"),
    [
        ("24:00:00", "it lasts 24:00:00, a day or more: the end was left out"),
        ("36:15:00", "it lasts 36:15:00, a day or more: the end was left out"),
        ("90", "its duration '90' cannot be read: the end was left out"),
        ("01:75:00", "its duration '01:75:00' cannot be read: the end was left out"),
    ],
)
def test_an_end_that_cannot_be_is_left_out(duration, why):
    assert only(duration_time=duration).ends_at is None
    assert why_mended(duration_time=duration) == [why]


def test_a_start_that_cannot_be_read_makes_the_record_unusable_and_none_is_noted():
    assert why_rejected(start_time="25:00:00") == "its time '25:00:00' cannot be read"
    assert (only(start_time="").day, only(start_time="").starts_at) == (1, None)
    assert why_mended(start_time="") == ["it has a day and no time"]


TOWN_ALONE = {"location_text": "", "location_street": ""}
NOWHERE = TOWN_ALONE | dict.fromkeys(
    ["location_municipality", "location_province", "location_postal_code_1", "location_nation"], ""
)
UNLISTED = {"format_shared_id_list": ""}
LINK = {"virtual_meeting_link": "https://meet.example/j/1"}


@pytest.mark.parametrize(
    ("stated", "option"),
    [
        ({}, "in_person"),
        ({"venue_type": "1"}, "in_person"),
        ({"venue_type": "2"}, "online"),
        ({"venue_type": "3"}, "hybrid"),
        ({"venue_type": 2}, "online"),
        ({"venue_type": "9"}, "in_person"),
        ({"venue_type": ...}, "in_person"),
        ({"formats": "VM", **UNLISTED}, "online"),
        ({"formats": "HY", **UNLISTED}, "hybrid"),
        ({"formats": "VM,HY", **UNLISTED}, "hybrid"),
        ({"formats": "TC", **UNLISTED}, "inactive"),
        ({"formats": "TC", **UNLISTED, "venue_type": "1"}, "inactive"),
        ({"formats": "TC,VM", **UNLISTED}, "online"),
        ({"formats": "TC", **UNLISTED, **LINK}, "online"),
        (LINK, "hybrid"),
        ({"phone_meeting_number": "+441632960123"}, "hybrid"),
        ({**NOWHERE, **LINK}, "online"),
        ({**TOWN_ALONE, **LINK}, "online"),
        (NOWHERE, "in_person"),
        (TOWN_ALONE, "inactive"),
        ({**TOWN_ALONE, "venue_type": "1"}, "in_person"),
        ({"published": "0"}, "inactive"),
        ({"published": "0", "venue_type": "2"}, "inactive"),
        ({"published": False}, "inactive"),
        ({"published": 0}, "inactive"),
        ({"published": ""}, "in_person"),
        ({"published": ...}, "in_person"),
    ],
)
def test_how_one_takes_part(stated, option):
    assert only(**stated).attendance_option == option


def test_how_one_takes_part_by_the_api():
    def option(**stated: object) -> str:
        return read(of_the_api(**stated)).meetings[0].attendance_option

    assert [option(venueType=venue) for venue in (1, 2, 3, None)] == [
        "in_person",
        "online",
        "hybrid",
        "in_person",
    ]
    assert option(temporarilyVirtual=True) == "online"
    assert option(published=False) == "inactive"


def test_what_is_worked_out_is_said_and_what_is_stated_is_not():
    assert why_mended(venue_type="9") == ["its venue type '9' is unknown: worked out from the rest"]
    assert why_mended(**TOWN_ALONE) == [
        "it names a town but no place, and no way to join online: kept, not offered"
    ]
    assert only(**TOWN_ALONE).approximate
    assert why_mended(published="0") == why_mended(formats="TC") == []


def test_the_number_is_the_slug():
    assert [meeting.slug for meeting in read(a_meeting(12), a_meeting(" 13 ")).meetings] == ["12", "13"]
    feed = read(a_meeting(""), a_meeting(None), a_meeting(True), a_meeting(...), 7, None)
    assert [fault.why for fault in feed.rejected] == [
        *(f"record {position} has no id_bigint or id" for position in (1, 2, 3, 4)),
        *(f"record {position} is no object" for position in (5, 6)),
    ]


def test_of_two_records_with_one_number_the_first_is_kept():
    feed = read(a_meeting(), a_meeting(7301, meeting_name="Impostor"))
    assert [meeting.name for meeting in feed.meetings] == ["Lantern Room"]
    assert feed.rejected == [Fault("7301", "its slug appears a second time: the first was kept")]


def test_without_a_name_a_record_is_unusable():
    assert why_rejected(meeting_name=" <b></b>") == "it has no meeting_name"
    assert why_rejected(meeting_name=...) == "it has no name"


def test_a_time_zone_is_the_records_own_or_none():
    assert only(time_zone="Europe/Berlin").time_zone == "Europe/Berlin"
    assert read(of_the_api(timeZone="Europe/Berlin")).meetings[0].time_zone == "Europe/Berlin"
    assert only(time_zone="Mitteleuropa").time_zone == ""
    assert why_mended(time_zone="Mitteleuropa") == [
        "its time zone 'Mitteleuropa' is unknown: the feed's is used"
    ]


@pytest.mark.parametrize(
    ("latitude", "longitude", "why"),
    [
        ("0", "0.0000", "are 0, 0, which stands for unknown"),
        ("91", "1", "are not on the globe"),
        ("", "1", "are not two numbers"),
    ],
)
def test_coordinates_of_no_place_are_left_out(latitude, longitude, why):
    assert only(latitude=latitude, longitude=longitude).latitude is None
    assert why_mended(latitude=latitude, longitude=longitude) == [f"its coordinates {why} and were left out"]


def test_regions_go_from_the_general_to_the_specific_and_a_borough_may_stand_for_the_town():
    parts = {
        "location_province": "OX",
        "location_sub_province": "Mirkshire",
        "location_city_subsection": "Oldgate",
        "location_neighborhood": "Oldgate",
    }
    assert only(**parts).region == "OX > Mirkshire > Oldgate"
    without_town = only(**parts, location_municipality="")
    assert (without_town.city, without_town.region) == ("Oldgate", "OX > Mirkshire > Oldgate")
    assert only(location_municipality="", location_city_subsection="Oldgate").region == "OX"


def test_the_way_there_and_notes_are_kept_and_prompts_are_not():
    meeting = only(
        location_info="Room 5; ring <b>twice</b>",
        train_lines="Z\xfcge#@-@#S1, S2",
        bus_lines="",
        public_transport="\xd6PNV#@-@#U7 Quince Street\x00",
        comments="Bring a mug",
        format_comments="Erweiterung#@-@#Speaker at first#@-@#Speaker last",
    )
    assert meeting.location_notes == "Room 5; ring twice\nS1, S2\nU7 Quince Street"
    assert meeting.notes == "Bring a mug\nSpeaker last"


def test_what_is_hidden_from_visitors_stays_hidden():
    stated = {
        "comments": "observer_only#@-@#Kommentar#@-@#Key under the mat",
        "contact_name_1": "observer_only#@-@#x",
    }
    assert only(**stated).notes == ""
    assert why_mended(**stated) == ["comments is hidden from visitors and was left out"]


def test_contacts_stay_in_the_feed():
    contacts = {
        "contact_name_1": "Ada Sample",
        "contact_phone_1": "+441632960777",
        "contact_email1": "ada@example.org",
        "email_contact": "ada@example.org",
    }
    assert only(**contacts) == LANTERN


def test_only_addresses_of_the_web_become_links():
    assert only(virtual_meeting_link="meet.example/j/1").conference_url == "https://meet.example/j/1"
    assert only(virtual_meeting_link="javascript:alert(1)").conference_url == ""
    assert len(why_mended(virtual_meeting_link="javascript:alert(1)")) == 1
    joining = only(
        phone_meeting_number="+441632960123,,7#", virtual_meeting_additional_info="Ask for Lantern"
    )
    assert (joining.conference_phone, joining.conference_notes) == ("+441632960123,,7#", "Ask for Lantern")


def test_over_long_values_are_cut():
    assert len(only(meeting_name="n" * 300).name) == 255
    assert why_mended(meeting_name="n" * 300) == ["meeting_name has 300 characters and was cut to 255"]


def test_a_subset_of_the_fields_is_enough():
    bare = {"id_bigint": "1", "weekday_tinyint": "2", "start_time": "10:00:00", "meeting_name": "Quince"}
    assert read(bare) == read(bare, formats=None)
    assert read(bare).meetings == [
        ParsedMeeting(
            "1", "Quince", attendance_option=AttendanceOption.IN_PERSON, day=0, starts_at=time(10, 0)
        )
    ]


def test_old_csv_has_quotes_as_they_are_and_escapes_those_of_formats():
    record = a_meeting(meeting_name='The "Lantern" Room, upstairs', formats='O,\\"5\\"', comments='"Mugs"')
    feed = bmlt.parse(as_csv(record), b"")
    assert [meeting.name for meeting in feed.meetings] == ['The "Lantern" Room, upstairs']
    assert (feed.meetings[0].notes, feed.meetings[0].types) == ('"Mugs"', ("O", '"5"'))


def test_csv_that_a_spreadsheet_saved_again_is_read_too():
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, list(a_meeting()))
    writer.writeheader()
    writer.writerow(a_meeting(meeting_name='The "Lantern" Room\nupstairs'))
    (meeting,) = bmlt.parse(sheet.getvalue().encode(), LISTED).meetings
    assert meeting.name == 'The "Lantern" Room upstairs'


def test_a_line_that_falls_apart_is_told_by_its_number_and_stops_no_other():
    feed = bmlt.parse(as_csv(a_meeting(), a_meeting("7302", meeting_name='A","B'), a_meeting("7303")))
    assert [meeting.slug for meeting in feed.meetings] == ["7301", "7303"]
    assert feed.rejected == [Fault("7302", "its line has 19 values for 18 fields")]
    assert "7302" in feed.still_there


@pytest.mark.parametrize(
    "data", [b"[]", b'{"meetings": [], "formats": []}', b"cb([]);", b'"id_bigint","name"\n']
)
def test_an_empty_list_is_a_list(data):
    assert bmlt.parse(data).read == 0


NO_LIST = [
    (b"", "The feed is empty."),
    (b'[{"id_bigint": "1"', "The feed is not JSON: "),
    (
        b"[]\n\nFatal error: out of memory",
        "The feed is not JSON: after its end in line 1 another text follows.",
    ),
    (b"[]]", "The feed is not JSON: after its end in line 1 another text follows."),
    (b"cb([]", "The feed is JSONP that was cut short: its last bracket is missing."),
    (b"cb([]); alert(1)", "The feed is not JSON: after its end in line 1 another text follows."),
    (b"cb({", "The feed is not JSON: "),
    (b"<!DOCTYPE html><html>502</html>", "The feed is a web page or XML, not JSON."),
    ("[]".encode("utf-16"), "The feed is not UTF-8 text: it looks like UTF-16."),
    ('[{"meeting_name": "Café"}]'.encode("latin-1"), "The feed is not UTF-8 text: byte 23 is wrong."),
    (b'{"message": "Unauthenticated."}', "The feed is an object without an array of meetings."),
    (b'{"meetings": {}}', "The feed is an object without an array of meetings."),
    (b"cb(7)", "The feed is a single value, no array of meetings."),
    (b"null", "The feed is neither an array or object in JSON nor BMLT's CSV"),
    (b"Committee,CommitteeName\n1,2\n", "The feed is neither an array or object in JSON nor BMLT's CSV"),
    (b"id_bigint,meeting_name\n1," + b"x" * 200_000, "The feed is not CSV: "),
    (b"[" * 100_000, "The feed is not JSON: a number or its nesting goes on for ever."),
    (b"[" + b"9" * 5000 + b"]", "The feed is not JSON: a number or its nesting goes on for ever."),
]


@pytest.mark.parametrize(("data", "sentence"), NO_LIST)
def test_what_is_no_list_of_meetings_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Refused) as refusal:
        bmlt.parse(data)
    assert refusal.value.sentence.startswith(sentence)
    assert refusal.value.sentence.endswith("Nothing was changed.")


def test_line_breaks_within_texts_of_json_stop_nothing():
    (meeting,) = bmlt.parse(json.dumps([a_meeting(comments="@")]).replace("@", "one\ntwo").encode()).meetings
    assert meeting.notes == "one\ntwo"


@pytest.mark.parametrize(
    ("formats", "sentence"),
    [
        (b" ", "The list of formats is empty."),
        (b"<html>", "The list of formats is a web page or XML, not JSON."),
        (b"[", "The list of formats is not JSON: "),
        (b"\xff\xfe[", "The list of formats is not UTF-8 text"),
        (b"7", "The list of formats is no array of formats."),
        (b'{"meetings": []}', "The list of formats is no array of formats."),
    ],
)
def test_a_list_of_formats_that_is_none_is_refused_in_a_sentence(formats, sentence):
    with pytest.raises(Refused) as refusal:
        bmlt.parse(b"[]", formats)
    assert refusal.value.sentence.startswith(sentence)


def test_an_entry_of_the_list_of_formats_that_is_none_stops_no_other():
    feed = read(a_meeting(), formats=["x", {}, *FORMATS, a_format("", "Q", "Q")])
    assert feed.meetings == [LANTERN]
    assert feed.mended == [
        Fault("", f"entry {position} of the list of formats is none and was left out")
        for position in (1, 2, 5)
    ]
