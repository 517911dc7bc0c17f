"""The parts that clients play: how each stands by now, and what is special about the way there.

Every standing and every phase is here on purpose; what a part leaves open, the story fills in by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from attendance.standing.facts import Standing
from clinic.models import ClosedReason, Phase

WEEKLY, SETTLING_IN, NOT_STARTED = Standing.WEEKLY, Standing.SETTLING_IN, Standing.NOT_STARTED
SLIPPING, BELOW_WEEKLY, LAPSED = Standing.SLIPPING, Standing.BELOW_WEEKLY, Standing.LAPSED
PAUSED, NOT_TRACKED = Standing.PAUSED, Standing.NOT_TRACKED


class Habit(StrEnum):
    """How a client goes: the chance of a week after one they went, and after one they did not."""

    STEADY = "steady"
    ORDINARY = "ordinary"
    WAVERING = "wavering"


CHANCES = {Habit.STEADY: (0.96, 0.85), Habit.ORDINARY: (0.88, 0.6), Habit.WAVERING: (0.74, 0.45)}


class Reach(StrEnum):
    """What a client said to being written to."""

    TEXTS = "texts"
    EMAILS = "e-mails"
    BOTH = "both"
    NEITHER = "neither"
    TO_CONFIRM = "to confirm"
    CONFIRMED = "confirmed later"
    STOPPED = "stopped"
    RESUMED = "stopped, and later asked for them again"


# Who can be counted on to be written to throughout.
WRITTEN_TO = frozenset({Reach.TEXTS, Reach.EMAILS, Reach.BOTH})


class Tie(StrEnum):
    """How far an introduction to a local contact has got by now."""

    NONE = "none"
    AGREED = "agreed"
    ASKED = "asked, no answer yet"
    ACCEPTED = "will ring"
    SPOKE = "spoke"
    ENDED = "ended"
    DECLINED = "declined by the client"


class Twist(StrEnum):
    """Something out of the ordinary on the way."""

    NONE = "none"
    AWAY = "a pause some months ago"
    AWAY_LATE = "a pause entered when a message was waiting already"
    AWAY_BY_MISTAKE = "a pause entered for the wrong person"
    VOIDED = "a meeting recorded for the wrong person"
    CORRECTED = "a meeting recorded on the wrong day"
    WRONG_NUMBER = "a number that was wrong at first"
    DEAD_NUMBER = "a number that has just stopped working"
    UNSURE = "a message of which nobody knows whether it came"
    RING_ME = "asked yesterday to be rung"
    PUT_ASIDE = "put aside on Today for some days"


@dataclass(frozen=True, slots=True)
class Part:
    """How one client's months go. ago: how many weeks since intake, at least and at most; days if settling in.

    missed: weeks missed in a row by now. ending: how treatment ended, None by chance. starts: whether
    somebody still settling in has been to a meeting.
    """

    standing: Standing
    ago: tuple[int, int]
    habit: Habit = Habit.ORDINARY
    missed: int = 0
    reach: Reach = Reach.TEXTS
    tie: Tie = Tie.NONE
    twist: Twist = Twist.NONE
    ending: Phase | None = None
    closed: ClosedReason | None = None
    returned: bool = False
    isolated: bool | None = None
    starts: bool = True


PARTS = (
    Part(WEEKLY, (34, 38), Habit.STEADY, twist=Twist.VOIDED),
    Part(WEEKLY, (30, 38), Habit.STEADY, reach=Reach.BOTH, twist=Twist.CORRECTED),
    Part(WEEKLY, (26, 36), Habit.STEADY, isolated=True),
    Part(WEEKLY, (22, 34), Habit.STEADY, twist=Twist.AWAY),
    Part(WEEKLY, (18, 30), Habit.STEADY, reach=Reach.EMAILS, twist=Twist.VOIDED),
    Part(WEEKLY, (12, 24), Habit.STEADY),
    Part(WEEKLY, (8, 16), Habit.STEADY, tie=Tie.SPOKE),
    Part(WEEKLY, (4, 6), Habit.STEADY, tie=Tie.SPOKE),
    Part(WEEKLY, (5, 9), Habit.STEADY),
    Part(WEEKLY, (32, 38), reach=Reach.BOTH, twist=Twist.AWAY),
    Part(WEEKLY, (28, 36), twist=Twist.CORRECTED),
    Part(WEEKLY, (24, 34), tie=Tie.ENDED, isolated=True),
    Part(WEEKLY, (22, 32), tie=Tie.ENDED),
    Part(WEEKLY, (18, 28), twist=Twist.AWAY),
    Part(WEEKLY, (14, 26), reach=Reach.EMAILS, isolated=True),
    Part(WEEKLY, (12, 22), tie=Tie.SPOKE, isolated=True),
    Part(WEEKLY, (10, 20), reach=Reach.NEITHER),
    Part(WEEKLY, (16, 30), reach=Reach.STOPPED),
    Part(WEEKLY, (20, 34), reach=Reach.RESUMED),
    Part(WEEKLY, (18, 30), reach=Reach.CONFIRMED),
    Part(WEEKLY, (14, 28), ending=Phase.TRANSFERRED, twist=Twist.VOIDED),
    Part(WEEKLY, (34, 38), Habit.WAVERING, twist=Twist.WRONG_NUMBER),
    Part(WEEKLY, (26, 34), Habit.WAVERING, twist=Twist.AWAY_LATE),
    Part(WEEKLY, (22, 32), Habit.WAVERING, twist=Twist.UNSURE),
    Part(WEEKLY, (16, 28), Habit.WAVERING, tie=Tie.DECLINED, twist=Twist.AWAY_BY_MISTAKE),
    Part(WEEKLY, (34, 38), Habit.WAVERING, returned=True, isolated=True),
    Part(WEEKLY, (32, 38), Habit.WAVERING, returned=True, tie=Tie.SPOKE),
    Part(WEEKLY, (30, 36), Habit.WAVERING, returned=True, twist=Twist.AWAY),
    Part(SETTLING_IN, (11, 13), starts=False),
    Part(SETTLING_IN, (8, 12), tie=Tie.AGREED, isolated=True),
    Part(SETTLING_IN, (7, 11), starts=False, isolated=True),
    Part(SETTLING_IN, (5, 9), reach=Reach.TO_CONFIRM),
    Part(SETTLING_IN, (3, 7), reach=Reach.BOTH),
    Part(SETTLING_IN, (1, 3), starts=False),
    Part(NOT_STARTED, (4, 4), isolated=True),
    Part(NOT_STARTED, (5, 5), reach=Reach.NEITHER),
    Part(NOT_STARTED, (6, 6), reach=Reach.EMAILS, tie=Tie.AGREED),
    Part(NOT_STARTED, (8, 8), ending=Phase.DROPPED_OUT),
    Part(SLIPPING, (30, 38), missed=1, twist=Twist.PUT_ASIDE),
    Part(SLIPPING, (24, 34), missed=1, isolated=True, twist=Twist.CORRECTED),
    Part(SLIPPING, (16, 28), missed=1, reach=Reach.TO_CONFIRM),
    Part(SLIPPING, (12, 24), missed=1, tie=Tie.SPOKE),
    Part(SLIPPING, (8, 14), missed=1, reach=Reach.BOTH),
    Part(SLIPPING, (6, 9), missed=1),
    Part(BELOW_WEEKLY, (26, 36), Habit.WAVERING, missed=3, tie=Tie.ASKED),
    Part(BELOW_WEEKLY, (18, 30), missed=3, tie=Tie.ACCEPTED, isolated=True),
    Part(BELOW_WEEKLY, (12, 22), missed=2, twist=Twist.RING_ME),
    Part(BELOW_WEEKLY, (9, 16), Habit.WAVERING, missed=2, reach=Reach.NEITHER),
    Part(LAPSED, (20, 32), missed=4),
    Part(LAPSED, (14, 22), missed=4, isolated=True, twist=Twist.DEAD_NUMBER),
    Part(LAPSED, (26, 36), Habit.WAVERING, missed=5, reach=Reach.STOPPED, ending=Phase.DROPPED_OUT),
    Part(LAPSED, (32, 38), Habit.WAVERING, missed=8, ending=Phase.OTHER),
    Part(PAUSED, (24, 34), Habit.STEADY),
    Part(PAUSED, (14, 24), twist=Twist.CORRECTED),
    Part(PAUSED, (8, 14), Habit.WAVERING, missed=1, isolated=True),
    Part(NOT_TRACKED, (28, 36), ending=Phase.DIED),
    Part(NOT_TRACKED, (22, 34), ending=Phase.TRANSFERRED, closed=ClosedReason.MOVED),
    Part(NOT_TRACKED, (20, 30), Habit.STEADY, ending=Phase.TRANSFERRED, closed=ClosedReason.MOVED),
    Part(NOT_TRACKED, (30, 38), ending=Phase.COMPLETED, closed=ClosedReason.MOVED),
    Part(NOT_TRACKED, (24, 36), Habit.WAVERING, ending=Phase.OTHER, closed=ClosedReason.WITHDREW),
)

# The small clinic asks for two meetings a week, so that weeks can be short.
FEW_PARTS = (
    Part(WEEKLY, (20, 28), Habit.STEADY, reach=Reach.BOTH),
    Part(WEEKLY, (10, 16)),
    Part(SLIPPING, (14, 20), missed=1),
    Part(LAPSED, (24, 32), Habit.WAVERING, missed=4, isolated=True),
    Part(SETTLING_IN, (6, 10), reach=Reach.EMAILS),
)
