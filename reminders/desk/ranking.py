"""Who comes first on Today, and why. Pure.

In the order of the product's pages: whoever asked to be rung, the lapsed, the isolated (who have only
the group, evidence E7), the newly slipping, those without a first meeting, what went wrong, and at the end
whose follow-up interview is due.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from attendance.standing.facts import FLAGGED, Standing
from reminders.worklist.models import TaskKind


class Place(IntEnum):
    """A place in the order of Today."""

    RING_ME = 0
    LAPSED = 1
    ISOLATED = 2
    SLIPPING = 3
    NO_FIRST_MEETING = 4
    UNSURE = 5
    OTHER = 6
    INTERVIEW = 7


HEADINGS = {
    Place.RING_ME: "Asked to be rung",
    Place.LAPSED: "Lapsed, or silent after reaching out",
    Place.ISOLATED: "Slipping, and without other support",
    Place.SLIPPING: "Slipping",
    Place.NO_FIRST_MEETING: "No first meeting yet",
    Place.UNSURE: "Could not be reached, or not known whether a message came",
    Place.OTHER: "Something to settle",
    Place.INTERVIEW: "Interview due",
}

UNSURE_KINDS = {TaskKind.UNCERTAIN, TaskKind.NOT_REACHED, TaskKind.DECLINED}


@dataclass(frozen=True, slots=True)
class Case:
    """What decides a client's place: open tasks, the standing, missed weeks, and whether they are isolated.

    interview_days: how many days are left for an interview that is due; None where none is.
    """

    kinds: Collection[TaskKind]
    standing: Standing
    missed_weeks: int
    isolated: bool
    interview_days: int | None = None


def place(case: Case) -> Place:
    """The first place that fits."""
    kinds = set(case.kinds)
    flagged = case.standing in FLAGGED
    if TaskKind.RING_ME in kinds:
        return Place.RING_ME
    if case.standing is Standing.LAPSED or kinds & {TaskKind.LAPSED, TaskKind.NO_ANSWER}:
        return Place.LAPSED
    if flagged and case.isolated:
        return Place.ISOLATED
    if case.standing in (Standing.SLIPPING, Standing.BELOW_WEEKLY):
        return Place.SLIPPING
    if case.standing is Standing.NOT_STARTED or TaskKind.INTRODUCE in kinds:
        return Place.NO_FIRST_MEETING
    if kinds & UNSURE_KINDS:
        return Place.UNSURE
    if case.interview_days is not None and not kinds:
        return Place.INTERVIEW
    return Place.OTHER


def order(case: Case) -> tuple[int, int]:
    """What to sort by: the place, then the fewest missed weeks first, as the newest slip is the easiest to mend;
    among the lapsed and those without a first meeting, the longest first; of interviews the one that can wait least."""
    here = place(case)
    if here is Place.INTERVIEW:
        return here, case.interview_days or 0
    missed = case.missed_weeks
    return here, -missed if here in (Place.RING_ME, Place.LAPSED, Place.NO_FIRST_MEETING) else missed
