"""How a meeting is written where people choose it."""

from __future__ import annotations

from datetime import time

import pytest

from attendance.directory.naming import another_day_text, when_text
from tests import cast
from tests.cast import day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ({}, "by appointment"),
        ({"day": 1}, "Tue"),
        ({"day": 1, "starts_at": time(19)}, "Tue 19:00"),
        ({"day": 1, "starts_at": time(19), "weeks": [2]}, "2nd Tue 19:00"),
        ({"day": 1, "starts_at": time(19), "weeks": [1, 3]}, "1st and 3rd Tue 19:00"),
        ({"day": 1, "weeks": [-1]}, "last Tue"),
    ],
)
def test_when(held, text):
    assert when_text(cast.a_meeting("lantern", **held)) == text


def test_why_a_day_is_none_of_its_own_even_where_the_names_of_the_days_agree():
    lantern = cast.a_meeting("lantern", day=1, starts_at=time(20))
    assert another_day_text(lantern, day("2026-03-04")) == (
        "Lantern is held on Tuesdays, and 4 March 2026 is a Wednesday."
    )
    lantern.time_zone = "America/New_York"
    assert another_day_text(lantern, day("2026-03-03")) == (
        "Lantern is held on Tuesdays in New York: here that is another day."
    )
    lantern.time_zone, lantern.weeks = "Europe/London", [2]
    assert another_day_text(lantern, day("2026-03-03")) == (
        "Lantern is held on the 2nd Tuesday of a month, and 3 March 2026 is not one."
    )
