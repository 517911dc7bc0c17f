"""The database refuses nonsense, whoever writes it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from attendance.directory.models import Feed, Fellowship, Meeting
from tests.attendance.directory.lists import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def sound() -> dict[str, Any]:
    fellowship = Fellowship.objects.create(name="SMART Recovery", abbreviation="SMART", kind="secular")
    feed = Feed.objects.create(
        name="smart",
        format="meeting-guide",
        fellowship=fellowship,
        time_zone="Europe/London",
        last_read_at=NOW,
    )
    return {
        "feed": feed,
        "fingerprint": "f",
        "fellowship": fellowship,
        "slug": "tuesday",
        "name": "Tuesday",
        "day": 1,
        "starts_at": "19:00",
        "ends_at": "20:00",
        "time_zone": "Europe/London",
        "attendance_option": "online",
        "latitude": 53.8,
        "longitude": -1.55,
    }


@pytest.mark.parametrize(
    "nonsense",
    [
        {"day": 7},
        {"day": None},
        {"starts_at": None},
        {"ends_at": "19:00"},
        {"latitude": None},
        {"longitude": None},
        {"latitude": 90.5},
        {"longitude": -180.5},
        {"latitude": 0, "longitude": 0},
        {"attendance_option": "sometimes"},
        {"slug": ""},
        {"slug": "a:b"},
        {"name": ""},
        {"fingerprint": ""},
        {"feed": None},
    ],
)
def test_a_meeting_that_makes_no_sense_is_refused(sound, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(**sound | nonsense)
    Meeting.objects.create(**sound)


@pytest.mark.parametrize("owner", [{}, {"feed": None, "fingerprint": ""}], ids=["of a feed", "by hand"])
def test_a_slug_is_given_once_in_a_feed_and_once_by_hand(sound, owner):
    Meeting.objects.create(**sound | owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(**sound | owner)


def test_a_fellowship_has_one_spelling(sound):
    for twin in (
        {"name": "Smart recovery"},
        {"name": "Other", "abbreviation": "smart"},
        {"name": "X", "kind": "?"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Fellowship.objects.create(**twin)
    Fellowship.objects.create(name="Without abbreviation")
    Fellowship.objects.create(name="Nor this")


def test_a_feed_has_a_name_of_its_own_and_a_known_format(sound):
    as_it_is = {"fellowship": sound["fellowship"], "time_zone": "Europe/London", "last_read_at": NOW}
    for twin in (
        {"name": "smart", "format": "bmlt"},
        {"name": "", "format": "bmlt"},
        {"name": "x", "format": "y"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feed.objects.create(**as_it_is | twin)
