"""What holds of the ladder for any client on any day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.policy import SendingPolicy
from reminders.prompts.ladder import Due, Missed, Step, first_steps, of_flag, of_the_week

RUN = date(2026, 1, 26)
zones = st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
lapsing = st.integers(2, 52)


@st.composite
def any_steps(draw: st.DrawFn) -> list[Due]:
    """What is due by a flag, after an intake, or in a week, about any moment."""
    moment = draw(moments)
    days = timedelta(days=draw(st.integers(-3, 20)))
    return draw(
        st.one_of(
            st.builds(of_flag, st.builds(Missed, st.just(RUN), st.integers(0, 60)), lapsing),
            st.just(first_steps(moment.date() - days, moment.date())),
            st.builds(
                of_the_week,
                st.just(moment.date() - days),
                st.just(moment),
                st.builds(SendingPolicy, zones, send_on_sundays=st.booleans()),
                nudge_on=st.booleans(),
                check_in_on=st.booleans(),
            ),
        )
    )


def threshold(step: Step, occasion: str, lapsed_after: int) -> int:
    """The missed weeks at which the step is due, as the ladder was laid down."""
    fixed = {Step.ENCOURAGE: 1, Step.REACH_OUT: 2, Step.ANOTHER_WAY: 3, Step.KEYWORKER: lapsed_after}
    return int(occasion) if step is Step.KEEP_GOING else fixed[step]


@settings(deadline=None)
@given(any_steps())
def test_the_overtaken_come_first_and_the_last_never_is(steps):
    overtaken = [one.overtaken for one in steps]
    assert overtaken == sorted(overtaken, reverse=True)
    assert not steps or not steps[-1].overtaken


@settings(deadline=None)
@given(any_steps())
def test_a_step_is_never_named_twice(steps):
    names = [(one.step, one.run, one.occasion) for one in steps]
    assert len(set(names)) == len(names)


@given(lapsing, st.integers(0, 60))
def test_of_a_flag_the_highest_number_of_weeks_reached_is_not_overtaken(lapsed_after, missed):
    reached = [
        (threshold(one.step, one.occasion, lapsed_after), one)
        for one in of_flag(Missed(RUN, missed), lapsed_after)
    ]
    highest = max((weeks for weeks, _ in reached), default=0)
    assert all(weeks <= missed for weeks, _ in reached)
    assert all(one.overtaken == (weeks < highest) for weeks, one in reached)


@given(lapsing, st.integers(0, 60))
def test_another_missed_week_never_loses_a_step(lapsed_after, missed):
    def named(weeks: int) -> set[Step]:
        return {one.step for one in of_flag(Missed(RUN, weeks), lapsed_after)}

    assert named(missed) <= named(missed + 1)


@given(lapsing, st.integers(0, 40))
def test_keep_going_comes_every_second_week_with_an_occasion_of_its_own(lapsed_after, further):
    steps = of_flag(Missed(RUN, lapsed_after + further), lapsed_after)
    keep_going = [one.occasion for one in steps if one.step is Step.KEEP_GOING]
    assert keep_going == ([str(lapsed_after + further - further % 2)] if further >= 2 else [])
