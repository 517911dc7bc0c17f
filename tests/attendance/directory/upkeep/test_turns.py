"""When a list is fetched, against a slow oracle that looks at the clock on the wall minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from attendance.directory.upkeep import turns

MINUTE = timedelta(minutes=1)
# Clocks change within the night, by one hour, two, or half of one; at other hours, at midnight, or never.
ZONES = [
    "Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll",
    "Pacific/Chatham", "America/Havana", "Asia/Kolkata", "UTC",
]  # fmt: skip
# Leaning towards the days on which clocks change.
CHANGES = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-09-27", "2026-10-04", "2026-10-25", "2026-11-01"]

zones = st.sampled_from(ZONES)
numbers = st.integers(1, 100_000)
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.builds(
        lambda day, minutes: datetime.fromisoformat(day) + minutes * MINUTE,
        st.sampled_from(CHANGES),
        st.integers(-2000, 2000),
    ),
).map(lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC))


def minutes_of(day: date, zone: ZoneInfo) -> list[datetime]:
    """Every minute of a date as its people live it, from the first to the last."""
    noon = datetime.combine(day, time(12), UTC)
    around = (noon + number * MINUTE for number in range(-36 * 60, 36 * 60))
    return [minute for minute in around if minute.astimezone(zone).date() == day]


def turn_by_the_wall(day: date, zone: ZoneInfo, after_two: int) -> datetime:
    """The minute at which a clock on the wall shows the hour; where none does, as a clock does that nobody has put
    forward yet.
    """
    wanted = (datetime.combine(day, time(2)) + after_two * MINUTE).time()
    lived = minutes_of(day, zone)
    for minute in lived:
        if minute.astimezone(zone).time() == wanted:
            return minute
    before = lived[0].astimezone(zone).utcoffset()
    return next(minute for minute in lived if (minute + before).time() == wanted)


def oracle(time_zone: str, pk: int, now: datetime) -> datetime:
    """The first such minute after now."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    found = (turn_by_the_wall(today + timedelta(days=days), zone, pk * 67 % 180) for days in (0, 1))
    return next(turn for turn in found if turn > now)


@given(zones, numbers, moments)
def test_a_turn_is_what_the_wall_says(zone, pk, now):
    assert turns.next_turn(zone, pk, now) == oracle(zone, pk, now)


@given(zones, numbers, moments)
def test_it_is_in_the_night_ahead_and_once_a_night(zone, pk, now):
    days = []
    turn = now
    for _ in range(4):
        later = turns.next_turn(zone, pk, turn)
        assert turn < later <= turn + timedelta(hours=26)
        assert 2 <= later.astimezone(ZoneInfo(zone)).hour < 5
        turn = later
        days.append(later.astimezone(ZoneInfo(zone)).date())
    assert days == [days[0] + timedelta(days=number) for number in range(4)]


@given(zones, numbers, moments)
def test_another_night_is_one_that_has_not_begun(zone, pk, now):
    here = now.astimezone(ZoneInfo(zone))
    turn = turns.next_night(zone, pk, now)
    tonight = 2 <= here.hour < 5
    assert turn > now
    assert turn == (turns.next_turn(zone, pk, now) if not tonight else turn)
    assert (turn.astimezone(ZoneInfo(zone)).date() > here.date()) or not tonight
    assert turn - now < timedelta(hours=30)


def test_lists_that_were_added_together_are_not_fetched_together():
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    found = [turns.next_turn("Europe/London", pk, now) for pk in range(500, 500 + turns.MINUTES)]
    assert len(set(found)) == turns.MINUTES
    near = [abs(one - other) for one, other in pairwise(found)]
    assert min(near) > timedelta(minutes=30)


@given(st.integers(1, 50), zones, numbers, moments)
def test_it_is_tried_again_later_and_later_and_at_its_next_turn_at_last(failures, zone, pk, now):
    again = turns.retry_at(failures, zone, pk, now)
    turn = turns.next_turn(zone, pk, now)
    assert again == turns.retry_at(failures, zone, pk, now)
    assert now < again <= turn
    if failures > len(turns.WAITS):
        assert again == turn
    elif again < turn:
        wait = turns.WAITS[failures - 1]
        assert 0.75 * wait <= again - now <= 1.25 * wait
        # Longer than both halves of a fetch: it is not due again while it is being told that it failed.
        assert again - now > timedelta(minutes=5)


def test_the_waits_grow_and_lists_that_fail_together_are_not_tried_together():
    now = datetime(2026, 3, 2, 6, tzinfo=UTC)
    waits = [turns.retry_at(failures, "UTC", 7, now) - now for failures in range(1, 6)]
    assert waits == sorted(waits)
    assert waits[-1] == turns.next_turn("UTC", 7, now) - now
    assert len({turns.retry_at(1, "UTC", pk, now) for pk in range(100)}) > 80


def test_a_turn_that_has_come_is_over():
    """1 * 67 minutes after two is 03:07."""
    at = datetime(2026, 3, 2, 3, 7, tzinfo=UTC)
    assert turns.next_turn("UTC", 1, at - MINUTE) == at
    assert turns.next_turn("UTC", 1, at) == turns.next_night("UTC", 1, at - MINUTE) == at + timedelta(days=1)
