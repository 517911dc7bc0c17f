"""Who comes first on Today, and why. Pure.

In the order of the headings on Today: whoever asked to be rung, the lapsed, the isolated (who have only
the group, evidence E7), the newly slipping, those without a first meeting, what went wrong, and whose follow-up
interview is due.

Within a place: whoever was spoken to this week comes after whoever was not, as encouragement has to reach everybody
(E11); a try in vain moves nobody. Then whoever asked first; of the lapsed those with nobody else (E7), and the longest
away; of the slipping the newest slip, which is the easiest to mend, and the earliest in treatment, as patterns are set
early (E8); for the same reason, without a first meeting, the newest. What went wrong is seen to in its turn, and the
interview first that can wait least.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
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
# How many of a place there are, in a few words after the number.
IN_SHORT = {
    Place.RING_ME: "asked to be rung",
    Place.LAPSED: "lapsed or silent",
    Place.ISOLATED: "without other support",
    Place.SLIPPING: "slipping",
    Place.NO_FIRST_MEETING: "without a first meeting",
    Place.UNSURE: "not reached or unsure",
    Place.OTHER: "to settle",
    Place.INTERVIEW: "with an interview due",
}

UNSURE_KINDS = {TaskKind.UNCERTAIN, TaskKind.NOT_REACHED, TaskKind.DECLINED}
# For so long a word with the client lets others of the same place come first.
SPOKEN_LATELY = timedelta(days=7)
# Patterns are set in these first weeks (E8).
EARLY = timedelta(weeks=8)
NOTHING = timedelta()
UNITS = (
    (timedelta(weeks=1), "week"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """What decides a client's place, and is said of it. Times are how long ago a thing was, from the moment judged.

    kinds: of the open tasks. missed_weeks: of the present spell. isolated: they have only the group. waiting: since
    the flag was raised or the oldest task. asked: since they asked to be rung. in_treatment: since intake.
    spoken, tried: since the last word with them, and since the last try in vain after it; None where there is none.
    tries: how many in vain since the last word. interview_days: how many days are left for an interview that is due;
    None where none is.
    """

    kinds: Collection[TaskKind]
    standing: Standing
    missed_weeks: int
    isolated: bool
    waiting: timedelta = NOTHING
    asked: timedelta = NOTHING
    in_treatment: timedelta = NOTHING
    spoken: timedelta | None = None
    tried: timedelta | None = None
    tries: int = 0
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


def order(case: Case) -> tuple[object, ...]:
    """What to sort by: the place, and within it as the head of this page says."""
    here = place(case)
    if here is Place.INTERVIEW:
        return here, case.interview_days or 0
    if here is Place.RING_ME:
        return here, -case.asked, -case.missed_weeks
    spoken = case.spoken is not None and case.spoken < SPOKEN_LATELY
    if here is Place.LAPSED:
        return here, spoken, not case.isolated, -case.missed_weeks
    if here in (Place.ISOLATED, Place.SLIPPING):
        return here, spoken, case.missed_weeks, case.in_treatment
    if here is Place.NO_FIRST_MEETING:
        return here, spoken, case.in_treatment, case.missed_weeks
    return here, -case.waiting


def reason(case: Case) -> str:
    """Why the client is here, and at this place: a sentence or two for a person."""
    return " ".join(filter(None, (_why(case), _word(case), _tries(case))))


def _why(case: Case) -> str:
    alone = ", and has nobody else" if case.isolated else ""
    match place(case):
        case Place.RING_ME:
            return f"Asked to be rung, {ago(case.asked)}."
        case Place.LAPSED if case.standing is Standing.NOT_STARTED:
            return f"Has not been to any meeting: {_weeks(case)} missed{alone}."
        case Place.LAPSED if case.standing is Standing.LAPSED:
            return f"Has missed {_weeks(case)}{alone}."
        case Place.LAPSED if TaskKind.NO_ANSWER in case.kinds:
            return f"No answer after reaching out{alone}."
        case Place.LAPSED:
            return f"To be talked to, asked for {ago(case.waiting)}{alone}."
        case Place.ISOLATED if case.standing is Standing.NOT_STARTED:
            return f"No first meeting yet{alone}: the group is all there would be."
        case Place.ISOLATED:
            return f"{_slip(case)}{alone}."
        case Place.SLIPPING:
            return f"{_slip(case)}{_how_to_mend(case)}."
        case Place.NO_FIRST_MEETING:
            return _without_a_first_meeting(case)
        case Place.UNSURE:
            return f"{_unsure(case)}; it has waited {span(case.waiting)}."
        case Place.INTERVIEW:
            return f"A follow-up interview is due: {_left(case.interview_days or 0)} for it."
        case _:
            return f"Something to settle; it has waited {span(case.waiting)}."


def _slip(case: Case) -> str:
    return "First missed week" if case.missed_weeks == 1 else f"{_weeks(case)} missed"


def _how_to_mend(case: Case) -> str:
    if case.missed_weeks > 1:
        return ", not lapsed yet"
    early = ", in the weeks when habits are made" if case.in_treatment < EARLY else ""
    return f"{early}: the easiest to mend"


def _without_a_first_meeting(case: Case) -> str:
    if case.standing is not Standing.NOT_STARTED:
        return "To be introduced to somebody who goes along."
    if case.in_treatment < EARLY:
        return "No first meeting yet: habits are made in the first weeks."
    return f"No first meeting yet, and {_weeks(case)} missed."


def _unsure(case: Case) -> str:
    if TaskKind.NOT_REACHED in case.kinds:
        return "Could not be reached"
    if TaskKind.DECLINED in case.kinds:
        return "Their contact could not help"
    return "Nobody knows whether a message came"


def _left(days: int) -> str:
    if days == 0:
        return "today is the last day"
    return "1 day is left" if days == 1 else f"{days} days are left"


def _word(case: Case) -> str:
    if case.spoken is None or case.spoken >= SPOKEN_LATELY:
        return ""
    return f"Somebody spoke to them {ago(case.spoken)}."


def _tries(case: Case) -> str:
    if case.tried is None:
        return ""
    often = {1: "once", 2: "twice"}.get(case.tries, f"{case.tries} times")
    return f"Tried {often}, last {ago(case.tried)}."


def _weeks(case: Case) -> str:
    return "1 week" if case.missed_weeks == 1 else f"{case.missed_weeks} weeks"


def ago(time: timedelta) -> str:
    """How long ago in words, rounded down: just now, 20 minutes ago, 3 days ago."""
    return f"{span(time)} ago" if time >= UNITS[-1][0] else "just now"


def span(time: timedelta) -> str:
    """How long in words, rounded down to its largest unit; weeks from the second on."""
    for size, unit in UNITS:
        number = time // size
        if number >= (2 if unit == "week" else 1):
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"
