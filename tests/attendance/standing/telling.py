"""Small words for telling a client's story in tests, and the two readers who are asked about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

import pytest

from attendance.standing import rule
from attendance.standing.facts import Attended, Facts, Paused, Standing, Week
from clinic.policy import WeeklyPolicy
from tests.attendance.standing import oracle

DEFAULTS = WeeklyPolicy()
day = date.fromisoformat


class Reader(NamedTuple):
    """Someone who can tell a standing and list the weeks: the product's rule, or the oracle of the tests.

    The hand-worked answers are put to both, since an oracle nobody has checked proves nothing.
    """

    standing: Callable[[WeeklyPolicy, Facts, date], tuple[Standing, int]]
    weeks: Callable[[WeeklyPolicy, Facts, date], list[Week]]
    tracked_until: Callable[[WeeklyPolicy, Facts], date]


def standing_by_the_rule(policy: WeeklyPolicy, facts: Facts, on: date) -> tuple[Standing, int]:
    """The two answers of a verdict which the document's tables give."""
    verdict = rule.judge(policy, facts, on)
    return verdict.standing, verdict.missed_weeks


THE_RULE = Reader(standing_by_the_rule, rule.weeks, rule.tracked_until)
THE_ORACLE = Reader(oracle.read, oracle.weeks, oracle.last_tracked_day)
both_readers = pytest.mark.parametrize("reader", [THE_RULE, THE_ORACLE], ids=["rule", "oracle"])


class Story(NamedTuple):
    """What is known of somebody, and what a day of theirs comes to: (day, standing, missed weeks)."""

    told: str
    facts: Facts
    days: tuple[tuple[str, str, int], ...]
    policy: WeeklyPolicy = DEFAULTS


def every_day_of(stories: Iterable[Story]) -> pytest.MarkDecorator:
    """One test a day of a story, named by both."""
    return pytest.mark.parametrize(
        ("story", "on", "standing", "missed"),
        [
            pytest.param(story, day(on), Standing(standing), missed, id=f"{story.told}, {on}")
            for story in stories
            for on, standing, missed in story.days
        ],
    )


def client(
    intake: str = "2026-01-07",
    *,
    back: str | None = None,
    closed: str | None = None,
    went: str = "",
    says_they_went: str = "",
    pauses: Iterable[tuple[str, str]] = (),
    did_not_go: str = "",
) -> Facts:
    """A made-up client by their days. The default intake is the Wednesday of the worked examples."""
    return Facts(
        first_intake_on=day(intake),
        latest_intake_on=day(back or intake),
        closed_on=day(closed) if closed else None,
        attended=[
            *(Attended(day(on)) for on in went.split()),
            *(Attended(day(on), self_only=True) for on in says_they_went.split()),
        ],
        pauses=[Paused(day(first), day(last)) for first, last in pauses],
        did_not_go=[day(on) for on in did_not_go.split()],
    )
