"""Weeks and months: what holds for every day of the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.weeks import DAY, WEEK, add_months, day_text, first_week_from, week_number, week_numbered, week_of

# Room for a week on either side.
DAYS = st.dates(date(1, 1, 8), date(9999, 12, 24))
STARTS = st.integers(0, 6)


@given(DAYS, STARTS)
def test_a_week_starts_on_its_day_and_holds_the_day_it_is_named_for(day, starts_on):
    week = week_of(day, starts_on)
    assert week.weekday() == starts_on
    assert week <= day < week + WEEK


@given(DAYS, STARTS, st.integers(0, 6))
def test_all_seven_days_are_of_one_week(day, starts_on, later):
    week = week_of(day, starts_on)
    assert week_of(week + later * DAY, starts_on) == week
    assert week_of(week - DAY, starts_on) == week - WEEK


@given(DAYS, STARTS)
def test_the_first_week_from_a_day_starts_on_it_or_within_the_next_six(day, starts_on):
    first = first_week_from(day, starts_on)
    assert first.weekday() == starts_on
    assert timedelta(0) <= first - day < WEEK
    assert first_week_from(first, starts_on) == first


@given(DAYS, STARTS)
def test_weeks_are_numbered_one_after_another(day, starts_on):
    number = week_number(day, starts_on)
    assert week_numbered(number, starts_on) == week_of(day, starts_on)
    assert week_number(week_of(day, starts_on) + WEEK - DAY, starts_on) == number
    assert week_number(week_of(day, starts_on) - DAY, starts_on) == number - 1


@given(st.dates(date(1900, 1, 1), date(2500, 1, 1)), st.integers(0, 600))
def test_months_on_it_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    then = add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then.day < day.day and (then + DAY).day == 1)


@given(st.dates(date(1900, 1, 1), date(2500, 1, 1)), st.integers(0, 600), st.integers(0, 40))
def test_a_later_day_is_never_sooner_months_on(day, months, later):
    assert add_months(day + later * DAY, months) >= add_months(day, months)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2026-01-07", 24, "2028-01-07"),
        ("2026-01-07", 0, "2026-01-07"),
    ],
)
def test_months_of_the_calendar(day, months, then):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_a_day_in_words():
    assert day_text(date(2026, 2, 9)) == "9 February 2026"
