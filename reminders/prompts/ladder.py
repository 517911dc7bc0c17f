"""The ladder of persistent encouragement: which steps are due for a client, by a flag, after intake, or in a week.

'Persistent encouragement' and 'put in touch with a local group member' are what raise attendance
(evidence E10 to E12), and patterns are set early (E8). Pure: facts and a moment in, steps out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinic.policy import SendingPolicy
from clinic.weeks import DAY, WEEK
from reminders.prompts.hours import SUNDAY


class Step(StrEnum):
    """The steps of the ladder, from the lowest to the highest; and a new link, which a client asks for."""

    NEW_LINK = "new_link"
    FIRST_STEPS = "first_steps"
    NUDGE = "nudge"
    CHECK_IN = "check_in"
    ENCOURAGE = "encourage"
    EXPECT_A_CALL = "expect_a_call"
    REACH_OUT = "reach_out"
    ANOTHER_WAY = "another_way"
    KEYWORKER = "keyworker"
    KEEP_GOING = "keep_going"


RANK = {step: rank for rank, step in enumerate(Step)}
FIRST_STEPS_ON_DAYS = (3, 10)
NUDGE_BEFORE_WEEK_ENDS = timedelta(days=2)
CHECK_IN_AT = time(18, 0)
BEFORE_QUIET = timedelta(hours=1)
KEEP_GOING_EVERY = 2


@dataclass(frozen=True, slots=True)
class Missed:
    """An open flag: the first missed week of its run, and how many weeks are missed."""

    run: date
    missed_weeks: int


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due; overtaken where a higher one is due as well, so that it is cancelled unsent.

    Unique a client by run, step and occasion: planning again adds nothing.
    """

    step: Step
    run: date
    occasion: str = ""
    overtaken: bool = False


def of_flag(flag: Missed, lapsed_after_weeks: int) -> list[Due]:
    """The steps due by an open flag's missed weeks, lowest first.

    Only the highest reached is not overtaken, nor one that shares its number of weeks.
    """
    ladder = [
        (1, Step.ENCOURAGE),
        (2, Step.REACH_OUT),
        (3, Step.ANOTHER_WAY),
        (lapsed_after_weeks, Step.KEYWORKER),
    ]
    reached = [(weeks, Due(step, flag.run)) for weeks, step in ladder if weeks <= flag.missed_weeks]
    further = (flag.missed_weeks - lapsed_after_weeks) // KEEP_GOING_EVERY * KEEP_GOING_EVERY
    if further > 0:
        weeks = lapsed_after_weeks + further
        reached.append((weeks, Due(Step.KEEP_GOING, flag.run, str(weeks))))
    highest = max((weeks for weeks, _ in reached), default=0)
    reached.sort(key=lambda pair: (pair[0], RANK[pair[1].step]))
    return [
        one if weeks == highest else Due(one.step, one.run, one.occasion, overtaken=True)
        for weeks, one in reached
    ]


def first_steps(first_intake_on: date, today: date) -> list[Due]:
    """What is due on a local date for somebody taken in on another, who has been to no meeting yet: days 3 and 10."""
    reached = [day for day in FIRST_STEPS_ON_DAYS if (today - first_intake_on).days >= day]
    return [
        Due(Step.FIRST_STEPS, first_intake_on, first_steps_occasion(day), overtaken=day != reached[-1])
        for day in reached
    ]


def first_steps_occasion(day: int) -> str:
    """The occasion of the first steps so many days after intake."""
    return f"day {day}"


def days_after_intake(occasion: str) -> int:
    """How many days after intake the first steps of this occasion are due."""
    return int(occasion.removeprefix("day "))


def of_the_week(
    week: date, moment: datetime, policy: SendingPolicy, *, nudge_on: bool = False, check_in_on: bool = True
) -> list[Due]:
    """What is due at an aware moment of a week, named by its first day, of which nobody knows anything.

    The nudge comes from two days before the week ends, the question on its last evening: while it may still be
    sent, for on the next morning the week is over. For clients of whom no
    week is missed: from then on the steps of the flag write, and each of them carries the question's link.
    """
    ends = datetime.combine(week + WEEK, time.min)
    face = moment.astimezone(ZoneInfo(policy.time_zone)).replace(tzinfo=None)
    if not week <= face.date() < week + WEEK:
        return []
    asks = _asks_at(week, policy)
    found = []
    if nudge_on and face >= ends - NUDGE_BEFORE_WEEK_ENDS:
        found.append(Due(Step.NUDGE, week, week.isoformat()))
    if check_in_on and face >= asks:
        found = [Due(one.step, one.run, one.occasion, overtaken=True) for one in found]
        found.append(Due(Step.CHECK_IN, week, week.isoformat()))
    return found


def _asks_at(week: date, policy: SendingPolicy) -> datetime:
    """When a week is asked about, on the clinic's clock: at 18:00 on its last day.

    Where nothing is sent on Sundays and it ends on one, on Saturday; an hour before the quiet begins, where that is
    earlier.
    """
    last = week + WEEK - DAY
    if last.weekday() == SUNDAY and not policy.send_on_sundays:
        last -= DAY
    evening = min(CHECK_IN_AT, (datetime.combine(last, policy.quiet_from) - BEFORE_QUIET).time())
    return datetime.combine(last, max(evening, policy.quiet_until))
