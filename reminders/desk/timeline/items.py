"""What a timeline is made of: things that happened, of kinds, and runs of those that are alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from clinic.weeks import day_text


class Kind(TextChoices):
    """What a thing is about; a timeline shows those of some kinds alone where it is asked to."""

    MEETINGS = "meetings", "Meetings"
    MESSAGES = "messages", "Messages"
    NOTES = "notes", "Calls and notes"
    TREATMENT = "treatment", "Treatment and consents"
    INTRODUCTIONS = "introductions", "Introductions"
    FLAGS = "flags", "Flags and pauses"
    MOVES = "moves", "Hand-overs, transfers, doubles"


@dataclass(frozen=True, slots=True)
class ItemAct:
    """An act that puts a thing right from its own place: its name, its button, and which row is meant."""

    name: str
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened: what reminders/timeline_item.html draws.

    at orders the items; those that follow each other with the same like, if any, are a run. voided: the sentence
    that says it no longer holds, by whom, when and why. before: what was said in its place until it was corrected.
    about: the first and the last local day that it tells of, where that is not the day it was written down.
    """

    at: datetime
    kind: Kind
    icon: str
    what: str
    when: date | datetime
    who: str = ""
    note: str = ""
    tone: str = ""
    voided: str = ""
    before: str = ""
    badge_state: str = ""
    has_time: bool = False
    acts: tuple[ItemAct, ...] = ()
    about: tuple[date, date] | None = None
    like: str = ""

    @property
    def day(self) -> date:
        """The local day on which it was, or was written down."""
        return self.when.date() if isinstance(self.when, datetime) else self.when

    def within(self, first: date, last: date) -> bool:
        """Whether it was on one of these days, or tells of one."""
        start, end = self.about or (self.day, self.day)
        return first <= self.day <= last or (start <= last and first <= end)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing of the timeline, and those just before it that were like it: a run is told by its latest."""

    item: Item
    like_it: list[Item]

    @property
    def first(self) -> date | datetime:
        """When the earliest of them was."""
        return self.like_it[-1].when

    @property
    def last(self) -> date | datetime:
        """When the latest of them was."""
        return self.like_it[0].when


def folded(items: Iterable[Item]) -> list[Told]:
    """The items, with each run of like ones, such as the same message again, folded under its latest."""
    told: list[Told] = []
    for like, run in groupby(items, key=lambda item: item.like):
        alike = list(run)
        told += [Told(alike[0], alike[1:])] if like else [Told(item, []) for item in alike]
    return told


def noon(day: date, zone: ZoneInfo) -> datetime:
    """Where a thing without an hour stands in its day."""
    return datetime.combine(day, time(12), zone)


def put_right(word: str, at: datetime | None, by: str, why: str, zone: ZoneInfo) -> str:
    """The sentence that says something no longer holds: struck out, by whom, when, and why where that is known."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{word} on {day_text(local.date())}, {local:%H:%M}, by {by}{f': {why}' if why else ''}"
