"""The weekly rule on days worked by hand: the document's table, then weeks, meetings and self reports.

The cast is made up. Unless a story says otherwise, intake is on Wednesday 7 January 2026, so that the first
expected week is that of Monday 26 January, as in the document.
"""

from attendance.standing.facts import Outcome, Week
from clinic.policy import WeeklyPolicy
from tests.attendance.standing.telling import DEFAULTS, Story, both_readers, client, day, every_day_of

HOLIDAY = [("2026-02-10", "2026-02-17")]


def the_client_of_the_document(**more):
    return client(went="2026-01-13 2026-01-28", says_they_went="2026-02-03", **more)


THE_DOCUMENT = [
    Story(
        "nothing at all",
        client(),
        (
            ("2026-02-01", "settling_in", 0),
            ("2026-02-02", "not_started", 1),
            ("2026-03-02", "not_started", 5),
        ),
    ),
    Story(
        "three meetings",
        the_client_of_the_document(),
        (
            ("2026-02-08", "weekly", 0),
            ("2026-02-15", "weekly", 0),
            ("2026-02-16", "slipping", 1),
            ("2026-02-23", "below_weekly", 2),
            ("2026-03-09", "lapsed", 4),
        ),
    ),
    Story(
        "the same without self reports",
        the_client_of_the_document(),
        (("2026-02-09", "slipping", 1),),
        WeeklyPolicy(count_self_reports=False),
    ),
    Story(
        "the same with a pause",
        the_client_of_the_document(pauses=HOLIDAY),
        (("2026-02-12", "paused", 0), ("2026-02-23", "weekly", 0), ("2026-03-02", "slipping", 1)),
    ),
]

WHERE_WEEKS_START = [
    # 14 days after intake is Wednesday 21 January; each clinic waits for its own next week start.
    Story(
        "weeks from Sunday: first expected 25 January",
        client(),
        (
            ("2026-01-31", "settling_in", 0),
            ("2026-02-01", "not_started", 1),
            ("2026-02-08", "not_started", 2),
        ),
        WeeklyPolicy(week_starts_on=6),
    ),
    Story(
        "weeks from Saturday: first expected 24 January",
        client(),
        (("2026-01-30", "settling_in", 0), ("2026-01-31", "not_started", 1)),
        WeeklyPolicy(week_starts_on=5),
    ),
    Story(
        "weeks from Wednesday: 21 January itself is expected",
        client(),
        (("2026-01-27", "settling_in", 0), ("2026-01-28", "not_started", 1)),
        WeeklyPolicy(week_starts_on=2),
    ),
    Story(
        "weeks from Thursday: first expected 22 January",
        client(),
        (("2026-01-28", "settling_in", 0), ("2026-01-29", "not_started", 1)),
        WeeklyPolicy(week_starts_on=3),
    ),
    # One meeting on Sunday 1 February is the end of one clinic's week and the beginning of another's.
    Story(
        "a Sunday meeting where weeks start on Monday",
        client(went="2026-02-01"),
        (("2026-02-08", "weekly", 0), ("2026-02-09", "slipping", 1)),
    ),
    Story(
        "a Sunday meeting where weeks start on Sunday",
        client(went="2026-02-01"),
        (("2026-02-09", "weekly", 0), ("2026-02-14", "weekly", 0), ("2026-02-15", "slipping", 1)),
        WeeklyPolicy(week_starts_on=6),
    ),
]

HOW_MANY_MEETINGS = [
    Story(
        "Ifeoma owes two: a full week, a short one, an empty one, then two on one evening and on two",
        client(went="2026-01-27 2026-01-29 2026-02-03 2026-02-17 2026-02-17"),
        (
            ("2026-02-02", "weekly", 0),
            ("2026-02-08", "weekly", 0),
            ("2026-02-09", "slipping", 1),
            ("2026-02-16", "below_weekly", 2),
            ("2026-02-17", "weekly", 0),
        ),
        WeeklyPolicy(meetings_per_week=2),
    ),
    Story(
        "Piet owes two: one meeting in the current week is not yet enough",
        client(went="2026-01-27 2026-01-29 2026-02-10 2026-02-12"),
        (("2026-02-09", "slipping", 1), ("2026-02-10", "slipping", 1), ("2026-02-12", "weekly", 0)),
        WeeklyPolicy(meetings_per_week=2),
    ),
    Story(
        "Rosalind owes three and comes to one a week: short is missed, but she has started",
        client(went="2026-01-28 2026-02-04 2026-02-11 2026-02-18"),
        (("2026-02-02", "slipping", 1), ("2026-02-16", "below_weekly", 3), ("2026-02-23", "lapsed", 4)),
        WeeklyPolicy(meetings_per_week=3),
    ),
]

WHAT_COUNTS = [
    Story(
        "only the client says so, where that does not count: never started",
        client(says_they_went="2026-01-28 2026-02-04"),
        (("2026-02-02", "not_started", 1), ("2026-02-09", "not_started", 2)),
        WeeklyPolicy(count_self_reports=False),
    ),
    Story(
        "only the client says so, where that counts",
        client(says_they_went="2026-01-28 2026-02-04"),
        (("2026-02-02", "weekly", 0), ("2026-02-15", "weekly", 0), ("2026-02-16", "slipping", 1)),
    ),
    Story(
        "the day before intake is not an attendance of this treatment",
        client(went="2026-01-06"),
        (("2026-02-02", "not_started", 1),),
    ),
    Story("the day of intake is", client(went="2026-01-07"), (("2026-02-02", "slipping", 1),)),
    Story(
        "a good start while settling in, then nothing: slipping, for they have started",
        client(went="2026-01-13"),
        (
            ("2026-02-01", "settling_in", 0),
            ("2026-02-02", "slipping", 1),
            ("2026-02-09", "below_weekly", 2),
            ("2026-02-22", "below_weekly", 3),
            ("2026-02-23", "lapsed", 4),
        ),
    ),
    Story(
        "met in the current week: the misses before it are over, on that day and not before",
        client(went="2026-01-28 2026-02-25"),
        (
            ("2026-02-24", "below_weekly", 3),
            ("2026-02-25", "weekly", 0),
            ("2026-03-08", "weekly", 0),
            ("2026-03-09", "slipping", 1),
        ),
    ),
    Story(
        "what lies after the day is not known on it, not even that they will start",
        client(went="2026-02-25"),
        (("2026-02-24", "not_started", 4), ("2026-02-25", "weekly", 0)),
    ),
    Story(
        "lapsed after two: nothing lies between slipping and lapsed",
        client(went="2026-01-28"),
        (("2026-02-09", "slipping", 1), ("2026-02-16", "lapsed", 2), ("2026-02-23", "lapsed", 3)),
        WeeklyPolicy(lapsed_after_weeks=2),
    ),
    Story(
        "never been: not started comes before lapsed",
        client(),
        (("2026-02-09", "not_started", 2), ("2026-03-09", "not_started", 6)),
        WeeklyPolicy(lapsed_after_weeks=2),
    ),
]


@both_readers
@every_day_of([*THE_DOCUMENT, *WHERE_WEEKS_START, *HOW_MANY_MEETINGS, *WHAT_COUNTS])
def test_a_day_comes_to_this_standing(reader, story, on, standing, missed):
    assert reader.standing(story.policy, story.facts, on) == (standing, missed)


@both_readers
def test_each_week_is_listed_with_what_it_came_to(reader):
    """Rosalind owes three: every outcome there is, and a meeting while settling in, counted but not owed."""
    policy = WeeklyPolicy(meetings_per_week=3)
    rosalind = client(
        went="2026-01-13 2026-01-26 2026-01-28 2026-02-01 2026-02-02 2026-02-08 2026-02-24",
        pauses=[("2026-02-17", "2026-02-17")],
        did_not_go="2026-02-11",
    )
    assert reader.weeks(policy, rosalind, day("2026-03-03")) == [
        Week(day("2026-01-05"), Outcome.NOT_EXPECTED, 0),
        Week(day("2026-01-12"), Outcome.NOT_EXPECTED, 1),
        Week(day("2026-01-19"), Outcome.NOT_EXPECTED, 0),
        Week(day("2026-01-26"), Outcome.MET, 3),
        Week(day("2026-02-02"), Outcome.SHORT, 2),
        Week(day("2026-02-09"), Outcome.NONE, 0),
        Week(day("2026-02-16"), Outcome.PAUSED, 0),
        Week(day("2026-02-23"), Outcome.SHORT, 1),
        Week(day("2026-03-02"), Outcome.OPEN, 0),
    ]


@both_readers
def test_silence_and_a_plain_no_are_told_apart_and_weigh_the_same(reader):
    """Tomasz answered for one week, by its last day, and for none of the others."""
    silent, tomasz = client(went="2026-01-28"), client(went="2026-01-28", did_not_go="2026-02-08")
    on = day("2026-02-16")
    assert [week.outcome for week in reader.weeks(DEFAULTS, tomasz, on)[4:]] == ["none", "unknown", "open"]
    assert reader.standing(DEFAULTS, tomasz, on) == reader.standing(DEFAULTS, silent, on)


@both_readers
def test_a_no_about_a_week_in_which_they_went_or_which_still_runs_changes_nothing(reader):
    facts = client(went="2026-01-28", did_not_go="2026-01-29 2026-02-03")
    outcomes = [week.outcome for week in reader.weeks(DEFAULTS, facts, day("2026-02-04"))]
    assert outcomes[3:] == ["met", "open"]
