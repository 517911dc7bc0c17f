"""Taking a feed into the directory: what is new, what changed, and what has left it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import transaction

from attendance.directory import overlay
from attendance.directory.feeds.parsed import Fault, ParsedFeed, ParsedMeeting
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import (
    Feed,
    FeedReading,
    Meeting,
)
from attendance.directory.upkeep.altering import Altered, Held, altered
from attendance.directory.upkeep.feed_row import brought_up_to_date
from attendance.directory.upkeep.rereading import AsBefore, reading_as_before, remember
from clinic import audit
from clinic.actors import Actor
from clinic.clock import local_date
from clinic.errors import Refused

# One or two meetings may well end in a week; where more than half of a longer list is gone, it is more likely broken.
SMALL_FEED = 3
# In the order that fingerprints have them.
STATED = sorted(column.name for column in fields(ParsedMeeting))
_stated_in = attrgetter(*STATED)
_in_json = json.JSONEncoder(default=str).encode
COUNTS = ("read", "added", "changed", "unchanged", "closed", "rejected")
WRITTEN = [name for name in STATED if name != "slug"] + ["fellowship", "fingerprint", "closed_on"]


class TooManyLeaving(Refused):
    """Most of a list is missing, which looks like a fault: a person has to look before its meetings are closed."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import came to, in meetings: read = added + changed + unchanged + rejected.

    changed includes meetings that came back; closed are those that left. warnings: every record left out or mended,
    and why. tidied: how many records were only written in another way, by its kind. open_before: how many were open
    before it. altered: the meetings themselves, where asked for.
    """

    read: int
    added: int
    changed: int
    unchanged: int
    closed: int
    rejected: int
    warnings: tuple[Fault, ...]
    tidied: Mapping[str, int] = field(default_factory=dict)
    open_before: int = 0
    altered: Altered | None = None

    @property
    def collapses(self) -> bool:
        """Whether it closes more than half of what was open, which a person has to look at first."""
        return collapses(self.open_before, self.closed)

    def as_json(self) -> dict[str, Any]:
        """As plain values, under the names that scripts rely on."""
        counts = {name: getattr(self, name) for name in COUNTS}
        warnings = [{"slug": fault.slug, "why": fault.why} for fault in self.warnings]
        return counts | {"tidied": dict(self.tidied), "warnings": warnings}


@transaction.atomic
def import_feed(
    *,
    parsed: ParsedFeed | AsBefore,
    feed_name: str,
    fellowship_name: str,
    format: FeedFormat,
    time_zone: str,
    by: Actor,
    now: datetime,
    source: str = "",
    formats_source: str = "",
    validators: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    accept_closing: bool = False,
    show: int = 0,
) -> ImportSummary:
    """Bring the meetings of one feed up to date, by slug: closed when they leave, back when they return.

    parsed: what rereading.read_list made of the list. time_zone is for meetings that state none. source and
    formats_source are where it was read from: one that comes from addresses is fetched again every night, with the
    validators by address. A dry run does everything and takes it back, so that it counts what the database would
    really accept. show: of each kind of change how many meetings to hand back, as they were and as they are. Raises
    Refused, with nothing changed, for names, addresses or a time zone that will not do; and TooManyLeaving for a feed
    that would lose more than half of its open meetings, unless it has fewer than three or accept_closing says that a
    person has looked.
    """
    feed = brought_up_to_date(
        name=feed_name,
        fellowship_name=fellowship_name,
        format=format,
        time_zone=time_zone,
        source=source,
        formats_source=formats_source,
        validators=validators or {},
        by=by,
        now=now,
    )
    if isinstance(parsed, AsBefore):
        reading = reading_as_before(feed, parsed.digest)
        if reading is not None:
            audit.record(by=by, now=now, verb="feed.imported", subject=feed, fields=[])
            if dry_run:
                transaction.set_rollback(True)
            return _unchanged(reading)
        parsed = parsed.read_after_all()
    held = {
        slug: Held(pk, fingerprint, closed_on)
        for slug, pk, fingerprint, closed_on in feed.meetings.order_by().values_list(
            "slug", "pk", "fingerprint", "closed_on"
        )
    }
    new: list[ParsedMeeting] = []
    changed: list[ParsedMeeting] = []
    for stated in parsed.meetings:
        known = held.get(stated.slug)
        if known is None:
            new.append(stated)
        elif known.closed_on is not None or known.fingerprint != _fingerprint(_values(stated, feed), feed):
            changed.append(stated)
    slugs = {stated.slug for stated in parsed.meetings}
    leaving = [
        known.pk
        for slug, known in held.items()
        if known.closed_on is None and slug not in slugs and slug not in parsed.still_there
    ]
    open_before = sum(known.closed_on is None for known in held.values())
    if not accept_closing and collapses(open_before, len(leaving)):
        raise _collapse(feed, open_before, len(leaving))
    shown = None
    if show:
        rows = {"new": _rows(new, feed), "changed": _rows(changed, feed)}
        shown = altered(feed=feed, held=held, leaving=leaving, most=show, **rows)

    # Rows are made as they are written: all of a long list at once take memory, and time to look through it.
    for some in overlay.batched(new + changed):
        Meeting.objects.bulk_create(
            _rows(some, feed), update_conflicts=True, unique_fields=["feed", "slug"], update_fields=WRITTEN
        )
    overlay.close(leaving, local_date(now, time_zone))
    for altering in overlay.batched([held[stated.slug].pk for stated in changed]):
        overlay.follow(altering)

    counts = {"added": len(new), "changed": len(changed), "closed": len(leaving)}
    kinds = [name for name, count in counts.items() if count]
    audit.record(by=by, now=now, verb="feed.imported", subject=feed, fields=kinds)
    left_out = (Fault(fault.slug, f"left out: {fault.why}") for fault in parsed.rejected)
    warnings = (*left_out, *parsed.mended)
    kept = sum(known.closed_on is None and slug not in slugs for slug, known in held.items()) - len(leaving)
    remember(feed, parsed, len(slugs) + kept, warnings)
    if dry_run:
        transaction.set_rollback(True)
    return ImportSummary(
        read=parsed.read,
        unchanged=len(slugs) - len(new) - len(changed),
        rejected=len(parsed.rejected),
        warnings=warnings,
        tidied=parsed.tidied,
        open_before=open_before,
        altered=shown,
        **counts,
    )


def _unchanged(reading: FeedReading) -> ImportSummary:
    """The summary of a list that was not read, as it is the one that was taken in last."""
    return ImportSummary(
        read=reading.read,
        added=0,
        changed=0,
        unchanged=reading.read - reading.rejected,
        closed=0,
        rejected=reading.rejected,
        warnings=tuple(Fault(slug, why) for slug, why in reading.warnings),
        tidied=reading.tidied,
    )


def _values(stated: ParsedMeeting, feed: Feed) -> dict[str, Any]:
    """What the columns of a meeting take, in the order of their names."""
    values = dict(zip(STATED, _stated_in(stated), strict=True))
    values["time_zone"] = stated.time_zone or feed.time_zone
    return values


def _fingerprint(values: Mapping[str, Any], feed: Feed) -> str:
    return hashlib.sha256(_in_json([feed.fellowship_id, values]).encode()).hexdigest()


def _rows(some: Iterable[ParsedMeeting], feed: Feed) -> list[Meeting]:
    found: list[Meeting] = []
    for stated in some:
        values = _values(stated, feed)
        fingerprint = _fingerprint(values, feed)
        values |= {"types": list(stated.types), "weeks": list(stated.weeks)}
        found.append(Meeting(feed_id=feed.pk, fellowship=feed.fellowship, fingerprint=fingerprint, **values))
    return found


def collapses(open_before: int, leaving: int) -> bool:
    """Whether so many leaving, of so many that were open, looks more like a fault than like a week."""
    return open_before >= SMALL_FEED and 2 * leaving > open_before


def _collapse(feed: Feed, open_before: int, leaving: int) -> TooManyLeaving:
    return TooManyLeaving(
        f"{leaving} of the {open_before} open meetings of the feed {feed} are missing this time, "
        "which looks like a fault. Nothing was changed: somebody should look before they are closed."
    )
