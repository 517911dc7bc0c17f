"""What an import alters, meeting by meeting: as the directory holds it, and as the list has it now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from attendance.directory.models import Feed, Meeting


class Held(NamedTuple):
    """What the directory holds of a meeting, as far as the comparison needs it."""

    pk: int
    fingerprint: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Altered:
    """Meetings that are new, that differ, that come back, and that leave; of each kind the first so many.

    Of the second and third kind as held, and as the list has them. came_back: how many do in all. mark: the same for
    the same list as long as the directory holds the same of whatever the list would alter in it.
    """

    added: Sequence[Meeting]
    changed: Sequence[tuple[Meeting, Meeting]]
    back: Sequence[tuple[Meeting, Meeting]]
    closing: Sequence[Meeting]
    came_back: int
    mark: str


def altered(
    *,
    feed: Feed,
    held: Mapping[str, Held],
    new: Sequence[Meeting],
    changed: Sequence[Meeting],
    leaving: Collection[int],
    most: int,
) -> Altered:
    """Look at it before it is written; two queries. held: by slug; leaving: keys of meetings."""
    came_back = [row for row in changed if held[row.slug].closed_on is not None]
    back = came_back[:most]
    others = list(islice((row for row in changed if held[row.slug].closed_on is None), most))
    keys = [held[row.slug].pk for row in (*others, *back)]
    known = {meeting.slug: meeting for meeting in _meetings(feed, keys)}
    closing = sorted(
        _meetings(feed, list(islice(leaving, most))), key=lambda meeting: (meeting.name, meeting.slug)
    )
    return Altered(
        added=new[:most],
        changed=[(known[row.slug], row) for row in others],
        back=[(known[row.slug], row) for row in back],
        closing=closing,
        came_back=len(came_back),
        mark=_mark(held, new, changed, leaving),
    )


def _meetings(feed: Feed, keys: list[int]) -> list[Meeting]:
    return list(feed.meetings.filter(pk__in=keys).select_related("fellowship"))


def _mark(
    held: Mapping[str, Held], new: Sequence[Meeting], changed: Sequence[Meeting], leaving: Collection[int]
) -> str:
    """What is new is in the list and in no other place: its slugs will do. Of all else what the directory holds."""
    gone = set(leaving)
    told = (
        sorted(row.slug for row in new),
        sorted((row.slug, held[row.slug].fingerprint, held[row.slug].closed_on) for row in changed),
        sorted((slug, known.fingerprint) for slug, known in held.items() if known.pk in gone),
    )
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()
