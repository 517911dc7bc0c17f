"""When the e-mail of a morning is due: by the clock on the wall of the clinic, whatever that clock does at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.digest import mornings
from reminders.digest.mornings import EARLIEST_HOUR, LATEST_HOUR, MOST_TRIES, WAITS
from tests.reminders.telling import at

LONDON = "Europe/London"
WEEKDAYS = [0, 1, 2, 3, 4]
ZONES = [LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02 07:59", None),
        ("2026-03-02 08:00", "2026-03-02"),
        ("2026-03-02 11:59", "2026-03-02"),  # a tick that was missed is caught up
        ("2026-03-02 12:00", None),  # until noon
        ("2026-03-07 08:00", None),  # a Saturday, which nobody chose
        ("2026-03-30 08:00", "2026-03-30"),  # the first Monday of summer time
        ("2026-10-26 08:00", "2026-10-26"),  # and of winter time
    ],
)
def test_from_the_hour_on_until_noon_on_the_days_chosen(now, due):
    found = mornings.day_due(WEEKDAYS, 8, at(now), LONDON)
    assert found == (date.fromisoformat(due) if due else None)


@given(
    days=st.sets(st.integers(0, 6)),
    hour=st.integers(EARLIEST_HOUR, LATEST_HOUR),
    begins=st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 10)).map(
        lambda one: one.replace(tzinfo=UTC)
    ),
    zone=st.sampled_from(ZONES),
)
def test_every_chosen_morning_has_one_stretch_of_due_minutes_and_no_other_has_any(days, hour, begins, zone):
    """The oracle goes through nine days in steps of five minutes, and reads each clock face as text."""
    found: dict[date, list[str]] = {}
    for step in range(9 * 24 * 12):
        now = begins + step * timedelta(minutes=5)
        due = mornings.day_due(days, hour, now, zone)
        face = now.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %w %H:%M")
        on, weekday, clock = face.split()
        # %w counts from Sunday.
        chosen = (int(weekday) - 1) % 7 in days
        assert (due is not None) == (chosen and f"{hour:02}:00" <= clock < "12:00"), face
        if due is not None:
            assert due.isoformat() == on
            assert mornings.is_morning(now, zone)
            found.setdefault(due, []).append(clock)
    whole = [clocks for on, clocks in sorted(found.items())][1:-1]
    assert all(clocks[0] <= f"{hour:02}:04" and clocks == sorted(set(clocks)) for clocks in whole)


@given(days=st.sets(st.integers(0, 6)))
def test_days_are_kept_as_bits(days):
    bits = mornings.bits_of(days)
    assert 0 <= bits < 128
    assert mornings.days_of(bits) == sorted(days)


def test_what_was_refused_is_tried_again_a_few_times_later_each_time():
    now = at("2026-03-02 08:00")
    again = [mornings.retry_at(tries, now) for tries in range(1, MOST_TRIES + 1)]
    assert again[-1] is None
    assert [one - now for one in again[:-1] if one is not None] == list(WAITS) == sorted(WAITS)
