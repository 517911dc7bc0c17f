"""The weekly rule a second time: slow, day by day, in the order of the sentences of docs/weekly-rule.md.

Written from the words alone, without a look at the rule it is held against, and sharing no code with it,
so that one misreading is unlikely to be made twice. It is meant to be checked by eye, not to be fast.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from attendance.standing.facts import Facts, Outcome, Standing, Week
from clinic.policy import WeeklyPolicy

DAY = timedelta(days=1)
MISSED = (Outcome.SHORT, Outcome.NONE, Outcome.UNKNOWN)
HORIZON_DAYS = 3 * 366


class Reading(NamedTuple):
    """What a day comes to; two equal readings are no change."""

    standing: Standing
    missed_weeks: int


def week_of(policy: WeeklyPolicy, day: date) -> list[date]:
    """Seven days from the clinic's week start."""
    while day.weekday() != policy.week_starts_on:
        day -= DAY
    return [day + n * DAY for n in range(7)]


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day which that month has."""
    year, month, number = day.year, day.month, day.day
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def last_tracked_day(policy: WeeklyPolicy, facts: Facts) -> date:
    """The latest intake + track_for_months, or the closing date where that is earlier."""
    by_the_calendar = months_after(facts.latest_intake_on, policy.track_for_months)
    return by_the_calendar if facts.closed_on is None else min(by_the_calendar, facts.closed_on)


def is_tracked(policy: WeeklyPolicy, facts: Facts, day: date) -> bool:
    """Both ends are included; a return to treatment leaves no gap between its intakes."""
    return facts.first_intake_on <= day <= last_tracked_day(policy, facts)


def first_expected_week(policy: WeeklyPolicy, facts: Facts) -> date:
    """The first week that starts on or after the first intake + settling_in_days."""
    day = facts.first_intake_on
    for _ in range(policy.settling_in_days):
        day += DAY
    while day.weekday() != policy.week_starts_on:
        day += DAY
    return day


def counted(policy: WeeklyPolicy, facts: Facts, on: date) -> Counter[date]:
    """How many attendances count on each day, as known on the day judged."""
    return Counter(
        attended.on
        for attended in facts.attended
        if facts.first_intake_on <= attended.on <= on
        and (policy.count_self_reports or not attended.self_only)
    )


def paused_days(facts: Facts) -> set[date]:
    """Every day of every pause, future days too."""
    days = set()
    for pause in facts.pauses:
        day = pause.starts_on
        while day <= pause.ends_on:
            days.add(day)
            day += DAY
    return days


def weeks(policy: WeeklyPolicy, facts: Facts, on: date) -> list[Week]:
    """From the week of intake to the current one, by the table of outcomes: first match wins."""
    if on < facts.first_intake_on:
        return []
    meetings_on = counted(policy, facts, on)
    waits_on = paused_days(facts)
    begins = first_expected_week(policy, facts)
    tracking_ends = last_tracked_day(policy, facts)
    listed = []
    week = week_of(policy, facts.first_intake_on)
    while week[0] <= on:
        meetings = sum(meetings_on[day] for day in week)
        if week[0] < begins or week[0] > tracking_ends:
            outcome = Outcome.NOT_EXPECTED
        elif meetings >= policy.meetings_per_week:
            outcome = Outcome.MET
        elif any(day in waits_on for day in week):
            outcome = Outcome.PAUSED
        elif on in week:
            outcome = Outcome.OPEN
        elif meetings > 0:
            outcome = Outcome.SHORT
        elif any(told in week for told in facts.did_not_go):
            outcome = Outcome.NONE
        else:
            outcome = Outcome.UNKNOWN
        listed.append(Week(week[0], outcome, meetings))
        week = [day + 7 * DAY for day in week]
    return listed


def missed(policy: WeeklyPolicy, facts: Facts, on: date) -> list[Week]:
    """The missed weeks of the present spell, latest first."""
    if not is_tracked(policy, facts, on):
        return []
    *completed, current = weeks(policy, facts, on)
    if current.outcome == Outcome.MET:
        return []
    spell = []
    for week in reversed(completed):
        if week.outcome == Outcome.MET:
            break
        if week.outcome in MISSED:
            spell.append(week)
    return spell


def read(policy: WeeklyPolicy, facts: Facts, on: date) -> Reading:
    """Standing and missed weeks, by the table of standings: first match wins."""
    if not is_tracked(policy, facts, on):
        return Reading(Standing.NOT_TRACKED, 0)
    number = len(missed(policy, facts, on))
    *completed, _current = weeks(policy, facts, on)
    if on in paused_days(facts):
        standing = Standing.PAUSED
    elif all(week.outcome in (Outcome.NOT_EXPECTED, Outcome.PAUSED) for week in completed):
        standing = Standing.SETTLING_IN
    elif number == 0:
        standing = Standing.WEEKLY
    elif not counted(policy, facts, on):
        standing = Standing.NOT_STARTED
    elif number == 1:
        standing = Standing.SLIPPING
    elif number < policy.lapsed_after_weeks:
        standing = Standing.BELOW_WEEKLY
    else:
        standing = Standing.LAPSED
    return Reading(standing, number)


def last_met(policy: WeeklyPolicy, facts: Facts, on: date) -> date | None:
    """The latest met week, the current one included."""
    met = [week.starts_on for week in weeks(policy, facts, on) if week.outcome == Outcome.MET]
    return met[-1] if met else None


def as_known_on(facts: Facts, on: date) -> Facts:
    """The facts without what lies after a day. Pauses stay whole: their future days are known beforehand."""
    return replace(facts, attended=[attended for attended in facts.attended if attended.on <= on])


def next_change(policy: WeeklyPolicy, facts: Facts, on: date) -> date | None:
    """The first later day with another reading if no new fact came; None where none comes in three years."""
    known = as_known_on(facts, on)
    today = read(policy, known, on)
    for n in range(1, HORIZON_DAYS + 1):
        if read(policy, known, on + n * DAY) != today:
            return on + n * DAY
    return None
