"""The weekly rule held against the oracle, on clients nobody thought of.

Hypothesis makes the clients up. The run is derandomized, so that CI answers the same for the same code and a
failure is never somebody else's bad luck; RULE_EXAMPLES=20000 searches further, with fresh clients each time.
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.standing.facts import FLAGGED, Attended, Facts, Outcome, Paused, Standing
from attendance.standing.rule import judge, tracked_until, weeks
from tests.attendance.standing import oracle
from tests.attendance.standing.strategies import Situation, days_from, intake_days, policies, situations

DAY = timedelta(days=1)
SEARCH = os.environ.get("RULE_EXAMPLES")
searching = settings(
    max_examples=int(SEARCH or 200),
    derandomize=SEARCH is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # measured in seconds, so a busy machine would fail it
)


@searching
@given(situations())
def test_a_verdict_is_that_of_the_oracle_and_names_the_weeks_it_counted(situation):
    for seen in situation.over_six_weeks():
        verdict = judge(*seen)
        assert (verdict.standing, verdict.missed_weeks) == oracle.read(*seen)
        assert verdict.flagged == (verdict.standing in FLAGGED)
        assert verdict.reason.strip()
        spell = [week.starts_on for week in oracle.missed(*seen)]
        assert verdict.first_missed == min(spell, default=None)
        assert verdict.last_missed == max(spell, default=None)
        assert verdict.last_met == oracle.last_met(*seen)


@searching
@given(situations())
def test_the_list_of_weeks_is_that_of_the_oracle(situation):
    for seen in situation.over_six_weeks():
        assert weeks(*seen) == oracle.weeks(*seen)


@searching
@given(policies, intake_days, st.integers(0, 1100), st.none() | st.integers(0, 1100))
def test_tracking_ends_where_the_oracle_says(policy, first, until_back, until_closed):
    closed = None if until_closed is None else first + until_closed * DAY
    facts = Facts(first, first + until_back * DAY, closed)
    assert tracked_until(policy, facts) == oracle.last_tracked_day(policy, facts)


@searching
@given(situations(), st.data())
def test_the_order_in_which_facts_are_told_is_no_fact(situation, data):
    policy, facts, on = situation
    shuffled = replace(
        facts,
        attended=data.draw(st.permutations(facts.attended)),
        pauses=data.draw(st.permutations(facts.pauses)),
        did_not_go=data.draw(st.permutations(facts.did_not_go)),
    )
    assert judge(policy, shuffled, on) == judge(policy, facts, on)
    assert weeks(policy, shuffled, on) == weeks(policy, facts, on)


@searching
@given(situations(), st.data())
def test_what_lies_after_the_day_is_not_known_on_it(situation, data):
    policy, facts, on = situation
    later = data.draw(st.lists(st.builds(Attended, days_from(on, 1, 60)), max_size=5))
    told_afterwards = replace(facts, attended=[*facts.attended, *later])
    assert judge(policy, told_afterwards, on) == judge(policy, oracle.as_known_on(facts, on), on)


@searching
@given(situations(), st.data())
def test_going_once_more_or_pausing_never_makes_missed_weeks_more(situation, data):
    """Needs no oracle: 'meetings always help', and a pause is a reason to wait, never to press."""
    policy, facts, on = situation
    missed = judge(policy, facts, on).missed_weeks
    went = Attended(data.draw(days_from(on, -60, 0)))
    waited = Paused(on - data.draw(st.integers(0, 60)) * DAY, on + data.draw(st.integers(-60, 10)) * DAY)
    assert judge(policy, replace(facts, attended=[*facts.attended, went]), on).missed_weeks <= missed
    if waited.starts_on <= waited.ends_on:
        assert judge(policy, replace(facts, pauses=[*facts.pauses, waited]), on).missed_weeks <= missed


@searching
@given(situations())
def test_a_client_is_looked_at_again_no_later_than_their_standing_changes(situation):
    for seen in situation.over_six_weeks()[::4]:
        looks_again = judge(*seen).next_change_on
        true_change = oracle.next_change(*seen)
        if true_change is not None:
            assert looks_again is not None
            assert looks_again <= true_change
        assert looks_again is None or looks_again > seen.on


@searching
@given(situations())
def test_a_stored_verdict_stays_true_until_its_day_and_the_looking_comes_to_an_end(situation):
    """What the sweep stores is shown each day until it looks again, so the sentence must hold too.

    Further ahead than half a year only the last day of each wait is visited; after the last look, ten weeks.
    """
    policy, facts, on = situation
    known = oracle.as_known_on(facts, on)
    looks = [on]
    while (verdict := judge(policy, known, looks[-1])).next_change_on is not None:
        looks.append(verdict.next_change_on)
        assert len(looks) < 1000, "the sweep would look at this client for ever"
    assert looks == sorted(set(looks))
    for look, looks_again in pairwise([*looks, looks[-1] + 70 * DAY]):
        stored = judge(policy, known, look)
        wait = (looks_again - look).days
        every_day = look - on < 183 * DAY
        for n in range(1, wait) if every_day else {wait - 1}:
            fresh = judge(policy, known, look + n * DAY)
            assert fresh.standing == stored.standing
            assert fresh.missed_weeks == stored.missed_weeks
            assert fresh.reason == stored.reason


def test_the_made_up_clients_reach_every_corner():
    """A property over clients who are all alike would prove little, so the clients are tested as well.

    Each corner must be reached by several clients, so that a slip there is not found by luck.
    """
    reached = Counter()

    @settings(searching, max_examples=500, derandomize=True)
    @given(situations())
    def look_at(situation: Situation) -> None:
        reached.update(set().union(*(corners_of(seen) for seen in situation.over_six_weeks())))

    look_at()
    wanted = {*Standing, *Outcome, *CORNERS}
    assert {corner: reached[corner] for corner in wanted if reached[corner] < 3} == {}, reached


CORNERS = (
    "before intake",
    "after tracking",
    "on the last tracked day",
    "paused with weeks missed",
    "met in a paused week",
    "paused while settling in",
    "this week met after misses",
    "self reports that do not count",
    "an attendance still to come",
    "back in treatment",
    "closed early",
    "a leap day intake",
    "a weekly client with a pause ahead",
    "the spell goes over a paused week",
)


def corners_of(situation: Situation) -> set[str]:
    """What a situation is an example of, by the oracle."""
    policy, facts, on = situation
    reading = oracle.read(*situation)
    listed = oracle.weeks(*situation)
    spell = oracle.missed(*situation)
    ends = oracle.last_tracked_day(policy, facts)
    paused = oracle.paused_days(facts)
    found = {
        "before intake": on < facts.first_intake_on,
        "after tracking": on > ends,
        "on the last tracked day": on == ends,
        "paused with weeks missed": reading.standing == Standing.PAUSED and reading.missed_weeks > 0,
        "met in a paused week": any(
            week.outcome == Outcome.MET and paused & set(oracle.week_of(policy, week.starts_on))
            for week in listed
        ),
        "paused while settling in": reading.standing == Standing.SETTLING_IN
        and any(week.outcome == Outcome.PAUSED for week in listed[:-1]),
        "this week met after misses": len(listed) > 1
        and listed[-1].outcome == Outcome.MET
        and listed[-2].outcome in oracle.MISSED,
        "self reports that do not count": not policy.count_self_reports
        and any(attended.self_only for attended in facts.attended),
        "an attendance still to come": any(attended.on > on for attended in facts.attended),
        "back in treatment": facts.latest_intake_on > facts.first_intake_on,
        "closed early": facts.closed_on == ends,
        "a leap day intake": (facts.first_intake_on.month, facts.first_intake_on.day) == (2, 29),
        "a weekly client with a pause ahead": reading.standing == Standing.WEEKLY
        and any(pause.starts_on > on for pause in facts.pauses),
        "the spell goes over a paused week": len(spell) > 1
        and (spell[0].starts_on - spell[-1].starts_on).days > 7 * (len(spell) - 1),
    }
    return {reading.standing, *(week.outcome for week in listed), *(name for name in found if found[name])}
