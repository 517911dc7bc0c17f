"""Strips of weeks for pages: the weekly rule's outcomes with the words that go with each box."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from attendance.standing import reading, rule
from attendance.standing.facts import Facts, Outcome, Week
from clinic.models import Clinic
from clinic.weeks import WEEK, day_text, week_of

WORDS = {
    Outcome.NOT_EXPECTED: "not expected yet",
    Outcome.MET: "met",
    Outcome.PAUSED: "paused",
    Outcome.OPEN: "still open",
    Outcome.SHORT: "fewer than agreed",
    Outcome.NONE: "did not go",
    Outcome.UNKNOWN: "nothing recorded",
}


@dataclass(frozen=True, slots=True)
class StripWeek:
    """A box of a strip: what components/week_strip.html draws."""

    starts_on: date
    outcome: str
    meetings: int
    label: str

    @property
    def words(self) -> str:
        """What the box stands for, where its week is said elsewhere."""
        return self.label.partition(": ")[2].capitalize()

    @property
    def short_label(self) -> str:
        """The label without the year: for a strip of weeks that are all lately."""
        return f"{self.starts_on.day} {self.starts_on:%b}: {_words(self.outcome, self.meetings)}"


def in_words(weeks: Sequence[StripWeek]) -> str:
    """A strip as a sentence, oldest first, like weeks together: for who hears it, where a box each would be long."""
    alike = [
        (words, len(list(run)))
        for words, run in groupby(weeks, lambda week: _words(week.outcome, week.meetings))
    ]
    told = ", ".join(words if number == 1 else f"{number} weeks {words}" for words, number in alike)
    return f"The last {len(weeks)} weeks, oldest first: {told}." if weeks else "No weeks yet."


def strips(
    clinic: Clinic, client_ids: Collection[int], on: date, since: date = date.min
) -> dict[int, list[StripWeek]]:
    """Each client's weeks as known on a local date, from the one that begins on since; four queries for them all."""
    policy = clinic.weekly_policy
    return {
        client_id: [_box(week) for week in rule.weeks(policy, facts, on) if week.starts_on >= since]
        for client_id, facts in reading.facts_of(client_ids, on, since).items()
    }


def last_weeks(
    clinic: Clinic, client_ids: Collection[int], on: date, number: int
) -> dict[int, list[StripWeek]]:
    """The strips of each client's last so many weeks, the one that holds the date among them."""
    return strips(clinic, client_ids, on, week_of(on, clinic.week_starts_on) - (number - 1) * WEEK)


def box_of_week(clinic: Clinic, facts: Facts, starts_on: date, on: date) -> StripWeek:
    """The box of one week as known on a local date, from the facts that touch that week; no query.

    Raises LookupError for a week before the one of intake or after that date.
    """
    for week in rule.weeks(clinic.weekly_policy, facts, on):
        if week.starts_on == starts_on:
            return _box(week)
    raise LookupError(starts_on)


def _box(week: Week) -> StripWeek:
    label = f"Week of {day_text(week.starts_on)}: {_words(week.outcome, week.meetings)}"
    return StripWeek(week.starts_on, week.outcome.value, week.meetings, label)


def _words(outcome: str, meetings: int) -> str:
    counted = f", {meetings} recorded" if meetings else ""
    return f"{WORDS[Outcome(outcome)]}{counted}"
