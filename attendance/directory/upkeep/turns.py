"""When a list is fetched: once a night, and sooner again after it failed. Pure; moments are aware.

Everything that spreads lists apart follows from their numbers, so that the same list comes at the same minute.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from clinic.weeks import DAY

# The night of a list, in its own time zone.
BEGINS, ENDS = time(2), time(5)
MINUTES = 180
# Prime to the minutes of a night: lists that were added one after another lie far apart, and none share a minute
# until there are more of them than minutes.
STEP = 67
# After the first failures in a row; later ones wait for the night. Each a quarter shorter or longer.
WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=3), timedelta(hours=8))


def next_turn(time_zone: str, pk: int, now: datetime) -> datetime:
    """The next moment after now, in UTC, at which the list of this number is fetched in its time zone's night.

    A minute that the clocks jump over comes as much later as they jump; one that comes twice is the first.
    """
    zone = ZoneInfo(time_zone)
    present = now.astimezone(UTC)
    day = present.astimezone(zone).date()
    while (turn := _turn_on(day, zone, pk)) <= present:
        day += DAY
    return turn


def next_night(time_zone: str, pk: int, now: datetime) -> datetime:
    """The same, but of a night that has not begun: what was to be done in this one is done."""
    here = now.astimezone(ZoneInfo(time_zone))
    if BEGINS <= here.time() < ENDS:
        now = _instant(datetime.combine(here.date(), ENDS), ZoneInfo(time_zone))
    return next_turn(time_zone, pk, now)


def retry_at(failures: int, time_zone: str, pk: int, now: datetime) -> datetime:
    """When a list is tried again that has failed so often in a row: minutes, then hours, at its next turn at last."""
    turn = next_turn(time_zone, pk, now)
    if failures > len(WAITS):
        return turn
    part = crc32(f"{pk}/{failures}".encode()) % 1000 / 1000
    return min(turn, now.astimezone(UTC) + WAITS[failures - 1] * (0.75 + part / 2))


def _turn_on(day: date, zone: ZoneInfo, pk: int) -> datetime:
    return _instant(datetime.combine(day, BEGINS) + timedelta(minutes=pk * STEP % MINUTES), zone)


def _instant(clock_face: datetime, zone: ZoneInfo) -> datetime:
    """By way of UTC, which turns a time the clocks jump over into a real one."""
    return clock_face.replace(tzinfo=zone).astimezone(UTC)
