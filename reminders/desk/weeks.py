"""The weeks of a client's page: year by year, with where treatment began and ended, and which is now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from attendance.standing.facts import Outcome
from attendance.standing.strips import StripWeek
from clinic.weeks import DAY, WEEK, day_text, week_of

NOTHING_RECORDED = frozenset({Outcome.UNKNOWN, Outcome.OPEN})


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a week is to show besides its outcome: short under its box, if at all, and in words.

    from on to until are local days, both included.
    """

    on: date
    words: str
    short: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class MarkedWeek:
    """A box of the strip, with what is written under it. empty: nothing is recorded of it yet."""

    starts_on: date
    ends_on: date
    outcome: str
    meetings: int
    label: str
    short: str
    is_now: bool

    @property
    def empty(self) -> bool:
        """Whether nothing is recorded of it, so that there is something to log."""
        return not self.meetings and self.outcome in NOTHING_RECORDED


@dataclass(frozen=True, slots=True)
class Year:
    """The weeks that begin in one year."""

    number: int
    weeks: list[MarkedWeek]


def years(boxes: Sequence[StripWeek], marks: Iterable[Mark], today: date, week_starts_on: int) -> list[Year]:
    """The boxes of a strip by the year in which they begin, each with the marks that fall into it."""
    marks = list(marks)
    this_week = week_of(today, week_starts_on)
    marked = [_marked(box, marks, this_week) for box in boxes]
    return [
        Year(number, list(weeks)) for number, weeks in groupby(marked, key=lambda week: week.starts_on.year)
    ]


def _marked(box: StripWeek, marks: Iterable[Mark], this_week: date) -> MarkedWeek:
    last = box.starts_on + WEEK - DAY
    here = [mark for mark in marks if mark.on <= last and box.starts_on <= (mark.until or mark.on)]
    is_now = box.starts_on == this_week
    words = [box.label, *(["this week"] if is_now else []), *(mark.words for mark in here)]
    shorts = [mark.short for mark in here if mark.short]
    return MarkedWeek(
        starts_on=box.starts_on,
        ends_on=last,
        outcome=box.outcome,
        meetings=box.meetings,
        label="; ".join(words),
        short=" ".join(dict.fromkeys([*shorts, *(["now"] if is_now else [])])),
        is_now=is_now,
    )


def paused(starts_on: date, ends_on: date, reason: str) -> Mark:
    """A pause, in words."""
    days = (
        f"on {day_text(starts_on)}"
        if starts_on == ends_on
        else f"from {day_text(starts_on)} to {day_text(ends_on)}"
    )
    return Mark(starts_on, f"paused {days}: {reason}", until=ends_on)
