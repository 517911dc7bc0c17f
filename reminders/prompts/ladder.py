"""The ladder of persistent encouragement: which steps are due for a client at a moment.

'Persistent encouragement' and 'put in touch with a local group member' are what raise attendance
(evidence E10 to E12), and patterns are set early (E8). Pure: a situation and a moment in, steps out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinic.weeks import WEEK


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
KEEP_GOING_EVERY = 2


@dataclass(frozen=True, slots=True)
class Missed:
    """An open flag: the first missed week of its run, and how many weeks are missed."""

    run: date
    missed_weeks: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What the ladder needs to know of a client and their clinic. Dates are local to the clinic.

    silent_week: the first day of the current week, where it is expected and nothing was recorded for it.
    settling_in: no week has been expected yet. held: paused, closed or no longer tracked.
    """

    first_intake_on: date
    time_zone: str
    lapsed_after_weeks: int = 4
    nudge_on: bool = False
    check_in_on: bool = True
    flag: Missed | None = None
    settling_in: bool = False
    ever_attended: bool = False
    silent_week: date | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due; overtaken where a higher one is due as well, so that it is cancelled unsent.

    Unique a client by run, step and occasion: planning again adds nothing.
    """

    step: Step
    run: date
    occasion: str = ""
    overtaken: bool = False


def due(situation: Situation, moment: datetime) -> list[Due]:
    """The steps due at an aware moment, lowest first.

    Of a flag's steps only the highest reached is not overtaken, nor one that shares its number of weeks.
    The running week is asked about while no week is missed; from then on the steps of the flag write, and
    each of them carries the question's link.
    """
    if situation.held:
        return []
    local = moment.astimezone(ZoneInfo(situation.time_zone))
    found: list[Due] = []
    if situation.flag is not None:
        found += _missed(situation.flag, situation.lapsed_after_weeks)
    elif situation.settling_in and not situation.ever_attended:
        found += _first_steps(situation.first_intake_on, local.date())
    if situation.silent_week is not None and situation.flag is None:
        found += _of_the_week(situation, situation.silent_week, local)
    return found


def _missed(flag: Missed, lapsed_after_weeks: int) -> list[Due]:
    """The steps of a flag by its missed weeks."""
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


def _first_steps(first_intake_on: date, today: date) -> list[Due]:
    """Days 3 and 10 after intake without a first meeting."""
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


def _of_the_week(situation: Situation, week: date, local: datetime) -> list[Due]:
    """The nudge from two days before the week ends, and the question on its last evening."""
    ends = datetime.combine(week + WEEK, time.min)
    face = local.replace(tzinfo=None)
    if not week <= face.date() < week + WEEK:
        return []
    asks = datetime.combine(week + WEEK - timedelta(days=1), CHECK_IN_AT)
    found = []
    if situation.nudge_on and face >= ends - NUDGE_BEFORE_WEEK_ENDS:
        found.append(Due(Step.NUDGE, week, week.isoformat()))
    if situation.check_in_on and face >= asks:
        found = [Due(one.step, one.run, one.occasion, overtaken=True) for one in found]
        found.append(Due(Step.CHECK_IN, week, week.isoformat()))
    return found
