"""Made-up clinics, clients and days for hypothesis, leaning towards where the weekly rule has its corners."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from attendance.standing.facts import Attended, Facts, Paused
from clinic.policy import WeeklyPolicy
from tests.attendance.standing import oracle


class Situation(NamedTuple):
    """One client of one clinic, looked at on one day."""

    policy: WeeklyPolicy
    facts: Facts
    on: date

    def over_six_weeks(self) -> list[Situation]:
        """The same client on eight days, one of each weekday: making clients up is what takes the time."""
        return [self._replace(on=self.on + timedelta(days=n)) for n in range(0, 48, 6)]


def days_from(day: date, earliest: int, latest: int) -> st.SearchStrategy[date]:
    """Days around a day."""
    return st.integers(earliest, latest).map(lambda n: day + timedelta(days=n))


policies = st.builds(
    WeeklyPolicy,
    week_starts_on=st.integers(0, 6),
    meetings_per_week=st.integers(1, 3),
    settling_in_days=st.one_of(st.sampled_from([0, 7, 14]), st.integers(0, 40)),
    lapsed_after_weeks=st.integers(2, 6),
    track_for_months=st.integers(1, 30),
    count_self_reports=st.booleans(),
)

# The ends of long and short months and leap days are where adding months goes wrong.
intake_days = st.one_of(
    st.dates(date(2019, 1, 1), date(2027, 12, 31)),
    st.sampled_from(
        [date(2020, 2, 29), date(2024, 2, 29), date(2023, 8, 31), date(2026, 1, 31), date(2025, 12, 31)]
    ),
)


@st.composite
def attendances(draw: st.DrawFn, policy: WeeklyPolicy, first: date, around: date) -> list[Attended]:
    """A habit of going that stopped some day, perhaps a return to it, and meetings here and there."""
    attended = []
    enough = policy.meetings_per_week
    for _ in range(draw(st.sampled_from([0, 1, 1, 2]))):
        last = draw(st.one_of(days_from(around, -70, 5), days_from(around, -40, 0), days_from(first, 0, 90)))
        in_a_week = draw(st.lists(st.integers(0, 6), min_size=enough, max_size=enough + 1))
        left_out = draw(st.sets(st.integers(1, 12), max_size=2))
        for week in range(draw(st.integers(1, 16))):
            if week not in left_out:
                attended += [Attended(last - timedelta(days=7 * week + n)) for n in in_a_week]
    if draw(st.booleans()):
        attended += [Attended(draw(days_from(around, 0, 45)))] * enough
    single_days = st.one_of(days_from(first, -10, 120), days_from(around, -40, 15))
    return attended + draw(st.lists(st.builds(Attended, single_days, st.booleans()), max_size=6))


@st.composite
def pauses(draw: st.DrawFn, first_expected: date, around: date) -> list[Paused]:
    """Pauses of a day to a year, about the first expected week or the day in question; they overlap or adjoin."""
    spans = []
    for _ in range(draw(st.integers(0, 3))):
        adjoining = [days_from(before.ends_on, 0, 2) for before in spans[-1:]]
        begins = draw(st.one_of(days_from(first_expected, -3, 3), days_from(around, -50, 60), *adjoining))
        longer = draw(st.one_of(st.integers(0, 6), st.integers(0, 25), st.sampled_from([1, 60, 120, 400])))
        spans.append(Paused(begins, begins + timedelta(days=longer)))
    if draw(st.booleans()):
        # A few days some weeks ago, so that a spell often has to step over a paused week.
        begins = draw(days_from(around, -24, -9))
        spans.append(Paused(begins, begins + timedelta(days=draw(st.integers(0, 4)))))
    return spans


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A client with all their facts, on a day from before their intake to after their tracking."""
    policy = draw(policies)
    first = draw(intake_days)
    latest = draw(st.one_of(st.just(first), days_from(first, 1, 1100)))
    closed = draw(st.one_of(st.none(), st.none(), days_from(latest, 0, 400), days_from(latest, 0, 2)))
    arrived = Facts(first, latest, closed)
    last = oracle.last_tracked_day(policy, arrived)
    around = draw(
        st.one_of(
            days_from(first, -20, 10),
            days_from(first, 20, 110),
            days_from(first, 30, 300),
            days_from(first, 40, 200),
            days_from(last, -40, 20),
            days_from(last, 0, 1),
        )
    )
    waits = draw(pauses(oracle.first_expected_week(policy, arrived), around))
    facts = replace(
        arrived,
        attended=draw(attendances(policy, first, around)),
        pauses=waits,
        did_not_go=draw(
            st.lists(st.one_of(days_from(first, 0, 120), days_from(around, -60, 10)), max_size=6)
        ),
    )
    about_to_wait = [days_from(pause.starts_on, -10, 0) for pause in waits]
    back_from_waiting = [days_from(pause.ends_on, 0, 10) for pause in waits]
    on = draw(st.one_of(st.just(around), st.just(around), *about_to_wait, *back_from_waiting))
    return Situation(policy, facts, on)
