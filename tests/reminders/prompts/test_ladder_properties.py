"""What holds of the ladder for any client on any day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reminders.prompts.ladder import Missed, Situation, Step, due

RUN = date(2026, 1, 26)
zones = st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
flags = st.one_of(st.none(), st.builds(Missed, st.just(RUN), st.integers(0, 60)))


@st.composite
def situations(draw: st.DrawFn, moment: datetime) -> Situation:
    """Any client, whose silent week, if any, is about the moment."""
    week = moment.date() - timedelta(days=draw(st.integers(-1, 8)))
    return Situation(
        first_intake_on=moment.date() - timedelta(days=draw(st.integers(-3, 20))),
        time_zone=draw(zones),
        lapsed_after_weeks=draw(st.integers(2, 20)),
        nudge_on=draw(st.booleans()),
        check_in_on=draw(st.booleans()),
        flag=draw(flags),
        settling_in=draw(st.booleans()),
        ever_attended=draw(st.booleans()),
        silent_week=draw(st.one_of(st.none(), st.just(week))),
        held=draw(st.booleans()),
    )


def threshold(step: Step, occasion: str, lapsed_after: int) -> int:
    """The missed weeks at which the table of the design names the step."""
    fixed = {Step.ENCOURAGE: 1, Step.REACH_OUT: 2, Step.ANOTHER_WAY: 3, Step.KEYWORKER: lapsed_after}
    return int(occasion) if step is Step.KEEP_GOING else fixed[step]


@settings(deadline=None)
@given(st.data(), moments)
def test_only_the_highest_of_a_kind_is_not_overtaken(data, moment):
    situation = data.draw(situations(moment))
    steps = due(situation, moment)
    of_the_week = [one for one in steps if one.step in (Step.NUDGE, Step.CHECK_IN)]
    of_the_flag = [one for one in steps if one not in of_the_week]
    for kind in (of_the_week, of_the_flag):
        overtaken = [one.overtaken for one in kind]
        assert overtaken == sorted(overtaken, reverse=True), "the overtaken come first"
        assert not kind or not kind[-1].overtaken
    if situation.flag is not None and not situation.held:
        reached = [
            (threshold(one.step, one.occasion, situation.lapsed_after_weeks), one) for one in of_the_flag
        ]
        highest = max((weeks for weeks, _ in reached), default=0)
        assert all(weeks <= situation.flag.missed_weeks for weeks, _ in reached)
        assert all(one.overtaken == (weeks < highest) for weeks, one in reached)


@settings(deadline=None)
@given(st.data(), moments)
def test_a_step_is_never_named_twice(data, moment):
    steps = due(data.draw(situations(moment)), moment)
    names = [(one.step, one.run, one.occasion) for one in steps]
    assert len(set(names)) == len(names)


@settings(deadline=None)
@given(st.integers(2, 52), st.integers(0, 60), moments)
def test_another_missed_week_never_loses_a_step(lapsed_after, missed, moment):
    def named(weeks: int) -> set[Step]:
        situation = Situation(RUN, "UTC", lapsed_after_weeks=lapsed_after, flag=Missed(RUN, weeks))
        return {one.step for one in due(situation, moment)}

    assert named(missed) <= named(missed + 1)


@settings(deadline=None)
@given(st.integers(2, 52), st.integers(0, 40), moments)
def test_keep_going_comes_every_second_week_with_an_occasion_of_its_own(lapsed_after, further, moment):
    situation = Situation(
        RUN, "UTC", lapsed_after_weeks=lapsed_after, flag=Missed(RUN, lapsed_after + further)
    )
    keep_going = [one.occasion for one in due(situation, moment) if one.step is Step.KEEP_GOING]
    assert keep_going == ([str(lapsed_after + further - further % 2)] if further >= 2 else [])
