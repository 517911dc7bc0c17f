"""What the weekly rule is told, and what it answers. Plain values; no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Attended(NamedTuple):
    """One attendance that is not voided; self_only where nobody but the client reported it."""

    on: date
    self_only: bool = False


class Paused(NamedTuple):
    """Days on which the rule waits, both ends included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one client. Dates are local calendar dates of the clinic.

    latest_intake_on: the latest one up to the day to be judged: a return that came later is not known yet.
    attended: as in Attended, or as plain pairs where there are very many.
    did_not_go: any day of each week for which the client told us so.
    """

    first_intake_on: date
    latest_intake_on: date
    closed_on: date | None = None
    attended: Sequence[tuple[date, bool]] = ()
    pauses: Sequence[Paused] = ()
    did_not_go: Sequence[date] = ()


class Outcome(StrEnum):
    """What a week came to."""

    NOT_EXPECTED = "not_expected"
    MET = "met"
    PAUSED = "paused"
    OPEN = "open"
    SHORT = "short"
    NONE = "none"
    UNKNOWN = "unknown"


class Week(NamedTuple):
    """A week by its first day, its outcome, and its number of counted attendances."""

    starts_on: date
    outcome: Outcome
    meetings: int


class Standing(StrEnum):
    """How a client stands towards going every week."""

    NOT_TRACKED = "not_tracked"
    PAUSED = "paused"
    SETTLING_IN = "settling_in"
    WEEKLY = "weekly"
    NOT_STARTED = "not_started"
    SLIPPING = "slipping"
    BELOW_WEEKLY = "below_weekly"
    LAPSED = "lapsed"


class ClosedBecause(StrEnum):
    """Why a flag closed: a met week ended the run, tracking ended, or a fact or the policy was put right."""

    ATTENDED = "attended"
    TRACKING_ENDED = "tracking_ended"
    CORRECTED = "corrected"


FLAGGED = frozenset({Standing.NOT_STARTED, Standing.SLIPPING, Standing.BELOW_WEEKLY, Standing.LAPSED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of the weekly rule for one client on one day.

    reason: a sentence for people, true until next_change_on.
    first_missed, last_missed: the first days of the earliest and latest missed week of the present spell.
    last_met: the first day of the latest met week up to the day judged.
    next_change_on: the first day on which standing or missed weeks would differ if no new fact came, or
        an earlier day on which to look again; None where that never happens.
    """

    standing: Standing
    missed_weeks: int
    reason: str
    first_missed: date | None = None
    last_missed: date | None = None
    last_met: date | None = None
    next_change_on: date | None = None

    @property
    def flagged(self) -> bool:
        """Whether somebody should look after this client now."""
        return self.standing in FLAGGED
