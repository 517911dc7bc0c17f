"""When a client's follow-up interviews are due. Pure: dates in, dates out.

Counted from the latest intake, as tracking is: see docs/adr/0034-interviews-are-counted-from-the-latest-intake.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clinic.policy import InterviewPolicy
from clinic.weeks import DAY, add_months


class FollowUpState(StrEnum):
    """How an interview stands on a day."""

    AHEAD = "ahead"
    DUE = "due"
    HELD = "held"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One interview of a course of treatment: its day, the days on which it may be held, and when it was, if so.

    months: how many after intake its day is.
    """

    kind: str
    months: int
    due_on: date
    opens_on: date
    closes_on: date
    state: FollowUpState
    held_on: date | None = None

    @property
    def is_due(self) -> bool:
        """Whether it may be held now, and was not yet."""
        return self.state is FollowUpState.DUE


def follow_ups(
    policy: InterviewPolicy,
    intake_on: date,
    held: Iterable[tuple[str, date]],
    today: date,
    *,
    closed: bool = False,
) -> list[FollowUp]:
    """The interviews that follow an intake, in order of their days.

    held: kind and day of those on record that stand; the latest of a kind since intake counts, whenever it was. Of
    somebody who was closed only what was held is told: nobody asks them any more.
    """
    last: dict[str, date] = {}
    for kind, day in held:
        if day >= intake_on:
            last[kind] = max(day, last.get(kind, day))
    window = timedelta(days=policy.window_days)
    found = []
    for kind, months in policy.months:
        due_on = add_months(intake_on, months)
        opens_on, closes_on = due_on - window, due_on + window
        if kind in last:
            state = FollowUpState.HELD
        elif closed:
            continue
        elif today < opens_on:
            state = FollowUpState.AHEAD
        else:
            state = FollowUpState.DUE if today <= closes_on else FollowUpState.MISSED
        found.append(FollowUp(kind, months, due_on, opens_on, closes_on, state, last.get(kind)))
    return found


def intakes_due(policy: InterviewPolicy, months: int, today: date) -> tuple[date, date]:
    """The first and the last day of intake after which an interview so many months on may be held today.

    What follow_ups says of one intake, turned round, so that a database can look for those it says it of.
    """
    window = timedelta(days=policy.window_days)
    first = add_months(today - window, -months)
    # Months end on different days: the day that many months back may come out too early, and others with it.
    while add_months(first, months) < today - window:
        first += DAY
    last = add_months(today + window, -months)
    while add_months(last + DAY, months) <= today + window:
        last += DAY
    return first, last
