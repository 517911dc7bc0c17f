"""What a link asks about: which week, and which days can be answered for. Pure: dates in, dates out."""

from datetime import date, datetime, timedelta

from clinic import clock
from clinic.weeks import DAY, WEEK, week_of
from reminders.prompts.ladder import Step

DAYS_BACK = 13
# These ask about the week they carry; the steps of missed weeks speak of the last week that was over.
OF_THE_WEEK = frozenset({Step.NUDGE, Step.CHECK_IN})
OF_MISSED_WEEKS = frozenset(
    {Step.ENCOURAGE, Step.EXPECT_A_CALL, Step.REACH_OUT, Step.ANOTHER_WAY, Step.KEEP_GOING}
)


def week_asked(step: Step, run: date, made_at: datetime, time_zone: str, week_starts_on: int) -> date:
    """The first day of the week that 'I did not go' is about, for a link made at an aware moment.

    It goes by the day of the message and not by the day of the answer, so that an answer given late is
    still about the week the message spoke of.
    """
    if step in OF_THE_WEEK:
        return run
    week = week_of(clock.local_date(made_at, time_zone), week_starts_on)
    return week - WEEK if step in OF_MISSED_WEEKS else week


def days_to_choose(today: date, first_intake_on: date) -> list[date]:
    """The days one can have gone on, today first: those of two weeks, from intake on."""
    return [
        today - back * DAY for back in range(DAYS_BACK + 1) if today - timedelta(days=back) >= first_intake_on
    ]


def day_text(day: date) -> str:
    """A day in words, such as Tuesday 10 February."""
    return f"{day:%A} {day.day} {day:%B}"


def week_text(week: date) -> str:
    """A week in words, such as the week of 9 February."""
    return f"the week of {week.day} {week:%B}"


def near_text(day: date, today: date) -> str:
    """A day as people say it from close by: today, tomorrow, yesterday, else in full."""
    near = {today: "Today", today + DAY: "Tomorrow", today - DAY: "Yesterday"}
    return near.get(day, day_text(day))
