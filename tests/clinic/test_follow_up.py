"""When follow-up interviews are due: examples by hand, and an oracle that turns the pages of a calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.follow_up import FollowUp, FollowUpState, follow_ups, intakes_due
from clinic.models import InterviewKind
from clinic.policy import InterviewPolicy
from tests.cast import day

POLICY = InterviewPolicy()
DAY = timedelta(days=1)
AHEAD, DUE, HELD, MISSED = FollowUpState
DATES = st.dates(date(1995, 1, 1), date(2100, 1, 1))


def states(today: str, *held: tuple[str, str], intake_on: str = "2026-01-07", **more: bool) -> list[str]:
    found = follow_ups(POLICY, day(intake_on), [(kind, day(on)) for kind, on in held], day(today), **more)
    return [one.state.value for one in found]


def test_the_policy_speaks_of_the_two_kinds_there_are() -> None:
    assert [kind for kind, _ in POLICY.months] == InterviewKind.values
    assert POLICY.window_days == 30


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        # Eight months after 7 January are over on 7 September; its days go from 8 August to 7 October.
        ("2026-08-07", ["ahead", "ahead"]),
        ("2026-08-08", ["due", "ahead"]),
        ("2026-09-07", ["due", "ahead"]),
        ("2026-10-07", ["due", "ahead"]),
        ("2026-10-08", ["missed", "ahead"]),
        ("2027-12-07", ["missed", "ahead"]),
        ("2027-12-08", ["missed", "due"]),
        ("2028-02-06", ["missed", "due"]),
        ("2028-02-07", ["missed", "missed"]),
    ],
)
def test_thirty_days_either_side_of_the_day(today: str, expected: list[str]) -> None:
    assert states(today) == expected


def test_a_month_without_such_a_day_ends_earlier() -> None:
    (eight, _) = follow_ups(POLICY, day("2026-06-30"), [], day("2026-07-01"))
    assert (eight.due_on, eight.months) == (day("2027-02-28"), 8)


def test_one_that_was_held_is_asked_for_no_more_whenever_it_was() -> None:
    assert states("2026-09-07", ("8m", "2026-08-20")) == ["held", "ahead"]
    assert states("2026-10-20", ("8m", "2026-10-20"), ("24m", "2026-01-07")) == ["held", "held"]
    (eight, later) = follow_ups(
        POLICY, day("2026-01-07"), [("8m", day("2026-08-20")), ("8m", day("2026-10-20"))], day("2026-11-01")
    )
    assert (eight.held_on, later.held_on) == (day("2026-10-20"), None)


def test_one_held_before_a_return_to_treatment_belongs_to_what_was() -> None:
    held = ("8m", "2025-12-31")
    assert states("2026-09-07", held) == ["due", "ahead"]
    assert states("2026-09-07", held, intake_on="2025-05-01") == ["held", "ahead"]


def test_nobody_is_asked_who_was_closed_but_what_was_held_is_told() -> None:
    assert states("2026-09-07", closed=True) == []
    assert states("2026-09-07", ("8m", "2026-09-01"), closed=True) == ["held"]


def months_on(start: date, months: int) -> date:
    """The oracle: turn page after page of the calendar, then come back to the last day there is."""
    year, month = start.year, start.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    for number in range(start.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


@given(DATES, st.integers(-40, 800), st.sampled_from(POLICY.months))
def test_due_is_what_the_calendar_says(intake_on: date, later: int, kind: tuple[str, int]) -> None:
    today = intake_on + later * DAY
    found: dict[str, FollowUp] = {one.kind: one for one in follow_ups(POLICY, intake_on, [], today)}
    off = (today - months_on(intake_on, kind[1])).days
    assert found[kind[0]].state is (AHEAD if off < -30 else DUE if off <= 30 else MISSED)


@given(DATES, st.integers(0, 60), st.integers(1, 36), st.integers(0, 45))
def test_the_intakes_looked_for_are_just_those_that_are_due(
    today: date, ahead: int, months: int, window: int
) -> None:
    policy = InterviewPolicy(months=(("8m", months),), window_days=window)
    first, last = intakes_due(policy, months, today)
    near = months_before(today, months)
    for intake_on in (
        *(first + number * DAY for number in range(-5, 6)),
        *(last + number * DAY for number in range(-5, 6)),
        near + (ahead - 30) * DAY,
    ):
        (one,) = follow_ups(policy, intake_on, [], today)
        assert one.is_due == (first <= intake_on <= last), (intake_on, first, last)


def months_before(day: date, months: int) -> date:
    """Some day about so many months before."""
    return day - timedelta(days=months * 30)
