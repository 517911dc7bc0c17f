"""Keeping a list fresh: claim its turn, fetch outside any transaction, take in what is new, or count the failure.

The turn is a column, and so is the lease: whoever moves it on first may fetch, and whatever a worker that died left
undone is due again when its lease is over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypedDict

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from attendance.directory.feeds.reading import cut
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import FAILURE_LIMIT, Feed
from attendance.directory.upkeep import telling, turns
from attendance.directory.upkeep.feed_row import WELL
from attendance.directory.upkeep.fetching import Fetched, fetch
from attendance.directory.upkeep.importing import TooManyLeaving, import_feed
from attendance.directory.upkeep.rereading import read_list
from clinic.actors import Actor
from clinic.errors import Refused


class Stated(TypedDict):
    """What is said of a list besides its content."""

    feed_name: str
    fellowship_name: str
    format: FeedFormat
    time_zone: str


log = logging.getLogger(__name__)

# Longer than a task may run, and long enough that a list on which a worker dies does not take one after the other.
LEASE = timedelta(hours=1)
# So many failures in a row are more than a server that is being restarted.
TELL_AFTER = 3
# What a person may have changed while a list was being fetched; its answer is then about another list.
AS_CLAIMED = ("name", "format", "fellowship_id", "time_zone", "source", "formats_source", "kept_by_id")
BY = Actor.system("refresh")


def due(now: datetime, limit: int) -> list[int]:
    """The lists whose turn has come by an aware moment, the longest due first, by their numbers."""
    waiting = Feed.objects.filter(refresh_due_at__lte=now).order_by("refresh_due_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:limit])


class Fetch(Protocol):
    """A way to the content of an address; see fetching.fetch."""

    def __call__(self, address: str, *, validators: Mapping[str, Any], trusted: bool) -> Fetched | None: ...


def refresh(feed_id: int, now: datetime, fetch: Fetch = fetch) -> str:
    """Read a list again if its turn has come: what came of it, as read, unaltered, failed or held.

    An empty string where it is not due, where somebody else has it, or where it was changed or read meanwhile.
    """
    feed = claim(feed_id, now)
    if feed is None:
        return ""
    try:
        return _read_again(feed, now, fetch)
    except TooManyLeaving as refusal:
        return _failed(feed, refusal.sentence, now, held=True)
    except Refused as refusal:
        return _failed(feed, refusal.sentence, now)
    except SoftTimeLimitExceeded:
        return _failed(feed, "Reading it took longer than it may.", now)
    except (OperationalError, InterfaceError):
        # No fault of the list: it is due again when the lease is over.
        raise
    except Exception:
        # One that breaks its parser must not be tried for ever without anybody knowing.
        log.exception("list %s cannot be read", feed.pk)
        return _failed(feed, "Reading it broke, which is a fault of this software: its log says where.", now)


def claim(feed_id: int, now: datetime) -> Feed | None:
    """Take a list whose turn has come for this process alone; None where it is not due, or another was quicker."""
    lease = now + LEASE
    if not Feed.objects.filter(pk=feed_id, refresh_due_at__lte=now).update(refresh_due_at=lease):
        return None
    return Feed.objects.filter(pk=feed_id, refresh_due_at=lease).select_related("fellowship").first()


def _read_again(feed: Feed, now: datetime, fetch: Fetch) -> str:
    found = _fetched(feed, fetch)
    if found is None:
        after = {"last_read_at": now, "refresh_due_at": turns.next_night(feed.time_zone, feed.pk, now)}
        return "unaltered" if _settle(feed, **after, **WELL) else ""
    formats = found[feed.formats_source].content if feed.formats_source else b""
    stated: Stated = {
        "feed_name": feed.name,
        "fellowship_name": feed.fellowship.name,
        "format": FeedFormat(feed.format),
        "time_zone": feed.time_zone,
    }
    # Many servers send the whole list whether or not it has changed. Before the transaction: a long one takes seconds.
    parsed = read_list(found[feed.source].content, formats, **stated)
    with transaction.atomic():
        # Holds the row, so that whoever changes it does so before or after.
        if not _settle(feed, last_read_at=now):
            return ""
        import_feed(
            parsed=parsed,
            **stated,
            by=BY,
            now=now,
            source=feed.source,
            formats_source=feed.formats_source,
            validators={address: one.validators for address, one in found.items() if one.validators},
        )
    return "read"


def _fetched(feed: Feed, fetch: Fetch) -> Mapping[str, Fetched] | None:
    """The list, and the list of its formats where it has one, by address; None where neither has changed.

    Where one of the two has, both are had in full: one cannot be read without the other.
    """
    # What a clinic added came by the browser, and without a clinic somebody named it who runs the server.
    trusted = feed.kept_by_id is None or settings.PRIVATE_FEEDS
    wanted = [address for address in (feed.source, feed.formats_source) if address]
    found = {
        address: fetch(address, validators=feed.validators.get(address, {}), trusted=trusted)
        for address in wanted
    }
    if not any(found.values()):
        return None
    whole = {address: one or fetch(address, validators={}, trusted=trusted) for address, one in found.items()}
    return {address: one for address, one in whole.items() if one is not None}


def _failed(feed: Feed, sentence: str, now: datetime, *, held: bool = False) -> str:
    """Write the failure down, decide when to try again, and tell the administrators when it is time to."""
    failures = feed.failures + 1
    after = {
        "failures": failures,
        "failing_since": feed.failing_since or now,
        "failure": cut(sentence, FAILURE_LIMIT),
        "held": held,
        # What waits for a person is not asked for again in the same night.
        "refresh_due_at": turns.next_night(feed.time_zone, feed.pk, now)
        if held
        else turns.retry_at(failures, feed.time_zone, feed.pk, now),
    }
    if not _settle(feed, **after):
        return ""
    log.warning("list %s has failed %s times in a row: %s", feed.pk, failures, sentence)
    if held or failures >= TELL_AFTER:
        telling.tell(feed.pk, now)
    return "held" if held else "failed"


def _settle(feed: Feed, **values: Any) -> bool:
    """Write what came of it into the row, if that is still as it was claimed, under the same lease."""
    as_claimed = {column: getattr(feed, column) for column in AS_CLAIMED}
    held = Feed.objects.filter(pk=feed.pk, refresh_due_at=feed.refresh_due_at, **as_claimed)
    return bool(held.update(**values))
