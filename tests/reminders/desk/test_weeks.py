"""The weeks of a client's page: every box once, under its year, with what falls into it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from attendance.standing.facts import Outcome
from attendance.standing.strips import StripWeek
from reminders.desk.weeks import Mark, paused, years

MONDAY = date(2025, 12, 22)


def strip(*outcomes: Outcome, meetings: int = 0) -> list[StripWeek]:
    return [
        StripWeek(MONDAY + number * timedelta(days=7), outcome.value, meetings, f"Week {number}: {outcome}")
        for number, outcome in enumerate(outcomes)
    ]


def test_years_by_the_day_on_which_a_week_begins_and_this_week_by_name() -> None:
    told = years(strip(Outcome.MET, Outcome.UNKNOWN, Outcome.OPEN), [], date(2026, 1, 8), 0)
    assert [(year.number, [week.starts_on.day for week in year.weeks]) for year in told] == [
        (2025, [22, 29]),
        (2026, [5]),
    ]
    now = told[1].weeks[0]
    assert (now.is_now, now.label, now.short) == (True, "Week 2: open; this week", "now")


def test_what_falls_into_a_week_is_said_and_marked_there_and_a_pause_in_each_that_it_touches() -> None:
    marks = [
        Mark(date(2025, 12, 28), "taken in", "in"),
        Mark(date(2025, 12, 29), "treatment ended", "end"),
        paused(date(2025, 12, 28), date(2025, 12, 29), "Holiday"),
        paused(date(2026, 1, 6), date(2026, 1, 6), "Custody"),
    ]
    (first, second), (third,) = (
        year.weeks for year in years(strip(Outcome.PAUSED, Outcome.NONE, Outcome.MET), marks, MONDAY, 0)
    )
    assert first.short == "in now"
    assert first.label.endswith("taken in; paused from 28 December 2025 to 29 December 2025: Holiday")
    assert second.label.endswith("treatment ended; paused from 28 December 2025 to 29 December 2025: Holiday")
    assert (third.short, third.label) == ("", "Week 2: met; paused on 6 January 2026: Custody")


def test_there_is_something_to_log_where_nothing_is_known() -> None:
    def empty(outcome: Outcome, meetings: int = 0) -> bool:
        return years(strip(outcome, meetings=meetings), [], MONDAY, 0)[0].weeks[0].empty

    assert [one for one in Outcome if empty(one)] == [Outcome.OPEN, Outcome.UNKNOWN]
    assert not empty(Outcome.OPEN, meetings=1)


@given(
    outcomes=st.lists(st.sampled_from(list(Outcome)), max_size=120),
    days=st.lists(st.integers(-30, 900), max_size=6),
)
def test_no_week_is_lost_and_each_mark_is_in_the_one_week_that_holds_its_day(
    outcomes: list[Outcome], days: list[int]
) -> None:
    boxes = strip(*outcomes)
    marks = [Mark(MONDAY + timedelta(days=one), f"mark {one}.") for one in set(days)]
    weeks = [week for year in years(boxes, marks, MONDAY, 0) for week in year.weeks]
    assert [week.starts_on for week in weeks] == [box.starts_on for box in boxes]
    assert all(
        week.starts_on.year == year.number for year in years(boxes, marks, MONDAY, 0) for week in year.weeks
    )
    for mark in marks:
        holding = [week for week in weeks if f"; {mark.words}" in week.label]
        assert holding == [week for week in weeks if week.starts_on <= mark.on <= week.ends_on]
