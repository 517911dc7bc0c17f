"""The present, read in one place. Rules and verbs never call it: they are handed their moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

# Before and after these years somebody has slipped; and at the ends of the calendar no day has another beside it.
FIRST_YEAR, LAST_YEAR = 1900, 2200


def now() -> datetime:
    """The present instant, aware; the content of CLOCK_FILE instead where that is set.

    The file is read each time, so that every process follows when it is rewritten. Raises
    RuntimeError where it holds no instant: a clock that guesses would be worse than none.
    """
    if settings.CLOCK_FILE is None:
        return datetime.now(UTC)
    try:
        return instant(settings.CLOCK_FILE.read_text(encoding="utf-8").strip())
    except (OSError, ValueError) as error:
        raise RuntimeError(f"CLOCK_FILE holds no instant: {error}") from error


def instant(text: str) -> datetime:
    """An aware instant from ISO 8601, of a year people live in; raises ValueError with a sentence."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an instant such as 2026-01-07T12:00:00Z") from error
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: end it with Z or one such as +01:00")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is not of a year from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def local_date(moment: datetime, time_zone: str) -> date:
    """The calendar date at an aware instant in an IANA time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
