"""How made-up clients lived: nine months of meetings, gaps and pauses, up to a Monday. Pure, but for the dice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from random import Random

from clinic.weeks import DAY, WEEK, week_of

MONDAY = date(2026, 3, 2)
WEEKS_OF_HISTORY = 39
SETTLING_IN = 14 * DAY


class Life(Enum):
    """What becomes of a client on MONDAY; how many of a hundred, and how many weeks they have missed by then.

    From SLIPS on they are due on that day, a quarter of all.
    """

    WEEKLY = ("weekly", 66, 0)
    AWAY = ("away", 4, 0)
    NEW = ("new", 3, 0)
    CLOSED = ("closed", 2, 0)
    SLIPS = ("slips", 9, 1)
    MISSES_A_SECOND = ("misses a second", 5, 2)
    MISSES_A_THIRD = ("misses a third", 3, 3)
    LAPSES = ("lapses", 3, 4)
    STAYS_AWAY = ("stays away", 1, 10)
    COMES_BACK = ("comes back", 1, 2)
    LEAVES = ("leaves", 1, 2)
    TRACKING_ENDS = ("tracking ends", 1, 3)
    NEVER_CAME = ("never came", 1, 1)

    def __init__(self, label: str, of_a_hundred: int, missed: int) -> None:
        self.label = label
        self.of_a_hundred = of_a_hundred
        self.missed = missed


A_HUNDRED = [life for life in Life for _ in range(life.of_a_hundred)]
MISSING = [Life.SLIPS, Life.MISSES_A_SECOND, Life.MISSES_A_THIRD, Life.LAPSES, Life.STAYS_AWAY]


@dataclass(slots=True)
class Told:
    """One client's days. did_not_go: first days of weeks; spells: first and last missed week of runs that ended."""

    life: Life
    intake_on: date
    closed_on: date | None = None
    attended: list[date] = field(default_factory=list)
    pauses: list[tuple[date, date]] = field(default_factory=list)
    did_not_go: list[date] = field(default_factory=list)
    spells: list[tuple[date, date]] = field(default_factory=list)


def tell(life: Life, dice: Random) -> Told:
    """A client of that life; the same dice tell the same."""
    told = Told(life, _intake(life, dice))
    if life is Life.CLOSED:
        told.closed_on = MONDAY - 60 * DAY
    elif life is Life.TRACKING_ENDS:
        told.closed_on = MONDAY - DAY
    if life is Life.AWAY:
        told.pauses.append((MONDAY - 10 * DAY, MONDAY + 10 * DAY))
    elif life is Life.LEAVES:
        told.pauses.append((MONDAY, MONDAY + 6 * DAY))
    elif life is Life.COMES_BACK:
        told.pauses.append((MONDAY - WEEK, MONDAY - DAY))
    if life is not Life.NEVER_CAME:
        _go(told, dice)
    return told


def _intake(life: Life, dice: Random) -> date:
    if life is Life.NEW:
        return MONDAY - dice.randint(5, 10) * DAY
    if life is Life.NEVER_CAME:
        # Their first expected week is the one before MONDAY.
        return MONDAY - WEEK - SETTLING_IN - dice.randint(0, 6) * DAY
    return MONDAY - WEEKS_OF_HISTORY * WEEK - dice.randint(0, 13) * DAY


def _go(told: Told, dice: Random) -> None:
    """Most weeks a meeting, some weeks two, now and then a week or two without; none in the weeks missed."""
    last_met = MONDAY - (told.life.missed + 1 + (told.life is Life.COMES_BACK)) * WEEK
    week = week_of(told.intake_on, 0)
    while week <= last_met:
        gap = dice.choice((1, 1, 2)) if dice.random() < 0.05 else 0
        if gap and week > told.intake_on + SETTLING_IN and week + gap * WEEK <= last_met:
            if dice.random() < 0.3:
                told.pauses.append((week, week + gap * WEEK - DAY))
            else:
                told.spells.append((week, week + (gap - 1) * WEEK))
                told.did_not_go += [week] if dice.random() < 0.3 else []
            week += gap * WEEK
        days = dice.sample(range(7), 2 if dice.random() < 0.25 else 1)
        told.attended += [on for day in days if told.intake_on <= (on := week + day * DAY)]
        week += WEEK
    if told.closed_on is not None:
        told.attended = [on for on in told.attended if on <= told.closed_on]
        told.spells = [spell for spell in told.spells if spell[1] + WEEK < told.closed_on]
