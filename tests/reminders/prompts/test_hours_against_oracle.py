"""The hours a second time, by a slow oracle that looks at the clock on the wall minute by minute."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.policy import SendingPolicy
from reminders.prompts import hours

MINUTE = timedelta(minutes=1)
# Clocks change by an hour, by half an hour, on a Sunday, at midnight, or never.
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata", "UTC"]
# Leaning towards the weekends on which clocks change.
CHANGES = ["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"]

policies = st.builds(
    SendingPolicy,
    time_zone=st.sampled_from(ZONES),
    # Outside the hours in which clocks change, where a time of day may come twice or never.
    quiet_until=st.builds(time, st.integers(4, 11), st.sampled_from([0, 1, 30, 59])),
    quiet_from=st.builds(time, st.integers(12, 22), st.sampled_from([0, 1, 30, 59])),
    send_on_sundays=st.booleans(),
)
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.builds(
        lambda day, minutes: datetime.fromisoformat(day) + minutes * MINUTE,
        st.sampled_from(CHANGES),
        st.integers(-600, 2880),
    ),
).map(lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC))


def on_the_wall(moment: datetime, policy: SendingPolicy) -> bool:
    """Whether the clock on the wall allows it: no Sunday unless the clinic sends on Sundays, and no quiet hour."""
    wall = moment.astimezone(ZoneInfo(policy.time_zone))
    if wall.isoweekday() == 7 and not policy.send_on_sundays:
        return False
    quiet = wall.time() >= policy.quiet_from or wall.time() < policy.quiet_until
    return not quiet


def walk(moment: datetime, policy: SendingPolicy, minutes: int) -> datetime:
    """The moment at which so many permitted minutes have gone by; none: the first that is permitted."""
    left = minutes
    while left or not on_the_wall(moment, policy):
        left -= on_the_wall(moment, policy)
        moment += MINUTE
        if not left and minutes:
            return moment
    return moment


@settings(deadline=None)
@given(policies, moments)
def test_permitted_is_what_the_wall_says(policy, moment):
    then = hours.next_permitted(moment, policy)
    assert (then == moment) == on_the_wall(moment, policy)
    assert then == walk(moment, policy, 0)


@settings(max_examples=30, deadline=None)
@given(policies, moments, st.integers(1, 2500))
def test_permitted_time_is_counted_minute_by_minute(policy, moment, minutes):
    assert hours.after_permitted(moment, minutes * MINUTE, policy) == walk(moment, policy, minutes)


@settings(max_examples=30, deadline=None)
@given(policies, moments)
def test_a_life_is_36_of_those_hours_and_five_days_at_most(policy, moment):
    assert hours.live_until(moment, policy) == min(walk(moment, policy, 36 * 60), moment + timedelta(days=5))


@settings(max_examples=30, deadline=None)
@given(policies, moments, st.integers(0, 4000))
def test_between_two_moments(policy, moment, minutes):
    permitted = sum(on_the_wall(moment + n * MINUTE, policy) for n in range(minutes))
    assert hours.permitted_between(moment, moment + minutes * MINUTE, policy) == permitted * MINUTE


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(deadline=None)
@given(st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]), st.sampled_from(ZONES), moments)
def test_whatever_the_edges_the_next_permitted_moment_is_one(edges, zone, moment):
    policy = SendingPolicy(time_zone=zone, quiet_until=min(edges), quiet_from=max(edges))
    then = hours.next_permitted(moment, policy)
    assert then >= moment
    assert hours.next_permitted(then, policy) == then
