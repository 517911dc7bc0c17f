"""The weekly rule: who goes to meetings every week, and who has slipped.

The findings behind it: clients who went to mutual-aid meetings at least weekly, during and after
treatment, stayed abstinent far more often, and no benefit was found below weekly (Fiorentine 1999,
2000; evidence E1, E2). The rule is stated in words in docs/weekly-rule.md; this is its one home.

Pure functions of a policy, facts and a day. Every date is a local calendar date of the clinic.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from attendance.standing import reasons
from attendance.standing.facts import Facts, Outcome, Standing, Verdict, Week
from clinic.policy import WeeklyPolicy
from clinic.weeks import DAY, add_months, first_week_from, week_number, week_numbered, week_numbers


def tracked_until(policy: WeeklyPolicy, facts: Facts) -> date:
    """The last day on which the client is tracked, itself included."""
    limit = add_months(facts.latest_intake_on, policy.track_for_months)
    return limit if facts.closed_on is None else min(limit, facts.closed_on)


def first_expected_week(policy: WeeklyPolicy, first_intake_on: date) -> date:
    """The first day of the first week that counts: it starts on or after intake and the days of settling in."""
    return first_week_from(first_intake_on + policy.settling_in_days * DAY, policy.week_starts_on)


def weeks(policy: WeeklyPolicy, facts: Facts, on: date) -> list[Week]:
    """The client's weeks from the week of intake to the one that holds the day; empty before intake."""
    return _Calendar(policy, facts, on).weeks()


def judge(policy: WeeklyPolicy, facts: Facts, on: date) -> Verdict:
    """The client's standing on a day, with its reason and the day on which to look again."""
    calendar = _Calendar(policy, facts, on)
    missed = calendar.spell()
    standing = calendar.standing(missed)
    spell = [calendar.first_day(week) for week in missed]
    last_met = calendar.first_day(max(calendar.met)) if calendar.met else None
    return Verdict(
        standing=standing,
        missed_weeks=len(spell),
        reason=reasons.sentence(
            standing=standing,
            on=on,
            facts=facts,
            tracked_until=calendar.tracked_until,
            first_expected=calendar.first_expected,
            spell=spell,
            last_met=last_met,
            last_attended=calendar.last_attended,
            paused_until=calendar.paused_until,
        ),
        first_missed=spell[-1] if spell else None,
        last_missed=spell[0] if spell else None,
        last_met=last_met,
        next_change_on=calendar.next_change(standing),
    )


class _Calendar:
    """The facts laid out in weeks as they were known on one day. In here a week is its number."""

    def __init__(self, policy: WeeklyPolicy, facts: Facts, on: date) -> None:
        self.policy = policy
        self.facts = facts
        self.on = on
        self.tracked_until = tracked_until(policy, facts)
        self.tracked = facts.first_intake_on <= on <= self.tracked_until
        self.this_week = self.week_of(on)
        self.first_expected = first_expected_week(policy, facts.first_intake_on)
        self.expected = range(self.week_of(self.first_expected), self.week_of(self.tracked_until) + 1)
        self.completed = range(self.expected.start, min(self.this_week, self.expected.stop))
        intake_on, anybodys_word = facts.first_intake_on, policy.count_self_reports
        counted = [
            day
            for day, self_only in facts.attended
            if intake_on <= day <= on and (anybodys_word or not self_only)
        ]
        self.last_attended = max(counted, default=None)
        self.meetings = Counter(week_numbers(counted, policy.week_starts_on))
        required, expected = policy.meetings_per_week, self.expected
        self.met = {week for week, number in self.meetings.items() if number >= required and week in expected}
        self.pauses = [
            range(self.week_of(pause.starts_on), self.week_of(pause.ends_on) + 1) for pause in facts.pauses
        ]
        self.paused_until = self._paused_until()

    def week_of(self, day: date) -> int:
        return week_number(day, self.policy.week_starts_on)

    def first_day(self, week: int) -> date:
        return week_numbered(week, self.policy.week_starts_on)

    def _paused_until(self) -> date | None:
        """The last day of the unbroken stretch of pauses that covers the day judged, if one does."""
        end = None
        for pause in sorted(self.facts.pauses):
            reach = self.on if end is None else end + DAY
            if pause.starts_on <= reach and pause.ends_on >= reach:
                end = pause.ends_on
        return end

    # What a week came to

    def touched_by_pause(self, week: int) -> bool:
        return any(week in pause for pause in self.pauses)

    def missed(self, week: int) -> bool:
        """Whether a completed, expected week counts as missed: neither met nor paused."""
        return week not in self.met and not self.touched_by_pause(week)

    def outcome(self, week: int, told_absent: set[int]) -> Outcome:
        if week not in self.expected:
            return Outcome.NOT_EXPECTED
        if week in self.met:
            return Outcome.MET
        if self.touched_by_pause(week):
            return Outcome.PAUSED
        if week == self.this_week:
            return Outcome.OPEN
        if self.meetings[week]:
            return Outcome.SHORT
        return Outcome.NONE if week in told_absent else Outcome.UNKNOWN

    def weeks(self) -> list[Week]:
        if self.on < self.facts.first_intake_on:
            return []
        told_absent = {self.week_of(day) for day in self.facts.did_not_go}
        return [
            Week(self.first_day(week), self.outcome(week, told_absent), self.meetings[week])
            for week in range(self.week_of(self.facts.first_intake_on), self.this_week + 1)
        ]

    # What the weeks mean

    def spell(self) -> list[int]:
        """The missed weeks of the present spell, latest first."""
        if not self.tracked or self.this_week in self.met:
            return []
        found = []
        for week in reversed(self.completed):
            if week in self.met:
                break
            if self.missed(week):
                found.append(week)
        return found

    def standing(self, spell: list[int]) -> Standing:
        if not self.tracked:
            return Standing.NOT_TRACKED
        if self.paused_until is not None:
            return Standing.PAUSED
        if not any(week in self.met or self.missed(week) for week in self.completed):
            return Standing.SETTLING_IN
        if not spell:
            return Standing.WEEKLY
        if self.last_attended is None:
            return Standing.NOT_STARTED
        if len(spell) == 1:
            return Standing.SLIPPING
        return Standing.BELOW_WEEKLY if len(spell) < self.policy.lapsed_after_weeks else Standing.LAPSED

    # When to look again

    def next_change(self, standing: Standing) -> date | None:
        """The first later day on which standing or missed weeks differ if no new fact comes."""
        if standing is Standing.NOT_TRACKED:
            starts_on = self.facts.first_intake_on
            return starts_on if self.on < starts_on <= self.tracked_until else None
        candidates = [self.tracked_until + DAY]
        if self.paused_until is not None:
            return min(*candidates, self.paused_until + DAY)
        candidates += [pause.starts_on for pause in self.facts.pauses if pause.starts_on > self.on]
        # The first week from now on whose completion alters something: a missed one, and, for
        # somebody still settling in, a met one as well.
        for week in range(max(self.this_week, self.expected.start), self.expected.stop):
            if self.missed(week) or (standing is Standing.SETTLING_IN and week in self.met):
                candidates.append(self.first_day(week + 1))
                break
        return min(candidates)
