"""A time zone as a calendar file describes it (RFC 5545, VTIMEZONE). Pure: a name and years in, a component out.

icalendar's own description has the clocks go forward an hour late, as it takes an hour they jump over for one of
before, and misses what changes and changes back within 64 days, as in Morocco around Ramadan.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from clinic.weeks import DAY

SECOND = timedelta(seconds=1)


class Clock(NamedTuple):
    """What a clock of a zone goes by for some time: how far ahead of UTC it is, what that is called."""

    offset: timedelta
    name: str
    is_summer: bool


def zone_component(time_zone: str, first_year: int, last_year: int) -> Timezone:
    """The IANA time_zone from the first day of one year to the last of another; what holds then goes on."""
    zone = Timezone()
    zone.add("TZID", time_zone)
    alike: defaultdict[tuple[timedelta, Clock], list[datetime]] = defaultdict(list)
    for begins, before, after in _changes(time_zone, first_year, last_year):
        # On the face of the clock that is about to be put forward or back.
        alike[before.offset, after].append((begins + before.offset).replace(tzinfo=None))
    for (offset_from, after), (first, *others) in alike.items():
        part = TimezoneDaylight() if after.is_summer else TimezoneStandard()
        part.DTSTART = first
        part.TZOFFSETFROM, part.TZOFFSETTO = offset_from, after.offset
        part.add("TZNAME", after.name)
        if others:
            part.add("RDATE", others)
        zone.add_component(part)
    return zone


@lru_cache(maxsize=256)
def _changes(time_zone: str, first_year: int, last_year: int) -> tuple[tuple[datetime, Clock, Clock], ...]:
    """Each instant, in UTC, from which another clock holds; the first is the start of the first year."""
    zone = ZoneInfo(time_zone)
    day, over = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    clock = _clock(day, zone)
    found = [(day, clock, clock)]
    while day < over:
        # Looked at once a day, which nobody puts their clocks forward and back within.
        after = _clock(day + DAY, zone)
        if after != clock:
            found.append((_change_within(day, clock, zone), clock, after))
        day, clock = day + DAY, after
    return tuple(found)


def _change_within(day: datetime, clock: Clock, zone: ZoneInfo) -> datetime:
    """The first second of the 24 hours after an instant at which the clock is another one."""
    low, high = 0, int(DAY / SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _clock(day + middle * SECOND, zone) == clock:
            low = middle
        else:
            high = middle
    return day + high * SECOND


def _clock(instant: datetime, zone: ZoneInfo) -> Clock:
    local = instant.astimezone(zone)
    offset = local.utcoffset()
    assert offset is not None
    return Clock(offset, local.tzname() or str(offset), bool(local.dst()))
