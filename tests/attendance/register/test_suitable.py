"""Which meetings suit Sam, of those that the directory really holds; what a sheet of them says."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory import mending, overlay
from attendance.directory.choosing import finding
from attendance.directory.choosing.geography import Point, distance_km
from attendance.directory.models import Meeting
from attendance.register import meeting_choices, recording
from attendance.register.models import Source
from attendance.register.sheets import sheet_of
from attendance.register.suitable import Suitable, suitable
from clinic.models import Client, Clinic
from tests import cast
from tests.cast import BY, NOW

pytestmark = pytest.mark.django_db

LEEDS = {"latitude": 53.80, "longitude": -1.55, "city": "Leeds"}
YORK = {"latitude": 53.96, "longitude": -1.08, "city": "York"}


def a_meeting(slug: str, fellowship: str = "Alcoholics Anonymous", **told: Any) -> Meeting:
    """On Tuesdays at 19:00 in Leeds unless told otherwise."""
    return cast.a_meeting(slug, fellowship, **{"day": 1, "starts_at": time(19), **LEEDS, **told})


def for_sam(sam: Client, *words: str, **how: Any) -> Suitable:
    sam.preferences = list(words)
    return suitable(sam, NOW, **how)


def slugs(found: Suitable) -> list[str]:
    return [one.meeting.slug for one in found.suits]


def test_near_the_area_they_named_the_nearest_first(sam):
    a_meeting("leeds")
    a_meeting("headingley", latitude=53.82, longitude=-1.58, city="Headingley")
    a_meeting("york", **YORK)
    found = for_sam(sam, "area: leeds")
    assert (slugs(found), found.unknown_area, found.near_last) == (["leeds", "headingley"], False, False)
    assert found.suits[1].why == ("1.8 miles away", "12-step")
    assert slugs(for_sam(sam, "area: york")) == ["york"]
    assert slugs(for_sam(sam, "area: 53.82, -1.58")) == ["headingley", "leeds"]
    near = for_sam(sam, "area: leeds", "within: 1 mile")
    assert slugs(near) == ["leeds"]
    close = near.close
    assert [(one.meeting.slug, one.misses) for one in close] == [("headingley", ("1.8 miles away",))]


def test_without_an_area_it_is_near_where_they_last_went(sam):
    york = a_meeting("york", **YORK)
    a_meeting("leeds")
    went(sam, york)
    found = for_sam(sam)
    assert (slugs(found), found.near_last) == (["york"], True)
    assert "they have been here" in found.suits[0].why
    found = for_sam(sam, "area: atlantis")
    assert (slugs(found), found.unknown_area, found.near_last) == (["york"], True, True)


def test_somebody_who_has_been_nowhere_is_where_the_clinic_s_clients_go(sam, clinic):
    york = a_meeting("york", **YORK)
    a_meeting("leeds")
    assert set(slugs(for_sam(sam))) == {"leeds", "york"}, "nobody knows where the clinic is"
    went(cast.a_client(clinic, "U1"), york)
    assert slugs(for_sam(sam)) == ["york"]
    assert slugs(for_sam(sam, fallback=Point(53.8, -1.55))) == ["leeds"]


def went(client: Client, meeting: Meeting) -> None:
    recording.record(
        client=client, attended_on=date(2026, 2, 24), source=Source.SLIP, meeting=meeting, by=BY, now=NOW
    )


def test_what_is_not_held_and_what_is_another_clinics_is_not_offered(sam, other_clinic):
    a_meeting("resting", attendance_option="inactive")
    a_meeting("closed", closed_on=date(2026, 2, 1))
    own(other_clinic, "Theirs")
    mine, _ = own(sam.clinic, "Ours")
    assert slugs(for_sam(sam)) == [mine.slug]


def own(clinic: Clinic, name: str) -> tuple[Meeting, bool]:
    values = {"name": name, "day": 1, "starts_at": time(19), "attendance_option": "in_person", **LEEDS}
    return mending.add_meeting(clinic=clinic, fellowship="AA", values=values, by=BY, now=NOW)


def test_what_the_clinic_says_of_a_meeting_counts(sam, clinic):
    meeting = a_meeting("leeds")
    values = {name: getattr(meeting, name) for name in overlay.EDITABLE} | {"types": ["W"], "day": 4}
    mending.mend_meeting(clinic=clinic, meeting=meeting, values=values, by=BY, now=NOW)
    assert slugs(for_sam(sam)) == []
    (one,) = for_sam(sam, "women", "fridays").suits
    assert (one.meeting, one.when) == (meeting, "Fri 19:00")


def test_online_ones_are_of_the_clinic_s_time_zone_unless_they_wish_for_them(sam):
    a_meeting("leeds")
    online = {"attendance_option": "online", "latitude": None, "longitude": None, "city": ""}
    a_meeting("here", **online)
    there = a_meeting("there", **online)
    Meeting.objects.filter(pk=there.pk).update(time_zone="America/New_York")
    assert slugs(for_sam(sam)) == ["leeds", "here"]
    assert slugs(for_sam(sam, "in person")) == ["leeds"]
    found = for_sam(sam, "online", "evenings")
    assert slugs(found) == ["here"], "seven in the evening over there is midnight here"
    assert slugs(for_sam(sam, "online")) == ["here", "there"]


def test_of_many_online_those_on_the_wished_days_are_found(sam, monkeypatch):
    monkeypatch.setattr(finding, "MOST_ONLINE", 3)
    online = {"attendance_option": "online", "latitude": None, "longitude": None}
    for number in range(6):
        a_meeting(f"weekday-{number}", day=2, **online)
    a_meeting("sunday", day=6, **online)
    assert slugs(for_sam(sam, "online", "sundays")) == ["sunday"]


def test_many_streets_of_its_name_do_not_hide_a_town(sam, monkeypatch):
    monkeypatch.setattr(finding, "MOST_PLACES", 3)
    for number in range(5):
        a_meeting(f"street-{number}", address=f"{number} York Road", latitude=53.7, longitude=-1.3)
    a_meeting("york", **YORK)
    near = finding.place_named(sam.clinic, "york")
    assert near is not None
    assert distance_km(near, Point(53.96, -1.08)) < 1


def test_where_one_kind_is_crowded_the_others_are_found(sam, monkeypatch):
    monkeypatch.setattr(finding, "MOST_IN_PERSON", 3)
    for number in range(6):
        a_meeting(f"steps-{number}")
    a_meeting("smart", "SMART Recovery", latitude=53.83)
    assert "smart" in slugs(for_sam(sam, "area: 53.8, -1.55"))


def test_a_meeting_of_certain_weeks_waits_for_them(sam):
    a_meeting("third", name="Third", weeks=[3])
    a_meeting("every", name="Every", day=3)
    assert slugs(for_sam(sam, "area: leeds")) == ["every", "third"]


def test_what_did_not_suit_comes_last_and_another_kind_first(sam):
    first = a_meeting("first", name="First")
    a_meeting("also-first", name="First", day=2)
    a_meeting("second", name="Second", day=3)
    a_meeting("smart", "SMART Recovery", name="Smart", day=4)
    assert slugs(for_sam(sam, "area: leeds")) == ["first", "smart", "also-first", "second"]
    meeting_choices.did_not_suit(client=sam, meeting=first, by=BY, now=NOW)
    found = for_sam(sam, "area: leeds")
    assert slugs(found) == ["smart", "second", "first", "also-first"]
    assert [one.did_not_suit for one in found.suits] == [False, False, True, False]


def test_chosen_ones_say_so(sam):
    meeting = a_meeting("leeds")
    meeting_choices.choose(client=sam, meeting=meeting, by=BY, now=NOW)
    assert [one.is_chosen for one in for_sam(sam).suits] == [True]


def test_words_that_no_list_tells_of_are_said_to_be_unused(sam):
    assert for_sam(sam, "quiet", "secular").wishes.unused == ("quiet",)


def test_a_town_of_which_no_spot_is_known_will_do(sam):
    a_meeting("leeds")
    a_meeting("somewhere", latitude=None, longitude=None)
    assert set(slugs(for_sam(sam, "area: leeds", "within: 2 miles"))) == {"leeds", "somewhere"}


@pytest.mark.parametrize("far", [53.80, 53.92])
def test_an_area_in_two_places_is_none(sam, far):
    for number in range(2):
        a_meeting(f"near-{number}", region="Greater > Mill Hill")
        a_meeting(f"far-{number}", region="Greater > Mill Hill", latitude=far, longitude=-1.55)
    near = finding.place_named(sam.clinic, "mill hill")
    assert near is not None
    assert distance_km(near, Point(53.8, -1.55)) < 15


def test_the_queries_are_the_same_for_one_meeting_and_for_fifty(sam):
    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert for_sam(sam, "area: leeds", "within: 5 miles").suits
        return len(queries)

    a_meeting("first")
    one = price()
    for number in range(50):
        a_meeting(f"more-{number}", ["AA", "SMART Recovery", "Recovery Dharma"][number % 3], day=number % 7)
    assert price() == one


class TestASheet:
    def test_has_what_was_chosen_and_what_suits_in_the_order_of_the_week(self, sam):
        a_meeting("friday", name="Friday", day=4)
        chosen = a_meeting("sunday", name="Sunday", day=6, **YORK)
        a_meeting("early", name="Early", day=4, starts_at=time(8))
        a_meeting("by-hour", name="By the hour", day=None, starts_at=None)
        meeting_choices.choose(client=sam, meeting=chosen, by=BY, now=NOW)
        sam.preferences = ["area: leeds"]
        sheet = sheet_of(sam, NOW)
        assert [(line.listed.meeting.name, line.is_chosen) for line in sheet] == [
            ("Early", False),
            ("Friday", False),
            ("Sunday", True),
            ("By the hour", False),
        ]

    def test_is_no_longer_than_a_page_but_has_all_that_was_chosen(self, sam):
        for number in range(30):
            meeting = a_meeting(f"m-{number}", name=f"M{number:02}", day=number % 7)
            if number < 14:
                meeting_choices.choose(client=sam, meeting=meeting, by=BY, now=NOW)
        assert sum(line.is_chosen for line in sheet_of(sam, NOW)) == len(sheet_of(sam, NOW)) == 14
        for chosen in meeting_choices.chosen_by_client(sam)[:10]:
            meeting_choices.void_choice(chosen=chosen, by=BY, now=NOW)
        sheet = sheet_of(sam, NOW)
        assert (len(sheet), sum(line.is_chosen for line in sheet)) == (12, 4)

    def test_leaves_out_what_is_not_held_any_more(self, sam):
        meeting = a_meeting("leeds")
        meeting_choices.choose(client=sam, meeting=meeting, by=BY, now=NOW)
        Meeting.objects.filter(pk=meeting.pk).update(closed_on=date(2026, 3, 1))
        assert sheet_of(sam, NOW) == []
