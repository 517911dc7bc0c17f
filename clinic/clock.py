"""The present, read in one place. Rules and verbs never call it: they are handed their moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    """The present instant, aware; the content of CLOCK_FILE instead where that is set.

    The file is read each time, so that every process follows when it is rewritten. Raises
    RuntimeError where it holds no instant: a clock that guesses would be worse than none.
    """
    if settings.CLOCK_FILE is None:
        return datetime.now(UTC)
    try:
        text = settings.CLOCK_FILE.read_text(encoding="utf-8").strip()
        moment = datetime.fromisoformat(text)
    except (OSError, ValueError) as error:
        raise RuntimeError(f"CLOCK_FILE holds no instant: {error}") from error
    if moment.tzinfo is None:
        raise RuntimeError(f"CLOCK_FILE holds {text!r}, which has no offset")
    return moment


def local_date(moment: datetime, time_zone: str) -> date:
    """The calendar date at an aware instant in an IANA time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
