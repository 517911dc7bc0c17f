"""What becomes of a flag, by values alone: which run it speaks of, since when, and why it closes.

Under the default policy Ana's weeks count from Monday 26 January 2026 on.
"""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from attendance.standing import flags, rule
from attendance.standing.facts import ClosedBecause, Standing
from attendance.standing.flags import Spell
from clinic.policy import WeeklyPolicy
from tests.attendance.standing.strategies import Situation, situations
from tests.attendance.standing.telling import DEFAULTS, client, day


def judged(facts, on, policy=DEFAULTS):
    return rule.judge(policy, facts, day(on))


@pytest.mark.parametrize(
    ("told", "went", "on", "earlier", "run"),
    [
        ("the first flag there is", "", "2026-02-02", None, "2026-01-26"),
        ("noticed late: the spell's first week all the same", "", "2026-03-02", None, "2026-01-26"),
        (
            "the meeting that closed it is taken back: the same weeks, the same run",
            "", "2026-02-10", ("2026-01-26", "2026-01-26"), "2026-01-26",
        ),
        (
            "a late meeting took the spell's first week away and closed it; now the second is missed",
            "2026-01-28", "2026-02-09", ("2026-01-26", "2026-02-02"), "2026-01-26",
        ),
        (
            "the same, but the earlier flag knew of the first week only: another spell",
            "2026-01-28", "2026-02-09", ("2026-01-26", "2026-01-26"), "2026-02-02",
        ),
        (
            "a met week between: another spell",
            "2026-02-11", "2026-02-23", ("2026-01-26", "2026-02-02"), "2026-02-16",
        ),
        (
            "the met week between is taken back: the earlier run goes on over all of them",
            "", "2026-02-23", ("2026-01-26", "2026-02-02"), "2026-01-26",
        ),
        (
            "an earlier flag of a later spell than this one, by a void further back",
            "2026-02-18", "2026-02-16", ("2026-02-09", "2026-02-09"), "2026-02-09",
        ),
    ],
)  # fmt: skip
def test_a_flag_that_opens_takes_over_the_run_of_the_weeks_it_shares(told, went, on, earlier, run):
    spell = Spell(*map(day, earlier)) if earlier else None
    assert flags.run_of(judged(client(went=went), on), spell) == day(run), told


@pytest.mark.parametrize(
    ("told", "pauses", "on", "opened"),
    [
        ("the Monday after the first missed week", [], "2026-02-02", "2026-02-02"),
        ("the same, noticed three weeks later", [], "2026-02-23", "2026-02-02"),
        (
            "that Monday alone was paused: the Tuesday",
            [("2026-02-02", "2026-02-02")],
            "2026-02-20",
            "2026-02-03",
        ),
        (
            "that Monday was paused: the day after the pause",
            [("2026-02-02", "2026-02-04")],
            "2026-02-20",
            "2026-02-05",
        ),
        (
            "a pause that had ended by then excused another week",
            [("2026-02-10", "2026-02-12")],
            "2026-02-20",
            "2026-02-02",
        ),
        (
            "one pause after another",
            [("2026-02-05", "2026-02-08"), ("2026-02-02", "2026-02-04")],
            "2026-02-20",
            "2026-02-09",
        ),
        (
            "one pause within another",
            [("2026-02-02", "2026-02-10"), ("2026-02-03", "2026-02-05")],
            "2026-02-20",
            "2026-02-11",
        ),
        (
            "a gap of a day between two",
            [("2026-02-02", "2026-02-03"), ("2026-02-05", "2026-02-08")],
            "2026-02-20",
            "2026-02-04",
        ),
    ],
)
def test_a_flag_is_dated_from_the_first_day_that_was_flagged(told, pauses, on, opened):
    facts = client(pauses=pauses)
    verdict = judged(facts, on)
    assert verdict.flagged
    assert flags.opened_on(verdict, facts) == day(opened), told


@settings(max_examples=40, deadline=None)
@given(situations())
def test_walking_back_by_the_rule_comes_to_the_same_day(situation: Situation):
    """From today back as long as the standing is flagged, or held by a pause: the earliest flagged day."""
    policy, facts, on = situation
    verdict = rule.judge(policy, facts, on)
    if not verdict.flagged:
        return
    first = day = on
    while (earlier := rule.judge(policy, facts, day)).flagged or earlier.standing is Standing.PAUSED:
        first = day if earlier.flagged else first
        day -= timedelta(days=1)
    assert flags.opened_on(verdict, facts) == first


ATTENDED, ENDED, CORRECTED = ClosedBecause.ATTENDED, ClosedBecause.TRACKING_ENDED, ClosedBecause.CORRECTED


@pytest.mark.parametrize(
    ("told", "facts", "policy", "on", "why"),
    [
        ("she went this week", client(went="2026-02-03"), DEFAULTS, "2026-02-03", ATTENDED),
        ("she went, with two weeks missed", client(went="2026-02-10"), DEFAULTS, "2026-02-10", ATTENDED),
        ("it is told late that she went last week", client(went="2026-02-04"), DEFAULTS, "2026-02-10", ATTENDED),
        ("told late, the only missed week was none", client(went="2026-01-28"), DEFAULTS, "2026-02-03", CORRECTED),
        (
            "and that neither of two was",
            client(went="2026-01-28 2026-02-04"), DEFAULTS, "2026-02-10", CORRECTED,
        ),
        (
            "a pause is entered afterwards for the missed week",
            client(went="2026-01-22", pauses=[("2026-01-28", "2026-01-29")]), DEFAULTS, "2026-02-03", CORRECTED,
        ),
        (
            "a longer settling in: none of her weeks was expected",
            client(), WeeklyPolicy(settling_in_days=60), "2026-02-10", CORRECTED,
        ),
        (
            "one meeting a week is enough now",
            client(went="2026-01-28 2026-02-04"), WeeklyPolicy(meetings_per_week=1), "2026-02-10", CORRECTED,
        ),
        ("tracking ended", client(), WeeklyPolicy(track_for_months=1), "2026-02-08", ENDED),
        ("she was closed", client(closed="2026-02-05", went="2026-02-03"), DEFAULTS, "2026-02-06", ENDED),
    ],
)  # fmt: skip
def test_why_a_flag_closes(told, facts, policy, on, why):
    """Her flag's run began with the week of 26 January."""
    verdict = judged(facts, on, policy)
    assert not verdict.flagged
    assert flags.closed_because(verdict, rule.weeks(policy, facts, day(on)), day("2026-01-26")) is why, told
