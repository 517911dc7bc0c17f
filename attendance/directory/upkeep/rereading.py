"""A list of which every byte is as it was is not read again: what came of it stands beside its feed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from attendance.directory.feeds import parser_of
from attendance.directory.feeds.parsed import Fault, ParsedFeed
from attendance.directory.fellowships import fellowships_by_names
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, FeedReading, Fellowship
from clinic import texts, zones
from clinic.imports import records

# A list with more of them is read again each time, rather than all of them kept.
MOST_WARNINGS = 10_000
ROOM = Path(__file__).parents[1]
RULES = (*sorted(ROOM.rglob("*.py")), *(Path(str(module.__file__)) for module in (texts, zones, records)))


@dataclass(frozen=True, slots=True)
class AsBefore:
    """A list that seems to be as it was when it was last taken in; read_after_all: for where that is over by now."""

    digest: str
    read_after_all: Callable[[], ParsedFeed]


def read_list(
    content: bytes,
    formats: bytes = b"",
    *,
    format: FeedFormat,
    feed_name: str,
    fellowship_name: str,
    time_zone: str,
) -> ParsedFeed | AsBefore:
    """What import_feed takes for these bytes, with the names and the zone that it is given. Raises Refused.

    formats: the list of formats that a BMLT feed refers to. Reading takes seconds for the longest lists, so that
    this is for outside of a transaction.
    """
    parse = parser_of(format, formats)
    digest = _digest(_rules(), format.encode(), formats, content)

    def read() -> ParsedFeed:
        return replace(parse(content), digest=digest)

    # By whichever of its names: a fellowship that is new has no list yet.
    fellowship = fellowships_by_names([fellowship_name], None)[fellowship_name]
    if fellowship is None:
        return read()
    whole = _taken_in_as(digest, fellowship, time_zone)
    known = FeedReading.objects.filter(feed__name=feed_name.strip(), digest=whole)
    return AsBefore(digest, read) if known.exists() else read()


def reading_as_before(feed: Feed, digest: str) -> FeedReading | None:
    """What came of these very bytes, as long as the feed has what it had then; whoever asks holds the feed's row."""
    whole = _taken_in_as(digest, feed.fellowship, feed.time_zone)
    known = FeedReading.objects.filter(feed=feed, digest=whole).first()
    still = known is not None and known.open_meetings == feed.meetings.open().count()
    return known if still else None


def remember(feed: Feed, parsed: ParsedFeed, open_meetings: int, warnings: Sequence[Fault]) -> None:
    """Write down what came of a list; one that was read by another way than read_list has no digest."""
    whole = _taken_in_as(parsed.digest, feed.fellowship, feed.time_zone)
    reading = FeedReading(
        feed=feed,
        digest=whole if parsed.digest and len(warnings) <= MOST_WARNINGS else "",
        open_meetings=open_meetings,
        read=parsed.read,
        rejected=len(parsed.rejected),
        tidied=dict(parsed.tidied),
        warnings=[[fault.slug, fault.why] for fault in warnings[:MOST_WARNINGS]],
    )
    kept = ("digest", "open_meetings", "read", "rejected", "tidied", "warnings")
    FeedReading.objects.bulk_create(
        [reading], update_conflicts=True, unique_fields=["feed"], update_fields=kept
    )


def _taken_in_as(digest: str, fellowship: Fellowship, time_zone: str) -> str:
    """A digest of the list together with what its meetings have from elsewhere."""
    return _digest(digest.encode(), str(fellowship.pk).encode(), time_zone.encode("utf-8", "replace"))


def _digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        # Each after its length, so that nothing of one may pass for the beginning of the next.
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


@cache
def _rules() -> bytes:
    """A digest of the code that decides what a list says: another version of it reads everything anew."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in RULES)).digest()
