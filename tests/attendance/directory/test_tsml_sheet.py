"""The sheet of the 12-Step Meeting List: plain headings, 12-hour times, types by their names, and slugs or none."""

from datetime import UTC, datetime, time

import pytest

from attendance.directory.feeds import tsml_sheet
from attendance.directory.feeds.parsed import Fault, ParsedFeed, ParsedMeeting
from attendance.directory.feeds.type_names import NAMES, OTHER_NAMES, code_of
from attendance.directory.kinds import AttendanceOption
from clinic.errors import Refused
from tests.attendance.directory.sheets import TEMPLATE, a_sheet, a_template_row


def read(*rows: dict[str, str]) -> ParsedFeed:
    """Rows under the headings of the template and whatever else they have."""
    more = [heading for row in rows for heading in row if heading not in TEMPLATE]
    return tsml_sheet.parse(a_sheet([*TEMPLATE, *dict.fromkeys(more)], *rows))


def only(stated: dict[str, str]) -> ParsedMeeting:
    feed = read(a_template_row(stated))
    assert feed.rejected == []
    (meeting,) = feed.meetings
    return meeting


def why_mended(stated: dict[str, str]) -> list[str]:
    return [fault.why for fault in read(a_template_row(stated)).mended]


def why_rejected(stated: dict[str, str]) -> Fault:
    (fault,) = read(a_template_row(stated)).rejected
    return fault


MONDAY_LUNCH = ParsedMeeting(
    slug="monday-lunch",
    name="Monday Lunch",
    attendance_option=AttendanceOption.IN_PERSON,
    day=0,
    starts_at=time(12, 30),
    ends_at=time(13, 30),
    time_zone="Europe/London",
    types=("O", "X"),
    location="St Oswald's Hall",
    address="4 Mill Lane, Leeds LS1 4DY, UK",
    updated_at=datetime(2020, 4, 4, 16, 50, 58, tzinfo=UTC),
)


def test_a_faultless_row_is_taken_as_it_stands():
    feed = read(a_template_row({}))
    assert (feed.meetings, feed.rejected, feed.mended) == ([MONDAY_LUNCH], [], [])


def test_the_specifications_own_sheet_has_an_id_and_one_address():
    row = {
        "ID": "619",
        "Name": "Wicker Park",
        "Day": "Sunday",
        "Time": "6:00 PM",
        "Full Address": "4953 W Addison St, Chicago, IL 60641, USA",
        "Regions": "Illinois > Chicago>Wicker Park",
        "Types": "Open",
        "URL": "https://list.example/619",
        "Conference URL Notes": "ask for the word",
        "Postal Code": "60641",
    }
    (meeting,) = tsml_sheet.parse(a_sheet(list(row), row)).meetings
    assert (meeting.slug, meeting.day, meeting.starts_at) == ("619", 6, time(18, 0))
    assert meeting.address == "4953 W Addison St, Chicago, IL 60641, USA"
    assert meeting.region == "Illinois > Chicago > Wicker Park"
    assert (meeting.url, meeting.conference_notes) == ("https://list.example/619", "ask for the word")


def test_without_a_column_it_needs_it_is_no_such_sheet():
    with pytest.raises(Refused) as refusal:
        tsml_sheet.parse(b"Name,Slug,Types\nLunch,lunch,Open")
    assert refusal.value.sentence == (
        "The feed is no sheet of the 12-Step Meeting List: it has no column day, time. Nothing was changed."
    )


def test_somebody_named_stays_in_the_feed():
    contact = {"Contact 1 Name": "Sam Sample", "Contact 1 Phone": "+441632960999", "Email": "sam@example.org"}
    assert only(contact) == MONDAY_LUNCH


def test_a_row_without_a_slug_gets_one_of_its_name_day_and_time():
    assert only({"Slug": " "}).slug == "monday-lunch-monday-1230"
    assert only({"Slug": "", "Time": "12:30"}).slug == "monday-lunch-monday-1230"
    assert only({"Slug": "", "Name": "Désir d'été!", "Day": "", "Time": ""}).slug == "désir-d-été"
    assert why_mended({"Slug": ""}) == ["it has no slug: one was made of its name, day and time"]


def test_a_made_slug_of_a_long_name_fits_and_was_never_published():
    meeting = only({"Slug": "", "Name": "Lunch " * 20})
    assert (len(meeting.slug), meeting.published_slug) == (64, "")


def test_a_made_slug_is_never_one_the_sheet_gives_to_another():
    made, stated = a_template_row({"Slug": ""}), a_template_row({"Slug": "monday-lunch-monday-1230"})
    for rows in ((made, stated), (stated, made)):
        feed = read(*rows)
        assert feed.rejected == []
        assert len({m.slug for m in feed.meetings}) == 2
        assert "monday-lunch-monday-1230" in {m.slug for m in feed.meetings}


def test_rows_without_slugs_that_differ_in_their_place_alone_are_both_kept():
    rows = [a_template_row({"Slug": "", "Location": place}) for place in ("Here", "There", "Here")]
    feed = read(*rows)
    assert [m.location for m in feed.meetings] == ["Here", "There"]
    assert feed.rejected[0].why == "its slug appears a second time: the first was kept"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Open, Wheelchair Access", ("O", "X")),
        ("closed,WOMEN , women", ("C", "W")),
        ("Step Meeting, Online Meeting, Temporary Closure", ("ST", "ONL", "TC")),
        ("O, X, Brand New", ("O", "X", "Brand New")),
        ("12 Steps & 12 Traditions", ("12x12",)),
        ("", ()),
    ],
)
def test_types_go_by_name_and_unknown_names_are_kept(stated, expected):
    assert only({"Types": stated}).types == expected


def test_no_name_stands_for_two_codes_and_a_code_stays_as_it_is():
    assert len({name.casefold() for name in [*NAMES.values(), *OTHER_NAMES]}) == len(NAMES) + len(OTHER_NAMES)
    assert {code_of(code) for code in NAMES} == set(NAMES)
    assert set(OTHER_NAMES.values()) <= set(NAMES)


@pytest.mark.parametrize(
    ("stated", "option"),
    [
        ({"Types": "Temporary Closure"}, "inactive"),
        ({"Types": "Temporary Closure", "Conference Phone": "+441632960123"}, "online"),
        ({"Types": "Online Meeting"}, "hybrid"),
        ({"Types": "", "Conference URL": "https://meet.example/1"}, "hybrid"),
        ({"Address": "Leeds, UK", "Location": ""}, "inactive"),
        ({"Attendance Option": "online"}, "online"),
    ],
)
def test_how_one_takes_part_follows_as_in_the_meeting_guide(stated, option):
    assert only(stated).attendance_option == option


@pytest.mark.parametrize(
    ("stated", "days"),
    [
        ("Tuesday", [1]),
        (" sunday", [6]),
        ("Monday, Friday", [0, 4]),
        ("Monday and Friday", [0, 4]),
        ("", [None]),
    ],
)
def test_days_go_by_name(stated, days):
    assert [m.day for m in read(a_template_row({"Day": stated})).meetings] == days


def test_a_day_or_a_start_that_cannot_be_read_makes_the_row_unusable():
    assert why_rejected({"Day": "Someday"}).why.startswith("its day 'Someday' is no day of the week")
    assert why_rejected({"Time": "evenings"}) == Fault("monday-lunch", "its time 'evenings' cannot be read")
    assert why_rejected({"Time": "evenings", "Slug": ""}).slug == "monday-lunch"


def test_without_a_name_a_row_is_unusable():
    assert why_rejected({"Name": "<b></b>"}) == Fault("monday-lunch", "it has no name")
    assert why_rejected({"Name": "", "Slug": ""}) == Fault("", "row 2 has no name")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("10:30 PM", "12:00 AM", time(0, 0)), ("22:30", "24:00", time(0, 0)), ("7:00 PM", "6:00 PM", None)],
)
def test_an_end_is_kept_past_midnight_and_left_out_where_it_cannot_be(start, end, expected):
    assert only({"Time": start, "End Time": end}).ends_at == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2016-09-1005:15:00", datetime(2016, 9, 10, 5, 15, tzinfo=UTC)),
        ("2016-09-10 05:15:00", datetime(2016, 9, 10, 5, 15, tzinfo=UTC)),
        ("2016-09-10", datetime(2016, 9, 10, tzinfo=UTC)),
        ("last week", None),
    ],
)
def test_when_it_was_updated_need_not_part_date_and_time(stated, expected):
    assert only({"Updated": stated}).updated_at == expected
    assert bool(why_mended({"Updated": stated})) == (expected is None)


def test_an_address_may_be_in_parts():
    parts = {"Address": "4 Mill Lane", "City": "Leeds", "Postal Code": "LS1 4DY", "Country": "UK"}
    meeting = only(parts)
    assert (meeting.address, meeting.city) == ("4 Mill Lane, Leeds, LS1 4DY, UK", "Leeds")


def test_regions_go_from_the_general_to_the_specific():
    assert only({"Region": "Leeds ", "Sub Region": "Headingley"}).region == "Leeds > Headingley"
    assert only({"Region": "Yorkshire > Leeds"}).region == "Yorkshire > Leeds"
    assert only({}).region == ""


def test_the_website_is_the_link_where_the_sheet_has_no_other():
    assert only({"Website": "lunch.example"}).url == "https://lunch.example"
    assert only({"Website": "lunch.example", "URL": "https://list.example/1"}).url == "https://list.example/1"


def test_values_are_mended_as_in_every_format():
    faulty = {"Latitude": "0", "Longitude": "0.0", "Conference URL": "ask at the door", "Timezone": "Pacific"}
    assert why_mended(faulty) == [
        "conference_url is no web address of up to 1000 characters and was left out",
        "its coordinates are 0, 0, which stands for unknown and were left out",
        "its time zone 'Pacific' is unknown: the feed's is used",
    ]
    assert only({"Name": " Lunch\x07 ", "Notes": "<p>Ring</p>twice"}).notes == "Ring\ntwice"


def test_meetings_of_a_broken_row_have_not_left_the_feed():
    data = a_sheet(TEMPLATE, a_template_row({"Slug": "broken"}), a_template_row({}))
    feed = tsml_sheet.parse(data.replace(b'"broken"', b'"broken'))
    assert feed.rejected[0].slug == ""
    assert feed.rejected[0].why.startswith("row 2: ")
    assert "broken" in feed.still_there
