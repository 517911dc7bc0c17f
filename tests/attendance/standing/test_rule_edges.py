"""The weekly rule at its edges, worked by hand: pauses, settling in, the ends of tracking, and coming back.

The cast is made up. Unless a story says otherwise, intake is on Wednesday 7 January 2026 under the default
policy, so that the first expected week is that of Monday 26 January.
"""

import pytest

from attendance.standing.facts import Outcome, Week
from attendance.standing.rule import judge
from clinic.policy import WeeklyPolicy
from tests.attendance.standing.telling import DEFAULTS, Story, both_readers, client, day, every_day_of

SETTLING_IN = [
    Story(
        "no settling in, intake on a Monday: that week is expected",
        client("2026-01-05"),
        (
            ("2026-01-05", "settling_in", 0),
            ("2026-01-11", "settling_in", 0),
            ("2026-01-12", "not_started", 1),
        ),
        WeeklyPolicy(settling_in_days=0),
    ),
    Story(
        "no settling in, intake on a Wednesday: the next week is the first",
        client(),
        (("2026-01-18", "settling_in", 0), ("2026-01-19", "not_started", 1)),
        WeeklyPolicy(settling_in_days=0),
    ),
    Story(
        "14 days from Monday end on a Monday, which is not too late",
        client("2026-01-12"),
        (("2026-02-01", "settling_in", 0), ("2026-02-02", "not_started", 1)),
    ),
    Story(
        "14 days from Tuesday end a day too late for that week",
        client("2026-01-13"),
        (
            ("2026-02-02", "settling_in", 0),
            ("2026-02-08", "settling_in", 0),
            ("2026-02-09", "not_started", 1),
        ),
    ),
    Story(
        "settling in over a leap day: 15 February 2024 + 14 is Thursday the 29th",
        client("2024-02-15"),
        (("2024-03-06", "settling_in", 0), ("2024-03-07", "not_started", 1)),
        WeeklyPolicy(week_starts_on=3),
    ),
    Story(
        "Wen met her first expected week, which is not over: still settling in",
        client(went="2026-01-28"),
        (("2026-01-28", "settling_in", 0), ("2026-02-01", "settling_in", 0), ("2026-02-02", "weekly", 0)),
    ),
]

PAUSES = [
    Story(
        "the first expected weeks are all paused: settling in goes on after them",
        client(pauses=[("2026-01-26", "2026-02-15")]),
        (
            ("2026-01-25", "settling_in", 0),
            ("2026-01-26", "paused", 0),
            ("2026-02-15", "paused", 0),
            ("2026-02-16", "settling_in", 0),
            ("2026-02-22", "settling_in", 0),
            ("2026-02-23", "not_started", 1),
        ),
    ),
    Story(
        "the same pause, but Emeka went in it: he has been expected, and came",
        client(went="2026-01-28", pauses=[("2026-01-26", "2026-02-15")]),
        (("2026-02-15", "paused", 0), ("2026-02-16", "weekly", 0), ("2026-02-23", "slipping", 1)),
    ),
    Story(
        "a pause on a Sunday alone excuses its whole week",
        client(went="2026-01-28", pauses=[("2026-02-08", "2026-02-08")]),
        (
            ("2026-02-07", "weekly", 0),
            ("2026-02-08", "paused", 0),
            ("2026-02-09", "weekly", 0),
            ("2026-02-16", "slipping", 1),
        ),
    ),
    Story(
        "a pause on a Monday alone: misses before it are kept, its week is stepped over",
        client(went="2026-01-28", pauses=[("2026-02-16", "2026-02-16")]),
        (
            ("2026-02-16", "paused", 2),
            ("2026-02-17", "below_weekly", 2),
            ("2026-02-23", "below_weekly", 2),
            ("2026-03-02", "below_weekly", 3),
            ("2026-03-09", "lapsed", 4),
        ),
    ),
    Story(
        "met in a pause: meetings always help",
        client(went="2026-02-04", pauses=[("2026-02-02", "2026-02-08")]),
        (
            ("2026-02-03", "paused", 1),
            ("2026-02-04", "paused", 0),
            ("2026-02-09", "weekly", 0),
            ("2026-02-16", "slipping", 1),
        ),
    ),
    Story(
        "one of two in a paused week: paused, not short",
        client(went="2026-01-27 2026-01-28 2026-02-04", pauses=[("2026-02-05", "2026-02-06")]),
        (("2026-02-05", "paused", 0), ("2026-02-09", "weekly", 0), ("2026-02-16", "slipping", 1)),
        WeeklyPolicy(meetings_per_week=2),
    ),
    *(
        Story(
            f"{kind} pauses are one long one",
            client(went="2026-01-28 2026-02-03", pauses=pauses),
            (
                ("2026-02-09", "weekly", 0),
                ("2026-02-10", "paused", 0),
                ("2026-02-13", "paused", 0),
                ("2026-02-17", "paused", 0),
                ("2026-02-18", "weekly", 0),
                ("2026-02-23", "weekly", 0),
                ("2026-03-02", "slipping", 1),
            ),
        )
        for kind, pauses in {
            "overlapping": [("2026-02-10", "2026-02-14"), ("2026-02-12", "2026-02-17")],
            "adjacent": [("2026-02-13", "2026-02-17"), ("2026-02-10", "2026-02-12")],
            "nested": [("2026-02-10", "2026-02-17"), ("2026-02-11", "2026-02-12")],
        }.items()
    ),
]

ENDS_OF_TRACKING = [
    Story(
        "before intake there is nobody to speak of",
        client(went="2026-01-05", pauses=[("2026-01-01", "2026-01-31")]),
        (("2025-11-30", "not_tracked", 0), ("2026-01-06", "not_tracked", 0), ("2026-01-07", "paused", 0)),
    ),
    Story(
        "24 months end on Friday 7 January 2028, after 101 weeks of silence",
        client(),
        (("2028-01-07", "not_started", 101), ("2028-01-08", "not_tracked", 0)),
    ),
    Story(
        "closed on a Wednesday, which is still tracked",
        client(closed="2026-02-11", went="2026-01-28"),
        (("2026-02-11", "slipping", 1), ("2026-02-12", "not_tracked", 0), ("2026-02-16", "not_tracked", 0)),
    ),
    Story(
        "closed in a pause: not tracked comes first",
        client(closed="2026-02-11", pauses=[("2026-02-09", "2026-02-20")]),
        (("2026-02-11", "paused", 2), ("2026-02-12", "not_tracked", 0)),
    ),
    Story(
        "Maren comes back after her six months: no second settling in, and the gap counts",
        client(back="2026-10-05", went="2026-01-28 2026-10-14"),
        (
            ("2026-10-12", "lapsed", 36),
            ("2026-10-14", "weekly", 0),
            ("2026-10-26", "slipping", 1),
            ("2027-04-05", "lapsed", 24),
            ("2027-04-06", "not_tracked", 0),
        ),
        WeeklyPolicy(track_for_months=6),
    ),
]


@both_readers
@every_day_of([*SETTLING_IN, *PAUSES, *ENDS_OF_TRACKING])
def test_a_day_comes_to_this_standing(reader, story, on, standing, missed):
    assert reader.standing(story.policy, story.facts, on) == (standing, missed)


@both_readers
@pytest.mark.parametrize(
    ("facts", "months", "last"),
    [
        (client("2025-08-31"), 6, "2026-02-28"),
        (client("2027-08-31"), 6, "2028-02-29"),
        (client("2024-02-29"), 12, "2025-02-28"),
        (client("2024-02-29"), 48, "2028-02-29"),
        (client("2025-12-30"), 2, "2026-02-28"),
        (client("2026-01-31"), 3, "2026-04-30"),
        (client("2025-12-31"), 12, "2026-12-31"),
        (client("2026-01-07", back="2027-09-01"), 24, "2029-09-01"),
        (client("2026-01-07", closed="2026-05-02"), 6, "2026-05-02"),
        (client("2026-01-07", closed="2026-07-07"), 6, "2026-07-07"),
        (client("2026-01-07", closed="2026-09-30"), 6, "2026-07-07"),
    ],
)
def test_tracking_lasts_calendar_months_or_until_closed(reader, facts, months, last):
    assert reader.tracked_until(WeeklyPolicy(track_for_months=months), facts) == day(last)


@both_readers
def test_weeks_are_listed_from_the_day_of_intake_on(reader):
    """The meeting on the Monday of that week came before the intake, so it is not counted."""
    facts = client(went="2026-01-05 2026-01-07")
    assert reader.weeks(DEFAULTS, facts, day("2026-01-06")) == []
    assert reader.weeks(DEFAULTS, facts, day("2026-01-07")) == [
        Week(day("2026-01-05"), Outcome.NOT_EXPECTED, 1)
    ]


@both_readers
@pytest.mark.parametrize(
    ("closed", "outcomes"),
    [
        ("2026-02-08", ["met", "unknown", "not_expected", "not_expected"]),
        ("2026-02-09", ["met", "unknown", "unknown", "not_expected"]),
        ("2026-02-11", ["met", "unknown", "unknown", "not_expected"]),
    ],
)
def test_the_week_in_which_tracking_ends_was_expected_and_later_ones_were_not(reader, closed, outcomes):
    facts = client(closed=closed, went="2026-01-28 2026-02-18")
    listed = reader.weeks(DEFAULTS, facts, day("2026-02-20"))
    assert [week.outcome for week in listed[3:]] == outcomes
    assert listed[-1].meetings == 1


def test_a_verdict_names_the_weeks_it_speaks_of():
    """Ludmila was met by the week of 26 January, then missed two, one on each side of a paused week."""
    ludmila = client(went="2026-01-28", pauses=[("2026-02-12", "2026-02-12")])
    verdict = judge(DEFAULTS, ludmila, day("2026-02-24"))
    assert (verdict.standing, verdict.missed_weeks, verdict.flagged) == ("below_weekly", 2, True)
    assert (verdict.first_missed, verdict.last_missed) == (day("2026-02-02"), day("2026-02-16"))
    assert verdict.last_met == day("2026-01-26")
    assert verdict.reason.strip()


def test_a_reason_that_names_a_meeting_names_the_last_one_known():
    """Whoever rings a client should not start from the wrong evening, nor from one still to come."""
    ana = client(went="2026-01-30 2026-01-28 2026-03-05")
    reason = judge(DEFAULTS, ana, day("2026-02-10")).reason
    assert "30 January 2026" in reason
    assert "28 January" not in reason
    assert "March" not in reason


def test_one_who_has_met_every_week_has_no_missed_weeks_to_name():
    verdict = judge(DEFAULTS, client(went="2026-01-28 2026-02-04"), day("2026-02-05"))
    assert (verdict.first_missed, verdict.last_missed, verdict.flagged) == (None, None, False)
    assert verdict.last_met == day("2026-02-02")
