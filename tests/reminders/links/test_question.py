from datetime import UTC, date, datetime

import pytest

from reminders.links import question
from reminders.prompts.ladder import Step

RUN = date(2026, 1, 26)
MONDAY_MORNING = datetime(2026, 2, 9, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "week"),
    [
        (Step.NUDGE, RUN),
        (Step.CHECK_IN, RUN),
        (Step.ENCOURAGE, date(2026, 2, 2)),
        (Step.EXPECT_A_CALL, date(2026, 2, 2)),
        (Step.ANOTHER_WAY, date(2026, 2, 2)),
        (Step.KEEP_GOING, date(2026, 2, 2)),
        (Step.FIRST_STEPS, date(2026, 2, 9)),
        (Step.NEW_LINK, date(2026, 2, 9)),
    ],
)
def test_which_week_a_link_asks_about(step, week):
    assert question.week_asked(step, RUN, MONDAY_MORNING, "Europe/London", 0) == week


def test_the_week_goes_by_the_clinics_own_day_and_week():
    late = datetime(2026, 2, 9, 3, 0, tzinfo=UTC)
    assert question.week_asked(Step.NEW_LINK, RUN, late, "America/New_York", 0) == date(2026, 2, 2)
    assert question.week_asked(Step.NEW_LINK, RUN, late, "America/New_York", 6) == date(2026, 2, 8)


def test_every_step_of_the_ladder_knows_its_week():
    for step in Step:
        assert question.week_asked(step, RUN, MONDAY_MORNING, "UTC", 0) <= date(2026, 2, 9)


def test_days_go_back_thirteen_and_no_further_than_intake():
    today = date(2026, 2, 9)
    assert question.days_to_choose(today, date(2025, 1, 1))[-1] == date(2026, 1, 27)
    assert question.days_to_choose(today, date(2026, 2, 8)) == [today, date(2026, 2, 8)]


def test_days_in_words():
    today = date(2026, 2, 9)
    assert question.near_text(today, today) == "Today"
    assert question.near_text(date(2026, 2, 10), today) == "Tomorrow"
    assert question.near_text(date(2026, 2, 11), today) == "Wednesday 11 February"
    assert question.week_text(RUN) == "the week of 26 January"
