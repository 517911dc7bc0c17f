"""Who comes first on Today: a table of cases, and what holds whatever else is known of somebody."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.standing.facts import FLAGGED, Standing
from reminders.desk.ranking import HEADINGS, Case, Place, order, place
from reminders.worklist.models import TaskKind

NO_TASK: tuple[TaskKind, ...] = ()


def a_case(
    *kinds: TaskKind, standing: Standing = Standing.WEEKLY, missed: int = 0, isolated: bool = False
) -> Case:
    return Case(kinds, standing, missed, isolated)


CASES = st.builds(
    Case,
    kinds=st.sets(st.sampled_from(TaskKind)),
    standing=st.sampled_from(Standing),
    missed_weeks=st.integers(0, 60),
    isolated=st.booleans(),
    interview_days=st.none() | st.integers(0, 60),
)


@pytest.mark.parametrize(
    ("standing", "expected", "isolated"),
    [
        (Standing.LAPSED, Place.LAPSED, Place.LAPSED),
        (Standing.SLIPPING, Place.SLIPPING, Place.ISOLATED),
        (Standing.BELOW_WEEKLY, Place.SLIPPING, Place.ISOLATED),
        (Standing.NOT_STARTED, Place.NO_FIRST_MEETING, Place.ISOLATED),
        (Standing.WEEKLY, Place.OTHER, Place.OTHER),
        (Standing.SETTLING_IN, Place.OTHER, Place.OTHER),
        (Standing.PAUSED, Place.OTHER, Place.OTHER),
        (Standing.NOT_TRACKED, Place.OTHER, Place.OTHER),
    ],
)
def test_a_standing_has_its_place_and_whoever_has_only_the_group_comes_before(
    standing: Standing, expected: Place, isolated: Place
) -> None:
    assert place(a_case(standing=standing)) is expected
    assert place(a_case(standing=standing, isolated=True)) is isolated


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (TaskKind.RING_ME, Place.RING_ME),
        (TaskKind.LAPSED, Place.LAPSED),
        (TaskKind.NO_ANSWER, Place.LAPSED),
        (TaskKind.INTRODUCE, Place.NO_FIRST_MEETING),
        (TaskKind.UNCERTAIN, Place.UNSURE),
        (TaskKind.NOT_REACHED, Place.UNSURE),
        (TaskKind.DECLINED, Place.UNSURE),
        (TaskKind.BY_HAND, Place.OTHER),
        (TaskKind.CONFIRM_CONSENT, Place.OTHER),
        (TaskKind.SPOKE, Place.OTHER),
    ],
)
def test_a_task_of_somebody_who_goes_every_week_has_its_place(kind: TaskKind, expected: Place) -> None:
    assert place(a_case(kind)) is expected


def test_every_kind_of_task_and_every_standing_is_in_a_table_above() -> None:
    marks = [
        mark.args[1]
        for test in (
            test_a_standing_has_its_place_and_whoever_has_only_the_group_comes_before,
            test_a_task_of_somebody_who_goes_every_week_has_its_place,
        )
        for mark in getattr(test, "pytestmark")  # noqa: B009
    ]
    assert {row[0] for rows in marks for row in rows} == {*Standing, *TaskKind}


def test_the_places_are_in_the_order_of_the_products_pages_and_each_has_its_heading() -> None:
    assert [HEADINGS[one] for one in sorted(Place)] == [
        "Asked to be rung",
        "Lapsed, or silent after reaching out",
        "Slipping, and without other support",
        "Slipping",
        "No first meeting yet",
        "Could not be reached, or not known whether a message came",
        "Something to settle",
        "Interview due",
    ]


@given(CASES)
def test_whoever_asks_to_be_rung_comes_first_whatever_else_is_known(case: Case) -> None:
    asked = replace(case, kinds={*case.kinds, TaskKind.RING_ME})
    assert place(asked) is Place.RING_ME
    assert order(asked)[0] <= order(case)[0]


@given(CASES, st.sampled_from(TaskKind))
def test_another_task_never_moves_anybody_back(case: Case, kind: TaskKind) -> None:
    with_it = replace(case, kinds={*case.kinds, kind})
    assert place(with_it) <= place(case)


@given(CASES)
def test_being_isolated_never_moves_anybody_back_and_nobody_flagged_is_a_thing_to_settle(case: Case) -> None:
    alone = replace(case, isolated=True)
    assert place(alone) <= place(case)
    assert case.standing not in FLAGGED or place(case) < Place.UNSURE


@pytest.mark.parametrize(
    ("standing", "first", "second"),
    [
        # The newest slip is the easiest to mend; the longest silence and the longest wait are the most pressing.
        (Standing.SLIPPING, 1, 2),
        (Standing.LAPSED, 9, 4),
        (Standing.NOT_STARTED, 5, 1),
    ],
)
def test_within_a_place_the_missed_weeks_decide(standing: Standing, first: int, second: int) -> None:
    assert order(a_case(standing=standing, missed=first)) < order(a_case(standing=standing, missed=second))


def test_of_two_who_ask_to_be_rung_the_one_longest_away_is_first() -> None:
    away = a_case(TaskKind.RING_ME, standing=Standing.LAPSED, missed=6)
    near = a_case(TaskKind.RING_ME)
    assert order(away) < order(near)


@given(CASES, st.integers(0, 60))
def test_an_interview_comes_last_and_only_where_nothing_else_waits(case: Case, days: int) -> None:
    without, due = replace(case, interview_days=None), replace(case, interview_days=days)
    waits = bool(case.kinds) or case.standing in FLAGGED
    assert place(due) is (place(without) if waits else Place.INTERVIEW)
    assert max(Place) is Place.INTERVIEW
    assert waits or order(due) < order(replace(case, interview_days=days + 1))
