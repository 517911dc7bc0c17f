"""What differs between two states of a meeting is said in words, and nothing that differs is passed over."""

from dataclasses import fields
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.directory.feeds.parsed import ParsedMeeting
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Fellowship, Meeting
from attendance.directory.upkeep.differences import SHOWN, differences, excerpts, place_text

NA = Fellowship(name="Narcotics Anonymous")
# A value other than the one of the meeting below, for whatever a list can state.
OTHER: dict[str, Any] = {
    "name": "Quay Side",
    "attendance_option": AttendanceOption.ONLINE,
    "group_name": "Quay Group",
    "day": 2,
    "weeks": [1, 3],
    "starts_at": time(20),
    "ends_at": time(21),
    "time_zone": "Europe/Dublin",
    "types": ["C"],
    "notes": "Ring twice.",
    "url": "https://quay.example/",
    "location": "The Mission",
    "location_notes": "Round the back",
    "address": "2 Quay, Leeds",
    "city": "York",
    "region": "North",
    "approximate": True,
    "latitude": 53.9,
    "longitude": -1.6,
    "conference_url": "https://meet.example/quay",
    "conference_phone": "+441130000000",
    "conference_notes": "Code 12",
    "updated_at": datetime(2026, 2, 1, 9, 30, tzinfo=UTC),
    "published_slug": "quay:side",
}


def a_meeting(**stated: Any) -> Meeting:
    given = {
        "fellowship": NA,
        "name": "Lantern Street",
        "attendance_option": AttendanceOption.IN_PERSON,
        "day": 1,
        "starts_at": time(19),
        "time_zone": "Europe/London",
        "location": "Lantern Hall",
        "city": "Leeds",
        "types": ["O", "X", "QQ"],
        "latitude": 53.8,
        "longitude": -1.5,
    }
    return Meeting(**given | stated)


def said(before: Meeting, after: Meeting) -> list[tuple[str, str, str]]:
    return [(one["what"], one["before"], one["after"]) for one in differences(before, after)]


def test_every_field_that_a_list_states_makes_a_difference():
    assert OTHER.keys() == {field.name for field in fields(ParsedMeeting)} - {"slug"}
    for name, value in OTHER.items():
        assert len(said(a_meeting(), a_meeting(**{name: value}))) == 1, name
    assert said(a_meeting(), a_meeting()) == []


@pytest.mark.parametrize(
    ("stated", "difference"),
    [
        ({"starts_at": time(20), "ends_at": time(21)}, ("When", "Tue 19:00", "Tue 20:00 to 21:00")),
        ({"weeks": [1, -1]}, ("When", "Tue 19:00", "1st and last Tue 19:00")),
        ({"day": None, "starts_at": None}, ("When", "Tue 19:00", "by appointment")),
        ({"types": ["C"]}, ("Marked as", "Open, Wheelchair Access, QQ", "Closed")),
        ({"attendance_option": "inactive"}, ("How", "In person", "Not meeting at present")),
        ({"notes": "Ring"}, ("Notes", "", "Ring")),
        ({"latitude": None, "longitude": None}, ("On the map", "53.8, -1.5", "")),
        ({"approximate": True}, ("Place known", "exactly", "only roughly")),
        ({"fellowship": Fellowship(name="Al-Anon")}, ("Fellowship", "Narcotics Anonymous", "Al-Anon")),
        (
            {"updated_at": datetime(2026, 2, 1, 9, 30, tzinfo=UTC)},
            ("Changed by the group", "", "1 February 2026, 09:30"),
        ),
    ],
)
def test_it_is_said_in_words(stated, difference):
    assert said(a_meeting(), a_meeting(**stated)) == [difference]


@pytest.mark.parametrize(
    ("stated", "where"),
    [
        ({}, "Lantern Hall, Leeds · In person"),
        ({"location": "", "address": "2 Quay, Leeds", "city": ""}, "2 Quay, Leeds · In person"),
        ({"location": "Leeds"}, "Leeds · In person"),
        ({"location": "", "city": "", "attendance_option": "online"}, "Online"),
    ],
)
def test_where_it_is_in_a_few_words(stated, where):
    assert place_text(a_meeting(**stated)) == where


TEXTS = st.text(alphabet="ab …", max_size=3 * SHOWN)


@given(TEXTS, TEXTS, TEXTS)
def test_of_long_texts_the_place_where_they_differ_is_shown(same, one, other):
    before, after = same + one, same + other
    shown = excerpts(before, after)
    assert all(len(text) <= SHOWN + 2 for text in shown)
    if before != after:
        assert shown[0] != shown[1]
    if max(len(before), len(after)) <= SHOWN:
        assert shown == (before, after)
