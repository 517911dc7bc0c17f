"""Who comes first on Today, and why: a table of cases, an order told a second time, and what holds in any case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.standing.facts import FLAGGED, Standing
from reminders.desk.ranking import HEADINGS, IN_SHORT, Case, Place, ago, order, place, reason
from reminders.worklist.models import TaskKind

NO_TASK: tuple[TaskKind, ...] = ()


def a_case(
    *kinds: TaskKind, standing: Standing = Standing.WEEKLY, missed: int = 0, isolated: bool = False
) -> Case:
    return Case(kinds, standing, missed, isolated)


# Few enough that two are often alike, and on either side of what makes a difference.
TIMES = st.sampled_from(
    [timedelta(0), timedelta(hours=3), timedelta(days=6, hours=23), timedelta(days=7), timedelta(weeks=9)]
)
CASES = st.builds(
    Case,
    kinds=st.sets(st.sampled_from(TaskKind), max_size=3),
    standing=st.sampled_from(Standing),
    missed_weeks=st.integers(0, 6),
    isolated=st.booleans(),
    interview_days=st.none() | st.integers(0, 60),
    waiting=TIMES,
    asked=TIMES,
    in_treatment=TIMES,
    spoken=st.none() | TIMES,
    tried=st.none() | TIMES,
    tries=st.integers(1, 4),
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
        (TaskKind.TRIED, Place.OTHER),
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


PLACES_TOLD_AGAIN = [
    (Place.RING_ME, lambda case: TaskKind.RING_ME in case.kinds),
    (
        Place.LAPSED,
        lambda case: (
            case.standing == "lapsed" or {"lapsed", "no_answer"} & {str(kind) for kind in case.kinds}
        ),
    ),
    (
        Place.ISOLATED,
        lambda case: case.isolated and case.standing in {"not_started", "slipping", "below_weekly"},
    ),
    (Place.SLIPPING, lambda case: case.standing in {"slipping", "below_weekly"}),
    (Place.NO_FIRST_MEETING, lambda case: case.standing == "not_started" or TaskKind.INTRODUCE in case.kinds),
    (
        Place.UNSURE,
        lambda case: {"uncertain", "not_reached", "declined"} & {str(kind) for kind in case.kinds},
    ),
    (Place.INTERVIEW, lambda case: case.interview_days is not None and not case.kinds),
    (Place.OTHER, lambda case: True),
]


def place_told_again(case: Case) -> Place:
    return next(one for one, fits in PLACES_TOLD_AGAIN if fits(case))


def comes_before(one: Case, other: Case) -> bool:
    """The order by comparing two clients, as somebody would who has to choose whom to see to first."""
    mine, theirs = place_told_again(one), place_told_again(other)
    if mine is not theirs:
        return mine < theirs
    if mine is Place.RING_ME:
        if one.asked != other.asked:
            return one.asked > other.asked
        return one.missed_weeks > other.missed_weeks
    if mine is Place.INTERVIEW:
        return (one.interview_days or 0) < (other.interview_days or 0)
    if mine in (Place.UNSURE, Place.OTHER):
        return one.waiting > other.waiting
    week = timedelta(days=7)
    spoken, spoken_to_other = (case.spoken is not None and case.spoken < week for case in (one, other))
    if spoken != spoken_to_other:
        return spoken_to_other
    if mine is Place.LAPSED:
        if one.isolated != other.isolated:
            return one.isolated
        return one.missed_weeks > other.missed_weeks
    younger = one.in_treatment < other.in_treatment
    if mine is Place.NO_FIRST_MEETING:
        return younger or (one.in_treatment == other.in_treatment and one.missed_weeks < other.missed_weeks)
    if one.missed_weeks != other.missed_weeks:
        return one.missed_weeks < other.missed_weeks
    return younger


@given(CASES, CASES)
def test_of_two_the_one_comes_first_whom_one_would_see_to_first(one: Case, other: Case) -> None:
    assert place(one) is place_told_again(one)
    assert (order(one) < order(other)) == comes_before(one, other)


@given(CASES)
def test_a_try_in_vain_moves_nobody_and_is_told(case: Case) -> None:
    untried = replace(case, tried=None, tries=0)
    tried = replace(case, tried=timedelta(hours=2), tries=2)
    assert order(tried) == order(untried)
    assert reason(tried) == f"{reason(untried)} Tried twice, last 2 hours ago."


@given(CASES)
def test_a_reason_is_one_to_three_sentences_and_says_who_has_nobody_else(case: Case) -> None:
    said = reason(case)
    assert not said[0].islower()
    assert said.endswith(".")
    assert 1 <= said.count(". ") + 1 <= 3
    assert ("nobody else" in said) == (case.isolated and place(case) in (Place.LAPSED, Place.ISOLATED))
    assert len(said) < 150


NEVER, SLIPPED, GONE = Standing.NOT_STARTED, Standing.SLIPPING, Standing.LAPSED
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Case([TaskKind.RING_ME], GONE, 4, True, asked=2 * HOURS), "Asked to be rung, 2 hours ago."),
        (Case([], GONE, 4, True), "Has missed 4 weeks, and has nobody else."),
        (Case([TaskKind.LAPSED], NEVER, 5, False), "Has not been to any meeting: 5 weeks missed."),
        (Case([TaskKind.NO_ANSWER], SLIPPED, 1, False), "No answer after reaching out."),
        (Case([TaskKind.LAPSED], SLIPPED, 1, False, waiting=DAYS), "To be talked to, asked for 1 day ago."),
        (Case([], SLIPPED, 1, True), "First missed week, and has nobody else."),
        (
            Case([], NEVER, 2, True),
            "No first meeting yet, and has nobody else: the group is all there would be.",
        ),
        (Case([], SLIPPED, 1, False, in_treatment=90 * DAYS), "First missed week: the easiest to mend."),
        (
            Case([], SLIPPED, 1, False, in_treatment=20 * DAYS),
            "First missed week, in the weeks when habits are made: the easiest to mend.",
        ),
        (Case([], Standing.BELOW_WEEKLY, 3, False), "3 weeks missed, not lapsed yet."),
        (
            Case([], NEVER, 1, False, in_treatment=20 * DAYS),
            "No first meeting yet: habits are made in the first weeks.",
        ),
        (Case([], NEVER, 7, False, in_treatment=90 * DAYS), "No first meeting yet, and 7 weeks missed."),
        (
            Case([TaskKind.INTRODUCE], Standing.SETTLING_IN, 0, False),
            "To be introduced to somebody who goes along.",
        ),
        (
            Case([TaskKind.UNCERTAIN], Standing.WEEKLY, 0, False, waiting=3 * DAYS),
            "Nobody knows whether a message came; it has waited 3 days.",
        ),
        (
            Case([TaskKind.CONFIRM_CONSENT], Standing.WEEKLY, 0, False, waiting=20 * DAYS),
            "Something to settle; it has waited 2 weeks.",
        ),
        (
            Case([], Standing.WEEKLY, 0, False, interview_days=12),
            "A follow-up interview is due: 12 days are left for it.",
        ),
        (
            Case([], Standing.WEEKLY, 0, False, interview_days=0),
            "A follow-up interview is due: today is the last day for it.",
        ),
        (
            Case([], GONE, 4, False, spoken=2 * DAYS, tried=HOURS, tries=1),
            "Has missed 4 weeks. Somebody spoke to them 2 days ago. Tried once, last 1 hour ago.",
        ),
    ],
)
def test_the_reason_says_why_here_and_at_this_place(case: Case, said: str) -> None:
    assert reason(case) == said


@given(CASES, st.integers(0, 60))
def test_an_interview_comes_last_and_only_where_nothing_else_waits(case: Case, days: int) -> None:
    without, due = replace(case, interview_days=None), replace(case, interview_days=days)
    waits = bool(case.kinds) or case.standing in FLAGGED
    assert place(due) is (place(without) if waits else Place.INTERVIEW)
    assert max(Place) is Place.INTERVIEW
    assert waits or order(due) < order(replace(case, interview_days=days + 1))


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=119), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=13), "13 days ago"),
        (timedelta(days=14), "2 weeks ago"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit(time: timedelta, said: str) -> None:
    assert ago(time) == said


def test_every_place_has_its_heading_and_a_few_words_for_a_number() -> None:
    assert set(HEADINGS) == set(IN_SHORT) == set(Place)
