"""Any story at all: facts that come, change and go in any order over any days, and a sweep that comes when it comes.

After every act the stored standing is what the weekly rule says of the facts, which this test keeps for itself;
there is at most one open flag, open exactly while the standing is a flagged one, or held while paused.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from attendance.register import correcting, pausing, recording
from attendance.register.models import Answer, Attendance, CheckIn, Pause, Source
from attendance.standing import evaluation
from attendance.standing import rule as weekly
from attendance.standing.facts import Attended, Facts, Paused, Standing
from attendance.standing.models import StandingRecord
from clinic import amending, episodes, intake, setup
from clinic.errors import Refused
from clinic.models import Client, ClosedReason, Phase
from clinic.policy import WeeklyPolicy
from clinic.weeks import week_of
from tests.attendance.standing.verbs import BY, a_clinic

slugs = (f"harbour-{number}" for number in count())
policies = st.fixed_dictionaries(
    {
        "week_starts_on": st.sampled_from([0, 6]),
        "meetings_per_week": st.sampled_from([1, 1, 2]),
        "settling_in_days": st.sampled_from([0, 14]),
        "lapsed_after_weeks": st.sampled_from([2, 4]),
        "track_for_months": st.sampled_from([2, 24]),
        "count_self_reports": st.booleans(),
    }
)
back = st.integers(0, 30).map(lambda days: timedelta(days=days))


class AnyStory(RuleBasedStateMachine):
    """One client of one clinic."""

    @initialize(policy=policies)
    def a_client(self, policy):
        self.policy = policy
        self.clinic = a_clinic(next(slugs), **policy)
        self.today = self.first = self.latest = date(2026, 1, 7)
        self.went: dict[date, tuple[Attendance, set[Source]]] = {}
        self.pauses: dict[tuple[date, date], Pause] = {}
        self.said_no: dict[date, CheckIn] = {}
        self.closed_on: date | None = None
        self.runs: dict[int, date] = {}
        self.client = intake.take_in(clinic=self.clinic, intake_on=self.first, by=BY, now=self.now)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(12), UTC)

    @property
    def facts(self) -> Facts:
        return Facts(
            self.first,
            self.latest,
            self.closed_on,
            attended=[Attended(on, sources == {Source.CLIENT}) for on, (_, sources) in self.went.items()],
            pauses=[Paused(*days) for days in self.pauses],
            did_not_go=list(self.said_no),
        )

    @rule(days=st.sampled_from([1, 1, 3, 7, 7, 20]))
    def days_go_by(self, days):
        self.today += timedelta(days=days)

    @rule()
    def the_sweep_comes(self):
        evaluation.sweep(self.clinic, self.now)

    @rule(ago=back, source=st.sampled_from([Source.KEYWORKER, Source.CLIENT]))
    def goes(self, ago, source):
        on = self.today - ago
        if on >= self.first:
            receipt = recording.record(client=self.client, attended_on=on, source=source, by=BY, now=self.now)
            self.went.setdefault(on, (receipt.attendance, set()))[1].add(source)

    @precondition(lambda self: self.went)
    @rule(data=st.data())
    def a_meeting_is_voided(self, data):
        on = data.draw(st.sampled_from(sorted(self.went)))
        attendance, _ = self.went.pop(on)
        correcting.void(attendance=attendance, reason="somebody else's", by=BY, now=self.now)

    @precondition(lambda self: self.went)
    @rule(data=st.data(), ago=back)
    def a_meeting_is_put_right(self, data, ago):
        on, right = data.draw(st.sampled_from(sorted(self.went))), self.today - ago
        if right < self.first or right in self.went:
            return
        attendance, sources = self.went.pop(on)
        corrected = correcting.correct(
            attendance=attendance, attended_on=right, reason="another day", by=BY, now=self.now
        )
        self.went[right] = (corrected, sources)

    @rule(begins=st.integers(-20, 10), days=st.sampled_from([0, 2, 9]))
    def a_pause_is_entered(self, begins, days):
        first = self.today + timedelta(days=begins)
        last = first + timedelta(days=days)
        entered, _ = pausing.pause(
            client=self.client, starts_on=first, ends_on=last, reason="holiday", by=BY, now=self.now
        )
        self.pauses[first, last] = entered

    @precondition(lambda self: self.pauses)
    @rule(data=st.data())
    def a_pause_is_taken_back(self, data):
        days = data.draw(st.sampled_from(sorted(self.pauses)))
        pausing.void_pause(pause=self.pauses.pop(days), by=BY, now=self.now)

    @rule(ago=back)
    def says_no(self, ago):
        week = week_of(self.today - ago, self.policy["week_starts_on"])
        if week >= week_of(self.first, self.policy["week_starts_on"]):
            told, _ = pausing.check_in(
                client=self.client,
                week=week,
                answer=Answer.DID_NOT_GO,
                source=Source.CLIENT,
                by=BY,
                now=self.now,
            )
            self.said_no[week] = told

    @rule(ago=back)
    def is_closed(self, ago):
        on = self.today - ago
        if on >= self.latest:
            episodes.close(client=self.client, closed_on=on, reason=ClosedReason.MOVED, by=BY, now=self.now)
            self.closed_on = on

    @precondition(lambda self: self.closed_on is not None and self.today > self.latest)
    @rule()
    def comes_back(self):
        episode = episodes.latest_episode(self.client)
        episodes.change_phase(
            episode=episode, phase=Phase.DROPPED_OUT, changed_on=self.today, by=BY, now=self.now
        )
        episodes.return_to_treatment(
            client=self.client, intake_on=self.today, intake=intake.Intake(), by=BY, now=self.now
        )
        self.latest, self.closed_on = self.today, None

    @precondition(lambda self: self.first == self.latest)
    @rule(by_days=st.integers(-20, 20))
    def the_intake_is_put_right(self, by_days):
        moved = self.first + timedelta(days=by_days)
        if moved <= self.today and (self.closed_on is None or moved <= self.closed_on):
            try:
                amending.amend(
                    client=self.client,
                    episode=self.client.episodes.get(),
                    intake_on=moved,
                    by=BY,
                    now=self.now,
                )
            except Refused:
                return  # Something was recorded before that day.
            self.first = self.latest = moved

    @rule(policy=policies)
    def the_policy_changes(self, policy):
        setup.set_up_clinic(slug=self.clinic.slug, settings=policy, by=BY, now=self.now)
        self.policy = policy
        self.said_no = {week_of(week, policy["week_starts_on"]): told for week, told in self.said_no.items()}

    @invariant()
    def what_is_stored_is_what_the_rule_says(self):
        stored = StandingRecord.objects.get(client=self.client)
        if stored.next_change_on is not None and stored.next_change_on <= self.today:
            return  # A sweep is due, and has not come yet.
        verdict = weekly.judge(WeeklyPolicy(**self.policy), self.facts, self.today)
        assert (stored.standing, stored.missed_weeks) == (verdict.standing, verdict.missed_weeks)
        assert stored.reason == verdict.reason
        open_flags = list(self.client.flags.filter(closed_at=None))
        assert len(open_flags) <= 1
        if verdict.standing is Standing.PAUSED:
            assert all(flag.on_hold for flag in open_flags)
        else:
            assert bool(open_flags) == verdict.flagged
            assert not any(flag.on_hold for flag in open_flags)
        for flag in open_flags:
            if verdict.flagged:
                assert (flag.missed_weeks, flag.standing) == (verdict.missed_weeks, verdict.standing)

    @invariant()
    def a_flags_run_never_changes(self):
        for pk, run in self.client.flags.values_list("pk", "run"):
            assert self.runs.setdefault(pk, run) == run


@pytest.mark.django_db
def test_whatever_happens():
    run_state_machine_as_test(
        AnyStory,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    assert Client.objects.count() >= 25
