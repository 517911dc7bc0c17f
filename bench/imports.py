"""A long list and its way into the directory; and its floor, the driver writing the same rows."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from django.db import connection

from attendance.directory.feeds import parser_of
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.upkeep.importing import import_feed
from attendance.directory.upkeep.rereading import read_list
from bench.counting import Counted
from bench.plain import Plain
from clinic.actors import Actor

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
STATED: dict[str, Any] = {
    "format": FeedFormat.MEETING_GUIDE,
    "feed_name": "bench",
    "fellowship_name": "Alcoholics Anonymous",
    "time_zone": "America/Los_Angeles",
}
TABLE = Meeting._meta.db_table
COLUMNS = [str(field.column) for field in Meeting._meta.concrete_fields]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """One import: seconds of reading the list and of taking it in, and the queries of both."""

    reading: float
    taking_in: float
    queries: int

    @property
    def seconds(self) -> float:
        """Of both."""
        return self.reading + self.taking_in


@dataclass(frozen=True, slots=True)
class Figures:
    """An import of so many meetings that are new, the very same list again, and the same read anew.

    That a list is read anew is what happens where one byte of it is another. floor: seconds in which the driver
    writes the same rows. megabytes: the most that the process had, before the first import and after it.
    """

    meetings: int
    new: Taken
    again: Taken
    anew: Taken
    floor: float
    megabytes: tuple[int, int]


def measure(path: Path) -> Figures:
    """Take a list in, then again, and read anew; then write the same rows without all that."""
    parse = parser_of(FeedFormat.MEETING_GUIDE)
    before = most_megabytes()
    new = _taken(lambda: read_list(path.read_bytes(), **STATED))
    after = most_megabytes()
    again = _taken(lambda: read_list(path.read_bytes(), **STATED))
    anew = _taken(lambda: parse(path.read_bytes()))
    return Figures(Meeting.objects.count(), new, again, anew, floor(), (before, after))


def floor() -> float:
    """Take all meetings away and let the driver write their rows again; the seconds of the latter."""
    plain = Plain()
    rows = plain.read(f"SELECT {', '.join(COLUMNS)} FROM {TABLE}")
    Meeting.objects.all().delete()
    write = plain.copying(TABLE, COLUMNS, rows)

    def in_a_transaction() -> None:
        with plain.transaction():
            write()

    return _timed(in_a_transaction)[1]


def most_megabytes() -> int:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _taken(read: Callable[[], Any]) -> Taken:
    counted = Counted()
    with connection.execute_wrapper(counted):
        parsed, reading = _timed(read)
        by = Actor.command("bench")
        _, taking_in = _timed(lambda: import_feed(parsed=parsed, **STATED, by=by, now=NOW))
    return Taken(reading, taking_in, counted.queries)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    gc.collect()
    began = perf_counter()
    done = work()
    return done, perf_counter() - began
