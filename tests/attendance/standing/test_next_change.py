"""When a client is next looked at: never after their standing has changed, and hardly ever for nothing.

The sweep looks only at clients whose date has come, so a date too late is a slip nobody sees. Intake is on
Wednesday 7 January 2026 under the default policy; the first expected week is that of Monday 26 January.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from attendance.standing.facts import Attended, Standing
from attendance.standing.rule import judge
from clinic.policy import WeeklyPolicy
from tests.attendance.standing import oracle
from tests.attendance.standing.telling import DEFAULTS, client, day


@pytest.mark.parametrize(
    ("told", "facts", "on", "changes"),
    [
        ("before intake: at intake", client(), "2026-01-01", "2026-01-07"),
        ("settling in: when the first expected week is over", client(), "2026-01-07", "2026-02-02"),
        ("missing: every week more", client(), "2026-02-05", "2026-02-09"),
        ("met this week: not before the next is over", client(went="2026-02-03"), "2026-02-03", "2026-02-16"),
        ("a later meeting is no news yet", client(went="2026-02-03 2026-02-10"), "2026-02-03", "2026-02-16"),
        (
            "a pause is coming",
            client(went="2026-02-03", pauses=[("2026-02-12", "2026-02-20")]),
            "2026-02-04",
            "2026-02-12",
        ),
        (
            "two pauses in a row end once",
            client(went="2026-02-03", pauses=[("2026-02-12", "2026-02-14"), ("2026-02-15", "2026-02-20")]),
            "2026-02-12",
            "2026-02-21",
        ),
        ("closing ahead", client(went="2026-02-03", closed="2026-02-10"), "2026-02-05", "2026-02-11"),
        (
            "closed on the day of intake: one tracked day",
            client(closed="2026-01-07"),
            "2026-01-06",
            "2026-01-07",
        ),
        ("and that day passes", client(closed="2026-01-07"), "2026-01-07", "2026-01-08"),
        ("a week is over on the last tracked day", client(closed="2026-02-02"), "2026-02-01", "2026-02-02"),
        (
            "a week is missed on the last tracked day",
            client(went="2026-02-03", closed="2026-02-16"),
            "2026-02-03",
            "2026-02-16",
        ),
        (
            "the last tracked day comes before a week is missed",
            client(went="2026-02-03", closed="2026-02-15"),
            "2026-02-03",
            "2026-02-16",
        ),
        (
            "tracking ends in a pause",
            client(closed="2026-02-11", pauses=[("2026-02-10", "2026-02-20")]),
            "2026-02-10",
            "2026-02-12",
        ),
        (
            "a paused week adds nothing when it is over",
            client(pauses=[("2026-02-13", "2026-02-20")]),
            "2026-02-13",
            "2026-02-21",
        ),
        ("24 months are over", client(), "2028-01-07", "2028-01-08"),
        ("not tracked any more", client(), "2028-01-08", None),
        ("closed", client(closed="2026-02-10"), "2026-02-11", None),
    ],
)
def test_the_next_change_is_foretold_and_never_too_late(told, facts, on, changes):
    """The rule may look again earlier than needed, as the oracle, which walks there, may not."""
    true_change = day(changes) if changes else None
    assert oracle.next_change(DEFAULTS, facts, day(on)) == true_change, told
    looks_again = judge(DEFAULTS, facts, day(on)).next_change_on
    assert looks_again is None if true_change is None else day(on) < looks_again <= true_change, told


def test_pauses_in_a_row_are_told_as_one_from_the_first_day_to_the_last():
    """A sentence stored on the first day is shown until the last, so it may not speak of the first pause alone."""
    yusuf = client(pauses=[("2026-02-15", "2026-02-20"), ("2026-02-12", "2026-02-14")])
    told = {judge(DEFAULTS, yusuf, day("2026-02-12") + timedelta(days=n)).reason for n in range(9)}
    assert len(told) == 1
    assert "20 February" in told.pop()


@pytest.mark.parametrize(
    ("policy", "weekdays"), [(DEFAULTS, [3]), (WeeklyPolicy(meetings_per_week=2), [1, 3])]
)
def test_who_goes_every_week_is_never_looked_at_by_the_sweep(policy, weekdays):
    """Dorothea always comes on the same weekdays, so her date moves on before it ever comes.

    The end of settling in is the one change that comes to everybody, so her story is followed from there.
    """
    monday = day("2026-01-12")
    meetings = [
        Attended(monday + timedelta(weeks=week, days=weekday)) for week in range(60) for weekday in weekdays
    ]
    judged = 0
    for number, (meeting, following) in enumerate(pairwise(meetings), start=1):
        verdict = judge(policy, replace(client(), attended=meetings[:number]), meeting.on)
        if verdict.standing == Standing.WEEKLY:
            judged += 1
            assert verdict.next_change_on > following.on
    assert judged > 50
