"""Giving every meeting of a feed its one slug, the same at every reading."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from attendance.directory.feeds import reading
from attendance.directory.feeds.parsed import PUBLISHED_SLUG_LIMIT, Fault, ParsedFeed, ParsedMeeting

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What came of one record: a meeting on its days (0 Monday to 6 Sunday), or why there is none.

    slug is as published, and empty where the record has none; meeting is None where why is given.
    days maps each day to the number its feed knows it by; without one the meeting is by appointment.
    made: the slug is none of the feed's, see with_made_slug.
    """

    slug: str
    why: str = ""
    meeting: ParsedMeeting | None = None
    days: tuple[tuple[int, int], ...] = ()
    mended: tuple[str, ...] = ()
    tidied: tuple[str, ...] = ()
    made: bool = False


def with_made_slug(record: ReadRecord, name: str) -> ReadRecord:
    """The record under a slug made of a name that is not empty, its days and its time, such as early-bird-monday-0730.

    It is the same at every reading and in whichever notation the time is written. A record that cannot be
    read goes by the name alone.
    """
    parts = [name, *(DAYS[day] for day, _ in record.days)]
    if record.meeting is not None and record.meeting.starts_at is not None:
        parts.append(f"{record.meeting.starts_at:%H%M}")
    words = re.findall(r"[^\W_]+", " ".join(parts).lower())
    # A name of signs alone, by appointment, leaves no word to go by.
    return replace(record, slug=reading.fitting_slug("-".join(words) or _digest(name)), made=True)


def gather(records: Sequence[ReadRecord]) -> ParsedFeed:
    """The feed that these records make up: one meeting a day and slug, the first record of a slug winning.

    A record held on several days becomes `slug-<day>` for each, by the feed's own numbers, as the list
    plugin names them. A slug that the feed itself gives to another meeting is never taken for that.
    """
    feed = ParsedFeed()
    records = _told_apart(records)
    fitting = [reading.fitting_slug(record.slug) for record in records]
    stated = {
        slug
        for slug, record in zip(fitting, records, strict=True)
        if record.meeting is not None and len(record.days) < 2
    }
    taken: set[str] = set()
    for slug, record in zip(fitting, records, strict=True):
        feed.mended.extend(Fault(slug, why) for why in record.mended)
        feed.tidied.update(record.tidied)
        if record.meeting is None:
            feed.rejected.append(Fault(slug, record.why))
            if slug:
                feed.still_there.update([slug, *(_slug_of_day(slug, n, set()) for n in range(8))])
        elif len(record.days) < 2:
            _add(feed, taken, record, slug, record.days[0][0] if record.days else None)
        else:
            for day, number in record.days:
                _add(feed, taken, record, _slug_of_day(slug, number, stated), day)
    return feed


def _told_apart(records: Sequence[ReadRecord]) -> list[ReadRecord]:
    """The records; where a made slug is also that of a meeting elsewhere, each made one ends in a digest of its place.

    All of them do, so that the order of the feed makes no difference. At one time in one place there is one meeting.
    """
    places = defaultdict(set)
    for record in records:
        if record.meeting is not None:
            places[record.slug].add(_place(record.meeting) if record.made else "")
    return [
        replace(record, slug=reading.fitting_slug(f"{record.slug}-{_place(record.meeting)}"))
        if record.made and record.meeting is not None and len(places[record.slug]) > 1
        else record
        for record in records
    ]


def _place(meeting: ParsedMeeting) -> str:
    return _digest("\n".join((meeting.location, meeting.address, meeting.conference_url)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _slug_of_day(slug: str, number: int, stated: set[str]) -> str:
    plain = reading.fitting_slug(f"{slug}-{number}")
    return plain if plain not in stated else reading.fitting_slug(f"{slug}:{number}")


def _add(feed: ParsedFeed, taken: set[str], record: ReadRecord, slug: str, day: int | None) -> None:
    assert record.meeting is not None
    if slug in taken:
        feed.rejected.append(Fault(slug, "its slug appears a second time: the first was kept"))
        return
    taken.add(slug)
    kept = slug != record.slug and len(record.slug) <= PUBLISHED_SLUG_LIMIT
    published = record.slug if kept else ""
    meeting = record.meeting
    if (meeting.slug, meeting.published_slug, meeting.day) != (slug, published, day):
        meeting = replace(meeting, slug=slug, published_slug=published, day=day)
    feed.meetings.append(meeting)
