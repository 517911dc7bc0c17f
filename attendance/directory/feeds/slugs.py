"""Giving every meeting of a feed its one slug, the same at every reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attendance.directory.feeds import reading
from attendance.directory.feeds.parsed import PUBLISHED_SLUG_LIMIT, Fault, ParsedFeed, ParsedMeeting


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What came of one record: a meeting on its days (0 Monday to 6 Sunday), or why there is none.

    slug is as published, and empty where the record has none; meeting is None where why is given.
    days maps each day to the number its feed knows it by; without one the meeting is by appointment.
    """

    slug: str
    why: str = ""
    meeting: ParsedMeeting | None = None
    days: tuple[tuple[int, int], ...] = ()
    mended: tuple[str, ...] = ()


def gather(records: Sequence[ReadRecord]) -> ParsedFeed:
    """The feed that these records make up: one meeting a day and slug, the first record of a slug winning.

    A record held on several days becomes `slug-<day>` for each, by the feed's own numbers, as the list
    plugin names them. A slug that the feed itself gives to another meeting is never taken for that.
    """
    feed = ParsedFeed()
    fitting = [reading.fitting_slug(record.slug) for record in records]
    stated = {
        slug
        for slug, record in zip(fitting, records, strict=True)
        if record.meeting is not None and len(record.days) < 2
    }
    taken: set[str] = set()
    for slug, record in zip(fitting, records, strict=True):
        feed.mended.extend(Fault(slug, why) for why in record.mended)
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
    feed.meetings.append(replace(record.meeting, slug=slug, published_slug=published, day=day))
