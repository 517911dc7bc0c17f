"""When clients may be written to: quiet hours, Sundays, and the nights on which the clocks change.

Moments are given in UTC, as 'day hour', so that a story shows what the clock on the clinic's wall does.
"""

from datetime import UTC, datetime, time, timedelta

import pytest

from clinic.policy import SendingPolicy
from reminders.prompts.hours import (
    after_permitted,
    live_until,
    local_moment,
    next_permitted,
    permitted_between,
)

LONDON = SendingPolicy(time_zone="Europe/London")
NEW_YORK = SendingPolicy(time_zone="America/New_York")
NO_SUNDAYS = SendingPolicy(time_zone="Europe/London", send_on_sundays=False)
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "moment", "may"),
    [
        (LONDON, "2026-02-02 08:59:59", False),
        (LONDON, "2026-02-02 09:00", True),
        (LONDON, "2026-02-02 19:59:59", True),
        (LONDON, "2026-02-02 20:00", False),
        (LONDON, "2026-02-02 00:00", False),
        (LONDON, "2026-07-06 08:00", True),
        (LONDON, "2026-07-06 19:00", False),
        (NEW_YORK, "2026-02-02 13:59:59", False),
        (NEW_YORK, "2026-02-02 14:00", True),
        (NEW_YORK, "2026-02-03 00:59:59", True),
        (NEW_YORK, "2026-02-03 01:00", False),
        (LONDON, "2026-02-01 12:00", True),
        (NO_SUNDAYS, "2026-02-01 12:00", False),
        (NO_SUNDAYS, "2026-01-31 19:59:59", True),
        (NO_SUNDAYS, "2026-02-02 09:00", True),
    ],
)
def test_quiet_from_eight_in_the_evening_to_nine_in_the_morning(policy, moment, may):
    assert (next_permitted(at(moment), policy) == at(moment)) is may


@pytest.mark.parametrize(
    ("policy", "moment", "then"),
    [
        (LONDON, "2026-02-02 12:34:56", "2026-02-02 12:34:56"),
        (LONDON, "2026-02-02 20:00", "2026-02-03 09:00"),
        (LONDON, "2026-02-03 00:05", "2026-02-03 09:00"),
        (LONDON, "2026-02-03 08:59:59", "2026-02-03 09:00"),
        (NO_SUNDAYS, "2026-01-31 20:00", "2026-02-02 09:00"),
        (NO_SUNDAYS, "2026-02-01 09:00", "2026-02-02 09:00"),
        # The night before the clocks go forward, and back: nine o'clock is nine o'clock.
        (LONDON, "2026-03-28 20:00", "2026-03-29 08:00"),
        (LONDON, "2026-10-24 19:00", "2026-10-25 09:00"),
        (NEW_YORK, "2026-03-08 01:00", "2026-03-08 13:00"),
        (NEW_YORK, "2026-11-01 00:00", "2026-11-01 14:00"),
    ],
)
def test_the_next_moment_that_is_permitted(policy, moment, then):
    assert next_permitted(at(moment), policy) == at(then)


@pytest.mark.parametrize(
    ("policy", "planned", "expires"),
    [
        # 36 hours of eleven a day: three whole days and three hours of the fourth.
        (LONDON, "2026-02-02 09:00", "2026-02-05 12:00"),
        (LONDON, "2026-02-02 00:05", "2026-02-05 12:00"),
        (LONDON, "2026-02-02 19:00", "2026-02-06 11:00"),
        (LONDON, "2026-02-02 20:00", "2026-02-06 12:00"),
        # An excluded Sunday does not count.
        (NO_SUNDAYS, "2026-01-30 09:00", "2026-02-03 12:00"),
        # Five days at the most, whatever is permitted.
        (SendingPolicy(time_zone="UTC", quiet_from=time(12, 0)), "2026-02-02 09:00", "2026-02-07 09:00"),
        # Over a change of clocks the days are as long as they are, the permitted hours the same.
        (LONDON, "2026-03-27 09:00", "2026-03-30 11:00"),
        (LONDON, "2026-10-23 08:00", "2026-10-26 12:00"),
    ],
)
def test_a_prompt_lives_for_36_permitted_hours_and_five_days_at_most(policy, planned, expires):
    assert live_until(at(planned), policy) == at(expires)


def test_a_window_that_is_just_long_enough_ends_at_its_close():
    assert after_permitted(at("2026-02-02 09:00"), timedelta(hours=11), LONDON) == at("2026-02-02 20:00")
    assert after_permitted(at("2026-02-02 09:00"), timedelta(hours=11) + SECOND, LONDON) == at(
        "2026-02-03 09:00:01"
    )


@pytest.mark.parametrize(
    ("policy", "begins", "ends", "hours"),
    [
        (LONDON, "2026-02-02 10:00", "2026-02-02 12:30", 2.5),
        (LONDON, "2026-02-02 12:30", "2026-02-02 10:00", 0),
        (LONDON, "2026-02-02 20:00", "2026-02-03 09:00", 0),
        (LONDON, "2026-02-02 18:00", "2026-02-04 10:00", 14),
        (NO_SUNDAYS, "2026-01-31 18:00", "2026-02-02 10:00", 3),
        (LONDON, "2026-03-28 18:00", "2026-03-29 09:00", 3),
    ],
)
def test_how_much_of_a_time_was_permitted(policy, begins, ends, hours):
    assert permitted_between(at(begins), at(ends), policy) == timedelta(hours=hours)


def test_a_local_time_of_day_is_an_instant_of_its_zone():
    assert local_moment(at("2026-07-06 00:00").date(), time(18, 0), "Europe/London") == at("2026-07-06 17:00")
    assert local_moment(at("2026-11-01 00:00").date(), time(0, 0), "America/New_York") == at(
        "2026-11-01 04:00"
    )


@pytest.mark.parametrize(
    ("policy", "moment"),
    [
        # Half past one comes twice: the window that opened at the first stays open through the second.
        (SendingPolicy(time_zone="Europe/London", quiet_until=time(1, 30)), "2026-10-25 01:10"),
        # In Santiago the last hour of Saturday comes twice: what closed at the first half past eleven stays closed.
        (SendingPolicy(time_zone="America/Santiago", quiet_from=time(23, 30)), "2026-04-05 03:10"),
        # Half past one never comes: the window opens all the same.
        (SendingPolicy(time_zone="Europe/London", quiet_until=time(1, 30)), "2026-03-29 01:10"),
    ],
)
def test_an_edge_inside_the_hour_that_changes_is_still_one_edge(policy, moment):
    """However it is read, what is said to be permitted is: nothing is deferred to a moment that defers again."""
    then = next_permitted(at(moment), policy)
    assert next_permitted(then, policy) == then
