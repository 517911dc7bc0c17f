"""How long a task may wait for its keyworker, and when that is over. Pure: dates in, dates out.

Patience is counted in working days: whole local days of the clinic from Monday to Friday. No calendar of public
holidays is kept. The day on which a task was raised is none of them, whatever the hour. Days of a pause are none,
nor is any before a client who was put aside is back; but whoever asked to be rung waits for neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinic import clock
from clinic.weeks import DAY
from reminders.worklist.models import TaskKind

SATURDAY = 5
SHORTEST, LONGEST = 1, 20

# Whatever is noted as done when it is written down waits for nobody.
WAITING_KINDS: tuple[TaskKind, ...] = tuple(
    kind for kind in TaskKind if kind not in (TaskKind.SPOKE, TaskKind.TRIED)
)
# Who asks to be rung says that now is a good moment, and is seldom asked twice: the next working day is the latest.
SHIPPED: Mapping[TaskKind, int] = {kind: 1 if kind is TaskKind.RING_ME else 3 for kind in WAITING_KINDS}


@dataclass(frozen=True, slots=True)
class Held:
    """What stops the count: the pauses of a client, both ends included, and the day they are back on Today."""

    pauses: Sequence[tuple[date, date]] = ()
    back_on: date | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """The moments from which a task waits anew: raised, handed back by a manager, or its client put aside."""

    raised_at: datetime
    handed_back_at: datetime | None = None
    put_aside_at: datetime | None = None


def waits_for_nothing(kind: TaskKind) -> bool:
    """Whether neither a pause nor 'not now' holds a task of the kind."""
    return kind is TaskKind.RING_ME


def since(kind: TaskKind, acts: Acts) -> datetime:
    """From when a task waits: the latest act on it, an aware moment."""
    aside = None if waits_for_nothing(kind) else acts.put_aside_at
    return max(at for at in (acts.raised_at, acts.handed_back_at, aside) if at is not None)


def last_day(kind: TaskKind, waits_since: datetime, days: int, held: Held, time_zone: str) -> date:
    """The last local day of a task's patience of so many working days; it is over when that day is.

    waits_since is an aware moment, the time zone the clinic's.
    """
    if waits_for_nothing(kind):
        held = Held()
    day = clock.local_date(waits_since, time_zone)
    if held.back_on is not None:
        day = max(day, held.back_on - DAY)
    pauses = sorted(held.pauses)
    left = days
    while left:
        day = _after_pauses(day + DAY, pauses)
        left -= is_working_day(day)
    return day


def is_over(ends_on: date, now: datetime, time_zone: str) -> bool:
    """Whether a patience whose last day is known is over at an aware moment: from the midnight after it on."""
    return clock.local_date(now, time_zone) > ends_on


def working_days_over(ends_on: date, today: date) -> int:
    """How many working days have begun since the last day of a patience, today included."""
    weeks, rest = divmod(max((today - ends_on).days, 0), 7)
    return weeks * 5 + sum(is_working_day(ends_on + n * DAY) for n in range(1, rest + 1))


def is_working_day(day: date) -> bool:
    """Whether it is a Monday to Friday."""
    return day.weekday() < SATURDAY


def _after_pauses(day: date, pauses: Sequence[tuple[date, date]]) -> date:
    """The day itself, or the first after the pauses that hold it; they are in order."""
    for starts_on, ends_on in pauses:
        if starts_on <= day <= ends_on:
            day = ends_on + DAY
    return day
