"""A list of which every byte is as it was is not read again: what came of it stands beside its feed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from attendance.directory.feeds import parser_of
from attendance.directory.feeds.parsed import Fault, ParsedFeed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, FeedReading
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
    digest = _digest(content, formats, (format, fellowship_name, time_zone))

    def read() -> ParsedFeed:
        return replace(parse(content), digest=digest)

    known = FeedReading.objects.filter(feed__name=feed_name.strip(), digest=digest)
    return AsBefore(digest, read) if known.exists() else read()


def reading_as_before(feed: Feed, digest: str) -> FeedReading | None:
    """What came of these very bytes, as long as the feed has what it had then; whoever asks holds the feed's row."""
    known = FeedReading.objects.filter(feed=feed, digest=digest).first()
    still = known is not None and known.open_meetings == feed.meetings.open().count()
    return known if still else None


def remember(feed: Feed, parsed: ParsedFeed, open_meetings: int, warnings: Sequence[Fault]) -> None:
    """Write down what came of a list; one that was read by another way than read_list has no digest."""
    reading = FeedReading(
        feed=feed,
        digest=parsed.digest if len(warnings) <= MOST_WARNINGS else "",
        open_meetings=open_meetings,
        read=parsed.read,
        rejected=len(parsed.rejected),
        warnings=[[fault.slug, fault.why] for fault in warnings[:MOST_WARNINGS]],
    )
    kept = ("digest", "open_meetings", "read", "rejected", "warnings")
    FeedReading.objects.bulk_create(
        [reading], update_conflicts=True, unique_fields=["feed"], update_fields=kept
    )


def _digest(content: bytes, formats: bytes, stated: Sequence[str]) -> str:
    whole = hashlib.sha256(_rules())
    for part in (*(text.encode("utf-8", "replace") for text in stated), formats, content):
        # Each after its length, so that nothing of one may pass for the beginning of the next.
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


@cache
def _rules() -> bytes:
    """A digest of the code that decides what a list says: another version of it reads everything anew."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in RULES)).digest()
