"""How long a task may wait: examples a person can follow, and an oracle that only looks at the wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reminders.worklist import patience
from reminders.worklist.models import TaskKind
from reminders.worklist.patience import LONGEST, SHIPPED, SHORTEST, Acts, Held
from tests.reminders.telling import at

LONDON, LAPSED, RING_ME = "Europe/London", TaskKind.LAPSED, TaskKind.RING_ME
# London and New York put their clocks forward in March 2026; Lord Howe by half an hour, Chatham is at 12:45.
ZONES = [LONDON, "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "UTC"]
HALF_HOUR = timedelta(minutes=30)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        ("2026-03-02 09:00", 3, "2026-03-05"),  # Monday morning: Tuesday, Wednesday, Thursday
        ("2026-03-02 23:59", 3, "2026-03-05"),  # the hour makes no difference
        ("2026-03-05 17:00", 3, "2026-03-10"),  # Thursday: Friday, Monday, Tuesday
        ("2026-03-06 17:00", 1, "2026-03-09"),  # Friday: Monday
        ("2026-03-07 12:00", 1, "2026-03-09"),  # a weekend is the same as its Friday
        ("2026-03-08 12:00", 3, "2026-03-11"),
        ("2026-03-27 10:00", 1, "2026-03-30"),  # over the night on which the clocks change
    ],
)
def test_so_many_working_days_after_the_day_it_came(since, days, last):
    assert patience.last_day(LAPSED, at(since), days, Held(), LONDON) == day(last)


def test_it_is_over_at_the_midnight_of_the_clinic_and_not_before():
    assert not patience.is_over(day("2026-03-30"), at("2026-03-30 23:59"), LONDON)
    assert patience.is_over(day("2026-03-30"), at("2026-03-31 00:00"), LONDON)
    # In summer that is an hour earlier by the clock of Greenwich.
    assert patience.is_over(day("2026-03-30"), datetime(2026, 3, 30, 23, 0, tzinfo=UTC), LONDON)


def test_days_of_a_pause_are_none_and_the_rest_is_left_afterwards():
    """Raised on a Monday with three days; paused from Wednesday for a week: Tuesday, then Wednesday and Thursday."""
    held = Held([(day("2026-03-04"), day("2026-03-10"))])
    assert patience.last_day(LAPSED, at("2026-03-02 09:00"), 3, held, LONDON) == day("2026-03-12")


def test_who_is_put_aside_waits_anew_from_the_day_they_are_back():
    held = Held(back_on=day("2026-03-16"))
    aside = at("2026-03-03 10:00")
    since = patience.since(LAPSED, Acts(at("2026-03-02 09:00"), put_aside_at=aside))
    assert since == aside
    assert patience.last_day(LAPSED, since, 3, held, LONDON) == day("2026-03-18")


def test_a_task_raised_while_they_are_aside_waits_from_the_day_they_are_back_too():
    held = Held(back_on=day("2026-03-16"))
    raised = at("2026-03-10 09:00")
    since = patience.since(LAPSED, Acts(raised, put_aside_at=at("2026-03-03 10:00")))
    assert since == raised
    assert patience.last_day(LAPSED, since, 1, held, LONDON) == day("2026-03-16")


def test_who_asked_to_be_rung_waits_for_neither():
    held = Held([(day("2026-03-01"), day("2026-03-30"))], day("2026-03-30"))
    acts = Acts(at("2026-03-02 09:00"), put_aside_at=at("2026-03-02 10:00"))
    since = patience.since(RING_ME, acts)
    assert since == at("2026-03-02 09:00")
    assert patience.last_day(RING_ME, since, 1, held, LONDON) == day("2026-03-03")


def test_what_is_handed_back_waits_anew():
    back = at("2026-03-09 11:00")
    for kind in (LAPSED, RING_ME):
        assert patience.since(kind, Acts(at("2026-03-02 09:00"), handed_back_at=back)) == back


def test_every_kind_that_waits_has_three_days_but_for_who_asked_to_be_rung():
    assert {kind: days for kind, days in SHIPPED.items() if days != 3} == {RING_ME: 1}
    assert set(TaskKind) - set(SHIPPED) == {TaskKind.SPOKE, TaskKind.TRIED}


@pytest.mark.parametrize(
    ("today", "over"),
    [
        ("2026-03-05", 0),
        ("2026-03-06", 1),
        ("2026-03-07", 1),
        ("2026-03-08", 1),
        ("2026-03-09", 2),
        ("2026-03-19", 10),
        ("2026-03-01", 0),
    ],
)
def test_how_long_it_is_over_is_told_in_working_days(today, over):
    assert patience.working_days_over(day("2026-03-05"), day(today)) == over


moments = st.datetimes(datetime(2026, 2, 20), datetime(2026, 4, 20)).map(lambda one: one.replace(tzinfo=UTC))
a_day = st.dates(date(2026, 2, 15), date(2026, 5, 1))
spans = st.tuples(a_day, st.integers(0, 20)).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))


@given(
    kind=st.sampled_from(sorted(SHIPPED)),
    raised=moments,
    days=st.integers(SHORTEST, 6),
    pauses=st.lists(spans, max_size=3),
    back_on=st.none() | a_day,
    zone=st.sampled_from(ZONES),
)
@example(LAPSED, datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 1, [], None, LONDON)
@example(LAPSED, datetime(2026, 4, 4, 14, 59, tzinfo=UTC), 2, [], None, "Australia/Lord_Howe")
def test_it_ends_when_a_watcher_of_the_wall_clock_has_seen_so_many_days(
    kind, raised, days, pauses, back_on, zone
):
    """The oracle looks at the clock every half hour, and ticks off each calendar day that it sees end."""
    ends_on = patience.last_day(kind, raised, days, Held(pauses, back_on), zone)
    local = ZoneInfo(zone)
    first = raised.astimezone(local).date()
    seen: set[date] = set()
    moment, shown = raised, first
    while len(seen) < days:
        moment += HALF_HOUR
        now = moment.astimezone(local).date()
        if now != shown:
            ended, shown = shown, now
            held = kind != RING_ME and (
                any(starts <= ended <= ends for starts, ends in pauses)
                or (back_on is not None and ended < back_on)
            )
            if ended != first and ended.strftime("%a") not in ("Sat", "Sun") and not held:
                seen.add(ended)
    assert ends_on == max(seen)
    assert patience.is_over(ends_on, moment, zone)
    assert not patience.is_over(ends_on, moment - HALF_HOUR, zone)


@given(start=a_day, span=st.integers(0, 60))
def test_working_days_over_are_those_that_a_calendar_shows(start, span):
    today = start + timedelta(days=span)
    shown = [start + timedelta(days=n) for n in range(1, span + 1)]
    assert patience.working_days_over(start, today) == sum(one.isoweekday() <= 5 for one in shown)


@given(
    raised=moments, days=st.integers(SHORTEST, LONGEST - 1), pauses=st.lists(spans, max_size=3), pause=spans
)
def test_more_patience_or_another_pause_never_ends_it_sooner(raised, days, pauses, pause):
    ends_on = patience.last_day(LAPSED, raised, days, Held(pauses), LONDON)
    assert patience.last_day(LAPSED, raised, days + 1, Held(pauses), LONDON) > ends_on
    assert patience.last_day(LAPSED, raised, days, Held([*pauses, pause]), LONDON) >= ends_on
