"""Is this report about an attendance already known? Pure.

One attendance may have several reports: the client said so, the keyworker saw the slip. Two named
meetings on one day are two attendances. A report that names no meeting is taken for the attendance
already known that day in the same or an unnamed fellowship; and a report that names one fills in an
attendance known without, so that the order in which reports come does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar


@dataclass(slots=True)
class Known:
    """An attendance of one client on one day, as far as matching needs it. said: by source, its note on it or ""."""

    meeting_id: int | None
    fellowship_id: int | None
    said: dict[str, str] = field(default_factory=dict)


# Between the notes that one source has made of one attendance.
BETWEEN = "; "
KnownT = TypeVar("KnownT", bound=Known)


def match(
    known: Iterable[KnownT], meeting_id: int | None, fellowship_id: int | None, source: str, note: str = ""
) -> KnownT | None:
    """The attendance a report is about, or None where it is a new one.

    Among several that fit, one of which this source has said the very same comes first, so that the same
    report read again changes nothing; then one of which it has said anything; then the earliest known.
    """
    fitting = [one for one in known if _fits(one, meeting_id, fellowship_id)]
    exact = [one for one in fitting if one.meeting_id == meeting_id] if meeting_id is not None else fitting
    for choice in (exact, fitting):
        by_source = [one for one in choice if source in one.said]
        again = [one for one in by_source if holds(one.said[source], note)]
        if first := next(iter((*again, *by_source, *choice)), None):
            return first
    return None


def holds(said: str, note: str) -> bool:
    """Whether a note is among those that one source has made of one attendance; nothing always is."""
    return not note or f"{BETWEEN}{note}{BETWEEN}" in f"{BETWEEN}{said}{BETWEEN}"


def _fits(one: Known, meeting_id: int | None, fellowship_id: int | None) -> bool:
    if meeting_id is not None and one.meeting_id is not None:
        return one.meeting_id == meeting_id
    return one.fellowship_id is None or fellowship_id is None or one.fellowship_id == fellowship_id
