"""The time zones there are places in."""

from functools import cache
from zoneinfo import available_timezones

# Names that a computer's list may hold beside those of places; what they mean differs from one to the next.
NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA zones; finding them reads hundreds of files."""
    return frozenset(available_timezones()) - NO_PLACES


def is_time_zone(name: str) -> bool:
    """Whether this is an IANA time zone name."""
    return name in time_zones()
