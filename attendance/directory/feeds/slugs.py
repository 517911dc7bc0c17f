"""Giving every meeting of a feed its one slug, the same at every reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attendance.directory.feeds import reading
from attendance.directory.feeds.parsed import Fault, ParsedFeed, ParsedMeeting


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """What came of one record: a meeting on its days (0 Monday to 6 Sunday), or why there is none.

    slug fits the directory, and is empty where the record has none; meeting is None where why is given.
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
    stated = {record.slug for record in records if record.meeting is not None and len(record.days) < 2}
    taken: set[str] = set()
    for record in records:
        feed.mended.extend(Fault(record.slug, why) for why in record.mended)
        if record.meeting is None:
            feed.rejected.append(Fault(record.slug, record.why))
            if record.slug:
                feed.still_there.update(
                    [record.slug, *(_slug_of_day(record.slug, n, set()) for n in range(8))]
                )
        elif len(record.days) < 2:
            day = record.days[0][0] if record.days else None
            _add(feed, taken, replace(record.meeting, slug=record.slug, day=day))
        else:
            for day, number in record.days:
                slug = _slug_of_day(record.slug, number, stated)
                _add(feed, taken, replace(record.meeting, slug=slug, day=day))
    return feed


def _slug_of_day(slug: str, number: int, stated: set[str]) -> str:
    plain = reading.fitting_slug(f"{slug}-{number}")
    return plain if plain not in stated else reading.fitting_slug(f"{slug}:{number}")


def _add(feed: ParsedFeed, taken: set[str], meeting: ParsedMeeting) -> None:
    if meeting.slug in taken:
        feed.rejected.append(Fault(meeting.slug, "its slug appears a second time: the first was kept"))
    else:
        taken.add(meeting.slug)
        feed.meetings.append(meeting)
