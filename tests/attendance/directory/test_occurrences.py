from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.directory.occurrences import WeeklyTime, in_weeks, next_held, occurrences, touches

LONDON = ZoneInfo("Europe/London")


def weekly(day: int, starts: str, ends: str = "", zone: str = "Europe/London") -> WeeklyTime:
    return WeeklyTime(day, time.fromisoformat(starts), time.fromisoformat(ends) if ends else None, zone)


def in_words(found) -> list[str]:
    return [f"{one.starts.isoformat()}/{one.ends.isoformat()}" for one in found]


def test_the_next_three_weeks():
    found = occurrences(weekly(2, "19:30", "21:00"), datetime(2026, 1, 7, 12, 0, tzinfo=UTC), 3)
    assert in_words(found) == [
        "2026-01-07T19:30:00+00:00/2026-01-07T21:00:00+00:00",
        "2026-01-14T19:30:00+00:00/2026-01-14T21:00:00+00:00",
        "2026-01-21T19:30:00+00:00/2026-01-21T21:00:00+00:00",
    ]


def test_a_meeting_that_starts_this_moment_is_next_and_one_that_began_is_not():
    at_noon = weekly(2, "12:00")
    moment = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
    assert occurrences(at_noon, moment, 1)[0].starts == moment
    assert occurrences(at_noon, moment.replace(second=1), 1)[0].starts.day == 14


def test_a_meeting_past_midnight_ends_on_the_next_day():
    found = occurrences(weekly(5, "23:00", "00:00"), datetime(2026, 1, 7, tzinfo=UTC), 1)
    assert in_words(found) == ["2026-01-10T23:00:00+00:00/2026-01-11T00:00:00+00:00"]


def test_without_an_end_it_takes_an_hour():
    found = occurrences(weekly(5, "23:30"), datetime(2026, 1, 7, tzinfo=UTC), 1)
    assert in_words(found) == ["2026-01-10T23:30:00+00:00/2026-01-11T00:30:00+00:00"]


def test_the_local_time_stays_when_the_clocks_go_forward():
    # Europe/London goes from 01:00 GMT to 02:00 BST on Sunday 29 March 2026.
    found = occurrences(weekly(6, "19:00", "20:00"), datetime(2026, 3, 22, 12, 0, tzinfo=UTC), 2)
    assert in_words(found) == [
        "2026-03-22T19:00:00+00:00/2026-03-22T20:00:00+00:00",
        "2026-03-29T19:00:00+01:00/2026-03-29T20:00:00+01:00",
    ]
    assert (found[1].starts.astimezone(UTC) - found[0].starts.astimezone(UTC)).total_seconds() == (
        7 * 24 - 1
    ) * 3600


def test_a_time_the_clocks_jump_over_is_held_an_hour_later():
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert in_words(occurrences(weekly(6, "01:30", "01:45"), before, 1)) == [
        "2026-03-29T02:30:00+01:00/2026-03-29T02:45:00+01:00"
    ]
    # It lands behind its end, and keeps its length.
    assert in_words(occurrences(weekly(6, "01:30", "02:15"), before, 1)) == [
        "2026-03-29T02:30:00+01:00/2026-03-29T03:15:00+01:00"
    ]
    assert in_words(occurrences(weekly(5, "23:30", "01:30"), before, 1)) == [
        "2026-03-28T23:30:00+00:00/2026-03-29T02:30:00+01:00"
    ]


def test_a_time_that_comes_twice_when_the_clocks_go_back_is_the_first():
    # Europe/London goes from 02:00 BST to 01:00 GMT on Sunday 25 October 2026.
    half_past_one = weekly(6, "01:30", "02:30")
    found = occurrences(half_past_one, datetime(2026, 10, 24, 12, 0, tzinfo=UTC), 2)
    assert in_words(found) == [
        "2026-10-25T01:30:00+01:00/2026-10-25T02:30:00+00:00",
        "2026-11-01T01:30:00+00:00/2026-11-01T02:30:00+00:00",
    ]
    between = datetime(2026, 10, 25, 1, 15, fold=1, tzinfo=LONDON)  # 01:15 GMT, after the first 01:30
    assert occurrences(half_past_one, between, 1)[0].starts.date().isoformat() == "2026-11-01"


def test_the_moment_may_be_of_any_zone():
    # Tuesday 01:00 in Auckland is still Monday in London.
    auckland = datetime(2026, 1, 6, 1, 0, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert in_words(occurrences(weekly(0, "18:00", "19:00"), auckland, 1)) == [
        "2026-01-05T18:00:00+00:00/2026-01-05T19:00:00+00:00"
    ]


MOMENTS = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
WEEKLY = st.builds(
    WeeklyTime,
    day=st.integers(0, 6),
    starts_at=st.times(),
    ends_at=st.none() | st.times(),
    time_zone=st.sampled_from(
        ["Europe/London", "America/Los_Angeles", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]
    ),
)


@settings(deadline=None)
@given(WEEKLY, MOMENTS)
def test_occurrences_are_in_order_from_the_moment_on_and_none_is_missed(time_of_week, moment):
    found = [
        (one.starts.astimezone(UTC), one.ends.astimezone(UTC)) for one in occurrences(time_of_week, moment, 3)
    ]
    assert moment <= found[0][0] < found[1][0] < found[2][0]
    assert (found[0][0] - moment).days < 8
    assert all(starts < ends for starts, ends in found)


class Held:
    def __init__(self, weekly_time: WeeklyTime | None) -> None:
        self.weekly_time = weekly_time


def test_of_several_the_soonest_come_first_and_those_by_appointment_do_not_come():
    here, there, never = Held(weekly(3, "19:00")), Held(weekly(3, "19:00", zone="Europe/Paris")), Held(None)
    found = next_held([here, never, there], datetime(2026, 1, 7, 12, 0, tzinfo=UTC), 5)
    assert [meeting for meeting, _ in found] == [there, here]
    assert len(next_held([here, there], datetime(2026, 1, 7, 12, 0, tzinfo=UTC), 1)) == 1


@pytest.mark.parametrize("count", [0, 1, 5])
def test_as_many_as_asked_for(count):
    assert len(occurrences(weekly(1, "07:00"), datetime(2026, 1, 7, tzinfo=UTC), count)) == count


@pytest.mark.parametrize(
    ("meeting", "zone", "touched"),
    [
        (weekly(1, "19:00", "20:00"), "Europe/London", ["2026-03-03"]),
        # On past midnight: somebody may say either day.
        (weekly(1, "23:30", "00:30"), "Europe/London", ["2026-03-03", "2026-03-04"]),
        (weekly(1, "23:30"), "Europe/London", ["2026-03-03", "2026-03-04"]),
        # Over by midnight.
        (weekly(1, "23:00", "00:00"), "Europe/London", ["2026-03-03"]),
        # Tuesday evening in New York is Wednesday in London.
        (weekly(1, "19:30", "20:30", "America/New_York"), "Europe/London", ["2026-03-04"]),
        # Sunday goes over to Monday, into the next week.
        (weekly(6, "23:30", "01:00"), "Europe/London", ["2026-03-02", "2026-03-08"]),
    ],
)
def test_the_dates_of_a_week_that_a_meeting_touches(
    meeting: WeeklyTime, zone: str, touched: list[str]
) -> None:
    week = [date(2026, 3, 2) + timedelta(days=number) for number in range(7)]
    assert [day.isoformat() for day in week if touches(meeting, day, zone)] == touched


quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
zones = st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Apia"])


@settings(deadline=None)
@given(
    held=st.builds(WeeklyTime, st.integers(0, 6), quarters, st.one_of(st.none(), quarters), zones),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    zone=zones,
)
def test_a_date_is_touched_where_some_quarter_of_an_hour_of_a_holding_falls_on_it(
    held: WeeklyTime, day: date, zone: str
) -> None:
    """Held against a walk through every holding near by, a quarter of an hour at a time; the clocks jump by hours."""
    if held.ends_at == held.starts_at:
        return
    near = datetime.combine(day, time(12), UTC) - timedelta(days=9)
    dates = set()
    for one in occurrences(held, near, 3):
        moment = one.starts.astimezone(UTC)
        while moment < one.ends.astimezone(UTC):
            dates.add(moment.astimezone(ZoneInfo(zone)).date())
            moment += timedelta(minutes=15)
    assert touches(held, day, zone) == (day in dates)


@pytest.mark.parametrize(
    ("weeks", "starts", "rrule"),
    [
        ((), ["2026-03-03", "2026-03-10", "2026-03-17"], "FREQ=WEEKLY;BYDAY=TU"),
        ((2,), ["2026-03-10", "2026-04-14", "2026-05-12"], "FREQ=MONTHLY;BYDAY=2TU"),
        ((1, 3), ["2026-03-03", "2026-03-17", "2026-04-07"], "FREQ=MONTHLY;BYDAY=1TU,3TU"),
        ((5,), ["2026-03-31", "2026-06-30", "2026-09-29"], "FREQ=MONTHLY;BYDAY=5TU"),
        ((-1,), ["2026-03-31", "2026-04-28", "2026-05-26"], "FREQ=MONTHLY;BYDAY=-1TU"),
    ],
)
def test_one_of_certain_weeks_of_the_month_is_held_in_those_alone(weeks, starts, rrule):
    meeting = replace(weekly(1, "19:00"), weeks=weeks)
    found = occurrences(meeting, datetime(2026, 3, 1, tzinfo=UTC), 3)
    assert [one.starts.date().isoformat() for one in found] == starts
    assert meeting.rrule == rrule
    march = [date(2026, 3, number) for number in range(1, 32)]
    held = [day.isoformat() for day in march if touches(meeting, day, "Europe/London")]
    assert held[: len(starts)] == [day for day in starts if day < "2026-04"][: len(held)]


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.sampled_from([1, 2, 3, 4, 5, -1]))
def test_a_week_of_the_month_is_counted_as_a_calendar_is_read(day: date, week: int) -> None:
    """Held against the days of that name in its month, in order."""
    of_month = [day.replace(day=number) for number in range(1, monthrange(day.year, day.month)[1] + 1)]
    named = [one for one in of_month if one.weekday() == day.weekday()]
    meant = named[week] if week == -1 else (named[week - 1] if week <= len(named) else None)
    assert in_weeks(day, (week,)) == (day == meant)
