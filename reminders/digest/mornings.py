"""When the e-mail of a morning is due. Pure; hours are local to the clinic, moments are aware."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# A tick that was missed is caught up until noon; what comes later is no morning's e-mail any more.
NOON = 12
EARLIEST_HOUR, LATEST_HOUR = 5, NOON - 1
USUAL_HOUR = 8
# How long to wait after each try that a mail server refused. After the last of them it is given up.
WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=40), timedelta(minutes=90))
MOST_TRIES = len(WAITS) + 1


def bits_of(days: Iterable[int]) -> int:
    """Days of the week, 0 for Monday, as the bits of a number."""
    return sum(1 << day for day in set(days))


def days_of(bits: int) -> list[int]:
    """The days of the week that the bits of a number are, in order."""
    return [day for day in range(7) if bits >> day & 1]


def day_due(days: Iterable[int], hour: int, now: datetime, time_zone: str) -> date | None:
    """The local day whose e-mail may go out at an aware moment, chosen for these days and from this hour on; or None.

    The clock on the wall decides: a morning on which it is put forward or back has one e-mail like any other.
    """
    local = now.astimezone(ZoneInfo(time_zone))
    return local.date() if local.weekday() in set(days) and hour <= local.hour < NOON else None


def is_morning(now: datetime, time_zone: str) -> bool:
    """Whether anybody could be due at all at an aware moment."""
    return EARLIEST_HOUR <= now.astimezone(ZoneInfo(time_zone)).hour < NOON


def retry_at(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries, or None where that was the last one."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None
