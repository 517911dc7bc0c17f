"""What becomes of a client's flag when the rule has spoken. Pure: a flag, a verdict, facts in; a decision out.

A flag opens when the standing is a flagged one, keeps the run of missed weeks as it grows, is held while
paused, and closes when the standing leaves that set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from attendance.standing.facts import ClosedBecause, Facts, Outcome, Standing, Verdict, Week
from clinic.weeks import DAY, WEEK

MISSED = frozenset({Outcome.SHORT, Outcome.NONE, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Spell:
    """What a flag, open or closed, says of its spell: its first missed week, and its latest."""

    run: date
    last_missed: date


def run_of(verdict: Verdict, earlier: Spell | None) -> date:
    """The run of a flag that opens now. It continues an earlier flag's where both speak of the same missed weeks.

    That happens when a correction closed the earlier one, or took back the attendance that did.
    """
    assert verdict.first_missed is not None
    assert verdict.last_missed is not None
    if (
        earlier is not None
        and earlier.run <= verdict.last_missed
        and verdict.first_missed <= earlier.last_missed
    ):
        return earlier.run
    return verdict.first_missed


def opened_on(verdict: Verdict, facts: Facts) -> date:
    """The first day on which the present spell was a flagged one: its first week was over, and no pause ran."""
    assert verdict.first_missed is not None
    day = verdict.first_missed + WEEK
    for pause in sorted(facts.pauses):
        if pause.starts_on <= day <= pause.ends_on:
            day = pause.ends_on + DAY
    return day


def closed_because(verdict: Verdict, weeks: Sequence[Week], run: date) -> ClosedBecause:
    """Why a flag closes whose client's standing is no longer a flagged one; weeks are the client's, in order.

    'Attended' where a met week ended the run. A met week that takes the place of the run's only missed
    week is a late fact, and so a correction.
    """
    if verdict.standing is Standing.NOT_TRACKED:
        return ClosedBecause.TRACKING_ENDED
    missed = False
    for week in weeks:
        if week.starts_on >= run:
            missed = missed or week.outcome in MISSED
            if missed and week.outcome is Outcome.MET:
                return ClosedBecause.ATTENDED
    return ClosedBecause.CORRECTED
