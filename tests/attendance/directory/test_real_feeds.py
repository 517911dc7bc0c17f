"""Really published lists, with the counts that can be told from the lists themselves."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from attendance.directory.feeds import bmlt, meeting_guide, naws, parser_of, tsml_sheet
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.finding import meetings_by_slugs
from attendance.directory.kinds import AttendanceOption, FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.upkeep.importing import ImportSummary, import_feed
from tests.attendance.directory.lists import NOW, OPERATOR

# Records, overlong slugs and bad coordinates that were mended, and how one takes part in them.
LISTS = {
    # 7 slugs are longer than 64. 533 online (385 + 148), as its own attendance_option has it.
    "mg_orange_county_ca_aa.json": (
        1967,
        7,
        {"in_person": 1432, "online": 385, "hybrid": 148, "inactive": 2},
    ),
    # No attendance_option: 514 online meetings name no place, 89 do; one record has half its coordinates.
    "mg_sf_marin_aa.json": (658, 1, {"online": 514, "hybrid": 89, "in_person": 55}),
    # 43 temporarily closed, of which 22 meet online; 74 online altogether (22 + 52).
    "mg_edmonton_aa.json": (315, 0, {"in_person": 220, "hybrid": 52, "online": 22, "inactive": 21}),
    # 120 temporarily closed, of which 89 meet online and 31 are inactive; one slug is too long.
    "mg_massachusetts_alanon.json": (360, 1, {"in_person": 156, "online": 113, "hybrid": 60, "inactive": 31}),
    # 8 have a link and an address of four parts; one names a town alone and no link.
    "mg_edge_times.json": (9, 1, {"hybrid": 8, "inactive": 1}),
    "mg_edge_appointment.json": (2, 0, {"hybrid": 2}),
}


# With the list of formats that goes with each; how many are told to have none, and how one takes part.
BMLT_LISTS = {
    # Venue types: 85 in person, 23 virtual. 4 without formats.
    "bmlt_berlin_GetSearchResults.json": (
        "bmlt_german_GetFormats_de.json",
        108,
        4,
        {"in_person": 85, "online": 23},
    ),
    # No venue type, no link: all in person, the unpublished one kept and not offered. Its 7 duplicates have numbers of
    # their own, and which of two clients mean cannot be told, so both stay.
    "bmlt_upstate_ny_GetSearchResults.json": (
        "bmlt_ny_GetFormats.json",
        646,
        107,
        {"in_person": 645, "inactive": 1},
    ),
    "bmlt_adminapi_v1_meetings.json": ("bmlt_adminapi_v1_formats.json", 244, 12, {"in_person": 244}),
    # It brings the formats that it uses. Neither duration nor venue: the fields asked for were others.
    "bmlt_geneva_ny_used_formats_day2.json": ("", 53, 15, {"in_person": 53}),
}


# The same for sheets, with their formats.
SHEETS = {
    # 39 rows, of which the last is both deleted and unpublished: it is noted, and no meeting. 5 of 38 are closed.
    "naws_cape_cod_2019.csv": (FeedFormat.NAWS, 38, 1, {"in_person": 38}),
    # One is temporarily closed and has a link.
    "tsml_template.csv": (FeedFormat.TSML_SHEET, 36, 0, {"in_person": 35, "online": 1}),
}


def take_in(path: Path, format: FeedFormat = FeedFormat.MEETING_GUIDE) -> ImportSummary:
    return import_feed(
        parsed=parser_of(format)(path.read_bytes()),
        feed_name=path.name,
        fellowship_name="Al-Anon" if "alanon" in path.name else "Alcoholics Anonymous",
        format=format,
        time_zone="America/Los_Angeles",
        by=OPERATOR,
        now=NOW,
    )


def take_in_bmlt(path, parsed: ParsedFeed) -> ImportSummary:
    return import_feed(
        parsed=parsed,
        feed_name=path.name,
        fellowship_name="Narcotics Anonymous",
        format=FeedFormat.BMLT,
        time_zone="Europe/Berlin" if "berlin" in path.name else "America/New_York",
        by=OPERATOR,
        now=NOW,
    )


def read_bmlt(real_feed, name: str, formats: str) -> ParsedFeed:
    return bmlt.parse(real_feed(name).read_bytes(), real_feed(formats).read_bytes() if formats else b"")


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_everything_in_a_real_list_goes_in_and_goes_in_once(real_feed, name, django_assert_num_queries):
    records, mended, options = LISTS[name]
    path = real_feed(name)
    summary = take_in(path)
    assert (summary.read, summary.added, summary.rejected) == (records, records, 0)
    assert len(summary.warnings) == mended
    assert Counter(Meeting.objects.values_list("attendance_option", flat=True)) == options
    # Fellowships shared and own, the feed (find, lock, update), what is held of it, what came of it and the receipt,
    # with three savepoints around: as many for 2 meetings as for 1967.
    with django_assert_num_queries(11):
        again = take_in(path)
    assert (again.unchanged, again.added, again.changed, again.closed) == (records, 0, 0, 0)


@pytest.mark.django_db
def test_every_slug_of_a_real_list_is_found_as_it_was_published(real_feed):
    path = real_feed("mg_orange_county_ca_aa.json")
    take_in(path)
    published = {record["slug"] for record in json.loads(path.read_bytes())}
    assert max(map(len, published)) > 64
    found = meetings_by_slugs([*published, *(f"{path.name}:{slug}" for slug in published)])
    assert {text for text, one in found.items() if not isinstance(one, Meeting)} == set()
    assert len({one.pk for one in found.values()}) == len(published)


@pytest.mark.django_db
def test_orange_county_has_one_meeting_by_appointment_and_766_ends(real_feed):
    take_in(real_feed("mg_orange_county_ca_aa.json"))
    assert Meeting.objects.get(day=None).slug == "women"
    assert Meeting.objects.exclude(ends_at=None).count() == 766  # 1201 of 1967 state none
    assert Meeting.objects.filter(approximate=True).count() == 386
    assert Meeting.objects.filter(types=[]).count() == 27
    assert Meeting.objects.filter(ends_at="00:00").count() == 9
    # The same meeting under two slugs: which of the two clients mean cannot be told, so both stay.
    worldwide = Meeting.objects.filter(name="24 Hour Open Discussion Meeting (World Wide)", day=1)
    assert worldwide.count() == 2
    assert set(Meeting.objects.values_list("time_zone", flat=True)) == {"America/Los_Angeles"}


@pytest.mark.django_db
def test_san_francisco_states_its_time_zone_and_writes_coordinates_as_texts(real_feed):
    path = real_feed("mg_sf_marin_aa.json")
    feed = meeting_guide.parse(path.read_bytes())
    assert {meeting.time_zone for meeting in feed.meetings} == {"America/Los_Angeles"}
    assert sum(meeting.latitude is not None for meeting in feed.meetings) == 141  # 517 of 658 without
    assert [fault.slug for fault in feed.mended] == ["the-headless-horsemen-862"]


def test_edmonton_writes_days_as_lists_and_12_hour_times(real_feed):
    feed = meeting_guide.parse(real_feed("mg_edmonton_aa.json").read_bytes())
    first = feed.meetings[0]
    assert (first.slug, first.day, f"{first.starts_at:%H:%M}") == ("6", 5, "11:00")
    assert all(meeting.starts_at and meeting.updated_at for meeting in feed.meetings)
    assert all(meeting.latitude is None for meeting in feed.meetings)
    assert not any(
        text != text.strip() for m in feed.meetings for text in (m.group_name, m.location, m.notes)
    )


def test_massachusetts_keeps_codes_nobody_knows_and_offers_nothing_that_is_closed(real_feed):
    feed = meeting_guide.parse(real_feed("mg_massachusetts_alanon.json").read_bytes())
    assert sum("AC" in meeting.types for meeting in feed.meetings) == 48
    assert sum("TC" in meeting.types for meeting in feed.meetings) == 120
    assert not any("&amp;" in m.notes or "&amp;" in m.location_notes for m in feed.meetings)
    closed = [m for m in feed.meetings if "TC" in m.types]
    assert {m.attendance_option for m in closed} == {AttendanceOption.ONLINE, AttendanceOption.INACTIVE}


def test_days_as_texts_and_no_days_at_all(real_feed):
    times = meeting_guide.parse(real_feed("mg_edge_times.json").read_bytes())
    assert [meeting.day for meeting in times.meetings] == [0, 5, 5, 5, None, 0, 6, 6, 6]
    appointment = meeting_guide.parse(real_feed("mg_edge_appointment.json").read_bytes())
    assert [meeting.day for meeting in appointment.meetings] == [None, 3]


@pytest.mark.django_db
@pytest.mark.parametrize("name", BMLT_LISTS)
def test_everything_of_a_bmlt_server_goes_in_and_goes_in_once(real_feed, name):
    formats, records, without_formats, options = BMLT_LISTS[name]
    path, parsed = real_feed(name), read_bmlt(real_feed, name, formats)
    summary = take_in_bmlt(path, parsed)
    assert (summary.read, summary.added, summary.warnings) == (records, records, ())
    assert Meeting.objects.filter(types=[], weeks=[]).count() == without_formats
    assert Counter(Meeting.objects.values_list("attendance_option", flat=True)) == options
    again = take_in_bmlt(path, read_bmlt(real_feed, name, formats))
    assert (again.unchanged, again.added, again.changed, again.closed) == (records, 0, 0, 0)


@pytest.mark.django_db
def test_berlins_meetings_of_certain_weeks_are_held_in_those_alone(real_feed):
    name = "bmlt_berlin_GetSearchResults.json"
    take_in_bmlt(real_feed(name), read_bmlt(real_feed, name, BMLT_LISTS[name][0]))
    # Two Polish meetings share the Thursdays of a month. Fifteen others have a speaker in its first week and thirteen
    # admit visitors in it: those are held every week.
    weeks = dict(Meeting.objects.exclude(weeks=[]).values_list("slug", "weeks"))
    assert weeks == {"10859": [1, 3], "10860": [2, 4]}
    polish, women = (Meeting.objects.get(slug=slug) for slug in ("10859", "10860"))
    thursdays = [date(2026, 1, 1) + timedelta(weeks=week) for week in range(9)]
    assert [day.day for day in thursdays if polish.may_be_held_on(day, "Europe/Berlin")] == [1, 15, 5, 19]
    assert [day.day for day in thursdays if women.may_be_held_on(day, "Europe/Berlin")] == [8, 22, 12, 26]
    weekly = Meeting.objects.exclude(slug__in=weeks)
    assert not any("BYDAY=1" in meeting.weekly_time.rrule for meeting in weekly)
    assert {"W", "POL"} == set(women.types)


def test_german_formats_become_the_codes_that_a_search_finds(real_feed):
    berlin = "bmlt_berlin_GetSearchResults.json"
    for list_of_formats in ("bmlt_german_GetFormats_de.json", "bmlt_german_GetFormats_en.json"):
        feed = read_bmlt(real_feed, berlin, list_of_formats)
        counts = Counter(code for meeting in feed.meetings for code in meeting.types)
        # Beh, F, M, VM and O; languages by their keys or names.
        assert [counts[code] for code in ("X", "W", "M", "ONL", "O")] == [14, 6, 3, 23, 17]
        assert [counts[code] for code in ("EN", "RUS", "FA", "POL", "DE", "UK", "S", "FR")] == [
            17, 6, 6, 3, 2, 1, 1, 1,
        ]  # fmt: skip
        assert sum(bool(meeting.weeks) for meeting in feed.meetings) == 2


def test_the_administration_api_and_the_search_agree_on_the_meetings_they_share(real_feed):
    found = read_bmlt(real_feed, "bmlt_upstate_ny_GetSearchResults.json", "bmlt_ny_GetFormats.json")
    kept = read_bmlt(real_feed, "bmlt_adminapi_v1_meetings.json", "bmlt_adminapi_v1_formats.json")
    by_slug = {meeting.slug: meeting for meeting in found.meetings}
    assert len(by_slug.keys() & {meeting.slug for meeting in kept.meetings}) == 244
    for meeting in kept.meetings:
        other = by_slug[meeting.slug]
        assert (meeting.day, meeting.starts_at) == (other.day, other.starts_at)


def test_the_one_unpublished_meeting_of_upstate_new_york_is_kept(real_feed):
    feed = read_bmlt(real_feed, "bmlt_upstate_ny_GetSearchResults.json", "bmlt_ny_GetFormats.json")
    (hidden,) = [m for m in feed.meetings if m.attendance_option is AttendanceOption.INACTIVE]
    assert hidden.name == "Steps are a New Beginning"
    assert all(meeting.time_zone == "" and meeting.ends_at for meeting in feed.meetings)


@pytest.mark.django_db
@pytest.mark.parametrize("name", SHEETS)
def test_everything_in_a_real_sheet_goes_in_and_goes_in_once(real_feed, name):
    format, rows, mended, options = SHEETS[name]
    path = real_feed(name)
    summary = take_in(path, format)
    assert (summary.read, summary.added, summary.rejected) == (rows, rows, 0)
    assert len(summary.warnings) == mended
    assert Counter(Meeting.objects.values_list("attendance_option", flat=True)) == options
    again = take_in(path, format)
    assert (again.unchanged, again.added, again.changed, again.closed) == (rows, 0, 0, 0)


def test_cape_cod_leaves_out_the_one_that_was_deleted(real_feed):
    feed = naws.parse(real_feed("naws_cape_cod_2019.csv").read_bytes())
    assert [(fault.slug, fault.why) for fault in feed.mended] == [
        ("260", "it is marked as deleted and was left out")
    ]
    assert all(m.starts_at and m.ends_at is None and m.updated_at and m.latitude for m in feed.meetings)
    types = Counter(code for meeting in feed.meetings for code in meeting.types)
    assert (types["O"], types["C"], types["X"], types["DISC"], types["M"]) == (33, 5, 5, 21, 1)


def test_the_template_names_its_types_and_every_name_has_a_code(real_feed):
    feed = tsml_sheet.parse(real_feed("tsml_template.csv").read_bytes())
    types = Counter(code for meeting in feed.meetings for code in meeting.types)
    assert types == {
        "O": 30, "X": 17, "C": 6, "W": 3, "M": 3, "H": 3, "B": 3, "G": 2, "L": 2, "ST": 2, "S": 1, "TR": 1, "T": 1,
        "BA": 1, "D": 1, "ONL": 1, "TC": 1,
    }  # fmt: skip
    assert sum(m.ends_at is not None for m in feed.meetings) == 2
    assert all(m.time_zone == "America/Los_Angeles" and m.updated_at for m in feed.meetings)
    assert {m.slug for m in feed.meetings} >= {"cup-of-coffee-group", "cup-of-coffee-group-2", "t-g-i-f"}
