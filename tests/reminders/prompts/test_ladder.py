"""Which steps are due: every number of missed weeks, the first days after intake, and the hours of a week's question.

A capital letter is a step that is planned, a small one a step that is overtaken by it.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from clinic.policy import SendingPolicy
from reminders.prompts.hours import next_permitted
from reminders.prompts.ladder import Due, Missed, Step, first_steps, of_flag, of_the_week

RUN = date(2026, 1, 26)
INTAKE = date(2026, 1, 7)
LETTERS = {
    "E": Step.ENCOURAGE,
    "R": Step.REACH_OUT,
    "A": Step.ANOTHER_WAY,
    "K": Step.KEYWORKER,
    "G": Step.KEEP_GOING,
    "F": Step.FIRST_STEPS,
    "N": Step.NUDGE,
    "C": Step.CHECK_IN,
}
# By lapsed_after_weeks, then by missed weeks from 0 to 12. The number after G is its occasion.
TRUTH = {
    2: "- E eRK erkA erkaG4 erkaG4 erkaG6 erkaG6 erkaG8 erkaG8 erkaG10 erkaG10 erkaG12",
    3: "- E eR erAK erAK erakG5 erakG5 erakG7 erakG7 erakG9 erakG9 erakG11 erakG11",
    4: "- E eR erA eraK eraK erakG6 erakG6 erakG8 erakG8 erakG10 erakG10 erakG12",
    5: "- E eR erA erA eraK eraK erakG7 erakG7 erakG9 erakG9 erakG11 erakG11",
    6: "- E eR erA erA erA eraK eraK erakG8 erakG8 erakG10 erakG10 erakG12",
}


def letters(steps: list[Due]) -> str:
    """What is due, as the table writes it."""
    by_step = {step: letter for letter, step in LETTERS.items()}
    return "".join(
        (by_step[one.step].lower() if one.overtaken else by_step[one.step])
        + (one.occasion if one.step is Step.KEEP_GOING else "")
        for one in steps
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("lapsed_after", "missed", "expected"),
    [
        (lapsed_after, missed, expected.strip("-"))
        for lapsed_after, row in TRUTH.items()
        for missed, expected in enumerate(row.split())
    ],
)
def test_every_number_of_missed_weeks(lapsed_after, missed, expected):
    steps = of_flag(Missed(RUN, missed), lapsed_after)
    assert letters(steps) == expected
    assert {one.run for one in steps} <= {RUN}


def test_the_table_covers_what_it_says():
    assert {len(row.split()) for row in TRUTH.values()} == {13}


@pytest.mark.parametrize("day", range(15))
def test_the_first_steps_come_on_day_3_and_day_10_after_intake(day):
    """Ana was taken in on Wednesday 7 January, and has not been anywhere yet."""
    expected = [] if day < 3 else [("day 3", False)] if day < 10 else [("day 3", True), ("day 10", False)]
    steps = first_steps(INTAKE, INTAKE + timedelta(days=day))
    assert [(one.occasion, one.overtaken) for one in steps] == expected
    assert {one.run for one in steps} <= {INTAKE}


# The week's first day, its zone, and the instants at which the nudge opens, the question is asked, the week ends.
WEEKS = [
    ("2026-02-02", "Europe/London", "2026-02-07 00:00", "2026-02-08 18:00", "2026-02-09 00:00"),
    ("2026-02-01", "Europe/London", "2026-02-06 00:00", "2026-02-07 18:00", "2026-02-08 00:00"),
    ("2026-06-01", "Europe/London", "2026-06-05 23:00", "2026-06-07 17:00", "2026-06-07 23:00"),
    # Clocks go forward, and back, on the Sunday that ends the week.
    ("2026-03-23", "Europe/London", "2026-03-28 00:00", "2026-03-29 17:00", "2026-03-29 23:00"),
    ("2026-10-19", "Europe/London", "2026-10-23 23:00", "2026-10-25 18:00", "2026-10-26 00:00"),
    ("2026-03-02", "America/New_York", "2026-03-07 05:00", "2026-03-08 22:00", "2026-03-09 04:00"),
    ("2026-10-26", "America/New_York", "2026-10-31 04:00", "2026-11-01 23:00", "2026-11-02 05:00"),
    # And on the Sunday that begins it.
    ("2026-03-08", "America/New_York", "2026-03-13 04:00", "2026-03-14 22:00", "2026-03-15 04:00"),
    ("2026-11-01", "America/New_York", "2026-11-06 05:00", "2026-11-07 23:00", "2026-11-08 05:00"),
    ("2026-03-29", "Europe/London", "2026-04-02 23:00", "2026-04-04 17:00", "2026-04-04 23:00"),
]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("week", "zone", "nudge", "asks", "ends"), WEEKS)
@pytest.mark.parametrize("nudge_on", [True, False])
@pytest.mark.parametrize("check_in_on", [True, False])
def test_the_nudge_and_the_question_open_and_end_at_the_minute(
    week, zone, nudge, asks, ends, nudge_on, check_in_on
):
    def found(moment: datetime) -> str:
        first_day = date.fromisoformat(week)
        return letters(
            of_the_week(first_day, moment, SendingPolicy(zone), nudge_on=nudge_on, check_in_on=check_in_on)
        )

    early = "N" if nudge_on else ""
    late = ("nC" if nudge_on else "C") if check_in_on else early
    assert found(at(nudge) - MINUTE) == ""
    assert found(at(nudge)) == early
    assert found(at(asks) - MINUTE) == early
    assert found(at(asks)) == late
    assert found(at(ends) - MINUTE) == late
    assert found(at(ends)) == ""


def test_the_question_carries_its_week():
    asked = of_the_week(date(2026, 2, 2), at("2026-02-08 18:00"), SendingPolicy())
    assert asked == [Due(Step.CHECK_IN, date(2026, 2, 2), "2026-02-02")]


@pytest.mark.parametrize(
    ("policy", "first_asked"),
    [
        (SendingPolicy(), "2026-02-08 18:00"),
        # Nothing goes out on Sundays, and on Monday the week is over.
        (SendingPolicy(send_on_sundays=False), "2026-02-07 18:00"),
        (SendingPolicy(quiet_from=time(17)), "2026-02-08 16:00"),
        (SendingPolicy(quiet_from=time(17), send_on_sundays=False), "2026-02-07 16:00"),
        (SendingPolicy(quiet_until=time(18, 30), quiet_from=time(19)), "2026-02-08 18:30"),
    ],
)
def test_the_question_is_asked_while_it_may_still_be_sent(policy, first_asked):
    week = date(2026, 2, 2)
    assert of_the_week(week, at(first_asked) - MINUTE, policy) == []
    assert letters(of_the_week(week, at(first_asked), policy)) == "C"
    assert next_permitted(at(first_asked), policy) == at(first_asked)
