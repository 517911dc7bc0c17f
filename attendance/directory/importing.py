"""Taking a feed into the directory: what is new, what changed, and what has left it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from attendance.directory.feeds.parsed import Fault, ParsedFeed, ParsedMeeting
from attendance.directory.fellowships import fellowship_of_feed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import (
    FEED_NAME_LIMIT,
    FELLOWSHIP_NAME_LIMIT,
    SOURCE_LIMIT,
    Feed,
    FeedReading,
    Meeting,
)
from attendance.directory.rereading import AsBefore, reading_as_before, remember
from clinic import audit
from clinic.actors import Actor
from clinic.clock import local_date
from clinic.errors import Refused
from clinic.models.clinic import validate_time_zone

ROWS_A_QUERY = 1000
# A smaller feed may well lose half of its meetings in a week; a larger one that does is more likely broken.
SMALL_FEED = 10
# In the order that fingerprints have them.
STATED = sorted(column.name for column in fields(ParsedMeeting))
_stated_in = attrgetter(*STATED)
_in_json = json.JSONEncoder(default=str).encode
WRITTEN = [name for name in STATED if name != "slug"] + ["fellowship", "fingerprint", "closed_on"]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import came to, in meetings: read = added + changed + unchanged + rejected.

    changed includes meetings that came back; closed are those that left. warnings: every record left out
    or mended, and why.
    """

    read: int
    added: int
    changed: int
    unchanged: int
    closed: int
    rejected: int
    warnings: tuple[Fault, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain values, under the names that scripts rely on."""
        counts = {
            column.name: getattr(self, column.name) for column in fields(self) if column.name != "warnings"
        }
        return counts | {"warnings": [{"slug": fault.slug, "why": fault.why} for fault in self.warnings]}


class _Held(NamedTuple):
    """What the directory holds of a meeting, as far as the comparison needs it."""

    pk: int
    fingerprint: str
    closed_on: date | None


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
    dry_run: bool = False,
    accept_closing: bool = False,
) -> ImportSummary:
    """Bring the meetings of one feed up to date, by slug: closed when they leave, back when they return.

    parsed: what rereading.read_list made of the list. time_zone is for meetings that state none. A dry run does
    everything and takes it back, so that it counts what the database would really accept. Raises Refused, with
    nothing changed, for names or a time zone that will not do, and for a feed that would lose more than half of its
    open meetings, unless it has fewer than ten or accept_closing says that a person has looked.
    """
    feed = _feed(
        name=feed_name,
        fellowship_name=fellowship_name,
        format=format,
        time_zone=time_zone,
        source=source,
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
        slug: _Held(pk, fingerprint, closed_on)
        for slug, pk, fingerprint, closed_on in feed.meetings.order_by().values_list(
            "slug", "pk", "fingerprint", "closed_on"
        )
    }
    new: list[Meeting] = []
    changed: list[Meeting] = []
    for stated in parsed.meetings:
        values = _values(stated, feed)
        fingerprint = _fingerprint(values, feed)
        known = held.get(stated.slug)
        if known is None:
            new.append(_row(values, fingerprint, feed))
        elif known.fingerprint != fingerprint or known.closed_on is not None:
            changed.append(_row(values, fingerprint, feed))
    slugs = {stated.slug for stated in parsed.meetings}
    leaving = [
        known.pk
        for slug, known in held.items()
        if known.closed_on is None and slug not in slugs and slug not in parsed.still_there
    ]
    if not accept_closing:
        _refuse_collapse(feed, held, leaving)

    Meeting.objects.bulk_create(
        new + changed,
        batch_size=ROWS_A_QUERY,
        update_conflicts=True,
        unique_fields=["feed", "slug"],
        update_fields=WRITTEN,
    )
    today = local_date(now, time_zone)
    for some in _portions(leaving):
        Meeting.objects.filter(pk__in=some).update(closed_on=today)

    counts = {"added": len(new), "changed": len(changed), "closed": len(leaving)}
    altered = [name for name, count in counts.items() if count]
    audit.record(by=by, now=now, verb="feed.imported", subject=feed, fields=altered)
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
    )


def _feed(
    *,
    name: str,
    fellowship_name: str,
    format: FeedFormat,
    time_zone: str,
    source: str,
    by: Actor,
    now: datetime,
) -> Feed:
    """The feed of that name, made where it is new, brought up to date and held until the transaction ends."""
    name, fellowship_name = name.strip(), " ".join(fellowship_name.split())
    limits = (("feed", name, FEED_NAME_LIMIT), ("fellowship", fellowship_name, FELLOWSHIP_NAME_LIMIT))
    for field, text, limit in limits:
        if not text:
            raise Refused(f"The name of the {field} is empty.", field)
        if len(text) > limit:
            raise Refused(f"The name of the {field} has {len(text)} characters, of {limit} at most.", field)
    try:
        validate_time_zone(time_zone)
    except ValidationError as error:
        raise Refused(error.messages[0], "time_zone") from error
    values: Mapping[str, Any] = {
        "format": format,
        "fellowship": fellowship_of_feed(fellowship_name, by, now),
        "time_zone": time_zone,
        "source": source[:SOURCE_LIMIT],
        "last_read_at": now,
    }
    return Feed.objects.select_for_update().update_or_create(name=name, defaults=values)[0]


def _values(stated: ParsedMeeting, feed: Feed) -> dict[str, Any]:
    """What the columns of a meeting take, in the order of their names."""
    values = dict(zip(STATED, _stated_in(stated), strict=True))
    values["time_zone"] = stated.time_zone or feed.time_zone
    return values


def _fingerprint(values: Mapping[str, Any], feed: Feed) -> str:
    return hashlib.sha256(_in_json([feed.fellowship_id, values]).encode()).hexdigest()


def _row(values: Mapping[str, Any], fingerprint: str, feed: Feed) -> Meeting:
    lists = {name: list(values[name]) for name in ("types", "weeks")}
    return Meeting(
        feed_id=feed.pk, fellowship=feed.fellowship, fingerprint=fingerprint, **(dict(values) | lists)
    )


def _refuse_collapse(feed: Feed, held: Mapping[str, _Held], leaving: list[int]) -> None:
    open_before = sum(known.closed_on is None for known in held.values())
    if open_before >= SMALL_FEED and 2 * len(leaving) > open_before:
        raise Refused(
            f"{len(leaving)} of the {open_before} open meetings of the feed {feed} are missing this time, "
            "which looks like a fault. Nothing was changed: somebody should look before they are closed, "
            "and may then close them with --accept-closing."
        )


def _portions(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), ROWS_A_QUERY):
        yield ids[start : start + ROWS_A_QUERY]
